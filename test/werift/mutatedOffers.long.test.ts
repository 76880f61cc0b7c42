/**
 * Changed offers: each has an answer or a typed error, in any state of the connection. `npm run attack` plays more of them.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { expect, test } from "vitest"
import * as Codecs from "../../src/werift/internal/Codecs.ts"
import * as Offer from "../../src/werift/internal/Offer.ts"
import { makeRandom, mutate } from "./MutatedSdp.ts"
import { openSfu, openSubscriber, receiveTexts, unhandledErrors, untilState } from "./Sfu.ts"

const publish = Effect.gen(function*() {
  const sfu = yield* openSfu
  const voice = sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
  sfu.publish("video", "alice:TRACK_TYPE_VIDEO:x")
  sfu.publish("video", "bob:TRACK_TYPE_VIDEO:x")
  return { sfu, voice, sdp: yield* sfu.offer() }
})

const seeds = Number(process.env["MUTATED_OFFERS"] ?? 100)

describe("A changed offer", () => {
  it.live(
    "has an answer or a typed error, and an honest one is answered before and after",
    () =>
      Effect.gen(function*() {
        const errors = yield* unhandledErrors
        const { sdp, sfu, voice } = yield* publish
        const subscriber = yield* openSubscriber()
        const { media, sdp: answer } = yield* subscriber.answer(sdp)
        yield* sfu.accept(answer)
        yield* untilState(subscriber, "connected")
        yield* receiveTexts(media[0]!, () => voice.send("alice"), 1)
        for (let seed = 0; seed < seeds; seed++) {
          const fresh = yield* openSubscriber()
          for (const text of [mutate(sdp, makeRandom(2 * seed)), mutate(sdp, makeRandom(2 * seed + 1))]) {
            const exit = yield* Effect.exit(fresh.answer(text))
            if (Exit.isFailure(exit)) assert.match(String(exit.cause), /NegotiationError/, `seed ${seed}`)
          }
        }
        assert.deepStrictEqual(errors, [])
        assert.isTrue(Exit.isSuccess(yield* Effect.exit(subscriber.answer(sdp))))
      })
  )
})

test("the parser of an offer throws errors with a short message, and no TypeError", () => {
  const sdp = [
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1",
    ...["0", "1"].map((mid) =>
      [
        "m=video 9 UDP/TLS/RTP/SAVPF 97 98\r\nc=IN IP4 0.0.0.0\r\na=sendonly\r\na=rtpmap:97 VP8/90000",
        `a=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=97\r\na=rtcp-fb:97 nack\r\na=msid:owner-${mid} x\r\na=mid:${mid}`,
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=ssrc:1 cname:x\r\na=ssrc-group:FID 1 2",
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AB:CD\r\na=setup:actpass",
        "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=end-of-candidates"
      ].join("\r\n")
    )
  ].join("\r\n")
  const options = { loopbackOnly: true, mLines: 0, receives: Codecs.receives }
  expect(Offer.parse(sdp, options).sending.length).toBe(2)
  for (let seed = 0; seed < 50 * seeds; seed++) {
    try {
      Offer.parse(mutate(sdp, makeRandom(seed)), options)
    } catch (error) {
      expect(error, `seed ${seed}`).not.toBeInstanceOf(TypeError)
      expect(error, `seed ${seed}`).not.toBeInstanceOf(RangeError)
    }
  }
})
