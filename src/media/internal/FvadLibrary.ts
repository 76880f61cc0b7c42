/**
 * The voice activity detection of WebRTC, from `@echogarden/fvad-wasm`. The parts of it that this library uses.
 */
import type * as Effect from "effect/Effect"
import type { MissingPackageError } from "../MissingPackageError.ts"
import * as OptionalPackage from "./OptionalPackage.ts"

/** An instance of the WASM. Addresses are in bytes. */
export interface FvadLibrary {
  /** A view of the whole memory. Another one after the memory has grown. */
  readonly HEAP16: Int16Array
  readonly _malloc: (bytes: number) => number
  readonly _free: (address: number) => void
  /** The address of a detector, or 0 without memory. */
  readonly _fvad_new: () => number
  readonly _fvad_free: (detector: number) => void
  readonly _fvad_set_mode: (detector: number, mode: number) => number
  readonly _fvad_set_sample_rate: (detector: number, sampleRate: number) => number
  /** 1 with speech, 0 without, -1 if the number of samples is wrong. */
  readonly _fvad_process: (detector: number, samples: number, length: number) => number
}

interface Package {
  readonly default: () => Promise<FvadLibrary>
}

/** Each run makes an instance, with a memory of its own. */
export const load: Effect.Effect<FvadLibrary, MissingPackageError> = OptionalPackage.load(
  "@echogarden/fvad-wasm",
  async () => {
    const { default: instantiate } = await (import("@echogarden/fvad-wasm" as string) as Promise<Package>)
    return instantiate()
  }
)
