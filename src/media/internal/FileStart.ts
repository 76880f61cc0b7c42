/**
 * When the time 0 of a recording is. Pure.
 */
export class FileStart {
  /** When the recording began, in milliseconds. */
  private readonly begunAt: number
  private zero: number | undefined

  /** `startsAt`: the time 0. `undefined`: `begunAt`, or the first packet if that is earlier. In milliseconds. */
  constructor(begunAt: number, startsAt: number | undefined) {
    this.begunAt = begunAt
    this.zero = startsAt
  }

  /** In milliseconds. */
  get startsAt(): number {
    return this.zero ?? this.begunAt
  }

  /** The time of a packet in the file, in milliseconds. `at`: by the clock. */
  timeOf(at: number): number {
    this.zero ??= Math.min(this.begunAt, at)
    return at - this.zero
  }
}
