/**
 * What people do in a call, and when: they join late, share a screen next to a camera, mute, republish, leave in the
 * middle, come back under a new session, and sit there on two devices. The same seed gives the same script.
 */
import type { Participant, TrackKey } from "effect-track-resolver"
import { TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

export type Deed =
  | { readonly _tag: "Joins" }
  | { readonly _tag: "Leaves" }
  | { readonly _tag: "Publishes" | "Unpublishes" | "Mutes" | "Unmutes"; readonly trackType: TrackType }

/** What one session does, each deed at so many milliseconds from the beginning. */
export interface Part extends Participant {
  readonly cues: ReadonlyArray<{ readonly at: number; readonly deed: Deed }>
}

export interface ScriptOptions {
  readonly participants: number
  readonly seconds: number
  readonly seed: number
}

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo"]

type Cues = Record<number, ReadonlyArray<Deed>>

const joins: Deed = { _tag: "Joins" }
const leaves: Deed = { _tag: "Leaves" }
const deed = (_tag: "Publishes" | "Unpublishes" | "Mutes" | "Unmutes") => (trackType: TrackType): Deed => ({
  _tag,
  trackType
})
const publishes = deed("Publishes")
const unpublishes = deed("Unpublishes")
const mutes = deed("Mutes")
const unmutes = deed("Unmutes")

/** Each kind of behaviour: for each session of the user its deeds, at percents of the call's length. */
const roles: ReadonlyArray<ReadonlyArray<Cues>> = [
  // Shares a screen next to a camera, with its sound; stops, and shares it again.
  [{
    0: [joins, publishes("Audio"), publishes("Video")],
    25: [publishes("ScreenShare"), publishes("ScreenShareAudio")],
    50: [unpublishes("ScreenShare"), unpublishes("ScreenShareAudio")],
    70: [publishes("ScreenShare")]
  }],
  // Is muted now and then.
  [{
    0: [joins, publishes("Video"), publishes("Audio")],
    25: [mutes("Audio")],
    40: [unmutes("Audio"), mutes("Video")],
    60: [unmutes("Video"), mutes("Audio")],
    75: [unmutes("Audio")]
  }],
  // Leaves in the middle.
  [{ 0: [joins, publishes("Audio"), publishes("Video")], 45: [leaves] }],
  // Comes back under a new session, while the old one is still there.
  [
    { 0: [joins, publishes("Video"), publishes("Audio")], 55: [leaves] },
    { 45: [joins, publishes("Video"), publishes("Audio")] }
  ],
  // Sits there on two devices.
  [
    { 0: [joins, publishes("Video"), publishes("ScreenShare")], 80: [unpublishes("ScreenShare")] },
    { 5: [joins, publishes("Audio"), publishes("Video")] }
  ],
  // Joins late.
  [{ 40: [joins, publishes("Audio"), publishes("Video")] }]
]

/** How much later than the role says each deed may come, in percents of the call's length. */
const jitter = 5

export const script = ({ participants, seconds, seed }: ScriptOptions): Effect.Effect<ReadonlyArray<Part>> =>
  Effect.forEach(Array.from({ length: participants }, (_, n) => n), (n) => {
    const userId = `${names[n % names.length]!}${n < names.length ? "" : Math.floor(n / names.length) + 1}`
    return Effect.forEach(roles[n % roles.length]!, (role, session) =>
      Effect.map(
        Effect.forEach(Object.entries(role), ([percent, deeds]) =>
          Effect.map(Random.nextBetween(0, jitter), (later) => {
            const at = Math.round((Number(percent) + later) * seconds * 10)
            return deeds.map((deed) => ({ at, deed }))
          })),
        (cues): Part => ({ userId, sessionId: `${userId}-${session + 1}`, cues: cues.flat() })
      ))
  }).pipe(Effect.map((parts) => parts.flat()), Random.withSeed(seed))

/** What a script comes to, whoever plays it. */
export interface Truth {
  /** How often each publication was made, unmuting included. */
  readonly episodes: ReadonlyArray<{ readonly key: TrackKey; readonly count: number }>
  /** What is live in the end. */
  readonly standing: ReadonlyArray<TrackKey>
}

const types: ReadonlyArray<TrackType> = TrackType.literals

export const truthOf = (parts: ReadonlyArray<Part>): Truth => {
  const keys = parts.flatMap(({ cues, sessionId, userId }) =>
    types.map((trackType) => {
      const deeds = cues.map(({ deed }) => deed).filter((deed) => "trackType" in deed && deed.trackType === trackType)
      const begun = deeds.filter(({ _tag }) => _tag === "Publishes" || _tag === "Unmutes").length
      const ended = deeds.length - begun + (cues.some(({ deed }) => deed._tag === "Leaves") ? 1 : 0)
      return { key: { userId, sessionId, trackType }, count: begun, isStanding: begun > ended }
    })
  )
  return {
    episodes: keys.flatMap(({ count, key }) => count > 0 ? [{ key, count }] : []),
    standing: keys.flatMap(({ isStanding, key }) => isStanding ? [key] : [])
  }
}
