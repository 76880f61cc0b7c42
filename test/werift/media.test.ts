/**
 * Whose packets are whose, over ICE, DTLS and SRTP on 127.0.0.1.
 */
import { assert, it } from "@effect/vitest"
import type { RemoteMediaSection } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { RTCRtpSender } from "werift"
import {
  connections,
  heard,
  holdAnswers,
  marksOf,
  only,
  openSfu,
  openSubscriber,
  reach,
  type Sender,
  unhandled,
  until
} from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"
const bob = "bob:TRACK_TYPE_VIDEO:x"

/** A call that is up, with one camera in it. */
const call = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const sender = sfu.publish("video", alice)
  const media = only(yield* sfu.exchange(subscriber))
  yield* until(subscriber, "connected")
  return { sfu, subscriber, sender, media }
})

/** To the offerer a stream id may change while the m-line sends on. */
const rename = ({ transceiver }: Sender, streamId: string): void => {
  transceiver.sender.streamIds = [streamId]
}

/** What a stack does that puts another sender on an m-line; werift's types have it read-only, werift has not. */
const changeSsrc = ({ transceiver }: Sender, ssrc: number): void => {
  const sender: { -readonly [key in "ssrc"]: RTCRtpSender[key] } = transceiver.sender
  sender.ssrc = ssrc
}

/** An m-line at port 0 need say no more than its name. */
const bare = (sdp: string): string =>
  sdp.split(/^(?=m=)/m).map((section) =>
    section.replace(/^m=video 0 (\S+)[^]*?(a=mid:.*\r\n)[^]*/, "m=video 0 $1 0\r\nc=IN IP4 0.0.0.0\r\n$2")
  ).join("")

const withoutSsrc = (sdp: string): string => sdp.replace(/a=ssrc:.*\r\n/g, "")

it.live("an m-line that sends is told with its stream id, its kind and its codecs, and its packets come as they are", () =>
  Effect.gen(function*() {
    const { media, sender, sfu } = yield* call
    assert.deepInclude(media, { mid: "0", kind: "video", streamId: alice })
    assert.deepStrictEqual(media.codecs, [{ payloadType: 97, name: "VP8", clockRate: 90_000 }])
    assert.deepStrictEqual(yield* marksOf(media, () => sender.send("alice"), 3), ["alice", "alice", "alice"])
    const [packet] = yield* Effect.gen(function*() {
      const packets = yield* Effect.forkChild(Stream.runCollect(Stream.take(media.rtp, 1)), { startImmediately: true })
      const header = { ssrc: sender.transceiver.sender.ssrc, payloadType: 97, timestamp: 4_294_967_295, marker: true }
      sfu.sendRaw("padded\0\0\0\u0004", { ...header, sequenceNumber: 65_535, padding: true })
      return yield* Fiber.join(packets)
    })
    const { payload, ...rest } = packet!
    assert.deepStrictEqual(rest, {
      ssrc: sender.transceiver.sender.ssrc,
      payloadType: 97,
      sequenceNumber: 65_535,
      timestamp: 4_294_967_295,
      marker: true
    })
    assert.strictEqual(payload.constructor, Uint8Array)
    assert.strictEqual(Buffer.from(payload).toString(), "padded")
  }))

it.live("the same m-line is the same object, whatever else an offer brings", () =>
  Effect.gen(function*() {
    const { media, sender, sfu, subscriber } = yield* call
    sfu.publish("audio", bob)
    const [first, second] = yield* sfu.exchange(subscriber)
    assert.strictEqual(first, media)
    assert.deepInclude(second, { mid: "1", kind: "audio", streamId: bob })
    assert.deepStrictEqual(yield* sfu.exchange(subscriber), [media, second!])
    assert.strictEqual((yield* marksOf(media, () => sender.send("on"))).length, 5)
  }))

it.live("an m-line that changes its stream id without a word of werift's changes hands, and nothing comes across", () =>
  Effect.gen(function*() {
    const { media, sender, sfu, subscriber } = yield* call
    const hers = yield* heard(media)
    assert.include(yield* marksOf(media, () => sender.send("alice")), "alice")
    const { go, held } = yield* holdAnswers
    rename(sender, bob)
    const exchange = yield* Effect.forkChild(sfu.exchange(subscriber))
    yield* reach(yield* Deferred.await(held), () => sender.send("bob, before he has the line"))
    yield* Deferred.succeed(go, undefined)
    const his = only(yield* Fiber.join(exchange))
    assert.deepInclude(his, { mid: "0", streamId: bob })
    assert.notStrictEqual(his, media)
    assert.deepStrictEqual(new Set(yield* Fiber.join(hers)), new Set(["alice"]))
    assert.deepStrictEqual(new Set(yield* marksOf(his, () => sender.send("bob"))), new Set(["bob"]))
    assert.deepStrictEqual(yield* Stream.runCollect(media.rtp), [])
  }))

it.live("an offer that cannot be answered leaves the m-lines, their packets and the next offer as they were", () =>
  Effect.gen(function*() {
    const { media, sender, sfu, subscriber } = yield* call
    rename(sender, bob)
    sfu.publish("audio", "carol")
    // Whatever an unanswered offer says of payload types, those of the last one are still sent.
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
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
    rename(sender, alice)
    yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
    const [first, second] = yield* sfu.exchange(subscriber)
    assert.strictEqual(first, media)
    assert.deepInclude(second, { kind: "audio", streamId: "carol" })
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
  }))

it.live("two offers at once are answered one after the other, and a caller that gives up leaves none half applied", () =>
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
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
  }))

it.live("an m-line that goes inactive, or to port 0, ends without a word of werift's, and begins anew for whom it sends next", () =>
  Effect.gen(function*() {
    const { media, sender, sfu, subscriber } = yield* call
    const hers = yield* heard(media)
    sender.transceiver.setDirection("inactive")
    assert.deepStrictEqual(yield* sfu.exchange(subscriber), [])
    assert.deepStrictEqual(yield* Fiber.join(hers), [])
    sender.transceiver.setDirection("sendonly")
    rename(sender, bob)
    const his = only(yield* sfu.exchange(subscriber))
    assert.strictEqual((yield* marksOf(his, () => sender.send("bob"))).length, 5)
    const ending = yield* heard(his)
    const other = sfu.publish("audio", "carol")
    sender.transceiver.stop()
    const carol = only(yield* sfu.exchange(subscriber, { edit: bare }))
    assert.deepInclude(carol, { kind: "audio", streamId: "carol" })
    yield* Fiber.join(ending)
    const again = sfu.publish("video", alice)
    const [recycled] = yield* sfu.exchange(subscriber)
    assert.deepInclude(recycled, { kind: "video", streamId: alice })
    assert.notInclude([media.mid, carol.mid], recycled!.mid)
    assert.strictEqual((yield* marksOf(recycled!, () => again.send("alice"))).length, 5)
    assert.strictEqual((yield* marksOf(carol, () => other.send("carol"))).length, 5)
  }))

it.live("a re-used m-line with a new SSRC gives its packets to whom it sends now, and those of the old SSRC to nobody", () =>
  Effect.gen(function*() {
    const { media, sender, sfu, subscriber } = yield* call
    const old = sender.transceiver.sender.ssrc
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
    sender.transceiver.setDirection("inactive")
    yield* sfu.exchange(subscriber)
    sender.transceiver.setDirection("sendonly")
    changeSsrc(sender, 777)
    rename(sender, bob)
    const his = only(yield* sfu.exchange(subscriber))
    const marks = yield* marksOf(his, () => {
      sfu.sendRaw("alice, late", { ssrc: old, payloadType: 97 })
      sender.send("bob")
    })
    assert.deepStrictEqual(new Set(marks), new Set(["bob"]))
  }))

it.live("a consumer that dies starves no other, disturbs no offer and ends no process", () =>
  Effect.gen(function*() {
    const causes = yield* unhandled
    const { media, sender, sfu, subscriber } = yield* call
    const dying = yield* Effect.forkChild(
      Effect.exit(Stream.runForEach(media.rtp, () => Effect.die(new Error("a consumer died")))),
      { startImmediately: true }
    )
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
    assert.strictEqual((yield* Fiber.join(dying))._tag, "Failure")
    const [same, more] = yield* Effect.andThen(
      Effect.sync(() => sfu.publish("audio", bob)),
      sfu.exchange(subscriber)
    )
    assert.strictEqual(same, media)
    assert.deepInclude(more, { streamId: bob })
    assert.deepStrictEqual(causes, [])
  }))

it.live("a consumer that is too slow loses the oldest packets, and holds up nobody", () =>
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
    const quick = marksOf(media, () => {
      for (let n = 0; n < 10; n++) sender.send(`${++sent}`)
    }, count)
    assert.strictEqual((yield* quick).length, count)
    yield* Deferred.await(begun)
    yield* Deferred.succeed(go, undefined)
    const got = yield* Fiber.join(slow)
    assert.isBelow(got.length, 1_200)
    assert.isAtLeast(got.at(-1)!, 1_300)
    assert.isAtLeast(got.at(-2)!, 1_000)
  }))

it.live("a key frame is asked for", () =>
  Effect.gen(function*() {
    const { media, sender, sfu, subscriber } = yield* call
    const asked = yield* Deferred.make<void>()
    sender.transceiver.sender.onPictureLossIndication.subscribe(() => Deferred.doneUnsafe(asked, Effect.void))
    yield* media.requestKeyFrame
    yield* Deferred.await(asked)
    sender.transceiver.setDirection("inactive")
    yield* sfu.exchange(subscriber)
    yield* media.requestKeyFrame
  }))

it.live("a key frame that is asked for before the connection is up is asked for once it is, and once", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const { transceiver } = sfu.publish("video", alice)
    const asked = yield* Queue.unbounded<number>()
    transceiver.sender.onPictureLossIndication.subscribe(() => Queue.offerUnsafe(asked, transceiver.sender.ssrc))
    const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
    yield* only(media).requestKeyFrame
    yield* only(media).requestKeyFrame
    yield* sfu.accept(sdp)
    yield* Queue.take(asked)
    yield* only(media).requestKeyFrame
    yield* Queue.take(asked)
    assert.strictEqual(yield* Queue.size(asked), 0)
  }))

it.live("a key frame of an m-line that does not say its SSRC is asked for once a packet does", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const { send, transceiver } = sfu.publish("video", alice)
    const asked = yield* Deferred.make<void>()
    transceiver.sender.onPictureLossIndication.subscribe(() => Deferred.doneUnsafe(asked, Effect.void))
    const media = only(yield* sfu.exchange(subscriber, { edit: withoutSsrc }))
    yield* until(subscriber, "connected")
    yield* media.requestKeyFrame
    yield* Effect.race(Deferred.await(asked), Effect.forever(Effect.delay(Effect.sync(() => send("on")), "5 millis")))
  }))

it.live("packets of an m-line that does not say its SSRC are told by their mid, or by a payload type of its own", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const camera = sfu.publish("video", alice)
    const screen = sfu.publish("video", bob)
    const voice = sfu.publish("audio", alice)
    const [first, second, third] = yield* sfu.exchange(subscriber, { edit: withoutSsrc })
    yield* until(subscriber, "connected")
    const marks = yield* Effect.forEach(
      [first, second, third] as ReadonlyArray<RemoteMediaSection>,
      (media) =>
        marksOf(media, () => {
          camera.send("camera")
          screen.send("screen")
          voice.send("voice")
          // Neither a mid nor a payload type that is no other's: nobody's.
          sfu.sendRaw("stray", { ssrc: 11, payloadType: 97 })
          sfu.sendRaw("voice", { ssrc: 12, payloadType: 96 })
        })
    )
    assert.deepStrictEqual(marks.map((some) => new Set(some)), [
      new Set(["camera"]),
      new Set(["screen"]),
      new Set(["voice"])
    ])
  }))

it.live("simulcast is told by rid", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    sfu.publish("video", alice)
    const rid = "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=rid:q send\r\na=rid:f send\r\n"
    const media = only(
      yield* sfu.exchange(subscriber, { edit: (sdp) => `${withoutSsrc(sdp)}${rid}a=simulcast:send q;f\r\n` })
    )
    yield* until(subscriber, "connected")
    const layer = (rid: string, ssrc: number): void =>
      sfu.sendRaw(rid, { ssrc, payloadType: 97, extensions: [{ id: 9, payload: Buffer.from(rid) }], extension: true })
    const marks = yield* marksOf(media, () => {
      layer("q", 21)
      layer("f", 22)
    }, 10)
    assert.deepStrictEqual(new Set(marks), new Set(["q", "f"]))
  }))

it.live("an msid of - or none is no stream id, and of several the first that is one counts", () =>
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

it.live("an m-line without a direction sends and receives, unless the session says another for all", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const made = yield* connections
    const subscriber = yield* openSubscriber()
    const sender = sfu.publish("video", alice)
    assert.match((yield* subscriber.answer((yield* sfu.offer()).replace("sendonly", "sendrecv"))).sdp, /a=recvonly/)
    yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
    const bare = (sdp: string): string => sdp.replace("a=sendonly\r\n", "")
    const media = only(yield* sfu.exchange(subscriber, { edit: bare }))
    yield* until(subscriber, "connected")
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
    const recvonly = (sdp: string): string => bare(sdp).replace("t=0 0\r\n", "t=0 0\r\na=recvonly\r\n")
    assert.deepStrictEqual(yield* sfu.exchange(subscriber, { edit: recvonly }), [])
    assert.strictEqual(only(made).signalingState, "stable")
  }))

it.live("an m-line of which we know no codec is refused, and in no table", () =>
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
