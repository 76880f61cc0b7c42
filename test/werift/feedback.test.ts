/**
 * RTCP feedback over ICE, DTLS and SRTP on 127.0.0.1: the answer promises what is sent, and no more.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RtcpTransportLayerFeedback,
  RtpHeader,
  RtpPacket,
  TransportWideCC,
  useNACK,
  useOPUS,
  usePLI,
  useREMB,
  useSdesMid,
  useTransportWideCC,
  useTWCC,
  useVP8
} from "werift"
import { onLoopback } from "../support/onLoopback.ts"
import { openCall, vp8 } from "./AnsweringSfu.ts"
import { openSubscriber, untilState } from "./Sfu.ts"

const feedbackOf = (sdp: string): ReadonlyArray<string> =>
  Array.from(new Set(Array.from(sdp.matchAll(/^a=rtcp-fb:\S+ (.+?)\r?$/gm), ([, feedback]) => feedback!))).toSorted()

/** Offers every feedback, and numbers the packets of both m-lines with one counter. */
const openSender = Effect.gen(function*() {
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        codecs: {
          audio: [useOPUS({ rtcpFeedback: [useTWCC(), useNACK()] })],
          video: [
            useVP8({ rtcpFeedback: [useNACK(), usePLI(), useREMB(), useTWCC(), { type: "ccm", parameter: "fir" }] })
          ]
        },
        headerExtensions: {
          audio: [useSdesMid(), useTransportWideCC()],
          video: [useSdesMid(), useTransportWideCC()]
        }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  )
  const tracks = (["audio", "video"] as const).map((kind) => {
    const track = new MediaStreamTrack({ kind })
    connection.addTransceiver(track, { direction: "sendonly" })
    return track
  })
  return { connection, tracks }
})

describe("RTCP feedback", () => {
  it.live("the answer promises nack, nack pli and transport-cc, and the sender gets reports of both m-lines", () =>
    Effect.gen(function*() {
      const { connection, tracks } = yield* openSender
      const subscriber = yield* openSubscriber()
      const offer = yield* Effect.promise(async () => {
        const description = await connection.createOffer()
        for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
        await connection.setLocalDescription(description)
        return connection.localDescription!.sdp
      })
      assert.includeMembers([...feedbackOf(offer)], ["goog-remb", "ccm fir"])
      const { sdp } = yield* subscriber.answer(offer)
      assert.deepStrictEqual(feedbackOf(sdp), ["nack", "nack pli", "transport-cc"])
      yield* Effect.promise(() => connection.setRemoteDescription({ type: "answer", sdp }))
      const reports: Array<TransportWideCC> = []
      connection.dtlsTransports[0]!.onRtcp.subscribe((packet) => {
        if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof TransportWideCC) {
          reports.push(packet.feedback)
        }
      })
      yield* untilState(subscriber, "connected")
      for (let n = 1; n <= 40; n++) {
        for (const [index, track] of tracks.entries()) {
          const payloadType = 96 + index
          track.writeRtp(
            new RtpPacket(new RtpHeader({ sequenceNumber: n, timestamp: n * 960, payloadType }), Buffer.alloc(20))
          )
        }
        yield* Effect.sleep("10 millis")
      }
      yield* Effect.sleep("300 millis")
      const covered = reports.reduce((sum, { packetStatusCount }) => sum + packetStatusCount, 0)
      const received = reports.reduce((sum, { recvDeltas }) => sum + recvDeltas.length, 0)
      assert.isAtLeast(reports.length, 3)
      // One report covers the transport: a report of one m-line alone would call every other packet lost.
      assert.isAtLeast(received, 70)
      assert.strictEqual(covered, received)
      assert.deepStrictEqual(reports.map(({ fbPktCount }) => fbPktCount), reports.map((_, n) => n))
      for (const [n, report] of reports.entries()) {
        const before = reports[n - 1]
        if (before === undefined) continue
        assert.strictEqual(report.baseSequenceNumber, before.baseSequenceNumber + before.packetStatusCount)
      }
    }).pipe(Effect.scoped))

  it.live("an offer of ours promises to obey nack and nack pli only", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      yield* publisher.addTrack({ kind: "video", codec: vp8 })
      yield* negotiate
      assert.deepStrictEqual(feedbackOf(sfu.offers[0]!.sdp), ["nack", "nack pli"])
    }).pipe(Effect.scoped))
})
