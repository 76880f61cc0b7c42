/**
 * A call whose participants encrypt their media end to end.
 */
import { assert, describe, it } from "@effect/vitest"
import type { SfuSession } from "effect-track-resolver"
import { SfuConnectionError } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { makeHarness, whenIdle } from "./Harness.ts"

const socketLost = new SfuConnectionError({ reason: "Closed", closeCode: 1006, detail: "" })

/** The states and warnings of an edge that joins, continues on another socket, and rejoins. */
const joinThreeTimes = (session: Partial<SfuSession>) => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel === "Warn") warnings.push(String(Array.isArray(message) ? message[0] : message))
  })
  return Effect.gen(function*() {
    const { call, edge } = yield* makeHarness({ onJoin: () => Effect.succeed(session) }, { maxReconnects: 10 })
    const joined: Array<boolean> = []
    yield* Effect.forkScoped(
      Stream.runForEach(edge.states, (state) =>
        Effect.sync(() => {
          if (state._tag === "Joined") joined.push(state.endToEndEncrypted)
        })),
      { startImmediately: true }
    )
    yield* whenIdle
    yield* call.failSocket(socketLost)
    yield* TestClock.adjust("10 seconds")
    yield* call.emit({ _tag: "Failed", reason: "Other", code: 500, detail: "", reconnectStrategy: "Rejoin" })
    yield* TestClock.adjust("10 seconds")
    return { joined, warnings }
  }).pipe(Effect.provide(Logger.layer([logger])))
}

describe("End-to-end encryption", () => {
  it.effect("the state reports it, and each new session logs one warning", () =>
    Effect.gen(function*() {
      const { joined, warnings } = yield* joinThreeTimes({ endToEndEncrypted: true })
      assert.deepStrictEqual(joined, [true, true, true])
      assert.strictEqual(warnings.length, 2)
      assert.match(warnings[0]!, /end-to-end encrypted/)
    }))

  it.effect("a call without it, and an SFU that does not report it, give false and no warning", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* joinThreeTimes({ endToEndEncrypted: false }), {
        joined: [false, false, false],
        warnings: []
      })
      assert.deepStrictEqual(yield* joinThreeTimes({}), { joined: [false, false, false], warnings: [] })
    }))
})
