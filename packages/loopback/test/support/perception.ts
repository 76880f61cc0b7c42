/**
 * What a consumer of tracks hears and sees. A busy machine may lose a connection, which ends a track: what follows is of the
 * track that the edge adds after it.
 */
import { assert } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { RemoteTrack, TrackType } from "effect-track-resolver"
import { Frames, Pcm } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { amplitudeOf } from "../../../../test/support/sound.ts"

const sampleRate = 16_000

/** A window of sound: the amplitude of each tone, where 1 is that of the loudest. */
type Amplitudes = ReadonlyMap<number, number>

/** Of the loudest sample. Softer sound is a pause of the sender. */
const audible = 0.1

/** Of the owner's amplitude: more than a click, or the codec of a busy sender, has at another tone. */
const foreign = 0.25

export interface Owner {
  readonly userId: string
  readonly trackType: TrackType
}

/** The first elements that the tracks of an owner give. */
export const take = Effect.fnUntraced(function*<A, E, R>(
  { trackType, userId }: Owner,
  count: number,
  of: (track: RemoteTrack) => Stream.Stream<A, E, R>
) {
  const edge = yield* StreamEdge
  const taken = yield* edge.tracks({ userId, trackType }).pipe(
    Stream.flatMap(of),
    Stream.take(count),
    Stream.runCollect
  )
  assert.lengthOf(taken, count, `${userId} ${trackType} goes on`)
  return taken
})

/** Windows of 60 ms in which a tone is audible. A busy machine delivers late: that is waited for, and not filled. */
const windowsOf = (tones: ReadonlyArray<number>) => (track: RemoteTrack) =>
  Pcm.stream(track, { sampleRate, frame: "60 millis", maxWait: "2 seconds" }).pipe(
    // After a loss a decoder needs some packets to find the sender's sound again.
    Stream.zipWithPrevious,
    Stream.filter(([previous, { filled }]) => filled === 0 && previous._tag === "Some" && previous.value.filled === 0),
    Stream.map(([, { samples }]): Amplitudes =>
      new Map(tones.map((tone) => [tone, amplitudeOf(samples, tone, sampleRate) / 32_768]))
    ),
    Stream.filter((amplitudes) => Math.max(...amplitudes.values()) > audible)
  )

/** Hears a third of a second of an owner's tone. Fails if another one of `tones` is in it. */
export const assertTone = Effect.fnUntraced(function*(owner: Owner, own: number, tones: ReadonlyArray<number>) {
  const name = `${owner.userId} ${owner.trackType}`
  for (const amplitudes of yield* take(owner, 5, windowsOf(tones))) {
    const loudness = amplitudes.get(own)!
    assert.isAbove(loudness, audible, `${name} has its own tone of ${own} Hz`)
    for (const [tone, amplitude] of amplitudes) {
      if (tone !== own) assert.isBelow(amplitude, foreign * loudness, `${name} has no tone of ${tone} Hz`)
    }
  }
})

/** In degrees, of red, green and blue. */
export const hueOf = ([r, g, b]: readonly [number, number, number]): number => {
  const [least, most] = [Math.min(r, g, b), Math.max(r, g, b)]
  const sector = most === r
    ? (g - b) / (most - least)
    : most === g
    ? 2 + (b - r) / (most - least)
    : 4 + (r - g) / (most - least)
  return (sector * 60 + 360) % 360
}

/** Of the upper left corner of each picture. */
const huesOf = (track: RemoteTrack) =>
  Frames.stream(track, { format: "RGBA", fps: 10, size: { width: 32, height: 32 } }).pipe(
    Stream.map(({ data }) => hueOf([data[0]!, data[1]!, data[2]!]))
  )

/** Sees five pictures of an owner. Fails if one has another hue, in degrees. */
export const assertHue = Effect.fnUntraced(function*(owner: Owner, own: number) {
  for (const hue of yield* take(owner, 5, huesOf)) {
    const distance = Math.abs((hue - own + 540) % 360 - 180)
    assert.isBelow(distance, 15, `${owner.userId} ${owner.trackType} has a hue of ${hue}, and not of ${own}`)
  }
})
