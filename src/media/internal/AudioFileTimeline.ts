/**
 * Where the Opus packets of a recording are in its file. Pure.
 *
 * The time of a file is the time of the clock since its beginning, so that the files of one call line up. The packets of a
 * track follow one another directly, because speech must have no seams. Silence makes up for what differs:
 *
 * | the packet                          | its place                                                                    |
 * | ----------------------------------- | ---------------------------------------------------------------------------- |
 * | follows the one before              | directly after it, as long as that is within 100 ms of the clock             |
 * | comes after a gap                   | by the clock: the silence before it becomes longer or shorter                |
 * | is later than that by over 100 ms   | by the clock, after silence: the sender's clock is slow, or its path longer  |
 * | is earlier than that by over 100 ms | left out: the sender's clock is fast. The next one may be in time            |
 * | is earlier by over a second         | directly after the one before: our own clock has been set back               |
 */
import { FileStart } from "./FileStart.ts"
import * as OpusPacket from "./OpusPacket.ts"
import * as OpusSilence from "./OpusSilence.ts"

const ticksPerMilli = OpusPacket.clockRate / 1_000

/** In ticks. */
const tolerance = 100 * ticksPerMilli
const clockJump = 1_000 * ticksPerMilli

export interface FilePacket extends OpusSilence.Packet {
  /** Of its beginning, in ticks. */
  readonly time: number
}

export class AudioFileTimeline {
  private readonly start: FileStart
  private end = 0
  private silentTicks = 0
  private followsPacket = false

  /** As of `FileStart`. */
  constructor(begunAt: number, startsAt: number | undefined) {
    this.start = new FileStart(begunAt, startsAt)
  }

  /** In milliseconds. */
  get startsAt(): number {
    return this.start.startsAt
  }

  /** In milliseconds. */
  get duration(): number {
    return this.end / ticksPerMilli
  }

  /** How much of the duration is filled, in milliseconds. */
  get silence(): number {
    return this.silentTicks / ticksPerMilli
  }

  /** The next packet does not follow directly. */
  addGap(): void {
    this.followsPacket = false
  }

  /** The packet has to be left out. `at` in milliseconds. */
  isEarly(at: number): boolean {
    const late = this.lateness(at)
    return late < -tolerance && late > -clockJump
  }

  /** The packet, and the silence before it. `at` in milliseconds, `duration` in ticks. */
  *add(payload: Uint8Array, at: number, duration: number): Generator<FilePacket> {
    const late = this.lateness(at)
    if (!this.followsPacket || late > tolerance) yield* this.fill(late)
    this.followsPacket = true
    yield this.append({ payload, duration })
  }

  /** Silence up to the end of the recording, in milliseconds. A file has at least one packet. */
  *finish(endedAt: number): Generator<FilePacket> {
    yield* this.fill(this.lateness(endedAt))
    if (this.end === 0) yield* this.fill(OpusSilence.grain)
  }

  /** In ticks after the end of the file. */
  private lateness(at: number): number {
    return this.start.timeOf(at) * ticksPerMilli - this.end
  }

  private *fill(ticks: number): Generator<FilePacket> {
    for (const packet of OpusSilence.packets(ticks)) {
      this.silentTicks += packet.duration
      yield this.append(packet)
    }
  }

  private append(packet: OpusSilence.Packet): FilePacket {
    const time = this.end
    this.end += packet.duration
    return { ...packet, time }
  }
}
