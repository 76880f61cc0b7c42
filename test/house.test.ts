/**
 * The plan of the house: imports point one way, and each foreign world has one importer.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"

/** From the lowest floor up. */
const floors: ReadonlyArray<ReadonlyArray<string>> = [
  ["Track.ts"],
  ["internal/OrderedMap.ts", "internal/Naming.ts", "LaggedError.ts", "internal/Arguments.ts"],
  ["internal/Ledger.ts", "ResolveError.ts"],
  ["internal/Matching.ts"],
  ["Correlation.ts"],
  ["internal/Alarm.ts", "internal/Feed.ts", "internal/Leases.ts", "internal/Outbox.ts"],
  ["TrackResolver.ts"],
  ["PeerConnection.ts"],
  ["SfuClient.ts"],
  ["index.ts"],
  // A house of its own next to it, that anybody may move into.
  ["testing/internal/Dice.ts", "testing/internal/Lane.ts", "testing/internal/Path.ts", "testing/internal/Escape.ts"],
  ["testing/Strategy.ts", "testing/internal/SourceLine.ts"],
  ["testing/internal/Machine.ts"],
  ["testing/Fault.ts", "testing/internal/Shrink.ts", "testing/internal/Timeline.ts"],
  ["testing/Explore.ts"],
  ["testing/index.ts", "testing/vitest.ts"]
]

/** What knows no clock and no fiber imports of Effect at the most these, which are data. */
const pure = ["Track.ts", "Correlation.ts", "internal/OrderedMap.ts", "internal/Ledger.ts", "internal/Matching.ts"]
const data = new Set(["effect/HashMap", "effect/Iterable", "effect/Option", "effect/Schema"])

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts") && !file.endsWith(".d.ts")
)

const importsOf = (file: string): ReadonlyArray<string> =>
  Array.from(
    readFileSync(join("src", file), "utf8").matchAll(/^(?:import|export) [^"`]*?from "([^"]+)"/gm),
    ([, from]) => from!.startsWith(".") ? join(dirname(file), from!) : from!
  )

const floorOf = (file: string): number => floors.findIndex((floor) => floor.includes(file))

test("every file has its floor, and imports from lower floors only", () => {
  expect(files.toSorted()).toEqual(floors.flat().toSorted())
  const upward = files.flatMap((file) =>
    importsOf(file)
      .filter((from) => from.endsWith(".ts") && floorOf(from) >= floorOf(file))
      .map((from) => `${file} imports ${from}`)
  )
  expect(upward).toEqual([])
})

test("the heart is pure", () => {
  for (const file of pure) {
    expect({ file, from: importsOf(file).filter((from) => !from.endsWith(".ts") && !data.has(from)) })
      .toEqual({ file, from: [] })
  }
})

test("the front door brings in effect and nothing else", () => {
  const foreign = files
    .filter((file) => file !== "testing/vitest.ts")
    .flatMap(importsOf)
    .filter((from) => !from.endsWith(".ts") && !from.startsWith("effect/"))
  expect(foreign).toEqual([])
})

test("the tests' tool knows effect and nothing of ours, and vitest in one place only", () => {
  const testing = files.filter((file) => file.startsWith("testing/"))
  const ours = testing.flatMap(importsOf).filter((from) => from.endsWith(".ts") && !from.startsWith("testing/"))
  expect(ours).toEqual([])
  const foreign = importsOf("testing/vitest.ts").filter((from) => !from.endsWith(".ts") && !from.startsWith("effect/"))
  expect(foreign).toEqual(["@effect/vitest", "vitest"])
})

test("no test imports from inside the house, but to count what it is asked", () => {
  const tests = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  const inside = tests.filter((file) => /from "(\.\.\/)+src\//.test(readFileSync(join("test", file), "utf8")))
  expect(inside).toEqual([])
})
