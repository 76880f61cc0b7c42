/**
 * What a resolver was asked, as lines of JSON, and the same decisions again from them.
 *
 * The core is pure, so its commands and their times are all there is to know of a call: a trace of them is small, can be
 * had from production, and becomes a test when it is pasted into one. Holds no decisions: a replay makes them anew, which
 * is how a later version of the library, or one with a line changed, is asked what it would have done.
 *
 * The first line is the `Header`; each of the others is one command, in the order in which they were obeyed.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Arguments from "../internal/Arguments.ts"
import { IncomingTrack, Participant, TrackKey } from "../Track.ts"
import * as Correlation from "./Correlation.ts"
import * as Pseudonyms from "./internal/Pseudonyms.ts"

// --- The lines --------------------------------------------------------------------------------------------------------

/** Counts up when an older library could no longer read a trace, or would read another call out of it. */
const version = 1

const amount = Schema.Number.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * The first line: what the decisions depend on besides the commands, and whether the ids are the call's own.
 *
 * @category models
 * @since 0.1.0
 */
export const Header = Schema.Struct({
  version: Schema.Literal(version),
  ids: Schema.Literals(["hashed", "clear"]),
  policy: Schema.Struct({
    timeToLive: amount,
    capacity: amount,
    sessionMigration: Schema.Literals(["takeOver", "afterLeave", "never"]),
    anonymousTracks: Schema.Literals(["unique", "never"])
  })
})

/**
 * @category models
 * @since 0.1.0
 */
export interface Header {
  readonly version: 1
  readonly ids: "hashed" | "clear"
  readonly policy: Correlation.Policy
}

const ticket = Schema.Int

/**
 * A command of the core.
 *
 * @category models
 * @since 0.1.0
 */
export const Command: Schema.Codec<Correlation.Command> = Schema.Union([
  Schema.TaggedStruct("Register", { track: IncomingTrack }),
  Schema.TaggedStruct("Resolve", { key: TrackKey }),
  Schema.TaggedStruct("Claim", { key: TrackKey, ticket }),
  Schema.TaggedStruct("GiveUp", { key: TrackKey, ticket, claimed: Schema.Boolean }),
  Schema.TaggedStruct("Unpublish", { key: TrackKey }),
  Schema.TaggedStruct("Cancel", { participant: Participant }),
  Schema.TaggedStruct("Retire", { trackId: Schema.NonEmptyString }),
  Schema.TaggedStruct("Expire", {})
])

/**
 * A line: a command, and the time that its step was given, in milliseconds of the `Clock`.
 *
 * @category models
 * @since 0.1.0
 */
export const Entry = Schema.Struct({ at: Schema.Finite, command: Command })

/**
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly at: number
  readonly command: Correlation.Command
}

/** The last line, if the recorder could not keep up: how many commands it has left out after those before it. */
const Lost = Schema.Struct({ lost: Schema.Int.check(Schema.isGreaterThan(0)) })

/**
 * A call, from its beginning. `lost` is how many commands are missing at its end.
 *
 * @category models
 * @since 0.1.0
 */
export interface Trace {
  readonly header: Header
  readonly entries: ReadonlyArray<Entry>
  readonly lost: number
}

/** A policy may say `Infinity`, which JSON cannot; a command says nothing but JSON. */
const HeaderJson = Schema.toCodecJson(Header)

const headerLine = Schema.encodeSync(Schema.fromJsonString(HeaderJson))

const entryLine = Schema.encodeSync(Schema.fromJsonString(Entry))

const lostLine = Schema.encodeSync(Schema.fromJsonString(Lost))

/**
 * The text of a trace, which `parse` reads.
 *
 * @category encoding
 * @since 0.1.0
 */
export const print = ({ entries, header, lost }: Trace): string => {
  const lines = [headerLine(header), ...entries.map((entry) => entryLine(entry))]
  return textOf(lost === 0 ? lines : [...lines, lostLine({ lost })])
}

const textOf = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")

/**
 * The text is no trace, from this line on (the first is 1). A recorder that was killed leaves its last line cut short: to
 * leave that out is to have the trace up to there.
 *
 * @category errors
 * @since 0.1.0
 */
export class TraceLineError extends Schema.TaggedError<TraceLineError>()("TraceLineError", {
  line: Schema.Int,
  problem: Schema.String
}) {
  override get message(): string {
    return `line ${this.line} of the trace: ${this.problem}`
  }
}

/**
 * The trace is of a version that this library does not read.
 *
 * @category errors
 * @since 0.1.0
 */
export class TraceVersionError extends Schema.TaggedError<TraceVersionError>()("TraceVersionError", {
  version: Schema.Unknown
}) {
  override get message(): string {
    return `a trace of version ${JSON.stringify(this.version)}, where ${version} can be read`
  }
}

// A field that is not known may well have mattered, so it is a problem and not ignored.
const strict = { onExcessProperty: "error" } as const

const toJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

const toVersion = Schema.decodeUnknownResult(Schema.Struct({ version: Schema.Unknown }))

const toHeader = Schema.decodeUnknownResult(HeaderJson, strict)

const toEntry = Schema.decodeUnknownResult(Entry, strict)

const toLost = Schema.decodeUnknownResult(Lost, strict)

/**
 * Reads a trace. Empty lines and indentation say nothing, so that a trace can be pasted into a program as it stands.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<Trace, TraceLineError | TraceVersionError> =>
  Result.gen(function*() {
    const lines = text.split("\n").flatMap((text, n) => text.trim() === "" ? [] : [{ line: n + 1, text }])
    const read = <A>(line: number, result: Result.Result<A, unknown>) =>
      Result.mapError(result, (issue) => new TraceLineError({ line, problem: String(issue) }))
    const [first, ...others] = lines
    if (first === undefined) return yield* Result.fail(new TraceLineError({ line: 1, problem: "there is no header" }))

    const opening = yield* read(first.line, toJson(first.text))
    const said = yield* read(first.line, toVersion(opening))
    if (said.version !== version) return yield* Result.fail(new TraceVersionError(said))
    const header = yield* read(first.line, toHeader(opening))

    const entries: Array<Entry> = []
    let lost = 0
    for (const { line, text } of others) {
      const value = yield* read(line, toJson(text))
      if (lost > 0) return yield* Result.fail(new TraceLineError({ line, problem: "commands were lost before it" }))
      const end = toLost(value)
      if (Result.isSuccess(end)) lost = end.success.lost
      else entries.push(yield* read(line, toEntry(value)))
    }
    return { header, entries, lost }
  })

// --- Replay -----------------------------------------------------------------------------------------------------------

/**
 * A command, and what was decided.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decision extends Entry {
  readonly reply: Correlation.Replies[Correlation.Command["_tag"]]
  readonly outcomes: ReadonlyArray<Correlation.Outcome>
}

/**
 * What was decided, command by command, and how things stood in the end.
 *
 * @category models
 * @since 0.1.0
 */
export interface Replay {
  readonly decisions: ReadonlyArray<Decision>
  readonly snapshot: Correlation.Snapshot
}

/**
 * Makes the decisions again: the same ones, as long as the core decides as it did.
 *
 * @category combinators
 * @since 0.1.0
 */
export const replay = ({ entries, header }: Pick<Trace, "entries" | "header">): Replay => {
  let state = Correlation.empty(header.policy)
  const decisions = entries.map(({ at, command }): Decision => {
    const { outcomes, reply, state: after } = Correlation.step(state, command, at)
    state = after
    return { at, command, reply, outcomes }
  })
  return { decisions, snapshot: Correlation.snapshot(state) }
}

/**
 * A replay as text, one line for each decision and a last one for the picture: for a snapshot, or to compare two of them
 * byte for byte.
 *
 * @category encoding
 * @since 0.1.0
 */
export const render = ({ decisions, snapshot }: Replay): string =>
  textOf([...decisions, snapshot].map((value) => JSON.stringify(value)))

// --- Recording --------------------------------------------------------------------------------------------------------

/**
 * Where a resolver's commands go. It is told in the middle of a step, so it only takes them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recorder {
  readonly open: (policy: Correlation.Policy) => Effect.Effect<(entry: Entry) => void, never, Scope.Scope>
}

/**
 * The recorder of every resolver that is made under it: none, unless there is a layer of this module. Without one a
 * resolver pays nothing.
 *
 * @category references
 * @since 0.1.0
 */
export const Recorder: Context.Reference<Recorder | undefined> = Context.Reference<Recorder | undefined>(
  "effect-track-resolver/Trace/Recorder",
  { defaultValue: () => undefined }
)

/**
 * How to record.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecorderOptions<E, R> {
  /**
   * Appends some whole lines to a trace. One call at a time for each trace; the next has all that has happened meanwhile.
   * `trace` counts the resolvers that are made under this recorder, from 1, and each has a trace of its own.
   */
  readonly write: (lines: string, trace: number) => Effect.Effect<void, E, R>
  /**
   * `hashed`: participants' and tracks' ids are replaced by the first 96 bits of their HMAC-SHA-256. Equal ids stay equal
   * within a trace. Times, types and the order of things stay as they are, and so does whoever they give away. Default
   * `hashed`.
   */
  readonly ids?: "hashed" | "clear" | undefined
  /**
   * The key of the hash. Whoever has it can look for an id in the traces made with it, and can try out guesses, so it is
   * never written. Default: a random one for each trace, which nobody ever learns.
   */
  readonly salt?: Redacted.Redacted | undefined
  /** How many commands may wait to be written. Default 10,000. */
  readonly capacity?: number | undefined
}

/**
 * Records every resolver that is made under it.
 *
 * A step hands its command to a queue and goes on: hashing, encoding and writing are a fiber's. If that falls more than
 * `capacity` commands behind the trace ends there, because what comes after a gap cannot be replayed; how many are
 * missing is its last line, written when the resolver closes. A `write` that fails ends the trace as well, with a
 * warning. Neither touches the resolver; but closing it waits for what is still to be written, so a
 * `write` that may never end wants a timeout of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E, R>(options: RecorderOptions<E, R>): Layer.Layer<never, never, R> =>
  Layer.effect(Recorder, recorder(options))

const args = Arguments.forService("Trace.layer")

const recorder = Effect.fnUntraced(function*<E, R>(options: RecorderOptions<E, R>) {
  const ids = args.choice("ids", ["hashed", "clear"], options.ids ?? "hashed")
  const capacity = args.count("capacity", options.capacity ?? 10_000)
  const context = yield* Effect.context<R>()
  let traces = 0

  const open = Effect.fnUntraced(function*(policy: Correlation.Policy) {
    const trace = ++traces
    const queue = yield* Queue.bounded<Entry, Cause.Done>(capacity)
    let lost = 0

    const write = (lines: ReadonlyArray<string>) => options.write(textOf(lines), trace)

    const recording = Effect.gen(function*() {
      const toEntry = ids === "clear" ? Effect.succeed<Entry> : yield* Pseudonyms.make(options.salt)
      yield* write([headerLine({ version, ids, policy })])
      yield* Queue.takeAll(queue).pipe(
        Effect.flatMap((entries) => Effect.forEach(entries, (entry) => Effect.map(toEntry(entry), entryLine))),
        Effect.flatMap(write),
        Effect.forever,
        Effect.catchIf(Cause.isDone, () => lost === 0 ? Effect.void : write([lostLine({ lost })]))
      )
    }).pipe(
      Effect.catchCause((cause) => Effect.logWarning("TrackResolver: a trace ends early", cause)),
      Effect.provide(context)
    )

    // Not a fiber of the resolver's scope, whose end would interrupt it: it ends when everything is written.
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
