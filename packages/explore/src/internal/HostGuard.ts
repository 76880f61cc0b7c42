/**
 * Detects that a program uses the host's promises and timers. Their callbacks come at a time that no search chooses, and a
 * schedule that waits for them stops without being deadlocked.
 *
 * An exploration is synchronous from its first schedule to its last. Therefore no other code of the process runs while the
 * host's functions are replaced, and one current watcher is enough.
 */
import * as Fiber from "effect/Fiber"
import type { Uncontrolled } from "../Uncontrolled.ts"

export interface Watcher {
  /** Whether the fiber is one of the schedule that runs. */
  readonly owns: (fiber: Fiber.Fiber<unknown, unknown>) => boolean
  readonly report: (tag: Uncontrolled["_tag"]) => void
}

let current: Watcher | undefined

/** Replaces the watcher of the schedule that runs. */
export const watch = (watcher: Watcher | undefined): void => {
  current = watcher
}

type Host = { [name: string]: unknown }
type Place = readonly [host: Host, name: string, tag: "Promise" | "Timer"]

const timers = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]

const reporting = (original: unknown, tag: "Promise" | "Timer") =>
  function(this: unknown, ...args: ReadonlyArray<unknown>): unknown {
    if (current !== undefined) {
      const fiber = Fiber.getCurrent()
      current.report(fiber === undefined || current.owns(fiber) ? tag : "RunFork")
    }
    return Reflect.apply(original as () => unknown, this, args)
  }

/** Runs a synchronous body with the host's functions replaced, and restores them. */
export const guard = <A>(body: () => A): A => {
  const outer = current
  const places: ReadonlyArray<Place> = [
    [Promise.prototype as unknown as Host, "then", "Promise"],
    ...timers.map((name): Place => [globalThis as unknown as Host, name, "Timer"])
      .filter(([host, name]) => typeof host[name] === "function")
  ]
  const originals = places.map(([host, name]) => host[name])
  places.forEach(([host, name, tag], index) => host[name] = reporting(originals[index], tag))
  try {
    return body()
  } finally {
    places.forEach(([host, name], index) => host[name] = originals[index])
    current = outer
  }
}
