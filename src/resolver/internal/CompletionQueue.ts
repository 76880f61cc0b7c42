/**
 * Completes deferreds one after the other, never one inside another.
 *
 * To complete a `Deferred` runs its waiter inside the call. A waiter that goes on to register the next caller's track
 * completes that caller's `Deferred` from there, and so on; a few hundred of these nested hang or abort the Node process,
 * which nothing can catch. Here whoever is first empties the box, and the others only put into it.
 */
import * as Deferred from "effect/Deferred"
import type * as Exit from "effect/Exit"
import * as MutableList from "effect/MutableList"

export interface Outbox {
  readonly add: <A, E>(deferred: Deferred.Deferred<A, E>, exit: Exit.Exit<A, E>) => void
  readonly deliver: () => void
}

export const make = (): Outbox => {
  const letters = MutableList.make<() => void>()
  let delivering = false
  return {
    add: (deferred, exit) => MutableList.append(letters, () => Deferred.doneUnsafe(deferred, exit)),
    deliver: () => {
      if (delivering) return
      delivering = true
      try {
        while (letters.length > 0) (MutableList.take(letters) as () => void)()
      } finally {
        delivering = false
      }
    }
  }
}
