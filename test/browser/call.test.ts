/**
 * Browsers in a call of the loopback SFU: everybody is seen and heard as who they are, and nobody as anybody else.
 */
import { assert, layer } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver/loopback"
import * as Effect from "effect/Effect"
import { Chromium, enter, perception } from "./Browser.ts"
import type { Person, PersonOptions } from "./Browser.ts"

type Look = Omit<PersonOptions, "url">

const ada: Look = { name: "ada", colours: ["red", "cyan"], tones: [400, 1_600] }
const bob: Look = { name: "bob", colours: ["green", "magenta"], tones: [700, 2_200] }
const carol: Look = { name: "carol", colours: ["blue", "yellow"], tones: [1_100, 2_900] }

const device: ReadonlyArray<TrackType> = ["Audio", "Video"]
const screen: ReadonlyArray<TrackType> = ["ScreenShare", "ScreenShareAudio"]

/** What a page must have perceived by the end: of each of the others what they published, each as their own. */
const only = (...published: ReadonlyArray<readonly [Person, ReadonlyArray<TrackType>]>) =>
  published.flatMap(([person, types]) => types.map((type) => perception(person, type))).toSorted()

layer(Chromium.layer, { excludeTestServices: true, timeout: "1 minute" })((it) => {
  it.effect("each page shows and plays of each other one what is theirs, and never anybody else's", () =>
    Effect.gen(function*() {
      const { pageUrl: url } = yield* LoopbackSfu
      const [a, b, c] = yield* Effect.all([enter({ ...ada, url }), enter({ ...bob, url }), enter({ ...carol, url })])
      for (const [one, other] of [[a, b], [a, c], [b, a], [b, c], [c, a], [c, b]] as const) {
        yield* one.perceives(other, ...device)
      }
      yield* b.click("screen")
      yield* c.click("screen")
      for (const [one, other] of [[a, b], [a, c], [b, c], [c, b]] as const) yield* one.perceives(other, ...screen)

      yield* b.click("microphone")
      yield* a.misses(b, "Audio")
      yield* c.click("camera")
      yield* a.misses(c, "Video")
      yield* c.click("screen")
      yield* a.misses(c, ...screen)
      yield* a.perceives(b, "Video", ...screen)
      yield* b.click("microphone")
      yield* c.click("camera")
      yield* c.click("screen")
      yield* a.perceives(b, ...device, ...screen)
      yield* a.perceives(c, ...device, ...screen)

      const everything = [...device, ...screen]
      assert.deepStrictEqual(yield* a.perceived, only([b, everything], [c, everything]))
      assert.deepStrictEqual(yield* b.perceived, only([a, device], [c, everything]))
      assert.deepStrictEqual(yield* c.perceived, only([a, device], [b, everything]))
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))
})
