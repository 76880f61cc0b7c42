/**
 * Files of a call over real sockets, judged by ffmpeg: each has its person's tone and nobody else's, at the time of the clock,
 * and plays as far as it goes when it is cut off.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { Recorder } from "effect-track-resolver/media"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { spawnSync } from "node:child_process"
import { amplitudeOf } from "../../../../test/support/sound.ts"
import { hues, toneAmplitude, tones } from "../../src/Recordings.ts"
import { agentIn } from "../support/agentIn.ts"
import { hueOf } from "../support/perception.ts"

const users = ["alice", "bob", "carol"] as const
const formats = ["ogg", "webm"] as const
const sampleRate = 16_000

const agent = agentIn("recorder")

/** The samples of a file. `isWhole`: ffmpeg has to find nothing wrong with it. */
const decode = (file: string, isWhole: boolean): Int16Array => {
  const { status, stderr, stdout } = spawnSync(
    "ffmpeg",
    ["-v", "warning", "-i", file, "-f", "s16le", "-ac", "1", "-ar", String(sampleRate), "-"],
    { maxBuffer: 2 ** 28 }
  )
  assert.strictEqual(status, 0, stderr.toString())
  if (isWhole) assert.strictEqual(stderr.toString(), "")
  return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1)
}

/** The tones in each tenth of a second: their indices. */
const heard = (samples: Int16Array): ReadonlyArray<ReadonlyArray<number>> => {
  const length = sampleRate / 10
  return Array.from({ length: Math.floor(samples.length / length) }, (_, n) => {
    const tenth = samples.subarray(n * length, (n + 1) * length)
    return tones.flatMap((tone, voice) =>
      amplitudeOf(tenth, tone, sampleRate) / 32_768 > toneAmplitude / 4 ? [voice] : []
    )
  })
}

it.live("the file of each participant has their tone, over a mute and reconnections, and plays when it is cut off", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped()
    const pathOf = (userId: string, format: string) => `${folder}/${userId}.${format}`
    const participants = yield* Effect.forEach(
      users,
      (userId) =>
        Effect.tap(sfu.participant({ userId, speech: "always" }), (participant) => participant.publish("Audio"))
    )
    const startsAt = yield* Clock.currentTimeMillis
    const now = Effect.map(Clock.currentTimeMillis, (time) => time - startsAt)

    const { mutedAt, unmutedAt } = yield* Effect.gen(function*() {
      const edge = yield* StreamEdge
      const recordings = yield* Effect.forEach(
        users.flatMap((userId) => formats.map((format) => ({ userId, format }))),
        ({ format, userId }) =>
          Effect.forkChild(
            Recorder.record(edge.tracks({ userId, trackType: "Audio" }), files.sink(pathOf(userId, format)), {
              format,
              startsAt
            })
          )
      )
      /** Two seconds of each track. */
      const listen = Effect.forEach(
        users,
        (userId) => Effect.flatMap(edge.waitForTrack({ userId }), ({ rtp }) => Stream.runDrain(Stream.take(rtp, 100))),
        {
          concurrency: "unbounded"
        }
      )
      yield* listen
      yield* participants[0]!.mute("Audio")
      const mutedAt = yield* now
      yield* sfu.control.closeSocket("agent")
      yield* Effect.sleep("3 seconds")
      yield* participants[0]!.unmute("Audio")
      const unmutedAt = yield* now
      yield* listen
      yield* Effect.forEach(recordings, Fiber.interrupt, { concurrency: "unbounded" })
      return { mutedAt, unmutedAt }
    }).pipe(Effect.provide(yield* agent))
    const endedAt = yield* now

    for (const [voice, userId] of users.entries()) {
      for (const format of formats) {
        const path = pathOf(userId, format)
        const samples = decode(path, true)
        const length = samples.length / sampleRate * 1_000
        // A packet that comes early is placed by the sender's clock, which stays within 100 ms of ours.
        assert.isAtMost(length, endedAt + 100)
        assert.isAbove(length, unmutedAt + 1_000)
        const tenths = heard(samples)
        assert.deepStrictEqual(tenths.filter((voices) => voices.some((other) => other !== voice)), [], path)
        assert.isAbove(tenths.filter((voices) => voices.length > 0).length, 10, path)
        if (userId === "alice") {
          // What was on its way when she muted herself, and a busy machine.
          const muted = tenths.slice(Math.ceil(mutedAt / 100) + 5, Math.floor(unmutedAt / 100))
          assert.isAbove(muted.length, 10)
          assert.deepStrictEqual(muted.flat(), [], path)
          assert.isNotEmpty(tenths.slice(Math.ceil(unmutedAt / 100)).flat(), path)
        }
        const bytes = yield* files.readFile(path)
        const cutPath = pathOf(`${userId}-cut`, format)
        yield* files.writeFile(cutPath, bytes.subarray(0, bytes.length * 0.6))
        const cut = decode(cutPath, false)
        assert.isAbove(cut.length, samples.length * 0.3)
        assert.deepStrictEqual(cut.subarray(0, samples.length * 0.3), samples.subarray(0, samples.length * 0.3))
      }
    }
  }).pipe(
    Effect.scoped,
    Effect.provide([LoopbackSfu.layer({ previousSession: "leavesAfter" }), NodeServices.layer])
  ))

/** The hues of the corner of each picture, in degrees, which the picture leaves alone. */
const seen = (file: string, isWhole: boolean): ReadonlyArray<number> => {
  const corner = "scale=32:18,crop=1:1:0:0"
  // In the time base of the file: in that of the frame rate, ffmpeg complains of pictures that a busy machine sends together.
  const passthrough = ["-vf", corner, "-fps_mode", "passthrough", "-enc_time_base", "-1"]
  const { status, stderr, stdout } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-i", file, ...passthrough, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
  )
  assert.strictEqual(status, 0, stderr.toString())
  if (isWhole) assert.strictEqual(stderr.toString(), "")
  return Array.from(
    { length: stdout.length / 3 },
    (_, n) => hueOf([stdout[3 * n]!, stdout[3 * n + 1]!, stdout[3 * n + 2]!])
  )
}

it.live("the pictures of a camera have its colour, over a mute, and are shown when the file is cut off", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped()
    const alice = yield* sfu.participant({ userId: "alice" })
    yield* alice.publish("Video")
    const path = `${folder}/alice.webm`
    yield* Effect.gen(function*() {
      const edge = yield* StreamEdge
      const recording = yield* Effect.forkChild(
        Recorder.record(edge.tracks({ userId: "alice", trackType: "Video" }), files.sink(path))
      )
      /** Two seconds, which have a key frame. */
      const watch = Effect.flatMap(
        edge.waitForTrack({ userId: "alice" }),
        ({ keyFrame, rtp }) => Effect.andThen(keyFrame, Stream.runDrain(Stream.take(rtp, 60)))
      )
      yield* watch
      yield* alice.mute("Video")
      yield* Effect.sleep("1 second")
      yield* alice.unmute("Video")
      yield* watch
      yield* Fiber.interrupt(recording)
    }).pipe(Effect.provide(yield* agent))
    const all = seen(path, true)
    assert.isAbove(all.length, 30)
    for (const hue of all) assert.closeTo(hue, hues[0]!, 15)
    const bytes = yield* files.readFile(path)
    const cutPath = `${folder}/cut.webm`
    yield* files.writeFile(cutPath, bytes.subarray(0, bytes.length * 0.6))
    assert.isAbove(seen(cutPath, false).length, all.length / 4)
  }).pipe(Effect.scoped, Effect.provide([LoopbackSfu.layer(), NodeServices.layer])))
