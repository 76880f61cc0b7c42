/**
 * Puts the RTP packets of one video in order and cuts them into encoded frames, so that a decoder gets each frame after all
 * that it may refer to. Has no clock: time is that of the packets.
 *
 * A frame is all packets with one timestamp, up to the one with the marker bit (RFC 7741, section 4.1; RFC 9628, section 4.1;
 * RFC 6184, section 5.1): of a picture with several spatial layers it is all of them.
 */
import type { RtpPacket, RtpVideoOrientation } from "../../edge/PeerConnection.ts"
import { isKeyFrameStart } from "../../internal/KeyFrame.ts"
import * as SerialNumber from "../../internal/SerialNumber.ts"
import * as PayloadData from "./PayloadData.ts"
import { concat } from "./TypedArrays.ts"

export interface EncodedFrame {
  /** Refers to no former frame. */
  readonly isKey: boolean
  readonly data: Uint8Array
  /** 32 bits, in units of 90,000 Hz. */
  readonly timestamp: number
  /** Of its last packet. */
  readonly receivedAt: number
  /** Absent in most frames: that of the last one that had it holds. */
  readonly orientation: RtpVideoOrientation | undefined
}

/** In milliseconds from the packet after a gap: longer than a retransmission takes. */
export const maxWait = 250

/** What waits for a missing packet: about a megabyte. */
export const maxPackets = 1_024

/** Whether frames of this codec can be assembled. `codec` is the name in SDP. */
export const isKnown = (codec: string): boolean => PayloadData.readerOf(codec) !== undefined

export class VideoAssembler {
  private readonly codec: string
  private readonly read: (payload: Uint8Array) => ReadonlyArray<Uint8Array>
  private ssrc: number | undefined
  /** By sequence number, which goes on where 16 bits wrap. */
  private readonly packets = new Map<number, RtpPacket>()
  private newest = 0
  /** The sequence number after the last frame and its padding: what is older comes too late. */
  private end = -Infinity
  /** The same. Absent as long as a key frame is needed. */
  private next: number | undefined

  /** `codec` is one that `isKnown`. */
  constructor(codec: string) {
    this.codec = codec
    this.read = PayloadData.readerOf(codec)!
  }

  /** No frame can be decoded before the next key frame. */
  get needsKeyFrame(): boolean {
    return this.next === undefined
  }

  /** The decoder has lost its state: the next frame is a key frame. */
  restart(): void {
    this.packets.clear()
    this.next = undefined
  }

  /** Returns the frames that this packet completes, in the order of decoding. */
  add(packet: RtpPacket): ReadonlyArray<EncodedFrame> {
    if (packet.ssrc !== this.ssrc) this.follow(packet)
    if (packet.droppedBefore > 0) this.restart()
    if (this.end - this.numberOf(packet) > maxPackets) this.follow(packet)
    const number = this.numberOf(packet)
    this.newest = Math.max(this.newest, number)
    if (number >= this.end) this.packets.set(number, packet)
    const frames = this.take()
    if (!this.isOverdue(packet.receivedAt)) return frames
    this.next = undefined
    const later = this.take()
    if (this.packets.size > maxPackets) this.restart()
    return [...frames, ...later]
  }

  /** A sender that starts again numbers its packets anew. */
  private follow({ sequenceNumber, ssrc }: RtpPacket): void {
    this.ssrc = ssrc
    this.newest = sequenceNumber
    this.end = -Infinity
    this.restart()
  }

  private numberOf({ sequenceNumber }: RtpPacket): number {
    return this.newest + SerialNumber.steps(this.newest, sequenceNumber)
  }

  /** A packet is missing, and what came after it has waited for too long or is too much. */
  private isOverdue(now: number): boolean {
    if (this.packets.size > maxPackets) return true
    if (this.next === undefined || this.packets.has(this.next)) return false
    const [oldest] = this.packets.values()
    return oldest !== undefined && now - oldest.receivedAt > maxWait
  }

  private take(): ReadonlyArray<EncodedFrame> {
    const frames: Array<EncodedFrame> = []
    for (;;) {
      const start = this.next === undefined ? this.newestKeyFrame() : this.afterPadding(this.next)
      const packets = start === undefined ? [] : this.wholeFrom(start)
      if (start === undefined || packets.length === 0) return frames
      this.setEnd(start + packets.length)
      frames.push(this.encoded(packets))
    }
  }

  /** Senders probe the bandwidth with packets that are padding and nothing else. */
  private afterPadding(from: number): number {
    let number = from
    while (this.packets.get(number)?.payload.length === 0) number++
    this.setEnd(number)
    return number
  }

  private setEnd(end: number): void {
    this.end = end
    this.next = end
    for (const number of this.packets.keys()) if (number < end) this.packets.delete(number)
  }

  /** What comes before it is of no use. */
  private newestKeyFrame(): number | undefined {
    const starts = Array.from(this.packets)
      .filter(([number, { payload }]) => isKeyFrameStart(this.codec, payload) && this.wholeFrom(number).length > 0)
      .map(([number]) => number)
    return starts.length === 0 ? undefined : Math.max(...starts)
  }

  /** The packets of the frame that begins here. Empty if one is missing. */
  private wholeFrom(start: number): ReadonlyArray<RtpPacket> {
    const timestamp = this.packets.get(start)?.timestamp
    const frame: Array<RtpPacket> = []
    for (let number = start;; number++) {
      const packet = this.packets.get(number)
      if (packet === undefined || packet.timestamp !== timestamp) return []
      frame.push(packet)
      if (packet.marker) return frame
    }
  }

  private encoded(packets: ReadonlyArray<RtpPacket>): EncodedFrame {
    const [first] = packets
    const parts = packets.flatMap(({ payload }) => this.read(payload))
    return {
      // In H.264 other NAL units may come before.
      isKey: packets.some(({ payload }) => isKeyFrameStart(this.codec, payload)),
      data: concat(Uint8Array, parts),
      timestamp: first!.timestamp,
      receivedAt: Math.max(...packets.map(({ receivedAt }) => receivedAt)),
      orientation: packets.findLast(({ videoOrientation }) => videoOrientation !== undefined)?.videoOrientation
    }
  }
}
