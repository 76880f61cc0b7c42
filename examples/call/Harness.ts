/**
 * Plays a script in a call. The call is real (`main.ts`) or in memory (`Memory.ts`).
 */
import type { Participant, TrackType } from "effect-track-resolver"
import { formatParticipant } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Log } from "../log.ts"
import type { Action, Script, SessionScript } from "./Script.ts"

/** A participant in the call. */
export interface JoinedParticipant<E> {
  readonly publish: (trackType: TrackType) => Effect.Effect<void, E>
  readonly unpublish: (trackType: TrackType) => Effect.Effect<void, E>
  readonly mute: (trackType: TrackType) => Effect.Effect<void, E>
  readonly unmute: (trackType: TrackType) => Effect.Effect<void, E>
  readonly leave: Effect.Effect<void, E>
}

export interface Harness<E> {
  /** A participant that has not left yet leaves when the scope closes. */
  readonly join: (participant: Participant) => Effect.Effect<JoinedParticipant<E>, E, Scope.Scope>
}

/** Plays all sessions concurrently. Ends after the last action. */
export const play = <E>(harness: Harness<E>, script: Script, log: Log): Effect.Effect<void, E, Scope.Scope> =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (start) =>
      Effect.forEach(script, (session) => playSession(harness, session, start, log), {
        concurrency: "unbounded",
        discard: true
      })
  )

const playSession = <E>(harness: Harness<E>, session: SessionScript, start: number, log: Log) =>
  Effect.gen(function*() {
    let participant: JoinedParticipant<E> | undefined
    for (const { action, at } of session.actions) {
      yield* Effect.sleep(Math.max(0, start + at - (yield* Clock.currentTimeMillis)))
      yield* log(`${formatParticipant(session)} ${formatAction(action)}`)
      if (action._tag === "Join") participant = yield* harness.join(session)
      else if (participant !== undefined) yield* perform(participant, action)
    }
  })

const verbs: { readonly [tag in Action["_tag"]]: string } = {
  Join: "joins",
  Leave: "leaves",
  Publish: "publishes",
  Unpublish: "unpublishes",
  Mute: "mutes",
  Unmute: "unmutes"
}

const formatAction = (action: Action): string =>
  "trackType" in action ? `${verbs[action._tag]} ${action.trackType}` : verbs[action._tag]

const perform = <E>(
  participant: JoinedParticipant<E>,
  action: Exclude<Action, { _tag: "Join" }>
): Effect.Effect<void, E> => {
  switch (action._tag) {
    case "Leave":
      return participant.leave
    case "Publish":
      return participant.publish(action.trackType)
    case "Unpublish":
      return participant.unpublish(action.trackType)
    case "Mute":
      return participant.mute(action.trackType)
    case "Unmute":
      return participant.unmute(action.trackType)
  }
}
