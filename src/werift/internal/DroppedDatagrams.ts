/**
 * Counts what a connection has dropped, by reason, and reports the sums: one debug line and one metric for many datagrams, so
 * that a flood does not become a flood of log lines.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { Reason } from "./DatagramGate.ts"

export interface DroppedDatagrams {
  readonly count: (reason: Reason) => void
  /** Since the connection was opened. */
  readonly total: () => ReadonlyMap<Reason, number>
}

const interval = "10 seconds"

const dropped = Metric.counter("werift_datagrams_dropped", {
  description: "Datagrams, and records in them, that did not reach WebRTC",
  incremental: true
})

/** Reports every ten seconds, and when the scope closes, if anything was dropped. */
export const make: Effect.Effect<DroppedDatagrams, never, Scope.Scope> = Effect.gen(function*() {
  const total = new Map<Reason, number>()
  const unreported = new Map<Reason, number>()

  const report = Effect.suspend(() => {
    const counts = Array.from(unreported)
    unreported.clear()
    if (counts.length === 0) return Effect.void
    const text = counts.map(([reason, count]) => `${count} ${reason}`).join(", ")
    const metrics = Effect.forEach(
      counts,
      ([reason, count]) => Metric.update(Metric.withAttributes(dropped, { reason }), count),
      { discard: true }
    )
    return Effect.andThen(metrics, Effect.logDebug(`datagrams dropped: ${text}`))
  })

  yield* Effect.addFinalizer(() => report)
  yield* Effect.forkScoped(Effect.repeat(report, Schedule.spaced(interval)))

  return {
    count: (reason) => {
      total.set(reason, (total.get(reason) ?? 0) + 1)
      unreported.set(reason, (unreported.get(reason) ?? 0) + 1)
    },
    total: () => total
  }
})
