/**
 * The numbers of one SSRC whose packets come from several sources: given numbers in, sent numbers out.
 */
import { describe, expect, test } from "vitest"
import * as Numbering from "../../src/werift/internal/Numbering.ts"

const clockRate = 48_000

/**
 * Each packet: sequence number, timestamp, and the time in milliseconds. Returns the sent sequence numbers and
 * timestamps.
 */
const send = (
  packets: ReadonlyArray<readonly [sequenceNumber: number, timestamp: number, now: number]>
): ReadonlyArray<readonly [number, number]> => {
  let numbering: Numbering.Numbering | undefined
  return packets.map(([sequenceNumber, timestamp, now]) => {
    const next = Numbering.next(numbering, { sequenceNumber, timestamp }, now, clockRate)
    numbering = next.numbering
    return [next.sent.sequenceNumber, next.sent.timestamp]
  })
}

describe("One source", () => {
  test("the first packet keeps its numbers", () => {
    expect(send([[7, 9, 0]])).toEqual([[7, 9]])
  })

  test("gaps and late packets keep their distances, and a late packet does not become the newest", () => {
    expect(send([[10, 0, 0], [13, 2_880, 60], [12, 1_920, 61], [14, 3_840, 80]])).toEqual([
      [10, 0],
      [13, 2_880],
      [12, 1_920],
      [14, 3_840]
    ])
  })

  test("sequence numbers wrap at 16 bits and timestamps at 32 bits", () => {
    expect(send([[65_535, 4_294_967_040, 0], [0, 704, 20]])).toEqual([[65_535, 4_294_967_040], [0, 704]])
  })
})

describe("Another source", () => {
  test("a jump of the sequence number continues with the next one, later by the elapsed time", () => {
    expect(send([[10, 0, 0], [30_000, 7, 1_000], [30_001, 967, 1_020]])).toEqual([
      [10, 0],
      [11, 48_000],
      [12, 48_960]
    ])
  })

  test("a jump of the timestamp beyond 10 seconds of the clock marks another source as well", () => {
    expect(send([[10, 0, 0], [11, 10 * clockRate, 0]])).toEqual([[10, 0], [11, 10 * clockRate]])
    expect(send([[10, 0, 0], [11, 10 * clockRate + 1, 0]])).toEqual([[10, 0], [11, 1]])
  })
})
