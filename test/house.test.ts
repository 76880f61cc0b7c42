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
  ["werift/internal/Candidate.ts", "werift/internal/Broadcast.ts", "werift/internal/IceGenerations.ts"],
  ["werift/internal/Offer.ts", "werift/internal/Peer.ts"],
  ["werift/internal/Liveness.ts", "werift/internal/Reception.ts"],
  ["werift/WeriftPeerConnection.ts"],
  ["werift/index.ts"],
  ["index.ts"]
]

/** Each adapter is the only one who knows its foreign world, and knows nothing of the house but ports and words. */
const adapters = ["werift"]
const ports = ["PeerConnection.ts", "SfuClient.ts", "Track.ts"]

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

const adapterOf = (file: string): string | undefined => adapters.find((adapter) => file.startsWith(`${adapter}/`))

test("the front door brings in effect and nothing else", () => {
  const foreign = files.filter((file) => adapterOf(file) === undefined)
    .flatMap(importsOf)
    .filter((from) => !from.endsWith(".ts") && !from.startsWith("effect/"))
  expect(foreign).toEqual([])
})

test("an adapter imports ports only, and nobody imports an adapter", () => {
  const across = files.flatMap((file) =>
    importsOf(file)
      .filter((from) => from.endsWith(".ts") && adapterOf(from) !== adapterOf(file) && !ports.includes(from))
      .filter((from) => adapterOf(file) !== undefined || adapterOf(from) !== undefined)
      .map((from) => `${file} imports ${from}`)
  )
  expect(across).toEqual([])
})

test("each foreign world has one importer", () => {
  const importers = files.filter((file) => importsOf(file).includes("werift")).map(adapterOf)
  expect(new Set(importers)).toEqual(new Set(["werift"]))
})

/** What decides without a connection is tested without one. */
const tested = ["werift/generations.test.ts"]

test("no test imports from inside the house, but one of a part that is pure", () => {
  const tests = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !tested.includes(file))
  const inside = tests.filter((file) => /from "(\.\.\/)+src\//.test(readFileSync(join("test", file), "utf8")))
  expect(inside).toEqual([])
})
