/**
 * Simulated participants in a browser's page: their pictures move, and their tones are heard.
 */
import { assert, layer } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { hues, toneOf, tones } from "../../src/Recordings.ts"
import type { PageUser } from "./Browser.ts"
import { Chromium, enter } from "./Browser.ts"

const observer = { name: "ada", colours: ["red", "cyan"], tones: [400, 1_600], scale: tones } as const

/**
 * What a video element of a tile shows; no width before its first frame. Colours are of a corner, which the picture leaves
 * alone.
 */
interface Picture {
  readonly width: number
  readonly frames: number
  readonly hue: number
  readonly pixels: ReadonlyArray<number>
}

const pictureOf = ({ page }: PageUser, userId: string, type: string): Effect.Effect<Picture> =>
  Effect.promise(() =>
    page.evaluate<Picture>(`(() => {
      const video = document.querySelector('[data-user="${userId}"] video[data-type="${type}"]')
      if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
        return { width: 0, frames: 0, hue: -1, pixels: [] }
      }
      const canvas = new OffscreenCanvas(32, 18)
      const context = canvas.getContext("2d", { willReadFrequently: true })
      context.drawImage(video, 0, 0, 32, 18)
      const pixels = Array.from(context.getImageData(0, 0, 32, 18).data)
      const [red, green, blue] = pixels.map((value) => value / 255)
      const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)]
      const sector = most === red ? (green - blue) / (most - least)
        : most === green ? 2 + (blue - red) / (most - least) : 4 + (red - green) / (most - least)
      return {
        width: video.videoWidth,
        frames: video.getVideoPlaybackQuality().totalVideoFrames,
        hue: (sector * 60 + 360) % 360,
        pixels
      }
    })()`)
  )

/** The largest difference of a pixel's channel. */
const differenceOf = (one: Picture, other: Picture): number =>
  Math.max(...one.pixels.map((value, index) => Math.abs(value - (other.pixels[index] ?? 0))))

const every100Millis = Schedule.spaced("100 millis")

/** Waits until the page decodes the video, and until its picture has changed. */
const moves = Effect.fnUntraced(function*(user: PageUser, userId: string, type: string) {
  const first = yield* Effect.repeat(pictureOf(user, userId, type), {
    schedule: every100Millis,
    until: ({ width }) => width > 0
  })
  return yield* Effect.repeat(pictureOf(user, userId, type), {
    schedule: every100Millis,
    until: (picture) => picture.frames > first.frames + 10 && differenceOf(first, picture) > 40
  })
})

layer(Chromium.layer, { excludeTestServices: true, timeout: "1 minute" })((it) => {
  it.effect("pictures of simulated participants move, and their tones are heard, each under its owner's name", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const users = ["alice", "bob"] as const
      for (const userId of users) {
        const participant = yield* sfu.participant({ userId, profile: { name: `${userId} the Great` } })
        yield* participant.publish("Audio")
        yield* participant.publish("Video")
        if (userId === "alice") {
          yield* participant.publish("ScreenShare")
          yield* participant.publish("ScreenShareAudio")
        }
      }
      const a = yield* enter({ ...observer, url: sfu.pageUrl })
      for (const [voice, userId] of users.entries()) {
        const { hue, width } = yield* moves(a, userId, "Video")
        assert.strictEqual(width, 320)
        assert.closeTo(hue, hues[voice]!, 15, `the background of ${userId}`)
      }
      assert.strictEqual((yield* moves(a, "alice", "ScreenShare")).width, 480)
      for (const userId of users) {
        const tile = a.page.locator(`#people [data-user=${userId}]`)
        assert.include(yield* Effect.promise(() => tile.innerText()), `${userId} the Great`)
        // They speak in turns.
        yield* Effect.promise(() => a.page.locator(`#people [data-user=${userId}][data-speaking]`).waitFor())
        yield* Effect.promise(() => a.page.locator(`#people [data-user=${userId}]:not([data-speaking])`).waitFor())
      }
      const heard = [
        `alice Audio: ${toneOf("Audio", 0)} Hz`,
        `alice ScreenShareAudio: ${toneOf("ScreenShareAudio", 0)} Hz`,
        `bob Audio: ${toneOf("Audio", 1)} Hz`
      ]
      const ever = yield* Effect.repeat(a.observed, {
        schedule: every100Millis,
        until: (ever) => heard.every((tone) => ever.includes(tone))
      })
      assert.deepStrictEqual(ever.filter((sign) => sign.includes("Hz")), heard)
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))
})
