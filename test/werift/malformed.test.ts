/**
 * Malformed offers: each is rejected with its reason, or repaired, and the next offer is answered.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { openCall, opus } from "./AnsweringSfu.ts"
import { openSfu, openSubscriber, receiveTexts, unhandledErrors, untilState } from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"

const without = (lines: RegExp) => (sdp: string): string => sdp.replace(lines, "")

/**
 * The name of a defect, how it changes a good offer, and the reason why the offer fails, or the m-lines that are rejected
 * by themselves. Empty: the defect is repaired.
 */
const defects: ReadonlyArray<readonly [string, (sdp: string) => string, RegExp | ReadonlyArray<number>]> = [
  ["an empty string", () => "", /not an SDP/],
  ["blanks", () => "  \r\n\r\n", /not an SDP/],
  ["text", () => "hello world", /not an SDP/],
  ["JSON", (sdp) => JSON.stringify({ type: "offer", sdp }), /not an SDP/],
  ["no version", without(/^v=0\r\n/), /not an SDP/],
  ["a session without m-lines", (sdp) => sdp.slice(0, sdp.indexOf("m=")), /m-lines where there were/],
  ["a truncated m-line", (sdp) => sdp.slice(0, sdp.lastIndexOf("m=")), /m-lines where there were/],
  ["an m-line without ports", (sdp) => sdp.replace(/m=video \d+ \S+.*/, "m=video"), [1]],
  ["an m-line of another kind", (sdp) => sdp.replace("m=video", "m=holography"), [1]],
  ["no mid", without(/a=mid:0\r\n/), [0]],
  ["an empty mid", (sdp) => sdp.replace("a=mid:0", "a=mid:"), [0]],
  ["the same mid twice", (sdp) => sdp.replace("a=mid:1", "a=mid:0"), [0, 1]],
  ["no ICE credentials", without(/a=ice-(ufrag|pwd).*\r\n/g), /./],
  ["an ICE password without a ufrag", without(/a=ice-ufrag.*\r\n/g), /./],
  ["no fingerprint", without(/a=fingerprint.*\r\n/g), /no DTLS fingerprint/],
  ["no setup", without(/a=setup.*\r\n/g), /no a=setup/],
  ["a candidate of one word", (sdp) => `${sdp}a=candidate:garbage\r\n`, []],
  ["a candidate without a value", (sdp) => `${sdp}a=candidate\r\n`, []],
  ["a feedback without a payload type", (sdp) => `${sdp}a=rtcp-fb\r\n`, []],
  ["parameters of a payload type that is not mapped", (sdp) => `${sdp}a=fmtp:111 minptime=10\r\n`, []],
  [
    "a payload type that is not a number",
    (sdp) => sdp.replace("a=rtpmap:97", "a=rtpmap:none"),
    [1]
  ],
  ["no payload types", without(/a=rtpmap.*\r\n/g), [0, 1]],
  ["no BUNDLE group", without(/a=group:BUNDLE.*\r\n/), /BUNDLE/],
  [
    "line feeds without carriage returns, and blanks at the ends of lines",
    (sdp) => sdp.replaceAll("\r\n", "  \n"),
    []
  ],
  ["a megabyte of noise", (sdp) => `${sdp}a=${"x".repeat(1_000_000)}\r\n`, [1]]
]

describe("Malformed offers", () => {
  it.live("a malformed offer fails with its reason, or is repaired, or loses the malformed m-line, and the call continues", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const voice = sfu.publish("audio", alice)
      const camera = sfu.publish("video", alice)
      let media = yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      for (const [name, damage, outcome] of defects) {
        const exit = yield* Effect.exit(subscriber.answer(damage(yield* sfu.offer())))
        if (outcome instanceof RegExp) assert.match(String(Exit.isFailure(exit) && exit.cause), outcome, name)
        const rejected = outcome instanceof RegExp ? [] : outcome
        if (Exit.isSuccess(exit)) {
          assert.deepStrictEqual(exit.value.media, media.filter((_, n) => !rejected.includes(n)), name)
          assert.strictEqual(exit.value.sdp.match(/^m=\S+ 0 /gm)?.length ?? 0, rejected.length, name)
        } else assert.instanceOf(outcome, RegExp, name)
        yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
        const after = yield* sfu.exchange(subscriber)
        assert.deepStrictEqual(
          after.map((one, n) => one === media[n]),
          media.map((_, n) => !rejected.includes(n)),
          name
        )
        media = after
        yield* receiveTexts(media[0]!, () => voice.send("alice"), 1)
        yield* receiveTexts(media[1]!, () => camera.send("alice"), 1)
      }
      assert.deepStrictEqual(errors, [])
    }))

  it.live("after a malformed first offer the next offer is answered", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      sfu.publish("audio", alice)
      sfu.publish("video", alice)
      const good = yield* sfu.offer()
      for (const [name, damage] of defects) {
        const subscriber = yield* openSubscriber()
        const exit = yield* Effect.exit(subscriber.answer(damage(good)))
        if (Exit.isFailure(exit)) assert.match(String(exit.cause), /NegotiationError/, name)
        const next = yield* Effect.exit(subscriber.answer(good))
        assert.isTrue(Exit.isSuccess(next), name)
      }
      assert.deepStrictEqual(errors, [])
    }))

  it.live("an answer whose m-line maps no payload type fails", () =>
    Effect.gen(function*() {
      const { publisher, sfu } = yield* openCall
      yield* publisher.addTrack({ kind: "audio", codec: opus })
      const exchange = (offer: { readonly sdp: string }) => Effect.map(sfu.answer(offer), without(/a=rtpmap.*\r\n/g))
      const exit = yield* Effect.exit(publisher.negotiate({ exchange }))
      assert.match(String(Exit.isFailure(exit) && exit.cause), /m-line 0 maps no payload type/)
    }))
})
