/**
 * Notices what a program asks of the world outside: what comes from there comes when nobody chooses, and a schedule that
 * waits for it stands still without being deadlocked.
 *
 * An exploration is synchronous from its first schedule to its last, so that while it holds the host's timers and
 * promises nobody else can ask anything of them.
 */
import * as Fiber from "effect/Fiber"

/**
 * What left the exploration's control, and the fiber that let it.
 *
 * - `Promise`: a native promise, as of `Effect.promise`.
 * - `Timer`: a timer of the host and not of the `Clock`.
 * - `RunFork`: a fiber run without the program's context (`Effect.runFork` instead of `Effect.runForkWith`), on the stock
 *   scheduler.
 * - `Tracer`: a tracer of the program's own. Nothing is lost, but inside of it no fiber can be preempted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Escape {
  readonly _tag: "Promise" | "Timer" | "RunFork" | "Tracer"
  readonly fiber: string
}

interface Witness {
  /** True of the fibers of the schedule that runs. */
  readonly knows: (fiber: Fiber.Fiber<unknown, unknown>) => boolean
  readonly notice: (what: Escape["_tag"]) => void
}

let witness: Witness | undefined

/** From now on this one hears. */
export const testify = (next: Witness | undefined): void => {
  witness = next
}

type Host = { [name: string]: unknown }

const timers = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]

const noticed = (original: unknown, what: "Promise" | "Timer") =>
  function(this: unknown, ...args: ReadonlyArray<unknown>): unknown {
    if (witness !== undefined) {
      const fiber = Fiber.getCurrent()
      witness.notice(fiber === undefined || witness.knows(fiber) ? what : "RunFork")
    }
    return Reflect.apply(original as () => unknown, this, args)
  }

/** Runs a synchronous body, and gives the host back what it had. */
export const guard = <A>(body: () => A): A => {
  const before = witness
  const places: ReadonlyArray<readonly [Host, string, "Promise" | "Timer"]> = [
    [Promise.prototype as unknown as Host, "then", "Promise"],
    ...timers.map((name): [Host, string, "Timer"] => [globalThis as unknown as Host, name, "Timer"])
      .filter(([host, name]) => typeof host[name] === "function")
  ]
  const originals = places.map(([host, name]) => host[name])
  places.forEach(([host, name, what], at) => host[name] = noticed(originals[at], what))
  try {
    return body()
  } finally {
    places.forEach(([host, name], at) => host[name] = originals[at])
    witness = before
  }
}
