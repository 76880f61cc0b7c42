import { it } from "@effect/vitest"
import type { RtpCodec } from "effect-track-resolver"
import { AudioCodec } from "effect-track-resolver/media"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { limitOf, runs } from "../support/runs.ts"
import { amplitudeOf, tone } from "../support/sound.ts"
import { applications, concatenate, durations, packets } from "./Opus.ts"

const { AudioCodecs } = AudioCodec

const opus: RtpCodec = { name: "opus", clockRate: 48_000, channels: 2 }
const pcmu: RtpCodec = { name: "PCMU", clockRate: 8_000 }
const pcma: RtpCodec = { name: "PCMA", clockRate: 8_000, channels: 1 }
const sampleRates = [8_000, 16_000, 24_000, 48_000] as const

const decoderOf = (codec: RtpCodec, sampleRate: AudioCodec.SampleRate) =>
  Effect.flatMap(AudioCodecs, (codecs) => codecs.decoder(codec, sampleRate))

const encoderOf = (codec: RtpCodec, options: AudioCodec.EncoderOptions) =>
  Effect.flatMap(AudioCodecs, (codecs) => codecs.encoder(codec, options))

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "no failure"

describe.each([["the addon", AudioCodecs.layer], ["WASM", AudioCodecs.layerWasm]] as const)(
  "Opus by %s",
  (_, layer) => {
    describe.each(sampleRates)("at %d", (sampleRate) => {
      it.effect("each packet has as many samples as its duration, of any duration, application and number of channels", () =>
        Effect.gen(function*() {
          for (const application of applications) {
            for (const channels of [1, 2] as const) {
              const { decode, durationOf } = yield* decoderOf(opus, sampleRate)
              for (const duration of durations) {
                for (const packet of packets(duration, 2, application, channels)) {
                  const samples = yield* decode(packet)
                  expect(yield* durationOf(packet)).toBe(duration * 48)
                  expect(samples.length).toBe(duration * sampleRate / 1_000)
                }
              }
            }
          }
        }).pipe(Effect.provide(layer)))

      it.effect("a tone is decoded as it was, and stereo is mixed", () =>
        Effect.gen(function*() {
          for (const channels of [1, 2] as const) {
            const { decode } = yield* decoderOf(opus, sampleRate)
            const parts = yield* Effect.forEach(packets(20, 30, "audio", channels), decode)
            const samples = concatenate(parts.slice(10))
            const amplitude = amplitudeOf(samples, 440, sampleRate)
            expect(amplitude).toBeGreaterThan(7_000)
            expect(amplitude).toBeLessThan(9_000)
            expect(amplitudeOf(samples, 1_000, sampleRate)).toBeLessThan(100)
          }
        }).pipe(Effect.provide(layer)))

      it.effect("the encoder makes packets of 20 ms, and goes on in silence", () =>
        Effect.gen(function*() {
          const { encode } = yield* encoderOf(opus, { sampleRate })
          const { decode, durationOf } = yield* decoderOf(opus, sampleRate)
          const length = sampleRate / 50
          const sound = tone(440, sampleRate, 50 * length)
          const decoded: Array<Int16Array> = []
          for (let at = 0; at < sound.length; at += length) {
            const packet = yield* encode(sound.subarray(at, at + length))
            expect(yield* durationOf(packet)).toBe(960)
            decoded.push(yield* decode(packet))
          }
          expect(amplitudeOf(concatenate(decoded.slice(10)), 440, sampleRate)).toBeGreaterThan(6_000)
          for (let frame = 0; frame < 100; frame++) {
            const packet = yield* encode(new Int16Array(length))
            // With DTX a packet of silence has one or two bytes.
            expect(packet.length).toBeGreaterThan(2)
          }
        }).pipe(Effect.provide(layer)))
    })

    it.effect("the bitrate is the one that was asked for", () =>
      Effect.gen(function*() {
        const bytesOf = Effect.fnUntraced(function*(bitrate: number | undefined) {
          const { encode } = yield* encoderOf(opus, { sampleRate: 48_000, bitrate })
          let bytes = 0
          // Noise, which needs all bits.
          let state = 1
          for (let frame = 0; frame < 50; frame++) {
            const noise = Int16Array.from({ length: 960 }, () => {
              state = Math.imul(state, 1_103_515_245) + 12_345 & 0x7fffffff
              return (state >> 12) % 8_000
            })
            bytes += (yield* encode(noise)).length
          }
          return bytes * 8
        })
        const [low, usual, high] = [yield* bytesOf(12_000), yield* bytesOf(undefined), yield* bytesOf(96_000)]
        expect(low).toBeLessThan(20_000)
        expect(usual).toBeGreaterThan(24_000)
        expect(usual).toBeLessThan(40_000)
        expect(high).toBeGreaterThan(80_000)
      }).pipe(Effect.provide(layer)))

    it.effect("what was decoded and encoded belongs to the caller: later calls do not change it", () =>
      Effect.gen(function*() {
        const { decode } = yield* decoderOf(opus, 48_000)
        const { encode } = yield* encoderOf(opus, { sampleRate: 48_000 })
        const [first, second] = [tone(440, 48_000, 960), tone(1_000, 48_000, 960)]
        const packet = yield* encode(first)
        const packetBefore = Array.from(packet)
        const samples = yield* decode(packet)
        const samplesBefore = Array.from(samples)
        yield* decode(yield* encode(second))
        expect(Array.from(packet)).toEqual(packetBefore)
        expect(Array.from(samples)).toEqual(samplesBefore)
        expect(samples.buffer.byteLength).toBe(2 * 960)
        expect(packet.buffer.byteLength).toBe(packet.length)
      }).pipe(Effect.provide(layer)))

    it.effect("frames and payloads may be views of larger arrays", () =>
      Effect.gen(function*() {
        const whole = yield* encoderOf(opus, { sampleRate: 16_000 })
        const part = yield* encoderOf(opus, { sampleRate: 16_000 })
        const sound = tone(440, 16_000, 640)
        const packet = yield* part.encode(sound.subarray(100, 420))
        expect(packet).toEqual(yield* whole.encode(sound.slice(100, 420)))
        const datagram = new Uint8Array(packet.length + 17)
        datagram.set(packet, 13)
        const decoders = [yield* decoderOf(opus, 16_000), yield* decoderOf(opus, 16_000)] as const
        expect(yield* decoders[0].decode(datagram.subarray(13, 13 + packet.length))).toEqual(
          yield* decoders[1].decode(packet)
        )
      }).pipe(Effect.provide(layer)))

    it.effect("decoders and encoders do not share state", () =>
      Effect.gen(function*() {
        const sent = packets(20, 20)
        const alone = yield* decoderOf(opus, 16_000)
        const expected = yield* Effect.forEach(sent, alone.decode)
        const many = yield* Effect.all(Array.from({ length: 100 }, () => decoderOf(opus, 16_000)))
        yield* Effect.all(Array.from({ length: 100 }, () => encoderOf(opus, { sampleRate: 16_000 })))
        for (const [at, packet] of sent.entries()) {
          for (const { decode } of many) expect(yield* decode(packet)).toEqual(expected[at])
        }
      }).pipe(Effect.provide(layer)))

    describe("a malformed payload is a DecodeError, and the next one is decoded", () => {
      const malformed: ReadonlyArray<readonly [string, Uint8Array]> = [
        ["empty", new Uint8Array(0)],
        ["a frame of 1,276 bytes", new Uint8Array(1_277)],
        ["oversized", new Uint8Array(8_193)],
        ["a megabyte", new Uint8Array(1_000_000)],
        ["padding without an end", Uint8Array.of(255, 255, 255, 1, 2, 3)],
        ["140 ms", Uint8Array.of(0x0b, 7)]
      ]
      it.effect.each(malformed)("%s", ([, payload]) =>
        Effect.gen(function*() {
          const { decode, durationOf } = yield* decoderOf(opus, 16_000)
          const errors = [yield* Effect.flip(decode(payload)), yield* Effect.flip(durationOf(payload))]
          for (const error of errors) {
            expect(error).toBeInstanceOf(AudioCodec.DecodeError)
            expect(error.message).toMatch(
              /^a payload of opus cannot be decoded: (it|its|a) /
            )
          }
          expect((yield* decode(packets(20, 1)[0]!)).length).toBe(320)
        }).pipe(Effect.provide(layer)))
    })

    const numRuns = 2_000
    it.effect(
      "nothing that arrives throws: any bytes have the samples of their duration, or are a DecodeError",
      () =>
        Effect.gen(function*() {
          const { decode, durationOf } = yield* decoderOf(opus, 8_000)
          fc.assert(
            fc.property(fc.uint8Array({ maxLength: 1_500 }), (payload) => {
              const duration = Effect.runSyncExit(durationOf(payload))
              const samples = Effect.runSyncExit(decode(payload))
              if (Exit.isSuccess(duration) && Exit.isSuccess(samples)) {
                expect(samples.value.length * 6).toBe(duration.value)
              } else {
                expect(Exit.findErrorOption(samples)).toEqual(Exit.findErrorOption(duration))
                expect(Exit.findErrorOption(samples)).toMatchObject({ value: { _tag: "DecodeError" } })
              }
            }),
            runs(numRuns)
          )
        }).pipe(Effect.provide(layer)),
      limitOf(numRuns)
    )

    it.effect("its use after the scope is a defect", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const { decode } = yield* Scope.provide(decoderOf(opus, 16_000), scope)
        const { encode } = yield* Scope.provide(encoderOf(opus, { sampleRate: 16_000 }), scope)
        const packet = yield* encode(new Int16Array(320))
        yield* Scope.close(scope, Exit.void)
        expect(messageOf(yield* Effect.exit(decode(packet)))).toContain("the scope of this Opus codec has closed")
        expect(messageOf(yield* Effect.exit(encode(new Int16Array(320))))).toContain("has closed")
      }).pipe(Effect.provide(layer)))
  }
)

describe.each([pcmu, pcma])("$name", (codec) => {
  it.effect.each(sampleRates)(
    "a tone survives at %d, sample for sample in number",
    (sampleRate) =>
      Effect.gen(function*() {
        const { encode } = yield* encoderOf(codec, { sampleRate })
        const { decode, durationOf } = yield* decoderOf(codec, sampleRate)
        const length = sampleRate / 50
        const sound = tone(1_000, sampleRate, 20 * length)
        const decoded: Array<Int16Array> = []
        for (let at = 0; at < sound.length; at += length) {
          const payload = yield* encode(sound.subarray(at, at + length))
          expect(payload.length).toBe(160)
          expect(yield* durationOf(payload)).toBe(160)
          const samples = yield* decode(payload)
          expect(samples.length).toBe(length)
          decoded.push(samples)
        }
        const heard = concatenate(decoded.slice(5))
        expect(amplitudeOf(heard, 1_000, sampleRate)).toBeCloseTo(8_000, -3)
        // Its image at 7 kHz is what a missing filter leaves.
        if (sampleRate > 8_000) expect(amplitudeOf(heard, 7_000, sampleRate)).toBeLessThan(40)
      }).pipe(Effect.provide(AudioCodecs.layer))
  )

  it.effect("an empty payload, and one of more than 200 ms, are a DecodeError", () =>
    Effect.gen(function*() {
      const { decode, durationOf } = yield* decoderOf(codec, 8_000)
      expect((yield* decode(new Uint8Array(1_600))).length).toBe(1_600)
      const refuse = (payload: Uint8Array) =>
        Effect.all([Effect.flip(decode(payload)), Effect.flip(durationOf(payload))])
      const empty = { codec: codec.name, detail: "it is empty" }
      expect(yield* refuse(new Uint8Array(0))).toMatchObject([empty, empty])
      const long = { detail: "it is longer than 200 ms" }
      expect(yield* refuse(new Uint8Array(1_601))).toMatchObject([long, long])
    }).pipe(Effect.provide(AudioCodecs.layer)))
})

describe("Which codec", () => {
  const refused: ReadonlyArray<readonly [RtpCodec, string]> = [
    [{ name: "G722", clockRate: 8_000 }, "only opus, PCMU and PCMA are known"],
    [{ name: "opus", clockRate: 16_000 }, "its clock rate is 16000, and not 48000"],
    [{ name: "opus", clockRate: 48_000, channels: 6 }, "it has 6 channels"],
    [{ name: "PCMU", clockRate: 16_000 }, "its clock rate is 16000, and not 8000"],
    [{ name: "PCMA", clockRate: 8_000, channels: 2 }, "it has 2 channels"]
  ]
  it.effect.each(refused)("%j is unsupported", ([codec, detail]) =>
    Effect.gen(function*() {
      const errors = [
        yield* Effect.flip(decoderOf(codec, 16_000)),
        yield* Effect.flip(encoderOf(codec, { sampleRate: 16_000 }))
      ]
      for (const error of errors) {
        expect(error).toBeInstanceOf(AudioCodec.UnsupportedCodecError)
        expect(error).toMatchObject({ codec: codec.name, detail })
      }
    }).pipe(Effect.provide(AudioCodecs.layer)))

  it.effect("names are case-insensitive", () =>
    Effect.gen(function*() {
      for (const name of ["OPUS", "Opus", "opus"]) yield* decoderOf({ name, clockRate: 48_000 }, 16_000)
      for (const name of ["pcmu", "Pcma"]) yield* decoderOf({ name, clockRate: 8_000 }, 16_000)
    }).pipe(Effect.provide(AudioCodecs.layer)))

  it.effect("the message of an error escapes the name, which is the SFU's", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(decoderOf({ name: "\u001b[2J", clockRate: 1 }, 16_000))
      expect(error.message).toBe("the codec \\u{1b}[2J cannot be used: only opus, PCMU and PCMA are known")
    }).pipe(Effect.provide(AudioCodecs.layer)))

  it.effect("a wrong argument is a defect that names it", () =>
    Effect.gen(function*() {
      const deaths: ReadonlyArray<
        readonly [
          Effect.Effect<unknown, AudioCodec.UnsupportedCodecError, AudioCodec.AudioCodecs | Scope.Scope>,
          string
        ]
      > = [
        [
          decoderOf(opus, 44_100 as 48_000),
          "AudioCodecs: sampleRate must be one of 8000, 16000, 24000, 48000, got 44100"
        ],
        [encoderOf(opus, { sampleRate: 12_000 as 8_000 }), "sampleRate must be one of"],
        [encoderOf(opus, { sampleRate: 8_000, bitrate: 5_999 }), "bitrate must be from 6000 to 510000, got 5999"],
        [encoderOf(opus, { sampleRate: 8_000, bitrate: Number.NaN }), "bitrate must be from 6000 to 510000, got NaN"],
        [encoderOf(opus, { sampleRate: 8_000, bitrate: 510_001 }), "bitrate must be"]
      ]
      for (const [effect, message] of deaths) {
        const exit = yield* Effect.exit(Effect.scoped(effect))
        expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
        expect(messageOf(exit)).toContain(message)
      }
      for (const codec of [opus, pcmu]) {
        const { encode } = yield* encoderOf(codec, { sampleRate: 16_000 })
        for (const length of [0, 160, 319, 321, 640]) {
          expect(messageOf(yield* Effect.exit(encode(new Int16Array(length))))).toContain(
            "AudioCodecs: samples must be an Int16Array of 320 samples, 20 ms"
          )
        }
      }
    }).pipe(Effect.provide(AudioCodecs.layer)))
})

/** Runs in a process of its own: the hook decides which modules Node finds, or which it may load. */
const withoutModules = (forbidden: string, program: string): string =>
  execFileSync(process.execPath, [
    "--conditions=effect-track-resolver:source",
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "--eval",
    `import { registerHooks } from "node:module"
     registerHooks({
       resolve(specifier, context, next) {
         if (!${forbidden}.test(specifier)) return next(specifier, context)
         throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: "ERR_MODULE_NOT_FOUND" })
       }
     })
     const Effect = await import("effect/Effect")
     const { AudioCodec: { AudioCodecs }, Vad: { Vad } } = await import("effect-track-resolver/media")
     const opus = { name: "opus", clockRate: 48_000, channels: 2 }
     const pcmu = { name: "PCMU", clockRate: 8_000 }
     const program = ${program}
     console.log(await Effect.runPromise(Effect.scoped(Effect.provide(program, AudioCodecs.layer))))`
  ], { encoding: "utf8" })

describe("Optional packages", () => {
  test("without @evan/opus, Opus is unsupported, the error names the package, and G.711 works", () => {
    const output = withoutModules(
      "/@evan/",
      `Effect.gen(function*() {
         const { decoder, encoder } = yield* AudioCodecs
         const errors = [
           yield* Effect.flip(decoder(opus, 16_000)),
           yield* Effect.flip(encoder(opus, { sampleRate: 16_000 }))
         ]
         const { decode } = yield* decoder(pcmu, 16_000)
         return [...errors.map((error) => error._tag + " " + error.message), (yield* decode(new Uint8Array(160))).length].join("\\n")
       })`
    )
    const message = "UnsupportedCodecError the codec opus cannot be used: the package @evan/opus cannot be loaded: "
      + "Cannot find package '@evan/opus'. Install it with: npm install @evan/opus"
    expect(output).toBe(`${message}\n${message}\n320\n`)
  })

  test("without @echogarden/fvad-wasm, the layer of voice detection fails with the name of the package", () => {
    const output = withoutModules(
      "/@echogarden/",
      `Effect.map(Effect.flip(Effect.provide(Vad, Vad.layer())), (error) => error._tag + " " + error.message)`
    )
    expect(output).toBe(
      "MissingPackageError the package @echogarden/fvad-wasm cannot be loaded: Cannot find package "
        + "'@echogarden/fvad-wasm'. Install it with: npm install @echogarden/fvad-wasm\n"
    )
  })

  test("where the addon does not load, the package's WASM decodes", () => {
    const output = withoutModules(
      String.raw`/\.node$/`,
      `Effect.gen(function*() {
         const { decoder, encoder } = yield* AudioCodecs
         const { encode } = yield* encoder(opus, { sampleRate: 48_000 })
         const { decode } = yield* decoder(opus, 16_000)
         return (yield* decode(yield* encode(new Int16Array(960)))).length
       })`
    )
    expect(output).toBe("320\n")
  })
})
