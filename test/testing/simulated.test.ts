/**
 * Law 13 in whole calls: whatever people do and whatever goes wrong in telling of it, once the call is at rest an agent
 * knows what is so, and at no time has it heard one under the name of another.
 */
import { assert, describe, it } from "@effect/vitest"
import { Explore } from "effect-explore"
import { StreamEdge } from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { agent, tally, wrong } from "./agents.ts"

const timeout = 60_000

it.effect(
  "500 calls: the edge's picture is the truth at every rest, and no packet goes astray",
  () =>
    Effect.gen(function*() {
      const total = tally()
      yield* SimulatedCall.check(agent({ total }), { seeds: 500 })
      assert.strictEqual(total.calls, 500)
      // A test in which nothing happens proves nothing.
      assert.isAbove(total.rests, 1_000)
      assert.isAbove(total.mediaFirst, 1_000)
      assert.isAbove(total.toldFirst, 1_000)
      assert.isAbove(total.packets, 100_000)
      assert.isAbove(total.reordered, 10_000)
      assert.isAbove(total.unresolved, 50)
      assert.isAbove(total.unidentified, 200)
    }),
  timeout
)

it.effect("what comes after its deadline is unresolved, and in the end known", () =>
  Effect.gen(function*() {
    const total = tally()
    const faults = { offerDelay: 30_000, noPrefix: 0, noMsid: 0 }
    yield* SimulatedCall.check(agent({ total }), {
      seeds: 20,
      participants: 2,
      duration: "5 minutes",
      faults,
      limit: "1 hour"
    })
    assert.deepInclude(total, { calls: 20, unidentified: 0 })
    assert.isAbove(total.unresolved, 10)
  }), timeout)

it.effect("without faults everything is known, and in order", () =>
  Effect.gen(function*() {
    const total = tally()
    yield* SimulatedCall.check(agent({ total }), { seeds: 20, faults: SimulatedCall.noFaults })
    assert.deepInclude(total, { calls: 20, unresolved: 0, unidentified: 0, reordered: 0 })
  }))

const logOf = (seed: number) =>
  Effect.gen(function*() {
    const log: Array<string> = []
    yield* SimulatedCall.check(agent({ log }), { seeds: [seed] })
    return log
  })

it.effect("the same seed is the same call, to the packet; another is another", () =>
  Effect.gen(function*() {
    const first = yield* logOf(7)
    assert.isAbove(first.length, 100)
    assert.deepStrictEqual(yield* logOf(7), first)
    assert.notDeepEqual(yield* logOf(8), first)
  }))

it.live("whatever the clock around it", () =>
  Effect.gen(function*() {
    const live = yield* logOf(7)
    assert.deepStrictEqual(yield* Effect.provide(logOf(7), TestClock.layer()), live)
  }))

describe("found, with its seed, and made small", () => {
  it.effect.each(Object.keys(wrong))("%s", (name) =>
    Effect.gen(function*() {
      const { agent: options, sees } = wrong[name]!
      const error = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: 500 }))
      assert.match(error.message, sees)
      assert.match(error.message, new RegExp(`^seed ${error.seed} fails`))
      assert.isAtMost(error.happenings.length, 4)

      const whole = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: [error.seed], shrinks: 0 }))
      assert.strictEqual(whole.happenings.length, error.found)
      const happenings: typeof error.happenings = JSON.parse(JSON.stringify(error.happenings))
      const again = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: [error.seed], happenings }))
      assert.deepStrictEqual([again.happenings, again.cause], [error.happenings, error.cause])
      yield* SimulatedCall.check(agent(), { seeds: [error.seed], happenings })
    }), timeout)
})

it("the guide is a test that runs", () => {
  const [, guide = ""] = /```ts\n([^]*?) \* ```/.exec(readFileSync("src/testing/SimulatedCall.ts", "utf8"))!
  assert.strictEqual(guide.replaceAll(/^ \* ?/gm, ""), readFileSync("test/testing/guide.test.ts", "utf8"))
})

it.effect("an agent that does not end is found as well", () =>
  Effect.gen(function*() {
    const error = yield* Effect.flip(SimulatedCall.check(Effect.never, { seeds: 3 }))
    assert.match(error.message, /did not end within 10m/)
    assert.match(error.message, /nothing happens/)
    assert.deepStrictEqual(error.happenings, [])
  }))

it.effect("a test of one call, on the clock of the test", () =>
  Effect.gen(function*() {
    const call = yield* SimulatedCall.SimulatedCall
    const playing = yield* Effect.forkChild(call.run())
    assert.deepStrictEqual((yield* call.truth).participants, [])
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(yield* call.truth, {
      participants: [{ userId: "alice", sessionId: "a1" }],
      tracks: [{ userId: "alice", sessionId: "a1", trackType: "Video" }],
      unidentified: [],
      lines: [{ mid: "0", key: { userId: "alice", sessionId: "a1", trackType: "Video" } }]
    })
    assert.isUndefined(playing.pollUnsafe())
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(playing)
    assert.deepStrictEqual((yield* call.truth).participants, [])
  }).pipe(Effect.provide(Layer.provideMerge(
    StreamEdge.layer(),
    SimulatedCall.layerTest({
      happenings: [
        { at: 500, userId: "alice", sessionId: "a1", deed: { _tag: "Joins" } },
        { at: 600, userId: "alice", sessionId: "a1", deed: { _tag: "Publishes", trackType: "Video" } }
      ]
    })
  ))))

it("a small call under many schedules", () => {
  const one = { userId: "alice", sessionId: "a1" }
  const happenings: ReadonlyArray<SimulatedCall.Happening> = [
    { ...one, at: 0, deed: { _tag: "Joins" } },
    { ...one, at: 0, deed: { _tag: "Publishes", trackType: "Audio" } },
    { ...one, at: 0, deed: { _tag: "Leaves" } }
  ]
  const verdict = Explore.run(
    agent().pipe(Effect.provide(SimulatedCall.layerTest({ happenings })), Effect.scoped),
    { schedules: 100 }
  )
  assert.strictEqual(verdict._tag, "Passed", Explore.format(verdict))
})
