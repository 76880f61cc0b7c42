/**
 * Our own client against the loopback SFU: both adapters, over real sockets, with nothing in between.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe } from "@effect/vitest"
import type { RemoteMediaSection, SfuSession, TrackKey } from "effect-track-resolver"
import { PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { inCall } from "./support/inCall.ts"

const clients = Layer.unwrap(Effect.gen(function*() {
  const { token, url, webSocketUrl } = yield* LoopbackSfu
  return Layer.merge(
    StreamSfuClient.layer({ url, webSocketUrl, token: Redacted.make(yield* token("agent")) }).pipe(
      Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])
    ),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  )
}))

/** Answers every offer, and gives each table of m-lines. */
const agent = Effect.gen(function*() {
  const factory = yield* PeerConnectionFactory
  const client = yield* SfuClient
  const session = yield* client.join({ sessionId: "the-agent", genericSdps: yield* factory.genericSdps })
  const connection = yield* factory.open({ iceServers: session.iceServers })
  const tables = yield* Queue.unbounded<ReadonlyArray<RemoteMediaSection>>()
  yield* session.events.pipe(
    Stream.runForEach((event) => {
      if (event._tag === "IceTrickle") return connection.addIceCandidate(event.candidate)
      if (event._tag !== "SubscriberOffer") return Effect.void
      return Effect.gen(function*() {
        const { media, sdp } = yield* connection.answer(event.sdp)
        yield* session.sendAnswer({ sdp, negotiationId: event.negotiationId })
        yield* Queue.offer(tables, media)
      })
    }),
    Effect.forkScoped
  )
  return { session, tables }
})

const subscribe = (session: SfuSession, ...keys: ReadonlyArray<TrackKey>) =>
  session.updateSubscriptions(keys.map((key) => ({ key })))

const senders = (media: RemoteMediaSection | undefined, packets: number) =>
  (media?.rtp ?? Stream.empty).pipe(
    Stream.take(packets),
    Stream.map(({ payload }) => Payload.read(payload)?.key),
    Stream.runCollect
  )

describe("the adapters of effect-track-resolver", () => {
  inCall.each([false, true])(
    "receive each participant's media on the section that names it, trickle %s",
    (sfu) =>
      Effect.gen(function*() {
        const { session, tables } = yield* agent
        const alice = yield* sfu.participant({ userId: "alice" })
        const bob = yield* sfu.participant({ userId: "bob" })
        const keys = [alice, bob].map(({ sessionId, userId }): TrackKey => ({ userId, sessionId, trackType: "Video" }))
        yield* alice.publish("Video")
        yield* subscribe(session, ...keys)
        const [hers] = yield* Queue.take(tables)
        assert.deepStrictEqual(yield* senders(hers, 3), [keys[0], keys[0], keys[0]])
        yield* bob.publish("Video")
        const [same, his] = yield* Queue.take(tables)
        assert.strictEqual(same, hers)
        assert.deepStrictEqual(yield* senders(his, 3), [keys[1], keys[1], keys[1]])
        yield* alice.leave
        const [only, ...none] = yield* Queue.take(tables)
        assert.strictEqual(only, his)
        assert.deepStrictEqual(none, [])
        yield* sfu.control.restartIce("the-agent")
        yield* Queue.take(tables)
        assert.deepStrictEqual(yield* senders(his, 20), Array.from({ length: 20 }, () => keys[1]))
      }).pipe(Effect.provide(clients)),
    (trickle) => ({ trickle })
  )
})
