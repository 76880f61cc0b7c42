/**
 * The sockets, or the connections, that an edge opens one after the other, numbered from 0. Number 0 exists before the
 * edge opens it, so a script can use it at once. What was closed is forgotten, all but the newest.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Numbered<A> {
  /** The next one that was not opened yet. It closes with the scope. */
  readonly open: Effect.Effect<A, never, Scope.Scope>
  /** The newest one, also after it was closed. */
  readonly newest: () => A
  /** `Closed`: it was opened and is closed. `Unknown`: no such number was opened yet. */
  readonly at: (number: number) => A | "Closed" | "Unknown"
}

export const make = <A extends object>(create: Effect.Effect<A>): Effect.Effect<Numbered<A>> =>
  Effect.map(create, (first) => {
    const open = new Map([[0, first]])
    let opened = 0
    let newest = first
    const isKnown = (number: number): boolean => Number.isInteger(number) && number >= 0 && number < Math.max(opened, 1)
    return {
      open: Effect.acquireRelease(
        Effect.gen(function*() {
          const next = opened === 0 ? first : yield* create
          const number = opened++
          open.set(number, next)
          newest = next
          return { next, number }
        }),
        ({ number }) => Effect.sync(() => open.delete(number))
      ).pipe(Effect.map(({ next }) => next)),
      newest: () => newest,
      at: (number) => isKnown(number) ? open.get(number) ?? "Closed" : "Unknown"
    }
  })
