/**
 * Collects the packets of the next key frame: from its beginning to the marker bit, without a gap. Packets may come in
 * another order, and a lost one may be retransmitted while later frames arrive.
 */
import type { RtpPacket } from "../PeerConnection.ts"

/** Of one frame: about a megabyte. */
const maxPackets = 1_024

/** How many frames are collected at a time: a quarter of a second, which is more than a retransmission takes. */
const maxFrames = 16

/** By sequence number. */
type Frame = Map<number, RtpPacket>

export class KeyFrameAssembler {
  private readonly isStart: (packet: RtpPacket) => boolean
  /** By SSRC and timestamp, oldest first. */
  private readonly frames = new Map<string, Frame>()

  constructor(isStart: (packet: RtpPacket) => boolean) {
    this.isStart = isStart
  }

  /** Returns the packets of a key frame, in their order, when this is the last one of them to arrive. */
  add(packet: RtpPacket): ReadonlyArray<RtpPacket> | undefined {
    const id = `${packet.ssrc} ${packet.timestamp}`
    const frame = this.frames.get(id) ?? new Map()
    this.frames.set(id, frame)
    const [oldest] = this.frames.keys()
    if (this.frames.size > maxFrames) this.frames.delete(oldest!)
    if (frame.size < maxPackets) frame.set(packet.sequenceNumber, packet)
    return this.whole(frame)
  }

  private whole(frame: Frame): ReadonlyArray<RtpPacket> | undefined {
    const packets = Array.from(frame.values())
    const end = packets.find(({ marker }) => marker)
    if (end === undefined) return undefined
    /** Sequence numbers have 16 bits. */
    const beforeEnd = ({ sequenceNumber }: RtpPacket): number => (end.sequenceNumber - sequenceNumber) & 0xffff
    const length = Math.max(0, ...packets.filter(this.isStart).map((packet) => beforeEnd(packet) + 1))
    const ordered = packets
      .filter((packet) => beforeEnd(packet) < length)
      .toSorted((one, other) => beforeEnd(other) - beforeEnd(one))
    return length > 0 && ordered.length === length ? ordered : undefined
  }
}
