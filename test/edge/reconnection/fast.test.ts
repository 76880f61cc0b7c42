/**
 * Reconnecting on another socket.
 */
import { assert, describe } from "@effect/vitest"
import { SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, bob } from "../../support/people.ts"
import { errorOf, sfuParticipant, whenIdle } from "../Harness.ts"
import { aliceWithCamera, refusal, socketLost, testReconnection } from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Law 13: Fast continues the session on another socket", () => {
  testReconnection(
    "what is unchanged stays, what has ended is removed, and what is new is added",
    [
      [sfuParticipant(alice, "p", ["Video", "Audio"]), sfuParticipant(bob, "q", ["Video"])],
      [sfuParticipant(alice, "p", ["Video", "ScreenShare"])]
    ],
    ({ call, edge, newEvents, reconnections, sessionIds, states }) =>
      Effect.gen(function*() {
        yield* call.offer([
          mediaSection("0", "p", "Video"),
          mediaSection("1", "p", "Audio"),
          mediaSection("2", "q", "Video")
        ])
        yield* call.setState("connected")
        yield* whenIdle
        newEvents()
        const packets: Array<Uint8Array> = []
        yield* Effect.forkChild(
          Stream.runForEach(edge.rtp("agent-0-1"), ({ payload }) => Effect.sync(() => packets.push(payload)))
        )
        yield* whenIdle
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.deepStrictEqual(
          newEvents(),
          ["a1 Audio removed: agent-1-2", "b1 Video removed: agent-2-3", "b1 left"].toSorted()
        )
        assert.deepStrictEqual(sessionIds(), ["agent", "agent"])
        assert.deepInclude(reconnections()[0], { strategy: "Fast", attempt: 0 })
        assert.deepStrictEqual(states.map(({ _tag }) => _tag), ["Joined", "Reconnecting", "Joined"])
        yield* call.send("0", new Uint8Array([1]))
        yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("3", "p", "ScreenShare")])
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), ["a1 ScreenShare added: agent-3-4"])
        assert.strictEqual(packets.length, 1)
        const calls = new Set(call.calls.map(({ _tag }) => _tag))
        assert.deepStrictEqual(
          calls.intersection(new Set(["Detached", "Left", "ClosedPeerConnection"])),
          new Set(["Detached"])
        )
      })
  )

  testReconnection(
    "our publications are in the join, and restart ICE through the new socket",
    [aliceWithCamera],
    ({ call, edge, reconnections }) =>
      Effect.gen(function*() {
        yield* edge.publish({ trackType: "Audio", media: Stream.never })
        yield* call.setState("connected")
        yield* call.failSocket(socketLost)
        yield* whenIdle
        const restarts = call.calls.filter((recorded) => recorded._tag === "SetPublisher" && recorded.iceRestart)
        assert.strictEqual(restarts.length, 1)
        assert.deepStrictEqual(reconnections()[0]?.announcedTracks.map(({ trackType }) => trackType), ["Audio"])
      })
  )

  testReconnection(
    "the subscriptions are sent on the new socket",
    [aliceWithCamera],
    ({ call }) =>
      Effect.gen(function*() {
        const sent = () => call.calls.filter(({ _tag }) => _tag === "Subscribed").length
        const before = sent()
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.strictEqual(sent(), before + 1)
      })
  )

  testReconnection(
    "a session that the SFU no longer has leads to a rejoin",
    [aliceWithCamera, { reconnected: false, participants: aliceWithCamera }, aliceWithCamera],
    ({ call, newEvents, reconnections, sessionIds }) =>
      Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        newEvents()
        yield* call.failSocket(socketLost)
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast", "Rejoin"])
        assert.strictEqual(new Set(sessionIds()).size, 2)
        assert.deepStrictEqual(newEvents(), ["a1 Video removed: agent-0-1"])
      })
  )

  testReconnection(
    "three failed attempts lead to a rejoin",
    [aliceWithCamera, refusal(true), refusal(true), refusal(true), aliceWithCamera],
    ({ call, phases, reconnections }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        assert.deepStrictEqual(phases(), ["Joined", "Fast 1", "Fast 2", "Fast 3", "Rejoin 4", "Joined"])
      })
  )

  testReconnection(
    "a session whose deadline passes during the pause is not tried again",
    [{ fastReconnectDeadline: 200 }, refusal(true), aliceWithCamera],
    ({ call, states }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(
          states.flatMap((state) => state._tag === "Reconnecting" ? [state.strategy] : []),
          ["Fast", "Rejoin"]
        )
      })
  )

  testReconnection(
    "a session that the SFU keeps for no time is not tried",
    [{ fastReconnectDeadline: 0 }],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
      })
  )

  testReconnection(
    "connections that are lost at once count as failed attempts",
    [aliceWithCamera],
    ({ call, end, reconnections, states }) =>
      Effect.gen(function*() {
        for (let tries = 0; tries < 120; tries++) {
          yield* call.failSocket(socketLost)
          yield* TestClock.adjust("500 millis")
        }
        assert.strictEqual(states.at(-1)!._tag, "Left")
        assert.deepInclude(errorOf(yield* end), { reason: "TooManyAttempts" })
        const strategies = reconnections().map(({ strategy }) => strategy)
        assert.deepStrictEqual(strategies, [...Array(3).fill("Fast"), ...Array(10).fill("Rejoin")])
      })
  )

  testReconnection(
    "media that fails while the socket is lost leads to a rejoin",
    [aliceWithCamera, refusal(true), refusal(true), aliceWithCamera],
    ({ call, states }) =>
      Effect.gen(function*() {
        yield* call.setState("connected")
        yield* whenIdle
        yield* call.failSocket(socketLost)
        yield* whenIdle
        yield* call.setState("failed")
        yield* TestClock.adjust("10 seconds")
        const strategies = states.flatMap((state) => state._tag === "Reconnecting" ? state.strategy : [])
        // An attempt that was decided before the pause still runs.
        assert.deepStrictEqual(strategies, ["Fast", "Fast", "Rejoin"])
      })
  )

  testReconnection(
    "SignalLost in reply to an ICE restart leads to another socket, where ICE is restarted",
    [
      {
        participants: aliceWithCamera,
        restartIce: Effect.fail(
          new SfuRequestError({ method: "IceRestart", reason: "SignalLost", code: 206, detail: "", attempts: 1 })
        )
      },
      { participants: aliceWithCamera, reconnected: true }
    ],
    ({ call, newEvents, reconnections }) =>
      Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* call.setState("connected")
        yield* whenIdle
        newEvents()
        yield* call.setState("failed")
        yield* whenIdle
        assert.deepStrictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 1)
        yield* TestClock.adjust("5 seconds")
        yield* call.setState("connected")
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast"])
        assert.deepStrictEqual(newEvents(), [])
      })
  )
})
