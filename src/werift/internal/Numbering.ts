/**
 * Numbers the packets of one SSRC, so that whoever receives them sees one source, whatever they come from.
 *
 * Pure. As long as a source goes on, so do its own numbers, gaps and all. Another one may begin anywhere; it is told by a
 * leap (RFC 3550, appendix A.1), and goes on with the next sequence number, as much later as time has gone by.
 */
import type { OutgoingPacket } from "../../edge/PeerConnection.ts"

export type Numbers = Pick<OutgoingPacket, "sequenceNumber" | "timestamp">

export interface Numbering {
  /** Of the newest packet: as its source has it, and as it was sent. */
  readonly given: Numbers
  readonly sent: Numbers
  /** When, in milliseconds. */
  readonly at: number
}

const mostLost = 3_000
const mostMisordered = 100
/** How far a source may be ahead of the clock or behind it, or drift. */
const leeway = 10_000

export const next = (
  last: Numbering | undefined,
  given: Numbers,
  at: number,
  clockRate: number
): { readonly sent: Numbers; readonly numbering: Numbering } => {
  if (last === undefined) return { sent: given, numbering: { given, sent: given, at } }
  const steps = ((given.sequenceNumber - last.given.sequenceNumber) << 16) >> 16
  const ticks = (given.timestamp - last.given.timestamp) | 0
  const elapsed = Math.max(0, at - last.at)
  const goesOn = steps > -mostMisordered && steps < mostLost
    && Math.abs(ticks) <= (elapsed + leeway) * clockRate / 1_000
  const sent = goesOn
    ? on(last.sent, steps, ticks)
    : on(last.sent, 1, Math.max(1, Math.round(elapsed * clockRate / 1_000)))
  // One that comes late is behind the newest, which stays the newest.
  return { sent, numbering: goesOn && steps <= 0 ? last : { given, sent, at } }
}

const on = ({ sequenceNumber, timestamp }: Numbers, steps: number, ticks: number): Numbers => ({
  sequenceNumber: (sequenceNumber + steps) & 0xffff,
  timestamp: (timestamp + ticks) >>> 0
})
