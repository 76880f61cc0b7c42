/**
 * When each frame of 20 ms is due, and its RTP numbers. Pure.
 *
 * The frames of a run are due 20 ms after one another, at `runAt + index * 20 ms`: a late frame does not move those after
 * it. After a gap a new run begins. Its timestamp advances by the elapsed time, and its sequence number by one, so that a
 * receiver sees silence and no loss.
 *
 * | the next frame is late by            | because                          | it                                       |
 * | ------------------------------------ | -------------------------------- | ---------------------------------------- |
 * | nothing                              |                                  | continues the run, at its time           |
 * | up to 900 ms                         | the process was busy             | continues the run, at once               |
 * | up to 100 ms                         | the speaker had nothing to send, | continues the run, at once: a live       |
 * |                                      | or could not send                | source is not that exact                 |
 * | more, or at all after an utterance   |                                  | begins a run, at once                    |
 */

/** In milliseconds. */
export const frameMillis = 20

/**
 * In milliseconds. Of what is late the edge sends one second at once, and drops the rest as `TooEarly`. Less than that, because
 * its clock has whole milliseconds.
 */
export const longestStall = 900

/** In milliseconds. */
export const longestWait = 100

/** The place of a frame in time. */
export interface Slot {
  /** When the first frame of the run was due, in milliseconds. */
  readonly runAt: number
  /** Of the frame in its run, from 0. */
  readonly index: number
  /** 16 bits (RFC 3550, section 5.1). */
  readonly sequenceNumber: number
  /** 32 bits, in units of the clock rate. */
  readonly timestamp: number
}

/**
 * Why the next frame may be late.
 *
 * - `Stalled`: it was there, and could be sent.
 * - `Waited`: it was not there, or the track could not send.
 * - `Ended`: the same, and the last frame was the end of an utterance.
 */
export type Lateness = "Stalled" | "Waited" | "Ended"

const tolerated: { readonly [lateness in Lateness]: number } = { Stalled: longestStall, Waited: longestWait, Ended: 0 }

/** In milliseconds. */
export const dueOf = ({ index, runAt }: Slot): number => runAt + index * frameMillis

/** RFC 3551, section 4.1: the marker bit is set on the first packet after silence in which no packets were sent. */
export const isMarked = ({ index }: Slot): boolean => index === 0

/**
 * The slot of the frame after `last`, which was given to the edge by the time `passedBy`. `now` and that in milliseconds,
 * `clockRate` in hertz.
 */
export const next = (
  last: Slot | undefined,
  passedBy: number,
  now: number,
  lateness: Lateness,
  clockRate: number
): Slot => {
  if (last === undefined) return { runAt: now, index: 0, sequenceNumber: 0, timestamp: 0 }
  const sequenceNumber = (last.sequenceNumber + 1) & 0xffff
  const following = { ...last, index: last.index + 1 }
  if (now - dueOf(following) <= tolerated[lateness]) {
    return { ...following, sequenceNumber, timestamp: later(last, frameMillis, clockRate) }
  }
  // A stall that began after `last` had its slot: the edge, which saw that packet late, would find the elapsed time too early.
  const elapsed = passedBy - dueOf(last) > longestStall ? now - passedBy + frameMillis : now - dueOf(last)
  return { runAt: now, index: 0, sequenceNumber, timestamp: later(last, elapsed, clockRate) }
}

const later = ({ timestamp }: Slot, millis: number, clockRate: number): number =>
  (timestamp + Math.round(millis * clockRate / 1_000)) % 2 ** 32
