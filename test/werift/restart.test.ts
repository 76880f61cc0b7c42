/**
 * An ICE restart of a connection that works: media flows on the former path until the restart has selected another pair
 * (RFC 8445, section 9), as long as the remote side consents to it (RFC 7675).
 */
import { assert, describe, it } from "@effect/vitest"
import type { PacketResult } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { RTCPeerConnection } from "werift"
import { replaceMethod } from "../support/operations.ts"
import { openPublisher, openSfu, opus, packetOf, sendUntilReceived } from "./AnsweringSfu.ts"
import * as Sfu from "./Sfu.ts"

/** The werift connections that create an offer while the scope is open. */
const offeringConnections = Effect.gen(function*() {
  const offering: Array<RTCPeerConnection> = []
  yield* Effect.acquireRelease(
    Effect.sync(() =>
      replaceMethod(RTCPeerConnection.prototype, "createOffer", (createOffer) =>
        function(...args) {
          if (!offering.includes(this as RTCPeerConnection)) offering.push(this as RTCPeerConnection)
          return Reflect.apply(createOffer, this, args)
        })
    ),
    (restore) => Effect.sync(restore)
  )
  return offering
})

/** A second, and time for the answer to a check of consent. */
const pass = Effect.andThen(TestClock.adjust("1 second"), TestClock.withLive(Effect.sleep("20 millis")))

/** A publisher that is connected, and its only track. */
const connected = Effect.gen(function*() {
  const sfu = yield* openSfu
  const publisher = yield* openPublisher({ connectTimeout: "10 minutes" })
  const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
  yield* publisher.negotiate({ exchange: sfu.answer })
  yield* Sfu.untilState(publisher, "connected")
  const receive = (text: string) => sendUntilReceived(sfu, track, text)
  const restart = publisher.negotiate({ iceRestart: true, exchange: sfu.answer })
  const lostRestart = Effect.flip(publisher.negotiate({ iceRestart: true, exchange: () => Effect.fail("lost") }))
  return { lostRestart, publisher, receive, restart, sfu, track }
})

describe("media flows during an ICE restart", () => {
  it.live("a publisher refuses no packet, and its packets arrive before and after the SFU has the offer", () =>
    Effect.gen(function*() {
      const { publisher, receive, sfu, track } = yield* connected
      yield* receive("before")
      const states = yield* Sfu.statesOf(publisher)
      const results = new Set<PacketResult>()
      let sequenceNumber = 2_000
      const send = Effect.map(Effect.suspend(() => track.send(packetOf(sequenceNumber++))), (sent) => {
        for (const result of sent) results.add(result)
      })
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(send, Effect.sleep("1 millis"))))
      for (const time of ["first", "second"]) {
        yield* publisher.negotiate({
          iceRestart: true,
          exchange: (offer) =>
            Effect.gen(function*() {
              yield* receive(`${time} offer`)
              const answer = yield* sfu.answer(offer)
              yield* receive(`${time} answer`)
              return answer
            })
        })
        yield* Sfu.untilSelected(sfu.connection)
        yield* receive(`${time} restart`)
      }
      assert.isTrue(results.has("Sent"))
      assert.isFalse(results.has("NotConnected"))
      assert.deepStrictEqual(states, ["connected"])
    }))

  it.live("a subscriber receives, and its key frame requests arrive, before the SFU has the answer", () =>
    Effect.gen(function*() {
      const sfu = yield* Sfu.openSfu
      const subscriber = yield* Sfu.openSubscriber()
      const sender = sfu.publish("video", "alice:TRACK_TYPE_VIDEO:x")
      yield* sfu.exchange(subscriber)
      yield* Sfu.untilState(subscriber, "connected")
      const path = yield* Effect.sync(() => sfu.connection.iceTransports[0]!.connection.nominated!)
      const { media, sdp } = yield* subscriber.answer(yield* sfu.offer({ iceRestart: true }))
      // werift forgets its pair. An SFU sends on until the restart is complete.
      const sendOnFormer = Effect.suspend(() => {
        const { connection: ice } = sfu.connection.iceTransports[0]!
        const { send } = ice
        ice.send = (data) => path.protocol.sendData(data, path.remoteAddr)
        return Effect.ensuring(
          Sfu.receiveTexts(Sfu.only(media), () => sender.send("during")),
          Effect.sync(() => ice.send = send)
        )
      })
      yield* sendOnFormer
      const requested = yield* Deferred.make<void>()
      sender.transceiver.sender.onPictureLossIndication.subscribe(() => Deferred.doneUnsafe(requested, Effect.void))
      yield* Effect.race(
        Deferred.await(requested),
        Effect.forever(Effect.delay(Sfu.only(media).requestKeyFrame, "50 millis"))
      )
      yield* sfu.accept(sdp)
      yield* Sfu.untilSelected(sfu.connection)
      yield* Sfu.receiveTexts(Sfu.only(media), () => sender.send("after"))
    }))

  it.effect(
    "after restarts without an answer too: the path is kept while the SFU consents, and another restart connects",
    () =>
      Effect.gen(function*() {
        const ours = yield* offeringConnections
        const { lostRestart, publisher, receive, restart, sfu } = yield* connected
        const states = yield* Sfu.statesOf(publisher)
        yield* lostRestart
        // No time passes: the next negotiation does not wait for the timeout of the one before.
        yield* lostRestart
        yield* TestClock.withLive(receive("without an answer"))
        // Long enough for the three checks without an answer that make a path silent: each takes 800 ms of real time.
        for (const end = performance.now() + 4_000; performance.now() < end;) yield* pass
        yield* TestClock.adjust("10 minutes")
        yield* TestClock.withLive(receive("after a timeout"))
        assert.deepStrictEqual(states, ["connected"])
        yield* restart
        yield* Sfu.untilSelected(sfu.connection)
        yield* Sfu.untilSelected(Sfu.only(ours))
        yield* TestClock.withLive(receive("restarted"))
        assert.deepStrictEqual(states, ["connected"])
      })
  )

  it.effect(
    "a former path without consent refuses packets: connecting, then failed in time, until an offer is answered",
    () =>
      Effect.gen(function*() {
        const { lostRestart, publisher, receive, sfu, track } = yield* connected
        const states = yield* Sfu.statesOf(publisher)
        yield* lostRestart
        const path = Sfu.cut(sfu.connection)
        yield* Effect.repeat(pass, { while: () => !states.includes("connecting") })
        assert.deepStrictEqual(yield* track.send(packetOf(1)), ["NotConnected"])
        yield* TestClock.adjust("10 minutes")
        yield* Sfu.untilState(publisher, "failed")
        path.heal()
        // It has the credentials of the restart.
        yield* publisher.negotiate({ exchange: sfu.answer })
        yield* Sfu.untilState(publisher, "connected")
        yield* Sfu.untilSelected(sfu.connection)
        yield* TestClock.withLive(receive("restarted"))
        assert.deepStrictEqual(states, ["connected", "connecting", "failed", "connecting", "connected"])
      })
  )

  it.effect(
    "a restart of a dead path is connecting, and connected at once when it has succeeded",
    () =>
      Effect.gen(function*() {
        const { lostRestart, publisher, receive, restart, sfu } = yield* connected
        const states = yield* Sfu.statesOf(publisher)
        const path = Sfu.cut(sfu.connection)
        yield* Effect.repeat(pass, { while: () => !states.includes("disconnected") })
        yield* lostRestart
        yield* Sfu.untilState(publisher, "connecting")
        path.heal()
        // Before the next second, so before the next check of consent.
        yield* restart
        yield* Sfu.untilState(publisher, "connected")
        yield* TestClock.withLive(receive("restarted"))
        assert.deepStrictEqual(states, ["connected", "disconnected", "connecting", "connected"])
      })
  )

  it.live(
    "packets are refused while ICE has failed, with a selected pair and with a former one",
    () =>
      Effect.gen(function*() {
        const ours = yield* offeringConnections
        const { lostRestart, publisher, restart, track } = yield* connected
        const [transport] = Sfu.only(ours).iceTransports
        // As after 30 seconds without consent.
        transport!.connection.stateChanged.execute(transport!.connection.state = "failed")
        assert.deepStrictEqual(yield* track.send(packetOf(1)), ["NotConnected"])
        yield* Sfu.untilState(publisher, "failed")
        yield* restart
        yield* Sfu.untilState(publisher, "connected")
        yield* lostRestart
        assert.deepStrictEqual(yield* track.send(packetOf(2)), ["Sent"])
        // As after checks that all failed.
        transport!["setState"]("failed")
        assert.deepStrictEqual(yield* track.send(packetOf(3)), ["NotConnected"])
        yield* lostRestart
        assert.deepStrictEqual(yield* track.send(packetOf(4)), ["NotConnected"])
        yield* restart
        yield* Sfu.untilState(publisher, "connected")
        assert.deepStrictEqual(yield* track.send(packetOf(5)), ["Sent"])
      })
  )
})
