/**
 * One line of work in a schedule: the program, a fiber, or a task of the runtime's that is no fiber (a semaphore that
 * wakes the next in line). The same program on the same path has the same lanes, with the same numbers.
 */
import type * as Fiber from "effect/Fiber"

export interface Lane {
  readonly id: number
  fiber: Fiber.Fiber<unknown, unknown> | undefined
  /** As `Explore.named` says. */
  name: string | undefined
}

/** For people. A name that several bear is numbered from the second on. */
export const namesOf = (lanes: ReadonlyArray<Lane>): ReadonlyMap<Lane, string> => {
  const names = new Map<Lane, string>()
  const bearers = new Map<string, number>()
  for (const lane of lanes) {
    if (lane.fiber === undefined) continue
    const name = lane.name ?? `fiber ${lane.id}`
    const bearer = (bearers.get(name) ?? 0) + 1
    bearers.set(name, bearer)
    names.set(lane, bearer === 1 ? name : `${name} (${bearer})`)
  }
  return names
}
