/**
 * The loopback SFU as a client sees it: who is there, what is published, and whose packets come in under which name.
 */
import { assert, it } from "@effect/vitest"
import { LoopbackSfu, Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Client from "./Client.ts"

it.live("the roster has everyone who is there, the joiner included, and the others hear of a join and a leave", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const alice = yield* Client.join({ userId: "alice" })
    const bob = yield* sfu.participant({ userId: "bob" })
    const [joined] = yield* alice.heard("participantJoined")
    const carol = yield* Client.join({ userId: "carol" })
    const roster = carol.first.joinResponse?.callState?.participants ?? []
    assert.deepStrictEqual(roster.map(({ userId }) => userId), ["alice", "bob", "carol"])
    assert.strictEqual(new Set(roster.map(({ trackLookupPrefix }) => trackLookupPrefix)).size, 3)
    assert.match(roster[0]?.trackLookupPrefix ?? "", /^[0-9a-f]{16}$/)
    assert.strictEqual(carol.first.joinResponse?.fastReconnectDeadlineSeconds, 10)
    assert.strictEqual(carol.first.joinResponse?.publishOptions?.length, 4)
    assert.strictEqual(joined?.participantJoined?.participant?.sessionId, bob.sessionId)
    yield* bob.leave
    const [left] = yield* alice.heard("participantLeft")
    assert.strictEqual(left?.participantLeft?.participant?.sessionId, bob.sessionId)
    yield* carol.caughtUp
    assert.include(carol.types(), "participantLeft")
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a token that is unknown or has expired is refused with 401", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const expired = yield* sfu.token("alice", { timeToLive: 0 })
    const [header, , signature] = (yield* sfu.token("bob")).split(".")
    const altered = [header, (yield* sfu.token("alice")).split(".")[1], signature].join(".")
    for (const token of ["", "nonsense", "a.b.c", altered, expired]) {
      const alice = yield* Client.join({ userId: "alice", token })
      assert.strictEqual(alice.first.error?.error?.code, 401)
      assert.strictEqual(yield* alice.closed, 4101)
    }
    assert.deepStrictEqual((yield* sfu.groundTruth).participants, [])
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a health check is answered with the head count", () =>
  Effect.gen(function*() {
    const alice = yield* Client.join({ userId: "alice" })
    yield* alice.caughtUp
    const [answer] = yield* alice.heard("healthCheckResponse")
    assert.strictEqual(answer?.healthCheckResponse?.participantCount?.total, 1)
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a lost socket is forgiven until the deadline, and the session goes on", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const alice = yield* Client.join({ userId: "alice" })
    const bob = yield* sfu.participant({ userId: "bob" })
    yield* bob.dropSocket
    yield* sfu.waitUntil(({ participants }) => participants[1]?.connected === false)
    yield* bob.reconnect
    yield* sfu.waitUntil(({ participants }) => participants[1]?.connected === true)
    yield* alice.caughtUp
    assert.notInclude(alice.types(), "participantLeft")
    yield* sfu.control.configure({ reconnectDeadline: "50 millis" })
    yield* bob.dropSocket
    yield* alice.heard("participantLeft")
    assert.strictEqual((yield* sfu.groundTruth).participants.length, 1)
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a rejoin is another session of the same user, before or after the old one leaves", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const alice = yield* Client.join({ userId: "alice" })
    const first = yield* sfu.participant({ userId: "bob" })
    const second = yield* first.rejoin()
    yield* second.rejoin({ leave: "after" })
    yield* alice.heard("participantLeft", 2)
    assert.deepStrictEqual(alice.types().slice(1), [
      "participantJoined",
      "participantLeft",
      "participantJoined",
      "participantJoined",
      "participantLeft"
    ])
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("comes in under the stream id of whoever sent it, and only after the answer", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
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
    yield* Effect.forEach(keys, (key) => agent.received(key, 5), { concurrency: "unbounded" })
    const { participants } = yield* sfu.groundTruth
    for (const { extensions, mark, streamId } of agent.packets()) {
      const [prefix, type] = streamId?.split(":") ?? []
      const whose = participants.find((other) => other.prefix === prefix)
      assert.deepStrictEqual(
        [whose?.sessionId, type],
        [mark?.key.sessionId, Wire.wireNameOf(mark?.key.trackType ?? "Audio")]
      )
      assert.strictEqual(extensions, 0)
    }
    assert.strictEqual(agent.types().filter((type) => type === "trackPublished").length, 6)
    const { forwarded } = yield* sfu.groundTruth
    assert.strictEqual(forwarded.length, 6)
    assert.isTrue(forwarded.every(({ packets, to }) => packets >= 5 && to.userId === "agent"))
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a mute and an unmute bring no offer", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice" })
    const microphone = Client.keyOf(alice, "Audio")
    yield* alice.publish("Audio")
    yield* agent.subscribe(microphone)
    yield* agent.received(microphone, 2)
    yield* alice.mute("Audio")
    const [muted] = yield* agent.heard("trackUnpublished")
    assert.strictEqual(muted?.trackUnpublished?.cause, 1)
    yield* alice.unmute("Audio")
    yield* agent.heard("trackPublished", 2)
    yield* agent.received(microphone, 2)
    assert.strictEqual(agent.types().filter((type) => type === "subscriberOffer").length, 1)
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("an unpublished track's m-line goes inactive, and then to somebody else", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice" })
    const bob = yield* sfu.participant({ userId: "bob" })
    const [hers, his] = [Client.keyOf(alice, "Video"), Client.keyOf(bob, "Video")]
    yield* alice.publish("Video")
    yield* agent.subscribe(hers, his)
    yield* agent.received(hers, 2)
    yield* alice.unpublish("Video")
    yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 0)
    assert.deepStrictEqual(agent.lines().map(({ direction }) => direction), ["inactive"])
    yield* bob.publish("Video")
    yield* agent.received(his, 2)
    const [line, ...more] = agent.lines()
    const { participants } = yield* sfu.groundTruth
    assert.deepStrictEqual(more, [])
    assert.strictEqual(line?.streamId?.split(":")[0], participants[2]?.prefix)
    assert.deepStrictEqual(wrong(agent, participants), [])
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live.each(["same", "new"] as const)(
  "an m-line goes to somebody else while it is live, %s SSRC",
  (reuseSsrc) =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const agent = yield* Client.join({ userId: "agent" })
      const alice = yield* sfu.participant({ userId: "alice" })
      const bob = yield* sfu.participant({ userId: "bob" })
      const [hers, his] = [Client.keyOf(alice, "Audio"), Client.keyOf(bob, "Audio")]
      yield* alice.publish("Audio")
      yield* bob.publish("Audio")
      yield* agent.subscribe(hers)
      yield* agent.received(hers, 2)
      const [before] = agent.lines()
      yield* agent.subscribe(his)
      yield* agent.received(his, 5)
      const [after, ...more] = agent.lines()
      const { participants } = yield* sfu.groundTruth
      assert.deepStrictEqual(more, [])
      assert.strictEqual(after?.mid, before?.mid)
      assert.strictEqual(after?.ssrc === before?.ssrc, reuseSsrc === "same")
      assert.deepStrictEqual(wrong(agent, participants), [])
    }).pipe(Effect.provide(LoopbackSfu.layer({ reuseSection: "live", reuseSsrc })))
)

it.live("an m-line that nobody wants stays as it is, or has port 0 and makes room for another", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice" })
    const [voice, screen] = [Client.keyOf(alice, "Audio"), Client.keyOf(alice, "ScreenShare")]
    yield* alice.publish("Audio")
    yield* alice.publish("ScreenShare")
    yield* agent.subscribe(voice, screen)
    yield* Effect.all([agent.received(voice, 1), agent.received(screen, 1)], { concurrency: 2 })
    yield* agent.subscribe(voice)
    yield* agent.caughtUp
    assert.strictEqual(agent.types().filter((type) => type === "subscriberOffer").length, 1)
    yield* sfu.control.configure({ retiredSection: "stopped" })
    yield* agent.subscribe()
    yield* sfu.waitUntil(({ downTracks }) => downTracks.every(({ key }) => key.trackType !== "Audio"))
    const stopped = (yield* agent.heard("subscriberOffer", 2))[1]?.subscriberOffer?.sdp ?? ""
    assert.match(stopped, /^m=audio 0 /m)
    yield* agent.subscribe(voice)
    yield* agent.received(voice, 2)
  }).pipe(Effect.provide(LoopbackSfu.layer({ retiredSection: "stays" }))))

it.live("a microphone comes unasked, if the settings say so and the client can receive", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const deaf = yield* Client.join({ userId: "deaf", receives: false })
    const alice = yield* sfu.participant({ userId: "alice" })
    yield* alice.publish("Audio")
    yield* agent.received(Client.keyOf(alice, "Audio"), 1)
    yield* deaf.caughtUp
    assert.notInclude(deaf.types(), "subscriberOffer")
  }).pipe(Effect.provide(LoopbackSfu.layer({ implicitAudio: true }))))

it.live("a track is announced by its first packet, if the settings say so", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice" })
    yield* alice.publish("Video")
    yield* agent.heard("trackPublished")
    yield* agent.subscribe(Client.keyOf(alice, "Video"))
    yield* agent.received(Client.keyOf(alice, "Video"), 1)
  }).pipe(Effect.provide(LoopbackSfu.layer({ announce: "firstMedia" }))))

it.live("candidates come after their offer, if the settings say so", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent", answers: false })
    const alice = yield* sfu.participant({ userId: "alice" })
    yield* alice.publish("Audio")
    yield* agent.subscribe(Client.keyOf(alice, "Audio"))
    const [offer] = yield* agent.heard("subscriberOffer")
    const [candidate] = yield* agent.heard("iceTrickle")
    assert.notMatch(offer?.subscriberOffer?.sdp ?? "", /a=candidate/)
    const { candidate: text, usernameFragment } = JSON.parse(candidate?.iceTrickle?.iceCandidate ?? "")
    assert.match(text, /^candidate:.* 127\.0\.0\.1 /)
    assert.include(offer?.subscriberOffer?.sdp ?? "", `a=ice-ufrag:${usernameFragment}`)
  }).pipe(Effect.provide(LoopbackSfu.layer({ trickle: true }))))

it.live("an ICE restart that the client asks for brings an offer with new credentials, and the media back", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice" })
    const microphone = Client.keyOf(alice, "Audio")
    yield* alice.publish("Audio")
    yield* agent.subscribe(microphone)
    yield* agent.received(microphone, 2)
    yield* agent.restartIce
    const [before, after] = yield* agent.heard("subscriberOffer", 2)
    const ufrag = (told: Wire.SfuEvent | undefined) => /a=ice-ufrag:(.+)/.exec(told?.subscriberOffer?.sdp ?? "")?.[1]
    assert.isTrue(after?.subscriberOffer?.iceRestart)
    assert.notStrictEqual(ufrag(after), ufrag(before))
    yield* agent.received(microphone, 20)
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a publisher that is told to restarts ICE, and one that comes back does so on its own", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice" })
    const microphone = Client.keyOf(alice, "Audio")
    yield* alice.publish("Audio")
    yield* agent.subscribe(microphone)
    yield* agent.received(microphone, 1)
    const held = yield* sfu.control.requests.hold({ from: alice.sessionId, method: "SetPublisher" })
    yield* sfu.control.sendEvent(alice.sessionId, {
      iceRestart: { peerType: Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED }
    })
    yield* held.waitFor(1)
    yield* held.releaseNext
    yield* agent.received(microphone, 20)
    yield* alice.reconnect
    yield* held.waitFor(1)
    yield* held.release()
    yield* agent.received(microphone, 20)
  }).pipe(Effect.provide(LoopbackSfu.layer())))

it.live("a user on two devices, one of whom comes back as another session, is three sessions with their own media", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const phone = yield* sfu.participant({ userId: "alice", sessionId: "phone" })
    const laptop = yield* sfu.participant({ userId: "alice", sessionId: "laptop" })
    yield* phone.publish("Audio")
    yield* laptop.publish("Audio")
    const again = yield* laptop.rejoin({ leave: "never", sessionId: "laptop again" })
    const keys = [phone, again].map((who) => Client.keyOf(who, "Audio"))
    yield* agent.subscribe(...keys)
    yield* Effect.forEach(keys, (key) => agent.received(key, 3), { concurrency: "unbounded" })
    const { participants, published } = yield* sfu.groundTruth
    assert.deepStrictEqual(
      participants.map(({ connected, sessionId }) => [sessionId, connected]).slice(1),
      [["phone", true], ["laptop", false], ["laptop again", true]]
    )
    assert.strictEqual(published.length, 3)
    assert.deepStrictEqual(wrong(agent, participants), [])
  }).pipe(Effect.provide(LoopbackSfu.layer())))

/** Packets that came in under a name that is not their sender's. */
const wrong = (
  agent: { readonly packets: () => ReadonlyArray<Client.Received> },
  participants: ReadonlyArray<{ readonly prefix: string; readonly sessionId: string }>
) =>
  agent.packets().filter(({ mark, streamId }) =>
    participants.find(({ prefix }) => prefix === streamId?.split(":")[0])?.sessionId !== mark?.key.sessionId
  )
