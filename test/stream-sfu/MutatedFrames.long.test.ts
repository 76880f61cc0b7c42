/**
 * Mutated frames sent to a joining client, to a session, and as responses to requests. Each ends as the types say, and no
 * rejection is unhandled.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { nextTurn } from "../support/nextTurn.ts"
import { begin } from "../support/resolver.ts"
import { joinResponse } from "./FakeSfu.ts"
import { join, withSfu } from "./Harness.ts"
import { mutated } from "./SfuFrames.ts"

const take = (frames: Iterator<Uint8Array>, count: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: count }, () => frames.next().value as Uint8Array)

const unhandled: Array<unknown> = []
process.on("unhandledRejection", (reason) => unhandled.push(reason))

/** Node reports an unhandled rejection after the microtasks, so this waits for the next macrotask. */
const checkNoneUnhandled = Effect.andThen(
  nextTurn,
  Effect.sync(() => assert.deepStrictEqual(unhandled, []))
)

describe("Mutated frames", () => {
  withSfu(
    "a session survives every frame that is not the end of the call and loses no message",
    (sfu) =>
      Effect.gen(function*() {
        const frames = mutated(3)
        let eventCount = 0
        let endedCount = 0
        for (let left = 5_000; left > 0;) {
          const scope = yield* Scope.make()
          const session = yield* Scope.provide(join, scope)
          const listening = yield* begin(Stream.runForEach(session.events, () => Effect.sync(() => eventCount++)))
          while (listening.pollUnsafe() === undefined && left > 0) {
            for (const frame of take(frames, 2)) sfu.sockets.at(-1)!.sendFrame(frame)
            left -= 2
            yield* TestClock.adjust("1 second")
          }
          if (listening.pollUnsafe() !== undefined) endedCount++
          yield* Scope.close(scope, Exit.void)
          // The events end with CallEnded, with the leave, or because a message that we need could not be decoded.
          const end = Exit.findErrorOption(listening.pollUnsafe()!)
          if (Option.isSome(end)) assert.deepInclude(end.value, { _tag: "SfuConnectionError", reason: "Unreadable" })
        }
        assert.isAbove(eventCount, 500)
        assert.isAbove(endedCount, 5)
        yield* checkNoneUnhandled
      })
  )

  withSfu("a join ends with a session or a typed error", (sfu) =>
    Effect.gen(function*() {
      const frames = mutated(4)
      const ends = new Map<string, number>()
      sfu.onRequest = (request, socket) => {
        if (!request.joinRequest) return
        for (const frame of take(frames, 10)) socket.sendFrame(frame)
        socket.sendEvents(joinResponse)
      }
      for (let n = 0; n < 200; n++) {
        const end = yield* Effect.scoped(Effect.result(join))
        const name = Result.isSuccess(end) ? "joined" : end.failure.reason
        ends.set(name, (ends.get(name) ?? 0) + 1)
      }
      assert.sameMembers([...ends.keys()], ["joined", "Refused"])
      assert.strictEqual(sfu.sockets.filter(({ readyState }) => readyState !== 3).length, 0)
      yield* checkNoneUnhandled
    }))

  withSfu("a request ends with a response or a typed error", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const frames = mutated(5)
      const ends = new Map<string | number, number>()
      sfu.respond = (_, n) => new Response(Uint8Array.from(frames.next().value), { status: n % 2 === 0 ? 200 : 400 })
      for (let n = 0; n < 500; n++) {
        const requesting = yield* begin(Effect.result(session.restartIce))
        yield* TestClock.adjust("30 seconds")
        sfu.sockets[0]!.sendEvents({ healthCheckResponse: {} })
        const end = yield* Fiber.join(requesting)
        const name = Result.isSuccess(end) ? "answered" : end.failure.code
        ends.set(name, (ends.get(name) ?? 0) + 1)
      }
      assert.isAbove(ends.get("answered") ?? 0, 10)
      assert.isAbove(ends.get("internal") ?? 0, 10)
      assert.isAbove(ends.get("unknown") ?? 0, 10)
      yield* checkNoneUnhandled
    }))
})
