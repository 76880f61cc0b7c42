/**
 * The m-lines that we receive, and their packets.
 *
 * werift reports neither the owner of a track nor most changes of an m-line (H3, H4, H5). So the table of m-lines is
 * read from the offers, `Demultiplexer` selects the m-line of each packet, and werift's tracks only deliver packets.
 */
import { MediaStreamTrack } from "werift"
import type { RTCDtlsTransport, RTCRtpTransceiver, RtpPacket } from "werift"
import type { RemoteMediaSection } from "../../edge/PeerConnection.ts"
import * as Demultiplexer from "./Demultiplexer.ts"
import type { Offer } from "./Offer.ts"
import { hasSameOwner } from "./OfferedSection.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import type { Peer } from "./Peer.ts"
import * as PerTransport from "./PerTransport.ts"
import * as ReceivedSection from "./ReceivedSection.ts"
import * as TrackSubscriptions from "./TrackSubscriptions.ts"

export interface Reception {
  /** An offer is about to be applied: pauses the m-lines that stop sending or change their owner in it. */
  readonly begin: (offer: Offer) => void
  /** The offer was applied and answered. `accepted` has the mids that the answer accepts. */
  readonly commit: (offer: Offer, accepted: ReadonlySet<string>) => ReadonlyArray<RemoteMediaSection>
  /** The offer failed: resumes what `begin` has paused. */
  readonly revert: () => void
  /** Ends every packet stream, including streams that an exchange under way opens later. */
  readonly end: () => void
}

type Sections = ReadonlyMap<string, ReceivedSection.ReceivedSection>

export const make = ({ connection, onChange }: Peer): Reception => {
  let sections: Sections = new Map()
  let demultiplexer = Demultiplexer.empty
  let isEnded = false

  const transceiverOf = ({ kind, mid }: OfferedSection): RTCRtpTransceiver | undefined =>
    connection.getTransceivers().find((one) => one.mid === mid && one.kind === kind && !one.stopped)

  const sendKeyFrameRequest = (section: ReceivedSection.ReceivedSection): void => {
    if (!section.isKeyFrameWanted) return
    ReceivedSection.sendKeyFrameRequest(section, transceiverOf(section.offered)?.receiver)
  }

  const open = (offered: OfferedSection): ReceivedSection.ReceivedSection => {
    const section = ReceivedSection.make(offered, (section) => {
      if (sections.get(offered.mid) !== section) return
      section.isKeyFrameWanted = true
      sendKeyFrameRequest(section)
    })
    if (isEnded) section.rtp.end()
    return section
  }

  const tracks = TrackSubscriptions.make((mid, packet) => {
    const section = sections.get(mid)
    if (section === undefined || section.isPaused) return
    section.lastSsrc = packet.header.ssrc
    sendKeyFrameRequest(section)
    ReceivedSection.deliver(section, packet)
  })

  const transports = PerTransport.make((dtls) => dtls.onRtp.subscribe((packet) => onRtp(dtls, packet)).unSubscribe)

  /** Delivers the packets that werift drops (H16). Noticed by "H16: ..." in `test/werift/media.test.ts`. */
  const onRtp = (dtls: RTCDtlsTransport, packet: RtpPacket): void => {
    const selection = Demultiplexer.select(demultiplexer, packet.header)
    if (selection === undefined || selection.rule === "Ssrc") return
    const { rule, section } = selection
    const transceiver = transceiverOf(section)
    if (transceiver === undefined) return
    if (rule !== "Latched" && !latch(dtls, transceiver, packet.header.ssrc, section)) return
    transceiver.receiver.handleRtpBySsrc(packet, {})
  }

  /** Gives werift's receiver a track for an SSRC that no offer signaled. False if the SSRC cannot be latched. */
  const latch = (
    dtls: RTCDtlsTransport,
    transceiver: RTCRtpTransceiver,
    ssrc: number,
    section: OfferedSection
  ): boolean => {
    const latched = Demultiplexer.latch(demultiplexer, ssrc, section)
    if (transceiver.dtlsTransport !== dtls || latched === undefined) return false
    demultiplexer = latched
    const track = new MediaStreamTrack({ kind: section.kind, ssrc, remote: true })
    transceiver.addTrack(track)
    tracks.add(track, transceiver)
    return true
  }

  /** The tracks of the table. */
  const currentTracks = (): ReadonlyMap<MediaStreamTrack, RTCRtpTransceiver> => {
    const current = new Map<MediaStreamTrack, RTCRtpTransceiver>()
    for (const { offered } of sections.values()) {
      const transceiver = transceiverOf(offered)
      for (const track of transceiver?.receiver.tracks ?? []) {
        if (Demultiplexer.isCurrent(demultiplexer, offered, track)) current.set(track, transceiver!)
      }
    }
    return current
  }

  const replace = (after: Sections): void => {
    const before = sections
    sections = after
    demultiplexer = Demultiplexer.apply(demultiplexer, Array.from(after.values(), ({ offered }) => offered))
    for (const [mid, { rtp }] of before) if (after.get(mid)?.rtp !== rtp) rtp.end()
    tracks.replace(isEnded ? new Map() : currentTracks())
    if (!isEnded) transports.update(connection)
  }

  onChange(() => sections.forEach(sendKeyFrameRequest))

  return {
    begin: (offer) => {
      for (const section of sections.values()) section.isPaused = !keepsOwner(section, offer)
    },
    commit: (offer, accepted) => {
      const after = new Map<string, ReceivedSection.ReceivedSection>()
      for (const offered of offer.sending) {
        if (!accepted.has(offered.mid)) continue
        const old = sections.get(offered.mid)
        const section = old !== undefined && hasSameOwner(old.offered, offered) ? old : open(offered)
        ReceivedSection.update(section, offered)
        after.set(offered.mid, section)
      }
      replace(after)
      return Array.from(after.values(), ({ media }) => media)
    },
    revert: () => {
      for (const section of sections.values()) section.isPaused = false
    },
    end: () => {
      isEnded = true
      replace(new Map())
      transports.close()
    }
  }
}

const keepsOwner = ({ offered }: ReceivedSection.ReceivedSection, { sending }: Offer): boolean =>
  sending.some((section) => section.mid === offered.mid && hasSameOwner(offered, section))
