/**
 * A consumer of `StreamEdge.rtp` that is too slow: what `RemoteMediaSection.rtp` promises holds through the edge.
 */
import { assert } from "@effect/vitest"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice } from "../support/people.ts"
import { joined, testEdge, whenIdle } from "./Harness.ts"

testEdge(
  "a consumer that pauses for a minute gets no packet that is older than five seconds, and the number of those it lost",
  ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
      yield* whenIdle
      const go = yield* Deferred.make<void>()
      const received: Array<{ number: number; age: number; droppedBefore: number }> = []
      yield* Effect.forkScoped(
        Stream.runForEach(
          edge.rtp("agent-0-1"),
          ({ droppedBefore, receivedAt, sequenceNumber }) =>
            Effect.gen(function*() {
              const age = (yield* Clock.currentTimeMillis) - receivedAt
              received.push({ number: sequenceNumber, age, droppedBefore })
              yield* Deferred.await(go)
            })
        ),
        { startImmediately: true }
      )
      for (let n = 0; n < 60; n++) {
        yield* call.send("0", new Uint8Array(1), { sequenceNumber: n })
        yield* whenIdle
        yield* TestClock.adjust("999 millis")
      }
      yield* Deferred.succeed(go, undefined)
      yield* whenIdle
      assert.deepStrictEqual(received, [
        { number: 0, age: 0, droppedBefore: 0 },
        { number: 55, age: 5_000, droppedBefore: 54 },
        ...[56, 57, 58, 59].map((number) => ({ number, age: 1_000 * (60 - number), droppedBefore: 0 }))
      ])
    })
)
