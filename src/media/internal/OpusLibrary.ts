/**
 * The two builds of libopus in `@evan/opus`: a native addon, and WASM. The parts of them that this library uses.
 */
import type * as Effect from "effect/Effect"
import type { SampleRate } from "../AudioCoder.ts"
import type { MissingPackageError } from "../MissingPackageError.ts"
import * as OptionalPackage from "./OptionalPackage.ts"

/** Frees the state. The addon has none: V8 frees the state with the object. */
interface Droppable {
  readonly drop?: () => void
}

export interface OpusDecoder extends Droppable {
  /** Little-endian samples of 16 bits, in an array of their own. Throws if libopus refuses the packet. */
  readonly decode: (packet: Uint8Array) => Uint8Array
}

export interface OpusEncoder extends Droppable {
  /** The packet, in an array of its own. */
  readonly encode: (samples: Uint8Array) => Uint8Array
  /** A request of `opus_encoder_ctl` that sets a value. */
  readonly ctl: (request: number, value: number) => number
}

export interface OpusLibrary {
  readonly Decoder: new(options: { readonly channels: 1; readonly sample_rate: SampleRate }) => OpusDecoder
  readonly Encoder: new(
    options: { readonly channels: 1; readonly sample_rate: SampleRate; readonly application: "voip" }
  ) => OpusEncoder
}

export type Loading = Effect.Effect<OpusLibrary, MissingPackageError>

const load = (build: () => Promise<OpusLibrary>): Loading => OptionalPackage.load("@evan/opus", build)

/** The addon. The package itself takes its WASM where the addon does not load. */
export const native: Loading = load(() => import("@evan/opus" as string))

export const wasm: Loading = load(() => import("@evan/opus/wasm/index.mjs" as string))
