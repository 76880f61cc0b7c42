/**
 * Samples of any rate: as many come out as their time has, and the tone stays.
 */
import { assert, describe, it } from "@effect/vitest"
import { MissingPackageError } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Resampler from "../../src/media/internal/Resampler.ts"

const sine = (rate: number, length: number) =>
  Int16Array.from({ length }, (_, index) => Math.round(10_000 * Math.sin(2 * Math.PI * 1_000 * index / rate)))

/** In pieces of this many samples. */
const convert = ({ finish, process }: Resampler.Resampler, samples: Int16Array, piece: number) => {
  const converted: Array<number> = []
  for (let at = 0; at < samples.length; at += piece) converted.push(...process(samples.subarray(at, at + piece)))
  converted.push(...finish())
  return converted
}

describe("a resampler", () => {
  for (
    const [from, to] of [[22_050, 24_000], [44_100, 48_000], [11_025, 16_000], [96_000, 48_000], [192_000, 48_000]]
  ) {
    it.effect(`converts ${from} to ${to} without losing a sample`, () =>
      Effect.gen(function*() {
        const resampler = yield* Resampler.make({ from: from!, to: to! }).pipe(Effect.orDie)
        for (const [length, piece] of [[from! >> 1, 441], [from! >> 1, from!], [12_345, 7], [1, 1], [0, 1]]) {
          const converted = convert(resampler, sine(from!, length!), piece!)
          assert.strictEqual(converted.length, Math.round(length! * to! / from!))
          const expected = sine(to!, converted.length)
          // The filter sees an edge at both ends.
          const worst = Math.max(
            0,
            ...converted.slice(100, -100).map((value, at) => Math.abs(value - expected[at + 100]!))
          )
          assert.isAtMost(worst, 10)
        }
      }))
  }

  it.effect("forgets with reset what was before", () =>
    Effect.gen(function*() {
      const resampler = yield* Resampler.make({ from: 22_050, to: 24_000 }).pipe(Effect.orDie)
      resampler.process(sine(22_050, 500))
      resampler.reset()
      assert.deepStrictEqual(convert(resampler, new Int16Array(441), 441), Array.from({ length: 480 }, () => 0))
    }))

  it.effect("frees its memory with its scope", () =>
    Effect.gen(function*() {
      const loaded: Promise<{ default: () => Promise<never> }> = import("@echogarden/speex-resampler-wasm" as string)
      const speex: { _malloc: (bytes: number) => number; _free: (pointer: number) => void } = yield* Effect.promise(
        async () => (await loaded).default()
      )
      const open = new Set<number>()
      const counting = {
        ...speex,
        _malloc: (bytes: number) => {
          const pointer = speex._malloc(bytes)
          open.add(pointer)
          return pointer
        },
        _free: (pointer: number) => {
          open.delete(pointer)
          speex._free(pointer)
        }
      } as never
      const scope = yield* Scope.make()
      const load = () => Promise.resolve({ default: () => Promise.resolve(counting) })
      yield* Resampler.make({ from: 22_050, to: 24_000 }, load).pipe(Scope.provide(scope), Effect.orDie)
      assert.strictEqual(open.size, 3)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(open.size, 0)
    }))

  it.effect("fails with the reason if its package is not installed", () =>
    Effect.gen(function*() {
      const failed = Resampler.make(
        { from: 22_050, to: 24_000 },
        () => Promise.reject(new Error("Cannot find package"))
      )
      assert.deepStrictEqual(
        yield* Effect.flip(failed),
        new MissingPackageError({ package: "@echogarden/speex-resampler-wasm", detail: "Cannot find package" })
      )
    }))
})
