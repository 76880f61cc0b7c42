/**
 * The m-lines that send, and which packet belongs to which.
 *
 * werift's tracks say neither whose they are nor when that changes: one track object serves an m-line for its whole
 * life, a new SSRC comes out of another one, and most changes make no event. So the table is read from the offers, and
 * tracks are only where the packets come out.
 */
import * as Effect from "effect/Effect"
import { MediaStreamTrack } from "werift"
import type { RTCDtlsTransport, RTCRtpTransceiver, RtpPacket as WeriftPacket } from "werift"
import type { RemoteMediaSection, RtpPacket } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import { isStray } from "./Offer.ts"
import type { Offer, SendingMedia } from "./Offer.ts"
import { isConnected } from "./Peer.ts"
import type { Peer } from "./Peer.ts"

export interface Reception {
  /** An offer is about to be applied. What it takes from an m-line's owner goes to nobody until it is settled. */
  readonly begin: (offer: Offer) => void
  /** It was applied and answered. */
  readonly commit: (offer: Offer, accepted: ReadonlySet<string>) => ReadonlyArray<RemoteMediaSection>
  /** It was not: all goes on as before. */
  readonly revert: () => void
  /** Every packet stream ends, and so does at once what an exchange under way may still bring. */
  readonly end: () => void
}

/** An m-line that sends, as long as it is the same one's. */
interface Line {
  offered: SendingMedia
  readonly media: RemoteMediaSection
  readonly rtp: Fanout.Fanout<RtpPacket>
  isDeaf: boolean
  lastSsrc: number | undefined
  /** A key frame is to be asked for, as soon as there is somebody to ask and a way to them. */
  wantsKeyFrame: boolean
}

/** Nobody has so many streams without saying so. */
const learntCapacity = 256

export const make = ({ connection, onChange }: Peer): Reception => {
  let lines: ReadonlyMap<string, Line> = new Map()
  const heard = new Map<MediaStreamTrack, () => void>()
  const transports = new Map<RTCDtlsTransport, () => void>()
  /** SSRCs that no m-line has said, and whose they turned out to be. */
  const learnt = new Map<number, RTCRtpTransceiver>()
  let isEnded = false

  const transceiverOf = ({ kind, mid }: SendingMedia): RTCRtpTransceiver | undefined =>
    connection.getTransceivers().find((one) => one.mid === mid && one.kind === kind && !one.stopped)

  const open = (offered: SendingMedia): Line => {
    const rtp = Fanout.dropOldest<RtpPacket>()
    if (isEnded) rtp.end()
    const { kind, mid, streamId } = offered
    const line: Line = {
      offered,
      rtp,
      isDeaf: false,
      lastSsrc: undefined,
      wantsKeyFrame: false,
      media: {
        mid,
        kind,
        streamId,
        get codecs() {
          return line.offered.codecs
        },
        rtp: rtp.stream,
        requestKeyFrame: Effect.sync(() => {
          if (lines.get(mid) !== line) return
          line.wantsKeyFrame = true
          askForKeyFrame(line)
        })
      }
    }
    return line
  }

  const askForKeyFrame = (line: Line): void => {
    const { lastSsrc, offered, wantsKeyFrame } = line
    const [ssrc = lastSsrc] = lastSsrc === undefined ? offered.ssrcs : []
    const receiver = wantsKeyFrame ? transceiverOf(offered)?.receiver : undefined
    if (ssrc === undefined || receiver === undefined || !isConnected(receiver.dtlsTransport)) return
    line.wantsKeyFrame = false
    receiver.sendRtcpPLI(ssrc).catch(() => {})
  }

  onChange(() => {
    for (const line of lines.values()) askForKeyFrame(line)
  })

  const deliver = (line: Line, { header, payload }: WeriftPacket): void => {
    if (line.isDeaf) return
    line.lastSsrc = header.ssrc
    askForKeyFrame(line)
    line.rtp.publish({
      ssrc: header.ssrc,
      payloadType: header.payloadType,
      sequenceNumber: header.sequenceNumber,
      timestamp: header.timestamp,
      marker: header.marker,
      // A copy: werift's is a window on a datagram.
      payload: new Uint8Array(payload)
    })
  }

  const hear = (track: MediaStreamTrack, transceiver: RTCRtpTransceiver): void => {
    if (heard.has(track)) return
    const { unSubscribe } = track.onReceiveRtp.subscribe((packet) => {
      const line = lines.get(transceiver.mid ?? "")
      if (line !== undefined) deliver(line, packet)
    })
    heard.set(track, unSubscribe)
  }

  /** Listens to the tracks of the table and to no other: an m-line that has changed hands keeps its former SSRCs. */
  const listen = (): void => {
    const wanted = new Map<MediaStreamTrack, RTCRtpTransceiver>()
    for (const { offered } of isEnded ? [] : lines.values()) {
      const transceiver = transceiverOf(offered)
      if (transceiver === undefined) continue
      const { hasRids, ssrcs } = offered
      for (const track of transceiver.receiver.tracks) {
        const isLearnt = track.ssrc !== undefined && learnt.get(track.ssrc) === transceiver
        const isSaid = track.ssrc !== undefined && ssrcs.has(track.ssrc)
        if (isSaid || isLearnt || (hasRids && track.rid !== undefined)) wanted.set(track, transceiver)
      }
    }
    for (const [track, unSubscribe] of heard) {
      if (wanted.has(track)) continue
      unSubscribe()
      heard.delete(track)
    }
    for (const [track, transceiver] of wanted) hear(track, transceiver)
    for (const dtls of connection.dtlsTransports) {
      if (!isEnded && !transports.has(dtls)) {
        transports.set(
          dtls,
          dtls.onRtp.subscribe((packet) => learn(dtls, packet)).unSubscribe
        )
      }
    }
  }

  /**
   * werift routes by SSRC and by rid, and drops the rest. What comes on an m-line that says neither is told by its mid,
   * or by a payload type that is no other's (RFC 8843, section 9.2).
   */
  const learn = (dtls: RTCDtlsTransport, packet: WeriftPacket): void => {
    const { ssrc } = packet.header
    let transceiver = learnt.get(ssrc)
    if (transceiver === undefined) {
      const line = strayLine(packet)
      transceiver = line && transceiverOf(line.offered)
      if (line === undefined || transceiver === undefined || transceiver.dtlsTransport !== dtls) return
      if (learnt.size >= learntCapacity) return
      learnt.set(ssrc, transceiver)
      const track = new MediaStreamTrack({ kind: line.offered.kind, ssrc, remote: true })
      transceiver.addTrack(track)
      hear(track, transceiver)
    }
    transceiver.receiver.handleRtpBySsrc(packet, {})
  }

  const strayLine = ({ header }: WeriftPacket): Line | undefined => {
    const all = [...lines.values()]
    if (!all.some(({ offered }) => isStray(offered)) || all.some(({ offered }) => offered.ssrcs.has(header.ssrc))) {
      return undefined
    }
    const named = all.find(({ offered }) =>
      header.extensions.some(({ id, payload }) => id === offered.midExtension && payload.toString() === offered.mid)
    )
    const fitting = named === undefined
      ? all.filter(({ offered }) => offered.codecs.some(({ payloadType }) => payloadType === header.payloadType))
      : [named]
    return fitting.length === 1 && isStray(fitting[0]!.offered) ? fitting[0] : undefined
  }

  const change = (after: ReadonlyMap<string, Line>): void => {
    const before = lines
    lines = after
    for (const [mid, line] of before) {
      if (after.get(mid) === line) continue
      line.rtp.end()
      for (const [ssrc, transceiver] of learnt) if (transceiver.mid === mid) learnt.delete(ssrc)
    }
    listen()
  }

  return {
    begin: (offer) => {
      for (const [mid, line] of lines) {
        const offered = offer.sending.find((media) => media.mid === mid)
        line.isDeaf = offered === undefined || !isSame(line.offered, offered)
      }
    },
    commit: (offer, accepted) => {
      const after = new Map<string, Line>()
      for (const offered of offer.sending) {
        if (!accepted.has(offered.mid)) continue
        const old = lines.get(offered.mid)
        const line = old !== undefined && isSame(old.offered, offered) ? old : open(offered)
        line.offered = offered
        line.isDeaf = false
        if (line.lastSsrc !== undefined && !offered.ssrcs.has(line.lastSsrc)) line.lastSsrc = undefined
        after.set(offered.mid, line)
      }
      change(after)
      return Array.from(after.values(), ({ media }) => media)
    },
    revert: () => {
      for (const line of lines.values()) line.isDeaf = false
    },
    end: () => {
      isEnded = true
      change(new Map())
      for (const unSubscribe of transports.values()) unSubscribe()
      transports.clear()
    }
  }
}

const isSame = (one: SendingMedia, other: SendingMedia): boolean =>
  one.kind === other.kind && one.streamId === other.streamId
