/**
 * Where a script is played: a call with real connections, or one in memory.
 */
import type { Participant, TrackType } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Log } from "../log.ts"
import type { Part } from "./Script.ts"

/** Somebody who is in the call. */
export interface Actor<E> {
  readonly publish: (trackType: TrackType) => Effect.Effect<void, E>
  readonly unpublish: (trackType: TrackType) => Effect.Effect<void, E>
  readonly mute: (trackType: TrackType) => Effect.Effect<void, E>
  readonly unmute: (trackType: TrackType) => Effect.Effect<void, E>
  readonly leave: Effect.Effect<void, E>
}

export interface Stage<E> {
  /** They leave with the scope, if they have not left before. */
  readonly join: (who: Participant) => Effect.Effect<Actor<E>, E, Scope.Scope>
}

/** Everybody plays their part; ends when the last deed is done. */
export const play = <E>(
  stage: Stage<E>,
  parts: ReadonlyArray<Part>,
  say: Log
): Effect.Effect<void, E, Scope.Scope> =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (start) =>
      Effect.forEach(parts, (part) => playPart(stage, part, start, say), { concurrency: "unbounded", discard: true })
  )

const playPart = <E>(stage: Stage<E>, part: Part, start: number, say: Log) =>
  Effect.gen(function*() {
    let actor: Actor<E> | undefined
    for (const { at, deed } of part.cues) {
      yield* Effect.sleep(Math.max(0, start + at - (yield* Clock.currentTimeMillis)))
      const what = "trackType" in deed ? ` ${deed.trackType}` : ""
      yield* say(`${part.userId} (${part.sessionId}) ${deed._tag.toLowerCase()}${what}`)
      if (deed._tag === "Joins") actor = yield* stage.join(part)
      else if (actor !== undefined) yield* perform(actor, deed)
    }
  })

const perform = <E>(
  actor: Actor<E>,
  deed: Exclude<Part["cues"][number]["deed"], { _tag: "Joins" }>
): Effect.Effect<void, E> => {
  switch (deed._tag) {
    case "Leaves":
      return actor.leave
    case "Publishes":
      return actor.publish(deed.trackType)
    case "Unpublishes":
      return actor.unpublish(deed.trackType)
    case "Mutes":
      return actor.mute(deed.trackType)
    case "Unmutes":
      return actor.unmute(deed.trackType)
  }
}
