/**
 * Operations of a program that the exploration does not control.
 *
 * @stability unstable
 * @since 0.1.0
 */

/**
 * An operation that the exploration cannot schedule, and the name of the fiber that started it.
 *
 * - `Promise`: a native promise, as in `Effect.promise`, also one that `await` waits for.
 * - `Timer`: a timer of the host instead of the `Clock`; also `setImmediate` and `queueMicrotask`.
 * - `Callback`: anything else that the host calls back: files, sockets, DNS, `node:crypto`, `MessageChannel`, workers, child
 *   processes, `process.nextTick`. Only Node reports these, and only in a schedule that waits: the program's output makes
 *   some too.
 * - `RunFork`: a fiber that runs without the program's context (`Effect.runFork` instead of `Effect.runForkWith`), and
 *   therefore on the stock scheduler.
 * - `Tracer`: the program's own tracer. The program stays deterministic, but no fiber can be preempted under this tracer.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Uncontrolled {
  readonly _tag: "Promise" | "Timer" | "Callback" | "RunFork" | "Tracer"
  readonly fiber: string
  /** Of a `Callback`: the type that `node:async_hooks` gives to the resource, for example `FSREQCALLBACK` or `TCPWRAP`. */
  readonly resource?: string
}

const descriptions: { readonly [tag in Uncontrolled["_tag"]]: string } = {
  Promise: "a native promise",
  Timer: "a timer of the host",
  Callback: "a callback of the host",
  RunFork: "a fiber on the stock scheduler (Effect.runFork without the program's context)",
  Tracer: "the program's own tracer"
}

export const formatUncontrolled = ({ _tag, fiber, resource }: Uncontrolled): string =>
  `${descriptions[_tag]}${resource === undefined ? "" : ` (${resource})`}, in ${fiber}`
