/**
 * Whatever passes from here to there, and what a test does to it on the way: hold, drop, duplicate, delay, reorder.
 *
 * Nothing that is not matched is touched: it passes in the same synchronous step, so that holding one thing changes its
 * order relative to everything else. The oldest rule that matches decides alone.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"

/**
 * Which items are meant: a predicate, or the fields that have to be so; an array means any of its elements.
 *
 * @category models
 * @since 0.1.0
 */
export type Match<A> = ((item: A) => boolean) | Pattern<A>

/**
 * @category models
 * @since 0.1.0
 */
export type Pattern<A> = { readonly [field in keyof A]?: A[field] | ReadonlyArray<A[field]> | undefined }

/**
 * Items that are held back, and go nowhere until they are released.
 *
 * @category models
 * @since 0.1.0
 */
export interface HeldItems<A> {
  /** What is held now, in the order it came. */
  readonly items: Effect.Effect<ReadonlyArray<A>>
  /** Waits until so many are held. */
  readonly waitFor: (count: number) => Effect.Effect<ReadonlyArray<A>>
  /** Lets the oldest go, and goes on holding. Nothing, if there is none. */
  readonly releaseNext: Effect.Effect<void>
  /** Lets everything go and holds no more. `order` gives the order, and may leave out or repeat. */
  readonly release: (order?: (items: ReadonlyArray<A>) => ReadonlyArray<A>) => Effect.Effect<void>
}

/**
 * @category models
 * @since 0.1.0
 */
export interface RuleOptions {
  /** To how many items it is done at the most. Default: as long as the scope. */
  readonly times?: number | undefined
}

/**
 * Every rule lives as long as the scope that it is made in; what it still holds then, it lets go.
 *
 * @category models
 * @since 0.1.0
 */
export interface Faults<A> {
  readonly hold: (match: Match<A>) => Effect.Effect<HeldItems<A>, never, Scope.Scope>
  readonly drop: (match: Match<A>, options?: RuleOptions) => Effect.Effect<void, never, Scope.Scope>
  /** Each item twice, the one right after the other. */
  readonly duplicate: (match: Match<A>, options?: RuleOptions) => Effect.Effect<void, never, Scope.Scope>
  readonly delay: (
    match: Match<A>,
    duration: Duration.Input,
    options?: RuleOptions
  ) => Effect.Effect<void, never, Scope.Scope>
  /** Collects `count` items, and lets them go in another order. Default: the other way round. */
  readonly reorder: (
    match: Match<A>,
    count: number,
    order?: (items: ReadonlyArray<A>) => ReadonlyArray<A>
  ) => Effect.Effect<void, never, Scope.Scope>
}

export interface Traffic<A> {
  /** Never waits. */
  readonly pass: (item: A) => void
  readonly faults: Faults<A>
}

interface Rule<A> {
  readonly matches: (item: A) => boolean
  readonly apply: (item: A) => void
  left: number
}

/** More than this are not held: the oldest is lost. */
const capacity = 4_096

const fits = <A, Field extends keyof A>(item: A, field: Field, expected: Pattern<A>[Field]): boolean =>
  expected === undefined || (Array.isArray(expected) ? expected.includes(item[field]) : expected === item[field])

export const matcher = <A extends object>(match: Match<A>): (item: A) => boolean => {
  if (typeof match === "function") return match
  return (item) => {
    for (const field in match) {
      if (!fits(item, field, match[field])) return false
    }
    return true
  }
}

/** `deliver` is where things go, and must not throw. */
export const make = <A extends object>(deliver: (item: A) => void): Effect.Effect<Traffic<A>, never, Scope.Scope> =>
  Effect.map(FiberSet.makeRuntime<never>(), (run) => {
    const rules = new Set<Rule<A>>()

    const pass = (item: A): void => {
      for (const rule of rules) {
        if (!rule.matches(item)) continue
        if (--rule.left === 0) rules.delete(rule)
        return rule.apply(item)
      }
      deliver(item)
    }

    /** The rule, and what becomes of it with its scope. */
    const install = (match: Match<A>, times: number, apply: (item: A) => void, end: () => void = () => {}) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const rule: Rule<A> = { matches: matcher(match), apply, left: times }
          if (times > 0) rules.add(rule)
          return rule
        }),
        (rule) =>
          Effect.sync(() => {
            rules.delete(rule)
            end()
          })
      )

    const hold = (match: Match<A>): Effect.Effect<HeldItems<A>, never, Scope.Scope> => {
      let kept: Array<A> = []
      const waiters = new Set<{ readonly count: number; readonly reached: Deferred.Deferred<void> }>()
      const keep = (item: A): void => {
        kept.push(item)
        if (kept.length > capacity) kept.shift()
        for (const waiter of Array.from(waiters)) {
          if (kept.length < waiter.count) continue
          waiters.delete(waiter)
          Deferred.doneUnsafe(waiter.reached, Effect.void)
        }
      }
      const letGo = (order: (items: ReadonlyArray<A>) => ReadonlyArray<A>): void => {
        const items = kept
        kept = []
        order(items).forEach(deliver)
      }
      return Effect.map(install(match, Infinity, keep, () => letGo((items) => items)), (rule) => ({
        items: Effect.sync(() => kept.slice()),
        waitFor: (count) =>
          Effect.suspend(() => {
            if (kept.length >= count) return Effect.succeed(kept.slice())
            const waiter = { count, reached: Deferred.makeUnsafe<void>() }
            waiters.add(waiter)
            return Deferred.await(waiter.reached).pipe(
              Effect.map(() => kept.slice()),
              Effect.ensuring(Effect.sync(() => waiters.delete(waiter)))
            )
          }),
        releaseNext: Effect.sync(() => {
          const item = kept.shift()
          if (item !== undefined) deliver(item)
        }),
        release: (order = (items) => items) =>
          Effect.sync(() => {
            rules.delete(rule)
            letGo(order)
          })
      }))
    }

    const faults: Faults<A> = {
      hold,
      drop: (match, options) => Effect.asVoid(install(match, options?.times ?? Infinity, () => {})),
      duplicate: (match, options) =>
        Effect.asVoid(install(match, options?.times ?? Infinity, (item) => {
          deliver(item)
          deliver(item)
        })),
      delay: (match, duration, options) =>
        Effect.asVoid(install(match, options?.times ?? Infinity, (item) => {
          run(Effect.andThen(Effect.sleep(duration), Effect.sync(() => deliver(item))))
        })),
      reorder: (match, count, order = (items) => items.toReversed()) =>
        Effect.suspend(() => {
          let kept: Array<A> = []
          const letGo = (): void => {
            const items = kept
            kept = []
            order(items).forEach(deliver)
          }
          return Effect.asVoid(install(match, count, (item) => {
            kept.push(item)
            if (kept.length === count) letGo()
          }, letGo))
        })
    }
    return { pass, faults }
  })
