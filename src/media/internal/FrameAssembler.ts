/**
 * Cuts a timeline of received samples and gaps into frames of equal length. Pure.
 *
 * A gap is silence. Its beginning falls from the last received sample to 0 in five milliseconds, and what is received after it
 * rises from 0 in as many: a step in the samples would be heard as a click.
 */
import type { RtpAudioLevel } from "../../edge/PeerConnection.ts"
import type { FillReason, PcmFrame } from "../PcmFrame.ts"

/** Where samples are, in time. */
export interface Position {
  /** 32 bits, in units of `clockRate`. */
  readonly timestamp: number
  readonly clockRate: number
  /** In milliseconds. */
  readonly at: number
}

interface Chunk extends Position {
  readonly length: number
  /** `undefined`: a gap. */
  readonly samples: Int16Array | undefined
  readonly reason: FillReason | undefined
  readonly audioLevel: RtpAudioLevel | undefined
  /** Of a gap: the last received sample, and how long ago that was, in samples. */
  readonly last: number
  readonly since: number
}

/** In milliseconds. */
const fade = 5

export class FrameAssembler {
  private readonly frameLength: number
  private readonly sampleRate: number
  private readonly fadeLength: number
  /** What no frame has yet. Of the first, `used` samples are in a frame. */
  private chunks: Array<Chunk> = []
  private used = 0
  /** The samples of all chunks that are in no frame. */
  private available = 0
  /** The last received sample. */
  private last = 0
  /** Samples since the last received one, or since the first one after a gap. */
  private since: number
  private isGap = false
  private latest = -Infinity

  /** `frameLength` in samples, `sampleRate` in hertz. */
  constructor(frameLength: number, sampleRate: number) {
    this.frameLength = frameLength
    this.sampleRate = sampleRate
    this.fadeLength = sampleRate * fade / 1_000
    // The first samples of a track follow no gap.
    this.since = this.fadeLength
  }

  /** Changes the samples. */
  addSamples(samples: Int16Array, position: Position, audioLevel: RtpAudioLevel | undefined): void {
    if (samples.length === 0) return
    this.enter(false)
    for (let n = 0; n < samples.length && this.since < this.fadeLength; n++, this.since++) {
      samples[n] = Math.round(samples[n]! * this.since / this.fadeLength)
    }
    this.last = samples.at(-1)!
    this.add({ ...position, length: samples.length, samples, audioLevel, reason: undefined, last: 0, since: 0 })
  }

  addGap(length: number, reason: FillReason, position: Position): void {
    if (length === 0) return
    this.enter(true)
    const { last, since } = this
    this.since += length
    this.add({ ...position, length, samples: undefined, audioLevel: undefined, reason, last, since })
  }

  /** `undefined` if there are too few samples. */
  take(): PcmFrame | undefined {
    const [first] = this.chunks
    if (first === undefined || this.available < this.frameLength) return undefined
    const samples = new Int16Array(this.frameLength)
    const reasons = new Set<FillReason>()
    const rtpTimestamp = (first.timestamp + Math.round(this.used * first.clockRate / this.sampleRate)) % 2 ** 32
    this.latest = Math.max(this.latest, first.at + this.used * 1_000 / this.sampleRate)
    let filled = 0
    let audioLevel: RtpAudioLevel | undefined
    for (let length = 0; length < this.frameLength;) {
      const chunk = this.chunks[0]!
      const count = Math.min(this.frameLength - length, chunk.length - this.used)
      this.copy(chunk, count, samples.subarray(length))
      length += count
      if (chunk.reason === undefined) audioLevel = louder(audioLevel, chunk.audioLevel)
      else {
        filled += count
        reasons.add(chunk.reason)
      }
      this.use(chunk, count)
    }
    return { samples, rtpTimestamp, at: this.latest, filled, reasons: Array.from(reasons), audioLevel }
  }

  /** The last frame, filled up. Empty if there is nothing left. */
  finish(): void {
    const last = this.chunks.at(-1)
    const missing = (this.frameLength - this.available % this.frameLength) % this.frameLength
    if (last !== undefined) this.addGap(missing, "End", last)
  }

  private enter(isGap: boolean): void {
    if (this.isGap === isGap) return
    this.isGap = isGap
    this.since = 0
  }

  private add(chunk: Chunk): void {
    this.chunks.push(chunk)
    this.available += chunk.length
  }

  private copy(chunk: Chunk, count: number, into: Int16Array): void {
    if (chunk.samples !== undefined) return into.set(chunk.samples.subarray(this.used, this.used + count))
    const since = chunk.since + this.used
    for (let n = 0; n < count && since + n < this.fadeLength; n++) {
      into[n] = Math.round(chunk.last * (1 - (since + n + 1) / this.fadeLength))
    }
  }

  private use(chunk: Chunk, count: number): void {
    this.used += count
    this.available -= count
    if (this.used < chunk.length) return
    this.chunks.shift()
    this.used = 0
  }
}

const louder = (a: RtpAudioLevel | undefined, b: RtpAudioLevel | undefined): RtpAudioLevel | undefined =>
  a === undefined || (b !== undefined && b.level > a.level) ? b : a
