/**
 * Completes deferreds one after another, never one inside another.
 *
 * Completing a `Deferred` runs its waiter inside the call. If that waiter registers the track of the next caller, it
 * completes the next `Deferred` inside the first call, and so on. A few hundred nested calls hang or abort the Node
 * process. Here the outermost call of `drain` completes everything; nested calls return at once.
 */
import * as Deferred from "effect/Deferred"
import type * as Exit from "effect/Exit"
import * as MutableList from "effect/MutableList"

export interface CompletionQueue {
  readonly add: <A, E>(deferred: Deferred.Deferred<A, E>, exit: Exit.Exit<A, E>) => void
  readonly drain: () => void
}

export const make = (): CompletionQueue => {
  const completions = MutableList.make<() => void>()
  let isDraining = false
  return {
    add: (deferred, exit) => MutableList.append(completions, () => Deferred.doneUnsafe(deferred, exit)),
    drain: () => {
      if (isDraining) return
      isDraining = true
      try {
        while (completions.length > 0) (MutableList.take(completions) as () => void)()
      } finally {
        isDraining = false
      }
    }
  }
}
