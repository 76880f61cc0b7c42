/**
 * Disturbs one runner after the other, and prints what becomes of its calls.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Disturbance from "./Disturbance.ts"
import type { Call, Runner } from "./Fleet.ts"
import * as Fleet from "./Fleet.ts"

/** In milliseconds: how long a call may have two agents, which is as long as an owner needs to confirm its term, and none. */
const mostTwice = 6_000
const mostWithout = 60_000

class BoundExceededError extends Data.TaggedError("BoundExceededError")<{ readonly message: string }> {}

/** The calls of each runner. */
const ownership = Effect.fnUntraced(function*(calls: ReadonlyArray<Call>) {
  const owners = new Map<string, Array<Call>>()
  for (const call of calls) {
    const { runner } = yield* call.agent.Snapshot()
    owners.set(runner, [...owners.get(runner) ?? [], call])
  }
  return owners
})

const print = (owners: ReadonlyMap<string, ReadonlyArray<Call>>) =>
  Effect.forEach(
    Array.from(owners).toSorted(([one], [other]) => one.localeCompare(other)),
    ([runner, calls]) => Console.log(`  ${runner}  ${calls.map(({ id }) => id).join(" ")}`),
    { discard: true }
  )

const seconds = (millis: number): string => `${(millis / 1_000).toFixed(1)} s`

/** p50, p95 and the worst. */
const summarize = (values: ReadonlyArray<number>): string => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number) => seconds(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)}`
}

/** The one with the most calls. */
const busiest = (runners: ReadonlyArray<Runner>, owners: ReadonlyMap<string, ReadonlyArray<Call>>): Runner =>
  runners.reduce((most, runner) =>
    (owners.get(runner.address)?.length ?? 0) > (owners.get(most.address)?.length ?? 0) ? runner : most
  )

/** In milliseconds. A runner that has started takes over its share of the calls, which takes a moment. */
const calm = 5_000

/** Returns when each call has had one agent, and the same one, for a while. */
const settled = Effect.fnUntraced(function*(calls: ReadonlyArray<Call>) {
  while (true) {
    yield* Effect.forEach(calls, ({ presence }) => presence.waitUntil(() => presence.present().length === 1))
    const joinedAt = Math.max(...calls.flatMap(({ presence }) => presence.present().map(({ from }) => from)))
    const pause = joinedAt + calm - (yield* Clock.currentTimeMillis)
    if (pause <= 0 && calls.every(({ presence }) => presence.present().length === 1)) return
    yield* Effect.sleep(Math.max(pause, 0))
  }
})

/** Fails if a call had no agent, or two, for longer than it may. */
export const run = Effect.fnUntraced(function*(rounds: number, size: number) {
  const { calls, start } = yield* Fleet.make(size)
  let runners: ReadonlyArray<Runner> = yield* Effect.all([start, start, start])
  yield* Effect.forEach(calls, ({ agent }) => Effect.retry(agent.Join(), { times: 10 }), {
    concurrency: 4,
    discard: true
  })
  yield* settled(calls)
  yield* Console.log(`${size} calls have an agent each:`)
  yield* print(yield* ownership(calls))

  const effects = new Map<string, Array<Disturbance.Effects>>()
  for (let round = 1; round <= rounds; round++) {
    for (const disturbance of Disturbance.disturbances) {
      const owners = yield* ownership(calls)
      const runner = busiest(runners, owners)
      const happened = yield* Disturbance.apply(disturbance, runner, owners.get(runner.address) ?? [])
      effects.set(disturbance.name, [...effects.get(disturbance.name) ?? [], happened])
      yield* Console.log(
        `${round}: ${happened.runner} is ${disturbance.name}: its ${happened.calls.length} calls were`
          + ` without an agent for ${seconds(Math.max(...happened.without))} at most,`
          + ` and had two for ${seconds(Math.max(...happened.twice))}`
      )
      if (disturbance.isFinal) runners = [...runners.filter((each) => each !== runner), yield* start]
      // The process is up, and in the cluster.
      yield* Effect.sleep(calm)
      yield* settled(calls)
      yield* print(yield* ownership(calls))
    }
  }

  for (const [name, all] of effects) {
    const without = all.flatMap(({ without }) => without)
    const twice = all.flatMap(({ twice }) => twice)
    yield* Console.log(`${name}\n  without an agent: ${summarize(without)}\n  two agents:       ${summarize(twice)}`)
    if (Math.max(...without) > mostWithout || Math.max(...twice) > mostTwice) {
      return yield* new BoundExceededError({ message: `a call exceeded its bound: a runner was ${name}` })
    }
  }
}, Effect.scoped)
