/**
 * The agent of a call: who owns it, and what ends it.
 */
import { assert, describe, it } from "@effect/vitest"
import { SfuJoinError } from "effect-track-resolver"
import { CallAgent, CallTerms } from "effect-track-resolver/cluster"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { joined } from "../edge/Harness.ts"
import { alice } from "../support/people.ts"
import { after, standup, testCluster } from "./Harness.ts"

const refused = new SfuJoinError({ reason: "Refused", code: 403, detail: "no", shouldRetry: false })

const unavailable = (operation: CallTerms.CallTermsError["operation"]) =>
  new CallTerms.CallTermsError({ operation, cause: new Error("the database is down") })

class ModelError extends Data.TaggedError("ModelError") {
  override readonly message = "the model is down"
}

describe("A call with an agent", () => {
  testCluster("is joined under the first term", ({ announce, call, sessionIds, start }) =>
    Effect.gen(function*() {
      const { agent, status } = yield* start()
      yield* agent.Join()
      yield* after("10 millis")
      yield* announce()
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* after("10 millis")
      assert.deepStrictEqual(yield* status, { _tag: "InCall", term: 1 })
      assert.match(sessionIds()[0]!, /^t1-/)
      assert.deepStrictEqual((yield* agent.Snapshot()).participants, [{ ...alice }])
    }))

  testCluster("is joined once, however often it is requested", ({ sessionIds, start }) =>
    Effect.gen(function*() {
      const { agent } = yield* start()
      yield* Effect.all([agent.Join(), agent.Join(), agent.Join()], { concurrency: "unbounded" })
      yield* after("1 minutes")
      yield* agent.Join()
      yield* after("1 minutes")
      assert.strictEqual(sessionIds().length, 1)
    }))

  testCluster("is not joined by a question", ({ sessionIds, start }) =>
    Effect.gen(function*() {
      const { status } = yield* start()
      assert.deepStrictEqual(yield* status, { _tag: "Idle" })
      yield* after("1 minutes")
      assert.deepStrictEqual(sessionIds(), [])
    }))

  testCluster("is left by Leave, which returns when the agent has left", ({ call, start }) =>
    Effect.gen(function*() {
      const { agent, status } = yield* start()
      yield* agent.Join()
      yield* after("10 millis")
      yield* agent.Leave()
      assert.strictEqual(call.calls.at(-1)?._tag, "Left")
      assert.deepStrictEqual(yield* status, { _tag: "Idle", reason: "Left" })
    }))

  testCluster(
    "is joined again under another term, also after many idle minutes",
    ({ sessionIds, start }) =>
      Effect.gen(function*() {
        const { agent } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        yield* agent.Leave()
        yield* after("10 minutes")
        yield* agent.Join()
        yield* after("10 millis")
        assert.deepStrictEqual(sessionIds().map((id) => id.slice(0, 3)), ["t1-", "t2-"])
      })
  )

  testCluster("has none any more when the call ends", ({ call, present, sessionIds, start }) =>
    Effect.gen(function*() {
      const { agent, status } = yield* start()
      yield* agent.Join()
      yield* after("10 millis")
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      yield* after("10 millis")
      assert.deepStrictEqual(yield* status, { _tag: "Idle", reason: "Ended" })
      yield* after("10 minutes")
      assert.deepStrictEqual(yield* status, { _tag: "Idle" })
      yield* after("1 minutes")
      assert.deepStrictEqual([sessionIds().length, present()], [1, 0])
    }))

  testCluster(
    "has none any more ten seconds after the end of the call, if its program goes on",
    ({ call, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
        yield* after("9 seconds")
        assert.deepStrictEqual(yield* status, { _tag: "InCall", term: 1 })
        yield* after("2 seconds")
        assert.deepStrictEqual(yield* status, { _tag: "Idle", reason: "Ended" })
      }),
    { agent: Effect.never }
  )

  const done = Deferred.makeUnsafe<void>()
  testCluster(
    "has none any more when its program returns",
    ({ present, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        assert.strictEqual(present(), 1)
        yield* Deferred.succeed(done, undefined)
        yield* after("10 millis")
        assert.deepStrictEqual([yield* status, present()], [{ _tag: "Idle", reason: "Ended" }, 0])
      }),
    { agent: Deferred.await(done) }
  )
})

describe("A Join at the end of an owner", () => {
  const ends = [Deferred.makeUnsafe<void>(), Deferred.makeUnsafe<void>()]
  const isRequested = Deferred.makeUnsafe<void>()
  let requests = 0
  let sessions = 0
  testCluster(
    "begins another owner",
    ({ present, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        const again = yield* Effect.forkScoped(agent.Join())
        yield* after("10 millis")
        yield* Deferred.succeed(ends[0]!, undefined)
        yield* after("10 millis")
        assert.strictEqual(present(), 0)
        yield* Deferred.succeed(isRequested, undefined)
        yield* Fiber.join(again)
        yield* after("1 minutes")
        assert.deepStrictEqual([yield* status, present()], [{ _tag: "InCall", term: 2 }, 1])
      }),
    {
      agent: Effect.suspend(() => Deferred.await(ends[sessions++]!)),
      terms: ({ request }) => ({
        request: (call) =>
          Effect.andThen(
            Effect.suspend(() => requests++ === 0 ? Effect.void : Deferred.await(isRequested)),
            request(call)
          )
      })
    }
  )
})

describe("A Join after a Leave", () => {
  const isOver = Deferred.makeUnsafe<void>()
  const isWithdrawn = Deferred.makeUnsafe<void>()
  let sessions = 0
  testCluster(
    "begins another owner, also if the former one ended by itself meanwhile",
    ({ present, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        const left = yield* Effect.forkScoped(agent.Leave())
        yield* after("10 millis")
        const joined = yield* Effect.forkScoped(agent.Join())
        yield* after("10 millis")
        yield* Deferred.succeed(isOver, undefined)
        yield* after("10 millis")
        yield* Deferred.succeed(isWithdrawn, undefined)
        yield* Fiber.join(left)
        yield* Fiber.join(joined)
        yield* after("10 millis")
        assert.deepStrictEqual([yield* status, present()], [{ _tag: "InCall", term: 2 }, 1])
      }),
    {
      agent: Effect.suspend(() => sessions++ === 0 ? Deferred.await(isOver) : Effect.never),
      terms: ({ withdraw }) => ({
        withdraw: (call, term) =>
          Effect.andThen(term === undefined ? Deferred.await(isWithdrawn) : Effect.void, withdraw(call, term))
      })
    }
  )
})

describe("A Join while an owner finds that nobody wants it", () => {
  const isAnswered = Deferred.makeUnsafe<void>()
  let answers = 0
  testCluster(
    "begins another owner",
    ({ present, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        assert.deepStrictEqual(yield* status, { _tag: "Idle" })
        yield* after("10 millis")
        yield* agent.Join()
        yield* after("10 millis")
        assert.strictEqual(present(), 0)
        yield* Deferred.succeed(isAnswered, undefined)
        yield* after("10 millis")
        assert.deepStrictEqual([yield* status, present()], [{ _tag: "InCall", term: 1 }, 1])
      }),
    {
      terms: ({ begin }) => ({
        begin: (call, runner) =>
          Effect.tap(begin(call, runner), () => answers++ === 0 ? Deferred.await(isAnswered) : Effect.void)
      })
    }
  )
})

describe("An agent that fails", () => {
  let refusals = Infinity
  let joins = 0
  testCluster(
    "to join joins again after growing pauses, and says why",
    ({ start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 minutes")
        const joining = yield* status
        assert.deepInclude(joining, { _tag: "Joining", term: 1, error: refused.message })
        assert.isAtMost(joins, 30)
        assert.isAtLeast(joins, 10)
        refusals = joins
        yield* after("1 minutes")
        assert.deepStrictEqual(yield* status, { _tag: "InCall", term: 1 })
      }),
    { onJoin: Effect.suspend(() => ++joins > refusals ? Effect.void : Effect.fail(refused)) }
  )

  let failures = 2
  testCluster(
    "in the call leaves it, and joins again",
    ({ present, sessionIds, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        assert.deepInclude(yield* status, { _tag: "Joining", attempt: 2, error: "the model is down" })
        yield* after("1 minutes")
        assert.deepStrictEqual(yield* status, { _tag: "InCall", term: 1 })
        assert.deepStrictEqual([sessionIds().length, present()], [3, 1])
      }),
    { agent: Effect.suspend(() => failures-- > 0 ? Effect.fail(new ModelError()) : Effect.never) }
  )

  let interruptions = 2
  testCluster(
    "because it interrupts itself joins again",
    ({ start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("1 minutes")
        assert.deepStrictEqual(yield* status, { _tag: "InCall", term: 1 })
        assert.isBelow(interruptions, 0)
      }),
    { agent: Effect.suspend(() => interruptions-- > 0 ? Effect.interrupt : Effect.never) }
  )

  let attempts = 0
  testCluster(
    "is stopped by Leave during a pause",
    ({ start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        yield* agent.Join()
        yield* after("10 millis")
        yield* agent.Leave()
        yield* after("10 minutes")
        assert.deepStrictEqual([yield* status, attempts], [{ _tag: "Idle" }, 1])
      }),
    { onJoin: Effect.suspend(() => (attempts++, Effect.fail(refused))) }
  )
})

describe("Two owners", () => {
  testCluster("the older one leaves when it sees the session of the newer one", (harness) =>
    Effect.gen(function*() {
      const { announce, present, sessionIds, start } = harness
      const older = yield* start()
      yield* older.agent.Join()
      yield* after("10 millis")
      yield* announce(0)
      const newer = yield* start({ isCutOff: true })
      yield* after("1 seconds")
      assert.deepStrictEqual([sessionIds().length, present()], [2, 2])
      yield* announce(1, 0)
      yield* after("1 millis")
      assert.strictEqual(present(), 1)
      assert.deepStrictEqual(yield* older.status, { _tag: "Superseded", term: 1, by: 2 })
      assert.deepStrictEqual(yield* newer.status, { _tag: "InCall", term: 2 })
    }))

  testCluster(
    "the older one leaves when it confirms its term, if the SFU says nothing",
    (harness) =>
      Effect.gen(function*() {
        const { present, start } = harness
        const older = yield* start()
        yield* older.agent.Join()
        yield* after("10 millis")
        yield* start({ isCutOff: true })
        yield* after("6 seconds")
        assert.strictEqual(present(), 1)
        assert.deepStrictEqual(yield* older.status, { _tag: "Superseded", term: 1, by: 2 })
      })
  )

  testCluster("the newer one stays when it sees the session of the older one", (harness) =>
    Effect.gen(function*() {
      const { announce, start } = harness
      yield* (yield* start()).agent.Join()
      yield* after("10 millis")
      const newer = yield* start({ isCutOff: true })
      yield* after("1 seconds")
      yield* announce(1)
      yield* announce(0, 1)
      yield* after("1 millis")
      assert.deepStrictEqual(yield* newer.status, { _tag: "InCall", term: 2 })
    }))

  testCluster(
    "the older one takes the call back when the newer one no longer confirms its term",
    (harness) =>
      Effect.gen(function*() {
        const { present, start } = harness
        const older = yield* start()
        yield* older.agent.Join()
        yield* after("10 millis")
        const newer = yield* start({ isCutOff: true })
        yield* after("6 seconds")
        yield* newer.stop
        assert.strictEqual(present(), 0)
        yield* after("1 minutes")
        assert.deepStrictEqual(yield* older.status, { _tag: "InCall", term: 3 })
      })
  )
})

describe("A process that stops", () => {
  testCluster(
    "hands its call over to another one, which nobody asks",
    ({ present, sessionIds, start }) =>
      Effect.gen(function*() {
        const first = yield* start()
        yield* first.agent.Join()
        yield* after("10 millis")
        yield* first.stop
        assert.strictEqual(present(), 0)
        const second = yield* start()
        yield* after("30 seconds")
        assert.strictEqual(present(), 1)
        assert.match(sessionIds().at(-1)!, /^t2-/)
        assert.deepStrictEqual(yield* second.status, { _tag: "InCall", term: 2 })
      })
  )
})

describe("A process that stops with several calls", () => {
  let interrupted = 0
  testCluster(
    "lets an agent go on until the calls before it have been handed over",
    ({ start }) =>
      Effect.gen(function*() {
        const { client, stop } = yield* start()
        for (const id of ["one", "two", "three"]) yield* client({ type: "default", id }).Join()
        yield* after("10 millis")
        const stopping = yield* Effect.forkScoped(stop)
        yield* after("10 millis")
        assert.strictEqual(interrupted, 1)
        yield* after("1 seconds")
        assert.strictEqual(interrupted, 2)
        yield* after("2 seconds")
        yield* Fiber.join(stopping)
        assert.strictEqual(interrupted, 3)
      }),
    {
      agent: Effect.onInterrupt(
        Effect.never,
        () => Effect.andThen(Effect.sync(() => void interrupted++), Effect.sleep("1 second"))
      )
    }
  )
})

describe("A request of a newer version", () => {
  testCluster("is refused, and the agent goes on", ({ present, start }) =>
    Effect.gen(function*() {
      const { agent, newer, status } = yield* start()
      yield* agent.Join()
      yield* after("10 millis")
      const exit = yield* Effect.forkScoped(Effect.exit(newer.Pause()))
      yield* after("1 minutes")
      assert.isTrue(Exit.isFailure(yield* Fiber.join(exit)))
      assert.deepStrictEqual([yield* status, present()], [{ _tag: "InCall", term: 1 }, 1])
    }))
})

describe("Terms that cannot be reached", () => {
  let isDown = true
  const duringOutage = <A>(
    effect: Effect.Effect<A, CallTerms.CallTermsError>,
    operation: "begin" | "confirm" | "request"
  ) => Effect.suspend(() => isDown ? Effect.fail(unavailable(operation)) : effect)

  testCluster(
    "fail a Join with a typed error",
    ({ start }) =>
      Effect.gen(function*() {
        const { agent } = yield* start()
        isDown = true
        const error = yield* Effect.flip(agent.Join())
        assert.deepInclude(error, { _tag: "CallTermsError", operation: "request" })
        isDown = false
        yield* agent.Join()
      }),
    { terms: ({ request }) => ({ request: (call) => duringOutage(request(call), "request") }) }
  )

  testCluster(
    "delay a term",
    ({ present, start }) =>
      Effect.gen(function*() {
        const { agent } = yield* start()
        isDown = true
        yield* agent.Join()
        yield* after("1 minutes")
        assert.strictEqual(present(), 0)
        isDown = false
        yield* after("1 minutes")
        assert.strictEqual(present(), 1)
      }),
    { terms: ({ begin }) => ({ begin: (call, runner) => duringOutage(begin(call, runner), "begin") }) }
  )

  testCluster(
    "do not end a session in the call",
    ({ present, start }) =>
      Effect.gen(function*() {
        const { agent, status } = yield* start()
        isDown = false
        yield* agent.Join()
        yield* after("10 millis")
        isDown = true
        yield* after("1 minutes")
        isDown = false
        yield* after("1 minutes")
        assert.deepStrictEqual([yield* status, present()], [{ _tag: "InCall", term: 1 }, 1])
      }),
    { terms: ({ confirm }) => ({ confirm: (call, term) => duringOutage(confirm(call, term), "confirm") }) }
  )
})

describe("Events", () => {
  testCluster("begin with what is now, and follow the agent", ({ announce, call, start }) =>
    Effect.gen(function*() {
      const { agent } = yield* start()
      yield* agent.Join()
      yield* after("10 millis")
      yield* announce()
      yield* call.emit(joined(alice, "p", ["Audio"]))
      const collected = yield* Effect.forkScoped(
        agent.Events().pipe(
          Stream.takeUntil((event) => event._tag === "StatusChanged" && event.status._tag === "Idle"),
          Stream.runCollect
        )
      )
      yield* after("10 millis")
      yield* agent.Leave()
      yield* after("10 millis")
      const events = yield* Fiber.join(collected)
      assert.deepStrictEqual(events[0], { _tag: "StatusChanged", status: { _tag: "InCall", term: 1 } })
      assert.deepInclude(events, { _tag: "ParticipantJoined", participant: { ...alice } })
      assert.deepInclude(events, { _tag: "ConnectionChanged", state: "Joined" })
      assert.deepStrictEqual(events.at(-1), { _tag: "StatusChanged", status: { _tag: "Idle", reason: "Left" } })
    }))
})

describe("A cluster of one process", () => {
  it.effect("has an agent in each call, up to its limit", () =>
    Effect.gen(function*() {
      const call = yield* ScriptedCall.make()
      const agents = CallAgent.make({ join: () => call.layer, agent: () => Effect.never })
      yield* Effect.gen(function*() {
        const agentOf = yield* agents.client
        yield* after("10 millis")
        yield* agentOf({ type: "default", id: "one" }).Join()
        yield* after("10 millis")
        assert.deepInclude(yield* agentOf({ type: "default", id: "one" }).Snapshot(), {
          status: { _tag: "InCall", term: 1 }
        })
        const second = yield* Effect.forkScoped(Effect.flip(agentOf({ type: "default", id: "two" }).Join()))
        yield* after("1 minutes")
        assert.strictEqual((yield* Fiber.join(second))._tag, "MailboxFull")
      }).pipe(Effect.provide(Layer.provideMerge(agents.layer, CallAgent.layerSingle({ maxCalls: 1 }))))
    }))

  it("refuses a limit that is no number of calls", () => {
    assert.throws(() => CallAgent.layerSingle({ maxCalls: 0 }), /CallAgent.layerSingle: maxCalls must be/)
  })
})

describe("Names", () => {
  testCluster("a type with a colon is a mistake", ({ start }) =>
    Effect.gen(function*() {
      const { client } = yield* start()
      for (const wrong of [{ ...standup, type: "a:b" }, { ...standup, id: "" }]) {
        assert.throws(() => client(wrong), /CallAgent.client: call must be the type/)
      }
    }))
})
