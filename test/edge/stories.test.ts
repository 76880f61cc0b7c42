/**
 * Every order in which an edge can hear of one track, and whatever can become of it afterwards.
 */
import { assert } from "@effect/vitest"
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

const hers = [media("0", "p", "Video")]

/** What becomes of it, and what is told of that: the track of hers was `agent-0-1`. */
const endings: {
  readonly [ending: string]: {
    readonly happens: (call: Harness["call"]) => Effect.Effect<void>
    readonly told: ReadonlyArray<string>
  }
} = {
  "unpublished": {
    happens: (call) => call.emit(unpublished(camera(alice))),
    told: ["a1 Video has no more agent-0-1"]
  },
  "left": {
    happens: (call) => call.emit(left(alice)),
    told: ["a1 Video has no more agent-0-1", "a1 left"]
  },
  "m-line inactive": {
    happens: (call) => call.offer([]),
    told: ["a1 Video has no more agent-0-1"]
  },
  "msid changed to another person": {
    happens: (call) =>
      Effect.andThen(
        call.emit(joined(bob, "q", ["Video"])),
        call.offer([media("0", "q", "Video")])
      ),
    told: ["b1 joined", "a1 Video has no more agent-0-1", "b1 Video has agent-0-2"]
  },
  "prefix updated, and then the msid": {
    happens: (call) =>
      Effect.gen(function*() {
        yield* call.emit(updated(alice, "p2"))
        yield* whenIdle
        yield* call.offer([media("0", "p2", "Video")])
      }),
    told: ["a1 Video has no more agent-0-1", "a1 Video has agent-0-2"]
  },
  "same session again": {
    happens: (call) =>
      Effect.gen(function*() {
        yield* call.emit(left(alice))
        yield* whenIdle
        yield* call.emit(joined(alice, "p", ["Video"]))
      }),
    told: ["a1 Video has no more agent-0-1", "a1 left", "a1 joined", "a1 Video has agent-0-1"]
  },
  "unmuted after five minutes, with no new offer": {
    happens: (call) =>
      Effect.gen(function*() {
        yield* call.emit(unpublished(camera(alice)))
        yield* TestClock.adjust("5 minutes")
        yield* call.emit(published(camera(alice)))
      }),
    told: ["a1 Video has no more agent-0-1", "a1 Video has agent-0-1"]
  }
}

for (const order of orders(["joined", "published", "offer", "subscribed"])) {
  for (const [ending, { happens, told }] of Object.entries(endings)) {
    testEdge(`${order.join(", ")}; then ${ending}`, ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        let events: ReadonlyArray<EdgeEvent> = []
        const happen: {
          readonly [step in Step]: Effect.Effect<void, never, Effect.Services<ReturnType<typeof observe>>>
        } = {
          joined: call.emit(joined(alice, "p")),
          published: call.emit(published(camera(alice))),
          offer: call.offer(hers),
          subscribed: Effect.map(observe(edge), (listener) => void (events = listener.events))
        }
        for (const step of order) {
          yield* happen[step]
          yield* whenIdle
        }
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
        yield* happens(call)
        yield* whenIdle
        assert.deepStrictEqual(events.slice(2).map(describeEvent), told)
        yield* call.emit(left(alice))
        yield* call.emit(left(bob))
        yield* TestClock.adjust("60 seconds")
        assert.deepStrictEqual(yield* sizes, nothing)
      }))
  }
}
