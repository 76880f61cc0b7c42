/**
 * Counts of what an effect costs that are the same on every machine.
 */
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import { begin } from "./resolver.ts"

/** Effect numbers the fibers of a process in the order in which they start. */
export const nextFiberId = Effect.map(begin(Effect.void), ({ id }) => id)

export class CountingScheduler extends Scheduler.MixedScheduler {
  tasks = 0
  /** Of the event loop: a dispatcher runs all tasks of one. */
  turns = 0

  constructor() {
    super("async", (run) => {
      this.turns++
      const immediate = setImmediate(run)
      return () => clearImmediate(immediate)
    })
  }

  override makeDispatcher() {
    const dispatcher = super.makeDispatcher()
    const scheduleTask = dispatcher.scheduleTask.bind(dispatcher)
    dispatcher.scheduleTask = (task, priority) => {
      this.tasks++
      scheduleTask(task, priority)
    }
    return dispatcher
  }
}
