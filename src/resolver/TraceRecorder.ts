/**
 * Records the commands of every resolver that is made under a layer, as the lines of `TraceFormat`.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Arguments from "../internal/Arguments.ts"
import type * as Correlation from "./Correlation.ts"
import * as Pseudonyms from "./internal/Pseudonyms.ts"
import type { Entry } from "./TraceFormat.ts"
import { entryLine, headerLine, lostLine, textOf, version } from "./TraceFormat.ts"

/**
 * Opens a trace for each resolver. The resolver calls the returned function in the middle of a step, so the function only
 * stores the entry.
 *
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
 * @category references
 * @since 0.1.0
 */
export const Recorder: Context.Reference<Recorder | undefined> = Context.Reference<Recorder | undefined>(
  "effect-track-resolver/Trace/Recorder",
  { defaultValue: () => undefined }
)

/**
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
   * The key of the hash. It is never written. Anyone who has it can find an id in the traces made with it, and can test
   * guesses. Default: a random key for each trace, which is not kept.
   */
  readonly salt?: Redacted.Redacted | undefined
  /** How many commands can wait to be written. Default 10,000. */
  readonly capacity?: number | undefined
}

/**
 * Records every resolver that is made under this layer.
 *
 * A step only offers its command to a queue; a fiber hashes, encodes and writes. If that fiber falls more than `capacity`
 * commands behind, the trace ends, because the commands after a gap cannot be replayed. When the resolver closes, the last
 * line reports how many commands are missing. If `write` fails, the trace ends with a warning. Neither affects the
 * resolver. But closing the resolver waits until everything is written, so a `write` that may never end needs a timeout.
 *
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

const make = Effect.fnUntraced(function*<E, R>(options: RecorderOptions<E, R>) {
  const ids = args.choice("ids", ["hashed", "clear"], options.ids ?? "hashed")
  const capacity = args.count("capacity", options.capacity ?? 10_000)
  const context = yield* Effect.context<R>()
  const name = yield* uniqueName
  let resolvers = 0

  const open = Effect.fnUntraced(function*(policy: Correlation.Policy) {
    const trace = `${name}-${++resolvers}`
    const queue = yield* Queue.bounded<Entry, Cause.Done>(capacity)
    let lost = 0

    const write = (lines: ReadonlyArray<string>) => options.write(textOf(lines), trace)

    const recording = Effect.gen(function*() {
      const anonymize = ids === "clear" ? Effect.succeed<Correlation.Command> : yield* Pseudonyms.make(options.salt)
      const toLine = ({ at, command }: Entry) => Effect.map(anonymize(command), (command) => entryLine({ at, command }))
      yield* write([headerLine({ version, ids, policy })])
      yield* Queue.takeAll(queue).pipe(
        Effect.flatMap((entries) => Effect.forEach(entries, toLine)),
        Effect.flatMap(write),
        Effect.forever,
        Effect.catchIf(Cause.isDone, () => lost === 0 ? Effect.void : write([lostLine({ lost })]))
      )
    }).pipe(
      Effect.catchCause((cause) => Effect.logWarning(`trace ${trace} ends early`, cause)),
      Effect.provide(context)
    )

    // Not a fiber of the resolver's scope, because closing that scope would interrupt it before everything is written.
    yield* Effect.acquireRelease(
      Effect.forkDetach(recording),
      (fiber) => Effect.andThen(Queue.end(queue), Fiber.await(fiber))
    )

    return (entry: Entry): void => {
      if (lost > 0 || !Queue.offerUnsafe(queue, entry)) lost++
    }
  })

  return { open }
})
