/**
 * Checks the arguments of public functions. A wrong argument is a mistake in the calling program, so the check throws and
 * the calling effect dies. Data from a peer is validated before it reaches these checks.
 *
 * Every message has one form: `<service or function>: <argument> must be <what>, got <value>`.
 */
import * as Duration from "effect/Duration"
import * as Formatter from "effect/Formatter"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Track from "../Track.ts"

/** The error for a wrong argument of `service`. */
export const error = (service: string, argument: string, expected: string, value: unknown): TypeError =>
  new TypeError(`${service}: ${argument} must be ${expected}, got ${Formatter.format(value)}`)

/** Checks the arguments of one service or function, which the errors name. */
export interface Arguments {
  readonly track: (value: Track.IncomingTrack) => Track.IncomingTrack
  readonly key: (value: Track.TrackKey) => Track.TrackKey
  readonly participant: (value: Track.Participant) => Track.Participant
  readonly trackId: (value: Track.TrackId) => Track.TrackId
  readonly duration: (argument: string, value: Duration.Input) => Duration.Duration
  /** A number of at least `least`, which is 0 by default. */
  readonly count: (argument: string, value: number, least?: number) => number
  readonly choice: <A extends string>(argument: string, choices: ReadonlyArray<A>, value: A) => A
  readonly nonEmpty: (argument: string, value: string) => string
}

const decoders = {
  track: Schema.decodeUnknownResult(Track.IncomingTrack),
  key: Schema.decodeUnknownResult(Track.TrackKey),
  participant: Schema.decodeUnknownResult(Track.Participant),
  trackId: Schema.decodeUnknownResult(Schema.NonEmptyString)
}

/** `Duration.fromInput` reads NaN as zero, so this looks at the parts first. */
const parseDuration = (value: Duration.Input): Option.Option<Duration.Duration> => {
  const parts: ReadonlyArray<unknown> = typeof value === "object" && !Duration.isDuration(value)
    ? Object.values(value ?? {})
    : [value]
  if (parts.some(Number.isNaN)) return Option.none()
  return Option.filter(Duration.fromInput(value), (duration) => !Duration.isNegative(duration))
}

export const forService = (service: string): Arguments => {
  const decoded = <A>(
    argument: string,
    expected: string,
    decode: (value: unknown) => Result.Result<A, unknown>
  ) =>
  (value: unknown): A =>
    Result.getOrThrowWith(decode(value), (issue) => {
      const { message } = error(service, argument, expected, value)
      return new TypeError(`${message}: ${String(issue)}`)
    })
  return {
    track: decoded("track", "an IncomingTrack", decoders.track),
    key: decoded("key", "a TrackKey", decoders.key),
    participant: decoded("participant", "a Participant", decoders.participant),
    trackId: decoded("trackId", "a non-empty string", decoders.trackId),
    duration: (argument, value) =>
      Option.getOrThrowWith(
        parseDuration(value),
        () => error(service, argument, "a duration of zero or more", value)
      ),
    count: (argument, value, least = 0) => {
      if (value >= least) return value
      throw error(service, argument, `a number of ${least} or more`, value)
    },
    choice: (argument, choices, value) => {
      if (choices.includes(value)) return value
      throw error(service, argument, `one of ${choices.join(", ")}`, value)
    },
    nonEmpty: (argument, value) => {
      if (value !== "") return value
      throw error(service, argument, "a non-empty string", value)
    }
  }
}
