/**
 * The plan of the house as rules: which folder may import which, no circle among files, what is pure, and one importer
 * for each foreign package.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"

/** Of each folder, which others its files may import. Everybody may import their own. */
const folders: { readonly [folder: string]: ReadonlyArray<string> } = {
  "src": ["src/edge", "src/resolver"],
  "src/internal": ["src"],
  "src/resolver": ["src", "src/internal", "src/resolver/internal"],
  "src/resolver/internal": ["src"],
  "src/edge": ["src", "src/internal", "src/resolver", "src/edge/internal", "src/edge/publishing"],
  "src/edge/internal": ["src", "src/internal", "src/resolver", "src/edge", "src/edge/publishing"],
  "src/edge/publishing": ["src", "src/internal", "src/edge"],
  // The generated codec: only `protocol.ts` exports it, and only `wire` uses it.
  "src/stream-sfu": ["src/edge", "src/internal", "src/stream-sfu/internal", "src/stream-sfu/generated"],
  "src/stream-sfu/internal": ["src/edge", "src/internal", "src/stream-sfu/wire"],
  "src/stream-sfu/wire": ["src", "src/edge", "src/stream-sfu/generated"],
  "src/werift": ["src", "src/edge", "src/internal", "src/werift/internal"],
  "src/werift/internal": ["src", "src/edge", "src/internal"],
  "src/testing": ["src", "src/edge", "src/internal", "src/testing/internal"],
  "src/testing/internal": ["src", "src/edge", "src/internal", "src/testing"],
  "packages/explore/src": ["packages/explore/src/internal"],
  "packages/explore/src/internal": ["packages/explore/src"],
  "packages/loopback/src": [],
  "packages/loopback/src/page": []
}

/** An adapter knows the ports, and nothing else of the edge. */
const ports = new Set(["src/edge/PeerConnection.ts", "src/edge/SfuClient.ts"])
const knowPortsOnly = new Set([
  "src/stream-sfu",
  "src/stream-sfu/internal",
  "src/stream-sfu/wire",
  "src/werift",
  "src/werift/internal",
  "src/testing",
  "src/testing/internal"
])

/** Decides without a clock and without a fiber. Of effect these import data types only. */
const pure = [
  "src/Track.ts",
  "src/resolver/Correlation.ts",
  "src/resolver/Matching.ts",
  "src/resolver/Pairing.ts",
  "src/resolver/Rejections.ts",
  "src/resolver/internal/Draft.ts",
  "src/resolver/internal/OrderedMap.ts",
  "src/resolver/internal/Protocol.ts",
  "src/resolver/internal/Snapshot.ts",
  "src/resolver/internal/State.ts",
  "src/edge/internal/PrefixOwners.ts",
  "src/edge/internal/ReconnectPolicy.ts",
  "src/edge/internal/Roster.ts",
  "src/edge/internal/RosterEntry.ts",
  "src/edge/publishing/Admission.ts",
  "src/edge/publishing/NextStep.ts",
  "src/edge/publishing/Publications.ts",
  "src/stream-sfu/internal/FailedSfus.ts",
  "src/stream-sfu/wire/EnumName.ts",
  "src/stream-sfu/wire/ErrorCode.ts",
  "src/stream-sfu/wire/IceCandidate.ts",
  "src/stream-sfu/wire/Participant.ts",
  "src/stream-sfu/wire/Protobuf.ts",
  "src/stream-sfu/wire/PublishOption.ts",
  "src/stream-sfu/wire/SignalCall.ts",
  "src/stream-sfu/wire/SignalMessage.ts",
  "src/stream-sfu/wire/SignalRequest.ts",
  "src/stream-sfu/wire/StreamId.ts",
  "src/stream-sfu/wire/TrackDetails.ts",
  "src/testing/internal/ActionGenerator.ts",
  "src/testing/internal/FaultProfile.ts",
  "src/testing/internal/ScriptedAction.ts",
  "src/testing/internal/SimulatedRoom.ts",
  "src/werift/internal/Demultiplexer.ts",
  "src/werift/internal/IceGenerations.ts",
  "src/werift/internal/Numbering.ts",
  "src/werift/internal/OfferedSection.ts",
  "packages/loopback/src/MediaSections.ts",
  "packages/loopback/src/Member.ts",
  "packages/loopback/src/OfferEvents.ts",
  "packages/loopback/src/Payload.ts",
  "packages/loopback/src/Room.ts",
  "packages/loopback/src/Settings.ts",
  "packages/loopback/src/SimulcastLayer.ts"
]
const dataTypes = new Set([
  "effect/Duration",
  "effect/HashMap",
  "effect/Iterable",
  "effect/Option",
  "effect/Redacted",
  "effect/Result",
  "effect/Schema"
])

/** Of each entry point, the packages that it loads besides effect. */
const entryPoints: { readonly [file: string]: ReadonlyArray<string> } = {
  "src/index.ts": [],
  "src/testing/index.ts": [],
  "src/stream-sfu/index.ts": ["jose/jwt/sign", "protobufjs/minimal.js"],
  "src/stream-sfu/protocol.ts": ["protobufjs/minimal.js"],
  "src/werift/index.ts": ["node:net", "werift"],
  "src/werift/unstable.ts": ["node:net", "werift"],
  "packages/explore/src/index.ts": [],
  "packages/explore/src/vitest.ts": ["vitest"]
}

/** Of each foreign package, the folders whose files may import it. */
const importers: { readonly [name: string]: ReadonlyArray<string> } = {
  "werift": ["packages/loopback/src", "src/werift", "src/werift/internal"],
  "protobufjs": ["src/stream-sfu/generated"],
  "jose": ["packages/loopback/src", "src/stream-sfu/internal"],
  "vitest": ["packages/explore/src"],
  "effect-track-resolver": ["packages/loopback/src"]
}

const longestFunction = 150

// --- What is there ------------------------------------------------------------------------------------------------------

const sourceFiles = ["src", "packages/explore/src", "packages/loopback/src"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => posix.join(root, file))
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts"))
)

const sourceOf = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)

/** Type imports count as well. What is of this tree is named by its path. */
const importsOf = (file: string): ReadonlyArray<string> =>
  sourceOf(file).statements.flatMap((statement) => {
    const isModule = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
    const from = isModule ? statement.moduleSpecifier : undefined
    if (from === undefined || !ts.isStringLiteral(from)) return []
    return [from.text.startsWith(".") ? posix.join(posix.dirname(file), from.text) : from.text]
  })

const imports = new Map(sourceFiles.map((file) => [file, importsOf(file)]))

const localImports = (file: string): ReadonlyArray<string> =>
  (imports.get(file) ?? []).filter((from) => imports.has(from))

const foreignImports = (file: string): ReadonlyArray<string> =>
  (imports.get(file) ?? []).filter((from) => !imports.has(from))

const folderOf = posix.dirname

const isOfPackage = (from: string, name: string): boolean => from === name || from.startsWith(`${name}/`)

// --- The rules ----------------------------------------------------------------------------------------------------------

test("every import names a file that exists", () => {
  const missing = sourceFiles.flatMap((file) =>
    foreignImports(file)
      .filter((from) => /^(src|packages)\//.test(from) && !existsSync(from))
      // The server provides it.
      .filter((from) => !from.endsWith("/page/protobuf.min.js"))
  )
  expect(missing).toEqual([])
})

test("a folder imports only the folders that the table names", () => {
  const known = new Set([...Object.keys(folders), "src/stream-sfu/generated"])
  expect(sourceFiles.map(folderOf).filter((folder) => !known.has(folder))).toEqual([])
  const wrong = sourceFiles.flatMap((file) =>
    localImports(file)
      .filter((from) => folderOf(from) !== folderOf(file))
      .filter((from) => !folders[folderOf(file)]?.includes(folderOf(from)))
      .map((from) => `${file} imports ${from}`)
  )
  expect(wrong).toEqual([])
})

test("adapters and doubles import the ports and nothing else of the edge", () => {
  const wrong = sourceFiles
    .filter((file) => knowPortsOnly.has(folderOf(file)))
    .flatMap((file) =>
      localImports(file)
        .filter((from) => from.startsWith("src/edge/") && !ports.has(from))
        .map((from) => `${file} imports ${from}`)
    )
  expect(wrong).toEqual([])
})

test("no circle among files", () => {
  const finished = new Set<string>()
  const circles: Array<string> = []
  const visit = (file: string, path: ReadonlyArray<string>): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(" -> "))
    } else if (!finished.has(file)) {
      for (const from of localImports(file)) visit(from, [...path, file])
      finished.add(file)
    }
  }
  for (const file of sourceFiles) visit(file, [])
  expect(circles).toEqual([])
})

test.each(pure)("%s is pure", (file) => {
  expect(imports.has(file)).toBe(true)
  const impure = foreignImports(file).filter((from) =>
    from.startsWith("effect/") ? !dataTypes.has(from) : !from.startsWith("effect-track-resolver")
  )
  expect(impure).toEqual([])
})

const reachableFrom = (entry: string): ReadonlySet<string> => {
  const reached = new Set([entry])
  for (const file of reached) localImports(file).forEach((from) => reached.add(from))
  return reached
}

test.each(Object.entries(entryPoints))("%s loads effect and %j", (entry, packages) => {
  const foreign = Array.from(reachableFrom(entry)).flatMap(foreignImports)
  expect(Array.from(new Set(foreign.filter((from) => !from.startsWith("effect/")))).toSorted()).toEqual(packages)
})

test.each(Object.entries(importers))("%s is imported by %j only", (name, allowed) => {
  const found = sourceFiles.filter((file) => foreignImports(file).some((from) => isOfPackage(from, name)))
  expect(Array.from(new Set(found.map(folderOf))).toSorted()).toEqual(allowed)
})

test("no test outside of a module's own imports from src by path", () => {
  // These test what decides without a connection, or play the other side of the wire.
  const insiders = new Set([
    "packages/loopback/test/Condition.test.ts",
    "packages/loopback/test/MediaSections.test.ts",
    "packages/loopback/test/OfferEvents.test.ts",
    "packages/loopback/test/Room.test.ts",
    "packages/loopback/test/SimulcastLayer.test.ts",
    "packages/loopback/test/support/EventLog.ts",
    "packages/loopback/test/tables.test.ts",
    "test/edge/ReconnectPolicy.test.ts",
    "test/edge/Roster.test.ts",
    "test/edge/publishing/Fixtures.ts",
    "test/edge/publishing/Harness.ts",
    "test/edge/publishing/NextStep.test.ts",
    "test/edge/publishing/Publications.test.ts",
    "test/stream-sfu/ErrorCode.test.ts",
    "test/stream-sfu/FailedSfus.test.ts",
    "test/stream-sfu/FakeSfu.ts",
    "test/stream-sfu/GeneratedCodec.test.ts",
    "test/stream-sfu/SfuFrames.ts",
    "test/stream-sfu/SignalMessage.test.ts",
    "test/werift/Demultiplexer.test.ts",
    "test/werift/IceGenerations.test.ts",
    "test/werift/Numbering.test.ts",
    "test/werift/SdpRepair.test.ts"
  ])
  const inside = ["test", "packages/explore/test", "packages/loopback/test"].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .map((file) => posix.join(root, file))
      .filter((file) => file.endsWith(".ts") && importsOf(file).some((from) => /(^|\/)src\//.test(from)))
  )
  expect(inside.filter((file) => !insiders.has(file))).toEqual([])
})

describe(`no function is longer than ${longestFunction} lines`, () => {
  test.each(sourceFiles.filter((file) => !file.includes("/generated/")))("%s", (file) => {
    const source = sourceOf(file)
    const long: Array<string> = []
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node)) {
        const first = source.getLineAndCharacterOfPosition(node.getStart()).line
        const lines = source.getLineAndCharacterOfPosition(node.end).line - first + 1
        if (lines > longestFunction) long.push(`line ${first + 1}: ${lines} lines`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    expect(long).toEqual([])
  })
})
