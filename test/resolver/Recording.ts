/**
 * A recorder that keeps its traces in memory.
 */
import { Trace } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

export const parse = (text: string): Trace.Trace => Result.getOrThrow(Trace.parse(text))

/** A recorder in memory. `traces` has one text for each resolver. */
export const memory = (options?: Omit<Trace.RecorderOptions<never, never>, "write">) => {
  const traces: Array<string> = []
  const write = (lines: string, trace: string) =>
    Effect.sync(() => {
      const n = Number(trace.split("-").at(-1)) - 1
      traces[n] = `${traces[n] ?? ""}${lines}`
    })
  return { traces, layer: Trace.layer({ write, ...options }) }
}
