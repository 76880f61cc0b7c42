/**
 * `cost` measures processor time of this thread, which a busy machine disturbs least. `latency` measures wall time, which
 * includes waiting. Both return medians in microseconds.
 */
import * as Effect from "effect/Effect"

export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** The processor time that the effect takes, after a collection of garbage. */
export const processorMicros = <E, R>(effect: Effect.Effect<unknown, E, R>): Effect.Effect<number, E, R> =>
  Effect.suspend(() => {
    globalThis.gc?.()
    const before = process.threadCpuUsage()
    return Effect.map(effect, () => {
      const { system, user } = process.threadCpuUsage(before)
      return user + system
    })
  })

const rounds = 7

/** The cost of one of `times` iterations. `clean` runs after each round and is not measured. */
export const cost = <E, R>(
  times: number,
  run: (times: number) => Effect.Effect<unknown, E, R>,
  clean: Effect.Effect<unknown> = Effect.void
): Effect.Effect<number, E, R> =>
  Effect.gen(function*() {
    const costs: Array<number> = []
    for (let round = 0; round < rounds; round++) {
      const micros = yield* processorMicros(run(times))
      // The first two rounds warm up.
      if (round > 1) costs.push(micros / times)
      yield* clean
    }
    return median(costs)
  })

/** The median of each, measured in turns, so that the load of the machine meets all alike. */
export const inTurns = Effect.fnUntraced(function*<E, R>(
  rounds: number,
  measurements: ReadonlyArray<Effect.Effect<number, E, R>>
) {
  const turns: Array<ReadonlyArray<number>> = []
  for (let round = 0; round < rounds; round++) turns.push(yield* Effect.all(measurements))
  // The first rounds warm up.
  return measurements.map((_, at) => median(turns.slice(rounds / 5).map((turn) => turn[at]!)))
})

/** The wall time of the effect that `run` passes to `measured`. */
export const latency = <E, R>(
  times: number,
  run: (measured: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>) => Effect.Effect<unknown, E, R>
): Effect.Effect<number, E, R> =>
  Effect.gen(function*() {
    const micros: Array<number> = []
    const measured = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => {
        const before = performance.now()
        return Effect.tap(effect, () => Effect.sync(() => micros.push((performance.now() - before) * 1_000)))
      })
    for (let time = 0; time < times; time++) yield* run(measured)
    return median(micros)
  })

export const heapMegabytes = (): number => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1_048_576
}
