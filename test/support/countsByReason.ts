/**
 * What a counter has counted, by its attribute `reason`. A test provides a `MetricRegistry` of its own.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

export const countsByReason = (counter: string): Effect.Effect<Record<string, number | bigint>> =>
  Effect.map(
    Metric.snapshot,
    (metrics) =>
      Object.fromEntries(metrics.flatMap(({ attributes, id, state }) =>
        id === counter && "count" in state ? [[attributes?.["reason"], state.count]] : []
      ))
  )
