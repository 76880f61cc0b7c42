/**
 * Publications as pure states, for the tests of what decides without a connection.
 */
import type { LocalTrack, RtpCodec, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Publications from "../../../src/edge/publishing/Publications.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2 }

export const track = (id: string): LocalTrack => ({
  id,
  codec: opus,
  send: () => Effect.succeed([]),
  keyFrameRequests: Stream.empty,
  stop: Effect.void
})

/** A track on the connection of an epoch. Unmuted at the SFU by default. */
export const outgoing = (
  epochId: number,
  track: LocalTrack,
  state?: Partial<Publications.OutgoingTrack>
): Publications.OutgoingTrack => ({
  epochId,
  track,
  former: undefined,
  admission: { codec: opus },
  isMutedAtSfu: false,
  refusedMute: undefined,
  ...state
})

/** Publications with the ids 0, 1, 2, ... Audio in the phase `Published` by default. */
export const publications = (
  ...list: ReadonlyArray<Partial<Omit<Publications.PublicationState, "id">>>
): Publications.Publications => ({
  ...Publications.empty,
  nextId: list.length,
  list: list.map((state, id) => ({
    id,
    trackType: "Audio",
    codec: undefined,
    dimension: undefined,
    phase: "Published",
    isMuted: false,
    announced: undefined,
    outgoing: undefined,
    quality: Publications.anyQuality(state.trackType ?? "Audio"),
    ...state
  }))
})

/** The next state. */
export const after = (
  before: Publications.Publications,
  ...transitions: ReadonlyArray<Publications.Transition>
): Publications.Publications => transitions.reduce((state, transition) => transition(state)[1], before)

/** The outcomes in words, such as `Refused 0: NotAllowed`. */
export const outcomes = (
  before: Publications.Publications,
  transition: Publications.Transition
): ReadonlyArray<string> =>
  transition(before)[0].map((outcome) => {
    switch (outcome._tag) {
      case "Refused": {
        const { detail, reason } = outcome.error
        return `Refused ${outcome.id}: ${reason}${detail === "" ? "" : ` (${detail})`}`
      }
      case "Stopped":
        return `Stopped ${outcome.id}: ${outcome.error.reason}`
      case "QualityChanged":
        return `QualityChanged ${outcome.id}: ${outcome.quality.layers.map(({ name }) => name).join()}`
      case "Published":
        return `Published ${outcome.id}: ${outcome.codec.name}`
      default:
        return `${outcome._tag} ${outcome.id}`
    }
  })

/** The track type and phase of each, in their order. */
export const phases = ({ list }: Publications.Publications): ReadonlyArray<string> =>
  list.map(({ phase, trackType }) => `${trackType} ${phase}`)

/** The publication with the id 0. */
export const first = (state: Publications.Publications): Publications.PublicationState => {
  const publication = Publications.find(state, 0)
  if (publication === undefined) throw new Error("the publication 0 was removed")
  return publication
}

export const announced = (trackType: TrackType, codec: RtpCodec = opus) => ({
  trackId: "track",
  trackType,
  mid: "0",
  muted: false,
  codec
})
