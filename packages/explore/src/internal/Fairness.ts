/**
 * Fairness to a fiber that waits by asking again and again: `while (!(yield* isReady)) yield* Effect.yieldNow`. A search
 * may prefer such a fiber for ever, and the fiber for which it waits would never run. No stock scheduler does that.
 *
 * A fiber pauses when it yields, or when its own timer wakes it. A fiber that has paused several times in a row, while
 * another one was ready, does not run again until that one has had its turn: until it yields, waits or ends (after Musuvathi,
 * Qadeer, Fair stateless model checking, PLDI 2008). Likewise, a fiber that only yields does not run for ever before the next
 * timer fires. The fiber that is ready for the longest time is never held back, so some candidate is always left. The stock
 * runtime's choice is never held back either, because its queues are fair.
 */
import type { Lane } from "./Lane.ts"

/** How often a fiber may pause in a row while another one is ready. */
const mostPauses = 4
/** How often a fiber may pause in a row before the next timer fires. With `time: "idle"` computing takes no time. */
const mostPausesWithoutTime = 100

/** Times are numbers of steps. Returns whether fibers may have to be held back from now on. */
export const pause = (lane: Lane, now: number): boolean => {
  lane.pauses.push(now)
  lane.readySince = now
  return lane.pauses.length >= mostPauses
}

/** The fiber has run for so long that the scheduler makes it yield: that counts as if it had paused often. */
export const endTurn = (lane: Lane, now: number): void => {
  while (lane.pauses.length < mostPauses) lane.pauses.push(now)
  lane.pauses.fill(now, -mostPauses)
  lane.readySince = now
}

/** Something else than its own timer has woken the fiber, or it begins. */
export const wake = (lane: Lane, now: number): void => {
  lane.pauses.length = 0
  lane.readySince = now
}

const hasPaused = ({ pauses }: Lane, times: number, since: number): boolean =>
  pauses.length >= times && pauses[pauses.length - times]! > since

/** Whether the next timer has to fire before the fiber runs again. `since` is when the last timer fired. */
export const awaitsTime = (lane: Lane, since: number): boolean => hasPaused(lane, mostPausesWithoutTime, since)

/** Whether the fiber has to wait for one that is ready since then. */
export const awaitsTurn = (lane: Lane, since: number): boolean => hasPaused(lane, mostPauses, since)
