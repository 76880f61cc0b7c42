/**
 * `it.explore`: a test that runs a program under many schedules. Needs `vitest` and `@effect/vitest`.
 *
 * @since 0.1.0
 */
import * as EffectVitest from "@effect/vitest"
import type * as Effect from "effect/Effect"
import type { TestFunction } from "vitest"
import * as Explore from "./Explore.ts"

/**
 * A test of its name, that fails with a timeline and a token when a schedule is at fault.
 *
 * @category testing
 * @since 0.1.0
 */
export interface Tester {
  <A, E>(name: string, program: () => Effect.Effect<A, E>, options?: Explore.Options<A, E>): void
}

/**
 * `it.explore`, and as usual `.only`, `.skip`, `.fails`.
 *
 * @category testing
 * @since 0.1.0
 */
export interface Explorer extends Tester {
  readonly only: Tester
  readonly skip: Tester
  /** Passes if some schedule is at fault. */
  readonly fails: Tester
}

const testerOf = (register: (name: string, test: TestFunction) => void): Tester => (name, program, options) =>
  register(name, () => {
    const verdict = Explore.run(program(), options)
    if (verdict._tag !== "Passed") throw Explore.errorOf(verdict)
  })

const { it: base } = EffectVitest

/**
 * The `it` of `@effect/vitest`, that also explores.
 *
 * @example
 * ```ts
 * import { Effect, Ref } from "effect"
 * import { it } from "effect-explore/vitest"
 *
 * it.explore("two visitors are counted twice", () =>
 *   Effect.gen(function*() {
 *     const counter = yield* Ref.make(0)
 *     const visit = Ref.update(counter, (n) => n + 1)
 *     yield* Effect.all([visit, visit], { concurrency: "unbounded" })
 *     if ((yield* Ref.get(counter)) !== 2) return yield* Effect.die("a visitor was not counted")
 *   }))
 * ```
 *
 * @category testing
 * @since 0.1.0
 */
export const it: EffectVitest.Vitest.Methods & { readonly explore: Explorer } = Object.assign(
  EffectVitest.makeMethods(base.extend({})),
  {
    explore: Object.assign(testerOf((name, test) => base(name, test)), {
      only: testerOf((name, test) => base.only(name, test)),
      skip: testerOf((name, test) => base.skip(name, test)),
      fails: testerOf((name, test) => base.fails(name, test))
    })
  }
)
