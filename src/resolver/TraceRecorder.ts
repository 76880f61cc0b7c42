/**
 * Records the commands of every resolver that is made under a layer, as the lines of `TraceFormat`.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Arguments from "../internal/Arguments.ts"
import type * as Correlation from "./Correlation.ts"
import * as Pseudonyms from "./internal/Pseudonyms.ts"
import type { Entry, Header } from "./TraceFormat.ts"
import { entryLine, headerLine, lostLine, textOf, version } from "./TraceFormat.ts"

/**
 * Opens a trace for each resolver. The resolver calls the returned function in the middle of a step, so the function only
 * stores the entry.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Recorder {
  readonly open: (policy: Correlation.Policy) => Effect.Effect<(entry: Entry) => void, never, Scope.Scope>
}

/**
 * The recorder of every resolver that is made with this reference in its context. Undefined by default; recording then
 * costs nothing.
 *
 * @stability stable
 * @category references
 * @since 0.1.0
 */
export const Recorder: Context.Reference<Recorder | undefined> = Context.Reference<Recorder | undefined>(
  "effect-track-resolver/Trace/Recorder",
  { defaultValue: () => undefined }
)

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RecorderOptions<E, R> {
  /**
   * Appends whole lines to the trace with this name. For each trace there is one call at a time; the next call has every
   * line that was recorded since.
   *
   * Each resolver has a trace of its own. A name is `<start>-<random>-<n>`: when the recorder was made (UTC), 32 random bits
   * and the number of the resolver, from 1. For example `20261128T193416Z-9f1c03ab-1`. It is unique across processes and
   * restarts, and has only letters, digits and hyphens, so it can be a file name.
   */
  readonly write: (lines: string, trace: string) => Effect.Effect<void, E, R>
  /**
   * `hashed` replaces the ids of participants and tracks by the first 96 bits of their HMAC-SHA-256. Equal ids stay equal
   * within a trace. Times, types and order stay, and can still identify a participant. Default `hashed`.
   */
  readonly ids?: "hashed" | "clear" | undefined
  /**
   * The key of the hash. It is not empty, and is never written. Anyone who has it can find an id in the traces made with it,
   * and can test guesses. Default: a random key for each trace, which is not kept.
   */
  readonly salt?: Redacted.Redacted | undefined
  /** How many commands can wait to be written. Default 10,000. */
  readonly capacity?: number | undefined
  /**
   * How long closing a resolver waits until its commands are written. 0 does not wait. Default 5 seconds.
   */
  readonly flushTimeout?: Duration.Input | undefined
}

/**
 * Records every resolver that is made under this layer.
 *
 * A step only offers its command to a queue; a fiber hashes, encodes and writes. If that fiber falls more than `capacity`
 * commands behind, the trace ends, because the commands after a gap cannot be replayed. When the resolver closes, the last
 * line reports how many commands are missing. If `write` fails, the trace ends with a warning. Neither affects the
 * resolver.
 *
 * Closing the resolver waits `flushTimeout` for `write`. Then the `write` in flight is interrupted, and its commands count
 * as missing. The last line, with the number of missing commands, has one more second: if `write` does not accept it
 * either, only a warning in the log reports that number.
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layer = <E, R>(options: RecorderOptions<E, R>): Layer.Layer<never, never, R> =>
  Layer.effect(Recorder, make(options))

const args = Arguments.forService("Trace.layer")

/** `20261128T193416Z-9f1c03ab`: ISO 8601's basic format, and 32 random bits. */
const uniqueName = Effect.map(Clock.currentTimeMillis, (now) => {
  const start = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")
  return `${start}-${Hex.encode(SecureRandom.randomBytesUnsafe(4))}`
})

/** How long closing a resolver waits for the last line of a trace whose `flushTimeout` has passed. */
const lastLineTimeout = "1 second"

const checkSalt = (salt: Redacted.Redacted): void => {
  // WebCrypto has no empty keys. Without this check, the trace would be empty.
  if (Redacted.value(args.redacted("salt", salt)) !== "") return
  throw Arguments.error("Trace.layer", "salt", "Redacted and not empty", salt)
}

interface Settings {
  readonly ids: Header["ids"]
  readonly salt: Redacted.Redacted | undefined
  readonly capacity: number
  readonly flushTimeout: Duration.Duration
}

const toSettings = <E, R>(options: RecorderOptions<E, R>): Settings => {
  args.callback("write", args.object("options", options).write)
  Arguments.optional((_: string, salt: Redacted.Redacted) => checkSalt(salt))("salt", options.salt)
  return {
    ids: args.choice("ids", ["hashed", "clear"], options.ids ?? "hashed"),
    salt: options.salt,
    capacity: args.count("capacity", options.capacity ?? 10_000),
    flushTimeout: args.duration("flushTimeout", options.flushTimeout ?? "5 seconds")
  }
}

const make = Effect.fnUntraced(function*<E, R>(options: RecorderOptions<E, R>) {
  const settings = toSettings(options)
  const context = yield* Effect.context<R>()
  const name = yield* uniqueName
  let resolvers = 0

  return {
    open: (policy: Correlation.Policy) =>
      Effect.suspend(() => {
        const trace = `${name}-${++resolvers}`
        const write = (lines: ReadonlyArray<string>) => Effect.provide(options.write(textOf(lines), trace), context)
        return open({ trace, policy, settings, write })
      })
  }
})

interface TraceOptions<E> {
  readonly trace: string
  readonly policy: Correlation.Policy
  readonly settings: Settings
  readonly write: (lines: ReadonlyArray<string>) => Effect.Effect<void, E>
}

/** One trace, while it is written. */
interface Recording {
  readonly queue: Queue.Queue<Entry, Cause.Done>
  /** Commands that were recorded. */
  recorded: number
  /** Of these, the commands whose `write` has returned. */
  written: number
  /** Commands after the queue was full. */
  lost: number
}

const missing = ({ lost, recorded, written }: Recording): number => recorded - written + lost

const open = Effect.fnUntraced(function*<E>(options: TraceOptions<E>) {
  const queue = yield* Queue.bounded<Entry, Cause.Done>(options.settings.capacity)
  const self: Recording = { queue, recorded: 0, written: 0, lost: 0 }
  // Not a fiber of the resolver's scope, because closing that scope would interrupt it before everything is written.
  yield* Effect.acquireRelease(Effect.forkDetach(record(self, options)), (fiber) => close(self, options, fiber))
  return (entry: Entry): void => {
    if (self.lost > 0 || !Queue.offerUnsafe(queue, entry)) self.lost++
    else self.recorded++
  }
})

/** Writes the trace. Ends when the queue has ended, or with a warning. */
const record = <E>(self: Recording, { policy, settings: { ids, salt }, trace, write }: TraceOptions<E>) =>
  Effect.gen(function*() {
    const anonymize = ids === "clear" ? Effect.succeed<Correlation.Command> : yield* Pseudonyms.make(salt)
    const toLine = ({ at, command }: Entry) => Effect.map(anonymize(command), (command) => entryLine({ at, command }))
    yield* write([headerLine({ version, ids, policy })])
    yield* Queue.takeAll(self.queue).pipe(
      Effect.flatMap((entries) => Effect.forEach(entries, toLine)),
      Effect.flatMap((lines) => Effect.map(write(lines), () => self.written += lines.length)),
      Effect.forever,
      Effect.catchIf(Cause.isDone, () => missing(self) === 0 ? Effect.void : write([lostLine({ lost: missing(self) })]))
    )
  }).pipe(
    Effect.catchCause((cause) => Effect.logWarning(`trace ${trace} ends early`, cause))
  )

/** Waits until everything is written, and not longer than `flushTimeout`. */
const close = Effect.fnUntraced(function*<E>(
  self: Recording,
  { settings: { flushTimeout }, trace, write }: TraceOptions<E>,
  fiber: Fiber.Fiber<void>
) {
  yield* Queue.end(self.queue)
  const flushed = yield* Effect.timeoutOption(Fiber.await(fiber), flushTimeout)
  if (Option.isSome(flushed)) return
  fiber.interruptUnsafe()
  const lost = missing(self)
  // It begins with a line break, because the interrupted write may have left an incomplete line.
  const lastLine = lost === 0 ? Effect.void : write(["", lostLine({ lost })])
  // In a fiber of its own, because `write` may be uninterruptible.
  const last = yield* Effect.forkDetach(Effect.exit(Effect.andThen(Fiber.await(fiber), lastLine)))
  const written = yield* Effect.timeoutOption(Fiber.join(last), lastLineTimeout)
  last.interruptUnsafe()
  const hasLastLine = Option.exists(written, Exit.isSuccess)
  yield* Effect.logWarning(
    `trace ${trace} ends early: write did not end in time, ${lost} commands are missing`
      + (hasLastLine ? "" : ", and the trace does not say so")
  )
})
