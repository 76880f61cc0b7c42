/**
 * Detects that a program uses the host's promises, timers and callbacks. These come at a time that no search chooses, and a
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
  readonly report: (tag: Uncontrolled["_tag"], resource?: string) => void
}

let current: Watcher | undefined

/** Replaces the watcher of the schedule that runs. */
export const watch = (watcher: Watcher | undefined): void => {
  current = watcher
}

type Tag = "Promise" | "Timer" | "Callback"

const report = (tag: Tag, resource?: string): void => {
  if (current === undefined) return
  const fiber = Fiber.getCurrent()
  if (fiber === undefined || current.owns(fiber)) current.report(tag, resource)
  else current.report("RunFork")
}

// --- Replaced functions -----------------------------------------------------------------------------------------------

type Host = { [name: string]: unknown }
type Place = readonly [host: Host, name: string, wrap: (original: () => unknown) => () => unknown]

const reporting = (tag: Tag) => (original: () => unknown) =>
  function(this: unknown, ...args: ReadonlyArray<unknown>): unknown {
    report(tag)
    return Reflect.apply(original, this, args)
  }

/** Output is no operation for which a program waits. */
const unreported = (original: () => unknown) =>
  function(this: unknown, ...args: ReadonlyArray<unknown>): unknown {
    const watcher = current
    current = undefined
    try {
      return Reflect.apply(original, this, args)
    } finally {
      current = watcher
    }
  }

const global = globalThis as unknown as Host
const timers = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]
const output = global["console"] as Host

const places = (): ReadonlyArray<Place> =>
  [
    [Promise.prototype as unknown as Host, "then", reporting("Promise")] as const,
    ...timers.map((name): Place => [global, name, reporting("Timer")]),
    ...Object.keys(output).map((name): Place => [output, name, unreported])
  ].filter(([host, name]) => typeof host[name] === "function")

// --- Resources of the host --------------------------------------------------------------------------------------------

interface AsyncHooks {
  readonly createHook?: (hook: { readonly init: (id: number, type: string) => void }) => {
    readonly enable: () => void
    readonly disable: () => void
  }
}

const hooks =
  (global["process"] as { readonly getBuiltinModule?: (name: string) => AsyncHooks | undefined } | undefined)
    ?.getBuiltinModule?.("node:async_hooks")

/** Operations that have a tag of their own. Node counts those that are not called through the replaced functions, too. */
const tags: { readonly [type: string]: Tag | undefined } = {
  PROMISE: "Promise",
  Timeout: "Timer",
  Immediate: "Timer",
  Microtask: "Timer"
}

/** The type of the resource that Effect makes for each waiting fiber. */
const ofEffect = "effect/Fiber"

const onResource = (_: number, type: string): void => {
  if (type === ofEffect || current === undefined) return
  const tag = tags[type]
  if (tag === undefined) report("Callback", type)
  else report(tag)
}

/** Runs a synchronous body with the host's functions replaced, and restores them. */
export const guard = <A>(body: () => A): A => {
  const outer = current
  const replaced = places()
  const originals = replaced.map(([host, name]) => host[name] as () => unknown)
  replaced.forEach(([host, name, wrap], index) => host[name] = wrap(originals[index]!))
  const hook = hooks?.createHook?.({ init: onResource })
  hook?.enable()
  try {
    return body()
  } finally {
    hook?.disable()
    replaced.forEach(([host, name], index) => host[name] = originals[index])
    current = outer
  }
}
