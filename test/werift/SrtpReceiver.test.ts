/**
 * What becomes of SRTP and SRTCP datagrams on a transport of the library, over ICE, DTLS and SRTP on 127.0.0.1.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { RtcpRrPacket, RtpHeader, RtpPacket } from "werift"
import { forge } from "../support/forge.ts"
import { readCounters } from "../support/readCounters.ts"
import { until } from "../support/until.ts"
import { openCall, opus, transportOf } from "./AnsweringSfu.ts"
import { answeringConnections, only, openSfu, openSubscriber, receiveTexts, untilState } from "./Sfu.ts"
import { weriftConnections } from "./weriftConnections.ts"

it.live("SRTP does not begin before the handshake is verified", () =>
  Effect.gen(function*() {
    const answering = yield* answeringConnections
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    sfu.publish("audio", "alice")
    yield* subscriber.answer(yield* sfu.offer())
    const transport = only(only(answering).dtlsTransports)
    assert.throws(() => transport.startSrtp(), "the DTLS handshake was not verified")
  }))

it.live("SRTP and SRTCP that is not authenticated is counted, and RTCP that is malformed", () =>
  Effect.gen(function*() {
    yield* Effect.scoped(Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const { send } = sfu.publish("audio", "alice")
      const media = only(yield* sfu.exchange(subscriber))
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(media, () => send("before"))
      const { iceTransport, srtcp, srtp } = only(sfu.connection.dtlsTransports)
      const relay = (datagram: Buffer) => Effect.promise(() => iceTransport.connection.send(datagram))
      yield* relay(forge(srtp.encrypt(Buffer.from("x"), new RtpHeader({ ssrc: 9, payloadType: 96 })), -1))
      yield* relay(forge(srtcp.encrypt(new RtcpRrPacket({ ssrc: 9 }).serialize()), -1))
      // It has one word, and claims two.
      yield* relay(srtcp.encrypt(Buffer.from([0x80, 203, 0, 2, 0, 0, 0, 9])))
      yield* receiveTexts(media, () => send("after"))
    }))
    const counts = yield* readCounters("werift_datagrams_dropped")
    // A busy machine repeats STUN requests, and drops the second response to each.
    assert.sameMembers(counts.filter((count) => !count.includes("STUN without a request")), [
      "werift_datagrams_dropped SRTP that is not authenticated 2",
      "werift_datagrams_dropped malformed RTCP 1"
    ])
  }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))

it.live("without a listener werift gets the RTP packets, without their padding, and counts them", () =>
  Effect.gen(function*() {
    const found = yield* weriftConnections
    const { negotiate, publisher, sfu } = yield* openCall
    yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* negotiate
    yield* untilState(publisher, "connected")
    yield* until(() => transportOf(sfu).state === "connected")
    const transports = Array.from(found).flatMap(({ dtlsTransports }) => dtlsTransports)
    const to = only(transports.filter((one) => one.state === "connected" && one !== transportOf(sfu)))
    const packets: Array<RtpPacket> = []
    to.onRtp.subscribe((packet) => packets.push(packet))
    const before = to.packetsReceived
    const extensions = [{ id: 5, payload: Buffer.of(9) }]
    const header = new RtpHeader({ ssrc: 9, payloadType: 96, padding: true, extension: true, extensions })
    yield* Effect.promise(() => transportOf(sfu).sendRtp(Buffer.from("text\0\0\u0003"), header))
    yield* until(() => packets.length === 1)
    const written = RtpPacket.deSerialize(packets[0]!.serialize())
    assert.strictEqual(written.payload.toString(), "text")
    assert.deepStrictEqual(written.header.extensions, extensions)
    assert.deepInclude(written.header, { ssrc: 9, payloadType: 96, padding: false })
    assert.isAbove(to.packetsReceived, before)
    assert.isAbove(to.bytesReceived, 0)
  }))
