/**
 * Law 13 in whole calls: whatever people do and whatever goes wrong in telling of it, once the call is at rest an agent
 * knows what is so, and at no time has it heard one under the name of another.
 */
import { assert, describe, it } from "@effect/vitest"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { agent, tally, wrong } from "./agents.ts"

it.effect("500 calls: the edge's picture is the truth at every rest, and no packet goes astray", () =>
  Effect.gen(function*() {
    const total = tally()
    yield* SimulatedCall.check(agent({ total }), { seeds: 500 })
    assert.strictEqual(total.calls, 500)
  }))

describe("found, with its seed, and made small", () => {
  it.effect.each(Object.keys(wrong))("%s", (name) =>
    Effect.gen(function*() {
      const { agent: options, sees } = wrong[name]!
      const error = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: 500 }))
      assert.match(error.message, sees)
    }))
})
