import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import * as FvadDetector from "../../src/media/internal/FvadDetector.ts"
import * as FvadLibrary from "../../src/media/internal/FvadLibrary.ts"

it.effect("the memory of a voice detector is freed when its scope closes: ten thousand of them take that of one", () =>
  Effect.gen(function*() {
    const library = yield* FvadLibrary.load
    const use = Effect.scoped(
      Effect.map(FvadDetector.make(library, 2, 48_000), (isSpeech) => isSpeech(new Int16Array(960)))
    )
    yield* use
    const before = library.HEAP16.length
    // Each has 2,880 bytes for samples and some hundreds for itself: without freeing, 16 MB are not enough.
    yield* Effect.forEach(Array.from({ length: 10_000 }), () => use, { discard: true })
    expect(library.HEAP16.length).toBe(before)
    const addresses = new Set<number>()
    for (let round = 0; round < 100; round++) {
      yield* use
      const address = library._malloc(16)
      addresses.add(address)
      library._free(address)
    }
    expect(addresses.size).toBe(1)
  }))
