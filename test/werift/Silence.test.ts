/**
 * When missing answers to consent checks count as silence.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Silence from "../../src/werift/internal/Silence.ts"

describe("Silence", () => {
  const ticks = (count: number, from: Silence.Silence, answers = 3): Silence.Silence => {
    let silence = from
    for (let n = 0; n < count; n++) silence = Silence.tick(silence, { id: "a", answers })
    return silence
  }
  const heard = Silence.tick(Silence.none, { id: "a", answers: 3 })

  it("checks begin after four ticks without an answer, and seven are silence", () => {
    assert.deepStrictEqual([3, 4].map((count) => Silence.needsProbe(ticks(count, heard))), [false, true])
    assert.deepStrictEqual([6, 7].map((count) => Silence.isSilent(ticks(count, heard))), [false, true])
  })

  it("an answer ends it", () => {
    assert.strictEqual(ticks(1, ticks(8, heard), 4).ticks, 0)
  })

  it("another pair, and no pair, begin anew", () => {
    assert.strictEqual(Silence.tick(ticks(8, heard), { id: "b", answers: 3 }).ticks, 0)
    assert.deepStrictEqual(Silence.tick(ticks(8, heard), undefined), Silence.none)
  })
})
