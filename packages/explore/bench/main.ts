/**
 * For each strategy: the number of schedules a second, and the number of schedules in a thousand that find a planted bug.
 */
import { Explore } from "effect-explore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import { bystanders, planted } from "../test/support/planted.ts"

const print = (text: string) => process.stdout.write(`${text}\n`)
const row = (name: string, ...cells: ReadonlyArray<string>) =>
  print(`  ${name.padEnd(54)}${cells.map((cell) => cell.padStart(16)).join("")}`)

const strategies: ReadonlyArray<(seed: number) => Explore.Strategy> = [
  (seed) => Explore.randomWalk({ seed }),
  (seed) => Explore.randomWalk({ seed, stay: 0.9 }),
  (seed) => Explore.pct({ seed }),
  () => Explore.delayBounding(),
  (seed) => Explore.portfolio({ seed })
]
const names = ["random walk", "staying walk", "PCT 3", "delay bounding", "portfolio"]

// --- Speed ------------------------------------------------------------------------------------------------------------

/** The fibers wait for one `Deferred`, then increment one counter `steps` times each. */
const counters = (fibers: number, steps: number) =>
  Effect.gen(function*() {
    const counter = yield* Ref.make(0)
    const gate = yield* Deferred.make<void>()
    const fiber = Effect.gen(function*() {
      yield* Deferred.await(gate)
      for (let step = 0; step < steps; step++) yield* Ref.update(counter, (n) => n + 1)
    })
    const all = yield* Effect.forEach(Array.from({ length: fibers }), () => Effect.forkChild(fiber))
    yield* Effect.yieldNow
    yield* Deferred.succeed(gate, undefined)
    yield* Fiber.joinAll(all)
  })

/** Schedules a second of this thread's processor time: the best of three measurements. */
const speed = (program: Effect.Effect<void>, strategy: Explore.Strategy): number => {
  const schedules = 5_000
  const rates = [1, 2, 3].map(() => {
    const { system, user } = process.threadCpuUsage()
    const verdict = Explore.run(program, { strategy, schedules })
    const after = process.threadCpuUsage()
    return verdict.schedules / (after.user + after.system - user - system) * 1_000_000
  })
  return Math.max(...rates)
}

print(`Node ${process.version}\n\nschedules a second of this thread's processor time`)
row("", ...names)
for (const [fibers, steps] of [[2, 3], [10, 3]] as const) {
  const rates = strategies.map((strategy) => speed(counters(fibers, steps), strategy(1)))
  row(`${fibers} fibers of ${steps + 1} steps`, ...rates.map((rate) => Math.round(rate).toLocaleString("en")))
}

// --- Bugs -------------------------------------------------------------------------------------------------------------

/** The number of schedules for each measurement, and for each seed in it. */
const budget = 5_000
const schedulesPerSeed = 1_000

/** The number of finds for each thousand schedules. Each seed ends at its first find. */
const findRate = (program: Effect.Effect<void>, strategy: (seed: number) => Explore.Strategy): string => {
  let finds = 0
  let schedules = 0
  for (let seed = 1; schedules < budget && seed <= 50; seed++) {
    const verdict = Explore.run(program, { strategy: strategy(seed * 7_919), schedules: schedulesPerSeed })
    schedules += verdict.schedules
    if (verdict._tag === "Failed") finds++
  }
  return ((finds / schedules) * 1_000).toFixed(1)
}

for (const [title, others] of [["alone", []], ["among 5 bystanders of 8 steps", bystanders(5, 8)]] as const) {
  print(`\nfound in a thousand schedules, ${title}`)
  row("", ...names)
  for (const [name, { program }] of Object.entries(planted)) {
    row(name, ...strategies.map((strategy) => findRate(program(false, others), strategy)))
  }
}
