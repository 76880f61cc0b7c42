/**
 * Silence as Opus packets. Pure.
 *
 * A writer of Ogg takes the length of a packet from its first byte, so a file has no gaps: what is silent has packets too.
 */
import * as OpusPacket from "./OpusPacket.ts"

const ticksPerMilli = OpusPacket.clockRate / 1_000

/** Each Opus packet has a length of a multiple of this, in ticks: 2.5 ms (RFC 6716, section 2.1.4). */
export const grain = 2.5 * ticksPerMilli

export interface Packet {
  readonly payload: Uint8Array
  /** In ticks. */
  readonly duration: number
}

/** The longest first: CELT frames of one channel that decode to zeros (RFC 6716, sections 3.1 and 4.3: the silence flag). */
const lengths: ReadonlyArray<Packet> = ([[20, 0xf8], [10, 0xf0], [5, 0xe8], [2.5, 0xe0]] as const).map((
  [millis, toc]
) => ({ payload: Uint8Array.of(toc, 0xff, 0xfe), duration: millis * ticksPerMilli }))

/** As long as `ticks`, or less by a part of `grain`. */
export function* packets(ticks: number): Generator<Packet> {
  for (const packet of lengths) {
    for (; ticks >= packet.duration; ticks -= packet.duration) yield packet
  }
}
