/**
 * What the agents of a process report of their ownership.
 */
import * as Metric from "effect/Metric"

export const callsOwned = Metric.gauge("call_agent_calls_owned", { description: "calls that this process owns" })

export const takeovers = Metric.counter("call_agent_takeovers", {
  description: "calls that this process took over from another owner",
  incremental: true
})

export const unowned = Metric.histogram("call_agent_unowned_milliseconds", {
  description: "from the last sign of life of the former owner until the agent is in the call again",
  boundaries: [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000]
})
