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
  ["internal/Alarm.ts", "internal/Feed.ts", "internal/Leases.ts", "internal/Outbox.ts", "internal/Pseudonyms.ts"],
  ["Trace.ts"],
  ["TrackResolver.ts"],
  ["PeerConnection.ts"],
  ["SfuClient.ts"],
  ["EdgeState.ts", "LocalPublication.ts", "internal/BackOff.ts", "internal/Reconnection.ts", "internal/Roster.ts"],
  ["EdgeEvent.ts", "internal/Admission.ts", "internal/MediaLines.ts"],
  ["internal/Picture.ts", "internal/Publishing.ts"],
  ["internal/Connection.ts"],
  ["StreamEdge.ts"],
  ["index.ts"],
  [
    "stream-sfu/StreamId.ts",
    "stream-sfu/Wire.ts",
    "stream-sfu/Wording.ts",
    "stream-sfu/Link.ts",
    "stream-sfu/Limits.ts",
    "stream-sfu/Http.ts",
    "stream-sfu/UserToken.ts"
  ],
  ["stream-sfu/Twirp.ts"],
  ["stream-sfu/Requests.ts"],
  ["stream-sfu/Session.ts"],
  ["stream-sfu/Coordinator.ts", "stream-sfu/StreamSfuClient.ts"],
  ["stream-sfu/StreamCall.ts"],
  ["stream-sfu/index.ts"],
  [
    "werift/internal/Candidate.ts",
    "werift/internal/Broadcast.ts",
    "werift/internal/IceGenerations.ts",
    "werift/internal/Numbering.ts"
  ],
  ["werift/internal/Offer.ts", "werift/internal/Peer.ts"],
  [
    "werift/internal/CloseNotify.ts",
    "werift/internal/Liveness.ts",
    "werift/internal/Reception.ts",
    "werift/internal/Transmission.ts"
  ],
  ["werift/internal/Publisher.ts"],
  ["werift/WeriftPeerConnection.ts", "werift/WeriftTrack.ts"],
  ["werift/index.ts"],
  [
    "loopback/Wire.ts",
    "loopback/Payload.ts",
    "loopback/Settings.ts",
    "loopback/Token.ts",
    "loopback/Traffic.ts",
    "loopback/Node.ts"
  ],
  ["loopback/Layers.ts"],
  ["loopback/Room.ts", "loopback/Truth.ts", "loopback/Connection.ts", "loopback/Requests.ts", "loopback/Page.ts"],
  ["loopback/Lines.ts", "loopback/Publisher.ts"],
  ["loopback/Subscriber.ts"],
  ["loopback/Leg.ts"],
  ["loopback/Call.ts"],
  ["loopback/Signalling.ts", "loopback/Twirp.ts", "loopback/Coordinator.ts"],
  ["loopback/Control.ts", "loopback/SimulatedParticipant.ts"],
  ["loopback/LoopbackSfu.ts"],
  ["loopback/index.ts"],
  ["testing/internal/ScriptedPublisher.ts"],
  ["testing/internal/Dice.ts", "testing/internal/Lane.ts", "testing/internal/Path.ts", "testing/internal/Escape.ts"],
  ["testing/Strategy.ts", "testing/internal/SourceLine.ts"],
  ["testing/internal/Machine.ts"],
  ["testing/Fault.ts", "testing/internal/Shrink.ts", "testing/internal/Timeline.ts"],
  ["testing/internal/Happening.ts"],
  ["testing/Explore.ts", "testing/ScriptedCall.ts"],
  ["testing/internal/SimulatedSfu.ts"],
  ["testing/SimulatedCall.ts"],
  ["testing/index.ts", "testing/vitest.ts"]
]

const ports = new Set(["Track.ts", "PeerConnection.ts", "SfuClient.ts"])

/** Each with a door of its own, and the only one who knows its foreign world. */
const adapters = ["werift", "stream-sfu", "loopback", "testing"]

/** What is not an adapter's own, nor a port, and is its business all the same. */
const shared: { readonly [adapter: string]: ReadonlyArray<string> } = {
  /** The SFU of the tests is the other side of both adapters: it opens connections as the one, and speaks as the other. */
  "loopback": ["werift/internal/Peer.ts", "werift/internal/Offer.ts"],
  /** The pauses are of the SFU's protocol, whoever makes them. */
  "stream-sfu": ["internal/BackOff.ts"]
}

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

test("what the loopback SFU decides is pure", () => {
  for (const file of ["loopback/Room.ts", "loopback/Lines.ts", "loopback/Layers.ts", "loopback/Payload.ts"]) {
    expect({ file, from: importsOf(file).filter((from) => !from.endsWith(".ts")) }).toEqual({ file, from: [] })
  }
})

const adapterOf = (file: string): string | undefined => adapters.find((adapter) => file.startsWith(`${adapter}/`))

test("an adapter imports ports and what is its own, and nobody imports an adapter", () => {
  const strange = files.flatMap((file) =>
    importsOf(file)
      .filter((from) => from.endsWith(".ts"))
      .filter((from) => adapterOf(from) !== adapterOf(file) && !(adapterOf(file) && ports.has(from)))
      .filter((from) => !shared[adapterOf(file) ?? ""]?.includes(from))
      .map((from) => `${file} imports ${from}`)
  )
  expect(strange).toEqual([])
})

const reachedFrom = (door: string): ReadonlySet<string> => {
  const reached = new Set([door])
  for (const file of reached) {
    importsOf(file).filter((from) => from.endsWith(".ts")).forEach((from) => reached.add(from))
  }
  return reached
}

test("a door brings in effect and nothing else, but for what its adapter is there for", () => {
  const foreign = (door: string): ReadonlyArray<string> => {
    const all = Array.from(reachedFrom(door)).flatMap(importsOf)
    return Array.from(new Set(all.filter((from) => !from.endsWith(".ts") && !from.startsWith("effect/")))).toSorted()
  }
  const codec = "stream-sfu/generated/sfu.js"
  const signer = "jose/jwt/sign"
  expect(foreign("index.ts")).toEqual([])
  expect(foreign("stream-sfu/index.ts")).toEqual([signer, codec])
  expect(foreign("werift/index.ts")).toEqual(["node:net", "werift"])
  expect(foreign("testing/index.ts")).toEqual([])
  expect(foreign("testing/vitest.ts")).toEqual(["@effect/vitest", "vitest"])
  expect(foreign("loopback/index.ts").filter((from) => !/^(node:|@effect\/platform-node\/)/.test(from)))
    .toEqual([codec, "werift"])
  expect(files.filter((file) => importsOf(file).includes(codec))).toEqual(["loopback/Wire.ts", "stream-sfu/Wire.ts"])
  expect(files.filter((file) => importsOf(file).some((from) => from.startsWith("jose")))).toEqual([
    "stream-sfu/UserToken.ts"
  ])
  expect(files.filter((file) => importsOf(file).some((from) => from.startsWith("protobufjs")))).toEqual([])
  expect(new Set(files.filter((file) => importsOf(file).includes("werift")).map(adapterOf)))
    .toEqual(new Set(["loopback", "werift"]))
})

/** They play the SFU, look at each frame and each field, or test what decides without a connection. */
const insiders = new Set([
  "stream-sfu/fields.test.ts",
  "stream-sfu/FakeSfu.ts",
  "stream-sfu/frames.ts",
  "stream-sfu/Wire.test.ts",
  "werift/generations.test.ts",
  "publishing/stage.ts",
  "loopback/room.test.ts",
  "loopback/layers.test.ts",
  "loopback/lines.test.ts"
])

test("no test imports from inside the house, but to count what it is asked", () => {
  const tests = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  const inside = tests.filter((file) => /from "(\.\.\/)+src\//.test(readFileSync(join("test", file), "utf8")))
  expect(inside.filter((file) => !insiders.has(file))).toEqual([])
})
