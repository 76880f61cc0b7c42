/**
 * Every counter whose name begins with the prefix, as `name reason count`. A test provides a `MetricRegistry` of its own.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

export const readCounters = (prefix: string): Effect.Effect<Array<string>> =>
  Effect.map(
    Metric.snapshot,
    (metrics) =>
      metrics.flatMap(({ attributes, id, state }) =>
        id.startsWith(prefix) ? [`${id} ${attributes?.["reason"]} ${"count" in state ? state.count : ""}`] : []
      )
  )
