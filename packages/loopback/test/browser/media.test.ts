/**
 * Pages of a Chromium publish: an agent hears each tone and sees each colour under its owner's name, and no other.
 */
import { layer } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { AudioCodec, VideoCodec } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { assertHue, assertTone } from "../support/perception.ts"
import { agentLayer } from "./Agent.ts"
import type { PageOptions } from "./Browser.ts"
import { Chromium, enter, tones } from "./Browser.ts"

/** In degrees. */
const hues = { red: 0, yellow: 60, green: 120, cyan: 180, blue: 240, magenta: 300 } as const

type UserOptions = Omit<PageOptions, "url">

const users: ReadonlyArray<UserOptions> = [
  { name: "ada", colours: ["red", "cyan"], tones: [400, 1_600] },
  { name: "bob", colours: ["green", "magenta"], tones: [700, 2_200] }
]

const trackTypes = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"] as const

const check = ({ colours, name: userId, tones: [microphone, screen] }: UserOptions, trackType: TrackType) => {
  switch (trackType) {
    case "Audio":
      return assertTone({ userId, trackType }, microphone, tones)
    case "ScreenShareAudio":
      return assertTone({ userId, trackType }, screen, tones)
    case "Video":
      return assertHue({ userId, trackType }, hues[colours[0]])
    case "ScreenShare":
      return assertHue({ userId, trackType }, hues[colours[1]])
  }
}

/** In milliseconds: a busy machine connects slowly, and each lost request of a key frame takes a second. */
const longest = 300_000

layer(Chromium.layer, { excludeTestServices: true, timeout: "1 minute" })((it) => {
  it.effect(
    "an agent hears the tone and sees the colour of each track of a page, and no other",
    () =>
      Effect.gen(function*() {
        const { pageUrl: url } = yield* LoopbackSfu
        yield* Effect.forEach(users, (user) =>
          Effect.gen(function*() {
            const page = yield* enter({ ...user, url })
            yield* page.click("screen")
          }), { discard: true })
        const all = users.flatMap((user) => trackTypes.map((trackType) => check(user, trackType)))
        yield* Effect.all(all, { concurrency: "unbounded", discard: true })
      }).pipe(
        Effect.scoped,
        Effect.provide([
          Layer.provideMerge(agentLayer, LoopbackSfu.layer()),
          AudioCodec.AudioCodecs.layer,
          VideoCodec.VideoCodecs.layer
        ])
      ),
    longest
  )
})
