/**
 * Every order of the messages about one track, followed by each way in which the track can change.
 */
import { assert, describe } from "@effect/vitest"
import type { EdgeEvent } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { alice, bob, camera } from "../support/people.ts"
import { nothing } from "../support/resolver.ts"
import type { Harness } from "./Harness.ts"
import { describeEvent, joined, left, observe, published, testEdge, unpublished, updated, whenIdle } from "./Harness.ts"

const { mediaSection: media } = ScriptedCall

type Step = "joined" | "published" | "offer" | "subscribed"

const orders = (steps: ReadonlyArray<Step>): ReadonlyArray<ReadonlyArray<Step>> =>
  steps.length === 0
    ? [[]]
    : steps.flatMap((step) => orders(steps.filter((other) => other !== step)).map((rest) => [step, ...rest]))

const alicesCamera = [media("0", "p", "Video")]

/** The changes, each with the events that follow it. The track is `agent-0-1` at first. */
const endings: {
  readonly [ending: string]: {
    readonly change: (call: Harness["call"]) => Effect.Effect<void>
    readonly expected: ReadonlyArray<string>
  }
} = {
  "unpublished": {
    change: (call) => call.emit(unpublished(camera(alice))),
    expected: ["a1 Video removed: agent-0-1"]
  },
  "left": {
    change: (call) => call.emit(left(alice)),
    expected: ["a1 Video removed: agent-0-1", "a1 left"]
  },
  "m-line inactive": {
    change: (call) => call.offer([]),
    expected: ["a1 Video removed: agent-0-1"]
  },
  "msid changed to another participant": {
    change: (call) =>
      Effect.andThen(
        call.emit(joined(bob, "q", ["Video"])),
        call.offer([media("0", "q", "Video")])
      ),
    expected: ["b1 joined", "a1 Video removed: agent-0-1", "b1 Video added: agent-0-2"]
  },
  "prefix updated, and then the msid": {
    change: (call) =>
      Effect.gen(function*() {
        yield* call.emit(updated(alice, "p2"))
        yield* whenIdle
        yield* call.offer([media("0", "p2", "Video")])
      }),
    expected: ["a1 Video removed: agent-0-1", "a1 Video added: agent-0-2"]
  },
  "same session again": {
    change: (call) =>
      Effect.gen(function*() {
        yield* call.emit(left(alice))
        yield* whenIdle
        yield* call.emit(joined(alice, "p", ["Video"]))
      }),
    expected: ["a1 Video removed: agent-0-1", "a1 left", "a1 joined", "a1 Video added: agent-0-1"]
  },
  "unmuted after five minutes, with no new offer": {
    change: (call) =>
      Effect.gen(function*() {
        yield* call.emit(unpublished(camera(alice)))
        yield* TestClock.adjust("5 minutes")
        yield* call.emit(published(camera(alice)))
      }),
    expected: ["a1 Video removed: agent-0-1", "a1 Video added: agent-0-1"]
  }
}

describe("Law 13: every order of the messages about a track ends in one TrackAdded", () => {
  for (const order of orders(["joined", "published", "offer", "subscribed"])) {
    for (const [ending, { change, expected }] of Object.entries(endings)) {
      testEdge(`${order.join(", ")}; then ${ending}`, ({ call, edge, sizes }) =>
        Effect.gen(function*() {
          let events: ReadonlyArray<EdgeEvent> = []
          const perform: {
            readonly [step in Step]: Effect.Effect<void, never, Effect.Services<ReturnType<typeof observe>>>
          } = {
            joined: call.emit(joined(alice, "p")),
            published: call.emit(published(camera(alice))),
            offer: call.offer(alicesCamera),
            subscribed: Effect.map(observe(edge), (observed) => void (events = observed.events))
          }
          for (const step of order) {
            yield* perform[step]
            yield* whenIdle
          }
          assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
          yield* change(call)
          yield* whenIdle
          assert.deepStrictEqual(events.slice(2).map(describeEvent), expected)
          yield* call.emit(left(alice))
          yield* call.emit(left(bob))
          yield* whenIdle
          yield* TestClock.adjust("60 seconds")
          assert.deepStrictEqual(yield* sizes, nothing)
        }))
    }
  }
})
