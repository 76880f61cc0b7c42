/**
 * `SimulatedCall` itself, and law 13 in whole calls: when a call is idle, the state that the edge reports is the ground
 * truth, and no packet ever arrives on the track of another publication.
 */
import { assert, describe, it } from "@effect/vitest"
import { Explore } from "effect-explore"
import { PeerConnectionFactory, SfuClient, StreamEdge } from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { alice, camera } from "../support/people.ts"
import { agent, zero } from "./agents.ts"
import { brokenAgents } from "./brokenAgents.ts"

describe("Law 13: the edge", () => {
  it.effect(
    "500 calls: the edge reports the ground truth, and every packet arrives on the track of its publication",
    () =>
      Effect.gen(function*() {
        const totals = zero()
        yield* SimulatedCall.check(agent({ totals }), { seeds: 500 })
        assert.strictEqual(totals.calls, 500)
        // The calls contain every kind of fault.
        assert.isAbove(totals.idles, 1_000)
        assert.isAbove(totals.trackFirst, 1_000)
        assert.isAbove(totals.signalledFirst, 1_000)
        assert.isAbove(totals.packets, 100_000)
        assert.isAbove(totals.reordered, 10_000)
        assert.isAbove(totals.unresolved, 50)
        assert.isAbove(totals.unidentified, 200)
        assert.isAbove(totals.unreported, 50)
      })
  )

  it.effect(
    "a track that arrives after its deadline is unresolved first, and added later",
    () =>
      Effect.gen(function*() {
        const totals = zero()
        const faults = { offerDelay: 30_000, noPrefix: 0, noMsid: 0, dropped: 0, unannounced: 0 }
        yield* SimulatedCall.check(agent({ totals }), {
          seeds: 20,
          participants: 2,
          duration: "5 minutes",
          faults,
          timeout: "1 hour"
        })
        assert.deepInclude(totals, { calls: 20, unidentified: 0 })
        assert.isAbove(totals.unresolved, 10)
      })
  )

  it.effect("without faults every track is resolved, and every packet arrives in order", () =>
    Effect.gen(function*() {
      const totals = zero()
      yield* SimulatedCall.check(agent({ totals }), { seeds: 20, faults: SimulatedCall.noFaults })
      assert.deepInclude(totals, { calls: 20, unresolved: 0, unidentified: 0, reordered: 0 })
    }))

  it("a small call under 100 schedules", () => {
    const actions: ReadonlyArray<SimulatedCall.ScriptedAction> = [
      { ...alice, at: 0, action: { _tag: "Join" } },
      { ...alice, at: 0, action: { _tag: "Publish", trackType: "Audio" } },
      { ...alice, at: 0, action: { _tag: "Leave" } }
    ]
    const verdict = Explore.run(
      agent().pipe(Effect.provide(SimulatedCall.layerTest({ actions })), Effect.scoped),
      { schedules: 100 }
    )
    assert.strictEqual(verdict._tag, "Passed", Explore.format(verdict))
  })
})

describe("a seed determines the call", () => {
  const logOf = (seed: number) =>
    Effect.gen(function*() {
      const log: Array<string> = []
      yield* SimulatedCall.check(agent({ log }), { seeds: [seed] })
      return log
    })

  it.effect("the same seed gives the same events and packets, and another seed gives others", () =>
    Effect.gen(function*() {
      const first = yield* logOf(7)
      assert.isAbove(first.length, 100)
      assert.deepStrictEqual(yield* logOf(7), first)
      assert.notDeepEqual(yield* logOf(8), first)
    }))

  it.live("the clock around the check has no influence", () =>
    Effect.gen(function*() {
      const underLiveClock = yield* logOf(7)
      assert.deepStrictEqual(yield* Effect.provide(logOf(7), TestClock.layer()), underLiveClock)
    }))
})

describe("check finds a mistake, and the smallest call that shows it", () => {
  it.effect.each(Object.keys(brokenAgents))("%s", (mistake) =>
    Effect.gen(function*() {
      const { actions: most = 4, agent: options, error: expected } = brokenAgents[mistake]!
      const error = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: 500 }))
      assert.match(error.message, expected)
      assert.match(error.message, new RegExp(`^seed ${error.seed} fails`))
      assert.isAtMost(error.actions.length, most)

      const { seed } = error
      const whole = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: [seed], maxShrinks: 0 }))
      assert.strictEqual(whole.actions.length, error.originalActions)
      const actions: typeof error.actions = JSON.parse(JSON.stringify(error.actions))
      const again = yield* Effect.flip(SimulatedCall.check(agent(options), { seeds: [seed], actions }))
      assert.deepStrictEqual([again.actions, again.cause], [error.actions, error.cause])
      yield* SimulatedCall.check(agent(), { seeds: [seed], actions })
    }))

  it.effect("an agent that does not end fails, and the smallest call has no action", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(SimulatedCall.check(Effect.never, { seeds: 3 }))
      assert.match(error.message, /did not end within 10m/)
      assert.match(error.message, /no action/)
      assert.deepStrictEqual(error.actions, [])
    }))
})

it.effect("one call plays on the clock of the test, and has no participant at its end", () =>
  Effect.gen(function*() {
    const call = yield* SimulatedCall.SimulatedCall
    const playing = yield* Effect.forkChild(call.run())
    assert.deepStrictEqual((yield* call.groundTruth).participants, [])
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(yield* call.groundTruth, {
      participants: [alice],
      roster: [{
        ...alice,
        joinedAt: 1,
        connectionQuality: undefined,
        isSpeaking: false,
        audioLevel: 0,
        isDominantSpeaker: false,
        publications: [{ trackType: "Video", isMuted: false, isPaused: false }]
      }],
      unreported: [],
      tracks: [camera(alice)],
      unidentified: [],
      mediaSections: [{ mid: "0", key: camera(alice) }]
    })
    assert.isUndefined(playing.pollUnsafe())
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(playing)
    assert.deepStrictEqual((yield* call.groundTruth).participants, [])
  }).pipe(Effect.provide(Layer.provideMerge(
    StreamEdge.layer(),
    SimulatedCall.layerTest({
      actions: [
        { ...alice, at: 500, action: { _tag: "Join" } },
        { ...alice, at: 600, action: { _tag: "Publish", trackType: "Video" } }
      ]
    })
  ))))

describe("a muted publication keeps its media section", () => {
  /** The packets of the second after Alice has muted her camera. */
  const packetsWhileMuted = (faults: SimulatedCall.ActionFaults) =>
    Effect.gen(function*() {
      const call = yield* SimulatedCall.make({
        faults: SimulatedCall.noFaults,
        actions: [
          { ...alice, at: 0, action: { _tag: "Join" } },
          { ...alice, at: 0, action: { _tag: "Publish", trackType: "Video" } },
          { ...alice, at: 1_000, action: { _tag: "Mute", trackType: "Video" }, faults },
          { ...alice, at: 9_000, action: { _tag: "Leave" } }
        ]
      })
      let packets = 0
      yield* Effect.gen(function*() {
        const client = yield* SfuClient
        const factory = yield* PeerConnectionFactory
        const session = yield* client.join({ sessionId: "agent", genericSdps: yield* factory.genericSdps })
        const { answer } = yield* factory.open({ iceServers: [] })
        yield* Stream.runForEach(session.events, (event) =>
          Effect.gen(function*() {
            if (event._tag !== "SubscriberOffer") return
            const { negotiationId, sdp } = event
            const { media, sdp: ourAnswer } = yield* answer(sdp)
            for (const { rtp } of media) {
              yield* Effect.forkScoped(Stream.runForEach(rtp, () => Effect.sync(() => packets++)), {
                startImmediately: true
              })
            }
            yield* session.sendAnswer({ sdp: ourAnswer, negotiationId })
          })).pipe(Effect.forkScoped({ startImmediately: true }))
        yield* Effect.forkScoped(call.run())
        yield* TestClock.adjust("1100 millis")
        packets = 0
        yield* TestClock.adjust("1 second")
      }).pipe(Effect.scoped, Effect.provide(call.layer))
      return packets
    })

  it.effect("which stops sending, or goes on", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* packetsWhileMuted({}), 0)
      assert.strictEqual(yield* packetsWhileMuted({ keepsSending: true }), 5)
    }))
})

describe("differences between the ground truth and an agent", () => {
  const longId = "a".repeat(100)

  it("equal participants in another order: no difference", () => {
    const bob = { userId: "bob", sessionId: "b1" }
    assert.deepStrictEqual(
      SimulatedCall.differences({ participants: [alice, bob], tracks: [] }, { participants: [bob, alice], tracks: [] }),
      []
    )
  })

  it("a missing participant, a track that is left over, and a track that is reported twice", () => {
    const track = camera(alice)
    assert.deepStrictEqual(
      SimulatedCall.differences({ participants: [alice], tracks: [track] }, {
        participants: [],
        tracks: [track, track]
      }),
      ["missing: alice/a1", "twice: alice/a1 Video"]
    )
    assert.deepStrictEqual(
      SimulatedCall.differences({ participants: [], tracks: [] }, { participants: [], tracks: [track] }),
      ["left over: alice/a1 Video"]
    )
  })

  it("ids that are equal in their first 64 characters are not equal", () => {
    const [first, second] = [{ ...alice, sessionId: `${longId}1` }, { ...alice, sessionId: `${longId}2` }]
    assert.strictEqual(
      SimulatedCall.differences({ participants: [first], tracks: [] }, { participants: [second], tracks: [] }).length,
      2
    )
  })
})

describe("the guide in a doc comment is a test that runs", () => {
  it.each(["ScriptedCall", "SimulatedCall"])("%s", (name) => {
    const [, guide = ""] = /```ts\n([^]*?) \* ```/.exec(readFileSync(`src/testing/${name}.ts`, "utf8"))!
    assert.strictEqual(guide.replaceAll(/^ \* ?/gm, ""), readFileSync(`test/testing/${name}.guide.test.ts`, "utf8"))
  })
})
