/**
 * Datagrams that the network doubles or repeats, over ICE, DTLS and SRTP on 127.0.0.1 (RFC 3711, section 3.3.2).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  isMedia,
  PictureLossIndication,
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  type RTCDtlsTransport,
  type RTCPeerConnection,
  RtcpPayloadSpecificFeedback,
  RtcpSrPacket
} from "werift"
import { until } from "../support/until.ts"
import { openCall, opus, sendUntilReceived, transportOf, vp8 } from "./AnsweringSfu.ts"
import { answeringConnections, only, openSfu, openSubscriber, textOf, untilState } from "./Sfu.ts"

/** Doubles every SRTP and SRTCP datagram that the transport sends, and keeps them for a repetition. */
const double = ({ iceTransport: { connection } }: RTCDtlsTransport) => {
  const send = connection.send.bind(connection)
  const kept: Array<Buffer> = []
  connection.send = async (datagram) => {
    await send(datagram)
    if (!isMedia(datagram)) return
    kept.push(Buffer.from(datagram))
    await send(datagram)
  }
  return {
    kept,
    /** Sends one datagram as it is. */
    send: (datagram: Buffer) => Effect.promise(() => send(datagram))
  }
}

/** Before the handshake. `srtpProfiles` is private in werift's types. */
const useProfile = ({ dtlsTransports }: RTCPeerConnection, profile: 1 | 7): void => {
  for (const transport of dtlsTransports) Object.assign(transport, { srtpProfiles: [profile] })
}

const profiles = [ProtectionProfileAes128CmHmacSha1_80, ProtectionProfileAeadAes128Gcm] as const

describe("A subscriber", () => {
  it.live.each(profiles)(
    "profile %i: delivers doubled and repeated packets once, and none that is forged",
    (profile) =>
      Effect.gen(function*() {
        const answering = yield* answeringConnections
        const sfu = yield* openSfu
        const subscriber = yield* openSubscriber()
        const { send, transceiver } = sfu.publish("audio", "alice")
        const offer = yield* sfu.offer()
        useProfile(sfu.connection, profile)
        const { media, sdp } = yield* subscriber.answer(offer)
        yield* sfu.accept(sdp)
        yield* untilState(subscriber, "connected")
        const [transport] = sfu.connection.dtlsTransports
        assert.strictEqual(transport!.srtp.config.profile, profile)
        const relay = double(transport!)
        let reports = 0
        only(answering).dtlsTransports[0]!.onRtcp.subscribe((rtcp) => {
          if (rtcp instanceof RtcpSrPacket) reports++
        })
        const texts: Array<string> = []
        yield* Effect.forkScoped(
          Stream.runForEach(only(media).rtp, (packet) => Effect.sync(() => void texts.push(textOf(packet)))),
          { startImmediately: true }
        )
        const all = Array.from({ length: 250 }, (_, n) => `${n}`)
        for (const [n, text] of all.entries()) {
          send(text)
          if (n % 50 === 49) yield* until(() => texts.length > n)
        }
        yield* until(() => reports > 1)
        for (const datagram of Array.from(relay.kept)) yield* relay.send(datagram)
        const forged = Buffer.from(relay.kept[0]!)
        forged.writeUInt16BE((forged.readUInt16BE(2) + 20_000) & 0xffff, 2)
        yield* relay.send(forged)
        send("end")
        yield* until(() => texts.includes("end"))
        assert.deepStrictEqual(texts, [...all, "end"])
        const sent = () => relay.kept.filter((datagram) => datagram[1] === RtcpSrPacket.type).length
        // One may have been sent after "end".
        yield* until(() => reports >= sent())
        assert.strictEqual(reports, sent())
        assert.strictEqual(transceiver.sender.ssrc, relay.kept[0]!.readUInt32BE(8))
      })
  )
})

describe("A publisher", () => {
  it.live("gets a doubled and repeated key frame request once", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const [camera, voice] = [
        yield* publisher.addTrack({ kind: "video", codec: vp8 }),
        yield* publisher.addTrack({ kind: "audio", codec: opus })
      ]
      yield* negotiate
      yield* untilState(publisher, "connected")
      let requests = 0
      yield* Effect.forkScoped(
        Stream.runForEach(camera.keyFrameRequests, () => Effect.sync(() => void requests++)),
        { startImmediately: true }
      )
      const [received] = yield* sendUntilReceived(sfu, camera, "camera", 1)
      const transport = transportOf(sfu)
      const relay = double(transport)
      const requestKeyFrame = Effect.promise(() => {
        const feedback = new PictureLossIndication({ senderSsrc: 1, mediaSsrc: received!.packet.header.ssrc })
        return transport.sendRtcp([new RtcpPayloadSpecificFeedback({ feedback })])
      })
      yield* requestKeyFrame
      yield* until(() => requests === 1)
      for (const datagram of Array.from(relay.kept)) yield* relay.send(datagram)
      yield* requestKeyFrame
      yield* until(() => requests >= 2)
      yield* sendUntilReceived(sfu, voice, "voice", 1)
      assert.strictEqual(requests, 2)
    }))
})
