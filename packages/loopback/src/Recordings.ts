/**
 * What simulated participants send: tones in Opus and moving pictures in VP8, each a loop without a seam.
 * `scripts/record.ts` makes the files.
 */
import type { TrackType } from "effect-track-resolver"
import { readFileSync } from "node:fs"
import * as Ivf from "./Ivf.ts"

/** In hertz: far enough apart that a jitter buffer, which plays faster or slower, does not turn one into another. */
export const tones: ReadonlyArray<number> = [262, 330, 392, 494, 587, 740]

/** The hue of the picture of each camera, in degrees. A voice has the tone and the camera of the same index. */
export const hues: ReadonlyArray<number> = [160, 265, 20, 210, 330, 70]

/** The amplitude of each tone: 1 is the loudest. */
export const toneAmplitude = 0.25

/** The level of each tone (RFC 6464): how far its RMS is below the loudest, in dB. */
export const toneLevel = Math.round(-20 * Math.log10(toneAmplitude / Math.SQRT2))

/** In bytes: a frame is sent as one RTP packet, with its mark. */
export const largestFrame = 1_000

/** In frames a second, of Opus and of VP8. */
export const rates = { audio: 50, video: 30 } as const

export const toneName = (hertz: number): string => `tone-${hertz}`

export const cameraName = (hue: number): string => `camera-${hue}`

export const screenName = "screen"

const loaded = new Map<string, Ivf.Recording>()

/** Each file is read once, by its first use. */
const load = (name: string): Ivf.Recording => {
  const recording = loaded.get(name) ?? Ivf.parse(readFileSync(new URL(`recordings/${name}.ivf`, import.meta.url)))
  loaded.set(name, recording)
  return recording
}

const at = <A>(list: ReadonlyArray<A>, index: number): A => list[index % list.length]!

/** The tone of a screen's sound differs from that of the microphone. */
export const toneOf = (trackType: "Audio" | "ScreenShareAudio", voice: number): number =>
  at(tones, trackType === "Audio" ? voice : voice + 3)

/** `voice` numbers the users of a call from 0. */
export const recordingOf = (trackType: TrackType, voice: number): Ivf.Recording => {
  switch (trackType) {
    case "Audio":
    case "ScreenShareAudio":
      return load(toneName(toneOf(trackType, voice)))
    case "Video":
      return load(cameraName(at(hues, voice)))
    case "ScreenShare":
      return load(screenName)
  }
}
