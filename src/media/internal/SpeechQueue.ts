/**
 * The samples of a speaker that are not sent yet: whole frames of 20 ms at the rate of the encoder, and what is less than a
 * frame. Synchronous; `Speaker` waits.
 */
import * as Deferred from "effect/Deferred"
import * as Exit from "effect/Exit"
import * as PcmFramer from "./PcmFramer.ts"
import type { Resampler } from "./Resampler.ts"
import { frameMillis } from "./Timeline.ts"

export interface Frame {
  readonly samples: Int16Array
  /** The last one of its utterance. It may become so after it was sent. */
  endsUtterance: boolean
  /** Completed when the frame is taken or dropped. */
  readonly gone: Deferred.Deferred<void>
}

export interface SpeechQueue {
  readonly frames: ReadonlyArray<Frame>
  /** Changes with each `clear`. */
  readonly generation: number
  /** Appends samples at the sample rate of the speaker. */
  readonly append: (samples: Int16Array) => void
  /** Ends an utterance: the rest becomes a frame. */
  readonly end: () => void
  /** Takes the first frame away. */
  readonly take: () => void
  /** Drops everything, and ends the utterance. */
  readonly clear: () => void
  /** The duration of frames and rest, in milliseconds. */
  readonly millis: () => number
}

export interface Options {
  /** Of what is appended. */
  readonly sampleRate: number
  /** Of the frames. */
  readonly encoderRate: number
  readonly resampler: Resampler
}

export const make = ({ encoderRate, resampler, sampleRate }: Options): SpeechQueue => {
  const frames: Array<Frame> = []
  const framer = PcmFramer.make(encoderRate * frameMillis / 1_000)
  let rest = framer
  /** Of the utterance: the samples that were appended, and the frames that were cut. */
  let appended = 0
  let cut = 0
  let newest: Frame | undefined
  let generation = 0

  const push = (samples: Int16Array): void => {
    newest = { samples, endsUtterance: false, gone: Deferred.makeUnsafe() }
    frames.push(newest)
    cut++
  }

  const cutFrames = (samples: Int16Array): void => {
    const [whole, next] = PcmFramer.append(rest, samples)
    rest = next
    for (const frame of whole) push(frame)
  }

  const endUtterance = (): void => {
    rest = framer
    appended = 0
    cut = 0
    if (newest !== undefined) newest.endsUtterance = true
  }

  return {
    frames,
    get generation() {
      return generation
    },
    append: (samples) => {
      appended += samples.length
      cutFrames(resampler.process(samples))
    },
    end: () => {
      cutFrames(resampler.finish())
      const [padded] = PcmFramer.finish(rest)
      if (padded !== undefined) push(padded)
      endUtterance()
    },
    take: () => {
      const frame = frames.shift()
      if (frame !== undefined) Deferred.doneUnsafe(frame.gone, Exit.void)
    },
    clear: () => {
      generation++
      resampler.reset()
      endUtterance()
      for (const frame of frames.splice(0)) Deferred.doneUnsafe(frame.gone, Exit.void)
    },
    millis: () => {
      // What the resampler still holds is in it.
      const uncut = appended * 1_000 / sampleRate - cut * frameMillis
      return frames.length * frameMillis + Math.max(0, uncut)
    }
  }
}
