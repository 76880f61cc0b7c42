/**
 * When the pictures of a recording are shown in its file. Pure.
 *
 * The time of a file is the time of the clock since its beginning, as in `AudioFileTimeline`. The distances of pictures are those
 * of their timestamps: a picture is where it would be, had it taken the least time that one of the last ten seconds took. Where
 * no picture comes, the last one stays.
 */
import * as SerialNumber from "../../internal/SerialNumber.ts"
import { FileStart } from "./FileStart.ts"
import * as TransitWindow from "./TransitWindow.ts"
import type { EncodedFrame } from "./VideoAssembler.ts"

/** RTP timestamps of video (RFC 7741, section 4.1; RFC 9628, section 4.1). */
const ticksPerMilli = 90

/** In milliseconds: a timestamp that is so far from what the clock says is of a new source. */
const mostDeviation = 2_000

/** In milliseconds: two pictures have different times. */
const leastDistance = 1

export class VideoFileTimeline {
  private readonly start: FileStart
  /** Of the last picture in the file, in milliseconds. */
  private last: number | undefined
  /** Of the current source: its last timestamp as it was sent, and that in milliseconds from its first one. */
  private source: { readonly timestamp: number; readonly millis: number } | undefined
  private transits = TransitWindow.make(0, 0)

  /** As of `FileStart`. */
  constructor(begunAt: number, startsAt: number | undefined) {
    this.start = new FileStart(begunAt, startsAt)
  }

  /** In milliseconds. */
  get startsAt(): number {
    return this.start.startsAt
  }

  /** In milliseconds, up to the last picture. */
  get duration(): number {
    return this.last ?? 0
  }

  /** The next picture is of another source. */
  restart(): void {
    this.source = undefined
  }

  /** The time of the next picture, in milliseconds. */
  add({ receivedAt, timestamp }: EncodedFrame): number {
    const millis = this.millisOf(timestamp, receivedAt)
    this.source = { timestamp, millis }
    this.transits = TransitWindow.add(this.transits, receivedAt - millis, receivedAt)
    const at = millis + this.transits.least
    // What came before the beginning is shown at the beginning.
    this.last = Math.max(this.start.timeOf(at), this.last === undefined ? 0 : this.last + leastDistance)
    return this.last
  }

  /** From the first timestamp of the source on. */
  private millisOf(timestamp: number, receivedAt: number): number {
    if (this.source !== undefined) {
      const millis = this.source.millis + SerialNumber.ticks(this.source.timestamp, timestamp) / ticksPerMilli
      const deviation = receivedAt - millis - this.transits.least
      if (Math.abs(deviation) <= mostDeviation) return millis
    }
    this.transits = TransitWindow.make(receivedAt, receivedAt)
    return 0
  }
}
