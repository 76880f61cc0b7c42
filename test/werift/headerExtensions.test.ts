/**
 * The header extensions about media over ICE, DTLS and SRTP on 127.0.0.1, and when a packet arrived.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RtpPacket } from "effect-track-resolver"
import { PeerConnectionFactory } from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { openSfu, openSubscriber, untilState } from "./Sfu.ts"

const audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
const videoOrientation = "urn:3gpp:video-orientation"
const captureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

/** An SFU that gives each m-line ids of its own: `10` is the audio level here and the orientation there. */
const call = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const senders = [sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x"), sfu.publish("video", "alice:TRACK_TYPE_VIDEO:x")]
  const offered = (yield* sfu.offer())
    .replace(/(m=audio[^]*?a=mid:.*\r\n)/, `$1a=extmap:10 ${audioLevel}\r\na=extmap:11 ${captureTime}\r\n`)
    .replace(/(m=video[^]*?a=mid:.*\r\n)/, `$1a=extmap:10 ${videoOrientation}\r\na=extmap:12 ${captureTime}\r\n`)
  const { media, sdp } = yield* subscriber.answer(offered)
  yield* sfu.accept(sdp)
  yield* untilState(subscriber, "connected")
  return { sfu, sdp, media, ssrcs: senders.map(({ transceiver }) => transceiver.sender.ssrc) }
})

const at1970 = Buffer.from([0x83, 0xaa, 0x7e, 0x80, 0, 0, 0, 0])

describe("Header extensions about media", () => {
  it.live("are in the answer, and in the packets by the ids of their m-line, in both forms", () =>
    Effect.gen(function*() {
      const { media, sdp, sfu, ssrcs } = yield* call
      const [, audio = "", video = ""] = sdp.split("m=")
      assert.include(audio, `a=extmap:10 ${audioLevel}\r\n`)
      assert.include(audio, `a=extmap:11 ${captureTime}\r\n`)
      assert.include(video, `a=extmap:10 ${videoOrientation}\r\n`)
      assert.include(video, `a=extmap:12 ${captureTime}\r\n`)
      const receiving = yield* Effect.forEach(
        media,
        ({ rtp }) => Effect.forkChild(Stream.runCollect(Stream.take(rtp, 2)), { startImmediately: true })
      )
      for (const extensionProfile of [0xbede, 0x1000] as const) {
        for (const [n, payloadType] of [96, 97].entries()) {
          sfu.sendRaw("x", {
            ssrc: ssrcs[n]!,
            payloadType,
            extension: true,
            extensionProfile,
            extensions: [{ id: 10, payload: Buffer.of(0x83) }, { id: 11 + n, payload: at1970 }]
          })
        }
      }
      const [heard = [], seen = []] = yield* Effect.forEach(receiving, Fiber.join)
      const about = ({ audioLevel, captureTime, videoOrientation }: RtpPacket) => ({
        audioLevel,
        captureTime,
        videoOrientation
      })
      const sound = {
        audioLevel: { level: -3, hasVoice: true },
        captureTime: { capturedAt: 0, clockOffset: undefined },
        videoOrientation: undefined
      }
      const picture = {
        audioLevel: undefined,
        captureTime: { capturedAt: 0, clockOffset: undefined },
        videoOrientation: { rotation: 270 as const, isFlipped: false, isBackCamera: false }
      }
      assert.deepStrictEqual(heard.map(about), [sound, sound])
      assert.deepStrictEqual(seen.map(about), [picture, picture])
    }))

  it.effect("are in the SDP that describes what we receive, and not in the one of what we send", () =>
    Effect.gen(function*() {
      const { publisherSdp, subscriberSdp } = yield* PeerConnectionFactory.use(({ genericSdps }) => genericSdps)
      const uris = (sdp: string) =>
        [audioLevel, videoOrientation, captureTime].filter((uri) => sdp.includes(` ${uri}\r\n`))
      assert.deepStrictEqual(uris(subscriberSdp), [audioLevel, videoOrientation, captureTime])
      assert.deepStrictEqual(uris(publisherSdp), [])
    }).pipe(Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true }))))
})

describe("The arrival of a packet", () => {
  it.live("is its time, and not that of the subscription, if it waited for the first consumer", () =>
    Effect.gen(function*() {
      let now = 1_000
      const clock = yield* Clock.Clock
      const { media, sfu, ssrcs } = yield* Effect.provideService(call, Clock.Clock, {
        ...clock,
        sleep: (duration) => clock.sleep(duration),
        currentTimeMillisUnsafe: () => now,
        currentTimeMillis: Effect.sync(() => now)
      })
      sfu.sendRaw("x", { ssrc: ssrcs[0]!, payloadType: 96 })
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => media[0]!.reception() !== undefined })
      now = 1_500
      const [packet] = yield* Stream.runCollect(Stream.take(media[0]!.rtp, 1))
      assert.strictEqual(packet!.receivedAt, 1_000)
    }))
})
