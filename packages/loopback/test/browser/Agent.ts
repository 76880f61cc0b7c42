/**
 * The agent: an edge with both adapters, and what it has reported.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import type { EdgeEvent, TrackId, TrackType } from "effect-track-resolver"
import { formatTrackKey, StreamEdge, TrackResolver } from "effect-track-resolver"
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

/** Joins as `agent`, with a resolver that the test can read. */
export const agentLayer = StreamEdge.layerNoDeps({ sessionId: "the-agent" }).pipe(
  Layer.provide(clients),
  Layer.provideMerge(TrackResolver.layer({ sessionMigration: "never", anonymousTracks: "never" }))
)

export const follow = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const tracks = new Map<string, TrackId>()
  const participants = new Set<string>()
  const events: Array<EdgeEvent> = []
  const waiters = new Set<{ readonly holds: () => boolean; readonly met: Deferred.Deferred<void> }>()
  yield* edge.events.pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        events.push(event)
        if (event._tag === "ParticipantJoined") participants.add(event.participant.sessionId)
        if (event._tag === "ParticipantLeft") participants.delete(event.participant.sessionId)
        if (event._tag === "TrackAdded") tracks.set(formatTrackKey(event.key), event.trackId)
        if (event._tag === "TrackRemoved") tracks.delete(formatTrackKey(event.key))
        for (const waiter of Array.from(waiters)) {
          if (waiter.holds()) Deferred.doneUnsafe(waiter.met, Effect.void)
        }
      })
    ),
    Effect.forkScoped
  )
  const waitUntil = (holds: () => boolean): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (holds()) return Effect.void
      const waiter = { holds, met: Deferred.makeUnsafe<void>() }
      waiters.add(waiter)
      return Effect.ensuring(Deferred.await(waiter.met), Effect.sync(() => waiters.delete(waiter)))
    })
  return {
    events,
    participants: () => Array.from(participants),
    /** Waits until the agent has exactly these tracks. */
    has: (userId: string, sessionId: string, ...types: ReadonlyArray<TrackType>) =>
      waitUntil(() =>
        Array.from(tracks.keys()).toSorted().join()
          === types.map((trackType) => formatTrackKey({ userId, sessionId, trackType })).toSorted().join()
      ),
    waitForParticipants: (...sessions: ReadonlyArray<string>) =>
      waitUntil(() => Array.from(participants).toSorted().join() === sessions.toSorted().join()),
    /** The next packets of a track. */
    packets: (userId: string, sessionId: string, trackType: TrackType, count: number) =>
      Effect.suspend(() => {
        const trackId = tracks.get(formatTrackKey({ userId, sessionId, trackType }))
        return trackId === undefined
          ? Effect.die(new Error(`no ${trackType} of ${userId}`))
          : edge.rtp(trackId).pipe(Stream.take(count), Stream.runCollect)
      })
  }
})
