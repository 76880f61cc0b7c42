/**
 * What must come out of a jitter buffer, from the complete trace of one source: sorted, without a clock and without bounds.
 */
import { leastDelay } from "../../src/media/internal/JitterBuffer.ts"

/** A packet as its sender knows it. */
export interface SentPacket {
  /** Not wrapped; the name of the packet as well. */
  readonly sequenceNumber: number
  /** By the sender's clock, in units of 1/48,000 s. */
  readonly time: number
  readonly duration: number
  /** Every time it arrived, in milliseconds. Empty: it was lost. */
  readonly arrivals: ReadonlyArray<number>
}

/** In units of 1/48,000 s, from the first packet that arrived. */
export interface Placed {
  readonly sequenceNumber: number
  readonly time: number
  readonly duration: number
}

export interface Expected {
  /** Those that arrived in time under any delay that the buffer may choose. */
  readonly punctual: ReadonlyArray<Placed>
  /** Those that arrived at all, and were sent after the first that arrived. */
  readonly possible: ReadonlyArray<Placed>
}

/** The buffer counts whole milliseconds, and whole units. */
const rounding = 2

export const expect = (trace: ReadonlyArray<SentPacket>): Expected => {
  const arrived = trace.flatMap(({ arrivals, ...packet }) =>
    arrivals.length === 0 ? [] : [{ ...packet, arrivedAt: Math.min(...arrivals) }]
  )
  const [first] = arrived.toSorted((a, b) => a.arrivedAt - b.arrivedAt)
  if (first === undefined) return { punctual: [], possible: [] }
  const transitOf = ({ arrivedAt, time }: { arrivedAt: number; time: number }): number => arrivedAt - time / 48
  const limit = Math.min(...arrived.map(transitOf)) + leastDelay - rounding
  const possible = arrived
    .filter(({ sequenceNumber }) => sequenceNumber >= first.sequenceNumber)
    .toSorted((a, b) => a.sequenceNumber - b.sequenceNumber)
  const place = ({ duration, sequenceNumber, time }: Placed): Placed => ({
    sequenceNumber,
    time: time - first.time,
    duration
  })
  return {
    punctual: possible.filter((packet) => packet === first || transitOf(packet) <= limit).map(place),
    possible: possible.map(place)
  }
}
