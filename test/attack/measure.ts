import * as Effect from "effect/Effect"

export interface Measurement {
  readonly seconds: number
  /**
   * The longest time in which the event loop ran nothing else, in milliseconds, without the time in which the process did not
   * run because the machine was busy. Includes what the attacker computes.
   */
  readonly worstBlock: number
  /** Heap and buffers that are still in use afterwards, in bytes, and the most that were in use, less what there was before. */
  readonly kept: number
  readonly peak: number
}

const intervalMillis = 5

const collect = (): number => {
  globalThis.gc?.()
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** Runs the effect and measures the process during it. */
export const measure = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, Measurement], E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const before = collect()
      const start = performance.now()
      const state = { before, start, last: start, lastCpu: process.cpuUsage(), worst: 0, peak: before, tick: () => {} }
      state.tick = () => {
        const now = performance.now()
        const { system, user } = process.cpuUsage(state.lastCpu)
        state.worst = Math.max(state.worst, Math.min(now - state.last - intervalMillis, (user + system) / 1000))
        state.last = now
        state.lastCpu = process.cpuUsage()
        const { external, heapUsed } = process.memoryUsage()
        state.peak = Math.max(state.peak, heapUsed + external)
      }
      return { ...state, state, timer: setInterval(state.tick, intervalMillis) }
    }),
    ({ state }) =>
      Effect.map(effect, (result) => {
        state.tick()
        const seconds = (performance.now() - state.start) / 1000
        return [result, {
          seconds,
          worstBlock: state.worst,
          kept: collect() - state.before,
          peak: state.peak - state.before
        }]
      }),
    ({ timer }) => Effect.sync(() => clearInterval(timer))
  )
