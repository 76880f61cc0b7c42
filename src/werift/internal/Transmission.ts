/**
 * The tracks that we send, the m-lines that carry them, and their packets.
 *
 * An m-line outlives its track: once it was negotiated as inactive, the next track of its kind gets it. None is ever
 * stopped, for werift closes the transport together with its only m-line. werift's senders are given packets directly,
 * without a `MediaStreamTrack` in between: whoever writes into one does not learn what became of it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { MediaStream, PictureLossIndication, RtcpPayloadSpecificFeedback, RtpHeader, RtpPacket } from "werift"
import type { RtcpPacket, RTCRtpCodecParameters, RTCRtpSender, RTCRtpTransceiver } from "werift"
import type { LocalTrack, OutgoingPacket, PublisherOffer, RtpCodec } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { TrackKind } from "../../Track.ts"
import * as Numbering from "./Numbering.ts"
import type { Peer } from "./Peer.ts"

export interface Transmission {
  /** Throws, if it is a codec that cannot be sent. */
  readonly addTrack: (kind: TrackKind, codec: RtpCodec) => LocalTrack
  /** An offer is about to be made: each track gets an m-line, and those that carry none become inactive. */
  readonly begin: () => void
  /** What the offer says; its mids are there once its description has been set. */
  readonly offered: () => PublisherOffer["tracks"]
  /** It was answered: what it offers may be sent, and the m-lines that are inactive in it given away. */
  readonly commit: () => void
  readonly end: () => void
}

interface Sending {
  readonly track: LocalTrack
  readonly kind: TrackKind
  readonly parameters: RTCRtpCodecParameters
  readonly keyFrameRequests: Fanout.Fanout<void>
  line: Line | undefined
  isNegotiated: boolean
  isStopped: boolean
}

interface Line {
  readonly transceiver: RTCRtpTransceiver
  carries: Sending | undefined
  isFree: boolean
  numbering: Numbering.Numbering | undefined
}

export const make = (
  { connection }: Peer,
  codecs: { readonly [kind in TrackKind]: ReadonlyArray<RTCRtpCodecParameters> }
): Transmission => {
  let tracks: ReadonlyArray<Sending> = []
  let offered: ReadonlyArray<Sending> = []
  const lines: Array<Line> = []
  const transports = new Map<Peer["connection"]["dtlsTransports"][number], () => void>()
  let isEnded = false

  const open = (id: string, kind: TrackKind, codec: RtpCodec, parameters: RTCRtpCodecParameters): Sending => {
    const keyFrameRequests = Fanout.dropOldest<void>()
    const sending: Sending = {
      kind,
      parameters,
      keyFrameRequests,
      line: undefined,
      isNegotiated: false,
      isStopped: false,
      track: {
        id,
        codec,
        send: (packet) => Effect.flatMap(Clock.currentTimeMillis, (now) => send(sending, packet, now)),
        keyFrameRequests: keyFrameRequests.stream,
        stop: Effect.sync(() => {
          sending.isStopped = true
          tracks = tracks.filter((one) => one !== sending)
          keyFrameRequests.end()
        })
      }
    }
    return sending
  }

  const send = (
    { isNegotiated, isStopped, line }: Sending,
    packet: OutgoingPacket,
    now: number
  ): Effect.Effect<void> => {
    if (line === undefined || !isNegotiated || isStopped || isEnded) return Effect.void
    const { currentDirection, sender } = line.transceiver
    const { codec, dtlsTransport: { state } } = sender
    if (currentDirection !== "sendonly" || state !== "connected" || codec === undefined) return Effect.void
    const { numbering, sent } = Numbering.next(line.numbering, packet, now, codec.clockRate)
    line.numbering = numbering
    const header = new RtpHeader({ ...sent, marker: packet.marker, payloadType: codec.payloadType })
    // A copy: werift keeps it for whoever has lost it.
    const sending = new RtpPacket(header, Buffer.from(packet.payload))
    return Effect.ignore(Effect.tryPromise(() => sender.sendRtp(sending)), { log: "Debug" })
  }

  const assign = (sending: Sending): void => {
    let line = lines.find(({ isFree, transceiver }) =>
      isFree && !transceiver.stopped && transceiver.kind === sending.kind
    )
    if (line === undefined) {
      // The publisher's stream id says nothing: the SFU gives its own.
      const streams = [new MediaStream({ id: "-" })]
      const transceiver = connection.addTransceiver(sending.kind, { direction: "sendonly", streams })
      line = { transceiver, carries: undefined, isFree: false, numbering: undefined }
      lines.push(line)
    }
    line.isFree = false
    line.carries = sending
    sending.line = line
    const { transceiver } = line
    transceiver.setDirection("sendonly")
    transceiver.setCodecPreferences([sending.parameters])
    // werift's types have it read-only, werift has not.
    const sender: { -readonly [key in "trackId"]: RTCRtpSender[key] } = transceiver.sender
    sender.trackId = sending.track.id
  }

  /** Not by werift's own routing: it looks for the sender of a FIR where RFC 5104 (section 4.3.1.2) puts a zero. */
  const hear = (packet: RtcpPacket): void => {
    if (!(packet instanceof RtcpPayloadSpecificFeedback)) return
    const { feedback } = packet
    if (feedback === undefined) return
    for (const { carries, transceiver: { sender: { ssrc } } } of lines) {
      const isAsked = (feedback instanceof PictureLossIndication && feedback.mediaSsrc === ssrc)
        || ("fir" in feedback && feedback.fir.some((entry) => entry.ssrc === ssrc))
      if (isAsked) carries?.keyFrameRequests.publish()
    }
  }

  return {
    addTrack: (kind, codec) => {
      const parameters = codecs[kind].find(({ clockRate, name }) =>
        name.toLowerCase() === codec.name.toLowerCase() && clockRate === codec.clockRate
      )
      if (parameters === undefined) throw new Error(`no ${kind} codec ${codec.name}/${codec.clockRate}`)
      const sending = open(crypto.randomUUID(), kind, codec, parameters)
      tracks = [...tracks, sending]
      return sending.track
    },
    begin: () => {
      for (const line of lines) {
        if (line.carries?.isStopped !== true) continue
        line.carries = undefined
        line.transceiver.setDirection("inactive")
      }
      offered = tracks
      for (const sending of offered) if (sending.line === undefined) assign(sending)
      for (const dtls of connection.dtlsTransports) {
        if (!transports.has(dtls)) transports.set(dtls, dtls.onRtcp.subscribe(hear).unSubscribe)
      }
    },
    offered: () => offered.map(({ line, track }) => ({ track, mid: line!.transceiver.mid! })),
    commit: () => {
      for (const sending of offered) sending.isNegotiated = true
      for (const line of lines) if (line.carries === undefined) line.isFree = true
    },
    end: () => {
      isEnded = true
      for (const { keyFrameRequests } of tracks) keyFrameRequests.end()
      for (const unSubscribe of transports.values()) unSubscribe()
      transports.clear()
    }
  }
}
