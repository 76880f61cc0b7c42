/**
 * The order of elements of which the newest one counts, against a list.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PrefixOwners } from "../../src/edge/internal/PrefixOwners.ts"
import { Succession } from "../../src/edge/internal/Succession.ts"

const change = fc.record({ add: fc.boolean(), element: fc.integer({ min: 0, max: 12 }) })

test("a succession has the elements of a list, in its order, and few holes", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const succession = new Succession<number>()
      let model: Array<number> = []
      for (const { add, element } of changes) {
        if (add) {
          succession.add(element)
          if (!model.includes(element)) model.push(element)
        } else {
          succession.remove(element)
          model = model.filter((other) => other !== element)
        }
        expect(succession.newest).toBe(model.at(-1))
        expect(Array.from(succession)).toEqual(model)
        expect(succession.size).toBe(model.length)
        expect(succession.span).toBeLessThanOrEqual(2 * model.length + 8)
      }
    }),
    { numRuns: 500 }
  )
})

test("the holes of elements that leave in the order of their arrival are closed", () => {
  const succession = new Succession<number>()
  succession.add(0)
  for (let n = 1; n <= 1_000; n++) {
    succession.add(n)
    succession.remove(n - 1)
    expect(succession.span).toBeLessThanOrEqual(10)
  }
  expect(Array.from(succession)).toEqual([1_000])
})

// With lists these take 10^11 steps: minutes instead of a moment.
describe("bounded: 300,000 sessions with one prefix", () => {
  const sessions = Array.from({ length: 300_000 }, (_, n) => n)

  for (const [order, leaving] of [["first", sessions], ["last", sessions.toReversed()]] as const) {
    test(`the ${order} to claim it is the first to release it`, () => {
      const owners = new PrefixOwners<number>()
      for (const session of sessions) owners.claim("p", session)
      let wrong = 0
      for (const [n, session] of leaving.entries()) {
        if (owners.ownerOf("p") !== (order === "first" ? sessions.at(-1) : sessions.at(-1 - n))) wrong++
        owners.release("p", session)
      }
      expect(wrong).toBe(0)
      expect(owners.ownerOf("p")).toBeUndefined()
    }, 10_000)
  }
})
