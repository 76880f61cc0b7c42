/**
 * Media of tracks: to hear people as PCM, to see them as pictures, to speak, and to record.
 *
 * @stability stable
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export * as AudioCodec from "./AudioCodec.ts"
export * as AudioLevel from "./AudioLevel.ts"
export * as Frames from "./Frames.ts"
export * from "./MissingPackageError.ts"
export * as Pcm from "./Pcm.ts"
export * as Recorder from "./Recorder.ts"
export * as Speaker from "./Speaker.ts"
export * as Speech from "./Speech.ts"
export * as Vad from "./Vad.ts"
export * as VideoCodec from "./VideoCodec.ts"
