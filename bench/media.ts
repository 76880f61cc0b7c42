/**
 * `npm run bench:media`: what media costs on one core, in processor time of the thread that does it, and the memory that unread
 * cameras take. Compare ratios rather than microseconds, because machines differ and are shared.
 */
import { StreamEdge } from "effect-track-resolver"
import type { RemoteTrack, RtpPacket } from "effect-track-resolver"
import { AudioCodec, Frames, Pcm, VideoCodec } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ProtectionProfileAeadAes128Gcm, RtpHeader, SrtpSession } from "werift"
import * as JitterBuffer from "../src/media/internal/JitterBuffer.ts"
import * as SrtpDecryption from "../src/werift/internal/SrtpDecryption.ts"
import * as SrtpIndices from "../src/werift/internal/SrtpIndices.ts"
import * as SrtpKeys from "../src/werift/internal/SrtpKeys.ts"
import { joined } from "../test/edge/Harness.ts"
import { encodePictures } from "../test/media/libavEncoder.ts"
import { packetsOf } from "../test/media/videoPackets.ts"
import { voice } from "../test/media/Voice.ts"
import { unreadCameras } from "../test/werift/unreadCameras.ts"
import { cost, heapMegabytes } from "./measure.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, parameters: {} }
const vp8 = { name: "VP8", clockRate: 90_000, payloadType: 96, parameters: {} }

const row = (name: string, ...cells: ReadonlyArray<string>) =>
  Console.log(`  ${name.padEnd(52)}${cells.map((cell) => cell.padStart(14)).join("")}`)
const micros = (value: number) => `${value.toFixed(1)} us`

/** In frames of 20 ms: a consumer that is slow loses what is older than five seconds. */
const batch = 240
const batches = 10

// --- Sound ---

/** Sealed datagrams, as many as all rounds open, and what opens one of them. */
const srtp = (payloads: ReadonlyArray<Uint8Array>): Effect.Effect<number> => {
  const keys = (local: number, remote: number) => ({
    profile: ProtectionProfileAeadAes128Gcm,
    keys: {
      localMasterKey: Buffer.alloc(16, local),
      localMasterSalt: Buffer.alloc(12, local),
      remoteMasterKey: Buffer.alloc(16, remote),
      remoteMasterSalt: Buffer.alloc(12, remote)
    }
  })
  const [sender, receiver] = [new SrtpSession(keys(1, 2) as never), new SrtpSession(keys(2, 1) as never)]
  SrtpIndices.repairEncryption(sender)
  SrtpKeys.importOnce(sender)
  const decrypt = SrtpDecryption.make(receiver)
  let sent = 0
  const seal = () => {
    const header = new RtpHeader({ payloadType: 111, ssrc: 1, sequenceNumber: sent & 0xffff, timestamp: sent * 960 })
    return sender.encrypt(Buffer.from(payloads[sent++ % payloads.length]!), header)
  }
  const sealedBatch = () => Array.from({ length: batch * batches }, seal)
  let sealed = sealedBatch()
  return cost(
    batch * batches,
    () => Effect.sync(() => sealed.forEach(decrypt)),
    Effect.sync(() => sealed = sealedBatch())
  )
}

/** Every packet in order; or each tenth missing, and each fifth exchanged with the next. */
const jitterBuffer = (isDisturbed: boolean): Effect.Effect<number> => {
  const numbers = Array.from({ length: batch * batches }, (_, n) => n)
  const order = isDisturbed
    ? numbers.filter((n) => n % 10 !== 7).map((n) => n % 5 === 0 ? n + 1 : n % 5 === 1 ? n - 1 : n)
    : numbers
  return cost(batch * batches, () =>
    Effect.sync(() => {
      let state = JitterBuffer.make<number>(400)
      for (const [at, number] of order.entries()) {
        const input = {
          _tag: "Packet",
          ssrc: 1,
          sequenceNumber: number & 0xffff,
          timestamp: number * 960,
          clockRate: 48_000,
          duration: 960,
          droppedBefore: 0,
          content: number
        } as const
        state = JitterBuffer.step(state, input, numbers[at]! * 20).state
      }
    }))
}

const decoder = (payloads: ReadonlyArray<Uint8Array>) =>
  Effect.scoped(Effect.gen(function*() {
    const { decode } = yield* (yield* AudioCodec.AudioCodecs).decoder(opus, 16_000)
    return yield* cost(batch * batches, (times) =>
      Effect.gen(function*() {
        for (let n = 0; n < times; n++) yield* decode(payloads[n % payloads.length]!)
      }))
  }))

/** From RTP packets to frames of 20 ms at 16 kHz. */
const hearing = (track: RemoteTrack, payloads: ReadonlyArray<Uint8Array>) =>
  cost(batch * batches, () =>
    Effect.repeat(
      Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        const packets = payloads.map((payload, n): RtpPacket => ({
          ssrc: 1,
          payloadType: 111,
          sequenceNumber: n,
          timestamp: n * 960,
          marker: false,
          payload,
          receivedAt: now + n * 20,
          droppedBefore: 0
        }))
        const frames = Pcm.stream({ ...track, rtp: Stream.fromIterable(packets) }, { sampleRate: 16_000 })
        const count = yield* Stream.runCount(Stream.filter(frames, ({ filled }) => filled === 0))
        if (count !== batch) throw new Error(`${count} of ${batch} frames were heard`)
      }),
      { times: batches - 1 }
    ))

const sound = Effect.fnUntraced(function*(track: RemoteTrack) {
  const encoded = Effect.scoped(Effect.gen(function*() {
    const { encode } = yield* (yield* AudioCodec.AudioCodecs).encoder(opus, { sampleRate: 48_000 })
    return yield* Effect.forEach(voice("#".repeat(batch), 48_000), encode)
  }))
  const payloads = yield* Effect.provide(encoded, AudioCodec.AudioCodecs.layer)
  yield* Console.log(
    `\nSound, 20 ms of Opus (${(payloads.flatMap((one) => [...one]).length / batch).toFixed(0)} bytes)`
  )
  yield* row("", "a frame", "speakers/core")
  const opened = yield* srtp(payloads)
  yield* row("SRTP (AES-GCM) and the RTP header", micros(opened))
  yield* row("jitter buffer, packets in order", micros(yield* jitterBuffer(false)))
  yield* row("jitter buffer, a tenth missing, a fifth disordered", micros(yield* jitterBuffer(true)))
  for (
    const [name, layer] of [["addon", AudioCodec.AudioCodecs.layer], [
      "WASM",
      AudioCodec.AudioCodecs.layerWasm
    ]] as const
  ) {
    yield* row(`decoder to 16 kHz, ${name}`, micros(yield* Effect.provide(decoder(payloads), layer)))
    const heard = yield* Effect.provide(hearing(track, payloads), layer)
    yield* row(`Pcm.stream, ${name}`, micros(heard), (20_000 / heard).toFixed(0))
    yield* row(`SRTP to 16 kHz, ${name}`, micros(opened + heard), (20_000 / (opened + heard)).toFixed(0))
  }
})

// --- Pictures ---

/** A texture that moves, and a tenth of the pixels that change at random. */
const moving = (width: number, height: number, count: number): ReadonlyArray<Uint8Array> => {
  let noise = 1
  const random = () => (noise = (Math.imul(noise, 1_103_515_245) + 12_345) & 0x7fffffff) >> 16
  const texture = Uint8Array.from({ length: 256 }, () => 40 + random() % 160)
  return Array.from({ length: count }, (_, n) => {
    const picture = new Uint8Array(width * height * 3 / 2).fill(128, width * height)
    for (let at = 0; at < width * height; at++) {
      const [x, y] = [at % width, Math.floor(at / width)]
      picture[at] = random() % 10 === 0 ? 40 + random() % 160 : texture[(x + 3 * n >> 3) + 7 * (y >> 3) & 255]!
    }
    return picture
  })
}

const seconds = 1
const frameRate = 30

const pictures = Effect.fnUntraced(function*(track: RemoteTrack) {
  yield* Console.log("\nPictures, VP8")
  yield* row("", "a frame", "frames/s")
  for (const [width, height, bitRate] of [[640, 360, 800_000], [1_280, 720, 2_000_000]] as const) {
    const frames = yield* Effect.promise(() =>
      encodePictures("libvpx", width, height, moving(width, height, seconds * frameRate), bitRate)
    )
    let from = 0
    const packets = frames.flatMap(({ data }, n) => {
      const count = Math.ceil(data.length / 1_100)
      const cut = packetsOf(data, { count, from, timestamp: n * 3_000, receivedAt: n * 33 })
      from += count
      return cut
    })
    const seen = { ...track, rtp: Stream.fromIterable(packets) }
    for (const format of ["I420", "RGBA"] as const) {
      const micros = yield* cost(frames.length, () => Stream.runDrain(Frames.stream(seen, { format })))
      const name = `${width}x${height}, ${(packets.length / frames.length).toFixed(1)} packets a frame, to ${format}`
      yield* row(name, `${(micros / 1_000).toFixed(2)} ms`, (1_000_000 / micros).toFixed(0))
    }
  }
})

// --- Memory ---

const memory = Effect.gen(function*() {
  yield* Console.log("\n20 unread cameras, each 30 frames a second of 4 packets of 1,100 bytes")
  yield* row("", "arrived", "memory")
  const used = () => heapMegabytes() + process.memoryUsage().arrayBuffers / 1_048_576
  const cameras = unreadCameras(20)
  const before = used()
  for (const until of [1, 5, 10, 11, 30, 60]) {
    const arrived = cameras.runUntil(until * 1_000) / 1_048_576
    yield* row(`after ${until} s`, `${arrived.toFixed(0)} MB`, `${(used() - before).toFixed(1)} MB`)
  }
})

const main = Effect.gen(function*() {
  const call = yield* ScriptedCall.make()
  const track = (edge: StreamEdge["Service"], kind: "audio" | "video") => edge.waitForTrack({ kind })
  yield* Effect.gen(function*() {
    const edge = yield* StreamEdge
    yield* call.emit(joined({ userId: "alice", sessionId: "alice's" }, "p", ["Audio", "Video"]))
    yield* call.offer([
      { ...ScriptedCall.mediaSection("0", "p", "Audio"), codecs: [opus] },
      { ...ScriptedCall.mediaSection("1", "p", "Video"), codecs: [vp8] }
    ])
    yield* ScriptedCall.flush
    yield* sound(yield* track(edge, "audio"))
    yield* Effect.provide(pictures(yield* track(edge, "video")), VideoCodec.VideoCodecs.layer)
    yield* memory
  }).pipe(Effect.provide(StreamEdge.layer().pipe(Layer.provide(call.layer))))
})

await Effect.runPromise(Effect.scoped(main))
