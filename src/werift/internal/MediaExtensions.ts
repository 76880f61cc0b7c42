/**
 * What the header extensions of a packet (RFC 8285) say about its media. Pure.
 *
 * The contents come from the sender, and the ids from the SFU, for each m-line. An element that does not have the length of its
 * format says nothing.
 */
import type { RtpAudioLevel, RtpCaptureTime, RtpVideoOrientation } from "../../edge/PeerConnection.ts"
import type { Extension } from "./HeaderExtension.ts"

export const audioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
export const videoOrientationUri = "urn:3gpp:video-orientation"
export const captureTimeUri = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

/** The ids of an m-line's `a=extmap` lines. `undefined`: the m-line does not have the extension. */
export interface MediaExtensionIds {
  readonly audioLevel: number | undefined
  readonly videoOrientation: number | undefined
  readonly captureTime: number | undefined
}

/** RFC 6464, section 3: the first bit is the voice activity, and the others are the level, in -dBov. */
export const audioLevelOf = (
  extensions: ReadonlyArray<Extension>,
  id: MediaExtensionIds["audioLevel"]
): RtpAudioLevel | undefined => {
  const bytes = bytesOf(extensions, id)
  if (bytes?.length !== 1) return undefined
  return { level: 0 - (bytes[0]! & 0x7f), hasVoice: bytes[0]! >= 0x80 }
}

const rotations = [0, 90, 180, 270] as const

/** 3GPP TS 26.114, section 7.4.5: `0 0 0 0 C F R1 R0`. The bits before are reserved. */
export const videoOrientationOf = (
  extensions: ReadonlyArray<Extension>,
  id: MediaExtensionIds["videoOrientation"]
): RtpVideoOrientation | undefined => {
  const bytes = bytesOf(extensions, id)
  if (bytes?.length !== 1) return undefined
  const bits = bytes[0]!
  return { rotation: rotations[bits & 3]!, isFlipped: (bits & 4) !== 0, isBackCamera: (bits & 8) !== 0 }
}

/** 8 bytes: an NTP timestamp (RFC 5905, section 6). 16 bytes: then the offset, a signed number of 2^-32 seconds. */
export const captureTimeOf = (
  extensions: ReadonlyArray<Extension>,
  id: MediaExtensionIds["captureTime"]
): RtpCaptureTime | undefined => {
  const bytes = bytesOf(extensions, id)
  if (bytes?.length !== 8 && bytes?.length !== 16) return undefined
  const clockOffset = bytes.length === 8 ? undefined : millisOf(int32At(bytes, 8), uint32At(bytes, 12))
  return { capturedAt: unixMillisOf(uint32At(bytes, 0), uint32At(bytes, 4)), clockOffset }
}

/** Of the first element with this id. The elements of a packet are few, so a loop needs no memory. */
const bytesOf = (extensions: ReadonlyArray<Extension>, id: number | undefined): Uint8Array | undefined => {
  if (id === undefined) return undefined
  for (const extension of extensions) if (extension.id === id) return extension.payload
  return undefined
}

const int32At = (bytes: Uint8Array, at: number): number =>
  bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!

const uint32At = (bytes: Uint8Array, at: number): number => int32At(bytes, at) >>> 0

const millisOf = (seconds: number, fraction: number): number => seconds * 1_000 + fraction * 1_000 / 2 ** 32

/** From 1900, where NTP begins, to 1970, in seconds. */
const secondsTo1970 = 2_208_988_800

/** The 32 bits of the seconds start again in 2036: without the first bit they count from there (RFC 4330, section 3). */
const unixMillisOf = (seconds: number, fraction: number): number =>
  millisOf(seconds + (seconds < 2 ** 31 ? 2 ** 32 : 0) - secondsTo1970, fraction)
