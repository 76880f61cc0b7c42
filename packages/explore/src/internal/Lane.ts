/**
 * A lane identifies one sequence of steps in a schedule: the program, a fiber, or a task of the runtime that is no fiber
 * (for example the one that releases a semaphore's next waiter). The same program on the same path has the same lanes with
 * the same numbers.
 */
import type { AnyFiber } from "./Primitive.ts"

export interface Lane {
  readonly id: number
  /** Undefined until the task runs, and always for a task that is no fiber. */
  fiber: AnyFiber | undefined
  /** Given by `Explore.named`. */
  name: string | undefined
  /** The step at which the turn began for which the fiber is ready, or in which it runs. */
  readySince: number
  /** The steps at which the fiber has paused in a row: see `Fairness`. */
  readonly pauses: Array<number>
}

export interface LaneTable {
  readonly lanes: Array<Lane>
  readonly byFiber: Map<AnyFiber, Lane>
  /** The lane of the task that was dispatched last, until its fiber runs. */
  dispatched: Lane | undefined
}

export const makeTable = (): LaneTable => ({ lanes: [], byFiber: new Map(), dispatched: undefined })

export const add = ({ lanes }: LaneTable): Lane => {
  const lane: Lane = { id: lanes.length, fiber: undefined, name: undefined, readySince: 0, pauses: [] }
  lanes.push(lane)
  return lane
}

/** A fiber that has no lane gets the dispatched one, or a new one if it runs inside the step of another fiber. */
export const ofFiber = (table: LaneTable, fiber: AnyFiber): Lane => {
  let lane = table.byFiber.get(fiber)
  if (lane === undefined) {
    lane = table.dispatched ?? add(table)
    table.dispatched = undefined
    lane.fiber = fiber
    table.byFiber.set(fiber, lane)
  }
  return lane
}

/** Names for people. From the second lane on, lanes with the same name are numbered. */
export const namesOf = (lanes: ReadonlyArray<Lane>): ReadonlyMap<Lane, string> => {
  const names = new Map<Lane, string>()
  const counts = new Map<string, number>()
  for (const lane of lanes) {
    if (lane.fiber === undefined) continue
    const name = lane.name ?? `fiber ${lane.id}`
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    names.set(lane, count === 1 ? name : `${name} (${count})`)
  }
  return names
}
