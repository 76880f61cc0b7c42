/**
 * How an edge comes back to a call that it has lost, and what the application hears of that.
 */
import { assert } from "@effect/vitest"
import { it } from "@effect/vitest"
import {
  PeerConnectionError,
  ReconnectionError,
  SfuConnectionError,
  SfuJoinError,
  SfuRequestError
} from "effect-track-resolver"
import type {
  EdgeState,
  Reconnection,
  ReconnectStrategy,
  SfuEvent,
  SfuFailureReason,
  SfuParticipant,
  SfuSession,
  StreamEdgeOptions
} from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, bob } from "../support/people.ts"
import { nothing } from "../support/resolver.ts"
import {
  describeEvent,
  joined,
  left,
  makeHarness,
  observe,
  published,
  sfuParticipant,
  unpublished,
  whenIdle
} from "./Harness.ts"
import type { Harness } from "./Harness.ts"

const { mediaSection: media } = ScriptedCall

const lost = new SfuConnectionError({ reason: "Closed", closeCode: 1006, detail: "" })

const failed = (reconnectStrategy: ReconnectStrategy, reason: SfuFailureReason = "Other"): SfuEvent => ({
  _tag: "Failed",
  reason,
  code: 500,
  detail: "",
  reconnectStrategy
})

const goAway: SfuEvent = { _tag: "GoAway", reason: "ShuttingDown" }

interface Scene extends Harness {
  /** What has been events since this was last asked for. */
  readonly news: () => ReadonlyArray<string>
  readonly end: Effect.Effect<Exit.Exit<void, unknown>>
  readonly states: ReadonlyArray<EdgeState>
  /** How it has joined, the first time aside. */
  readonly reconnections: () => ReadonlyArray<Reconnection>
  /** Session ids, in the order of the joins. */
  readonly sessionIds: () => ReadonlyArray<string>
}

/** What each join is answered, in their order; the last one counts for all that follow. */
type Joins = ReadonlyArray<ReadonlyArray<SfuParticipant> | SfuJoinError | Partial<SfuSession>>

const reconnecting = <A, E>(
  name: string,
  joins: Joins,
  test: (scene: Scene) => Effect.Effect<A, E, never>,
  options?: StreamEdgeOptions
): void =>
  it.effect(name, () =>
    Effect.gen(function*() {
      let count = 0
      const onJoin = () => {
        const answer = joins[Math.min(count++, joins.length - 1)]!
        if (answer instanceof SfuJoinError) return Effect.fail(answer)
        return Effect.succeed<Partial<SfuSession>>("length" in answer ? { participants: answer } : answer)
      }
      const staged = yield* makeHarness({ onJoin }, { maxReconnects: 10, ...options })
      const { edge } = staged
      const { end, events } = yield* observe(edge)
      const states: Array<EdgeState> = []
      yield* Effect.forkScoped(Stream.runForEach(edge.states, (state) => Effect.sync(() => states.push(state))), {
        startImmediately: true
      })
      let read = 0
      const joined = () => staged.call.calls.filter((deed) => deed._tag === "Joined")
      yield* whenIdle
      return yield* test({
        ...staged,
        end,
        states,
        news: () => {
          const news = events.slice(read).map(describeEvent)
          read = events.length
          return news
        },
        reconnections: () => joined().flatMap(({ reconnection }) => reconnection ?? []),
        sessionIds: () => joined().map(({ sessionId }) => sessionId)
      })
    }))

const errorOf = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) ? Result.getOrUndefined(Cause.findError(exit.cause)) : undefined

const refused = (shouldRetry: boolean, code = 500) =>
  new SfuJoinError({ reason: "Refused", code, detail: "", shouldRetry })

const aliceThere = [sfuParticipant(alice, "p", ["Video"])]

// --- Fast -------------------------------------------------------------------------------------------------------------

reconnecting(
  "another socket for the same session: what still is so stays, what is no longer so ends, and what is new comes",
  [
    [sfuParticipant(alice, "p", ["Video", "Audio"]), sfuParticipant(bob, "q", ["Video"])],
    [sfuParticipant(alice, "p", ["Video", "ScreenShare"])]
  ],
  ({ call, edge, news, reconnections, sessionIds, states }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video"), media("1", "p", "Audio"), media("2", "q", "Video")])
      yield* call.setState("connected")
      yield* whenIdle
      news()
      const packets: Array<Uint8Array> = []
      yield* Effect.forkChild(
        Stream.runForEach(edge.rtp("agent-0-1"), ({ payload }) => Effect.sync(() => packets.push(payload)))
      )
      yield* whenIdle
      yield* call.failSocket(lost)
      yield* whenIdle
      assert.deepStrictEqual(
        news(),
        ["a1 Audio has no more agent-1-2", "b1 Video has no more agent-2-3", "b1 left"].toSorted()
      )
      assert.deepStrictEqual(sessionIds(), ["agent", "agent"])
      assert.deepInclude(reconnections()[0], { strategy: "Fast", attempt: 0 })
      assert.deepStrictEqual(states.map(({ _tag }) => _tag), ["Joined", "Reconnecting", "Joined"])
      yield* call.send("0", new Uint8Array([1]))
      yield* call.offer([media("0", "p", "Video"), media("3", "p", "ScreenShare")])
      yield* whenIdle
      assert.deepStrictEqual(news(), ["a1 ScreenShare has agent-3-4"])
      assert.strictEqual(packets.length, 1)
      const calls = new Set(call.calls.map(({ _tag }) => _tag))
      assert.deepStrictEqual(
        calls.intersection(new Set(["Detached", "Left", "ClosedPeerConnection"])),
        new Set(["Detached"])
      )
    })
)

reconnecting(
  "a session that the SFU has forgotten is joined anew",
  [aliceThere, { reconnected: false, participants: aliceThere }, aliceThere],
  ({ call, news, reconnections, sessionIds }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      news()
      yield* call.failSocket(lost)
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast", "Rejoin"])
      assert.strictEqual(new Set(sessionIds()).size, 2)
      assert.deepStrictEqual(news(), ["a1 Video has no more agent-0-1"])
    })
)

reconnecting(
  "three attempts on another socket, or as many as the deadline leaves time for, and then another session",
  [aliceThere, refused(true), refused(true), refused(true), aliceThere],
  ({ call, reconnections, states }) =>
    Effect.gen(function*() {
      yield* call.failSocket(lost)
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
      assert.deepStrictEqual(states.slice(1), [
        { _tag: "Reconnecting", strategy: "Fast", attempt: 1 },
        { _tag: "Reconnecting", strategy: "Fast", attempt: 2 },
        { _tag: "Reconnecting", strategy: "Fast", attempt: 3 },
        { _tag: "Reconnecting", strategy: "Rejoin", attempt: 4 },
        states.at(-1)!
      ])
      assert.strictEqual(states.at(-1)!._tag, "Joined")
    })
)

reconnecting(
  "a session whose deadline passes during the pause is not asked for once more",
  [{ fastReconnectDeadline: 200 }, refused(true), aliceThere],
  ({ call, states }) =>
    Effect.gen(function*() {
      yield* call.failSocket(lost)
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(
        states.flatMap((state) => state._tag === "Reconnecting" ? [state.strategy] : []),
        ["Fast", "Rejoin"]
      )
    })
)

reconnecting(
  "a session that the SFU keeps for no time is not asked for",
  [{ fastReconnectDeadline: 0 }],
  ({ call, reconnections }) =>
    Effect.gen(function*() {
      yield* call.failSocket(lost)
      yield* whenIdle
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
    })
)

reconnecting(
  "an SFU that takes the session back and loses it at once is not asked for it for ever",
  [aliceThere],
  ({ call, end, reconnections, states }) =>
    Effect.gen(function*() {
      for (let tries = 0; tries < 120; tries++) {
        yield* call.failSocket(lost)
        yield* TestClock.adjust("500 millis")
      }
      assert.strictEqual(states.at(-1)!._tag, "Left")
      assert.deepInclude(errorOf(yield* end), { reason: "TooManyAttempts" })
      const strategies = reconnections().map(({ strategy }) => strategy)
      assert.deepStrictEqual(strategies, [...Array(3).fill("Fast"), ...Array(10).fill("Rejoin")])
    })
)

reconnecting(
  "a connection that fails while its socket is away is another session",
  [aliceThere, refused(true), refused(true), aliceThere],
  ({ call, states }) =>
    Effect.gen(function*() {
      yield* call.setState("connected")
      yield* whenIdle
      yield* call.failSocket(lost)
      yield* whenIdle
      yield* call.setState("failed")
      yield* TestClock.adjust("10 seconds")
      const strategies = states.flatMap((state) => state._tag === "Reconnecting" ? state.strategy : [])
      // What was decided before the pause is tried.
      assert.deepStrictEqual(strategies, ["Fast", "Fast", "Rejoin"])
    })
)

reconnecting(
  "an SFU that has lost our socket, and says so when ICE is to be restarted, gets another, and restarts it then",
  [
    {
      participants: aliceThere,
      restartIce: Effect.fail(
        new SfuRequestError({ method: "IceRestart", reason: "SignalLost", code: 206, detail: "", attempts: 1 })
      )
    },
    { participants: aliceThere, reconnected: true }
  ],
  ({ call, news, reconnections }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* call.setState("connected")
      yield* whenIdle
      news()
      yield* call.setState("failed")
      yield* whenIdle
      assert.deepStrictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 1)
      yield* TestClock.adjust("5 seconds")
      yield* call.setState("connected")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast"])
      assert.deepStrictEqual(news(), [])
    })
)

// --- Rejoin -----------------------------------------------------------------------------------------------------------

reconnecting(
  "another session: every track is removed at once, and added under another name when it comes again, each once",
  [
    [
      sfuParticipant({ userId: "robot", sessionId: "agent" }, "me"),
      sfuParticipant(alice, "p", ["Video"]),
      sfuParticipant(bob, "q")
    ],
    [sfuParticipant({ userId: "robot", sessionId: "agent" }, "me"), sfuParticipant(alice, "p2", ["Video", "Audio"])]
  ],
  ({ call, edge, news, reconnections, sessionIds, sizes }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      news()
      yield* call.emit(failed("Rejoin"))
      yield* whenIdle
      assert.deepStrictEqual(news(), ["a1 Video has no more agent-0-1", "b1 left"])
      const [reconnection] = reconnections()
      assert.deepInclude(reconnection, { strategy: "Rejoin", attempt: 1, previousSessionId: "agent" })
      assert.deepStrictEqual(reconnection?.subscriptions.map(({ key }) => key), [{ ...alice, trackType: "Video" }])
      assert.notStrictEqual(sessionIds()[1], "agent")
      // The same m-line and the same mid, of another connection; and a prefix of the old one that is nobody's now.
      yield* call.offer([media("0", "p2", "Video"), media("1", "p", "Audio")])
      yield* whenIdle
      assert.deepStrictEqual(news(), ["a1 Video has agent-0-2"])
      // What comes late of the old session, and of ourselves, is nothing.
      yield* call.emit(published({ ...bob, trackType: "Video" }), 0)
      yield* call.emit(left({ userId: "robot", sessionId: "agent" }))
      yield* whenIdle
      assert.deepStrictEqual(news(), [])
      const subscribed = call.calls.findLast((deed) => deed._tag === "Subscribed")
      assert.deepStrictEqual(subscribed?.subscriptions.map(({ key }) => key.trackType), ["Audio", "Video"])
      assert.deepStrictEqual(yield* edge.rtp("agent-0-1").pipe(Stream.runCollect), [])
      assert.strictEqual((yield* sizes).waiting, 1)
    })
)

reconnecting(
  "no deadline passes while there is nothing that a track could come on, and each begins anew",
  [aliceThere, refused(true), refused(true), aliceThere],
  ({ call, news }) =>
    Effect.gen(function*() {
      yield* TestClock.adjust("9 seconds")
      yield* call.emit(failed("Rejoin"))
      // However long it takes.
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(news(), ["a1 joined"])
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(news(), ["a1 Video is unresolved"])
    })
)

reconnecting(
  "however long it waits before it joins again, what is void is removed at once",
  [aliceThere],
  ({ call, news, reconnections }) =>
    Effect.gen(function*() {
      yield* call.emit(failed("Rejoin"))
      yield* whenIdle
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      news()
      // Lost as soon as it was there.
      yield* call.setState("failed")
      yield* whenIdle
      assert.strictEqual(reconnections().length, 1)
      assert.deepStrictEqual(news(), ["a1 Video has no more agent-0-1"])
    })
)

reconnecting(
  "a lost socket and a failed connection are another session at once",
  [aliceThere],
  ({ call, reconnections }) =>
    Effect.gen(function*() {
      yield* call.setState("connected")
      yield* whenIdle
      yield* call.setState("failed")
      yield* whenIdle
      yield* call.failSocket(lost)
      yield* whenIdle
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
    })
)

reconnecting(
  "a refusal for good ends the call, with its reason",
  [aliceThere, refused(false, 403)],
  ({ call, end, news, sizes, states }) =>
    Effect.gen(function*() {
      yield* call.emit(failed("Rejoin"))
      const error = refused(false, 403)
      assert.deepStrictEqual(errorOf(yield* end), new ReconnectionError({ reason: "Refused", attempts: 1, error }))
      assert.deepStrictEqual(news(), ["a1 joined", "a1 left"])
      assert.deepStrictEqual(states.at(-1), { _tag: "Left" })
      yield* whenIdle
      assert.deepStrictEqual(yield* sizes, nothing)
    })
)

reconnecting(
  "ten times in two minutes are enough",
  [aliceThere],
  ({ call, end, sessionIds }) =>
    Effect.gen(function*() {
      for (let n = 0; n < 11; n++) {
        yield* call.emit(failed("Rejoin"))
        yield* whenIdle
        yield* TestClock.adjust("10 seconds")
      }
      const error = errorOf(yield* end)
      assert.instanceOf(error, ReconnectionError)
      assert.deepInclude(error, { reason: "TooManyAttempts" })
      assert.strictEqual(new Set(sessionIds()).size, 11)
    })
)

reconnecting(
  "ten times in longer than two minutes are not",
  [aliceThere],
  ({ call, reconnections }) =>
    Effect.gen(function*() {
      for (let n = 0; n < 20; n++) {
        yield* call.emit(failed("Rejoin"))
        yield* TestClock.adjust("15 seconds")
      }
      assert.strictEqual(reconnections().length, 20)
      assert.strictEqual(reconnections().at(-1)?.attempt, 20)
    })
)

reconnecting(
  "a hundred times in each way: every session is left or handed over, and nothing is left of any",
  [aliceThere],
  ({ call, news, sizes }) =>
    Effect.gen(function*() {
      const ways = [call.failSocket(lost), call.emit(failed("Rejoin")), call.emit(goAway)]
      news()
      for (let n = 0; n < 100; n++) {
        for (const way of ways) {
          yield* call.offer([media("0", "p", "Video")])
          yield* whenIdle
          yield* way
          yield* whenIdle
          yield* call.emit({ _tag: "MigrationCompleted" })
          yield* TestClock.adjust("20 seconds")
        }
      }
      const count = (tag: ScriptedCall.RecordedCall["_tag"]) => call.calls.filter(({ _tag }) => _tag === tag).length
      assert.deepStrictEqual(
        [count("Joined"), count("Left"), count("Detached"), count("ClosedPeerConnection")],
        [301, 100, 200, 200]
      )
      assert.strictEqual(news().filter((told) => told.includes("has ")).length, 400)
      assert.deepStrictEqual(yield* sizes, nothing)
    })
)

// --- The media --------------------------------------------------------------------------------------------------------

reconnecting(
  "a connection that was lost is first restarted, and comes back without a word",
  [aliceThere],
  ({ call, news, reconnections }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* call.setState("connected")
      yield* whenIdle
      news()
      for (let n = 0; n < 3; n++) {
        yield* call.setState("failed")
        yield* whenIdle
        assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, n + 1)
        yield* call.setState("connecting")
        yield* TestClock.adjust("11 seconds")
        yield* call.setState("connected")
        yield* whenIdle
      }
      assert.deepStrictEqual([news(), reconnections()], [[], []])
    })
)

for (const [how, states] of [["no offer comes", []], ["it fails again", ["connecting", "failed"]]] as const) {
  reconnecting(
    `a restart of which ${how} leads to another session`,
    [aliceThere],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.setState("connected")
        yield* whenIdle
        yield* call.setState("failed")
        for (const state of states) yield* Effect.andThen(whenIdle, call.setState(state))
        yield* whenIdle
        if (states.length === 0) {
          assert.deepStrictEqual(reconnections(), [])
          yield* TestClock.adjust("10 seconds")
        }
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
      })
  )
}

reconnecting(
  "two connections in a row that never connect are the end",
  [aliceThere],
  ({ call, end, reconnections }) =>
    Effect.gen(function*() {
      yield* call.setState("failed")
      yield* whenIdle
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
      yield* call.setState("failed")
      const error = new PeerConnectionError({ reason: "NeverConnected" })
      assert.deepStrictEqual(
        errorOf(yield* end),
        new ReconnectionError({ reason: "NeverConnected", attempts: 0, error })
      )
    })
)

// --- Migration --------------------------------------------------------------------------------------------------------

for (const where of ["old", "new"] as const) {
  reconnecting(
    `another SFU: the former goes on until the next one is ready, which its ${where} socket says`,
    [
      {
        sfuId: "one",
        participants: [sfuParticipant(alice, "p", ["Video", "Audio"]), sfuParticipant(bob, "q", ["Video"])]
      },
      // The prefix that was Alice's is Bob's there.
      {
        sfuId: "two",
        participants: [sfuParticipant(alice, "q", ["Video", "Audio"]), sfuParticipant(bob, "p", ["Video"])]
      }
    ],
    ({ call, news, reconnections, sessionIds, states }) =>
      Effect.gen(function*() {
        yield* call.offer([media("0", "p", "Video"), media("1", "p", "Audio"), media("2", "q", "Video")])
        yield* whenIdle
        news()
        yield* call.emit(goAway)
        yield* whenIdle
        assert.deepStrictEqual(news(), [])
        assert.deepStrictEqual(sessionIds(), ["agent", "agent"])
        assert.deepInclude(reconnections()[0], { strategy: "Migrate", attempt: 1, fromSfuId: "one" })
        yield* call.offer([media("0", "q", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(news(), ["a1 Video has no more agent-0-1", "a1 Video has agent-0-4"])
        assert.deepStrictEqual(states.at(-1), { _tag: "Reconnecting", strategy: "Migrate", attempt: 1 })
        yield* call.emit({ _tag: "MigrationCompleted" }, where === "old" ? 0 : 1)
        yield* whenIdle
        assert.deepStrictEqual(news(), ["a1 Audio has no more agent-1-2", "b1 Video has no more agent-2-3"])
        assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent" })
        assert.deepInclude(call.calls, { _tag: "Detached", sessionId: "agent", to: "Migrate" })
        yield* call.offer([media("0", "q", "Video"), media("1", "p", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(news(), ["b1 Video has agent-1-5"])
      })
  )
}

reconnecting(
  "a migration after another socket is complete when that one says so, and what has moved does not move back",
  [aliceThere],
  ({ call, news, states }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      yield* call.failSocket(lost)
      yield* whenIdle
      // Not at once after the last time.
      yield* TestClock.adjust("1 second")
      yield* call.emit(goAway)
      yield* whenIdle
      yield* call.offer([media("0", "p", "Video")])
      yield* whenIdle
      news()
      // The m-line of the former connection still sends.
      yield* call.offer([])
      yield* whenIdle
      assert.deepStrictEqual(news(), ["a1 Video has no more agent-0-2"])
      yield* call.emit({ _tag: "MigrationCompleted" }, 1)
      yield* whenIdle
      assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent" })
    })
)

reconnecting(
  "a migration that is not complete in seven seconds, or is refused, is another session",
  [aliceThere, aliceThere, refused(true)],
  ({ call, reconnections }) =>
    Effect.gen(function*() {
      yield* call.emit(goAway)
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Migrate"])
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy).slice(0, 2), ["Migrate"])
      assert.deepStrictEqual(call.calls.filter(({ _tag }) => _tag === "ClosedPeerConnection").length, 2)
    })
)

for (
  const [what, happens] of [["goes away as well", goAway], ["asks for the session again", failed("Fast")]] as const
) {
  reconnecting(
    `another SFU that ${what} before it is ready: another session, and nothing is left of either`,
    [[sfuParticipant(alice, "p", ["Video", "Audio"])], [sfuParticipant(alice, "q", ["Video", "Audio"])], aliceThere],
    ({ call, news, reconnections, states }) =>
      Effect.gen(function*() {
        yield* call.offer([media("0", "p", "Video"), media("1", "p", "Audio")])
        yield* whenIdle
        yield* call.emit(goAway)
        yield* whenIdle
        yield* call.offer([media("0", "q", "Video")])
        yield* whenIdle
        news()
        yield* call.emit(happens)
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Migrate", "Rejoin"])
        assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "ClosedPeerConnection").length, 2)
        assert.deepStrictEqual(news().toSorted(), ["a1 Audio has no more agent-1-2", "a1 Video has no more agent-0-3"])
        assert.deepStrictEqual(states.slice(1, 3), [
          { _tag: "Reconnecting", strategy: "Migrate", attempt: 1 },
          { _tag: "Reconnecting", strategy: "Rejoin", attempt: 2 }
        ])
      })
  )
}

reconnecting(
  "the former SFU is events on the socket that it has, not on the one that it had",
  [aliceThere],
  ({ call, reconnections, states }) =>
    Effect.gen(function*() {
      yield* call.failSocket(lost)
      yield* TestClock.adjust("5 seconds")
      yield* call.emit(goAway)
      yield* whenIdle
      yield* call.emit({ _tag: "MigrationCompleted" }, 1)
      yield* whenIdle
      assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast", "Migrate"])
      assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent" })
    })
)

reconnecting(
  "a call that ends during a migration ends, though only the former SFU says so",
  [aliceThere],
  ({ call, end, news, states }) =>
    Effect.gen(function*() {
      yield* call.emit(goAway)
      yield* whenIdle
      yield* call.emit({ _tag: "CallEnded", reason: "Kicked" }, 0)
      yield* whenIdle
      assert.deepStrictEqual(states.at(-1), { _tag: "Left" })
      assert.isTrue(Exit.isSuccess(yield* end))
      assert.deepStrictEqual(news(), ["a1 joined", "a1 left", "call ended: Kicked"])
    })
)

for (const [way, event] of [["Fast", failed("Fast")], ["Migrate", goAway]] as const) {
  reconnecting(
    `a publication that got no track waits anew after a reconnection: ${way}`,
    [{ participants: aliceThere, fastReconnectDeadline: 60_000 }],
    ({ call, news }) =>
      Effect.gen(function*() {
        yield* TestClock.adjust("15 seconds")
        assert.deepStrictEqual(news(), ["a1 joined", "a1 Video is unresolved"])
        yield* call.emit(event)
        yield* whenIdle
        yield* call.emit({ _tag: "MigrationCompleted" })
        yield* TestClock.adjust("15 seconds")
        assert.deepStrictEqual(news(), ["a1 Video is unresolved"])
      })
  )
}

// --- What the SFU asks for --------------------------------------------------------------------------------------------

for (const strategy of ["Fast", "Rejoin", "Migrate"] as const) {
  reconnecting(
    `an error that asks for it: ${strategy}`,
    [aliceThere],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(failed(strategy))
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map((reconnection) => reconnection.strategy), [strategy])
      })
  )
}

reconnecting(
  "an error that asks for nothing is a warning",
  [aliceThere],
  ({ call, reconnections }) =>
    Effect.gen(function*() {
      yield* call.emit(failed("Unspecified"))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(reconnections(), [])
    })
)

reconnecting(
  "what comes right after it is not lost: a call that ends as the SFU goes",
  [aliceThere],
  ({ call, end, news }) =>
    Effect.gen(function*() {
      yield* call.emit(goAway)
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      assert.isTrue(Exit.isSuccess(yield* end))
      assert.deepStrictEqual(news(), ["a1 joined", "a1 left", "call ended: Ended"])
    })
)

reconnecting(
  "a live stream that is over ends the call",
  [aliceThere],
  ({ call, end, news, states }) =>
    Effect.gen(function*() {
      yield* call.emit(failed("Unspecified", "LiveEnded"))
      assert.isTrue(Exit.isSuccess(yield* end))
      assert.deepStrictEqual(news(), ["a1 joined", "a1 left", "call ended: LiveEnded"])
      assert.deepStrictEqual(states.at(-1), { _tag: "Left" })
    })
)

// --- What others do ---------------------------------------------------------------------------------------------------

for (const order of ["before", "after"] as const) {
  reconnecting(
    `another's rejoin: the new session has its own tracks, though the old one leaves ${order} it comes`,
    [[sfuParticipant(alice, "p", ["Video"])]],
    ({ call, news }) =>
      Effect.gen(function*() {
        yield* call.offer([media("0", "p", "Video")])
        yield* whenIdle
        news()
        if (order === "before") yield* call.emit(left(alice))
        yield* call.emit(joined(aliceAgain, "p2", ["Video"]))
        yield* call.offer([media("0", "p2", "Video")])
        yield* whenIdle
        if (order === "after") yield* call.emit(left(alice))
        yield* call.emit(unpublished({ ...alice, trackType: "Video" }))
        yield* whenIdle
        const events = news()
        assert.deepStrictEqual(
          events.toSorted(),
          [
            "a1 Video has no more agent-0-1",
            "a1 left",
            `${aliceAgain.sessionId} joined`,
            `${aliceAgain.sessionId} Video has agent-0-2`
          ].toSorted()
        )
      })
  )
}
