/**
 * The media sections of a subscriber and their packets, over ICE, DTLS and SRTP on 127.0.0.1.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RemoteMediaSection } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { RTCRtpSender } from "werift"
import {
  answeringConnections,
  collectTexts,
  holdAnswers,
  only,
  openSfu,
  openSubscriber,
  receiveTexts,
  sendAndAwaitArrival,
  type Sender,
  unhandledErrors,
  untilState,
  withoutSsrc
} from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"
const bob = "bob:TRACK_TYPE_VIDEO:x"

/** A connected call in which alice publishes a camera. */
const call = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const sender = sfu.publish("video", alice)
  const media = only(yield* sfu.exchange(subscriber))
  yield* untilState(subscriber, "connected")
  return { sfu, subscriber, sender, media }
})

/** The offerer may change the stream id of an m-line that keeps sending. */
const rename = ({ transceiver }: Sender, streamId: string): void => {
  transceiver.sender.streamIds = [streamId]
}

/** Some SFUs put another sender on an m-line. `ssrc` is read-only in werift's types, and a plain field at run time. */
const changeSsrc = ({ transceiver }: Sender, ssrc: number): void => {
  const sender: { -readonly [key in "ssrc"]: RTCRtpSender[key] } = transceiver.sender
  sender.ssrc = ssrc
}

/** Reduces m-lines with port 0 to what an SDP must contain. */
const bare = (sdp: string): string =>
  sdp.split(/^(?=m=)/m).map((section) =>
    section.replace(/^m=video 0 (\S+)[^]*?(a=mid:.*\r\n)[^]*/, "m=video 0 $1 0\r\nc=IN IP4 0.0.0.0\r\n$2")
  ).join("")

describe("Media sections", () => {
  it.live("an m-line that sends has its stream id, kind and codecs, and its packets arrive unchanged", () =>
    Effect.gen(function*() {
      const begunAt = yield* Clock.currentTimeMillis
      const { media, sender, sfu } = yield* call
      assert.deepInclude(media, { mid: "0", kind: "video", streamId: alice })
      assert.deepStrictEqual(media.codecs, [{ payloadType: 97, name: "VP8", clockRate: 90_000, parameters: {} }])
      assert.deepStrictEqual(yield* receiveTexts(media, () => sender.send("alice"), 3), ["alice", "alice", "alice"])
      const [packet] = yield* Effect.gen(function*() {
        const packets = yield* Effect.forkChild(Stream.runCollect(Stream.take(media.rtp, 1)), {
          startImmediately: true
        })
        const header = { ssrc: sender.transceiver.sender.ssrc, payloadType: 97, timestamp: 4_294_967_295, marker: true }
        sfu.sendRaw("padded\0\0\0\u0004", { ...header, sequenceNumber: 65_535, padding: true })
        return yield* Fiber.join(packets)
      })
      const { payload, receivedAt, ...rest } = packet!
      assert.deepStrictEqual(rest, {
        ssrc: sender.transceiver.sender.ssrc,
        payloadType: 97,
        sequenceNumber: 65_535,
        timestamp: 4_294_967_295,
        marker: true,
        droppedBefore: 0,
        // This SFU does not offer header extensions about media.
        audioLevel: undefined,
        videoOrientation: undefined,
        captureTime: undefined
      })
      assert.isAtLeast(receivedAt, begunAt)
      assert.isAtMost(receivedAt, yield* Clock.currentTimeMillis)
      assert.strictEqual(payload.constructor, Uint8Array)
      assert.strictEqual(Buffer.from(payload).toString(), "padded")
    }))

  it.live("a codec has the parameters that the last offer gives it", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("audio", alice)
      const exchange = (fmtp: string) =>
        sfu.exchange(subscriber, {
          edit: (sdp) => sdp.replace(/a=fmtp:96.*\r\n/, "").replace(/(a=rtpmap:96.*\r\n)/, `$1a=fmtp:96 ${fmtp}\r\n`)
        })
      const media = only(yield* exchange("minptime=10; UseInbandFEC=1"))
      assert.deepInclude(media.codecs[0], { payloadType: 96, parameters: { minptime: "10", useinbandfec: "1" } })
      assert.strictEqual(only(yield* exchange("stereo=1")), media)
      assert.deepStrictEqual(media.codecs[0]?.parameters, { stereo: "1" })
    }))

  it.live("an m-line with the same kind and stream id is the same object after every offer", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      sfu.publish("audio", bob)
      const [first, second] = yield* sfu.exchange(subscriber)
      assert.strictEqual(first, media)
      assert.deepInclude(second, { mid: "1", kind: "audio", streamId: bob })
      assert.deepStrictEqual(yield* sfu.exchange(subscriber), [media, second!])
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("on"))).length, 5)
    }))

  it.live("a missing msid and `-` are no stream id, and the first stream id of several counts", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const kinds = ["audio", "video", "video"] as const
      for (const kind of kinds) sfu.publish(kind, "x")
      const msids = ["a=msid:- t\r\n", "", `a=msid:- t\r\na=msid:${alice} t\r\na=msid:${bob} t\r\n`]
      const media = yield* sfu.exchange(subscriber, {
        edit: (sdp) => sdp.replace(/a=msid:x.*\r\n/g, () => msids.shift()!)
      })
      assert.deepStrictEqual(media.map(({ streamId }) => streamId), [undefined, undefined, alice])
    }))

  it.live("an m-line without a supported codec is rejected and absent from the table", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      sfu.publish("audio", bob)
      const lines: Array<unknown> = []
      const offer = (yield* sfu.offer()).replace("VP8/90000", "THEORA/90000")
      const { media, sdp } = yield* subscriber.answer(offer).pipe(
        Effect.provide(Logger.layer([Logger.make(({ message }) => void lines.push(message))]))
      )
      assert.deepStrictEqual(lines, [["m-line 0 rejected: no supported codec"]])
      assert.deepInclude(only(media), { kind: "audio", streamId: bob })
      assert.match(sdp, /m=video 0 /)
    }))

  it.live("a consumer that is too slow loses the oldest packets, and delays no other consumer", () =>
    Effect.gen(function*() {
      const { media, sender } = yield* call
      const begun = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const slow = yield* Effect.forkChild(
        media.rtp.pipe(
          Stream.tap(() => Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(go))),
          Stream.map(({ sequenceNumber }) => sequenceNumber),
          Stream.takeUntil((sequenceNumber) => sequenceNumber >= 1_300),
          Stream.runCollect
        ),
        { startImmediately: true }
      )
      const count = 1_300
      let sent = 0
      const keepingUp = receiveTexts(media, () => {
        for (let n = 0; n < 10; n++) sender.send(`${++sent}`)
      }, count)
      assert.strictEqual((yield* keepingUp).length, count)
      yield* Deferred.await(begun)
      yield* Deferred.succeed(go, undefined)
      const received = yield* Fiber.join(slow)
      assert.isBelow(received.length, 1_200)
      assert.isAtLeast(received.at(-1)!, 1_300)
      assert.isAtLeast(received.at(-2)!, 1_000)
    }))

  it.live("the packets of all rids of an m-line arrive in its stream", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      const rid = "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=rid:q send\r\na=rid:f send\r\n"
      const media = only(
        yield* sfu.exchange(subscriber, { edit: (sdp) => `${withoutSsrc(sdp)}${rid}a=simulcast:send q;f\r\n` })
      )
      yield* untilState(subscriber, "connected")
      const layer = (rid: string, ssrc: number): void =>
        sfu.sendRaw(rid, { ssrc, payloadType: 97, extensions: [{ id: 9, payload: Buffer.from(rid) }], extension: true })
      const texts = yield* receiveTexts(media, () => {
        layer("q", 21)
        layer("f", 22)
      }, 10)
      assert.deepStrictEqual(new Set(texts), new Set(["q", "f"]))
    }))
})

describe("Offers", () => {
  it.live("an offer that cannot be answered changes neither the m-lines nor their packets nor the next offer", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      rename(sender, bob)
      sfu.publish("audio", "carol")
      // The failed offer maps another payload type. The SFU still sends the one of the last answered offer.
      const offer = (yield* sfu.offer()).replaceAll(
        /(m=video .*) 97|(:)97 /g,
        (_, line) => line ? `${line} 107` : ":107 "
      )
      assert.include(offer, "rtpmap:107 VP8")
      const connection = yield* Effect.scoped(Effect.gen(function*() {
        const { go, held } = yield* holdAnswers
        const failing = yield* Effect.forkChild(Effect.flip(subscriber.answer(offer)))
        const connection = yield* Deferred.await(held)
        yield* Deferred.fail(go, new Error("no answer today"))
        const error = yield* Fiber.join(failing)
        assert.deepInclude(error, { _tag: "NegotiationError", step: "CreateAnswer", detail: "no answer today" })
        return connection
      }))
      assert.strictEqual(connection.signalingState, "stable")
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
      rename(sender, alice)
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      const [first, second] = yield* sfu.exchange(subscriber)
      assert.strictEqual(first, media)
      assert.deepInclude(second, { kind: "audio", streamId: "carol" })
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
    }))

  it.live("concurrent offers are answered one after the other, and an interrupted answer leaves no offer half applied", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      sfu.publish("audio", bob)
      const offer = yield* sfu.offer()
      const answers = yield* Effect.all([subscriber.answer(offer), subscriber.answer(offer)], { concurrency: 2 })
      assert.deepStrictEqual(answers[1]!.media, answers[0]!.media)
      yield* sfu.accept(answers[1]!.sdp)
      const again = yield* sfu.offer()
      yield* Effect.scoped(Effect.gen(function*() {
        const { go, held } = yield* holdAnswers
        const answering = yield* Effect.forkChild(subscriber.answer(again))
        const connection = yield* Deferred.await(held)
        const interrupting = yield* Effect.forkChild(Fiber.interrupt(answering), { startImmediately: true })
        yield* Deferred.succeed(go, undefined)
        yield* Fiber.join(interrupting)
        assert.strictEqual(connection.signalingState, "stable")
      }))
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      assert.deepStrictEqual(yield* sfu.exchange(subscriber), answers[0]!.media)
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
    }))

  it.live("an m-line without a direction sends and receives, unless the session has another direction", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const answering = yield* answeringConnections
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("video", alice)
      assert.match((yield* subscriber.answer((yield* sfu.offer()).replace("sendonly", "sendrecv"))).sdp, /a=recvonly/)
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      const bare = (sdp: string): string => sdp.replace("a=sendonly\r\n", "")
      const media = only(yield* sfu.exchange(subscriber, { edit: bare }))
      yield* untilState(subscriber, "connected")
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
      const recvonly = (sdp: string): string => bare(sdp).replace("t=0 0\r\n", "t=0 0\r\na=recvonly\r\n")
      assert.deepStrictEqual(yield* sfu.exchange(subscriber, { edit: recvonly }), [])
      assert.strictEqual(only(answering).signalingState, "stable")
    }))
})

describe("H3: packets of a new SSRC come out of another track object", () => {
  it.live("a re-used m-line with a new SSRC delivers the packets of the new SSRC only", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      const old = sender.transceiver.sender.ssrc
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
      sender.transceiver.setDirection("inactive")
      yield* sfu.exchange(subscriber)
      sender.transceiver.setDirection("sendonly")
      changeSsrc(sender, 777)
      rename(sender, bob)
      const bobMedia = only(yield* sfu.exchange(subscriber))
      const texts = yield* receiveTexts(bobMedia, () => {
        sfu.sendRaw("alice, late", { ssrc: old, payloadType: 97 })
        sender.send("bob")
      })
      assert.deepStrictEqual(new Set(texts), new Set(["bob"]))
    }))
})

describe("H4: a change of the stream id makes no event", () => {
  it.live("an m-line with another stream id is another object, and no packet reaches the wrong owner", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      const aliceTexts = yield* collectTexts(media)
      assert.include(yield* receiveTexts(media, () => sender.send("alice")), "alice")
      const { go, held } = yield* holdAnswers
      rename(sender, bob)
      const exchange = yield* Effect.forkChild(sfu.exchange(subscriber))
      yield* sendAndAwaitArrival(yield* Deferred.await(held), () => sender.send("bob, before the answer"))
      yield* Deferred.succeed(go, undefined)
      const bobMedia = only(yield* Fiber.join(exchange))
      assert.deepInclude(bobMedia, { mid: "0", streamId: bob })
      assert.notStrictEqual(bobMedia, media)
      assert.deepStrictEqual(new Set(yield* Fiber.join(aliceTexts)), new Set(["alice"]))
      assert.notInclude(yield* receiveTexts(bobMedia, () => sender.send("bob")), "alice")
      assert.deepStrictEqual(yield* Stream.runCollect(media.rtp), [])
    }))
})

describe("H5: an m-line that becomes inactive makes no event", () => {
  it.live("an m-line that becomes inactive or gets port 0 ends, and is another object for its next owner", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      const aliceTexts = yield* collectTexts(media)
      sender.transceiver.setDirection("inactive")
      assert.deepStrictEqual(yield* sfu.exchange(subscriber), [])
      assert.deepStrictEqual(yield* Fiber.join(aliceTexts), [])
      sender.transceiver.setDirection("sendonly")
      rename(sender, bob)
      const bobMedia = only(yield* sfu.exchange(subscriber))
      assert.strictEqual((yield* receiveTexts(bobMedia, () => sender.send("bob"))).length, 5)
      const ending = yield* collectTexts(bobMedia)
      const other = sfu.publish("audio", "carol")
      sender.transceiver.stop()
      const carol = only(yield* sfu.exchange(subscriber, { edit: bare }))
      assert.deepInclude(carol, { kind: "audio", streamId: "carol" })
      yield* Fiber.join(ending)
      const again = sfu.publish("video", alice)
      const [recycled] = yield* sfu.exchange(subscriber)
      assert.deepInclude(recycled, { kind: "video", streamId: alice })
      assert.notInclude([media.mid, carol.mid], recycled!.mid)
      assert.strictEqual((yield* receiveTexts(recycled!, () => again.send("alice"))).length, 5)
      assert.strictEqual((yield* receiveTexts(carol, () => other.send("carol"))).length, 5)
    }))
})

describe("H8, H9: an exception in a callback leaves an offer half applied, or ends the process", () => {
  it.live("a consumer that dies affects no other consumer, no offer and not the process", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const { media, sender, sfu, subscriber } = yield* call
      const dying = yield* Effect.forkChild(
        Effect.exit(Stream.runForEach(media.rtp, () => Effect.die(new Error("a consumer died")))),
        { startImmediately: true }
      )
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
      assert.strictEqual((yield* Fiber.join(dying))._tag, "Failure")
      const [same, more] = yield* Effect.andThen(
        Effect.sync(() => sfu.publish("audio", bob)),
        sfu.exchange(subscriber)
      )
      assert.strictEqual(same, media)
      assert.deepInclude(more, { streamId: bob })
      assert.deepStrictEqual(errors, [])
    }))
})

describe("H16: packets with an SSRC that no a=ssrc line signals are dropped", () => {
  it.live("they belong to the m-line of their mid, or to the only m-line that maps their payload type", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const camera = sfu.publish("video", alice)
      const screen = sfu.publish("video", bob)
      const voice = sfu.publish("audio", alice)
      const [first, second, third] = yield* sfu.exchange(subscriber, { edit: withoutSsrc })
      yield* untilState(subscriber, "connected")
      const texts = yield* Effect.forEach(
        [first, second, third] as ReadonlyArray<RemoteMediaSection>,
        (media) =>
          receiveTexts(media, () => {
            camera.send("camera")
            screen.send("screen")
            voice.send("voice")
            // No mid, and a payload type that two m-lines map: no m-line.
            sfu.sendRaw("stray", { ssrc: 11, payloadType: 97 })
            sfu.sendRaw("voice", { ssrc: 12, payloadType: 96 })
          })
      )
      assert.deepStrictEqual(texts.map((some) => new Set(some)), [
        new Set(["camera"]),
        new Set(["screen"]),
        new Set(["voice"])
      ])
    }))
})

describe("Key frame requests", () => {
  it.live("a request is sent as a PLI, and is a no-op after the m-line has stopped sending", () =>
    Effect.gen(function*() {
      const { media, sender, sfu, subscriber } = yield* call
      const requests = yield* Deferred.make<void>()
      sender.transceiver.sender.onPictureLossIndication.subscribe(() => Deferred.doneUnsafe(requests, Effect.void))
      yield* media.requestKeyFrame
      yield* Deferred.await(requests)
      sender.transceiver.setDirection("inactive")
      yield* sfu.exchange(subscriber)
      yield* media.requestKeyFrame
    }))

  it.live("requests before the connection is up are sent when it is up, as one", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const { transceiver } = sfu.publish("video", alice)
      const requests = yield* Queue.unbounded<number>()
      transceiver.sender.onPictureLossIndication.subscribe(() => Queue.offerUnsafe(requests, transceiver.sender.ssrc))
      const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
      yield* only(media).requestKeyFrame
      yield* only(media).requestKeyFrame
      yield* sfu.accept(sdp)
      yield* Queue.take(requests)
      yield* only(media).requestKeyFrame
      yield* Queue.take(requests)
      assert.strictEqual(yield* Queue.size(requests), 0)
    }))

  it.live("a request for an m-line without a=ssrc is sent when its first packet arrives", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const { send, transceiver } = sfu.publish("video", alice)
      const requests = yield* Deferred.make<void>()
      transceiver.sender.onPictureLossIndication.subscribe(() => Deferred.doneUnsafe(requests, Effect.void))
      const media = only(yield* sfu.exchange(subscriber, { edit: withoutSsrc }))
      yield* untilState(subscriber, "connected")
      yield* media.requestKeyFrame
      yield* Effect.race(
        Deferred.await(requests),
        Effect.forever(Effect.delay(Effect.sync(() => send("on")), "5 millis"))
      )
    }))
})
