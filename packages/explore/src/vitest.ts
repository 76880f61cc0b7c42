/**
 * `it.explore`: a test that runs a program under many schedules. Needs `vitest`.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { TestAPI, TestFunction } from "vitest"
import { it as base } from "vitest"
import * as Explore from "./Explore.ts"
import { errorOf } from "./Verdict.ts"

/**
 * Registers a test. It fails with a timeline and a token if a schedule fails.
 *
 * @stability unstable
 * @category testing
 * @since 0.1.0
 */
export interface Tester {
  <A, E>(name: string, program: () => Effect.Effect<A, E>, options?: Explore.Options<A, E>): void
}

/**
 * `it.explore`, with Vitest's `.only`, `.skip` and `.fails`.
 *
 * @stability unstable
 * @category testing
 * @since 0.1.0
 */
export interface Explorer extends Tester {
  readonly only: Tester
  readonly skip: Tester
  /** The test passes if a schedule fails. */
  readonly fails: Tester
}

const testerOf = (register: (name: string, test: TestFunction) => void): Tester => (name, program, options) =>
  register(name, () => {
    const verdict = Explore.run(program(), options)
    if (verdict._tag !== "Passed") throw errorOf(verdict)
  })

/**
 * Vitest's `it`, with `it.explore`.
 *
 * @example
 * ```ts
 * import { it } from "effect-explore/vitest"
 * import * as Effect from "effect/Effect"
 * import * as Ref from "effect/Ref"
 * import { expect } from "vitest"
 *
 * it.explore("two increments are two", () =>
 *   Effect.gen(function*() {
 *     const counter = yield* Ref.make(0)
 *     const increment = Ref.update(counter, (n) => n + 1)
 *     yield* Effect.all([increment, increment], { concurrency: 2 })
 *     expect(yield* Ref.get(counter)).toBe(2)
 *   }))
 * ```
 *
 * @stability unstable
 * @category testing
 * @since 0.1.0
 */
export const it: TestAPI & { readonly explore: Explorer } = Object.assign(
  // A new function, so that Vitest's own `it` is not changed.
  base.extend({}),
  {
    explore: Object.assign(testerOf((name, test) => base(name, test)), {
      only: testerOf((name, test) => base.only(name, test)),
      skip: testerOf((name, test) => base.skip(name, test)),
      fails: testerOf((name, test) => base.fails(name, test))
    })
  }
)
