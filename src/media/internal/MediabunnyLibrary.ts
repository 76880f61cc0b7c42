/**
 * The writers of Ogg and WebM, from `mediabunny`. The parts of it that this library uses.
 */
import type * as Effect from "effect/Effect"
import type { MissingPackageError } from "../MissingPackageError.ts"
import * as OptionalPackage from "./OptionalPackage.ts"

/** One that is never read. */
interface Opaque {
  readonly _: unique symbol
}

/** As WebCodecs' `AudioDecoderConfig` and `VideoDecoderConfig`. */
export type DecoderConfig =
  | {
    readonly codec: string
    readonly sampleRate: number
    readonly numberOfChannels: number
    readonly description: Uint8Array
  }
  | { readonly codec: string; readonly codedWidth: number; readonly codedHeight: number }

export interface PacketSource {
  readonly add: (packet: Opaque, metadata: { readonly decoderConfig: DecoderConfig }) => Promise<void>
}

export interface Output {
  readonly addAudioTrack: (source: PacketSource) => void
  readonly addVideoTrack: (source: PacketSource) => void
  readonly start: () => Promise<void>
  readonly finalize: () => Promise<void>
}

export interface MediabunnyLibrary {
  readonly Output: new(options: { readonly format: Opaque; readonly target: Opaque }) => Output
  readonly OggOutputFormat: new(options: { readonly maximumPageDuration: number }) => Opaque
  readonly WebMOutputFormat: new(options: { readonly appendOnly: boolean }) => Opaque
  readonly AppendOnlyStreamTarget: new(writable: WritableStream<Uint8Array>) => Opaque
  readonly EncodedAudioPacketSource: new(codec: "opus") => PacketSource
  readonly EncodedVideoPacketSource: new(codec: "vp8" | "vp9") => PacketSource
  /** Times in seconds. */
  readonly EncodedPacket: new(data: Uint8Array, type: "key" | "delta", timestamp: number, duration: number) => Opaque
}

export const load: Effect.Effect<MediabunnyLibrary, MissingPackageError> = OptionalPackage.load(
  "mediabunny",
  () => import("mediabunny" as string) as Promise<MediabunnyLibrary>
)
