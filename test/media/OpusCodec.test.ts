import { it } from "@effect/vitest"
import { AudioCodec } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { describe, expect } from "vitest"
import * as CodecChoice from "../../src/media/internal/CodecChoice.ts"
import * as OpusLibrary from "../../src/media/internal/OpusLibrary.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2 }

/** 20 ms, without a byte of sound. */
const packet = Uint8Array.of(0x08)

/** A library whose decoder does as `decode` says. */
const libraryWith = (decode: () => Uint8Array): OpusLibrary.OpusLibrary => ({
  Decoder: class {
    decode = decode
  },
  Encoder: class {
    encode = () => packet
    ctl = () => 0
  }
})

describe("Opus", () => {
  it.effect("each decoder and encoder is freed once, when its scope closes", () =>
    Effect.gen(function*() {
      const { Decoder, Encoder } = yield* OpusLibrary.wasm
      const log: Array<string> = []
      class LoggedDecoder extends Decoder {
        override drop = () => {
          log.push("decoder")
          super.drop?.()
        }
      }
      class LoggedEncoder extends Encoder {
        override drop = () => {
          log.push("encoder")
          super.drop?.()
        }
      }
      const codecs = yield* CodecChoice.make(Effect.succeed({ Decoder: LoggedDecoder, Encoder: LoggedEncoder }))
      const scope = yield* Scope.make()
      yield* Scope.provide(codecs.decoder(opus, 16_000), scope)
      yield* Scope.provide(codecs.encoder(opus, { sampleRate: 16_000 }), scope)
      expect(log).toEqual([])
      yield* Scope.close(scope, Exit.void)
      expect(log.toSorted()).toEqual(["decoder", "encoder"])
    }))

  it.effect("another number of samples than the duration has, is a DecodeError", () =>
    Effect.gen(function*() {
      for (const samples of [0, 319, 321, 2_880]) {
        const codecs = yield* CodecChoice.make(Effect.succeed(libraryWith(() => new Uint8Array(2 * samples))))
        const { decode } = yield* codecs.decoder(opus, 16_000)
        const error = yield* Effect.flip(decode(packet))
        expect(error).toBeInstanceOf(AudioCodec.DecodeError)
        expect(error.detail).toBe(`libopus decoded ${samples} samples from 960 ticks`)
      }
    }))

  it.effect("what the library throws is a DecodeError, and malformed packets do not reach it", () =>
    Effect.gen(function*() {
      let calls = 0
      const codecs = yield* CodecChoice.make(Effect.succeed(libraryWith(() => {
        calls++
        throw new Error("InternalError")
      })))
      const { decode } = yield* codecs.decoder(opus, 16_000)
      expect((yield* Effect.flip(decode(packet))).detail).toBe("libopus says Error: InternalError")
      expect(calls).toBe(1)
      for (const malformed of [new Uint8Array(0), Uint8Array.of(0x0b, 7), new Uint8Array(8_193)]) {
        yield* Effect.flip(decode(malformed))
      }
      expect(calls).toBe(1)
    }))
})
