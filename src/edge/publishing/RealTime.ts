/**
 * Bounds how far the media of a publication is ahead of real time. Pure.
 *
 * A leaky bucket: the duration of the media, by its timestamps, fills it, and the clock empties it. A source in real time
 * leaves it almost empty; a file that is read at once fills it. A receiver would have to buffer what is ahead.
 */
import * as SerialNumber from "../../internal/SerialNumber.ts"
import type { TrackKind } from "../../Track.ts"

/** Of one publication. */
export interface RealTime {
  /** The newest timestamp of the current source. */
  readonly newest: number
  /** The timestamp of the last packet, if that was older than the newest. */
  readonly behind: number | undefined
  /** The time of the last packet, in milliseconds. */
  readonly at: number
  /** In milliseconds. */
  readonly ahead: number
}

export interface Options {
  readonly kind: TrackKind
  /** In hertz. */
  readonly clockRate: number
}

/** In milliseconds of media: 50 Opus frames of 20 ms. The default socket buffer of Linux has room for about 90. */
export const mostAhead = 1_000

/** How much faster than the clock a source may be for any time: clocks differ, and a late packet counts its full duration. */
const tolerance = 1.05

/** The duration of a packet, in milliseconds, if its timestamp does not show it. */
const nominalDuration = 20

/** A timestamp that jumps further than this marks another source, in milliseconds. */
const longestJump = 10_000

export interface Step {
  /** The packet must not be sent. */
  readonly isTooEarly: boolean
  readonly ifSent: RealTime
  /** The duration of a dropped packet does not count. */
  readonly ifDropped: RealTime
}

/** `now` in milliseconds. */
export const next = (
  state: RealTime | undefined,
  timestamp: number,
  now: number,
  { clockRate, kind }: Options
): Step => {
  const { ahead, at, behind, newest } = state ?? { newest: timestamp, behind: undefined, at: now, ahead: 0 }
  const elapsed = Math.max(0, now - at)
  const millis = SerialNumber.ticks(newest, timestamp) * 1_000 / clockRate
  const isBehind = millis < 0
  // Two packets in a row that are behind, and in order, are not late: the source has started again.
  const isOtherSource = Math.abs(millis) > elapsed + longestJump
    || isBehind && behind !== undefined && SerialNumber.ticks(behind, timestamp) > 0
  // The packets of one frame of video have one timestamp.
  const isNominal = isBehind || isOtherSource || millis === 0 && kind === "audio"
  const duration = isNominal ? nominalDuration : millis
  const position = isBehind && !isOtherSource ? { newest, behind: timestamp } : { newest: timestamp, behind: undefined }
  const drained = ahead - elapsed * tolerance
  const ifSent = { ...position, at: now, ahead: Math.max(0, drained + duration) }
  return {
    isTooEarly: ifSent.ahead > mostAhead,
    ifSent,
    ifDropped: { ...position, at: now, ahead: Math.max(0, drained) }
  }
}
