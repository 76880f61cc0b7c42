/**
 * Generates what the participants of a call do, and when: they join late, share a screen next to a camera, mute, publish
 * again, leave in the middle, rejoin with a new session, and join with two devices. The same seed gives the same script.
 */
import type { Participant, TrackKey } from "effect-track-resolver"
import { TrackType } from "effect-track-resolver"
import type { SimulatedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

export type Action =
  | { readonly _tag: "Join" }
  | { readonly _tag: "Leave" }
  | { readonly _tag: "Publish" | "Unpublish" | "Mute" | "Unmute"; readonly trackType: TrackType }

export interface TimedAction {
  /** In milliseconds from the start of the call. */
  readonly at: number
  readonly action: Action
}

/** The actions of one session, in the order of their times. */
export interface SessionScript extends Participant {
  readonly actions: ReadonlyArray<TimedAction>
}

export type Script = ReadonlyArray<SessionScript>

export interface ScriptOptions {
  readonly participants: number
  readonly seconds: number
  readonly seed: number
}

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo"]

const userIdOf = (index: number): string =>
  `${names[index % names.length]}${index < names.length ? "" : Math.floor(index / names.length) + 1}`

const join: Action = { _tag: "Join" }
const leave: Action = { _tag: "Leave" }
const publish = (trackType: TrackType): Action => ({ _tag: "Publish", trackType })
const unpublish = (trackType: TrackType): Action => ({ _tag: "Unpublish", trackType })
const mute = (trackType: TrackType): Action => ({ _tag: "Mute", trackType })
const unmute = (trackType: TrackType): Action => ({ _tag: "Unmute", trackType })

/** The actions of a session, by percent of the call's duration. */
type Behaviour = Record<number, ReadonlyArray<Action>>

/** For each user, the behaviour of each session. User 7 behaves as user 1, and so on. */
const behaviours: ReadonlyArray<ReadonlyArray<Behaviour>> = [
  // Shares a screen with its audio next to a camera, stops, and shares it again.
  [{
    0: [join, publish("Audio"), publish("Video")],
    25: [publish("ScreenShare"), publish("ScreenShareAudio")],
    50: [unpublish("ScreenShare"), unpublish("ScreenShareAudio")],
    70: [publish("ScreenShare")]
  }],
  // Mutes and unmutes.
  [{
    0: [join, publish("Video"), publish("Audio")],
    25: [mute("Audio")],
    40: [unmute("Audio"), mute("Video")],
    60: [unmute("Video"), mute("Audio")],
    75: [unmute("Audio")]
  }],
  // Leaves in the middle.
  [{ 0: [join, publish("Audio"), publish("Video")], 45: [leave] }],
  // Rejoins with a new session before the old one leaves.
  [
    { 0: [join, publish("Video"), publish("Audio")], 55: [leave] },
    { 45: [join, publish("Video"), publish("Audio")] }
  ],
  // Joins with two devices.
  [
    { 0: [join, publish("Video"), publish("ScreenShare")], 80: [unpublish("ScreenShare")] },
    { 5: [join, publish("Audio"), publish("Video")] }
  ],
  // Joins late.
  [{ 40: [join, publish("Audio"), publish("Video")] }]
]

/** The longest random delay of an action, in percent of the call's duration. */
const jitter = 5

export const generate = ({ participants, seconds, seed }: ScriptOptions): Effect.Effect<Script> =>
  Effect.forEach(Array.from({ length: participants }, (_, index) => index), (index) => {
    const userId = userIdOf(index)
    return Effect.forEach(behaviours[index % behaviours.length]!, (behaviour, session) =>
      Effect.map(
        timedActions(behaviour, seconds),
        (actions): SessionScript => ({ userId, sessionId: `${userId}-${session + 1}`, actions })
      ))
  }).pipe(Effect.map((sessions) => sessions.flat()), Random.withSeed(seed))

const timedActions = (behaviour: Behaviour, seconds: number): Effect.Effect<ReadonlyArray<TimedAction>> =>
  Effect.map(
    Effect.forEach(Object.entries(behaviour), ([percent, actions]) =>
      Effect.map(Random.nextBetween(0, jitter), (delay) => {
        const at = Math.round((Number(percent) + delay) * seconds * 10)
        return actions.map((action) => ({ at, action }))
      })),
    (actions) =>
      actions.flat()
  )

/** What a call has published when its script is over. */
export interface GroundTruth extends Pick<SimulatedCall.GroundTruth, "tracks"> {
  /** How often each track was published during the call, unmutes included. */
  readonly publications: ReadonlyArray<{ readonly key: TrackKey; readonly count: number }>
}

const trackTypes: ReadonlyArray<TrackType> = TrackType.literals

export const groundTruthOf = (script: Script): GroundTruth => {
  const keys = script.flatMap(({ actions, sessionId, userId }) =>
    trackTypes.map((trackType) => {
      const ofType = actions.filter(({ action }) => "trackType" in action && action.trackType === trackType)
      const count = ofType.filter(({ action: { _tag } }) => _tag === "Publish" || _tag === "Unmute").length
      const ends = ofType.length - count + actions.filter(({ action }) => action._tag === "Leave").length
      return { key: { userId, sessionId, trackType }, count, isPublished: count > ends }
    })
  )
  return {
    publications: keys.flatMap(({ count, key }) => count > 0 ? [{ key, count }] : []),
    tracks: keys.flatMap(({ isPublished, key }) => isPublished ? [key] : [])
  }
}
