/**
 * Packets that the network loses, over ICE, DTLS and SRTP on 127.0.0.1 (RFC 4585, RFC 4588).
 */
import { assert, describe, it } from "@effect/vitest"
import type { RtpPacket } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { RTCDtlsTransport } from "werift"
import { GenericNack, isMedia, RtcpTransportLayerFeedback } from "werift"
import { until } from "../support/until.ts"
import { only, openRtxSfu, openSfu, openSubscriber, type Sfu, untilState, withoutSsrc } from "./Sfu.ts"

const vp8 = 97
const rtx = 98

/** Loses each media packet with such a sequence number the first time it is sent, and counts the sent packets. */
const loseOnce = ({ iceTransport: { connection } }: RTCDtlsTransport, isLost: (sequenceNumber: number) => boolean) => {
  const send = connection.send.bind(connection)
  const sent = new Map<number, number>()
  const lost = new Map<number, Buffer>()
  connection.send = async (datagram) => {
    const payloadType = datagram[1]! & 0x7f
    const isRtp = isMedia(datagram) && (payloadType === vp8 || payloadType === rtx)
    const sequenceNumber = datagram.readUInt16BE(2)
    if (isRtp) sent.set(payloadType, (sent.get(payloadType) ?? 0) + 1)
    if (isRtp && payloadType === vp8 && isLost(sequenceNumber) && !lost.has(sequenceNumber)) {
      lost.set(sequenceNumber, Buffer.from(datagram))
    } else await send(datagram)
  }
  return {
    sent,
    lost,
    /** The lost packets arrive after all. */
    sendLost: Effect.promise(() => Promise.all(Array.from(lost.values(), (datagram) => send(datagram))))
  }
}

const call = (openSfu: Effect.Effect<Sfu, never, Scope.Scope>, edit = (sdp: string): string => sdp) =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const camera = sfu.publish("video", "alice")
    const { media, sdp } = yield* subscriber.answer(edit(yield* sfu.offer()))
    yield* sfu.accept(sdp)
    yield* untilState(subscriber, "connected")
    const [transport] = sfu.connection.dtlsTransports
    const received: Array<RtpPacket> = []
    yield* Effect.forkScoped(
      Stream.runForEach(only(media).rtp, (packet) => Effect.sync(() => void received.push(packet))),
      { startImmediately: true }
    )
    const nacks: Array<number> = []
    transport!.onRtcp.subscribe((rtcp) => {
      if (rtcp instanceof RtcpTransportLayerFeedback && rtcp.feedback instanceof GenericNack) {
        nacks.push(...rtcp.feedback.lost)
      }
    })
    return { sfu, camera, media: only(media), sdp, transport: transport!, received, nacks }
  })

const all = Array.from({ length: 100 }, (_, n) => `${n + 1}`)

/** Sends 100 packets, numbered from 1, a packet each two milliseconds. */
const sendAll = (send: (text: string) => void): Effect.Effect<void> =>
  Effect.forEach(all, (text) => Effect.delay(Effect.sync(() => send(text)), "2 millis"), { discard: true })

const textOf = ({ payload }: RtpPacket): string => Buffer.from(payload).toString()

const sorted = (received: ReadonlyArray<RtpPacket>): ReadonlyArray<string> =>
  received.toSorted((one, other) => one.sequenceNumber - other.sequenceNumber).map(textOf)

describe("Lost packets", () => {
  it.live("arrive by RTX, once, with their own SSRC, payload type and numbers", () =>
    Effect.gen(function*() {
      const { camera, received, sdp, transport } = yield* call(openRtxSfu)
      assert.match(sdp, /^m=video 9 \S+ 97 98\r$/m)
      assert.match(sdp, /a=rtpmap:98 rtx\/90000\r\n(.*\r\n)*a=fmtp:98 apt=97\r$/m)
      const relay = loseOnce(transport, (sequenceNumber) => sequenceNumber % 5 === 0)
      yield* sendAll(camera.send)
      camera.send("last")
      yield* until(() => received.length === 101)
      yield* relay.sendLost
      camera.send("end")
      yield* until(() => received.some((packet) => textOf(packet) === "end"))
      assert.deepStrictEqual(sorted(received), [...all, "last", "end"])
      assert.deepStrictEqual(new Set(received.map(({ ssrc }) => ssrc)), new Set([camera.transceiver.sender.ssrc]))
      assert.deepStrictEqual(new Set(received.map(({ payloadType }) => payloadType)), new Set([vp8]))
      assert.isTrue(received.every(({ sequenceNumber, timestamp }) => timestamp === sequenceNumber * 960))
      assert.isTrue(received.every(({ payload }) => payload.length === payload.buffer.byteLength))
      assert.strictEqual(relay.lost.size, 20)
      assert.strictEqual(relay.sent.get(vp8), 102)
      assert.isAtLeast(relay.sent.get(rtx) ?? 0, 20)
    }))

  it.live("arrive by RTX if no line says which SSRC repairs which, and there is one only", () =>
    Effect.gen(function*() {
      const { camera, received, transport } = yield* call(openRtxSfu, withoutSsrc)
      loseOnce(transport, (sequenceNumber) => sequenceNumber % 5 === 0)
      yield* sendAll(camera.send)
      camera.send("last")
      yield* until(() => received.length === 101)
      assert.deepStrictEqual(sorted(received), [...all, "last"])
    }))

  it.live("arrive by RTX after the SSRC has changed, if no line says which SSRC repairs which", () =>
    Effect.gen(function*() {
      let mid = 0
      const { received, sfu } = yield* call(openRtxSfu, (sdp) => {
        mid = Number(/a=extmap:(\d+) urn:ietf:params:rtp-hdrext:sdes:mid/.exec(sdp)![1])
        return withoutSsrc(sdp)
      })
      const send = (text: string, ssrc: number, sequenceNumber: number, original?: number): void => {
        const rest = {
          extension: true,
          extensionProfile: 0xbede as const,
          extensions: [{ id: mid, payload: Buffer.from("0") }]
        }
        if (original === undefined) return sfu.sendRaw(text, { ssrc, sequenceNumber, payloadType: vp8, ...rest })
        const bytes = String.fromCharCode(original >> 8, original & 0xff)
        sfu.sendRaw(`${bytes}${text}`, { ssrc, sequenceNumber, payloadType: rtx, ...rest })
      }
      for (const n of [1, 2, 3]) send(`old ${n}`, 11, n)
      for (const n of [21, 23, 24]) send(`new ${n}`, 12, n)
      yield* until(() => received.length === 6)
      send("new 22", 13, 1, 22)
      send("again", 13, 2, 22)
      send("nobody's", 13, 3, 40)
      send("end", 12, 25)
      yield* until(() => received.some((packet) => textOf(packet) === "end"))
      assert.deepStrictEqual(received.slice(6).map((packet) => [textOf(packet), packet.ssrc, packet.sequenceNumber]), [
        ["new 22", 12, 22],
        ["end", 12, 25]
      ])
    }))

  it.live("arrive by RTX with the header extensions about media, in the order of arrival", () =>
    Effect.gen(function*() {
      const { received, sfu } = yield* call(
        openRtxSfu,
        (sdp) => `${withoutSsrc(sdp)}a=extmap:10 urn:3gpp:video-orientation\r\n`
      )
      const send = (text: string, ssrc: number, sequenceNumber: number, payloadType: number): void =>
        sfu.sendRaw(text, {
          ssrc,
          sequenceNumber,
          payloadType,
          extension: true,
          extensionProfile: 0xbede,
          extensions: [{ id: 10, payload: Buffer.of(sequenceNumber & 3) }]
        })
      send("one", 11, 1, vp8)
      send("three", 11, 3, vp8)
      yield* until(() => received.length === 2)
      send("\0\u0002two", 12, 42, rtx)
      yield* until(() => received.length === 3)
      assert.deepStrictEqual(received.map((packet) => [textOf(packet), packet.videoOrientation?.rotation]), [
        ["one", 90],
        ["three", 270],
        ["two", 180]
      ])
      const times = received.map(({ receivedAt }) => receivedAt)
      assert.deepStrictEqual(times, times.toSorted((one, other) => one - other))
    }))

  it.live("arrive by RTX in the layer whose rid they repair", () =>
    Effect.gen(function*() {
      const { received, sdp, sfu } = yield* call(openRtxSfu, (sdp) =>
        `${withoutSsrc(sdp)}${
          [
            "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            "a=rid:q send",
            "a=rid:f send",
            "a=simulcast:send q;f"
          ].join("\r\n")
        }\r\n`)
      assert.match(sdp, /a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id/)
      const send = (text: string, ssrc: number, sequenceNumber: number, id: number, rid: string): void =>
        sfu.sendRaw(text, {
          ssrc,
          sequenceNumber,
          payloadType: id === 9 ? vp8 : rtx,
          extension: true,
          extensionProfile: 0xbede,
          extensions: [{ id, payload: Buffer.from(rid) }]
        })
      // Both layers miss the packet 2.
      for (const n of [1, 3]) {
        send(`q ${n}`, 21, n, 9, "q")
        send(`f ${n}`, 22, n, 9, "f")
      }
      yield* until(() => received.length === 4)
      send("\u0000\u0002f 2", 23, 1, 10, "f")
      send("\u0000\u0002q 2", 24, 1, 10, "q")
      yield* until(() => received.length === 6)
      assert.deepStrictEqual(received.slice(4).map((packet) => [textOf(packet), packet.ssrc, packet.sequenceNumber]), [
        ["f 2", 22, 2],
        ["q 2", 21, 2]
      ])
    }))

  it.live("arrive in their own SSRC without RTX", () =>
    Effect.gen(function*() {
      const { camera, nacks, received, sdp, transport } = yield* call(openSfu)
      assert.notInclude(sdp, "rtx")
      const relay = loseOnce(transport, (sequenceNumber) => sequenceNumber % 5 === 0)
      yield* sendAll(camera.send)
      camera.send("last")
      yield* until(() => received.length === 101)
      yield* relay.sendLost
      camera.send("end")
      yield* until(() => received.some((packet) => textOf(packet) === "end"))
      assert.deepStrictEqual(sorted(received), [...all, "last", "end"])
      assert.deepStrictEqual(new Set(nacks), new Set(relay.lost.keys()))
    }))

  it.live("are not requested if the offer does not say so, nor because a second SSRC begins", () =>
    Effect.gen(function*() {
      const without = yield* call(openSfu, (sdp) => sdp.replace(/a=rtcp-fb:\S+ nack\r\n/g, ""))
      loseOnce(without.transport, (sequenceNumber) => sequenceNumber === 3)
      for (const text of ["1", "2", "3", "4"]) without.camera.send(text)
      const { nacks, received, sfu } = yield* call(openSfu, withoutSsrc)
      for (const sequenceNumber of [1, 2]) sfu.sendRaw("one", { payloadType: vp8, ssrc: 5, sequenceNumber })
      for (const sequenceNumber of [100, 101]) {
        sfu.sendRaw("other", { payloadType: vp8, ssrc: 6, sequenceNumber })
      }
      yield* until(() => received.length === 4)
      yield* Effect.sleep("150 millis")
      assert.deepStrictEqual([nacks, without.nacks, without.received.length], [[], [], 3])
    }))
})
