import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Segmenter from "../../src/media/internal/Segmenter.ts"
import { limitOf, runs } from "../support/runs.ts"
import * as Model from "./SegmenterModel.ts"

/** Samples of a frame. */
const size = 4

interface Frame {
  readonly index: number
  readonly samples: Int16Array
}

const inSamples = (lengths: Model.Lengths): Segmenter.Lengths => ({
  begin: lengths.begin * size,
  padding: lengths.padding * size,
  end: lengths.end * size,
  longest: lengths.longest * size
})

/** Also the most samples that the state held. */
const run = (speech: ReadonlyArray<boolean>, lengths: Model.Lengths) => {
  const segments: Array<Segmenter.Segment<Frame>> = []
  let state: Segmenter.State<Frame> = Segmenter.initial
  let mostHeld = 0
  for (const [index, isSpeech] of speech.entries()) {
    const [next, ended] = Segmenter.step(state, { index, samples: new Int16Array(size) }, isSpeech, inSamples(lengths))
    state = next
    segments.push(...ended)
    let held = 0
    for (let at = state.held; at !== undefined; at = at.before) held += at.frame.samples.length
    expect(held).toBe(state.length)
    mostHeld = Math.max(mostHeld, held)
  }
  segments.push(...Segmenter.end(state, inSamples(lengths))[1])
  return { segments, mostHeld }
}

const rangeOf = ({ ending, frames }: Segmenter.Segment<Frame>): Model.Segment => {
  const from = frames[0]!.index
  // Without a gap, and in order.
  expect(frames.map(({ index }) => index)).toEqual(frames.map((_, at) => from + at))
  return { from, to: from + frames.length, ending }
}

/** `#` is speech. */
const parse = (text: string): ReadonlyArray<boolean> => Array.from(text, (character) => character === "#")

const usual: Model.Lengths = { begin: 3, padding: 2, end: 5, longest: 20 }

describe("Segments of speech", () => {
  const cases: ReadonlyArray<readonly [string, string, ReadonlyArray<Model.Segment>]> = [
    ["no frame", "", []],
    ["silence", "..........", []],
    ["a click", "...##......", []],
    ["a word, with padding on both sides", ".....###........", [{ from: 3, to: 10, ending: "Silence" }]],
    ["a word at the beginning has less padding", ".###........", [{ from: 0, to: 6, ending: "Silence" }]],
    ["a pause within a sentence", "..###....#......", [{ from: 0, to: 12, ending: "Silence" }]],
    ["two words share no frame", "..###.....###.....", [
      { from: 0, to: 7, ending: "Silence" },
      { from: 8, to: 15, ending: "Silence" }
    ]],
    ["the end in mid-word", ".....#####", [{ from: 3, to: 10, ending: "EndOfTrack" }]],
    ["the end in a pause keeps the padding", "..###....", [{ from: 0, to: 7, ending: "EndOfTrack" }]],
    ["a click at the end", "..###.......##", [{ from: 0, to: 7, ending: "Silence" }]],
    ["more than the longest goes on without a gap", `..${"#".repeat(25)}.....`, [
      { from: 0, to: 20, ending: "TooLong" },
      { from: 20, to: 29, ending: "Silence" }
    ]],
    ["silence after the cut is no segment", `..${"#".repeat(17)}.......`, [{ from: 0, to: 20, ending: "TooLong" }]]
  ]
  test.each(cases)("%s", (_, text, expected) => {
    expect(run(parse(text), usual).segments.map(rangeOf)).toEqual(expected)
    expect(Model.segmentsOf(parse(text), usual)).toEqual(expected)
  })

  const lengths: fc.Arbitrary<Model.Lengths> = fc.record({
    begin: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 6 }),
    end: fc.integer({ min: 1, max: 6 }),
    longest: fc.integer({ min: 1, max: 24 })
  })
  /** Runs of speech and of silence. */
  const frames = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 16 }).map((lengths) =>
    lengths.flatMap((length, at) => Array.from({ length }, () => at % 2 === 1))
  )
  const numRuns = 4_000
  test("are those of the model, for any frames and lengths, and no more is held than the longest", () => {
    fc.assert(
      fc.property(frames, lengths, (speech, lengths) => {
        const { mostHeld, segments } = run(speech, lengths)
        expect(segments.map(rangeOf)).toEqual(Model.segmentsOf(speech, lengths))
        const padding = lengths.padding + lengths.begin
        expect(mostHeld).toBeLessThanOrEqual(Math.max(lengths.longest, padding) * size)
      }),
      runs(numRuns)
    )
  }, limitOf(numRuns))

  test("appending to a long segment copies nothing", () => {
    const long = { ...inSamples(usual), longest: 1_000_000 }
    let state: Segmenter.State<Frame> = Segmenter.initial
    for (let index = 0; index < 100; index++) {
      state = Segmenter.step(state, { index, samples: new Int16Array(size) }, true, long)[0]
    }
    const [next] = Segmenter.step(state, { index: 100, samples: new Int16Array(size) }, true, long)
    expect(next.held?.before).toBe(state.held)
  })
})
