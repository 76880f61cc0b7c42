/**
 * Sends transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): the sender estimates the bandwidth
 * from it, and without it stays at its lowest bitrate.
 *
 * The faults: werift reports each m-line alone, although the numbers are of the transport; reports no lost packet; and
 * reports only after ten packets. So werift's reports are switched off: `ReceiverReports` passes it no number. Noticed by
 * `test/werift/feedback.test.ts`.
 */
import { RecvDelta, RtcpTransportLayerFeedback, RTP_EXTENSION_URI, RunLengthChunk, TransportWideCC } from "werift"
import type { RTCDtlsTransport, RTCPeerConnection } from "werift"
import * as Arrivals from "./Arrivals.ts"
import type { ReceivedPacket } from "./RtpParser.ts"

export interface TransportFeedback {
  /** A packet of any m-line has arrived on the transport. */
  readonly receive: (packet: ReceivedPacket) => void
  readonly end: () => void
}

/** Milliseconds from the first unreported packet to the report. libwebrtc's default. */
const interval = 100

/** The SSRC of the sender of the feedback. No RTCP message refers to it, so it belongs to no stream. */
const senderSsrc = 1

const numberOf = ({ extIdUriMap }: RTCPeerConnection, { header }: ReceivedPacket): number | undefined => {
  const extension = header.extensions.find(({ id }) => extIdUriMap[id] === RTP_EXTENSION_URI.transportWideCC)
  return extension?.payload.length === 2 ? extension.payload.readUInt16BE() : undefined
}

const packetOf = (feedback: Arrivals.Feedback, mediaSourceSsrc: number, count: number): RtcpTransportLayerFeedback => {
  const { base, deltas, referenceTime, runs } = feedback
  const packet = new TransportWideCC({
    senderSsrc,
    mediaSourceSsrc,
    baseSequenceNumber: base,
    packetStatusCount: runs.reduce((sum, { length }) => sum + length, 0),
    referenceTime,
    fbPktCount: count & 0xff,
    packetChunks: runs.map(({ length, status }) => new RunLengthChunk({ packetStatus: status, runLength: length })),
    // In microseconds.
    recvDeltas: deltas.map((delta) => new RecvDelta({ delta: delta * 250 }))
  })
  const sizes = deltas.map((delta) => delta >= 0 && delta <= 255 ? 1 : 2)
  const size = 2 * runs.length + sizes.reduce<number>((sum, one) => sum + one, 0)
  packet.header.padding = size % 4 !== 0
  return new RtcpTransportLayerFeedback({ feedback: packet })
}

export const make = (connection: RTCPeerConnection, dtls: RTCDtlsTransport): TransportFeedback => {
  const arrivals = Arrivals.make()
  let mediaSsrc = 0
  let count = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const send = (): void => {
    timer = undefined
    const feedback = arrivals.report()
    if (feedback === undefined || dtls.state !== "connected") return
    dtls.sendRtcp([packetOf(feedback, mediaSsrc, count++)]).catch(() => {})
  }

  return {
    receive: (packet) => {
      const number = numberOf(connection, packet)
      if (number === undefined) return
      mediaSsrc = packet.header.ssrc
      arrivals.receive(number, Math.floor(performance.now() * 1_000))
      timer ??= setTimeout(send, interval)
    },
    end: () => clearTimeout(timer)
  }
}
