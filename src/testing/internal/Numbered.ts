/**
 * The sockets, or the connections, that an edge opens one after the other, numbered from 0. Number 0 exists before the
 * edge opens it, so a script can use it at once.
 */
import * as Effect from "effect/Effect"

export interface Numbered<A> {
  /** The next one that was not opened yet. */
  readonly open: Effect.Effect<A>
  readonly newest: () => A
  readonly at: (number: number) => A | undefined
}

export const make = <A>(create: Effect.Effect<A>): Effect.Effect<Numbered<A>> =>
  Effect.map(create, (first) => {
    const all = [first]
    let opened = 0
    return {
      open: Effect.gen(function*() {
        const next = all[opened] ?? (yield* create)
        all[opened++] = next
        return next
      }),
      newest: () => all.at(-1) ?? first,
      at: (number) => all[number]
    }
  })
