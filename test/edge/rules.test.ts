/**
 * Law 13 sentence by sentence, and what else an edge promises.
 */
import { assert, it } from "@effect/vitest"
import {
  NegotiationError,
  PeerConnectionError,
  SfuConnectionError,
  SfuJoinError,
  SfuRequestError,
  StreamEdge,
  TrackResolver
} from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, bob, camera, microphone, screen } from "../support/people.ts"
import { begin, nothing } from "../support/resolver.ts"
import {
  describeEvent,
  joined,
  left,
  makeHarness,
  observe,
  published,
  sfuParticipant,
  testEdge,
  unpublished,
  updated,
  whenIdle
} from "./Harness.ts"

const { mediaSection: media } = ScriptedCall

const bytes = (text: string) => new TextEncoder().encode(text)

/** Opens a track's stream, and gives what it has carried so far. */
const carry = Effect.fnUntraced(function*(edge: StreamEdge["Service"], trackId: string) {
  const packets: Array<string> = []
  const fiber = yield* begin(
    Stream.runForEach(
      edge.rtp(trackId),
      ({ payload }) => Effect.sync(() => packets.push(new TextDecoder().decode(payload)))
    )
  )
  yield* whenIdle
  return { packets, fiber }
})

// --- Who is there -----------------------------------------------------------------------------------------------------

testEdge(
  "it starts from who is already there and what they publish, and skips its own session, not its own user",
  ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video"), media("1", "me", "Video"), media("2", "m2", "Audio")])
      yield* whenIdle
      const { events } = yield* observe(edge)
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), [
        "a1 joined",
        "phone joined",
        "a1 Video has agent-0-1",
        "phone Audio has agent-2-3"
      ])
      yield* call.emit(published({ userId: "robot", sessionId: "agent", trackType: "Video" }))
      yield* call.emit(left({ userId: "robot", sessionId: "agent" }))
      yield* whenIdle
      assert.strictEqual(events.length, 4)
    }),
  {
    participants: Effect.succeed([
      sfuParticipant(alice, "p", ["Video"]),
      sfuParticipant({ userId: "robot", sessionId: "agent" }, "me", ["Video"]),
      sfuParticipant({ userId: "robot", sessionId: "phone" }, "m2", ["Audio"])
    ])
  }
)

testEdge(
  "every message that carries a participant can name a prefix, and an empty one takes none away",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      const people = ["published", "unpublished", "updated"].map((sessionId) => ({ userId: "u", sessionId }))
      yield* call.offer(people.map(({ sessionId }, mid) => media(String(mid), sessionId, "Video")))
      for (const person of people) yield* call.emit(published(camera(person)))
      yield* whenIdle
      assert.deepStrictEqual(events, [])
      const [a, b, c] = people as [typeof alice, typeof alice, typeof alice]
      yield* call.emit(published(camera(a), sfuParticipant(a, "published")))
      yield* call.emit(unpublished(microphone(b), sfuParticipant(b, "unpublished")))
      yield* call.emit(updated(c, "updated"))
      yield* whenIdle
      const known = [
        "published joined",
        "published Video has agent-0-1",
        "unpublished joined",
        "unpublished Video has agent-1-2",
        "updated joined",
        "updated Video has agent-2-3"
      ]
      assert.deepStrictEqual(events.map(describeEvent), known)
      for (const person of people) yield* call.emit(joined(person, undefined, ["Audio"]))
      yield* call.offer(people.flatMap(({ sessionId }, mid) => [
        media(String(mid), sessionId, "Video"),
        media(`${mid}a`, sessionId, "Audio")
      ]))
      yield* whenIdle
      assert.deepStrictEqual(events.slice(known.length).map(describeEvent), [
        "published Audio has agent-0a-4",
        "updated Audio has agent-2a-6"
      ])
    })
)

testEdge("the roster's user id wins over an event's", ({ call, edge, sizes }) =>
  Effect.gen(function*() {
    const { events } = yield* observe(edge)
    yield* call.emit(published({ ...camera(alice), userId: "a nickname" }))
    yield* whenIdle
    yield* call.emit(joined(alice, "p"))
    yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    assert.deepStrictEqual(
      events.flatMap((event) => event._tag === "TrackAdded" ? [event.key] : []),
      [camera(alice)]
    )
    assert.strictEqual((yield* sizes).waiting, 0)
  }))

testEdge(
  "a publication whose user nobody knows is remembered until the session is named",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit({ _tag: "TrackPublished", publication: { sessionId: "a1", trackType: "Video" } })
      yield* call.offer([media("0", "p", "Video")])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(events, [])
      yield* call.emit(updated(alice, "p"))
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
    })
)

testEdge(
  "nothing is told of somebody before they are named, no deadline either",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(published(camera(alice)))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(events, [])
      yield* call.emit(updated(alice))
      yield* TestClock.adjust("9999 millis")
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined"])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video is unresolved"])
    })
)

testEdge(
  "a snapshot says what is published only where no event has said otherwise",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.offer([media("0", "p", "Video"), media("1", "p", "Audio")])
      yield* call.emit(unpublished(camera(alice)))
      yield* call.emit(joined(alice, "p", ["Audio", "Video"]))
      yield* call.emit(updated(alice, "p", ["ScreenShare"]))
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Audio has agent-1-2"])
    })
)

testEdge(
  "Law 13: a session that left is revived only by a participant-joined",
  ({ call, edge, sizes }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      yield* call.emit(left(alice))
      yield* call.emit(published(camera(alice), sfuParticipant(alice, "p", ["Video"])))
      yield* call.emit(updated(alice, "p", ["Video"]))
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(events.map(describeEvent).slice(2), ["a1 Video has no more agent-0-1", "a1 left"])
      assert.deepStrictEqual(yield* sizes, nothing)
      yield* call.emit(joined(alice, "p"))
      yield* call.emit(published(camera(alice)))
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent).slice(4), ["a1 joined", "a1 Video has agent-0-1"])
    })
)

testEdge(
  "the same user in another session is somebody else, and their tracks stay their own",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      yield* call.emit(joined(aliceAgain, "p2", ["Video"]))
      yield* TestClock.adjust("10 seconds")
      yield* call.emit(left(alice))
      yield* whenIdle
      yield* call.offer([media("1", "p2", "Video")])
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), [
        "a1 joined",
        "a1 Video has agent-0-1",
        "a2 joined",
        "a2 Video is unresolved",
        "a1 Video has no more agent-0-1",
        "a1 left",
        "a2 Video has agent-1-2"
      ])
    })
)

// --- Media ------------------------------------------------------------------------------------------------------------

testEdge(
  "Law 13: a live m-line outlives its time to live, and an offer is not needed again",
  ({ call, edge, sizes }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p"))
      yield* call.offer([media("0", "p", "Video")])
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* sizes, nothing)
      yield* call.emit(published(camera(alice)))
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
    })
)

testEdge(
  "Law 13: only a deadline gives TrackUnresolved, and media that comes after it still TrackAdded",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* TestClock.adjust("9999 millis")
      yield* call.emit(unpublished(microphone(alice)))
      yield* whenIdle
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video is unresolved"])
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent).slice(2), ["a1 Video has agent-0-1"])
    })
)

it.effect("media that comes with the deadline is not forgotten", () =>
  Effect.gen(function*() {
    const { call, edge } = yield* makeHarness({}, {}, (resolver) => ({
      ...resolver,
      cancel: (participant) =>
        Effect.delay(resolver.cancel(participant), participant.sessionId === aliceAgain.sessionId ? "1 second" : 0)
    }))
    const { events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.emit(joined(aliceAgain, "p"))
    yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    // While one who has her prefix is leaving, and before she gets their m-line, her deadline passes.
    yield* TestClock.adjust("9500 millis")
    yield* call.emit(left(aliceAgain))
    yield* TestClock.adjust("1 second")
    yield* whenIdle
    assert.deepStrictEqual(events.slice(2).map(describeEvent), [
      "a2 left",
      "a1 Video is unresolved",
      "a1 Video has agent-0-2"
    ])
  }))

testEdge(
  "the newer of two m-lines of one publication has it, and gives it back when it ends",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      const [one, two] = [media("0", "p", "Video"), media("1", "p", "Video")]
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.offer([one])
      yield* whenIdle
      yield* call.offer([one, two])
      yield* whenIdle
      yield* call.offer([one])
      yield* whenIdle
      assert.deepStrictEqual(events.slice(1).map(describeEvent), [
        "a1 Video has agent-0-1",
        "a1 Video has no more agent-0-1",
        "a1 Video has agent-1-2",
        "a1 Video has no more agent-1-2",
        "a1 Video has agent-0-1"
      ])
    })
)

testEdge("what an m-line does not say is never guessed", ({ call, edge }) =>
  Effect.gen(function*() {
    const { events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.offer([
      { mid: "0", kind: "video", streamId: undefined },
      { mid: "1", kind: "video", streamId: "p" },
      { mid: "2", kind: "video", streamId: "p:Film" },
      { mid: "3", kind: "audio", streamId: "p:Video" }
    ])
    yield* TestClock.adjust("10 seconds")
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video is unresolved"])
  }))

testEdge("a prefix that another session claims takes its m-lines along", ({ call, edge }) =>
  Effect.gen(function*() {
    const { events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    const { fiber, packets } = yield* carry(edge, "agent-0-1")
    yield* call.send("0", bytes("hers"))
    yield* whenIdle
    yield* call.emit(joined(aliceAgain, "p", ["Video"]))
    yield* whenIdle
    yield* call.send("0", bytes("not hers"))
    yield* Fiber.join(fiber)
    assert.deepStrictEqual(packets, ["hers"])
    yield* call.emit(updated(alice, "p"))
    yield* whenIdle
    assert.deepStrictEqual(events.map(describeEvent), [
      "a1 joined",
      "a1 Video has agent-0-1",
      "a2 joined",
      "a1 Video has no more agent-0-1",
      "a2 Video has agent-0-2"
    ])
    yield* call.emit(left(aliceAgain))
    yield* whenIdle
    assert.deepStrictEqual(events.slice(5).map(describeEvent), [
      "a2 Video has no more agent-0-2",
      "a2 left",
      "a1 Video has agent-0-3"
    ])
  }))

testEdge(
  "a prefix that its last claimant gives up for another goes back, with its m-lines",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      yield* call.emit(joined(aliceAgain, "p", ["Video"]))
      yield* whenIdle
      yield* call.emit(updated(aliceAgain, "q"))
      yield* whenIdle
      assert.deepStrictEqual(events.slice(-2).map(describeEvent), [
        "a2 Video has no more agent-0-2",
        "a1 Video has agent-0-3"
      ])
    })
)

testEdge(
  "a track's stream ends when its m-line changes hands, and the next person's is another",
  ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.emit(joined(bob, "q", ["Video"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      const hers = yield* carry(edge, "agent-0-1")
      yield* call.send("0", bytes("alice"))
      yield* whenIdle
      yield* call.offer([media("0", "q", "Video")])
      yield* Fiber.join(hers.fiber)
      yield* whenIdle
      const his = yield* carry(edge, "agent-0-2")
      yield* call.send("0", bytes("bob"))
      yield* whenIdle
      yield* call.offer([])
      yield* Fiber.join(his.fiber)
      assert.deepStrictEqual([hers.packets, his.packets], [["alice"], ["bob"]])
      assert.deepStrictEqual(yield* Stream.runCollect(edge.rtp("agent-0-2")), [])
    })
)

testEdge(
  "a key frame is asked for on the track's m-line, and of an unknown track nowhere",
  ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.offer([media("7", "p", "Video")])
      yield* whenIdle
      yield* edge.requestKeyFrame("agent-7-1")
      yield* edge.requestKeyFrame("unknown")
      assert.deepStrictEqual(
        call.calls.filter(({ _tag }) => _tag === "RequestedKeyFrame"),
        [{ _tag: "RequestedKeyFrame", mid: "7" }]
      )
    })
)

testEdge(
  "m-lines that wait for somebody to claim their prefix are bounded in number: the oldest goes",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.offer(Array.from({ length: 1_025 }, (_, n) => media(String(n), `p${n}`, "Video")))
      yield* whenIdle
      yield* call.emit(joined(alice, "p0", ["Video"]))
      yield* call.emit(joined(bob, "p1", ["Video"]))
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "b1 joined", "b1 Video has agent-1-1"])
    })
)

testEdge(
  "sessions that no message names are bounded in number: the oldest goes",
  ({ call, sizes }) =>
    Effect.gen(function*() {
      for (let n = 0; n < 1_100; n++) {
        yield* call.emit(published(camera({ userId: `u${n}`, sessionId: `s${n}` })))
      }
      yield* Effect.repeat(whenIdle, { times: 200 })
      assert.strictEqual((yield* sizes).waiting, 1_024)
    })
)

// --- What it asks of the SFU ------------------------------------------------------------------------------------------

it.effect("subscriptions are sent in full, and no set waits for the answer to the last one", () =>
  Effect.gen(function*() {
    const asked: Array<ReadonlyArray<TrackKey>> = []
    const { call } = yield* makeHarness({
      onSubscriptions: (subscriptions) => {
        asked.push(subscriptions.map(({ key }) => key))
        return Effect.never
      }
    })
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* whenIdle
    yield* call.emit(published(screen(alice)))
    yield* whenIdle
    yield* call.emit(joined(bob, "q", ["Audio"]))
    yield* call.emit(unpublished(camera(alice)))
    yield* whenIdle
    yield* call.emit(left(alice))
    yield* call.emit(left(bob))
    yield* whenIdle
    assert.deepStrictEqual(asked[0], [camera(alice)])
    assert.deepStrictEqual(asked[1], [camera(alice), screen(alice)])
    assert.deepInclude(asked, [screen(alice), microphone(bob)])
    assert.deepStrictEqual(asked.at(-1), [])
  }))

testEdge(
  "what is not subscribed to is not waited for, and video is asked for in a size",
  ({ call, edge, sizes }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video", "Audio", "ScreenShare"]))
      yield* call.offer([media("0", "p", "Audio")])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(events.map(describeEvent), [
        "a1 joined",
        "a1 Audio has agent-0-1",
        "a1 ScreenShare is unresolved"
      ])
      assert.deepStrictEqual(call.calls.findLast(({ _tag }) => _tag === "Subscribed"), {
        _tag: "Subscribed",
        subscriptions: [{ key: microphone(alice) }, { key: screen(alice), dimension: { width: 320, height: 180 } }]
      })
      assert.strictEqual((yield* sizes).waiting, 0)
    }),
  {},
  { subscribe: ({ trackType }) => trackType !== "Video", videoDimension: { width: 320, height: 180 } }
)

testEdge("candidates go to the peer connection", ({ call }) =>
  Effect.gen(function*() {
    const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", usernameFragment: "u" }
    yield* call.emit({ _tag: "IceTrickle", peerType: "Subscriber", candidate })
    yield* whenIdle
    assert.deepInclude(call.calls, { _tag: "AddedCandidate", candidate })
  }))

it.effect("the media of an offer is known before its answer is sent, and one offer is answered after the other", () =>
  Effect.gen(function*() {
    const [first, second] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const { call, edge } = yield* makeHarness({ onAnswer: (id) => Deferred.await(id === 1 ? first : second) })
    const { events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
    yield* call.offer([media("0", "p", "Video")])
    yield* call.offer([media("0", "p", "Video"), media("1", "p", "Audio")])
    yield* whenIdle
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
    yield* Deferred.succeed(first, undefined)
    yield* whenIdle
    assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Audio has agent-1-2"])
    yield* Deferred.succeed(second, undefined)
    yield* whenIdle
    assert.deepStrictEqual(
      call.calls.flatMap((deed) => deed._tag === "Answered" ? [deed.negotiationId] : []),
      [1, 2]
    )
  }))

// --- How it ends ------------------------------------------------------------------------------------------------------

const lost = new SfuConnectionError({ reason: "Silent", detail: "12 seconds" })

const errorOf = <A, E>(exit: Exit.Exit<A, E>) => Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined

testEdge(
  "when the call ends everybody leaves, and that is the last event, for late listeners too",
  ({ call, edge, sizes }) =>
    Effect.gen(function*() {
      const { end, events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      const { fiber } = yield* carry(edge, "agent-0-1")
      yield* call.emit({ _tag: "CallEnded", reason: "Kicked" })
      yield* Fiber.join(fiber)
      assert.isTrue(Exit.isSuccess(yield* end))
      assert.deepStrictEqual(events.slice(2).map(describeEvent), [
        "a1 Video has no more agent-0-1",
        "a1 left",
        "call ended: Kicked"
      ])
      assert.deepStrictEqual((yield* Stream.runCollect(edge.events)).map(describeEvent), ["call ended: Kicked"])
      yield* whenIdle
      assert.deepStrictEqual(yield* sizes, nothing)
      assert.deepStrictEqual(call.calls.slice(-2).map(({ _tag }) => _tag), ["ClosedPeerConnection", "Left"])
    })
)

testEdge(
  "when the signalling is lost everybody leaves, and the stream fails, for late listeners too",
  ({ call, edge, sizes }) =>
    Effect.gen(function*() {
      const { end, events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      yield* call.failSocket(lost)
      assert.deepStrictEqual(errorOf(yield* end), lost)
      assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video has no more agent-0-1", "a1 left"])
      assert.deepStrictEqual(errorOf(yield* Effect.exit(Stream.runCollect(edge.events))), lost)
      yield* whenIdle
      assert.deepStrictEqual(yield* sizes, nothing)
      assert.deepStrictEqual(call.calls.slice(-2).map(({ _tag }) => _tag), ["ClosedPeerConnection", "Left"])
    })
)

testEdge("an SFU that tells us to disconnect ends the call, and says why", ({ call, edge }) =>
  Effect.gen(function*() {
    const { end, events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p"))
    yield* call.emit({ _tag: "Failed", reason: "Other", code: 403, detail: "removed", reconnectStrategy: "Disconnect" })
    const detail = "the SFU reports 403: removed"
    assert.deepStrictEqual(errorOf(yield* end), new SfuConnectionError({ reason: "Disconnect", detail }))
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 left"])
  }))

for (
  const [states, reason] of [
    [["connecting", "failed"], "NeverConnected"],
    [["connected", "disconnected", "failed"], "Lost"]
  ] as const
) {
  testEdge(
    `a peer connection that is ${states.join(", then ")} ends the call: ${reason}`,
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { end } = yield* observe(edge)
        for (const state of states) yield* Effect.andThen(call.setState(state), whenIdle)
        // What was connected is given a chance to come back.
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(errorOf(yield* end), new PeerConnectionError({ reason }))
      })
  )
}

it.effect("the end of a call cuts no departure in half: everybody leaves once, however fibers take turns", () =>
  Effect.gen(function*() {
    for (let later = 0; later < 60; later++) {
      yield* Effect.scoped(Effect.gen(function*() {
        const { call, edge } = yield* makeHarness()
        const { end, events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
        yield* call.offer([media("0", "p", "Video")])
        for (let n = 0; n < 10; n++) yield* whenIdle
        yield* call.emit(left(alice))
        for (let n = 0; n < later; n++) yield* Effect.yieldNow
        yield* call.setState("failed")
        yield* end
        assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video has no more agent-0-1", "a1 left"])
      }))
    }
    // So few that a fiber may be taken off between any two steps.
  }).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, 5)))

it.effect("a join that is refused is the layer's error", () =>
  Effect.gen(function*() {
    const refused = new SfuJoinError({ reason: "Refused", code: 700, detail: "full", shouldRetry: true })
    const call = yield* ScriptedCall.make({ participants: Effect.fail(refused) })
    const error = yield* Effect.flip(Layer.build(Layer.provide(StreamEdge.layer(), call.layer)))
    assert.deepStrictEqual(error, refused)
  }))

it.effect("an offer that cannot be answered asks for another, and the third in a row ends the call", () => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel === "Warn") warnings.push(String(Array.isArray(message) ? message[0] : message))
  })
  return Effect.gen(function*() {
    const cannot = new NegotiationError({ step: "CreateAnswer", detail: "no" })
    let failures = 2
    const { call, edge } = yield* makeHarness({
      onOffer: Effect.suspend(() => --failures < 0 ? Effect.void : Effect.fail(cannot))
    })
    const { end, events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video"]))
    for (let n = 0; n < 3; n++) yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
    assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 2)
    failures = 3
    for (let n = 0; n < 3; n++) yield* call.offer([])
    assert.deepStrictEqual(errorOf(yield* end), cannot)
    assert.strictEqual(warnings.length, 4)
  }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Trace"))
})

it.effect("an answer that is refused is no failure, if the next offer has overtaken it or is on its way", () =>
  Effect.gen(function*() {
    const refused = new SfuRequestError({
      method: "SendAnswer",
      reason: "Refused",
      code: 400,
      detail: "another offer",
      attempts: 1
    })
    const { call, edge } = yield* makeHarness({ onAnswer: (id) => id === 5 ? Effect.void : Effect.fail(refused) })
    const { end, events } = yield* observe(edge)
    const asked = () =>
      call.calls.flatMap((deed): ReadonlyArray<number | string> => {
        if (deed._tag === "Answered") return [deed.negotiationId]
        return deed._tag === "RequestedIceRestart" ? ["restart"] : []
      })
    yield* call.emit(joined(alice, "p", ["Video"]))
    for (let n = 0; n < 4; n++) yield* call.offer([media("0", "p", "Video")])
    yield* TestClock.adjust("900 millis")
    yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
    assert.deepStrictEqual(asked(), [5])
    yield* call.offer([media("0", "p", "Video")])
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(asked(), [5, "restart"])
    for (let n = 0; n < 2; n++) {
      yield* call.offer([])
      yield* TestClock.adjust("1 second")
    }
    assert.deepStrictEqual(errorOf(yield* end), refused)
  }))

it.effect("requests that fail are told in a warning, and the call goes on", () => {
  const failed = new SfuRequestError({
    method: "UpdateSubscriptions",
    reason: "Failed",
    code: "internal",
    detail: "no",
    attempts: 5
  })
  return Effect.gen(function*() {
    const { call, edge } = yield* makeHarness({ onSubscriptions: () => Effect.fail(failed) })
    const { events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.emit({ _tag: "GoAway", reason: "Rebalance" })
    yield* call.emit({ _tag: "Failed", reason: "Other", code: 500, detail: "hm", reconnectStrategy: "Unspecified" })
    yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
  })
})

it.effect.each([-1, NaN])("a deadline of %d is a mistake in the calling program", (timeout) =>
  Effect.gen(function*() {
    const exit = yield* Effect.exit(makeHarness({}, { timeout }))
    assert.isTrue(Exit.hasDies(exit))
    assert.include(String(errorOf(exit)), "StreamEdge: timeout must be a duration of zero or more")
  }))

it.effect("a resolver that is closed is not asked again and again", () =>
  Effect.gen(function*() {
    let asked = 0
    const { call, edge } = yield* makeHarness({}, {}, (resolver) => ({
      ...resolver,
      resolve: () => Effect.andThen(Effect.sync(() => asked++), Effect.interrupt)
    }))
    const { events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* whenIdle
    assert.deepStrictEqual(events.map(describeEvent), ["a1 joined"])
    assert.strictEqual(asked, 1)
  }))

it.effect("closing the scope leaves the call: every stream ends, and nothing stays", () =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const { call, edge, sizes } = yield* Scope.provide(makeHarness(), scope)
    const { end, events } = yield* observe(edge)
    yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
    yield* call.offer([media("0", "p", "Video")])
    yield* whenIdle
    const { fiber } = yield* carry(edge, "agent-0-1")
    yield* Scope.close(scope, Exit.void)
    assert.isTrue(Exit.isSuccess(yield* end))
    yield* Fiber.join(fiber)
    assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video has no more agent-0-1", "a1 left"])
    assert.deepStrictEqual(yield* sizes, nothing)
    assert.deepStrictEqual(call.calls.slice(-2).map(({ _tag }) => _tag), ["ClosedPeerConnection", "Left"])
  }))

/** An edge with somebody else's resolver, in a call of its own. */
const guest = Effect.fnUntraced(function*(resolver: TrackResolver["Service"], sessionId: string) {
  const call = yield* ScriptedCall.make()
  const services = yield* Layer.build(
    StreamEdge.layerNoDeps({ sessionId }).pipe(
      Layer.provide(Layer.merge(call.layer, Layer.succeed(TrackResolver, resolver)))
    )
  )
  const { events } = yield* observe(Context.get(services, StreamEdge))
  return { call, events }
})

it.effect("a resolver that outlives an edge keeps nothing of it, and the next edge is told of no dead track", () =>
  Effect.gen(function*() {
    const resolver = yield* TrackResolver.make()
    yield* Effect.scoped(Effect.gen(function*() {
      const { call, events } = yield* guest(resolver, "agent")
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video has agent-0-1"])
    }))
    assert.deepStrictEqual(yield* resolver.sizes, nothing)
    const { call, events } = yield* guest(resolver, "another")
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.emit(joined(aliceAgain, "p2", ["Video"]))
    yield* TestClock.adjust("10 seconds")
    assert.deepStrictEqual(events.map(describeEvent), [
      "a1 joined",
      "a2 joined",
      "a1 Video is unresolved",
      "a2 Video is unresolved"
    ])
  }))

it.effect("two edges of one resolver call no two tracks the same", () =>
  Effect.gen(function*() {
    const resolver = yield* TrackResolver.make()
    const one = yield* guest(resolver, "recorder-1")
    const two = yield* guest(resolver, "recorder-2")
    yield* one.call.emit(joined(alice, "p", ["Video"]))
    yield* one.call.offer([media("0", "p", "Video")])
    yield* whenIdle
    yield* two.call.emit(joined(bob, "p", ["Video"]))
    yield* two.call.offer([media("0", "p", "Video")])
    yield* whenIdle
    yield* one.call.emit(published(camera(alice)))
    yield* whenIdle
    assert.deepStrictEqual(one.events.map(describeEvent), ["a1 joined", "a1 Video has recorder-1-0-1"])
    assert.deepStrictEqual(two.events.map(describeEvent), ["b1 joined", "b1 Video has recorder-2-0-1"])
  }))

it.effect("ordinary life is quiet: nothing louder than a debug line", () => {
  const loud: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel !== "Debug") loud.push(String(message))
  })
  return Effect.gen(function*() {
    const { call } = yield* makeHarness()
    yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
    yield* call.offer([media("0", "p", "Video"), { mid: "1", kind: "audio", streamId: undefined }])
    yield* call.emit(unpublished(camera(alice)))
    yield* call.emit(published(camera(alice)))
    yield* TestClock.adjust("1 minute")
    yield* call.emit(left(alice))
    yield* whenIdle
    assert.deepStrictEqual(loud, [])
  }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Trace"))
})
