import * as Effect from "effect/Effect"

/** Each fiber appends its number to a log, `times` times. The result is the log: one string for each interleaving. */
export const writers = (fibers: number, times: number): Effect.Effect<string> =>
  Effect.suspend(() => {
    const log: Array<number> = []
    const writer = (fiber: number) =>
      Effect.gen(function*() {
        for (let time = 0; time < times; time++) yield* Effect.sync(() => log.push(fiber))
      })
    const all = Effect.all(Array.from({ length: fibers }, (_, fiber) => writer(fiber)), { concurrency: "unbounded" })
    return Effect.map(all, () => log.join(""))
  })
