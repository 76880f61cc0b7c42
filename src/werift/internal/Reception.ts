/**
 * The m-lines that we receive, and their packets.
 *
 * werift reports neither the owner of a track nor most changes of an m-line (H3, H4, H5), and ignores mids when it routes
 * packets (H16). So the table of m-lines is read from the offers, `Demultiplexer` decides the m-line of each packet, and
 * werift's receivers only keep the statistics (`ReceiverReports`).
 */
import type * as Clock from "effect/Clock"
import type { RTCDtlsTransport, RTCPeerConnection, RTCRtpReceiver } from "werift"
import type { RemoteMediaSection } from "../../edge/PeerConnection.ts"
import * as Demultiplexer from "./Demultiplexer.ts"
import * as HeldPackets from "./HeldPackets.ts"
import type { Offer } from "./Offer.ts"
import { hasSameOwner } from "./OfferedSection.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import type { Peer } from "./Peer.ts"
import * as PerTransport from "./PerTransport.ts"
import * as ReceivedSection from "./ReceivedSection.ts"
import * as ReceiverReports from "./ReceiverReports.ts"
import * as Retransmissions from "./Retransmissions.ts"
import type { ReceivedPacket } from "./RtpParser.ts"
import * as TransportFeedback from "./TransportFeedback.ts"

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

interface Entry {
  readonly section: ReceivedSection.ReceivedSection
  readonly reports: ReceiverReports.ReceiverReports
  readonly retransmissions: Retransmissions.Retransmissions
}

/** Of one transport. */
interface Incoming {
  readonly demultiplexer: Demultiplexer.Demultiplexer
  /** Packets with a mid that no offer had. */
  readonly held: HeldPackets.HeldPackets<ReceivedPacket>
  readonly feedback: TransportFeedback.TransportFeedback
}

export const make = ({ connection, onChange, onRtp }: Peer, clock: Clock.Clock): Reception => {
  let entries: ReadonlyMap<string, Entry> = new Map()
  const incoming = new Map<RTCDtlsTransport, Incoming>()
  let isEnded = false
  const now = (): number => clock.currentTimeMillisUnsafe()

  const open = (offered: OfferedSection): Entry => {
    const section = ReceivedSection.make(offered, now, (section) => {
      if (entries.get(offered.mid)?.section !== section) return
      section.isKeyFrameWanted = true
      ReceivedSection.sendKeyFrameRequest(section)
    })
    if (isEnded) ReceivedSection.end(section)
    return { section, reports: ReceiverReports.make(connection), retransmissions: Retransmissions.make(now) }
  }

  const close = ({ reports, retransmissions, section }: Entry): void => {
    retransmissions.end()
    reports.end()
    ReceivedSection.end(section)
  }

  const transports = PerTransport.make((dtls) => {
    const feedback = TransportFeedback.make(connection, dtls)
    incoming.set(dtls, { demultiplexer: Demultiplexer.make(), held: HeldPackets.make(), feedback })
    return feedback.end
  })

  const route = ({ demultiplexer, held }: Incoming, packet: ReceivedPacket, at: number): void => {
    const owner = demultiplexer.route(packet.header)
    if (owner._tag === "Hold") return held.add(packet, sizeOf(packet), at)
    const entry = owner._tag === "Section" ? entries.get(owner.section.mid) : undefined
    if (entry === undefined || entry.section.isPaused) return
    const { receiver } = entry.section
    if (receiver === undefined) return
    if (Retransmissions.isRtx(packet, entry.section.offered)) receiveRtx(entry, packet, at)
    else if (entry.reports.add(receiver, packet)) receive(entry, packet, at)
  }

  const receive = ({ retransmissions, section }: Entry, packet: ReceivedPacket, at: number): void => {
    if (!retransmissions.isNew(packet, section.offered, section.receiver)) return
    section.lastSsrc = packet.header.ssrc
    ReceivedSection.sendKeyFrameRequest(section)
    ReceivedSection.deliver(section, packet, at)
  }

  /** Not in the receiver reports: they also count lost packets that are retransmitted (RFC 4588, section 4). */
  const receiveRtx = ({ retransmissions, section }: Entry, packet: ReceivedPacket, at: number): void => {
    const original = retransmissions.unwrap(packet, section.offered)
    if (original === undefined) return
    if (!retransmissions.isNew(original, section.offered, section.receiver)) return
    ReceivedSection.deliver(section, original, at)
  }

  /** Applies the table of m-lines to the transports, and routes again the packets that were held for it. */
  const applyTable = (): void => {
    transports.update(connection)
    const sections = Array.from(entries.values(), ({ section }) => section)
    for (const [dtls, { demultiplexer }] of incoming) {
      demultiplexer.apply(
        sections.filter(({ receiver }) => receiver?.dtlsTransport === dtls).map(({ offered }) => offered)
      )
    }
    for (const section of sections) {
      const { lastSsrc, offered, receiver } = section
      const demultiplexer = receiver && incoming.get(receiver.dtlsTransport)?.demultiplexer
      if (lastSsrc !== undefined && demultiplexer?.midOf(lastSsrc) !== offered.mid) section.lastSsrc = undefined
    }
    for (const transport of incoming.values()) {
      for (const { addedAt, packet } of transport.held.take(now())) route(transport, packet, addedAt)
    }
  }

  const replace = (after: ReadonlyMap<string, Entry>): void => {
    const before = entries
    entries = after
    for (const [mid, entry] of before) if (after.get(mid) !== entry) close(entry)
    if (!isEnded) applyTable()
  }

  onRtp((dtls, packet) => {
    const transport = incoming.get(dtls)
    if (transport === undefined) return
    transport.feedback.receive(packet)
    route(transport, packet, now())
  })
  onChange(() => entries.forEach(({ section }) => ReceivedSection.sendKeyFrameRequest(section)))

  return {
    begin: ({ sending }) => {
      const byMid = new Map(sending.map((offered) => [offered.mid, offered]))
      for (const [mid, { section }] of entries) {
        const offered = byMid.get(mid)
        section.isPaused = offered === undefined || !hasSameOwner(section.offered, offered)
      }
    },
    commit: (offer, accepted) => {
      const after = new Map<string, Entry>()
      const receiverOf = makeReceiverOf(connection)
      for (const offered of offer.sending) {
        if (!accepted.has(offered.mid)) continue
        const old = entries.get(offered.mid)
        const entry = old !== undefined && hasSameOwner(old.section.offered, offered) ? old : open(offered)
        ReceivedSection.update(entry.section, offered, receiverOf(offered))
        after.set(offered.mid, entry)
      }
      replace(after)
      return Array.from(after.values(), ({ section }) => section.media)
    },
    revert: () => {
      for (const { section } of entries.values()) section.isPaused = false
    },
    end: () => {
      isEnded = true
      replace(new Map())
      transports.close()
      incoming.clear()
    }
  }
}

/** In bytes. The extension of its header keeps the datagram in memory, beside the payload. */
const sizeOf = ({ header, payload }: ReceivedPacket): number => header.serializeSize + 2 * payload.length

/** werift's receiver of an m-line. */
const makeReceiverOf = (connection: RTCPeerConnection): (offered: OfferedSection) => RTCRtpReceiver | undefined => {
  const live = connection.getTransceivers().filter(({ stopped }) => !stopped)
  const byMid = new Map(live.map((one) => [one.mid, one]))
  return ({ kind, mid }) => {
    const transceiver = byMid.get(mid)
    return transceiver?.kind === kind ? transceiver.receiver : undefined
  }
}
