/**
 * Malformed offers: each is rejected with its reason, or repaired, and the next offer is answered.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { openSfu, openSubscriber, receiveTexts, unhandledErrors, untilState } from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"

const without = (lines: RegExp) => (sdp: string): string => sdp.replace(lines, "")

/**
 * The name of a defect, how it changes a good offer, and the reason of the rejection, or `undefined` if it is repaired.
 */
const defects: ReadonlyArray<readonly [string, (sdp: string) => string, RegExp | undefined]> = [
  ["an empty string", () => "", /not an SDP/],
  ["blanks", () => "  \r\n\r\n", /not an SDP/],
  ["text", () => "hello world", /not an SDP/],
  ["JSON", (sdp) => JSON.stringify({ type: "offer", sdp }), /not an SDP/],
  ["no version", without(/^v=0\r\n/), /not an SDP/],
  ["a session without m-lines", (sdp) => sdp.slice(0, sdp.indexOf("m=")), /m-lines where there were/],
  ["a truncated m-line", (sdp) => sdp.slice(0, sdp.lastIndexOf("m=")), /m-lines where there were/],
  ["an m-line without ports", (sdp) => sdp.replace(/m=video \d+ \S+.*/, "m=video"), /m line not found/],
  ["an m-line of another kind", (sdp) => sdp.replace("m=video", "m=holography"), /kind holography/],
  ["no mid", without(/a=mid:0\r\n/), /without a mid/],
  ["an empty mid", (sdp) => sdp.replace("a=mid:0", "a=mid:"), /./],
  ["the same mid twice", (sdp) => sdp.replace("a=mid:1", "a=mid:0"), /one mid/],
  ["no ICE credentials", without(/a=ice-(ufrag|pwd).*\r\n/g), /./],
  ["an ICE password without a ufrag", without(/a=ice-ufrag.*\r\n/g), /./],
  ["no fingerprint", without(/a=fingerprint.*\r\n/g), /no DTLS fingerprint/],
  ["no setup", without(/a=setup.*\r\n/g), /no DTLS fingerprint/],
  ["a candidate of one word", (sdp) => `${sdp}a=candidate:garbage\r\n`, undefined],
  ["a candidate without a value", (sdp) => `${sdp}a=candidate\r\n`, /./],
  ["a feedback without a payload type", (sdp) => `${sdp}a=rtcp-fb\r\n`, /./],
  ["parameters of a payload type that is not mapped", (sdp) => `${sdp}a=fmtp:111 minptime=10\r\n`, undefined],
  [
    "a payload type that is not a number",
    (sdp) => sdp.replace("a=rtpmap:97", "a=rtpmap:none"),
    /m-line 1 maps no payload type/
  ],
  ["no payload types", without(/a=rtpmap.*\r\n/g), /m-line 0 maps no payload type/],
  ["no BUNDLE group", without(/a=group:BUNDLE.*\r\n/), /BUNDLE/],
  [
    "line feeds without carriage returns, and blanks at the ends of lines",
    (sdp) => sdp.replaceAll("\r\n", "  \n"),
    undefined
  ],
  ["a megabyte of noise", (sdp) => `${sdp}a=${"x".repeat(1_000_000)}\r\n`, undefined]
]

describe("Malformed offers", () => {
  it.live("a malformed offer is rejected with its reason, or repaired, and the call continues", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const voice = sfu.publish("audio", alice)
      const camera = sfu.publish("video", alice)
      const before = yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      for (const [name, damage, reason] of defects) {
        const exit = yield* Effect.exit(subscriber.answer(damage(yield* sfu.offer())))
        assert.strictEqual(exit._tag, reason === undefined ? "Success" : "Failure", name)
        if (reason !== undefined) {
          assert.match(String(Exit.isFailure(exit) && exit.cause), reason, name)
        }
        yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
        assert.deepStrictEqual(yield* sfu.exchange(subscriber), before, name)
        yield* receiveTexts(before[0]!, () => voice.send("alice"), 1)
        yield* receiveTexts(before[1]!, () => camera.send("alice"), 1)
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
})
