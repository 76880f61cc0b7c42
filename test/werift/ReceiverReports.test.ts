/**
 * What the receiver reports say, over ICE, DTLS and SRTP on 127.0.0.1, and which packets werift's receivers count.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  RTCPeerConnection,
  type RtcpReceiverInfo,
  RtcpRrPacket,
  RtcpSenderInfo,
  RtcpSrPacket,
  RtpHeader,
  RtpPacket,
  useOPUS
} from "werift"
import * as ReceiverReports from "../../src/werift/internal/ReceiverReports.ts"
import { until } from "../support/until.ts"
import { openSfu, openSubscriber, untilState, withoutSsrc } from "./Sfu.ts"

const opus = 96

const packetOf = (sequenceNumber: number, payloadType = opus): RtpPacket =>
  new RtpPacket(new RtpHeader({ ssrc: 1, payloadType, sequenceNumber }), Buffer.from("x"))

const senderReport = (ssrc: number): RtcpSrPacket =>
  new RtcpSrPacket({
    ssrc,
    senderInfo: new RtcpSenderInfo({
      ntpTimestamp: 0x1111_2222_3333_4444n,
      rtpTimestamp: 0,
      packetCount: 3,
      octetCount: 3
    })
  })

/** The receivers of two m-lines, which negotiated Opus. No packet is sent. */
const openReceivers = Effect.acquireRelease(
  Effect.sync(() => {
    const connection = new RTCPeerConnection()
    const receivers = [1, 2].map(() => connection.addTransceiver("audio").receiver)
    for (const receiver of receivers) {
      receiver.prepareReceive({
        codecs: [useOPUS({ payloadType: opus })],
        encodings: [],
        headerExtensions: [],
        muxId: "",
        rtcp: { mux: true }
      })
    }
    return { connection, receivers }
  }),
  ({ connection, receivers }) =>
    Effect.promise(() => {
      for (const receiver of receivers) receiver.stop()
      return connection.close()
    })
)

const counted = ({ receivers }: Effect.Success<typeof openReceivers>): ReadonlyArray<number> =>
  receivers.map((receiver) => receiver["remoteStreams"][1]?.packets_received ?? 0)

describe("Receiver reports", () => {
  it.live("count the packets that are missing, and answer the last sender report", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const { ssrc } = sfu.publish("audio", "alice").transceiver.sender
      yield* sfu.exchange(subscriber, { edit: withoutSsrc })
      yield* untilState(subscriber, "connected")
      const [transport] = sfu.connection.dtlsTransports
      let report: RtcpReceiverInfo | undefined
      transport!.onRtcp.subscribe((rtcp) => {
        if (rtcp instanceof RtcpRrPacket) report = rtcp.reports.find((one) => one.ssrc === ssrc) ?? report
      })
      for (const sequenceNumber of [10, 11, 13]) {
        sfu.sendRaw("x", { ssrc, payloadType: opus, sequenceNumber })
      }
      yield* until(() => report !== undefined)
      assert.deepStrictEqual([report!.highestSequence, report!.packetsLost, report!.lsr], [13, 1, 0])
      yield* Effect.promise(() => transport!.sendRtcp([senderReport(ssrc)]))
      yield* until(() => report!.lsr === 0x2222_3333)
    }))
})

describe("A receiver", () => {
  it.live("counts each packet, and none with a payload type that it did not negotiate", () =>
    Effect.gen(function*() {
      const open = yield* openReceivers
      const reports = ReceiverReports.make(open.connection)
      const [receiver] = open.receivers
      const isCounted = (packet: RtpPacket): boolean => reports.add(receiver!, packet)
      assert.deepStrictEqual([packetOf(1, 97), packetOf(1), packetOf(2, 97), packetOf(2)].map(isCounted), [
        false,
        true,
        false,
        true
      ])
      assert.deepStrictEqual(counted(open), [2, 0])
    }))

  it.live("counts nothing when it has stopped", () =>
    Effect.gen(function*() {
      const open = yield* openReceivers
      const reports = ReceiverReports.make(open.connection)
      const [receiver] = open.receivers
      receiver!.stop()
      assert.isFalse(reports.add(receiver!, packetOf(1)))
      assert.isFalse(reports.add(receiver!, packetOf(2)))
      assert.deepStrictEqual(counted(open), [0, 0])
    }))

  it.live("gets the sender reports of an SSRC that another m-line has had, and keeps them when that one ends", () =>
    Effect.gen(function*() {
      const open = yield* openReceivers
      const [first, second] = open.receivers
      const table = open.connection["router"].ssrcTable
      const [ofFirst, ofSecond] = [ReceiverReports.make(open.connection), ReceiverReports.make(open.connection)]
      ofFirst.add(first!, packetOf(1))
      ofSecond.add(second!, packetOf(2))
      assert.strictEqual(table[1], second)
      ofFirst.add(first!, packetOf(3))
      assert.strictEqual(table[1], first)
      ofSecond.add(second!, packetOf(4))
      assert.deepStrictEqual(counted(open), [2, 2])
      first!.handleRtcpPacket(senderReport(1))
      assert.strictEqual(first!.lastSRtimestamp[1], 0x2222_3333)
      ofFirst.end()
      assert.deepStrictEqual([first!.lastSRtimestamp, first!.receiveLastSRTimestamp], [{}, {}])
      assert.strictEqual(table[1], second)
      assert.deepStrictEqual(counted(open), [0, 2])
      ofSecond.end()
      assert.isUndefined(table[1])
      assert.deepStrictEqual(counted(open), [0, 0])
    }))
})
