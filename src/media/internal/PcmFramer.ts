/**
 * Cuts samples into frames of one size. Pure.
 *
 * The concatenation of all frames is the concatenation of all samples. Only the frame of `finish` has samples of its own:
 * silence at its end.
 */
import { concat } from "./TypedArrays.ts"

export interface PcmFramer {
  /** In samples. */
  readonly frameSize: number
  /** The samples after the last whole frame. Fewer than a frame. */
  readonly carry: Int16Array
}

export const make = (frameSize: number): PcmFramer => ({ frameSize, carry: new Int16Array(0) })

/** The frames that the samples complete. They are copies: the caller may reuse its array. */
export const append = (
  { carry, frameSize }: PcmFramer,
  samples: Int16Array
): readonly [frames: ReadonlyArray<Int16Array>, next: PcmFramer] => {
  const all = concat(Int16Array, [carry, samples])
  const count = Math.floor(all.length / frameSize)
  const frames = Array.from({ length: count }, (_, index) => all.slice(index * frameSize, (index + 1) * frameSize))
  return [frames, { frameSize, carry: all.slice(count * frameSize) }]
}

/** The carry, filled up with silence to a frame; absent if there is no carry. */
export const finish = (
  { carry, frameSize }: PcmFramer
): readonly [frame: Int16Array | undefined, next: PcmFramer] => {
  if (carry.length === 0) return [undefined, make(frameSize)]
  const frame = new Int16Array(frameSize)
  frame.set(carry)
  return [frame, make(frameSize)]
}
