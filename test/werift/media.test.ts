/**
 * Whose packets are whose, over ICE, DTLS and SRTP on 127.0.0.1.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { marksOf, only, openSfu, openSubscriber, until } from "./Sfu.ts"

it.live("an m-line that sends is told with its stream id, its kind and its codecs, and its packets come as they are", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const alice = sfu.publish("video", "alice:TRACK_TYPE_VIDEO:x")
    const media = only(yield* sfu.exchange(subscriber))
    assert.deepInclude(media, { mid: "0", kind: "video", streamId: "alice:TRACK_TYPE_VIDEO:x" })
    assert.deepStrictEqual(media.codecs, [{ payloadType: 97, name: "VP8", clockRate: 90000 }])
    yield* until(subscriber, "connected")
    assert.deepStrictEqual(yield* marksOf(media, () => alice.send("alice"), 3), ["alice", "alice", "alice"])
  }))
