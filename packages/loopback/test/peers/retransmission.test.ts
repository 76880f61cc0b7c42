/**
 * libwebrtc retransmits what the connection has lost, by RTX (RFC 4588).
 */
import { assert, it } from "@effect/vitest"
import { PeerConnectionFactory } from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { isMedia } from "werift"
import { only } from "../../../../test/werift/Sfu.ts"
import { weriftConnections } from "../../../../test/werift/weriftConnections.ts"
import { wrtc } from "./wrtc.ts"

const size = { width: 320, height: 240 }

/** A libwebrtc connection that sends video. */
const openSender = Effect.gen(function*() {
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() => new wrtc.RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })),
    (connection) => Effect.sync(() => connection.close())
  )
  const source = new wrtc.nonstandard.RTCVideoSource()
  connection.addTransceiver(source.createTrack(), { direction: "sendonly" })
  let shade = 0
  const sendFrame = Effect.sync(() => {
    shade = (shade + 37) % 256
    source.onFrame({ ...size, data: new Uint8Array(size.width * size.height * 1.5).fill(shade) })
  })
  yield* Effect.forkScoped(Effect.repeat(sendFrame, Schedule.spaced("30 millis")))
  yield* Effect.promise(async () => connection.setLocalDescription(await connection.createOffer()))
  yield* Effect.callback<void>((resume) => {
    const check = (): void => {
      if (connection.iceGatheringState === "complete") resume(Effect.void)
    }
    connection.onicegatheringstatechange = check
    check()
  })
  return connection
})

it.live("lost packets of libwebrtc arrive by RTX, once, with their own SSRC and numbers", () =>
  Effect.gen(function*() {
    const found = yield* weriftConnections
    const sender = yield* openSender
    const subscriber = yield* PeerConnectionFactory.use((factory) => factory.open({ iceServers: [] }))
    const { media, sdp } = yield* subscriber.answer(sender.localDescription.sdp)
    yield* Effect.promise(() => sender.setRemoteDescription({ type: "answer", sdp }))
    yield* Stream.runDrain(Stream.takeUntil(subscriber.states, (state) => state === "connected"))

    const codec = media[0]!.codecs.find(({ name }) => name === "VP8")!
    const lost = new Set<number>()
    const { onData } = only(only(Array.from(found)).iceTransports).connection
    const { execute } = onData
    onData.execute = (datagram) => {
      const sequenceNumber = datagram.readUInt16BE(2)
      const isVideo = isMedia(datagram) && (datagram[1]! & 0x7f) === codec.payloadType
      if (isVideo && sequenceNumber % 7 === 0 && !lost.has(sequenceNumber)) lost.add(sequenceNumber)
      else execute(datagram)
    }

    const received = new Map<number, number>()
    yield* media[0]!.rtp.pipe(
      Stream.tap(({ payloadType, sequenceNumber }) =>
        Effect.sync(() => {
          assert.strictEqual(payloadType, codec.payloadType)
          received.set(sequenceNumber, (received.get(sequenceNumber) ?? 0) + 1)
        })
      ),
      Stream.takeUntil(() => lost.size >= 20 && Array.from(lost).slice(0, 20).every((number) => received.has(number))),
      Stream.runDrain
    )
    assert.deepStrictEqual(new Set(received.values()), new Set([1]))
  }).pipe(Effect.scoped, Effect.provide(WeriftPeerConnection.layer())))
