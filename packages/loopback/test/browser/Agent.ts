/**
 * The agent: our own edge, with both adapters, and the list of what it has told.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import type { EdgeEvent, TrackId, TrackType } from "effect-track-resolver"
import { StreamEdge, TrackResolver } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

const clients = Layer.unwrap(Effect.gen(function*() {
  const { token, url, webSocketUrl } = yield* LoopbackSfu
  return Layer.merge(
    StreamSfuClient.layer({ url, webSocketUrl, token: Redacted.make(yield* token("agent")) }).pipe(
      Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])
    ),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  )
}))

/** Joins as `agent`, with a resolver that can be looked into. */
export const agentLayer = StreamEdge.layerNoDeps({ sessionId: "the-agent" }).pipe(
  Layer.provide(clients),
  Layer.provideMerge(TrackResolver.layer({ sessionMigration: "never", anonymousTracks: "never" }))
)

/** A track as it stands: `bob <session> Video`. */
const nameOf = ({ sessionId, trackType, userId }: { sessionId: string; trackType: TrackType; userId: string }) =>
  `${userId} ${sessionId} ${trackType}`

export const follow = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const tracks = new Map<string, TrackId>()
  const people = new Set<string>()
  const told: Array<EdgeEvent> = []
  const waiters = new Set<{ readonly isSo: () => boolean; readonly met: Deferred.Deferred<void> }>()
  yield* edge.events.pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        told.push(event)
        if (event._tag === "ParticipantJoined") people.add(event.participant.sessionId)
        if (event._tag === "ParticipantLeft") people.delete(event.participant.sessionId)
        if (event._tag === "TrackAdded") tracks.set(nameOf(event.key), event.trackId)
        if (event._tag === "TrackRemoved") tracks.delete(nameOf(event.key))
        for (const waiter of Array.from(waiters)) {
          if (waiter.isSo()) Deferred.doneUnsafe(waiter.met, Effect.void)
        }
      })
    ),
    Effect.forkScoped
  )
  const until = (isSo: () => boolean): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (isSo()) return Effect.void
      const waiter = { isSo, met: Deferred.makeUnsafe<void>() }
      waiters.add(waiter)
      return Effect.ensuring(Deferred.await(waiter.met), Effect.sync(() => waiters.delete(waiter)))
    })
  return {
    told,
    people: () => Array.from(people),
    /** Waits until these are all the tracks that there are. */
    has: (userId: string, sessionId: string, ...types: ReadonlyArray<TrackType>) =>
      until(() =>
        Array.from(tracks.keys()).toSorted().join()
          === types.map((trackType) => nameOf({ userId, sessionId, trackType })).toSorted().join()
      ),
    untilPeople: (...sessions: ReadonlyArray<string>) =>
      until(() => Array.from(people).toSorted().join() === sessions.toSorted().join()),
    /** Waits for so many packets of a track, from now on. */
    packets: (userId: string, sessionId: string, trackType: TrackType, count: number) =>
      Effect.suspend(() => {
        const trackId = tracks.get(nameOf({ userId, sessionId, trackType }))
        return trackId === undefined
          ? Effect.die(new Error(`no ${trackType} of ${userId}`))
          : edge.rtp(trackId).pipe(Stream.take(count), Stream.runCollect)
      })
  }
})
