/**
 * A flow of items that a test can interfere with: hold, drop, duplicate, replay, delay, reorder.
 *
 * An item that no rule matches is delivered in the same synchronous step, so a rule changes the order of its own items
 * relative to all others. If several rules match, only the oldest applies.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import * as Condition from "./Condition.ts"

/**
 * Selects items: by a predicate or by a pattern.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type Match<A> = ((item: A) => boolean) | Pattern<A>

/**
 * Fields that an item must have. An array matches any of its elements.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type Pattern<A> = { readonly [field in keyof A]?: A[field] | ReadonlyArray<A[field]> | undefined }

/**
 * Items that are held until they are released. At most 4,096; above that the oldest is lost.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface HeldItems<A> {
  /** The items held now, in the order they arrived. */
  readonly items: Effect.Effect<ReadonlyArray<A>>
  /** Waits until at least `count` items are held. */
  readonly waitFor: (count: number) => Effect.Effect<ReadonlyArray<A>>
  /** Releases the oldest item, and continues to hold. Does nothing if no item is held. */
  readonly releaseNext: Effect.Effect<void>
  /** Releases all items, and holds no more. `order` returns the items to deliver: it can reorder, omit and repeat. */
  readonly release: (order?: (items: ReadonlyArray<A>) => ReadonlyArray<A>) => Effect.Effect<void>
}

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface RuleOptions {
  /** The maximum number of items that the rule applies to. Default: no maximum. */
  readonly times?: number | undefined
}

/**
 * Rules of a flow. Each rule ends when the scope in which it was made closes, and then releases its held items.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface Faults<A> {
  readonly hold: (match: Match<A>) => Effect.Effect<HeldItems<A>, never, Scope.Scope>
  readonly drop: (match: Match<A>, options?: RuleOptions) => Effect.Effect<void, never, Scope.Scope>
  /** Delivers each item twice in succession. */
  readonly duplicate: (match: Match<A>, options?: RuleOptions) => Effect.Effect<void, never, Scope.Scope>
  /**
   * Delivers each item at once, and a second time directly after the item that is `distance` items later. An item with
   * fewer items after it is delivered once.
   */
  readonly replay: (
    match: Match<A>,
    distance: number,
    options?: RuleOptions
  ) => Effect.Effect<void, never, Scope.Scope>
  readonly delay: (
    match: Match<A>,
    duration: Duration.Input,
    options?: RuleOptions
  ) => Effect.Effect<void, never, Scope.Scope>
  /** Collects `count` items, and delivers them in another order. Default order: reversed. */
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
  readonly end: () => void
  left: number
}

type Order<A> = (items: ReadonlyArray<A>) => ReadonlyArray<A>

const heldCapacity = 4_096

const inOrder = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> => items

const hasField = <A, Field extends keyof A>(item: A, field: Field, expected: Pattern<A>[Field]): boolean =>
  expected === undefined || (Array.isArray(expected) ? expected.includes(item[field]) : expected === item[field])

export const matcher = <A extends object>(match: Match<A>): (item: A) => boolean => {
  if (typeof match === "function") return match
  return (item) => {
    for (const field in match) {
      if (!hasField(item, field, match[field])) return false
    }
    return true
  }
}

/** A buffer that drops its oldest item above `capacity`. `flush` removes all items before it delivers the first. */
const makeBuffer = <A>(deliver: (item: A) => void, capacity = Infinity) => {
  let items: Array<A> = []
  return {
    items: (): ReadonlyArray<A> => items,
    add: (item: A): void => {
      items.push(item)
      if (items.length > capacity) items.shift()
    },
    takeOldest: (): A | undefined => items.shift(),
    flush: (order: Order<A>): void => {
      const taken = items
      items = []
      order(taken).forEach(deliver)
    }
  }
}

/** `deliver` must not throw. */
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

    const install = (
      match: Match<A>,
      { apply, end = () => {}, times = Infinity }: {
        readonly apply: (item: A) => void
        readonly end?: () => void
        readonly times?: number | undefined
      }
    ) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const rule: Rule<A> = { matches: matcher(match), apply, end, left: times }
          if (times > 0) rules.add(rule)
          return rule
        }),
        (rule) =>
          Effect.sync(() => {
            rules.delete(rule)
            rule.end()
          })
      )

    const hold = (match: Match<A>): Effect.Effect<HeldItems<A>, never, Scope.Scope> =>
      Effect.suspend(() => {
        const buffer = makeBuffer(deliver, heldCapacity)
        const held = Condition.make(() => buffer.items().slice())
        const keep = (item: A): void => {
          buffer.add(item)
          held.notify()
        }
        const rule = install(match, { apply: keep, end: () => buffer.flush(inOrder) })
        return Effect.map(rule, (rule): HeldItems<A> => ({
          items: Effect.sync(() => buffer.items().slice()),
          waitFor: (count) => held.waitUntil((items) => items.length >= count),
          releaseNext: Effect.sync(() => {
            const item = buffer.takeOldest()
            if (item !== undefined) deliver(item)
          }),
          release: (order = inOrder) =>
            Effect.sync(() => {
              rules.delete(rule)
              buffer.flush(order)
            })
        }))
      })

    const reorder = (match: Match<A>, count: number, order: Order<A> = (items) => items.toReversed()) =>
      Effect.suspend(() => {
        const buffer = makeBuffer(deliver)
        const collect = (item: A): void => {
          buffer.add(item)
          if (buffer.items().length === count) buffer.flush(order)
        }
        return Effect.asVoid(install(match, { apply: collect, end: () => buffer.flush(order), times: count }))
      })

    const replay = (match: Match<A>, distance: number, options?: RuleOptions) =>
      Effect.suspend(() => {
        const buffer = makeBuffer(deliver)
        const apply = (item: A): void => {
          deliver(item)
          buffer.add(item)
          const earlier = buffer.items().length > distance ? buffer.takeOldest() : undefined
          if (earlier !== undefined) deliver(earlier)
        }
        return Effect.asVoid(install(match, { apply, ...options }))
      })

    const faults: Faults<A> = {
      hold,
      reorder,
      replay,
      drop: (match, options) => Effect.asVoid(install(match, { apply: () => {}, ...options })),
      duplicate: (match, options) => {
        const apply = (item: A): void => {
          deliver(item)
          deliver(item)
        }
        return Effect.asVoid(install(match, { apply, ...options }))
      },
      delay: (match, duration, options) => {
        const apply = (item: A): void => {
          run(Effect.andThen(Effect.sleep(duration), Effect.sync(() => deliver(item))))
        }
        return Effect.asVoid(install(match, { apply, ...options }))
      }
    }
    return { pass, faults }
  })
