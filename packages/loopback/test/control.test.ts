/**
 * Each method of control, as a minimal client observes it.
 */
import { assert, describe } from "@effect/vitest"
import { LoopbackSfu, Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { aliceAndAgent } from "./support/aliceAndAgent.ts"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

const users = (events: ReadonlyArray<Wire.SfuEvent>) =>
  events.map((event) => event.participantJoined?.participant?.userId)

const members = (...userIds: ReadonlyArray<string>) =>
  Effect.flatMap(LoopbackSfu, (sfu) => Effect.forEach(userIds, (userId) => sfu.participant({ userId })))

const undecodable = "the body could not be decoded"

describe("a rule", () => {
  inCall("that holds delays its items until the release, and no others", ({ control }) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const held = yield* control.signalling.hold({ to: alice.sessionId, type: "participantJoined" })
      yield* members("bob", "carol", "dave")
      yield* held.waitFor(3)
      yield* alice.awaitPriorEvents
      assert.notInclude(alice.eventTypes(), "participantJoined")
      yield* held.releaseNext
      assert.deepStrictEqual(users(yield* alice.awaitEvents("participantJoined")), ["bob"])
      yield* held.release((items) => items.toReversed())
      assert.deepStrictEqual(users(yield* alice.awaitEvents("participantJoined", 3)), ["bob", "dave", "carol"])
      yield* members("erin")
      yield* alice.awaitEvents("participantJoined", 4)
    }))

  inCall("ends with its scope, and releases what it holds", ({ control }) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      yield* Effect.scoped(Effect.gen(function*() {
        yield* control.signalling.hold({ type: "participantJoined" })
        yield* members("bob").pipe(Scope.provide(yield* Scope.make()))
      }))
      yield* alice.awaitEvents("participantJoined")
    }))

  inCall("drops, duplicates and reorders a number of items that match", ({ control }) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const zoe = yield* Client.join({ userId: "zoe" })
      const to = alice.sessionId
      yield* control.signalling.drop({ to, type: "participantJoined" }, { times: 1 })
      yield* control.signalling.duplicate((signal) => signal.to === to && signal.type === "participantJoined", {
        times: 1
      })
      yield* control.signalling.reorder({ to, type: ["participantJoined", "participantUpdated"] }, 2)
      yield* members("bob", "carol", "dave", "erin", "frank")
      yield* zoe.awaitEvents("participantJoined", 5)
      yield* alice.awaitPriorEvents
      const names = (events: ReadonlyArray<Wire.SfuEvent>) => users(events).filter((name) => name !== undefined)
      assert.deepStrictEqual(names(alice.events()), ["zoe", "carol", "carol", "erin", "dave", "frank"])
      assert.deepStrictEqual(names(zoe.events()), ["bob", "carol", "dave", "erin", "frank"])
    }))

  inCall("that delays an item lets others overtake it", ({ control }) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      yield* control.signalling.delay({ type: "participantJoined" }, "500 millis", { times: 1 })
      yield* members("bob", "carol")
      assert.deepStrictEqual(users(yield* alice.awaitEvents("participantJoined", 2)), ["carol", "bob"])
    }))

  inCall("holds and drops packets by subscriber and track", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const other = yield* Client.join({ userId: "other" })
      const [alice] = yield* members("alice")
      const [voice, camera] = [Client.keyOf(alice!, "Audio"), Client.keyOf(alice!, "Video")]
      const held = yield* sfu.control.media.hold({ to: agent.sessionId, trackType: "Audio" })
      const dropping = yield* Scope.make()
      yield* Scope.provide(sfu.control.media.drop({ to: agent.sessionId, from: alice!.sessionId }), dropping)
      yield* alice!.publish("Audio")
      yield* alice!.publish("Video")
      yield* agent.subscribe(voice, camera)
      yield* other.subscribe(voice, camera)
      yield* held.waitFor(5)
      yield* Effect.all([other.awaitPackets(voice, 5), other.awaitPackets(camera, 5)], { concurrency: 2 })
      assert.deepStrictEqual(agent.packets(), [])
      yield* held.release()
      yield* agent.awaitPackets(voice, 1)
      assert.isTrue(agent.packets().every(({ mark }) => mark?.key.trackType === "Audio"))
      yield* Scope.close(dropping, yield* Effect.exit(Effect.void))
      yield* agent.awaitPackets(camera, 2)
    }))
})

describe("an event", () => {
  inCall(
    "can be sent by the test: stale, empty, changed, or undecodable",
    ({ control }) =>
      Effect.gen(function*() {
        const alice = yield* Client.join({ userId: "alice" })
        const [bob] = yield* members("bob")
        const snapshot = yield* control.describeParticipant(bob!.sessionId)
        yield* bob!.publish("Audio")
        const key = Client.keyOf(bob!, "Audio")
        yield* control.sendEvent(alice.sessionId, Wire.trackPublished(key))
        yield* control.sendEvent(alice.sessionId, Wire.trackPublished(key, snapshot))
        yield* control.sendEvent(alice.sessionId, {
          participantUpdated: { participant: { ...snapshot, trackLookupPrefix: "" } }
        })
        yield* control.sendFrame(alice.sessionId, Uint8Array.of(0xff, 0xff, 0xff))
        yield* control.changePrefix(bob!.sessionId, "another")
        yield* control.sendEvent(alice.sessionId, { callEnded: { reason: 1 } })
        yield* alice.awaitEvents("callEnded")
        const published = yield* alice.awaitEvents("trackPublished", 3)
        assert.deepStrictEqual(
          published.map(({ trackPublished }) => trackPublished?.participant?.publishedTracks),
          [[1], undefined, []]
        )
        const updated = yield* alice.awaitEvents("participantUpdated", 2)
        assert.deepStrictEqual(
          updated.map(({ participantUpdated }) => participantUpdated?.participant?.trackLookupPrefix),
          ["", "another"]
        )
      })
  )

  inCall("of a track contains no participant without participantInTrackEvents", () =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const [bob] = yield* members("bob")
      yield* bob!.publish("Audio")
      const [published] = yield* alice.awaitEvents("trackPublished")
      assert.isNull(published?.trackPublished?.participant)
    }), { participantInTrackEvents: false })
})

describe("a socket", () => {
  inCall(
    "closes with a code or abruptly, and its session is kept",
    ({ control, groundTruth }) =>
      Effect.gen(function*() {
        const alice = yield* Client.join({ userId: "alice" })
        const bob = yield* Client.join({ userId: "bob" })
        yield* control.closeSocket(alice.sessionId, 4321)
        assert.strictEqual(yield* alice.closed, 4321)
        yield* control.closeSocket(bob.sessionId)
        assert.strictEqual(yield* bob.closed, 1006)
        assert.strictEqual((yield* groundTruth).participants.length, 2)
      })
  )
})

describe("an offer", () => {
  inCall(
    "contains a section that was never answered as inactive, not as stopped",
    () =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent", answers: false })
        const [alice] = yield* members("alice")
        yield* agent.subscribe(Client.keyOf(alice!, "Audio"))
        yield* alice!.publish("Audio")
        yield* agent.awaitEvents("subscriberOffer")
        yield* alice!.leave
        yield* agent.awaitEvents("participantLeft")
        yield* agent.restartIce
        const [, second] = yield* agent.awaitEvents("subscriberOffer", 2)
        assert.deepStrictEqual(
          Client.sectionsOf(second?.subscriberOffer?.sdp ?? "").map(({ direction, mid }) => [mid, direction]),
          [["0", "inactive"]]
        )
      }),
    { retiredSection: "stopped" }
  )

  inCall(
    "waits for the answer to the last one, and contains every change since",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent", answers: false })
        const [alice] = yield* members("alice")
        const keys = (["Audio", "Video", "ScreenShare"] as const).map((type) => Client.keyOf(alice!, type))
        yield* agent.subscribe(...keys)
        yield* alice!.publish("Audio")
        const [first] = yield* agent.awaitEvents("subscriberOffer")
        yield* alice!.publish("Video")
        yield* alice!.publish("ScreenShare")
        yield* agent.awaitPriorEvents
        assert.strictEqual(agent.eventTypes().filter((type) => type === "subscriberOffer").length, 1)
        const answer = yield* agent.apply(first?.subscriberOffer?.sdp ?? "")
        assert.strictEqual((yield* agent.sendAnswer(answer, 7)).error?.code, 400)
        assert.isNull((yield* agent.sendAnswer(answer, 1)).error)
        const [, second] = yield* agent.awaitEvents("subscriberOffer", 2)
        assert.deepStrictEqual(
          [first, second].map((event) => [
            event?.subscriberOffer?.negotiationId,
            Client.sectionsOf(event?.subscriberOffer?.sdp ?? "").length
          ]),
          [[1, 1], [2, 3]]
        )
        assert.strictEqual((yield* sfu.groundTruth).downTracks.length, 1)
      })
  )

  inCall("that stops sections twice is followed by one that sends again", (sfu) =>
    Effect.gen(function*() {
      const { agent, microphone } = yield* aliceAndAgent
      const held = yield* sfu.control.requests.hold({ from: "agent", method: "SendAnswer" })
      yield* sfu.control.stopSections("agent")
      yield* held.waitFor(1)
      yield* sfu.control.stopSections("agent")
      yield* held.release()
      yield* agent.awaitPackets(microphone, 2)
    }))

  inCall(
    "without an answer is sent again, at most three times, and may then be answered twice",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent", answers: false })
        const [alice] = yield* members("alice")
        yield* alice!.publish("Audio")
        const offers = yield* agent.awaitEvents("subscriberOffer", 4)
        assert.strictEqual(new Set(offers.map(({ subscriberOffer }) => JSON.stringify(subscriberOffer))).size, 1)
        yield* Effect.sleep("300 millis")
        assert.strictEqual((yield* agent.awaitEvents("subscriberOffer")).length, 4)
        const answer = yield* agent.apply(offers[0]?.subscriberOffer?.sdp ?? "")
        assert.isNull((yield* agent.sendAnswer(answer, 1)).error)
        assert.isNull((yield* agent.sendAnswer(answer, 1)).error)
        yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 1)
        // Also when a later offer is sent again by then.
        yield* agent.subscribe(Client.keyOf(alice!, "Audio"), Client.keyOf(alice!, "Video"))
        yield* alice!.publish("Video")
        yield* agent.awaitEvents("subscriberOffer", 6)
        assert.isNull((yield* agent.sendAnswer(answer, 1)).error)
      }),
    { offerTimeout: "100 millis" }
  )

  inCall("is answered before anything is sent on its sections", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const [alice] = yield* members("alice")
      const [voice, camera] = [Client.keyOf(alice!, "Audio"), Client.keyOf(alice!, "Video")]
      yield* alice!.publish("Audio")
      yield* agent.subscribe(voice)
      yield* agent.awaitPackets(voice, 1)
      const held = yield* sfu.control.requests.hold({ from: agent.sessionId, method: "SendAnswer" })
      yield* agent.subscribe(voice, camera)
      yield* alice!.publish("Video")
      yield* held.waitFor(1)
      yield* agent.awaitPackets(voice, 5)
      const { forwarded } = yield* sfu.groundTruth
      assert.deepStrictEqual(forwarded.map(({ key }) => key.trackType), ["Audio"])
      yield* held.release()
      yield* agent.awaitPackets(camera, 1)
    }))

  inCall("that is held is made at the release, once", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const [alice] = yield* members("alice")
      const held = yield* sfu.control.holdOffers(agent.sessionId)
      const keys = (["Audio", "Video"] as const).map((type) => Client.keyOf(alice!, type))
      yield* agent.subscribe(...keys)
      yield* alice!.publish("Audio")
      yield* alice!.publish("Video")
      yield* agent.awaitPriorEvents
      assert.notInclude(agent.eventTypes(), "subscriberOffer")
      yield* held.release
      const [offer] = yield* agent.awaitEvents("subscriberOffer")
      assert.strictEqual(Client.sectionsOf(offer?.subscriberOffer?.sdp ?? "").length, 2)
    }))

  inCall("reassigns a section to another publication directly", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const [alice, bob] = yield* members("alice", "bob")
      const [hers, his] = [Client.keyOf(alice!, "Video"), Client.keyOf(bob!, "Video")]
      yield* alice!.publish("Video")
      yield* bob!.publish("Video")
      yield* agent.subscribe(hers, his)
      yield* Effect.all([agent.awaitPackets(hers, 1), agent.awaitPackets(his, 1)], { concurrency: 2 })
      const { participants } = yield* sfu.groundTruth
      const owners = () =>
        agent.sections().map(({ streamId }) =>
          participants.find(({ prefix }) => prefix === streamId?.split(":")[0])?.userId
        )
      assert.deepStrictEqual(owners(), ["alice", "bob"])
      yield* sfu.control.reassignSection({ to: agent.sessionId, sectionOf: hers, for: his })
      yield* agent.awaitEvents("subscriberOffer", 2)
      yield* Effect.all([agent.awaitPackets(hers, 3), agent.awaitPackets(his, 3)], { concurrency: 2 })
      assert.strictEqual(owners()[0], "bob")
      for (const { mark, streamId } of agent.packets()) {
        const sender = participants.find(({ prefix }) => prefix === streamId?.split(":")[0])
        assert.strictEqual(sender?.sessionId, mark?.key.sessionId)
      }
    }), { reuseSsrc: "new" })
})

describe("a request", () => {
  inCall("of an unknown session fails with code 200", () =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const { UpdateSubscriptionsRequest, UpdateSubscriptionsResponse } = Wire.Messages.signal
      const body = UpdateSubscriptionsRequest.encode({ sessionId: "nobody", tracks: [] }).finish()
      const answer = yield* alice.post("UpdateSubscriptions", body)
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(UpdateSubscriptionsResponse.decode(answer.body).error?.code, 200)
    }))

  inCall("that the transport refuses fails with a Twirp error in JSON", () =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const bob = yield* Client.join({ userId: "bob" })
      const { UpdateSubscriptionsRequest } = Wire.Messages.signal
      const body = UpdateSubscriptionsRequest.encode({ sessionId: bob.sessionId, tracks: [] }).finish()
      const codes = yield* Effect.forEach(
        [
          alice.post("Nonsense", body),
          alice.post("UpdateSubscriptions", body, { "content-type": "text/plain" }),
          alice.post("UpdateSubscriptions", body, { "content-type": "application/json" }),
          alice.post("UpdateSubscriptions", body, { authorization: "Bearer nonsense" }),
          alice.post("UpdateSubscriptions", Uint8Array.of(0xff)),
          alice.post("UpdateSubscriptions", body)
        ],
        Effect.map(({ body, status }) => [status, JSON.parse(new TextDecoder().decode(body)).code])
      )
      assert.deepStrictEqual(codes, [
        [404, "bad_route"],
        [404, "bad_route"],
        [400, "malformed"],
        [401, "unauthenticated"],
        [400, "malformed"],
        [403, "permission_denied"]
      ])
    }))

  inCall("fails by injection, before or after it is processed", (sfu) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const [bob] = yield* members("bob")
      const match = { from: alice.sessionId, method: "UpdateSubscriptions" } as const
      yield* sfu.control.failRequests(match, { _tag: "Sfu", code: 500, message: "no", shouldRetry: true }, { times: 1 })
      yield* sfu.control.failRequests(match, { _tag: "Transport", code: "unavailable", message: "no" }, {
        times: 1,
        carriedOut: true
      })
      const key = Client.keyOf(bob!, "Audio")
      assert.strictEqual((yield* alice.subscribe(key)).error?.code, 500)
      yield* bob!.publish("Audio")
      yield* alice.awaitPriorEvents
      assert.notInclude(alice.eventTypes(), "subscriberOffer")
      const { UpdateSubscriptionsRequest } = Wire.Messages.signal
      const body = UpdateSubscriptionsRequest.encode({
        sessionId: alice.sessionId,
        tracks: [{ ...key, trackType: 1 }]
      }).finish()
      assert.strictEqual((yield* alice.post("UpdateSubscriptions", body)).status, 503)
      yield* alice.awaitEvents("subscriberOffer")
    }), { implicitAudio: false })

  inCall("that is held is answered at the release", (sfu) =>
    Effect.gen(function*() {
      const alice = yield* Client.join({ userId: "alice" })
      const held = yield* sfu.control.requests.hold({ from: alice.sessionId })
      const asking = yield* Effect.forkChild(alice.subscribe(), { startImmediately: true })
      yield* held.waitFor(1)
      assert.isUndefined(asking.pollUnsafe())
      yield* held.release()
      assert.isNull((yield* Fiber.join(asking)).error)
    }))

  inCall(
    "in JSON is answered in JSON: both spellings of names, enumerations by name or number, no defaults",
    (sfu) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent", answers: false })
        const alice = yield* sfu.participant({ userId: "alice", codec: "json" })
        yield* alice.publish("Audio")
        yield* alice.publish("Video")
        const post = (method: string, body: unknown) =>
          Effect.map(
            agent.post(method, new TextEncoder().encode(JSON.stringify(body)), {
              "content-type": "application/json; charset=utf-8"
            }),
            ({ body, status }) => [status, JSON.parse(new TextDecoder().decode(body))]
          )
        const { sessionId } = agent
        const subscribed = yield* post("UpdateSubscriptions", {
          session_id: sessionId,
          unknown: { deep: [1] },
          tracks: [
            { userId: "alice", sessionId: alice.sessionId, trackType: "TRACK_TYPE_AUDIO", dimension: null },
            { user_id: "alice", session_id: alice.sessionId, track_type: 2, dimension: { width: 10, height: 10 } }
          ]
        })
        assert.deepStrictEqual(subscribed, [200, {}])
        const [offer] = yield* agent.awaitEvents("subscriberOffer")
        const sdp = yield* agent.apply(offer?.subscriberOffer?.sdp ?? "")
        const answer = { peerType: "PEER_TYPE_SUBSCRIBER", sdp, sessionId }
        assert.deepStrictEqual(yield* post("SendAnswer", { sdp, sessionId }), [200, {
          error: {
            code: "ERROR_CODE_REQUEST_VALIDATION_FAILED",
            message: "the client offers for its publisher connection"
          }
        }])
        assert.deepStrictEqual(yield* post("SendAnswer", answer), [200, {}])
        yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 2)
        assert.deepStrictEqual(yield* post("UpdateMuteStates", []), [400, { code: "malformed", msg: undecodable }])
        assert.deepStrictEqual(yield* post("SendStats", { sessionId }), [200, {}])
        assert.deepStrictEqual(
          (yield* sfu.groundTruth).published.map(({ trackType }) => trackType),
          ["Audio", "Video"]
        )
      }),
    { implicitAudio: false }
  )
})
