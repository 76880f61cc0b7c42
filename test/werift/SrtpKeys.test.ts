/**
 * The calls of `node:crypto` while RTP and RTCP pass between a publisher and a subscriber of the library, over ICE, DTLS
 * and SRTP on 127.0.0.1.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import crypto from "node:crypto"
import { syncBuiltinESMExports } from "node:module"
import { isMedia, isRtcp, ProtectionProfileAeadAes128Gcm, ProtectionProfileAes128CmHmacSha1_80 } from "werift"
import { replaceMethod } from "../support/operations.ts"
import { until } from "../support/until.ts"
import { openPublisher, packetOf, vp8 } from "./AnsweringSfu.ts"
import { only, openSubscriber, untilState } from "./Sfu.ts"
import { weriftConnections } from "./weriftConnections.ts"

interface Calls {
  readonly createCipheriv: number
  readonly createDecipheriv: number
  readonly createHmac: number
  /** The calls among these with a key of bytes, by name. */
  readonly withBytes: ReadonlyArray<string>
}

/** In bytes: the key of an authentication tag (RFC 3711, section 8.2). No other HMAC of a connection has this length. */
const tagKeyLength = 20

/** Counts from now on, until the scope closes. */
const countCalls: Effect.Effect<Calls, never, Scope.Scope> = Effect.gen(function*() {
  const withBytes: Array<string> = []
  const calls = { createCipheriv: 0, createDecipheriv: 0, createHmac: 0, withBytes }
  const count = (name: "createCipheriv" | "createDecipheriv" | "createHmac") =>
    replaceMethod(crypto, name, (original) => (...args) => {
      const [, key] = args
      const isObject = key instanceof crypto.KeyObject
      const length = isObject ? key.symmetricKeySize : Buffer.isBuffer(key) ? key.length : 0
      if (name !== "createHmac" || length === tagKeyLength) {
        calls[name]++
        if (!isObject) withBytes.push(name)
      }
      return Reflect.apply(original, crypto, args)
    })
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const restores = [count("createCipheriv"), count("createDecipheriv"), count("createHmac")]
      // What werift has imported by name changes as well.
      syncBuiltinESMExports()
      return restores
    }),
    (restores) =>
      Effect.sync(() => {
        restores.forEach((restore) => restore())
        syncBuiltinESMExports()
      })
  )
  return calls
})

const profiles = [ProtectionProfileAes128CmHmacSha1_80, ProtectionProfileAeadAes128Gcm] as const

it.live.each(profiles)(
  "profile %i: each packet that arrives is decrypted with one call, and no call imports a key",
  (profile) =>
    Effect.gen(function*() {
      const found = yield* weriftConnections
      const publisher = yield* openPublisher()
      const subscriber = yield* openSubscriber()
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      let requests = 0
      yield* Effect.forkScoped(
        Stream.runForEach(camera.keyFrameRequests, () => Effect.sync(() => void requests++)),
        { startImmediately: true }
      )
      const media = yield* Effect.gen(function*() {
        let sections: Effect.Success<ReturnType<typeof subscriber.answer>>["media"] = []
        yield* publisher.negotiate({
          exchange: ({ sdp }) =>
            Effect.map(subscriber.answer(sdp), (answer) => {
              sections = answer.media
              for (const { dtlsTransports } of found) {
                // Private in werift's types.
                for (const transport of dtlsTransports) Object.assign(transport, { srtpProfiles: [profile] })
              }
              return answer.sdp
            })
        })
        return only(sections)
      })
      yield* untilState(publisher, "connected")
      yield* untilState(subscriber, "connected")
      const transports = Array.from(found, ({ dtlsTransports }) => only(dtlsTransports))
      assert.deepStrictEqual(transports.map(({ srtp }) => srtp.config.profile), [profile, profile])

      const calls = yield* countCalls
      let [rtp, rtcp] = [0, 0]
      for (const { iceTransport } of transports) {
        iceTransport.connection.onData.subscribe((datagram) => {
          if (!isMedia(datagram)) return
          if (isRtcp(datagram)) rtcp++
          else rtp++
        })
      }
      let received = 0
      yield* Effect.forkScoped(
        Stream.runForEach(media.rtp, () => Effect.sync(() => void received++)),
        { startImmediately: true }
      )
      for (let n = 0; n < 100; n++) yield* camera.send(packetOf(n))
      yield* until(() => received === 100)
      yield* media.requestKeyFrame
      // The subscriber's request and its feedback, and the publisher's sender report.
      yield* until(() => requests === 1 && rtcp >= 3)

      assert.deepStrictEqual(calls.withBytes, [])
      assert.strictEqual(rtp, 100)
      assert.strictEqual(calls.createDecipheriv, rtp + rtcp)
      assert.isAtLeast(calls.createCipheriv, rtp)
      const tags = profile === ProtectionProfileAes128CmHmacSha1_80 ? rtp + rtcp + calls.createCipheriv : 0
      assert.strictEqual(calls.createHmac, tags)
    })
)
