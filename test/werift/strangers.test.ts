/**
 * Somebody who knows the port of a connection and has no key: what is not authenticated changes nothing. Over real sockets
 * on 127.0.0.1.
 */
import { assert, describe, it } from "@effect/vitest"
import type { PeerConnection } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { RTCPeerConnection } from "werift"
import { GenericNack, RtcpTransportLayerFeedback, StunProtocol } from "werift"
import { openCall, opus, sendUntilReceived, transportOf } from "./AnsweringSfu.ts"
import { answeringConnections, only, openSfu, openSubscriber, receiveTexts, untilState } from "./Sfu.ts"
import { binding, check, openStranger, portOf, single, stun } from "./StrangeDatagrams.ts"

const stateOf = (connection: Pick<PeerConnection, "states">) =>
  Effect.map(Stream.runHead(connection.states), Option.getOrUndefined)

/** A subscriber that is connected, the port of its socket, and `receive`, which ends when packets have arrived. */
const openSubscription = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const sender = sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
  const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
  yield* sfu.accept(sdp)
  yield* untilState(subscriber, "connected")
  const receive = (text: string) => receiveTexts(only(media), () => sender.send(text))
  yield* receive("before")
  return { connection: subscriber, port: portOf(sdp), receive, sfu, sdp }
})

const openPublication = Effect.gen(function*() {
  const { negotiate, publisher, sfu } = yield* openCall
  const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
  yield* negotiate
  yield* untilState(publisher, "connected")
  const receive = (text: string) => Effect.asVoid(sendUntilReceived(sfu, track, text))
  yield* receive("before")
  return { connection: publisher, port: portOf(sfu.offers[0]!.sdp), receive, sfu }
})

/** Writes to the port with the address of the SFU, as somebody on the path does. */
const spoof = ({ iceTransports }: RTCPeerConnection, datagram: Buffer, port: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const { protocol } = iceTransports[0]!.connection.nominated!
    if (!(protocol instanceof StunProtocol)) return resume(Effect.die(new Error("no socket")))
    protocol.transport.socket.send(datagram, port, "127.0.0.1", () => resume(Effect.void))
  })

describe("one datagram without a key changes nothing", () => {
  for (const [name, open] of [["subscriber", openSubscription], ["publisher", openPublication]] as const) {
    it.live(`a connected ${name} stays connected after each of ${single.length} datagrams, and answers none`, () =>
      Effect.gen(function*() {
        const { connection, port, receive } = yield* open
        const stranger = yield* openStranger
        let answers = 0
        stranger.socket.on("message", () => answers++)
        for (const [what, datagram] of single) {
          yield* stranger.send(datagram, port)
          yield* receive(what)
          assert.strictEqual(yield* stateOf(connection), "connected", what)
        }
        assert.strictEqual(answers, 0)
      }))

    it.live(`the same with the address of the SFU: a ${name}`, () =>
      Effect.gen(function*() {
        const { connection, port, receive, sfu } = yield* open
        for (const [what, datagram] of single) {
          yield* spoof(sfu.connection, datagram, port)
          yield* receive(what)
          assert.strictEqual(yield* stateOf(connection), "connected", what)
        }
      }))
  }

  it.live("during the handshake: a connection is made while each of them arrives again and again", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
      const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
      const stranger = yield* openStranger
      const all = Effect.forEach(single, ([, datagram]) => stranger.send(datagram, portOf(sdp)), { discard: true })
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(all, Effect.sleep("2 millis"))))
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(only(media), () => sender.send("after"))
    }))
})

describe("connectivity checks (RFC 8445)", () => {
  const openWithAgent = Effect.gen(function*() {
    const answering = yield* answeringConnections
    const call = yield* openSubscription
    const ice = only(answering).iceTransports[0]!.connection
    return { ...call, ice, username: `${ice.localUsername}:${ice.remoteUsername}` }
  })

  it.live("checks that are not signed are not answered, and leave no candidate and no pair", () =>
    Effect.gen(function*() {
      const { ice, port, receive, username } = yield* openWithAgent
      const stranger = yield* openStranger
      let answers = 0
      stranger.socket.on("message", () => answers++)
      const before = [ice.checkList.length, ice.remoteCandidates.length, ice.iceControlling]
      for (const role of ["controlling", "controlled"] as const) {
        for (const options of [{}, { password: "guessed" }]) {
          for (let n = 0; n < 50; n++) {
            yield* stranger.send(stun(binding.request, check(username, role), options), port)
          }
        }
      }
      yield* receive("after")
      assert.deepStrictEqual([ice.checkList.length, ice.remoteCandidates.length, ice.iceControlling], before)
      assert.strictEqual(answers, 0)
    }))

  it.live("a check from a new address that is signed with our password is answered; 32 new addresses are learnt", () =>
    Effect.gen(function*() {
      const { connection, ice, port, receive, username } = yield* openWithAgent
      const before = ice.remoteCandidates.length
      let answers = 0
      for (let n = 0; n < 40; n++) {
        const stranger = yield* openStranger
        stranger.socket.on("message", (message) => {
          if (message.readUInt16BE(0) === binding.response) answers++
        })
        const request = stun(binding.request, check(username).slice(0, 2), { password: ice.localPassword })
        yield* stranger.send(request, port)
      }
      yield* receive("after")
      assert.strictEqual(ice.remoteCandidates.length - before, 32)
      assert.strictEqual(answers, 32)
      assert.strictEqual(yield* stateOf(connection), "connected")
    }))
})

/**
 * The connection does not receive the first ChangeCipherSpec and Finished. Returns the number of Finished that were sent to
 * it.
 */
const dropLastFlight = (connection: RTCPeerConnection): Effect.Effect<() => number, never, Scope.Scope> => {
  const prototype = StunProtocol.prototype as unknown as {
    datagramReceived: (this: StunProtocol, data: Buffer, from: unknown) => void
  }
  const { datagramReceived } = prototype
  let sent = 0
  return Effect.as(
    Effect.acquireRelease(
      Effect.sync(() => {
        prototype.datagramReceived = function(data, from) {
          const isOurs = connection.iceTransports.some(({ connection: ice }) =>
            (ice as unknown as {
              readonly protocols: ReadonlyArray<unknown>
            }).protocols.includes(this)
          )
          const isFinished = data[0] === 22 && data.readUInt16BE(3) === 1
          if (isOurs && isFinished) sent++
          const isDropped = isOurs && (isFinished ? sent === 1 : data[0] === 20 && sent === 0)
          if (!isDropped) datagramReceived.call(this, data, from)
        }
      }),
      () => Effect.sync(() => void (prototype.datagramReceived = datagramReceived))
    ),
    () => sent
  )
}

describe("DTLS: the last flight is lost (RFC 6347, section 4.2.4)", () => {
  it.live("the Finished that the remote side repeats is answered by the last flight again", () =>
    Effect.gen(function*() {
      const { negotiate, publisher, sfu } = yield* openCall
      const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
      // The SFU is the DTLS client. Its socket drops our ChangeCipherSpec and Finished until it has repeated its own.
      const repeated = yield* dropLastFlight(sfu.connection)
      yield* negotiate
      yield* untilState(publisher, "connected")
      assert.notStrictEqual(transportOf(sfu).state, "connected")
      yield* sendUntilReceived(sfu, track, "after")
      assert.isAtLeast(repeated(), 2)
    }))
})

describe("RTCP", () => {
  it.live("a compound packet is delivered packet by packet, a lost packet once, and a wrong length not at all", () =>
    Effect.gen(function*() {
      const answering = yield* answeringConnections
      const { receive, sfu } = yield* openSubscription
      const [to] = only(answering).dtlsTransports
      const [from] = sfu.connection.dtlsTransports
      const delivered: Array<string> = []
      to!.onRtcp.subscribe((packet) => {
        if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof GenericNack) {
          delivered.push(packet.feedback.lost.join())
        }
      })
      const nack = (...lost: Array<number>): Buffer =>
        new RtcpTransportLayerFeedback({
          feedback: new GenericNack({ senderSsrc: 1, mediaSourceSsrc: 2, lost })
        })
          .serialize()
      const send = (compound: Buffer): Effect.Effect<void> =>
        Effect.promise(() => from!.iceTransport.connection.send(from!.srtcp.encrypt(compound)))
      // 16,000 headers of transport-wide feedback: werift reads to the end of the datagram for each.
      const headers = Buffer.alloc(64_000)
      for (let at = 0; at < headers.length; at += 4) headers.writeUInt32BE(0x8fcd_0000, at)
      yield* send(Buffer.concat([nack(1), headers]))
      yield* send(Buffer.concat([nack(2), nack(3), nack(4, 4, 4)]))
      yield* receive("after")
      assert.deepStrictEqual(delivered, ["2", "3", "4"])
    }))
})
