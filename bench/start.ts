/**
 * `npm run bench:start`: what the imports of an agent on Stream's SFU cost at the start of its process, in milliseconds of CPU. The
 * documents import modules of Effect by their own names; this shows why.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { goal } from "./goals.ts"
import { median } from "./measure.ts"

const ours = ["effect-track-resolver", "effect-track-resolver/stream-sfu", "effect-track-resolver/werift"]
const modules = {
  "effect": ["Effect", "Layer", "Redacted", "Stream"],
  "@effect/platform-node": ["NodeHttpClient", "NodeRuntime", "NodeSocket"]
}
const entries = Object.entries(modules)

const programs: ReadonlyArray<readonly [name: string, imports: ReadonlyArray<string>]> = [
  ["nothing", []],
  ["modules: effect/Effect", [...entries.flatMap(([of, names]) => names.map((name) => `${of}/${name}`)), ...ours]],
  ["barrels: effect", [...Object.keys(modules), ...ours]]
]

const startOf = (imports: ReadonlyArray<string>): number => {
  const usage = "const { system, user } = process.cpuUsage(); console.log((system + user) / 1_000)"
  const code = [...imports.map((name) => `import "${name}"`), usage].join("\n")
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }))
}

const main = Effect.gen(function*() {
  // The first run of each compiles what the others find in the file system's cache.
  const costs = programs.map(([, imports]) => median([0, 1, 2, 3, 4, 5].map(() => startOf(imports)).slice(1)))
  const [nothing = 0, least = 0, barrels = 0] = costs
  yield* Console.log("imports                          CPU    ratio")
  for (const [n, [name]] of programs.entries()) {
    const ratio = n === 0 ? "" : `${((costs[n]! - nothing) / (least - nothing)).toFixed(1)}x`
    yield* Console.log(`${name.padEnd(24)} ${costs[n]!.toFixed(0).padStart(8)} ms ${ratio.padStart(8)}`)
  }
  const value = (least - nothing) / (barrels - nothing)
  yield* goal({ what: "CPU of the imports by module, of those by barrels", unit: "x", value, atMost: 0.7 })
})

await Effect.runPromise(main)
