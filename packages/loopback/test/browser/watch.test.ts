/**
 * What the test's own program sees in a page: what an element shows now, and nothing that another element showed before.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { listen } from "../../../../test/support/httpServer.ts"
import { Chromium, openWatched } from "./Browser.ts"

const emptyDocument = Effect.map(
  listen((_, response) => void response.setHeader("content-type", "text/html").end("<body>")),
  ({ url }) => `${url}/`
)

layer(Chromium.layer, { excludeTestServices: true, timeout: "1 minute" })((it) => {
  it.effect("a video that has a width and no frame yet has no colour, and does not get that of another video", () =>
    Effect.gen(function*() {
      const page = yield* openWatched({ name: "ada", colours: ["red", "cyan"], tones: [400, 1_600] })
      const evaluate = <A>(script: string): Effect.Effect<A> => Effect.promise(() => page.evaluate<A>(script))
      const seen = evaluate<ReadonlyArray<string>>("observed.now()")
      yield* Effect.flatMap(emptyDocument, (url) => Effect.promise(() => page.goto(url)))
      yield* evaluate(`(() => {
        globalThis.show = (type, track) => {
          document.body.insertAdjacentHTML("beforeend",
            '<div class="tile" data-user="bob" data-picture><video muted data-type="' + type + '"></video></div>')
          const video = document.querySelector('[data-type="' + type + '"]')
          video.srcObject = new MediaStream([track])
          video.play().catch(() => {})
          return video
        }
      })()`)
      yield* evaluate(`navigator.mediaDevices.getDisplayMedia().then((stream) => {
        show("Video", stream.getVideoTracks()[0])
      })`)
      yield* Effect.repeat(seen, {
        schedule: Schedule.spaced("50 millis"),
        until: (signs) => signs.includes("bob Video: cyan")
      })
      // Chromium reports the width of the first frame before `readyState` is HAVE_CURRENT_DATA, and until then `drawImage`
      // draws nothing. This track never has a frame: the element stays in that moment.
      yield* evaluate(`(() => {
        const { receiver } = new RTCPeerConnection().addTransceiver("video")
        const video = show("ScreenShare", receiver.track)
        Object.defineProperties(video, { videoWidth: { value: 160 }, videoHeight: { value: 120 } })
      })()`)
      assert.deepStrictEqual(yield* seen, ["bob Video: cyan"])
      assert.deepStrictEqual(yield* seen, ["bob Video: cyan"])
    }).pipe(Effect.scoped))
})
