/**
 * The loopback SFU as a client sees it: participants, publications, and packets under the stream id of their sender.
 */
import { assert, describe } from "@effect/vitest"
import { Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import { aliceAndAgent } from "./support/aliceAndAgent.ts"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

/** Packets that came in under a name that is not their sender's. */
const wrong = (
  agent: { readonly packets: () => ReadonlyArray<Client.ReceivedPacket> },
  participants: ReadonlyArray<{ readonly prefix: string; readonly sessionId: string }>
) =>
  agent.packets().filter(({ mark, streamId }) =>
    participants.find(({ prefix }) => prefix === streamId?.split(":")[0])?.sessionId !== mark?.key.sessionId
  )

describe("joining and leaving", () => {
  inCall(
    "the join response lists every participant, and the others receive joins and leaves",
    (sfu) =>
      Effect.gen(function*() {
        const alice = yield* Client.join({ userId: "alice" })
        const bob = yield* sfu.participant({ userId: "bob" })
        const [joined] = yield* alice.awaitEvents("participantJoined")
        const carol = yield* Client.join({ userId: "carol" })
        const roster = carol.joinReply.joinResponse?.callState?.participants ?? []
        assert.deepStrictEqual(roster.map(({ userId }) => userId), ["alice", "bob", "carol"])
        assert.strictEqual(new Set(roster.map(({ trackLookupPrefix }) => trackLookupPrefix)).size, 3)
        assert.match(roster[0]?.trackLookupPrefix ?? "", /^[0-9a-f]{16}$/)
        assert.strictEqual(carol.joinReply.joinResponse?.fastReconnectDeadlineSeconds, 10)
        assert.strictEqual(carol.joinReply.joinResponse?.publishOptions?.length, 4)
        assert.strictEqual(joined?.participantJoined?.participant?.sessionId, bob.sessionId)
        yield* bob.leave
        const [left] = yield* alice.awaitEvents("participantLeft")
        assert.strictEqual(left?.participantLeft?.participant?.sessionId, bob.sessionId)
        yield* carol.awaitPriorEvents
        assert.include(carol.eventTypes(), "participantLeft")
      })
  )

  inCall("an unknown or expired token is refused with 401", (sfu) =>
    Effect.gen(function*() {
      const expired = yield* sfu.token("alice", { timeToLive: 0 })
      const [header, , signature] = (yield* sfu.token("bob")).split(".")
      const altered = [header, (yield* sfu.token("alice")).split(".")[1], signature].join(".")
      for (const token of ["", "nonsense", "a.b.c", altered, expired]) {
        const alice = yield* Client.join({ userId: "alice", token })
        assert.strictEqual(alice.joinReply.error?.error?.code, 401)
        assert.strictEqual(yield* alice.closed, 4101)
      }
      assert.deepStrictEqual((yield* sfu.groundTruth).participants, [])
    }))

  inCall("a health check returns the number of participants", () =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      yield* alice.awaitPriorEvents
      const [answer] = yield* alice.awaitEvents("healthCheckResponse")
      assert.strictEqual(answer?.healthCheckResponse?.participantCount?.total, 1)
    }))

  inCall("a session whose socket was lost is kept until the reconnect deadline", (sfu) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const bob = yield* sfu.participant({ userId: "bob" })
      yield* bob.dropSocket
      yield* sfu.waitUntil(({ participants }) => participants[1]?.connected === false)
      yield* bob.reconnect
      yield* sfu.waitUntil(({ participants }) => participants[1]?.connected === true)
      yield* alice.awaitPriorEvents
      assert.notInclude(alice.eventTypes(), "participantLeft")
      yield* sfu.control.configure({ reconnectDeadline: "50 millis" })
      yield* bob.dropSocket
      yield* alice.awaitEvents("participantLeft")
      assert.strictEqual((yield* sfu.groundTruth).participants.length, 1)
    }))

  inCall(
    "a rejoin is another session of the same user, before or after the old one leaves",
    (sfu) =>
      Effect.gen(function*() {
        const alice = yield* Client.join({ userId: "alice" })
        const first = yield* sfu.participant({ userId: "bob" })
        const second = yield* first.rejoin()
        yield* second.rejoin({ leave: "after" })
        yield* alice.awaitEvents("participantLeft", 2)
        assert.deepStrictEqual(alice.eventTypes().slice(1), [
          "participantJoined",
          "participantLeft",
          "participantJoined",
          "participantJoined",
          "participantLeft"
        ])
      })
  )

  inCall(
    "a user on two devices, one of which rejoins, has three sessions with their own media",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const phone = yield* sfu.participant({ userId: "alice", sessionId: "phone" })
        const laptop = yield* sfu.participant({ userId: "alice", sessionId: "laptop" })
        yield* phone.publish("Audio")
        yield* laptop.publish("Audio")
        const again = yield* laptop.rejoin({ leave: "never", sessionId: "laptop again" })
        const keys = [phone, again].map((who) => Client.keyOf(who, "Audio"))
        yield* agent.subscribe(...keys)
        yield* Effect.forEach(keys, (key) => agent.awaitPackets(key, 3), { concurrency: "unbounded" })
        const { participants, published } = yield* sfu.groundTruth
        assert.deepStrictEqual(
          participants.map(({ connected, sessionId }) => [sessionId, connected]).slice(1),
          [["phone", true], ["laptop", false], ["laptop again", true]]
        )
        assert.strictEqual(published.length, 3)
        assert.deepStrictEqual(wrong(agent, participants), [])
      })
  )
})

describe("media", () => {
  inCall("arrives under the stream id of its sender, and only after the answer", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const alice = yield* sfu.participant({ userId: "alice" })
      const bob = yield* sfu.participant({ userId: "bob" })
      for (const who of [alice, bob]) {
        for (const type of ["Audio", "Video", "ScreenShare"] as const) yield* who.publish(type)
      }
      const keys = [alice, bob].flatMap((who) =>
        (["Audio", "Video", "ScreenShare"] as const).map((type) => Client.keyOf(who, type))
      )
      yield* agent.subscribe(...keys)
      yield* Effect.forEach(keys, (key) => agent.awaitPackets(key, 5), { concurrency: "unbounded" })
      const { participants } = yield* sfu.groundTruth
      for (const { extensions, mark, streamId } of agent.packets()) {
        const [prefix, type] = streamId?.split(":") ?? []
        const sender = participants.find((other) => other.prefix === prefix)
        assert.deepStrictEqual(
          [sender?.sessionId, type],
          [mark?.key.sessionId, Wire.wireNameOf(mark?.key.trackType ?? "Audio")]
        )
        assert.strictEqual(extensions, 0)
      }
      assert.strictEqual(agent.eventTypes().filter((type) => type === "trackPublished").length, 6)
      const { forwarded } = yield* sfu.groundTruth
      assert.strictEqual(forwarded.length, 6)
      assert.isTrue(forwarded.every(({ packets, to }) => packets >= 5 && to.userId === "agent"))
    }))

  inCall(
    "of a microphone needs no subscription by default, if the client can receive",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const deaf = yield* Client.join({ userId: "deaf", receives: false })
        const alice = yield* sfu.participant({ userId: "alice" })
        yield* alice.publish("Audio")
        yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 1)
        yield* deaf.awaitPriorEvents
        assert.notInclude(deaf.eventTypes(), "subscriberOffer")
      })
  )

  inCall("of a microphone needs a subscription without implicitAudio", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const alice = yield* sfu.participant({ userId: "alice" })
      yield* alice.publish("Audio")
      yield* agent.awaitEvents("trackPublished")
      yield* agent.awaitPriorEvents
      assert.notInclude(agent.eventTypes(), "subscriberOffer")
      yield* agent.subscribe(Client.keyOf(alice, "Audio"))
      yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 1)
      yield* agent.subscribe()
      yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 0)
    }), { implicitAudio: false })

  inCall("announces its track by its first packet with firstMedia", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const alice = yield* sfu.participant({ userId: "alice" })
      yield* alice.publish("Video")
      yield* agent.awaitEvents("trackPublished")
      yield* agent.subscribe(Client.keyOf(alice, "Video"))
      yield* agent.awaitPackets(Client.keyOf(alice, "Video"), 1)
    }), { announce: "firstMedia" })
})

describe("media sections", () => {
  inCall("do not change at a mute and an unmute", () =>
    Effect.gen(function*() {
      const { agent, alice, microphone } = yield* aliceAndAgent
      yield* alice.mute("Audio")
      const [muted] = yield* agent.awaitEvents("trackUnpublished")
      assert.strictEqual(muted?.trackUnpublished?.cause, 1)
      yield* alice.unmute("Audio")
      yield* agent.awaitEvents("trackPublished", 2)
      yield* agent.awaitPackets(microphone, 2)
      assert.strictEqual(agent.eventTypes().filter((type) => type === "subscriberOffer").length, 1)
    }))

  inCall("of an unpublished track become inactive, then carry another track", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const alice = yield* sfu.participant({ userId: "alice" })
      const bob = yield* sfu.participant({ userId: "bob" })
      const [hers, his] = [Client.keyOf(alice, "Video"), Client.keyOf(bob, "Video")]
      yield* alice.publish("Video")
      yield* agent.subscribe(hers, his)
      yield* agent.awaitPackets(hers, 2)
      yield* alice.unpublish("Video")
      yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 0)
      assert.deepStrictEqual(agent.sections().map(({ direction }) => direction), ["inactive"])
      yield* bob.publish("Video")
      yield* agent.awaitPackets(his, 2)
      const [line, ...more] = agent.sections()
      const { participants } = yield* sfu.groundTruth
      assert.deepStrictEqual(more, [])
      assert.strictEqual(line?.streamId?.split(":")[0], participants[2]?.prefix)
      assert.deepStrictEqual(wrong(agent, participants), [])
    }))

  inCall.each(["same", "new"] as const)(
    "are reassigned while live, %s SSRC",
    (sfu, reuseSsrc) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const alice = yield* sfu.participant({ userId: "alice" })
        const bob = yield* sfu.participant({ userId: "bob" })
        const [hers, his] = [Client.keyOf(alice, "Audio"), Client.keyOf(bob, "Audio")]
        yield* alice.publish("Audio")
        yield* bob.publish("Audio")
        yield* agent.subscribe(hers)
        yield* agent.awaitPackets(hers, 2)
        const [before] = agent.sections()
        yield* agent.subscribe(his)
        yield* agent.awaitPackets(his, 5)
        const [after, ...more] = agent.sections()
        const { participants } = yield* sfu.groundTruth
        assert.deepStrictEqual(more, [])
        assert.strictEqual(after?.mid, before?.mid)
        assert.strictEqual(after?.ssrc === before?.ssrc, reuseSsrc === "same")
        assert.deepStrictEqual(wrong(agent, participants), [])
      }),
    (reuseSsrc) => ({ implicitAudio: false, reuseSection: "live", reuseSsrc })
  )

  inCall(
    "that are not needed stay, or get port 0 and are recycled",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const alice = yield* sfu.participant({ userId: "alice" })
        const [voice, screen] = [Client.keyOf(alice, "Audio"), Client.keyOf(alice, "ScreenShare")]
        yield* alice.publish("Audio")
        yield* alice.publish("ScreenShare")
        yield* agent.subscribe(voice, screen)
        yield* Effect.all([agent.awaitPackets(voice, 1), agent.awaitPackets(screen, 1)], { concurrency: 2 })
        yield* agent.subscribe(voice)
        yield* agent.awaitPriorEvents
        assert.strictEqual(agent.eventTypes().filter((type) => type === "subscriberOffer").length, 1)
        yield* sfu.control.configure({ retiredSection: "stopped" })
        yield* agent.subscribe()
        yield* sfu.waitUntil(({ downTracks }) => downTracks.every(({ key }) => key.trackType !== "Audio"))
        const stopped = (yield* agent.awaitEvents("subscriberOffer", 2))[1]?.subscriberOffer?.sdp ?? ""
        assert.match(stopped, /^m=audio 0 /m)
        yield* agent.subscribe(voice)
        yield* agent.awaitPackets(voice, 2)
      }),
    { implicitAudio: false, retiredSection: "stays" }
  )
})

describe("ICE", () => {
  inCall("candidates follow their offer with trickle", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent", answers: false })
      const alice = yield* sfu.participant({ userId: "alice" })
      yield* alice.publish("Audio")
      yield* agent.subscribe(Client.keyOf(alice, "Audio"))
      const [offer] = yield* agent.awaitEvents("subscriberOffer")
      const [candidate] = yield* agent.awaitEvents("iceTrickle")
      assert.notMatch(offer?.subscriberOffer?.sdp ?? "", /a=candidate/)
      const { candidate: text, usernameFragment } = JSON.parse(candidate?.iceTrickle?.iceCandidate ?? "")
      assert.match(text, /^candidate:.* 127\.0\.0\.1 /)
      assert.include(offer?.subscriberOffer?.sdp ?? "", `a=ice-ufrag:${usernameFragment}`)
    }), { trickle: true })

  inCall(
    "a restart requested by the client is an offer with new credentials, and the media continues",
    () =>
      Effect.gen(function*() {
        const { agent, microphone } = yield* aliceAndAgent
        yield* agent.restartIce
        const [before, after] = yield* agent.awaitEvents("subscriberOffer", 2)
        const ufrag = (event: Wire.SfuEvent | undefined) =>
          /a=ice-ufrag:(.+)/.exec(event?.subscriberOffer?.sdp ?? "")?.[1]
        assert.isTrue(after?.subscriberOffer?.iceRestart)
        assert.notStrictEqual(ufrag(after), ufrag(before))
        yield* agent.awaitPackets(microphone, 20)
      })
  )

  inCall(
    "a publisher restarts on request, and by itself after a reconnect",
    (sfu) =>
      Effect.gen(function*() {
        const { agent, alice, microphone } = yield* aliceAndAgent
        const held = yield* sfu.control.requests.hold({ from: alice.sessionId, method: "SetPublisher" })
        yield* sfu.control.sendEvent(alice.sessionId, {
          iceRestart: { peerType: Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED }
        })
        yield* held.waitFor(1)
        yield* held.releaseNext
        yield* agent.awaitPackets(microphone, 20)
        yield* alice.reconnect
        yield* held.waitFor(1)
        yield* held.release()
        yield* agent.awaitPackets(microphone, 20)
      })
  )
})
