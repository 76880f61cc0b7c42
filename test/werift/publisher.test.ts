/**
 * The connection on which we send, over ICE, DTLS and SRTP on 127.0.0.1.
 */
import { assert, describe, it } from "@effect/vitest"
import type { PacketResult, PeerConnectionState, PublisherOffer } from "effect-track-resolver"
import { WeriftTrack } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket } from "werift"
import {
  openCall,
  openPublisher,
  openSfu,
  opus,
  packetOf,
  type Received,
  sectionsOf,
  sendUntilReceived,
  transportOf,
  ufragOf,
  vp8,
  vp9
} from "./AnsweringSfu.ts"
import { unhandledErrors, untilSelected, untilState } from "./Sfu.ts"

describe("Tracks and their m-lines", () => {
  it.live("each track has a sendonly m-line with one codec and no stream id, and its packets arrive", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const { negotiate, publisher, sfu } = yield* openCall
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      const screen = yield* publisher.addTrack({ kind: "video", codec: vp9 })
      yield* negotiate
      const [offer] = sfu.offers
      assert.deepStrictEqual(offer!.tracks.map(({ track }) => track), [audio, camera, screen])
      for (const [index, codec] of ["opus/48000/2", "VP8/90000", "VP9/90000"].entries()) {
        const section = sectionsOf(offer!.sdp)[index]!
        assert.deepStrictEqual(Array.from(section.matchAll(/^a=rtpmap:\d+ (\S+)/gm), ([, name]) => name), [codec])
        assert.match(section, /^a=sendonly\r$/m)
        assert.include(section, `a=msid:- ${offer!.tracks[index]!.track.id}\r\n`)
        assert.include(section, `a=mid:${offer!.tracks[index]!.mid}\r\n`)
      }
      assert.match(sectionsOf(offer!.sdp)[2]!, /^a=fmtp:\d+ profile-id=0\r$/m)
      yield* untilState(publisher, "connected")
      for (const [index, track] of [audio, camera, screen].entries()) {
        const received = yield* sendUntilReceived(sfu, track, `track ${index}`)
        assert.deepStrictEqual(new Set(received.map(({ mid }) => mid)), new Set([offer!.tracks[index]!.mid]))
      }
      assert.deepStrictEqual(errors, [])
    }))

  it.live("the m-line of a stopped track is inactive; after the answer the next track of its kind gets it", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      yield* negotiate
      yield* untilState(publisher, "connected")
      const [before] = yield* sendUntilReceived(sfu, camera, "camera")
      yield* camera.stop
      yield* camera.send(packetOf(0, "stopped"))
      // The first m-line is not free yet: it was not negotiated as inactive.
      const screen = yield* publisher.addTrack({ kind: "video", codec: vp9 })
      yield* negotiate
      assert.deepStrictEqual(sfu.offers[1]!.tracks.map(({ mid }) => mid), ["1", "2"])
      assert.match(sectionsOf(sfu.offers[1]!.sdp)[0]!, /^a=inactive\r$/m)
      yield* sendUntilReceived(sfu, screen, "screen")
      const again = yield* publisher.addTrack({ kind: "video", codec: vp9 })
      yield* negotiate
      assert.deepStrictEqual(sfu.offers[2]!.tracks, [
        { track: audio, mid: "1" },
        { track: screen, mid: "2" },
        { track: again, mid: "0" }
      ])
      const [section] = sectionsOf(sfu.offers[2]!.sdp)
      assert.include(section, `a=msid:- ${again.id}\r\n`)
      assert.deepStrictEqual(Array.from(section!.matchAll(/^a=rtpmap:\d+ (\S+)/gm), ([, name]) => name), ["VP9/90000"])
      const [after] = yield* sendUntilReceived(sfu, again, "again", 1)
      assert.strictEqual(after!.packet.header.ssrc, before!.packet.header.ssrc)
      assert.isFalse(sfu.received.some(({ packet }) => packet.payload.toString() === "stopped"))
    }))

  it.live("a codec that cannot be sent is rejected", () =>
    Effect.gen(function*() {
      const publisher = yield* openPublisher()
      const error = yield* Effect.flip(
        publisher.addTrack({ kind: "video", codec: { name: "H264", clockRate: 90_000 } })
      )
      assert.deepInclude(error, { step: "CreateOffer", detail: "no video codec H264/90000" })
    }))

  it.live("the numbers of another source continue those of the last, and a gap within a source stays a gap", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      yield* negotiate
      yield* untilState(publisher, "connected")
      yield* sendUntilReceived(sfu, audio, "ready", 1)
      const packets = [
        packetOf(65_534, "a", 4_294_966_400),
        packetOf(65_535, "b", 64),
        packetOf(1, "c", 1_984),
        packetOf(0, "late", 1_024),
        packetOf(30_000, "another", 7),
        packetOf(30_001, "its next", 967)
      ]
      yield* Effect.forEach(packets, audio.send)
      yield* Effect.repeat(Effect.yieldNow, {
        while: () => sfu.received.at(-1)?.packet.payload.toString() !== "its next"
      })
      const headers = sfu.received.slice(-packets.length).map(({ packet: { header } }) => header)
      const steps = headers.slice(1).map(({ sequenceNumber }, index) =>
        ((sequenceNumber - headers[index]!.sequenceNumber) << 16) >> 16
      )
      assert.deepStrictEqual(steps, [1, 2, -1, 2, 1])
      const ticks = headers.slice(1).map(({ timestamp }, index) => (timestamp - headers[index]!.timestamp) | 0)
      assert.deepStrictEqual(ticks.slice(0, 3), [960, 1_920, -960])
      assert.isAbove(ticks[3]!, 960)
      assert.isBelow(ticks[3]!, 48_000 * 60)
      assert.strictEqual(ticks[4], 960)
      assert.strictEqual(new Set(headers.map(({ ssrc }) => ssrc)).size, 1)
    }))

  it.live("utterances that are each numbered from 0 arrive under numbers that go on, each number once", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      yield* negotiate
      yield* untilState(publisher, "connected")
      yield* sendUntilReceived(sfu, audio, "ready", 1)
      const before = sfu.received.length
      const results: Array<PacketResult> = []
      for (const [name, count] of [["hello", 40], ["yes", 30], ["goodbye", 20]] as const) {
        for (let number = 0; number < count; number++) {
          results.push(...yield* audio.send(packetOf(number, `${name} ${number}`)))
        }
        results.push(...yield* audio.send(packetOf(count - 1, "duplicate")))
      }
      results.push(...yield* audio.send(packetOf(20, "last")))
      yield* Effect.repeat(Effect.yieldNow, {
        while: () => sfu.received.at(-1)?.packet.payload.toString() !== "last"
      })
      const packets = sfu.received.slice(before).map(({ packet }) => packet)
      assert.notInclude(packets.map(({ payload }) => payload.toString()), "duplicate")
      const headers = packets.map(({ header }) => header)
      const numbers = headers.map(({ sequenceNumber }) => (sequenceNumber - headers[0]!.sequenceNumber) & 0xffff)
      assert.deepStrictEqual(numbers, Array.from(numbers, (_, index) => index))
      const ticks = headers.slice(1).map(({ timestamp }, index) => (timestamp - headers[index]!.timestamp) | 0)
      assert.isAbove(Math.min(...ticks), 0)
      assert.strictEqual(results.filter((result) => result === "Sent").length, 91)
      assert.strictEqual(results.filter((result) => result === "OutOfOrder").length, 3)
    }))
})

describe("Negotiations", () => {
  it.live("negotiations run one after the other, and the second waits until the connection has connected", () =>
    Effect.gen(function*() {
      const { publisher, sfu } = yield* openCall
      const states: Array<PeerConnectionState> = []
      yield* Effect.forkScoped(Stream.runForEach(publisher.states, (state) => Effect.sync(() => states.push(state))), {
        startImmediately: true
      })
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      const requests: Array<PeerConnectionState | undefined> = []
      const negotiate = publisher.negotiate({
        exchange: (offer) => Effect.andThen(Effect.sync(() => void requests.push(states.at(-1))), sfu.answer(offer))
      })
      const first = yield* Effect.forkChild(negotiate, { startImmediately: true })
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      yield* negotiate
      yield* Fiber.join(first)
      yield* sendUntilReceived(sfu, audio, "audio")
      yield* sendUntilReceived(sfu, camera, "camera")
      assert.deepStrictEqual(requests, ["new", "connected"])
      assert.deepStrictEqual(states, ["new", "connecting", "connected"])
    }))

  it.live("a failed exchange changes nothing, and the next one offers the same m-lines", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
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
      yield* untilState(publisher, "connected")
      yield* sendUntilReceived(sfu, audio, "before")
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      assert.strictEqual(yield* Effect.flip(refuse), "refused")
      yield* camera.send(packetOf(1, "too early"))
      yield* sendUntilReceived(sfu, audio, "between")
      for (const answer of ["", "v=0\r\n", sectionsOf(sfu.connection.localDescription!.sdp).join("")]) {
        const error = yield* Effect.flip(publisher.negotiate({ exchange: () => Effect.succeed(answer) }))
        assert.deepInclude(error, { _tag: "NegotiationError", step: "SetRemoteDescription" })
      }
      yield* negotiate
      yield* sendUntilReceived(sfu, camera, "after")
      assert.deepStrictEqual(sfu.offers.at(-1)!.tracks.map(({ mid }) => mid), refused[1]!.tracks.map(({ mid }) => mid))
      assert.isFalse(sfu.received.some(({ packet }) => packet.payload.toString() === "too early"))
    }))

  it.live("an answer that rejects a track's m-line fails; without that track the next one succeeds", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      yield* negotiate
      yield* untilState(publisher, "connected")
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      const error = yield* Effect.flip(publisher.negotiate({
        exchange: ({ sdp, tracks }) =>
          Effect.sync(() => {
            const [audioOnly] = sectionsOf(sfu.connection.localDescription!.sdp)
            const session = sfu.connection.localDescription!.sdp.split(/^(?=m=)/m)[0]
            return `${session}${audioOnly}m=video 0 UDP/TLS/RTP/SAVPF ${/m=video \d+ \S+ (\d+)/.exec(sdp)![1]}\r\n`
              + `c=IN IP4 0.0.0.0\r\na=mid:${tracks[1]!.mid}\r\n`
          })
      }))
      assert.include(String(error), "was rejected")
      yield* camera.stop
      yield* negotiate
      yield* sendUntilReceived(sfu, audio, "still")
    }))

  it.live("an interrupted exchange is rolled back, and the next one succeeds", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      const offered = yield* Deferred.make<void>()
      const offering: Array<RTCPeerConnection> = []
      const { createOffer } = RTCPeerConnection.prototype
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          RTCPeerConnection.prototype.createOffer = function(options) {
            offering.push(this)
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
      assert.strictEqual(offering[0]?.signalingState, "stable")
      yield* negotiate
      yield* untilState(publisher, "connected")
      yield* sendUntilReceived(sfu, audio, "audio")
    }))

  it.live("candidates are accepted before the answer that they belong to, and after it", () =>
    Effect.gen(function*() {
      const { publisher, sfu } = yield* openCall
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
      yield* untilState(publisher, "connected")
    }))
})

describe("H12: after an ICE restart no packet arrives", () => {
  it.live("packets arrive after an ICE restart, also after an m-line was inactive and after a second restart", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      yield* negotiate
      yield* untilState(publisher, "connected")
      yield* camera.stop
      yield* negotiate
      for (const text of ["once", "twice"]) {
        const before = ufragOf(sfu.offers.at(-1)!.sdp)
        yield* publisher.negotiate({ iceRestart: true, exchange: sfu.answer })
        assert.notStrictEqual(ufragOf(sfu.offers.at(-1)!.sdp), before)
        yield* untilSelected(sfu.connection)
        yield* sendUntilReceived(sfu, audio, text)
      }
    }))
})

describe("Key frame requests", () => {
  it.live("key frame requests arrive at their track, as PLI and as FIR", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const camera = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      const screen = yield* publisher.addTrack({ kind: "video", codec: vp8 })
      yield* negotiate
      yield* untilState(publisher, "connected")
      const requests: Array<string> = []
      for (const [name, track] of [["camera", camera], ["screen", screen]] as const) {
        yield* Effect.forkScoped(
          Stream.runForEach(track.keyFrameRequests, () => Effect.sync(() => requests.push(name))),
          { startImmediately: true }
        )
      }
      const [{ packet }] = (yield* sendUntilReceived(sfu, camera, "camera", 1)) as readonly [Received]
      const [other] = (yield* sendUntilReceived(sfu, screen, "screen", 1)) as readonly [Received]
      const receiver = sfu.connection.getTransceivers()[0]!.receiver
      yield* Effect.promise(() => receiver.sendRtcpPLI(packet.header.ssrc))
      yield* Effect.repeat(Effect.yieldNow, { while: () => requests.length < 1 })
      // A FIR has the SSRC in its entry, and 0 as the media SSRC of its header (RFC 5104, section 4.3.1).
      const fir = Buffer.alloc(20)
      fir.set([0x84, 206, 0, 4])
      fir.writeUInt32BE(1, 4)
      fir.writeUInt32BE(other.packet.header.ssrc, 12)
      const transport = transportOf(sfu)
      yield* Effect.promise(() => transport.iceTransport.connection.send(transport.srtcp.encrypt(fir)))
      yield* Effect.repeat(Effect.yieldNow, { while: () => requests.length < 2 })
      assert.deepStrictEqual(requests, ["camera", "screen"])
    }))
})

describe("H15: the close sends no DTLS alert", () => {
  it.live("closing ends pending negotiations and streams, and sends a close_notify", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      const scope = yield* Scope.make()
      const publisher = yield* Scope.provide(openPublisher(), scope)
      const audio = yield* publisher.addTrack({ kind: "audio", codec: opus })
      yield* publisher.negotiate({ exchange: sfu.answer })
      yield* untilState(publisher, "connected")
      yield* sendUntilReceived(sfu, audio, "audio", 1)
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
      yield* audio.send(packetOf(1))
      assert.deepStrictEqual(yield* Stream.runCollect(publisher.states), ["closed"])
      // Without a close_notify the consent expires after 30 seconds.
      yield* Effect.repeat(Effect.yieldNow, { while: () => transportOf(sfu).state !== "closed" }).pipe(
        Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.die(new Error("no close_notify arrived")) })
      )
      assert.deepStrictEqual(errors, [])
    }))
})

describe("WeriftTrack.packets", () => {
  it.live("the packets of a track arrive until the track is stopped", () =>
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
})
