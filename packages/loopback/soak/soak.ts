/**
 * A call with participants who come and go and agents that suffer every fault, in rounds. After each round every agent has
 * to agree with the ground truth, and every track has to carry packets of its owner and of no other participant.
 *
 * The seed decides what is done; the machine decides when it happens.
 */
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { LoopbackSfuError } from "effect-track-resolver-loopback"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { heapMegabytes } from "../../../bench/measure.ts"
import type { Agent } from "./Agent.ts"
import { checkViolations, converge } from "./Checks.ts"
import * as Harness from "./Harness.ts"
import { SoakFailed } from "./Harness.ts"
import type { Report } from "./Report.ts"
import * as Round from "./Round.ts"

export { SoakFailed } from "./Harness.ts"

export interface Progress {
  readonly millis: number
  readonly publications: number
  /** Occurrences of the rarest class of faults. */
  readonly rarestFault: number
}

export interface Options {
  readonly seed: number
  /** Asked before each round. */
  readonly isDone: (progress: Progress) => boolean
  /** Receives a line for each thing that happens, to explain a failure. */
  readonly note: (line: string) => void
}

/** Megabytes by which the heap may grow: the number of participants is bounded. */
const heapGrowth = 64

/** Rounds before the heap is measured. */
const warmUpRounds = 5

const reconnectDeadline = "1 second"

const printProgress = ({ totals }: Harness.Harness, rounds: number, millis: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    const faults = Array.from(totals.faults.values()).reduce((sum, count) => sum + count, 0)
    return Console.log(
      `${String(Math.round(millis / 1_000)).padStart(6)} s  ${rounds} rounds, ${totals.publications} publications, `
        + `${faults} faults, slowest convergence ${Math.round(totals.slowestConvergence)} ms, `
        + `heap ${heapMegabytes().toFixed(0)} MB`
    )
  })

/** Participants leave first, so that the agents receive it; then the agents. Nothing may remain. */
const end = Effect.fnUntraced(function*(harness: Harness.Harness) {
  harness.note("--- the end")
  yield* Scope.close(harness.participantScope, Exit.void)
  yield* converge(harness)
  yield* checkViolations(harness)
  yield* Scope.close(harness.agentScope, Exit.void)
  const sizes = yield* Effect.forEach(harness.agents, ({ resolver }) => resolver.sizes)
  const left = sizes.flatMap((sizes) => Object.entries(sizes)).filter(([, size]) => size !== 0)
  if (left.length > 0) {
    return yield* new SoakFailed({ reasons: left.map(([name, size]) => `the resolver keeps ${size} ${name}`) })
  }
})

const reportOf = (
  { agents, totals }: Harness.Harness,
  run: Pick<Report, "seconds" | "rounds" | "heapStart" | "heapEnd">
): Report => {
  const sum = (of: (agent: Agent) => number) => agents.reduce((sum, agent) => sum + of(agent), 0)
  const reconnections = new Map<string, number>()
  for (const agent of agents) {
    for (const [strategy, attempts] of agent.reconnections()) {
      reconnections.set(strategy, (reconnections.get(strategy) ?? 0) + attempts)
    }
  }
  return {
    ...run,
    ...totals,
    reconnections,
    added: sum(({ observer }) => observer.counts.added),
    unresolved: sum(({ observer }) => observer.counts.unresolved),
    packets: sum(({ observer }) => observer.counts.packets),
    foreign: sum(({ observer }) => observer.counts.foreign),
    wrongOwners: sum(({ observer }) => observer.counts.wrongOwners)
  }
}

export const soak = (
  { isDone, note, seed }: Options
): Effect.Effect<Report, SoakFailed | LoopbackSfuError, Scope.Scope> =>
  Effect.gen(function*() {
    const startedAt = performance.now()
    const millis = () => performance.now() - startedAt
    const harness = yield* Harness.make(seed, note)
    const { sfu, totals } = harness
    const decks = Round.makeDecks()
    let rounds = 0
    let heapStart = 0
    yield* Effect.sleep("10 seconds").pipe(
      Effect.andThen(Effect.suspend(() => printProgress(harness, rounds, millis()))),
      Effect.forever,
      Effect.forkScoped
    )
    yield* sfu.control.configure({ reconnectDeadline })
    while (
      !isDone({ millis: millis(), publications: totals.publications, rarestFault: Math.min(...totals.faults.values()) })
    ) {
      yield* Effect.mapError(
        Round.run(harness, decks, rounds),
        ({ reasons }) => new SoakFailed({ reasons: [`round ${rounds}, seed ${seed}`, ...reasons] })
      )
      rounds++
      if (rounds <= warmUpRounds) heapStart = heapMegabytes()
    }
    const heapEnd = heapMegabytes()
    if (heapStart > 0 && heapEnd > heapStart + heapGrowth) {
      const reason = `the heap has grown from ${heapStart.toFixed(0)} to ${heapEnd.toFixed(0)} MB`
      return yield* new SoakFailed({ reasons: [reason] })
    }
    yield* end(harness)
    return reportOf(harness, { seconds: millis() / 1_000, rounds, heapStart, heapEnd })
  }).pipe(Effect.provide(LoopbackSfu.layer({ nodes: 4 })))
