/**
 * A pull that waits until `next` has something. One consumer.
 *
 * The check of `next` and the wait are one step, so no wake-up comes between them. A consumer runs in a task of the scheduler,
 * never inside `wake`.
 */
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"

export interface Wakeable<A, E> {
  readonly pull: Effect.Effect<A, E>
  /** Lets a pull that waits call `next` again. */
  readonly wake: () => void
}

/** One for each scheduler: all consumers that are woken in a turn of the event loop share the next one. */
const dispatchers = new WeakMap<Scheduler.Scheduler, Scheduler.SchedulerDispatcher>()

const dispatcherOf = (scheduler: Scheduler.Scheduler): Scheduler.SchedulerDispatcher => {
  const dispatcher = dispatchers.get(scheduler) ?? scheduler.makeDispatcher()
  dispatchers.set(scheduler, dispatcher)
  return dispatcher
}

/** `next` is `undefined` if there is nothing yet. */
export const make = <A, E>(next: () => Effect.Effect<A, E> | undefined): Effect.Effect<Wakeable<A, E>> =>
  Effect.map(Scheduler.Scheduler, (scheduler) => {
    const dispatcher = dispatcherOf(scheduler)
    let waiting: ((again: Effect.Effect<A, E>) => void) | undefined
    const pull = Effect.callback<A, E>((resume) => {
      const found = next()
      if (found === undefined) waiting = resume
      else resume(found)
    })
    const wake = (): void => {
      const resume = waiting
      waiting = undefined
      // A pull that was interrupted ignores it, and the next one calls `next` anyway.
      if (resume !== undefined) dispatcher.scheduleTask(() => resume(pull), 0)
    }
    return { pull, wake }
  })
