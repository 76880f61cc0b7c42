/**
 * The text of a trace: one JSON value a line. The first line is the `Header`, each other line is one `Entry`, in the order
 * in which the commands were applied. The last line may be the number of commands that the recorder lost.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as PeerText from "../internal/PeerText.ts"
import { IncomingTrack, Participant, TrackKey } from "../Track.ts"
import type * as Correlation from "./Correlation.ts"

/** Increases with each change that an older library cannot read, or would read as another call. */
export const version = 1

const nonNegative = Schema.Number.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * The first line: the policy of the resolver, and whether the ids are the original ones.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const Header = Schema.Struct({
  version: Schema.Literal(version),
  ids: Schema.Literals(["hashed", "clear"]),
  policy: Schema.Struct({
    timeToLive: nonNegative,
    capacity: nonNegative,
    sessionMigration: Schema.Literals(["takeOver", "afterLeave", "never"]),
    anonymousTracks: Schema.Literals(["unique", "never"])
  })
})

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Header {
  readonly version: 1
  readonly ids: "hashed" | "clear"
  readonly policy: Correlation.Policy
}

const generation = Schema.Int

/**
 * A command of `Correlation`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const Command: Schema.Codec<Correlation.Command> = Schema.Union([
  Schema.TaggedStruct("Register", { track: IncomingTrack }),
  Schema.TaggedStruct("Resolve", { key: TrackKey }),
  Schema.TaggedStruct("Acquire", { key: TrackKey, generation }),
  Schema.TaggedStruct("Abandon", { key: TrackKey, generation, isHolder: Schema.Boolean }),
  Schema.TaggedStruct("Unpublish", { key: TrackKey }),
  Schema.TaggedStruct("Cancel", { participant: Participant }),
  Schema.TaggedStruct("Retire", { trackId: Schema.NonEmptyString }),
  Schema.TaggedStruct("Expire", {})
])

/**
 * One line: a command, and the time of its step in milliseconds of the `Clock`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export const Entry = Schema.Struct({ at: Schema.Finite, command: Command })

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly at: number
  readonly command: Correlation.Command
}

/** The last line, if the recorder could not keep up: the number of commands that are missing at the end. */
const Lost = Schema.Struct({ lost: Schema.Int.check(Schema.isGreaterThan(0)) })

/**
 * A recorded call, from its first command on. `lost` is the number of commands that are missing at the end.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Trace {
  readonly header: Header
  readonly entries: ReadonlyArray<Entry>
  readonly lost: number
}

// --- Printing ---------------------------------------------------------------------------------------------------------

/** A policy can contain `Infinity`, which JSON cannot; a command contains only JSON. */
const HeaderJson = Schema.toCodecJson(Header)

export const headerLine = Schema.encodeSync(Schema.fromJsonString(HeaderJson))

const encodeEntry = Schema.encodeSync(Schema.fromJsonString(Entry))

/** Ids that peers chose stay as they are for a parser, and cannot command a terminal that shows the trace. */
export const entryLine = (entry: Entry): string => PeerText.escapeJson(encodeEntry(entry))

export const lostLine = Schema.encodeSync(Schema.fromJsonString(Lost))

export const textOf = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")

/**
 * The text of a trace, which `parse` reads.
 *
 * @stability stable
 * @category encoding
 * @since 0.1.0
 */
export const print = ({ entries, header, lost }: Trace): string => {
  const lines = [headerLine(header), ...entries.map((entry) => entryLine(entry))]
  return textOf(lost === 0 ? lines : [...lines, lostLine({ lost })])
}

// --- Parsing ----------------------------------------------------------------------------------------------------------

/**
 * The text is not a trace. `line` is the first wrong line, counted from 1. If a process was killed while it wrote, its last
 * line is incomplete; without that line the trace is valid.
 *
 * @stability stable
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
 * This library cannot read traces of this version.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class TraceVersionError extends Schema.TaggedError<TraceVersionError>()("TraceVersionError", {
  version: Schema.Finite
}) {
  override get message(): string {
    return `the trace has version ${this.version}; this library reads version ${version}`
  }
}

// An unknown field may have changed a decision, so it is an error.
const strict = { onExcessProperty: "error" } as const

const toJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

const toVersion = Schema.decodeUnknownResult(Schema.Struct({ version: Schema.Finite }))

const toHeader = Schema.decodeUnknownResult(HeaderJson, strict)

const toEntry = Schema.decodeUnknownResult(Entry, strict)

const toLost = Schema.decodeUnknownResult(Lost, strict)

/** Of a problem, in characters. The longest that names no field of the trace has 300. */
const longestProblem = 400

/** The path in it has the names of fields, and a trace can come from anywhere. */
const problemOf = ({ message }: Schema.SchemaError): string =>
  PeerText.quote(message.replaceAll(/\s+/g, " "), longestProblem)

/**
 * Reads a trace. It skips empty lines and indentation, so a trace can be pasted into a program.
 *
 * @stability stable
 * @category decoding
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<Trace, TraceLineError | TraceVersionError> =>
  Result.gen(function*() {
    const lines = text.split("\n").flatMap((text, n) => text.trim() === "" ? [] : [{ line: n + 1, text }])
    const read = <A>(line: number, result: Result.Result<A, Schema.SchemaError>) =>
      Result.mapError(result, (error) => new TraceLineError({ line, problem: problemOf(error) }))
    const [first, ...others] = lines
    if (first === undefined) {
      return yield* Result.fail(new TraceLineError({ line: 1, problem: "the header is missing" }))
    }

    const firstJson = yield* read(first.line, toJson(first.text))
    const versioned = yield* read(first.line, toVersion(firstJson))
    if (versioned.version !== version) return yield* Result.fail(new TraceVersionError(versioned))
    const header = yield* read(first.line, toHeader(firstJson))

    const entries: Array<Entry> = []
    let lost = 0
    for (const { line, text } of others) {
      const json = yield* read(line, toJson(text))
      if (lost > 0) return yield* Result.fail(new TraceLineError({ line, problem: "commands were lost before it" }))
      const end = toLost(json)
      if (Result.isSuccess(end)) lost = end.success.lost
      else entries.push(yield* read(line, toEntry(json)))
    }
    return { header, entries, lost }
  })
