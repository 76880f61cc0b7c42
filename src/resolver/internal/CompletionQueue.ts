/**
 * Completes deferreds one after another, never one inside another.
 *
 * Completing a `Deferred` runs its waiter inside the call. If that waiter registers the track of the next caller, it
 * completes the next `Deferred` inside the first call, and so on. A few hundred nested calls hang or abort the Node
 * process. Here the outermost call of `drain` completes everything; nested calls return at once.
 *
 * A waiter that calls the resolver again whenever it is answered adds completions for as long as `drain` runs. Therefore
 * one call of `drain` completes at most `mostInOneTurn` deferreds. The others follow in later turns of the scheduler.
 */
import * as Deferred from "effect/Deferred"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as MutableList from "effect/MutableList"
import type { SchedulerDispatcher } from "effect/Scheduler"

export interface CompletionQueue {
  readonly add: <A, E>(deferred: Deferred.Deferred<A, E>, exit: Exit.Exit<A, E>) => void
  /** Only a fiber calls this: the later turns are those of its scheduler. */
  readonly drain: () => void
}

const mostInOneTurn = 1_024

export const make = (): CompletionQueue => {
  const completions = MutableList.make<() => void>()
  let isDraining = false
  let isContinuing = false

  const completeSome = (): void => {
    isDraining = true
    try {
      for (let left = mostInOneTurn; left > 0 && completions.length > 0; left--) {
        ;(MutableList.take(completions) as () => void)()
      }
    } finally {
      isDraining = false
    }
  }

  const continueLater = (dispatcher: SchedulerDispatcher): void => {
    if (isContinuing) return
    isContinuing = true
    dispatcher.scheduleTask(() => {
      isContinuing = false
      completeSome()
      if (completions.length > 0) continueLater(dispatcher)
    }, 0)
  }

  return {
    add: (deferred, exit) => MutableList.append(completions, () => Deferred.doneUnsafe(deferred, exit)),
    drain: () => {
      if (isDraining || completions.length === 0) return
      completeSome()
      if (completions.length > 0) continueLater(Fiber.getCurrent()!.currentDispatcher)
    }
  }
}
