/**
 * The programs of docs/quick-start.md: the document has each of them as it is, and each does what its section says.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import type { SfuParticipant, TrackType } from "effect-track-resolver"
import { StreamEdge } from "effect-track-resolver"
import { AudioCodec, Vad } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { answerEach } from "../../examples/quick-start/answerEach.ts"
import { hearOnly } from "../../examples/quick-start/hearOnly.ts"
import { recordEach } from "../../examples/quick-start/recordEach.ts"
import { waitForAlice } from "../../examples/quick-start/waitForAlice.ts"

const folder = "examples/quick-start"

test.each(readdirSync(folder))("docs/quick-start.md has %s", (name) => {
  const document = readFileSync("docs/quick-start.md", "utf8")
  expect(document).toContain(`\`\`\`ts\n${readFileSync(`${folder}/${name}`, "utf8")}\`\`\`\n`)
})

const opus = { name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, parameters: {} }
const pcmu = { name: "PCMU", clockRate: 8_000, payloadType: 0, parameters: {} }

const person = (userId: string, ...publishedTracks: ReadonlyArray<TrackType>): SfuParticipant => ({
  userId,
  sessionId: `${userId}'s session`,
  streamIdPrefix: userId,
  publishedTracks
})

/** Runs a program in a call until it waits. */
const start = Effect.fnUntraced(function*<A, E, R>(program: Effect.Effect<A, E, R | StreamEdge>) {
  const call = yield* ScriptedCall.make()
  const edge = StreamEdge.layer({ sessionId: "agent" }).pipe(Layer.provide(call.layer))
  const fiber = yield* Effect.forkChild(program.pipe(Effect.provide(edge)))
  yield* ScriptedCall.flush
  return { call, fiber }
})

const join = ({ emit }: ScriptedCall.ScriptedCall, participant: SfuParticipant) =>
  emit({ _tag: "ParticipantJoined", participant })

/** Speech is what is not zero. */
const ExactVad = Layer.succeed(
  Vad.Vad,
  Vad.Vad.of({
    detector: () => Effect.succeed({ isSpeech: (samples) => Effect.sync(() => samples.some((sample) => sample !== 0)) })
  })
)

describe("The program", () => {
  it.effect("answerEach answers an utterance with its samples", () =>
    Effect.gen(function*() {
      const utterances: Array<number> = []
      const answer = (utterance: Int16Array) => {
        utterances.push(utterance.length)
        return Effect.succeed(new Int16Array(24_000).fill(1_000))
      }
      const { call, fiber } = yield* start(
        answerEach(answer).pipe(Effect.provide([ExactVad, AudioCodec.AudioCodecs.layer]))
      )
      yield* join(call, person("alice", "Audio"))
      yield* call.offer([{ ...ScriptedCall.mediaSection("0", "alice", "Audio"), codecs: [pcmu] }])
      yield* ScriptedCall.flush
      // Half a second of a tone that is not silent, then a second of silence: 0xff is 0.
      for (let packet = 0; packet < 75; packet++) {
        const payload = new Uint8Array(160).fill(packet < 25 ? 0x80 : 0xff)
        yield* call.send("0", payload, { payloadType: 0, sequenceNumber: packet, timestamp: packet * 160 })
        yield* TestClock.adjust("20 millis")
        yield* ScriptedCall.flush
      }
      for (let frame = 0; frame < 60; frame++) {
        yield* TestClock.adjust("20 millis")
        yield* ScriptedCall.flush
      }
      assert.strictEqual(utterances.length, 1)
      assert.isAtLeast(utterances[0]!, 8_000)
      // One second of an answer.
      assert.strictEqual(call.sentPackets.length, 50)
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("recordEach writes a file for each participant", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const inFolder = FileSystem.FileSystem.of({
        ...files,
        sink: (path, options) => files.sink(`${folder}/${path}`, options)
      })
      const { call, fiber } = yield* start(Effect.provideService(recordEach, FileSystem.FileSystem, inFolder))
      yield* join(call, person("alice", "Audio"))
      yield* join(call, person("bob", "Audio"))
      yield* call.offer(["alice", "bob"].map((name, mid) => ({
        ...ScriptedCall.mediaSection(String(mid), name, "Audio"),
        codecs: [opus]
      })))
      yield* ScriptedCall.flush
      for (let packet = 0; packet < 10; packet++) {
        for (const mid of ["0", "1"]) {
          // Silence of 20 ms.
          const payload = Uint8Array.of(0xf8, 0xff, 0xfe)
          yield* call.send(mid, payload, { payloadType: 111, sequenceNumber: packet, timestamp: packet * 960 })
        }
        yield* TestClock.adjust("20 millis")
      }
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      yield* Fiber.join(fiber)
      const written = (yield* files.readDirectory(folder)).toSorted()
      assert.deepStrictEqual(written, ["alice's%20session.ogg", "bob's%20session.ogg"])
      for (const name of written) {
        const start = (yield* files.readFile(`${folder}/${name}`)).subarray(0, 4)
        assert.strictEqual(new TextDecoder().decode(start), "OggS")
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("waitForAlice returns the key frame that Alice's camera sends", () =>
    Effect.gen(function*() {
      const { call, fiber } = yield* start(waitForAlice)
      yield* join(call, person("bob", "Video"))
      yield* join(call, person("alice", "Video"))
      const codecs = [{ name: "VP8", clockRate: 90_000, payloadType: 96, parameters: {} }]
      yield* call.offer([
        { ...ScriptedCall.mediaSection("0", "bob", "Video"), codecs },
        { ...ScriptedCall.mediaSection("1", "alice", "Video"), codecs }
      ])
      yield* ScriptedCall.flush
      assert.deepInclude(call.calls, { _tag: "RequestedKeyFrame", mid: "1" })
      // A VP8 payload descriptor that begins a frame, then the header of a key frame (RFC 7741, RFC 6386).
      const payload = Uint8Array.of(0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01)
      yield* call.send("1", payload, { marker: true })
      const packets = yield* Fiber.join(fiber)
      assert.deepStrictEqual(Array.from(packets, (packet) => packet.payload), [payload])
    }))

  it.effect("hearOnly subscribes to the one microphone, and to nothing else", () =>
    Effect.gen(function*() {
      const { call, fiber } = yield* start(Effect.andThen(hearOnly("alice"), Effect.never))
      yield* join(call, person("alice", "Audio", "Video"))
      yield* join(call, person("bob", "Audio"))
      yield* TestClock.adjust("1 second")
      yield* ScriptedCall.flush
      const last = call.calls.findLast((made) => made._tag === "Subscribed")
      assert.deepStrictEqual(
        last?.subscriptions.map(({ key }) => [key.userId, key.trackType]),
        [["alice", "Audio"]]
      )
      yield* Fiber.interrupt(fiber)
    }))
})
