/**
 * Frames against the concatenation of what was written.
 */
import * as fc from "fast-check"
import { expect, test } from "vitest"
import * as PcmFramer from "../../src/media/internal/PcmFramer.ts"
import { limitOf, runs } from "../support/runs.ts"

const numRuns = 500

const frameSizes = [160, 320, 480, 960]

const write = fc.int16Array({ maxLength: 3_000 })

test(
  "the concatenation of the frames is that of the writes, then silence up to a whole frame",
  () => {
    fc.assert(
      fc.property(fc.constantFrom(...frameSizes), fc.array(write, { maxLength: 8 }), (frameSize, writes) => {
        const frames: Array<Int16Array> = []
        let framer = PcmFramer.make(frameSize)
        for (const samples of writes) {
          const [whole, next] = PcmFramer.append(framer, samples)
          expect(next.carry.length).toBeLessThan(frameSize)
          frames.push(...whole)
          framer = next
        }
        const [last, empty] = PcmFramer.finish(framer)
        if (last !== undefined) frames.push(last)
        expect(frames.every(({ length }) => length === frameSize)).toBe(true)
        const written = writes.flatMap((samples) => Array.from(samples))
        const padding = (frameSize - written.length % frameSize) % frameSize
        expect(frames.flatMap((frame) => Array.from(frame))).toEqual([
          ...written,
          ...Array.from({ length: padding }, () => 0)
        ])
        expect(empty).toEqual(PcmFramer.make(frameSize))
      }),
      runs(numRuns)
    )
  },
  limitOf(numRuns)
)

test("frames and carry are copies", () => {
  const samples = Int16Array.from({ length: 200 }, () => 7)
  const [frames, next] = PcmFramer.append(PcmFramer.make(160), samples)
  samples.fill(0)
  expect(frames[0]).toEqual(new Int16Array(160).fill(7))
  expect(next.carry).toEqual(new Int16Array(40).fill(7))
})
