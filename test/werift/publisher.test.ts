/**
 * What we send, over ICE, DTLS and SRTP on 127.0.0.1, to a werift connection that answers as an SFU does.
 */
import { assert, it } from "@effect/vitest"
import { PeerConnectionFactory } from "effect-track-resolver"
import type {
  LocalTrack,
  NegotiationError,
  OutgoingPacket,
  PeerConnectionState,
  PublisherConnection,
  PublisherOffer,
  RtpCodec
} from "effect-track-resolver"
import { WeriftPeerConnection, WeriftTrack } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import {
  MediaStreamTrack,
  type RTCDtlsTransport,
  RTCPeerConnection,
  RtpHeader,
  RtpPacket,
  useOPUS,
  useVP8,
  useVP9
} from "werift"
import { onLoopback } from "../support/onLoopback.ts"
import { unhandled } from "./Sfu.ts"

const opus: RtpCodec = { name: "opus", clockRate: 48_000, channels: 2 }
const vp8: RtpCodec = { name: "VP8", clockRate: 90_000 }
const vp9: RtpCodec = { name: "vp9", clockRate: 90_000 }

const openPublisher = (
  options?: WeriftPeerConnection.WeriftOptions
): Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope> =>
  PeerConnectionFactory.use((factory) => factory.openPublisher({ iceServers: [] })).pipe(
    Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true, ...options }))
  )

/** What came in on an m-line. */
interface Heard {
  readonly mid: string
  readonly packet: RtpPacket
}

interface Sfu {
  readonly connection: RTCPeerConnection
  readonly answer: (offer: { readonly sdp: string }) => Effect.Effect<string>
  readonly heard: ReadonlyArray<Heard>
  readonly offers: ReadonlyArray<PublisherOffer>
}

const transportOf = ({ connection }: Sfu): RTCDtlsTransport => connection.dtlsTransports[0]!

/** What werift gets wrong as the answerer of an ICE restart is put right by hand. */
const openSfu: Effect.Effect<Sfu, never, Scope.Scope> = Effect.gen(function*() {
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        codecs: { audio: [useOPUS()], video: [useVP9({ parameters: "profile-id=0" }), useVP8()] }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  )
  const heard: Array<Heard> = []
  const offers: Array<PublisherOffer> = []
  const known = new WeakSet<MediaStreamTrack>()
  let ufrag: string | undefined
  const answer = (offer: { readonly sdp: string }) =>
    Effect.promise(async () => {
      offers.push({ tracks: [], ...offer })
      const isRestart = ufrag !== undefined && ufrag !== ufragOf(offer.sdp)
      ufrag = ufragOf(offer.sdp)
      if (isRestart) { for (const ice of connection.iceTransports) ice.restart() }
      // werift compares the number of our generation with its own.
      await connection.setRemoteDescription({ type: "offer", sdp: offer.sdp.replace(/ generation \d+/g, "") })
      for (const transceiver of connection.getTransceivers()) {
        for (const track of transceiver.receiver.tracks) {
          if (known.has(track)) continue
          known.add(track)
          track.onReceiveRtp.subscribe((packet) => heard.push({ mid: transceiver.mid ?? "", packet }))
        }
      }
      const described = await connection.createAnswer()
      for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
      await connection.setLocalDescription(described)
      if (isRestart) { for (const ice of connection.iceTransports) ice.start().catch(() => {}) }
      return connection.localDescription!.sdp
    })
  return { connection, answer, heard, offers }
})

const ufragOf = (sdp: string): string => /^a=ice-ufrag:(\S+)/m.exec(sdp)![1]!

const until = (publisher: PublisherConnection, state: PeerConnectionState): Effect.Effect<void> =>
  publisher.states.pipe(
    Stream.takeUntil((seen) => seen === state),
    Stream.runDrain,
    Effect.timeoutOrElse({ duration: "15 seconds", orElse: () => Effect.die(new Error(`not ${state}`)) })
  )

const packet = (sequenceNumber: number, mark = "", timestamp = sequenceNumber * 960): OutgoingPacket => ({
  sequenceNumber,
  timestamp,
  marker: false,
  payload: Buffer.from(mark)
})

/** Sends until so many have come in at the SFU that carry this. */
const arrives = (sfu: Sfu, track: LocalTrack, mark: string, count = 5): Effect.Effect<ReadonlyArray<Heard>> =>
  Effect.gen(function*() {
    let sequenceNumber = 1_000
    const carrying = () => sfu.heard.filter(({ packet }) => packet.payload.toString() === mark)
    yield* Effect.repeat(
      Effect.suspend(() => track.send(packet(sequenceNumber++, mark))),
      { while: () => carrying().length < count, schedule: Schedule.spaced("5 millis") }
    )
    return carrying()
  }).pipe(
    Effect.timeoutOrElse({ duration: "15 seconds", orElse: () => Effect.die(new Error(`${mark} did not arrive`)) })
  )

const call = Effect.gen(function*() {
  const sfu = yield* openSfu
  const publisher = yield* openPublisher()
  return { sfu, publisher, negotiate: publisher.negotiate({ exchange: sfu.answer }) }
})

const sections = (sdp: string): ReadonlyArray<string> => sdp.split(/^(?=m=)/m).slice(1)

it.live("each track has an m-line with one codec that sends and names no stream, and its packets come as they were given", () =>
  Effect.gen(function*() {
    const causes = yield* unhandled
    const { negotiate, publisher, sfu } = yield* call
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    const screen = yield* publisher.addTrack({ kind: "video", codec: vp9 })
    yield* negotiate
    const [offer] = sfu.offers
    assert.deepStrictEqual(offer!.tracks.map(({ track }) => track), [audio, camera, screen])
    for (const [at, codec] of ["opus/48000/2", "VP8/90000", "VP9/90000"].entries()) {
      const section = sections(offer!.sdp)[at]!
      assert.deepStrictEqual(Array.from(section.matchAll(/^a=rtpmap:\d+ (\S+)/gm), ([, name]) => name), [codec])
      assert.match(section, /^a=sendonly\r$/m)
      assert.include(section, `a=msid:- ${offer!.tracks[at]!.track.id}\r\n`)
      assert.include(section, `a=mid:${offer!.tracks[at]!.mid}\r\n`)
    }
    assert.match(sections(offer!.sdp)[2]!, /^a=fmtp:\d+ profile-id=0\r$/m)
    yield* until(publisher, "connected")
    for (const [at, track] of [audio, camera, screen].entries()) {
      const heard = yield* arrives(sfu, track, `track ${at}`)
      assert.deepStrictEqual(new Set(heard.map(({ mid }) => mid)), new Set([offer!.tracks[at]!.mid]))
    }
    assert.deepStrictEqual(causes, [])
  }))

it.live("numbers go on from source to source, and a gap within one stays a gap", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* negotiate
    yield* until(publisher, "connected")
    yield* arrives(sfu, audio, "ready", 1)
    const given = [
      packet(65_534, "a", 4_294_966_400),
      packet(65_535, "b", 64),
      packet(1, "c", 1_984),
      packet(0, "late", 1_024),
      packet(30_000, "another", 7),
      packet(30_001, "its next", 967)
    ]
    yield* Effect.forEach(given, audio.send)
    yield* Effect.repeat(Effect.yieldNow, { while: () => sfu.heard.at(-1)?.packet.payload.toString() !== "its next" })
    const headers = sfu.heard.slice(-given.length).map(({ packet: { header } }) => header)
    const steps = headers.slice(1).map(({ sequenceNumber }, at) =>
      ((sequenceNumber - headers[at]!.sequenceNumber) << 16) >> 16
    )
    assert.deepStrictEqual(steps, [1, 2, -1, 2, 1])
    const ticks = headers.slice(1).map(({ timestamp }, at) => (timestamp - headers[at]!.timestamp) | 0)
    assert.deepStrictEqual(ticks.slice(0, 3), [960, 1_920, -960])
    assert.isAbove(ticks[3]!, 960)
    assert.isBelow(ticks[3]!, 48_000 * 60)
    assert.strictEqual(ticks[4], 960)
    assert.strictEqual(new Set(headers.map(({ ssrc }) => ssrc)).size, 1)
  }))

it.live("a failed exchange takes nothing with it, and the next one offers the same m-lines", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    const refused: Array<PublisherOffer> = []
    const refuse = publisher.negotiate({
      exchange: (offer) => {
        refused.push(offer)
        return Effect.fail("refused" as const)
      }
    })
    assert.strictEqual(yield* Effect.flip(refuse), "refused")
    yield* negotiate
    yield* until(publisher, "connected")
    yield* arrives(sfu, audio, "before")
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    assert.strictEqual(yield* Effect.flip(refuse), "refused")
    yield* camera.send(packet(1, "too early"))
    yield* arrives(sfu, audio, "meanwhile")
    for (const answer of ["", "v=0\r\n", sections(sfu.connection.localDescription!.sdp).join("")]) {
      const error = yield* Effect.flip(publisher.negotiate({ exchange: () => Effect.succeed(answer) }))
      assert.deepInclude(error, { _tag: "NegotiationError", step: "SetRemoteDescription" })
    }
    yield* negotiate
    yield* arrives(sfu, camera, "after")
    assert.deepStrictEqual(sfu.offers.at(-1)!.tracks.map(({ mid }) => mid), refused[1]!.tracks.map(({ mid }) => mid))
    assert.isFalse(sfu.heard.some(({ packet }) => packet.payload.toString() === "too early"))
  }))

it.live("an answer that refuses what is to be sent fails, and without that track all goes on", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* negotiate
    yield* until(publisher, "connected")
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    const error = yield* Effect.flip(publisher.negotiate({
      exchange: ({ sdp, tracks }) =>
        Effect.sync(() => {
          const [audioOnly] = sections(sfu.connection.localDescription!.sdp)
          const session = sfu.connection.localDescription!.sdp.split(/^(?=m=)/m)[0]
          return `${session}${audioOnly}m=video 0 UDP/TLS/RTP/SAVPF ${/m=video \d+ \S+ (\d+)/.exec(sdp)![1]}\r\n`
            + `c=IN IP4 0.0.0.0\r\na=mid:${tracks[1]!.mid}\r\n`
        })
    }))
    assert.include(String(error), "was rejected")
    yield* camera.stop
    yield* negotiate
    yield* arrives(sfu, audio, "still")
  }))

it.live("a stopped track's m-line is inactive, and belongs to the next of its kind once that was answered", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* negotiate
    yield* until(publisher, "connected")
    const [before] = yield* arrives(sfu, camera, "camera")
    yield* camera.stop
    yield* camera.send(packet(0, "stopped"))
    // Not yet: that the first is inactive was not negotiated.
    const screen = yield* publisher.addTrack({ kind: "video", codec: vp9 })
    yield* negotiate
    assert.deepStrictEqual(sfu.offers[1]!.tracks.map(({ mid }) => mid), ["1", "2"])
    assert.match(sections(sfu.offers[1]!.sdp)[0]!, /^a=inactive\r$/m)
    yield* arrives(sfu, screen, "screen")
    const again = yield* publisher.addTrack({ kind: "video", codec: vp9 })
    yield* negotiate
    assert.deepStrictEqual(sfu.offers[2]!.tracks, [
      { track: audio, mid: "1" },
      { track: screen, mid: "2" },
      { track: again, mid: "0" }
    ])
    const [section] = sections(sfu.offers[2]!.sdp)
    assert.include(section, `a=msid:- ${again.id}\r\n`)
    assert.deepStrictEqual(Array.from(section!.matchAll(/^a=rtpmap:\d+ (\S+)/gm), ([, name]) => name), ["VP9/90000"])
    const [after] = yield* arrives(sfu, again, "again", 1)
    assert.strictEqual(after!.packet.header.ssrc, before!.packet.header.ssrc)
    assert.isFalse(sfu.heard.some(({ packet }) => packet.payload.toString() === "stopped"))
  }))

it.live("several negotiations at once are one after the other, and the second waits until the first has connected", () =>
  Effect.gen(function*() {
    const { publisher, sfu } = yield* call
    const states: Array<PeerConnectionState> = []
    yield* Effect.forkScoped(Stream.runForEach(publisher.states, (state) => Effect.sync(() => states.push(state))), {
      startImmediately: true
    })
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    const asked: Array<PeerConnectionState | undefined> = []
    const negotiate = publisher.negotiate({
      exchange: (offer) => Effect.andThen(Effect.sync(() => void asked.push(states.at(-1))), sfu.answer(offer))
    })
    const first = yield* Effect.forkChild(negotiate, { startImmediately: true })
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    yield* negotiate
    yield* Fiber.join(first)
    yield* arrives(sfu, audio, "audio")
    yield* arrives(sfu, camera, "camera")
    assert.deepStrictEqual(asked, ["new", "connected"])
    assert.deepStrictEqual(states, ["new", "connecting", "connected"])
  }))

it.live("a restart of ICE by our offer brings the media back, also after an m-line was inactive, and also twice", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    yield* negotiate
    yield* until(publisher, "connected")
    yield* camera.stop
    yield* negotiate
    for (const mark of ["once", "twice"]) {
      const before = ufragOf(sfu.offers.at(-1)!.sdp)
      yield* publisher.negotiate({ iceRestart: true, exchange: sfu.answer })
      assert.notStrictEqual(ufragOf(sfu.offers.at(-1)!.sdp), before)
      yield* until(publisher, "connected")
      yield* arrives(sfu, audio, mark)
    }
  }))

it.effect("an ICE restart that nobody answers fails the connection in its time, and another one mends it", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const publisher = yield* openPublisher({ connectTimeout: "20 seconds" })
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* publisher.negotiate({ exchange: sfu.answer })
    yield* until(publisher, "connected")
    yield* Effect.flip(publisher.negotiate({ iceRestart: true, exchange: () => Effect.fail("lost") }))
    yield* TestClock.adjust("20 seconds")
    yield* until(publisher, "failed")
    yield* publisher.negotiate({ iceRestart: true, exchange: sfu.answer })
    yield* until(publisher, "connected")
    yield* TestClock.withLive(arrives(sfu, audio, "mended"))
  }))

it.live("whoever asks for a key frame is heard, by PLI and by FIR, on the track that they ask for", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    const screen = yield* publisher.addTrack({ kind: "video", codec: vp8 })
    yield* negotiate
    yield* until(publisher, "connected")
    const asked: Array<string> = []
    for (const [name, track] of [["camera", camera], ["screen", screen]] as const) {
      yield* Effect.forkScoped(
        Stream.runForEach(track.keyFrameRequests, () => Effect.sync(() => asked.push(name))),
        { startImmediately: true }
      )
    }
    const [{ packet }] = (yield* arrives(sfu, camera, "camera", 1)) as readonly [Heard]
    const [other] = (yield* arrives(sfu, screen, "screen", 1)) as readonly [Heard]
    const receiver = sfu.connection.getTransceivers()[0]!.receiver
    yield* Effect.promise(() => receiver.sendRtcpPLI(packet.header.ssrc))
    yield* Effect.repeat(Effect.yieldNow, { while: () => asked.length < 1 })
    // RFC 5104, section 4.3.1: the SSRC is in the entry, and that of the header zero.
    const fir = Buffer.alloc(20)
    fir.set([0x84, 206, 0, 4])
    fir.writeUInt32BE(1, 4)
    fir.writeUInt32BE(other.packet.header.ssrc, 12)
    const transport = transportOf(sfu)
    yield* Effect.promise(() => transport.iceTransport.connection.send(transport.srtcp.encrypt(fir)))
    yield* Effect.repeat(Effect.yieldNow, { while: () => asked.length < 2 })
    assert.deepStrictEqual(asked, ["camera", "screen"])
  }))

it.live("candidates are taken before the answer that they belong to, and after it", () =>
  Effect.gen(function*() {
    const { publisher, sfu } = yield* call
    yield* publisher.addTrack({ kind: "audio", codec: opus })
    const trickle = (sdp: string) =>
      Effect.forEach(
        sdp.matchAll(/^a=(candidate:.*)\r$/gm),
        ([, candidate]) =>
          publisher.addIceCandidate({ candidate: candidate!, sdpMid: "0", usernameFragment: ufragOf(sdp) })
      )
    const trickling = yield* Effect.forkChild(
      publisher.negotiate({
        exchange: (offer) =>
          Effect.gen(function*() {
            const sdp = yield* sfu.answer({ sdp: offer.sdp.replace(/a=(candidate|end-of-candidates).*\r\n/g, "") })
            yield* Effect.forkChild(trickle(sdp), { startImmediately: true })
            return sdp.replace(/a=(candidate|end-of-candidates).*\r\n/g, "")
          })
      })
    )
    yield* Fiber.join(trickling)
    yield* trickle(sfu.connection.localDescription!.sdp)
    yield* until(publisher, "connected")
  }))

it.live("closing it ends what it has begun, whatever it waits for, and tells the other side", () =>
  Effect.gen(function*() {
    const causes = yield* unhandled
    const sfu = yield* openSfu
    const scope = yield* Scope.make()
    const publisher = yield* Scope.provide(openPublisher(), scope)
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* publisher.negotiate({ exchange: sfu.answer })
    yield* until(publisher, "connected")
    yield* arrives(sfu, audio, "audio", 1)
    const requests = yield* Effect.forkChild(Stream.runDrain(audio.keyFrameRequests), { startImmediately: true })
    const hanging = yield* Effect.forkChild(
      Effect.exit(publisher.negotiate({ exchange: () => Effect.never })),
      { startImmediately: true }
    )
    const waiting = yield* Effect.forkChild(Effect.exit(publisher.negotiate({ exchange: () => Effect.never })), {
      startImmediately: true
    })
    yield* Scope.close(scope, Exit.void)
    assert.include(String(yield* Fiber.join(hanging)), "the connection is closed")
    assert.include(String(yield* Fiber.join(waiting)), "the connection is closed")
    yield* Fiber.join(requests)
    yield* audio.send(packet(1))
    assert.deepStrictEqual(yield* Stream.runCollect(publisher.states), ["closed"])
    // werift's consent would take 30 seconds to expire.
    yield* Effect.repeat(Effect.yieldNow, { while: () => transportOf(sfu).state !== "closed" }).pipe(
      Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.die(new Error("not told")) })
    )
    assert.deepStrictEqual(causes, [])
  }))

it.live("an interrupted exchange is taken back, and the next one is as good", () =>
  Effect.gen(function*() {
    const { negotiate, publisher, sfu } = yield* call
    const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
    const offered = yield* Deferred.make<void>()
    const made: Array<RTCPeerConnection> = []
    const { createOffer } = RTCPeerConnection.prototype
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        RTCPeerConnection.prototype.createOffer = function(options) {
          made.push(this)
          return createOffer.call(this, options)
        }
      }),
      () => Effect.sync(() => void (RTCPeerConnection.prototype.createOffer = createOffer))
    )
    const hanging = yield* Effect.forkChild(
      publisher.negotiate({ exchange: () => Effect.andThen(Deferred.succeed(offered, undefined), Effect.never) }),
      {
        startImmediately: true
      }
    )
    yield* Deferred.await(offered)
    yield* Fiber.interrupt(hanging)
    assert.strictEqual(made[0]?.signalingState, "stable")
    yield* negotiate
    yield* until(publisher, "connected")
    yield* arrives(sfu, audio, "audio")
  }))

it.live("a codec that it cannot send is refused", () =>
  Effect.gen(function*() {
    const publisher = yield* openPublisher()
    const error = yield* Effect.flip(publisher.addTrack({ kind: "video", codec: { name: "H264", clockRate: 90_000 } }))
    assert.deepInclude(error, { step: "CreateOffer", detail: "no video codec H264/90000" })
  }))

it.live("a werift track is a stream of its packets, until it ends", () =>
  Effect.gen(function*() {
    const track = new MediaStreamTrack({ kind: "audio" })
    const collecting = yield* Effect.forkChild(Stream.runCollect(WeriftTrack.packets(track)), {
      startImmediately: true
    })
    const header = new RtpHeader({ sequenceNumber: 7, timestamp: 9, marker: true, payloadType: 96 })
    track.writeRtp(new RtpPacket(header, Buffer.from("hello")))
    track.stop()
    const [only, ...more] = yield* Fiber.join(collecting)
    assert.deepStrictEqual(more, [])
    assert.deepStrictEqual(only, {
      sequenceNumber: 7,
      timestamp: 9,
      marker: true,
      payload: new Uint8Array(Buffer.from("hello"))
    })
    assert.deepStrictEqual(yield* Stream.runCollect(WeriftTrack.packets(track)), [])
  }))
