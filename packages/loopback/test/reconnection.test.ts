/**
 * A session that goes on after its socket, its connections or its SFU are gone: as a plain client asks for it, and as it
 * and the others then see it.
 */
import { assert, describe } from "@effect/vitest"
import { Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { aliceAndAgent } from "./support/aliceAndAgent.ts"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

const {
  WEBSOCKET_RECONNECT_STRATEGY_FAST: fast,
  WEBSOCKET_RECONNECT_STRATEGY_MIGRATE: migrate,
  WEBSOCKET_RECONNECT_STRATEGY_REJOIN: rejoin
} = Wire.ReconnectStrategy

const roster = ({ joinReply }: { readonly joinReply: Wire.SfuEvent }) =>
  joinReply.joinResponse?.callState?.participants?.map(({ sessionId }) => sessionId)

/** The agent on the other SFU, with the same session. */
const migrated = Client.join({
  userId: "agent",
  sessionId: "agent",
  node: "loopback-2",
  request: { reconnectDetails: { strategy: migrate, fromSfuId: "loopback-1" } }
})

const isComplete = "participantMigrationComplete" as const

describe("FAST", () => {
  inCall.each([{ fastReconnect: true }, { reconnectDetails: { strategy: fast } }])(
    "continues the session and its connection: %o",
    (_, request) =>
      Effect.gen(function*() {
        const { agent, microphone, sfu } = yield* aliceAndAgent
        const again = yield* Client.join({ ...agent, request })
        assert.strictEqual(again.joinReply.joinResponse?.reconnected, true)
        assert.deepStrictEqual(roster(again), ["agent", "alice"])
        assert.strictEqual(yield* agent.closed, 4100)
        const [offer] = yield* again.awaitEvents("subscriberOffer")
        assert.isTrue(offer?.subscriberOffer?.iceRestart)
        yield* again.awaitPackets(microphone, 10)
        assert.strictEqual((yield* sfu.groundTruth).downTracks.length, 1)
      })
  )

  inCall("starts anew after the deadline, and on an SFU that was down", () =>
    Effect.gen(function*() {
      const { agent, sfu } = yield* aliceAndAgent
      const request = { reconnectDetails: { strategy: fast } }
      yield* sfu.control.expireSession("agent")
      assert.strictEqual(yield* agent.closed, 1006)
      assert.deepStrictEqual((yield* sfu.groundTruth).participants.map(({ userId }) => userId), ["alice"])
      const again = yield* Client.join({ userId: "agent", sessionId: "agent", request })
      assert.strictEqual(again.joinReply.joinResponse?.reconnected, false)
      yield* again.awaitPriorEvents
      assert.notInclude(again.eventTypes(), "subscriberOffer")
      yield* sfu.control.killNode("loopback-1")
      yield* sfu.control.reviveNode("loopback-1")
      const third = yield* Client.join({ userId: "agent", sessionId: "agent", request })
      assert.strictEqual(third.joinReply.joinResponse?.reconnected, false)
    }), { implicitAudio: false })
})

describe("REJOIN", () => {
  inCall.each(
    [
      ["leavesFirst", ["participantLeft", "participantJoined"], ["bob", "new"]],
      ["leavesAfter", ["participantJoined", "participantLeft"], ["old", "bob", "new"]],
      ["staysForDeadline", ["participantJoined", "participantLeft"], ["old", "bob", "new"]]
    ] as const
  )(
    "starts a new session: the old session %s",
    ({ control, waitUntil }, [previousSession, eventTypes, listed]) =>
      Effect.gen(function*() {
        const old = yield* Client.join({ userId: "agent", sessionId: "old" })
        const bob = yield* Client.join({ userId: "bob", sessionId: "bob" })
        yield* control.configure({ reconnectDeadline: previousSession === "staysForDeadline" ? "50 millis" : "1 hour" })
        const again = yield* Client.join({
          userId: "agent",
          sessionId: "new",
          request: { reconnectDetails: { strategy: rejoin, previousSessionId: "old" } }
        })
        assert.strictEqual(again.joinReply.joinResponse?.reconnected, false)
        assert.deepStrictEqual(roster(again), Array.from(listed))
        yield* bob.waitUntilEvents((events) => events.length === 3)
        assert.deepStrictEqual(bob.eventTypes().slice(1), Array.from(eventTypes))
        assert.strictEqual(yield* old.closed, 1000)
        yield* waitUntil(({ participants }) => participants.length === 2)
      }),
    ([previousSession]) => ({ previousSession })
  )

  inCall("is not offered, unasked, the microphones of the sessions that it replaces", (sfu) =>
    Effect.gen(function*() {
      const first = yield* sfu.participant({ userId: "alice", sessionId: "first" })
      const bob = yield* sfu.participant({ userId: "bob", sessionId: "bob" })
      yield* first.publish("Audio")
      const second = yield* Effect.flatMap(
        first.rejoin({ leave: "never", sessionId: "second" }),
        (second) => Effect.as(second.publish("Audio"), second)
      )
      yield* second.dropSocket
      const third = yield* Client.join({
        userId: "alice",
        sessionId: "third",
        request: { reconnectDetails: { strategy: rejoin, previousSessionId: "second" } }
      })
      yield* bob.publish("Audio")
      yield* third.awaitPackets(Client.keyOf(bob, "Audio"), 1)
      const { downTracks, published } = yield* sfu.groundTruth
      assert.deepStrictEqual(published.map(({ sessionId }) => sessionId), ["first", "bob", "second"])
      assert.deepStrictEqual(
        downTracks.filter(({ to }) => to.sessionId === "third").map(({ key }) => key.sessionId),
        ["bob"]
      )
    }), { reconnectDeadline: "1 hour" })

  inCall("does not end a session of another user", ({ groundTruth }) =>
    Effect.gen(function*() {
      yield* Client.join({ userId: "alice", sessionId: "hers" })
      yield* Client.join({
        userId: "bob",
        request: { reconnectDetails: { strategy: rejoin, previousSessionId: "hers" } }
      })
      assert.strictEqual((yield* groundTruth).participants.length, 2)
    }), { previousSession: "leavesFirst" })
})

describe("MIGRATE", () => {
  inCall.each(["oldSocket", "newSocket"] as const)(
    "keeps the old connection until the new one is complete, and reports that on the %s",
    (_, migrationComplete) =>
      Effect.gen(function*() {
        const { agent, microphone, sfu } = yield* aliceAndAgent
        const observer = yield* Client.join({ userId: "observer", receives: false })
        const held = yield* sfu.control.requests.hold({ from: "agent", method: "SendAnswer" })
        const again = yield* migrated
        assert.strictEqual(again.joinReply.joinResponse?.reconnected, false)
        yield* held.waitFor(1)
        yield* agent.awaitPackets(microphone, 3)
        const where = Effect.map(sfu.groundTruth, ({ participants }) => participants[0]?.node)
        assert.strictEqual(yield* where, "loopback-1")
        assert.notInclude([...agent.eventTypes(), ...again.eventTypes()], isComplete)
        yield* held.release()
        yield* (migrationComplete === "oldSocket" ? agent : again).awaitEvents(isComplete)
        assert.strictEqual(yield* where, "loopback-2")
        yield* Effect.all([agent.awaitPackets(microphone, 3), again.awaitPackets(microphone, 3)], { concurrency: 2 })
        agent.socket.close(1000)
        yield* agent.closed
        yield* again.awaitPackets(microphone, 10)
        yield* Effect.all([again.awaitPriorEvents, observer.awaitPriorEvents])
        assert.notInclude((migrationComplete === "oldSocket" ? again : agent).eventTypes(), isComplete)
        assert.deepStrictEqual(observer.eventTypes(), ["joinResponse", "healthCheckResponse"])
        assert.strictEqual((yield* sfu.groundTruth).downTracks.length, 1)
      }),
    (migrationComplete) => ({ nodes: 2, migrationComplete })
  )

  inCall("is complete at once or never, by the setting", () =>
    Effect.gen(function*() {
      const { agent, sfu } = yield* aliceAndAgent
      const held = yield* sfu.control.requests.hold({ from: "agent", method: "SendAnswer" })
      const again = yield* migrated
      yield* agent.awaitEvents(isComplete)
      yield* held.release()
      again.socket.close(1000)
      agent.socket.close(1000)
      yield* sfu.waitUntil(({ participants }) => participants.length === 1)
      yield* sfu.control.configure({ migrationComplete: "never" })
      const third = yield* Client.join({ userId: "agent", sessionId: "agent" })
      const fourth = yield* migrated
      yield* Effect.all([third.awaitPriorEvents, fourth.awaitPriorEvents])
      assert.notInclude([...third.eventTypes(), ...fourth.eventTypes()], isComplete)
      assert.strictEqual((yield* sfu.groundTruth).participants[1]?.node, "loopback-1")
      third.socket.close(1000)
      yield* sfu.waitUntil(({ participants }) => participants[1]?.node === "loopback-2")
    }), { nodes: 2, migrationCompletes: "atOnce" })

  inCall("that is abandoned leaves the session on the old SFU", () =>
    Effect.gen(function*() {
      const { agent, microphone, sfu } = yield* aliceAndAgent
      yield* sfu.control.configure({ migrationComplete: "never" })
      const again = yield* migrated
      again.socket.close(1000)
      yield* again.closed
      yield* agent.awaitPackets(microphone, 5)
      assert.deepStrictEqual(
        (yield* sfu.groundTruth).participants.map(({ connected, node }) => [node, connected]),
        [["loopback-1", true], ["loopback-1", true]]
      )
    }), { nodes: 2 })

  inCall(
    "of a publisher has no gap, and others receive only a changed prefix",
    () =>
      Effect.gen(function*() {
        const { agent, alice, microphone, sfu } = yield* aliceAndAgent
        yield* alice.publish("Video")
        yield* agent.awaitEvents("trackPublished", 2)
        const again = yield* alice.migrate("loopback-2")
        yield* agent.awaitPackets(microphone, 10)
        yield* agent.awaitPriorEvents
        assert.notInclude(agent.eventTypes(), "participantLeft")
        assert.notInclude(agent.eventTypes(), "trackUnpublished")
        assert.notInclude(agent.eventTypes(), "participantUpdated")
        yield* sfu.control.configure({ prefix: "perNode" })
        const [before] = (yield* sfu.groundTruth).participants.slice(1)
        yield* again.migrate("loopback-1")
        const [updated] = yield* agent.awaitEvents("participantUpdated")
        yield* sfu.waitUntil(({ downTracks }) =>
          downTracks.every(({ streamId }) => !streamId.startsWith(before!.prefix))
        )
        yield* agent.awaitPackets(microphone, 10)
        const { participants, published } = yield* sfu.groundTruth
        assert.strictEqual(updated?.participantUpdated?.participant?.trackLookupPrefix, participants[1]?.prefix)
        assert.deepStrictEqual(published.map(({ trackType }) => trackType), ["Audio", "Video"])
      }),
    { nodes: 2 }
  )
})

describe("a prefix", () => {
  inCall("is shared by all sessions of a user with perUser", (sfu) =>
    Effect.gen(function*() {
      for (const userId of ["alice", "alice", "bob"]) yield* sfu.participant({ userId })
      const prefixes = (yield* sfu.groundTruth).participants.map(({ prefix }) => prefix)
      assert.strictEqual(prefixes[0], prefixes[1])
      assert.notStrictEqual(prefixes[0], prefixes[2])
    }), { prefix: "perUser" })
})

describe("an SFU", () => {
  inCall(
    "that is killed sends nothing, and its sessions migrate or leave at their deadline",
    () =>
      Effect.gen(function*() {
        const { agent, alice, microphone, sfu } = yield* aliceAndAgent
        const held = yield* sfu.control.requests.hold({ from: "alice", method: "UpdateMuteStates" })
        const muting = yield* Effect.forkScoped(Effect.flip(alice.unmute("Audio")))
        yield* held.waitFor(1)
        yield* sfu.control.killNode("loopback-1")
        assert.strictEqual(yield* agent.closed, 1006)
        assert.strictEqual((yield* Fiber.join(muting))._tag, "SimulationError")
        yield* held.release()
        assert.strictEqual((yield* Effect.flip(alice.publish("Video")))._tag, "SimulationError")
        assert.strictEqual((yield* Effect.flip(sfu.participant({ userId: "carol" })))._tag, "SimulationError")
        assert.deepStrictEqual(
          (yield* sfu.groundTruth).participants.map(({ connected, node }) => [node, connected]),
          [[undefined, false], [undefined, false]]
        )
        const again = yield* migrated
        yield* again.awaitEvents(isComplete)
        const other = yield* alice.migrate("loopback-2")
        yield* again.awaitPackets(microphone, 3)
        yield* other.leave
        yield* again.awaitEvents("participantLeft")
      }),
    { nodes: 2 }
  )

  inCall(
    "that shuts down sends go_away, refuses joins, and is down after its grace period",
    () =>
      Effect.gen(function*() {
        const { agent, sfu } = yield* aliceAndAgent
        yield* sfu.control.shutDownNode("loopback-1", "1 hour")
        const [event] = yield* agent.awaitEvents("goAway")
        assert.strictEqual(event?.goAway?.reason, 1)
        const refused = yield* Client.join({ userId: "bob" })
        assert.strictEqual(refused.joinReply.error?.error?.code, Wire.ErrorCode.ERROR_CODE_SFU_SHUTTING_DOWN)
        assert.strictEqual(refused.joinReply.error?.reconnectStrategy, 0)
        const elsewhere = yield* Client.join({ userId: "bob", node: "loopback-2" })
        assert.isDefined(elsewhere.joinReply.joinResponse)
        yield* sfu.control.shutDownNode("loopback-1")
        assert.strictEqual(yield* agent.closed, 1001)
        yield* sfu.control.configure({ reconnectDeadline: 0 })
        yield* sfu.waitUntil(({ participants }) => participants[0]?.connected === false)
      }),
    { nodes: 2 }
  )
})

describe("a client", () => {
  inCall("receives go_away, errors with a strategy, and the end of the call", () =>
    Effect.gen(function*() {
      const { agent, alice, sfu } = yield* aliceAndAgent
      yield* sfu.control.sendGoAway("agent", "Rebalance")
      yield* sfu.control.sendError("agent", { code: 500, message: "oh", strategy: "Rejoin" })
      yield* sfu.control.endCall("Kicked")
      assert.strictEqual(yield* agent.closed, 1000)
      const [going, error, ended] = agent.events().slice(-3)
      assert.strictEqual(going?.goAway?.reason, 2)
      assert.deepInclude(error?.error, { reconnectStrategy: rejoin })
      assert.strictEqual(error?.error?.error?.code, 500)
      assert.strictEqual(ended?.callEnded?.reason, 3)
      assert.deepStrictEqual(yield* sfu.groundTruth, { participants: [], published: [], forwarded: [], downTracks: [] })
      assert.strictEqual((yield* Effect.flip(alice.publish("Video")))._tag, "SimulationError")
      assert.deepStrictEqual(roster(yield* Client.join({ userId: "bob", sessionId: "bob" })), ["bob"])
    }))
})

describe("a join", () => {
  inCall("fails by injection", ({ control }) =>
    Effect.gen(function*() {
      const full = { _tag: "Sfu", code: 700, message: "full", strategy: "Migrate" } as const
      yield* control.failRequests({ method: "JoinRequest", fromUser: "bob" }, full, { times: 1 })
      const refused = yield* Client.join({ userId: "bob" })
      assert.strictEqual(refused.joinReply.error?.error?.code, 700)
      assert.strictEqual(refused.joinReply.error?.reconnectStrategy, migrate)
      assert.isDefined((yield* Client.join({ userId: "bob" })).joinReply.joinResponse)
    }))

  inCall(
    "can receive events before its response, a limited list, and the participants again",
    ({ control, participant }) =>
      Effect.gen(function*() {
        for (const userId of ["alice", "bob", "carol"]) {
          yield* (yield* participant({ userId, sessionId: userId })).publish("Audio")
        }
        const key = { userId: "bob", sessionId: "bob", trackType: "Audio" } as const
        yield* control.sendBeforeJoinResponse("agent", [Wire.trackPublished(key), Wire.goAway("Rebalance")])
        const agent = yield* Client.join({ userId: "agent", sessionId: "agent" })
        assert.deepStrictEqual(agent.eventTypes(), ["trackPublished", "goAway", "joinResponse"])
        assert.deepStrictEqual(roster(agent), ["alice", "agent"])
        assert.strictEqual(agent.joinReply.joinResponse?.callState?.participantCount?.total, 4)
        yield* control.resendParticipants("agent")
        yield* control.resendParticipants("agent", { stale: true })
        const joined = yield* agent.awaitEvents("participantJoined", 8)
        assert.deepStrictEqual(
          joined.map(({ participantJoined }) => participantJoined?.participant?.publishedTracks?.length),
          [1, 1, 1, 0, 0, 0, 0, 0]
        )
        assert.deepStrictEqual(roster(yield* Client.join({ userId: "agent", node: "loopback-1" }))?.length, 2)
      }),
    { joinListLimit: 1 }
  )
})
