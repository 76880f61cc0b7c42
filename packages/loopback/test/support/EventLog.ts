/**
 * A list that only grows, with ways to wait for its growth.
 */
import * as Effect from "effect/Effect"
import * as Condition from "../../src/Condition.ts"

export interface EventLog<A> {
  readonly items: ReadonlyArray<A>
  readonly add: (item: A) => void
  /** Waits until the items satisfy the condition, and returns them. */
  readonly waitUntil: (holds: (items: ReadonlyArray<A>) => boolean) => Effect.Effect<ReadonlyArray<A>>
  /** The matching items that are added from now on, once there are at least `count`. */
  readonly next: (count: number, matches: (item: A) => boolean) => Effect.Effect<ReadonlyArray<A>>
}

export const make = <A>(): EventLog<A> => {
  const items: Array<A> = []
  const { notify, waitUntil } = Condition.make<ReadonlyArray<A>>(() => items)
  return {
    items,
    add: (item) => {
      items.push(item)
      notify()
    },
    waitUntil,
    next: (count, matches) =>
      Effect.suspend(() => {
        const start = items.length
        const matching = () => items.slice(start).filter(matches)
        return Effect.map(waitUntil(() => matching().length >= count), matching)
      })
  }
}
