/**
 * Checks what callers hand in. A wrong argument is a mistake in the calling program, so it throws, and the effect that
 * was asked for dies of it; whatever comes from a peer has to be checked before it gets here.
 */
import * as Duration from "effect/Duration"
import * as Formatter from "effect/Formatter"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Track from "../Track.ts"

const checked = <A>(what: string, schema: Schema.Decoder<A>): (input: unknown) => A => {
  const decode = Schema.decodeUnknownResult(schema)
  return (input) =>
    Result.getOrThrowWith(decode(input), (issue) => new TypeError(`TrackResolver: not a ${what}: ${String(issue)}`))
}

export const track: (input: Track.IncomingTrack) => Track.IncomingTrack = checked("track", Track.IncomingTrack)

export const key: (input: Track.TrackKey) => Track.TrackKey = checked("track key", Track.TrackKey)

export const participant: (input: Track.Participant) => Track.Participant = checked("participant", Track.Participant)

export const trackId: (input: Track.TrackId) => Track.TrackId = checked("track id", Schema.NonEmptyString)

export const anotherKind = ({ kind, trackId }: Track.IncomingTrack): Error =>
  new TypeError(`TrackResolver: track ${trackId} was registered before, and not as ${kind}`)

/** `Duration` takes NaN for zero, so the parts are looked at before it sees them. */
export const duration = (name: string, input: Duration.Input): Duration.Duration => {
  const parts: ReadonlyArray<unknown> = typeof input === "object" && !Duration.isDuration(input)
    ? Object.values(input ?? {})
    : [input]
  const duration = parts.some(Number.isNaN) ? Option.none() : Duration.fromInput(input)
  return Option.getOrThrowWith(
    Option.filter(duration, (duration) => !Duration.isNegative(duration)),
    () => new RangeError(`TrackResolver: ${name} has to be a duration of zero or more, not ${Formatter.format(input)}`)
  )
}

export const count = (name: string, input: number): number => {
  if (Number.isNaN(input) || input < 0) {
    throw new RangeError(`TrackResolver: ${name} has to be a number of zero or more, not ${input}`)
  }
  return input
}

export const choice = <A extends string>(name: string, choices: ReadonlyArray<A>, input: A): A => {
  if (!choices.includes(input)) {
    throw new TypeError(`TrackResolver: ${name} has to be one of ${choices.join(", ")}, not ${input}`)
  }
  return input
}
