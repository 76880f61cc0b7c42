/**
 * Checks the arguments of public functions. A wrong argument is a mistake in the calling program, so the check throws and
 * the calling effect dies. Data from a peer is validated before it reaches these checks.
 *
 * Every message has one form: `<service or function>: <argument> must be <what>, got <value>`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Track from "../Track.ts"
import * as PeerText from "./PeerText.ts"

/** The error for a wrong argument of `service`. The value may contain ids that peers chose. */
export const error = (service: string, argument: string, expected: string, value: unknown): TypeError =>
  new TypeError(`${service}: ${argument} must be ${expected}, got ${PeerText.quote(Formatter.format(value))}`)

/** Checks the arguments of one service or function, which the errors name. */
export interface Arguments {
  readonly track: (value: Track.IncomingTrack) => Track.IncomingTrack
  readonly key: (value: Track.TrackKey) => Track.TrackKey
  readonly participant: (value: Track.Participant) => Track.Participant
  readonly trackId: (value: Track.TrackId) => Track.TrackId
  readonly duration: (argument: string, value: Duration.Input) => Duration.Duration
  readonly positiveDuration: (argument: string, value: Duration.Input) => Duration.Duration
  /** An integer of at least 0, or Infinity. */
  readonly capacity: (argument: string, value: number) => number
  /** A number of at least `least`, which is 0 by default. */
  readonly count: (argument: string, value: number, least?: number) => number
  readonly choice: <A extends string | number>(argument: string, choices: ReadonlyArray<A>, value: A) => A
  readonly nonEmpty: (argument: string, value: string) => string
  readonly text: (argument: string, value: string) => string
  readonly flag: (argument: string, value: boolean) => boolean
  readonly list: <A>(argument: string, value: ReadonlyArray<A>) => ReadonlyArray<A>
  /** An object, for functions whose callers may be untyped. */
  readonly object: <A extends object>(argument: string, value: A) => A
  readonly callback: <A extends (...args: never) => unknown>(argument: string, value: A) => A
  readonly effect: (argument: string, value: Effect.Effect<unknown, unknown, unknown>) => void
  readonly stream: (argument: string, value: Stream.Stream<unknown, unknown, unknown>) => void
  readonly redacted: (argument: string, value: Redacted.Redacted) => Redacted.Redacted
  /** Width and height in pixels. */
  readonly size: <A extends { readonly width: number; readonly height: number }>(argument: string, value: A) => A
}

/** Checks an option if it is given. */
export const optional = <A, B>(check: (argument: string, value: A) => B) => (argument: string, value: A | undefined) =>
  value === undefined ? undefined : check(argument, value)

const decoders = {
  track: Schema.decodeUnknownResult(Track.IncomingTrack),
  key: Schema.decodeUnknownResult(Track.TrackKey),
  participant: Schema.decodeUnknownResult(Track.Participant),
  trackId: Schema.decodeUnknownResult(Schema.NonEmptyString)
}

const isId = (value: unknown): value is string => typeof value === "string" && value !== ""

/** What the decoder returns for a right key, at a tenth of the cost; `undefined` for every other value. */
const copyOfKey = (value: Track.TrackKey): Track.TrackKey | undefined => {
  if (!isObject(value)) return undefined
  const { sessionId, trackType, userId } = value
  const isRight = isId(userId) && isId(sessionId) && Track.TrackType.literals.includes(trackType)
  return isRight ? { userId, sessionId, trackType } : undefined
}

/** The same for a right track that names its participant and its type. */
const copyOfTrack = (value: Track.IncomingTrack): Track.IncomingTrack | undefined => {
  if (!isObject(value) || !isObject(value.participant) || value.trackType === undefined) return undefined
  const { kind, participant: { sessionId, userId }, trackId, trackType } = value
  const isRight = isId(trackId) && isId(userId) && isId(sessionId) && Track.TrackType.literals.includes(trackType)
    && kind === Track.kindOf(trackType)
  return isRight ? { trackId, kind, participant: { userId, sessionId }, trackType } : undefined
}

const units = ["weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"] as const

/** The numbers of a duration. Of an object: the units that it has, also as getters, as in `Temporal.Duration`. */
const partsOf = (value: Duration.Input): ReadonlyArray<unknown> => {
  if (typeof value !== "object" || value === null || Duration.isDuration(value)) return [value]
  if ("length" in value) return value
  return units.map((unit) => value[unit]).filter((part) => part !== undefined)
}

/** `Duration.fromInput` reads NaN and an object without any unit as zero, so this looks at the parts first. */
const parseDuration = (value: Duration.Input): Option.Option<Duration.Duration> => {
  const parts = partsOf(value)
  if (parts.length === 0 || parts.some(Number.isNaN)) return Option.none()
  return Option.filter(Duration.fromInput(value), (duration) => !Duration.isNegative(duration))
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const isSize = (value: unknown): boolean =>
  isObject(value) && "width" in value && "height" in value
  && [value.width, value.height].every((length) => typeof length === "number" && Number.isInteger(length) && length > 0)

export const forService = (service: string): Arguments => {
  const checked =
    <B>(expected: string, isRight: (value: unknown) => boolean) => <A extends B>(argument: string, value: A): A => {
      if (isRight(value)) return value
      throw error(service, argument, expected, value)
    }
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
  const duration = (argument: string, value: Duration.Input): Duration.Duration =>
    Option.getOrThrowWith(parseDuration(value), () => error(service, argument, "a duration of zero or more", value))
  const decodeTrack = decoded("track", "an IncomingTrack", decoders.track)
  const decodeKey = decoded("key", "a TrackKey", decoders.key)
  const decodeTrackId = decoded("trackId", "a non-empty string", decoders.trackId)
  return {
    track: (value) => copyOfTrack(value) ?? decodeTrack(value),
    key: (value) => copyOfKey(value) ?? decodeKey(value),
    participant: decoded("participant", "a Participant", decoders.participant),
    trackId: (value) => isId(value) ? value : decodeTrackId(value),
    duration,
    positiveDuration: (argument, value) => {
      const positive = duration(argument, value)
      if (Duration.isZero(positive)) throw error(service, argument, "a duration of more than zero", value)
      return positive
    },
    capacity: checked(
      "an integer of 0 or more, or Infinity",
      (value) => (Number.isInteger(value) || value === Infinity) && Number(value) >= 0
    ),
    count: (argument, value, least = 0) => {
      if (typeof value === "number" && value >= least) return value
      throw error(service, argument, `a number of ${least} or more`, value)
    },
    choice: (argument, choices, value) => {
      if (choices.includes(value)) return value
      throw error(service, argument, `one of ${choices.join(", ")}`, value)
    },
    nonEmpty: checked("a non-empty string", isId),
    text: checked("a string", (value) => typeof value === "string"),
    flag: checked("a boolean", (value) => typeof value === "boolean"),
    list: checked("an array", Array.isArray),
    object: checked("an object", isObject),
    callback: checked("a function", (value) => typeof value === "function"),
    effect: checked("an Effect", Effect.isEffect),
    stream: checked("a Stream", Stream.isStream),
    redacted: checked("Redacted", Redacted.isRedacted),
    size: checked("a width and a height in pixels", isSize)
  }
}
