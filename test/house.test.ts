/**
 * The plan of the house as rules: which folder may import which, no circle among files, what is pure, and one importer
 * for each foreign package.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { packages, readmeRow } from "./support/Packages.ts"

/** The folders that the files of each folder may import, besides its own. */
const folders: { readonly [folder: string]: ReadonlyArray<string> } = {
  "src": ["src/edge", "src/internal", "src/resolver"],
  "src/internal": ["src"],
  "src/resolver": ["src", "src/internal", "src/resolver/internal"],
  "src/resolver/internal": ["src"],
  "src/edge": ["src", "src/internal", "src/resolver", "src/edge/internal", "src/edge/publishing"],
  "src/edge/internal": ["src", "src/internal", "src/resolver", "src/edge", "src/edge/publishing"],
  "src/edge/publishing": ["src", "src/internal", "src/edge"],
  // The generated codec: only `protocol.ts` exports it, and only `wire` uses it.
  "src/stream-sfu": ["src", "src/edge", "src/internal", "src/stream-sfu/internal", "src/stream-sfu/generated"],
  "src/stream-sfu/internal": ["src", "src/edge", "src/internal", "src/stream-sfu/wire"],
  "src/stream-sfu/wire": ["src", "src/edge", "src/stream-sfu/generated"],
  "src/werift": ["src", "src/edge", "src/internal", "src/werift/internal"],
  "src/werift/internal": ["src", "src/edge", "src/internal"],
  "src/media": ["src", "src/edge", "src/internal", "src/media/internal"],
  "src/media/internal": ["src", "src/edge", "src/internal", "src/media"],
  "src/cluster": ["src", "src/edge", "src/internal", "src/cluster/internal"],
  "src/cluster/internal": ["src", "src/edge", "src/internal", "src/cluster"],
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
  "src/internal/KeyFrame.ts",
  "src/internal/PayloadDescriptor.ts",
  "src/internal/PeerText.ts",
  "src/internal/SerialNumber.ts",
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
  "src/cluster/CallName.ts",
  "src/cluster/internal/TermSession.ts",
  "src/edge/internal/Health.ts",
  "src/edge/internal/KeyFrameAssembler.ts",
  "src/edge/internal/ParticipantView.ts",
  "src/edge/internal/PrefixOwners.ts",
  "src/edge/internal/ReconnectPolicy.ts",
  "src/edge/internal/RequestPolicy.ts",
  "src/edge/internal/Roster.ts",
  "src/edge/internal/RosterEntry.ts",
  "src/edge/internal/Succession.ts",
  "src/edge/publishing/Admission.ts",
  "src/edge/publishing/NextStep.ts",
  "src/edge/publishing/Packet.ts",
  "src/edge/publishing/Publications.ts",
  "src/edge/publishing/RealTime.ts",
  "src/media/internal/FrameAssembler.ts",
  "src/media/internal/PayloadData.ts",
  "src/media/internal/PictureSize.ts",
  "src/media/internal/Pixels.ts",
  "src/media/internal/VideoAssembler.ts",
  "src/media/internal/AudioFileTimeline.ts",
  "src/media/internal/FileStart.ts",
  "src/media/internal/VideoFileTimeline.ts",
  "src/media/internal/JitterBuffer.ts",
  "src/media/internal/OpusSilence.ts",
  "src/media/internal/TransitWindow.ts",
  "src/media/internal/PcmFramer.ts",
  "src/media/internal/Timeline.ts",
  "src/stream-sfu/internal/CoordinatorRefusal.ts",
  "src/stream-sfu/internal/Endpoint.ts",
  "src/stream-sfu/internal/Evidence.ts",
  "src/stream-sfu/internal/FailedSfus.ts",
  "src/stream-sfu/internal/ModerationRequest.ts",
  "src/stream-sfu/internal/ModerationResponse.ts",
  "src/stream-sfu/wire/EnumName.ts",
  "src/stream-sfu/wire/ErrorCode.ts",
  "src/stream-sfu/wire/IceCandidate.ts",
  "src/stream-sfu/wire/Participant.ts",
  "src/stream-sfu/wire/Protobuf.ts",
  "src/stream-sfu/wire/PublishOption.ts",
  "src/stream-sfu/wire/PublishQuality.ts",
  "src/stream-sfu/wire/SignalCall.ts",
  "src/stream-sfu/wire/SignalMessage.ts",
  "src/stream-sfu/wire/SignalRequest.ts",
  "src/stream-sfu/wire/StreamId.ts",
  "src/stream-sfu/wire/TrackDetails.ts",
  "src/testing/internal/ActionGenerator.ts",
  "src/testing/internal/FaultProfile.ts",
  "src/testing/internal/ScriptedAction.ts",
  "src/testing/internal/SimulatedRoom.ts",
  "src/media/internal/G711.ts",
  "src/media/internal/OpusPacket.ts",
  "src/media/internal/RateConversion.ts",
  "src/media/internal/SampleRates.ts",
  "src/media/internal/Segmenter.ts",
  "src/media/internal/TypedArrays.ts",
  "src/werift/internal/OfferCandidates.ts",
  "src/werift/internal/OfferLimits.ts",
  "src/werift/internal/OfferedTransports.ts",
  "src/werift/internal/Arrivals.ts",
  "src/werift/internal/DtlsAdmission.ts",
  "src/werift/internal/DatagramGate.ts",
  "src/werift/internal/Demultiplexer.ts",
  "src/werift/internal/FormatParameters.ts",
  "src/werift/internal/HeaderExtension.ts",
  "src/werift/internal/DtlsMessage.ts",
  "src/werift/internal/HandshakeBody.ts",
  "src/werift/internal/HandshakeCandidates.ts",
  "src/werift/internal/HandshakeFragments.ts",
  "src/werift/internal/HeldPackets.ts",
  "src/werift/internal/IceGenerations.ts",
  "src/werift/internal/LossTracker.ts",
  "src/werift/internal/MediaExtensions.ts",
  "src/werift/internal/Numbering.ts",
  "src/werift/internal/OfferedSection.ts",
  "src/werift/internal/RejectedSections.ts",
  "src/werift/internal/ReplayWindow.ts",
  "src/werift/internal/RtcpCompound.ts",
  "src/werift/internal/RtpParser.ts",
  "src/werift/internal/RtpShape.ts",
  "src/werift/internal/RtxAnswer.ts",
  "src/werift/internal/SdpText.ts",
  "src/werift/internal/Silence.ts",
  "packages/loopback/src/Activity.ts",
  "packages/loopback/src/Ivf.ts",
  "packages/loopback/src/MediaSections.ts",
  "packages/loopback/src/Member.ts",
  "packages/loopback/src/OfferEvents.ts",
  "packages/loopback/src/OfferSdp.ts",
  "packages/loopback/src/Pacing.ts",
  "packages/loopback/src/Payload.ts",
  "packages/loopback/src/Profile.ts",
  "packages/loopback/src/RecordedLoop.ts",
  "packages/loopback/src/Room.ts",
  "packages/loopback/src/Settings.ts",
  "packages/loopback/src/SettingsCheck.ts",
  "packages/loopback/src/SimulcastLayer.ts",
  "packages/loopback/src/Speech.ts",
  "packages/loopback/src/WebAccess.ts",
  "packages/loopback/src/WebOptionsCheck.ts"
]
const dataTypes = new Set([
  "effect/Duration",
  "effect/Equal",
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
  "src/media/index.ts": [],
  "src/cluster/index.ts": [],
  "src/testing/index.ts": [],
  "src/stream-sfu/index.ts": ["jose/jwt/sign", "protobufjs/minimal.js"],
  "src/stream-sfu/protocol.ts": ["protobufjs/minimal.js"],
  "src/werift/index.ts": ["node:crypto", "node:net", "werift"],
  "src/werift/unstable.ts": ["node:crypto", "node:net", "werift"],
  "packages/explore/src/index.ts": [],
  "packages/explore/src/vitest.ts": ["vitest"]
}

/** Of each entry point, the packages that it loads only when a program uses what needs them: optional peers. */
const loadedOnDemand: { readonly [file: string]: ReadonlyArray<string> } = {
  "src/media/index.ts": [
    "@echogarden/fvad-wasm",
    "@echogarden/speex-resampler-wasm",
    "@evan/opus",
    "@evan/opus/wasm/index.mjs",
    "@libav.js/variant-webm-vp9",
    "mediabunny"
  ]
}

/** Of each foreign package, the folders whose files may import it. */
const importers: { readonly [name: string]: ReadonlyArray<string> } = {
  "werift": ["packages/loopback/src", "src/werift", "src/werift/internal"],
  "protobufjs": ["src/stream-sfu/generated", "src/stream-sfu/wire"],
  "jose": ["packages/loopback/src", "src/stream-sfu/internal"],
  "vitest": ["packages/explore/src"],
  "@echogarden/fvad-wasm": ["src/media/internal"],
  "@echogarden/speex-resampler-wasm": ["src/media/internal"],
  "@evan/opus": ["src/media/internal"],
  "@libav.js/variant-webm-vp9": ["src/media/internal"],
  "mediabunny": ["src/media/internal"],
  "effect-track-resolver": ["packages/loopback/src"]
}

const longestFunction = 150

// --- What is there ------------------------------------------------------------------------------------------------------

const sourceFiles = ["src", "packages/explore/src", "packages/loopback/src"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => posix.join(root, file))
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts"))
)

const sources = new Map<string, ts.SourceFile>()

const sourceOf = (file: string): ts.SourceFile => {
  const source = sources.get(file)
    ?? ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
  sources.set(file, source)
  return source
}

const pathOf = (file: string, from: string): string =>
  from.startsWith(".") ? posix.join(posix.dirname(file), from) : from

/** Type imports count as well. What is of this tree is named by its path. */
const staticImportsOf = (file: string): ReadonlyArray<string> =>
  sourceOf(file).statements.flatMap((statement) => {
    const isModule = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
    const from = isModule ? statement.moduleSpecifier : undefined
    return from !== undefined && ts.isStringLiteral(from) ? [pathOf(file, from.text)] : []
  })

/** `import("...")`, also with a type assertion. One whose argument is computed names a package that no table has. */
const dynamicImportsOf = (file: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments
      const from = argument !== undefined && ts.isAsExpression(argument) ? argument.expression : argument
      found.push(from !== undefined && ts.isStringLiteral(from) ? pathOf(file, from.text) : "(computed)")
    }
    ts.forEachChild(node, visit)
  }
  visit(sourceOf(file))
  return found
}

const importsOf = (file: string): ReadonlyArray<string> => [...staticImportsOf(file), ...dynamicImportsOf(file)]

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

const packagesOf = (entry: string, importsOf: (file: string) => ReadonlyArray<string>): ReadonlyArray<string> => {
  const foreign = Array.from(reachableFrom(entry)).flatMap(importsOf).filter((from) => !imports.has(from))
  return Array.from(new Set(foreign.filter((from) => !from.startsWith("effect/")))).toSorted()
}

test.each(Object.entries(entryPoints))("%s loads effect and %j", (entry, packages) => {
  expect(packagesOf(entry, staticImportsOf)).toEqual(packages)
})

test.each(Object.keys(entryPoints))("%s loads on demand only what the table names", (entry) => {
  expect(packagesOf(entry, dynamicImportsOf)).toEqual(loadedOnDemand[entry] ?? [])
})

test("each package that is loaded on demand is an optional peer", () => {
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly peerDependencies: Record<string, string>
    readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>
  }
  const names = Object.values(loadedOnDemand).flat().map((from) => /^(@[^/]+\/)?[^/]+/.exec(from)![0])
  expect(names.filter((name) => !(name in peerDependencies && peerDependenciesMeta[name]?.optional === true))).toEqual(
    []
  )
})

/** The packages that a file imports, directly or not, at once or on demand. */
const npmPackagesOf = (file: string): ReadonlyArray<string> => {
  const names = packagesOf(file, importsOf)
    .filter((from) => !from.startsWith("node:") && from !== "effect" && !/^(src|packages)\//.test(from))
    .map((from) => /^(@[^/]+\/)?[^/]+/.exec(from)![0])
  return Array.from(new Set(names)).toSorted()
}

/** The peers that the table of the README names for an import, without the remarks after the semicolon. */
const peersInReadme = (door: string): ReadonlyArray<string> => {
  const [peers = ""] = readmeRow(door)[2]?.split(";") ?? []
  return Array.from(peers.matchAll(/`([^`]+)`/g), ([, name]) => name!).toSorted()
}

describe("the peers of each entry point", () => {
  const doors = packages.flatMap(({ doors, json }) => doors.map(({ file, name }) => [name, file, json] as const))
  test.each(doors)("%s: what it imports is a dependency, or a peer that the README names", (door, file, json) => {
    const needed = npmPackagesOf(file).filter((name) => !(name in (json.dependencies ?? {})))
    expect(needed.filter((name) => !(name in json.peerDependencies))).toEqual([])
    expect(peersInReadme(door)).toEqual(needed)
  })

  test("each peer is imported, or provides what an application passes in", () => {
    const idle = packages.flatMap(({ doors, json }) => {
      const used = new Set(["effect", ...doors.flatMap(({ file }) => npmPackagesOf(file))])
      return Object.keys(json.peerDependencies).filter((peer) => !used.has(peer)).map((peer) => `${json.name}: ${peer}`)
    })
    expect(idle).toEqual(["effect-track-resolver: @effect/platform-node"])
  })
})

test.each(Object.entries(importers))("%s is imported by %j only", (name, allowed) => {
  const found = sourceFiles.filter((file) => foreignImports(file).some((from) => isOfPackage(from, name)))
  expect(Array.from(new Set(found.map(folderOf))).toSorted()).toEqual(allowed)
})

test("no test outside of a module's own imports from src by path", () => {
  // These test what decides without a connection, or play the other side of the wire.
  const insiders = new Set([
    "packages/loopback/test/Condition.test.ts",
    "packages/loopback/test/Forwarding.test.ts",
    "packages/loopback/test/MediaSections.test.ts",
    "packages/loopback/test/OfferEvents.test.ts",
    "packages/loopback/test/OneByOne.test.ts",
    "packages/loopback/test/Patience.test.ts",
    "packages/loopback/test/Room.test.ts",
    "packages/loopback/test/Server.test.ts",
    "packages/loopback/test/SettingsCheck.test.ts",
    "packages/loopback/test/SimulcastLayer.test.ts",
    "packages/loopback/test/WebAccess.test.ts",
    "packages/loopback/test/browser/simulated.test.ts",
    "packages/loopback/test/edge/impaired.long.test.ts",
    "packages/loopback/test/edge/owners.long.test.ts",
    "packages/loopback/test/ffmpeg/h264.test.ts",
    "packages/loopback/test/ffmpeg/recorder.test.ts",
    "packages/loopback/test/recordings.test.ts",
    "packages/loopback/test/support/Client.ts",
    "packages/loopback/test/support/EventLog.ts",
    "packages/loopback/test/tables.test.ts",
    "test/edge/ConnectionState.test.ts",
    "test/edge/Health.test.ts",
    "test/edge/ReconnectPolicy.test.ts",
    "test/edge/RequestPolicy.test.ts",
    "test/edge/Roster.test.ts",
    "test/edge/KeyFrameAssembler.test.ts",
    "test/edge/SubscriptionSender.test.ts",
    "test/edge/Succession.test.ts",
    "test/edge/bounds.long.test.ts",
    "test/edge/packetCosts.test.ts",
    "test/edge/roomExplorations.ts",
    "test/edge/publishing/Admission.test.ts",
    "test/edge/publishing/Fixtures.ts",
    "test/edge/publishing/Harness.ts",
    "test/edge/publishing/NextStep.test.ts",
    "test/edge/publishing/Publications.test.ts",
    "test/edge/publishing/RealTime.test.ts",
    "test/edge/publishing/failures.test.ts",
    "test/internal/EndableStream.test.ts",
    "test/internal/KeyFrame.test.ts",
    "test/internal/PacketFanout.test.ts",
    "test/internal/PeerText.test.ts",
    "test/internal/Wakeable.test.ts",
    "test/media/AudioFileTimeline.test.ts",
    "test/media/VideoFileTimeline.test.ts",
    "test/media/JitterBuffer.test.ts",
    "test/media/PayloadData.test.ts",
    "test/media/PictureSize.test.ts",
    "test/media/Pixels.test.ts",
    "test/media/VideoAssembler.test.ts",
    "test/media/JitterBufferModel.ts",
    "test/media/JitterTrace.ts",
    "test/media/G711.test.ts",
    "test/media/OpusCodec.test.ts",
    "test/media/OpusPacket.test.ts",
    "test/media/RateConversion.test.ts",
    "test/media/Segmenter.test.ts",
    "test/media/SegmenterModel.ts",
    "test/media/FvadDetector.test.ts",
    "test/media/PcmFramer.test.ts",
    "test/media/Resampler.test.ts",
    "test/media/Timeline.test.ts",
    "test/media/voices.test.ts",
    "test/resolver/ResolvesInFlight.test.ts",
    "test/resolver/Runtime.test.ts",
    "test/resolver/internal/CompletionQueue.test.ts",
    "test/resolver/internal/ExpiryTimer.test.ts",
    "test/resolver/internal/OrderedMap.test.ts",
    "test/resolver/internal/PermitQueue.test.ts",
    "test/resolver/internal/Pseudonyms.test.ts",
    "test/resolver/internal/State.test.ts",
    "test/stream-sfu/ErrorCode.test.ts",
    "test/stream-sfu/FailedSfus.test.ts",
    "test/stream-sfu/FakeSfu.ts",
    "test/stream-sfu/GeneratedCodec.test.ts",
    "test/stream-sfu/Redaction.test.ts",
    "test/stream-sfu/SfuFrames.ts",
    "test/stream-sfu/Endpoint.test.ts",
    "test/stream-sfu/Profile.test.ts",
    "test/stream-sfu/SignalMessage.test.ts",
    "test/testing/Numbered.test.ts",
    "test/werift/Arrivals.test.ts",
    "test/werift/DatagramGate.test.ts",
    "test/werift/ClientHandshake.test.ts",
    "test/werift/Demultiplexer.test.ts",
    "test/werift/DemultiplexerModel.ts",
    "test/werift/DtlsProof.test.ts",
    "test/werift/HandshakeFragments.test.ts",
    "test/werift/FormatParameters.test.ts",
    "test/werift/HeldPackets.test.ts",
    "test/werift/IceGenerations.test.ts",
    "test/werift/IceServerUrl.test.ts",
    "test/werift/HeaderExtension.test.ts",
    "test/werift/LossTracker.test.ts",
    "test/werift/ManyMLines.test.ts",
    "test/werift/MediaExtensions.test.ts",
    "test/werift/Numbering.test.ts",
    "test/werift/OfferLimits.test.ts",
    "test/werift/ReceiveBuffer.test.ts",
    "test/werift/ReceiverReports.test.ts",
    "test/werift/mutatedOffers.long.test.ts",
    "test/werift/ReplayWindow.test.ts",
    "test/werift/SdpRepair.test.ts",
    "test/werift/SectionDefect.test.ts",
    "test/werift/SectionParser.test.ts",
    "test/werift/ServerHandshake.test.ts",
    "test/werift/Silence.test.ts",
    "test/werift/RtpParser.test.ts",
    "test/werift/SrtpCipher.test.ts",
    "test/werift/SrtpIndices.test.ts",
    "test/werift/unread.test.ts",
    "test/werift/unreadCameras.ts"
  ])
  const inside = ["test", "packages/explore/test", "packages/loopback/test"].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .map((file) => posix.join(root, file))
      .filter((file) => file.endsWith(".ts") && staticImportsOf(file).some((from) => /(^|\/)src\//.test(from)))
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
