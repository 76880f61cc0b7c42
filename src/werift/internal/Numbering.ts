/**
 * Numbers the packets of one SSRC, so that the receiver sees one source although the packets come from several.
 *
 * Pure. Packets of one source keep the distances of their numbers, including gaps. A jump marks the first packet of
 * another source (RFC 3550, appendix A.1): it gets the next sequence number, and a timestamp that is later by the
 * elapsed time.
 */
import type { OutgoingPacket } from "../../edge/PeerConnection.ts"

export type Numbers = Pick<OutgoingPacket, "sequenceNumber" | "timestamp">

/** The newest packet. */
export interface Numbering {
  /** The numbers from its source. */
  readonly given: Numbers
  readonly sent: Numbers
  /** In milliseconds. */
  readonly sentAt: number
}

/** RFC 3550's MAX_DROPOUT and MAX_MISORDER, in packets. */
const maxDropout = 3_000
const maxMisorder = 100
/** How far the timestamps of a source may differ from the clock, in milliseconds. */
const timestampTolerance = 10_000

/** `now` in milliseconds, `clockRate` in hertz. */
export const next = (
  last: Numbering | undefined,
  given: Numbers,
  now: number,
  clockRate: number
): { readonly sent: Numbers; readonly numbering: Numbering } => {
  if (last === undefined) return { sent: given, numbering: { given, sent: given, sentAt: now } }
  const steps = ((given.sequenceNumber - last.given.sequenceNumber) << 16) >> 16
  const ticks = (given.timestamp - last.given.timestamp) | 0
  const elapsed = Math.max(0, now - last.sentAt)
  const isSameSource = steps > -maxMisorder && steps < maxDropout
    && Math.abs(ticks) <= (elapsed + timestampTolerance) * clockRate / 1_000
  const sent = isSameSource
    ? advance(last.sent, steps, ticks)
    : advance(last.sent, 1, Math.max(1, Math.round(elapsed * clockRate / 1_000)))
  // A late packet does not replace the newest packet.
  return { sent, numbering: isSameSource && steps <= 0 ? last : { given, sent, sentAt: now } }
}

const advance = ({ sequenceNumber, timestamp }: Numbers, steps: number, ticks: number): Numbers => ({
  sequenceNumber: (sequenceNumber + steps) & 0xffff,
  timestamp: (timestamp + ticks) >>> 0
})
