/**
 * A scripted call does not keep what an edge has closed.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Numbered from "../../src/testing/internal/Numbered.ts"

const create = Effect.sync(() => ({}))

describe("numbered sockets", () => {
  it.effect("are kept while they are open, and number 0 before that", () =>
    Effect.gen(function*() {
      const sockets = yield* Numbered.make(create)
      const first = sockets.newest()
      assert.strictEqual(sockets.at(0), first)
      assert.strictEqual(sockets.at(1), "Unknown")
      const scope = yield* Scope.make()
      assert.strictEqual(yield* Scope.provide(sockets.open, scope), first)
      const second = yield* Scope.provide(sockets.open, scope)
      assert.notStrictEqual(second, first)
      assert.deepStrictEqual([sockets.at(0), sockets.at(1)], [first, second])
      assert.strictEqual(sockets.newest(), second)
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual([0, 1, 2, -1, 0.5].map(sockets.at), ["Closed", "Closed", "Unknown", "Unknown", "Unknown"])
      assert.strictEqual(sockets.newest(), second)
    }))

  it.effect("are forgotten when they close, however many there were", () =>
    Effect.gen(function*() {
      const sockets = yield* Numbered.make(create)
      yield* Effect.repeat(Effect.scoped(sockets.open), { times: 199 })
      const kept = Array.from({ length: 200 }, (_, number) => sockets.at(number)).filter((one) => one !== "Closed")
      assert.deepStrictEqual(kept, [])
    }))
})
