/**
 * Converts samples to a rate that encoders take, by SpeexDSP's resampler compiled to WebAssembly. It keeps state from call
 * to call: a stream may be cut anywhere.
 *
 * The resampler looks ahead some samples, so its output is late by as many. `finish` has the rest.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { MissingPackageError } from "../MissingPackageError.ts"
import * as OptionalPackage from "./OptionalPackage.ts"
import { concat } from "./TypedArrays.ts"

export interface Resampler {
  readonly process: (samples: Int16Array) => Int16Array
  /**
   * The rest of the output. With it there are exactly `samples * to / from` of them, rounded. What is processed next does not
   * depend on what was before.
   */
  readonly finish: () => Int16Array
  /** Forgets the rest of the output. */
  readonly reset: () => void
}

/** In samples per second. */
export interface Rates {
  readonly from: number
  readonly to: number
}

/** Of equal rates. */
const none: Resampler = {
  process: (samples) => samples,
  finish: () => new Int16Array(0),
  reset: () => {}
}

type Pointer = number

/** Emscripten's module, and what the package exports of `speex_resampler.h`. All lengths are in samples. */
interface Speex {
  /** Others after the memory has grown. */
  readonly HEAP16: Int16Array
  readonly HEAPU32: Uint32Array
  readonly _malloc: (bytes: number) => Pointer
  readonly _free: (pointer: Pointer) => void
  readonly _speex_resampler_init: (
    channels: number,
    from: number,
    to: number,
    quality: number,
    error: Pointer
  ) => Pointer
  readonly _speex_resampler_destroy: (state: Pointer) => void
  readonly _speex_resampler_get_input_latency: (state: Pointer) => number
  readonly _speex_resampler_skip_zeros: (state: Pointer) => number
  readonly _speex_resampler_reset_mem: (state: Pointer) => number
  /** Reads the lengths of input and output, and replaces them with what it has consumed and written. */
  readonly _speex_resampler_process_int: (
    state: Pointer,
    channel: number,
    input: Pointer,
    inputLength: Pointer,
    output: Pointer,
    outputLength: Pointer
  ) => number
}

interface Package {
  readonly default: () => Promise<Speex>
}

/** From 0 to 10. SpeexDSP's own default for a desktop. */
const quality = 5

const channels = 1

const samplesPerCall = 1_024

const importPackage = (): Promise<Package> => import("@echogarden/speex-resampler-wasm" as string)

/** The memory is freed when the scope closes; the resampler must not be used after that. `importing` is for tests. */
export const make = (
  rates: Rates,
  importing: () => Promise<Package> = importPackage
): Effect.Effect<Resampler, MissingPackageError, Scope.Scope> =>
  rates.from === rates.to
    ? Effect.succeed(none)
    : Effect.flatMap(
      OptionalPackage.load("@echogarden/speex-resampler-wasm", async () => (await importing()).default()),
      (speex) => Effect.map(Effect.acquireRelease(Effect.sync(() => open(speex, rates)), close), resampler)
    )

interface State extends Rates {
  readonly speex: Speex
  readonly pointer: Pointer
  readonly input: Pointer
  readonly output: Pointer
  readonly outputSize: number
  readonly inputLength: Pointer
  readonly outputLength: Pointer
  /** Since the beginning or the last `finish` or `reset`. */
  given: number
  produced: number
}

const open = (speex: Speex, { from, to }: Rates): State => {
  const lengths = speex._malloc(2 * Uint32Array.BYTES_PER_ELEMENT)
  const pointer = speex._speex_resampler_init(channels, from, to, quality, lengths)
  speex._speex_resampler_skip_zeros(pointer)
  // One more than a call can write, and the rounding.
  const outputSize = Math.ceil(samplesPerCall * to / from) + 2
  return {
    speex,
    from,
    to,
    pointer,
    input: speex._malloc(samplesPerCall * Int16Array.BYTES_PER_ELEMENT),
    output: speex._malloc(outputSize * Int16Array.BYTES_PER_ELEMENT),
    outputSize,
    inputLength: lengths,
    outputLength: lengths + Uint32Array.BYTES_PER_ELEMENT,
    given: 0,
    produced: 0
  }
}

const close = ({ input, inputLength, output, pointer, speex }: State): Effect.Effect<void> =>
  Effect.sync(() => {
    speex._speex_resampler_destroy(pointer)
    for (const memory of [input, output, inputLength]) speex._free(memory)
  })

const resampler = (state: State): Resampler => ({
  process: (samples) => {
    state.given += samples.length
    const produced = run(state, samples)
    state.produced += produced.length
    return produced
  },
  finish: () => {
    const { from, given, pointer, produced, speex, to } = state
    const rest = run(state, new Int16Array(speex._speex_resampler_get_input_latency(pointer)))
    reset(state)
    return rest.slice(0, Math.max(0, Math.round(given * to / from) - produced))
  },
  reset: () => reset(state)
})

const reset = (state: State): void => {
  const { pointer, speex } = state
  speex._speex_resampler_reset_mem(pointer)
  speex._speex_resampler_skip_zeros(pointer)
  state.given = 0
  state.produced = 0
}

const run = (state: State, samples: Int16Array): Int16Array => {
  const { input, inputLength, output, outputLength, outputSize, pointer, speex } = state
  const pieces: Array<Int16Array> = []
  for (let consumed = 0; consumed < samples.length;) {
    const piece = samples.subarray(consumed, consumed + samplesPerCall)
    speex.HEAP16.set(piece, input / Int16Array.BYTES_PER_ELEMENT)
    speex.HEAPU32[inputLength / Uint32Array.BYTES_PER_ELEMENT] = piece.length
    speex.HEAPU32[outputLength / Uint32Array.BYTES_PER_ELEMENT] = outputSize
    speex._speex_resampler_process_int(pointer, 0, input, inputLength, output, outputLength)
    consumed += speex.HEAPU32[inputLength / Uint32Array.BYTES_PER_ELEMENT]!
    const written = speex.HEAPU32[outputLength / Uint32Array.BYTES_PER_ELEMENT]!
    const from = output / Int16Array.BYTES_PER_ELEMENT
    pieces.push(speex.HEAP16.slice(from, from + written))
  }
  return concat(Int16Array, pieces)
}
