/**
 * libwebrtc accepts an offer in which every media section has port 0, and the media of the sections after it.
 */
import { it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Peer from "./Peer.ts"

it.live("a libwebrtc subscriber decodes a tone again after all media sections have stopped", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const subscriber = yield* Peer.join("subscriber")
    const speaker = yield* Peer.join("speaker")
    yield* speaker.publish("Audio", { kind: "audio", tone: 440 })
    const heard = (after: number) =>
      subscriber.untilReports((reports) => reports.slice(after).filter(({ _tag }) => _tag === "Heard").length >= 5)
    yield* heard(0)
    yield* sfu.control.configure({ implicitAudio: false })
    // Without a subscription the only section stops, and no other section follows.
    yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 0)
    yield* sfu.control.configure({ implicitAudio: true })
    yield* heard(subscriber.reports().length)
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ retiredSection: "stopped" }))))
