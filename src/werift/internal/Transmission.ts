/**
 * The tracks that we send, and their m-lines from offer to offer.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { RtcpPacket, RTCRtpCodecParameters } from "werift"
import type { LocalTrack, PublisherOffer, RtpCodec } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { TrackKind } from "../../Track.ts"
import * as KeyFrameFeedback from "./KeyFrameFeedback.ts"
import type { Peer } from "./Peer.ts"
import * as PerTransport from "./PerTransport.ts"
import * as SendSection from "./SendSection.ts"

export interface Transmission {
  /** Throws if the codec cannot be sent. */
  readonly addTrack: (kind: TrackKind, codec: RtpCodec) => LocalTrack
  /** An offer is about to be created: gives each track an m-line, and makes those of stopped tracks inactive. */
  readonly begin: () => void
  /** The tracks of the offer. Call it after the offer was set: werift assigns the mids then. */
  readonly offered: () => PublisherOffer["tracks"]
  /** The offer was answered: its tracks may send, and its inactive m-lines are free. */
  readonly commit: () => void
  /** Ends all tracks. */
  readonly end: () => void
}

export const make = (
  { connection }: Peer,
  codecs: { readonly [kind in TrackKind]: ReadonlyArray<RTCRtpCodecParameters> }
): Transmission => {
  let tracks: ReadonlyArray<SendSection.OutgoingTrack> = []
  let offered: ReadonlyArray<SendSection.OutgoingTrack> = []
  const sections: Array<SendSection.SendSection> = []
  let isEnded = false

  const onRtcp = (packet: RtcpPacket): void => {
    const ssrcs = KeyFrameFeedback.requestedSsrcs(packet)
    for (const { carries, transceiver } of sections) {
      if (ssrcs.includes(transceiver.sender.ssrc)) carries?.keyFrameRequests.publish()
    }
  }
  const transports = PerTransport.make((dtls) => dtls.onRtcp.subscribe(onRtcp).unSubscribe)

  const openTrack = (
    kind: TrackKind,
    codec: RtpCodec,
    parameters: RTCRtpCodecParameters
  ): SendSection.OutgoingTrack => {
    const keyFrameRequests = Fanout.dropOldest<void>()
    const outgoing: SendSection.OutgoingTrack = {
      kind,
      parameters,
      keyFrameRequests,
      section: undefined,
      isNegotiated: false,
      isStopped: false,
      track: {
        id: crypto.randomUUID(),
        codec,
        send: (packet) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const { isNegotiated, isStopped, section } = outgoing
            return section === undefined || !isNegotiated || isStopped || isEnded
              ? SendSection.notConnected
              : SendSection.send(section, packet, now)
          }),
        keyFrameRequests: keyFrameRequests.stream,
        stop: Effect.sync(() => {
          outgoing.isStopped = true
          tracks = tracks.filter((one) => one !== outgoing)
          keyFrameRequests.end()
        })
      }
    }
    return outgoing
  }

  const findOrOpenSection = (kind: TrackKind): SendSection.SendSection => {
    const free = sections.find((section) => SendSection.isFreeFor(section, kind))
    if (free !== undefined) return free
    const section = SendSection.open(connection, kind)
    sections.push(section)
    return section
  }

  return {
    addTrack: (kind, codec) => {
      const parameters = codecs[kind].find(({ clockRate, name }) =>
        name.toLowerCase() === codec.name.toLowerCase() && clockRate === codec.clockRate
      )
      if (parameters === undefined) throw new Error(`no ${kind} codec ${codec.name}/${codec.clockRate}`)
      const outgoing = openTrack(kind, codec, parameters)
      tracks = [...tracks, outgoing]
      return outgoing.track
    },
    begin: () => {
      sections.forEach(SendSection.vacate)
      offered = tracks
      for (const outgoing of offered) {
        if (outgoing.section === undefined) SendSection.assign(findOrOpenSection(outgoing.kind), outgoing)
      }
      transports.update(connection)
    },
    offered: () => offered.map(({ section, track }) => ({ track, mid: section!.transceiver.mid! })),
    commit: () => {
      for (const outgoing of offered) outgoing.isNegotiated = true
      for (const section of sections) if (section.carries === undefined) section.isFree = true
    },
    end: () => {
      isEnded = true
      for (const { keyFrameRequests } of tracks) keyFrameRequests.end()
      transports.close()
    }
  }
}
