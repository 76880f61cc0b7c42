/**
 * Differences of RTP's sequence numbers and timestamps, which wrap. Pure.
 *
 * The result is the shortest way: negative if `to` is before `from`. The numbers may be unwrapped ones.
 */

/** Of sequence numbers: 16 bits (RFC 3550, section 5.1). */
export const steps = (from: number, to: number): number => (to - from) << 16 >> 16

/** Of timestamps: 32 bits. */
export const ticks = (from: number, to: number): number => (to - from) | 0
