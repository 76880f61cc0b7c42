/**
 * Law 17: at most one body of a key runs, in a scope of its own, as long as its track lives. Also tracks as a stream, and waiting
 * for one.
 */
import { assert, describe } from "@effect/vitest"
import { WaitError } from "effect-track-resolver"
import type { OnFailure, RemoteTrack, StreamEdge, TrackFilter } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, bob, microphone } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import {
  collect,
  diesOfArgument,
  errorOf,
  joined,
  left,
  published,
  sfuParticipant,
  testEdge,
  unpublished,
  updated,
  whenIdle
} from "./Harness.ts"

type Edge = StreamEdge["Service"]

const joinsWithAudio = (call: ScriptedCall.ScriptedCall) =>
  Effect.gen(function*() {
    yield* call.emit(joined(alice, "p", ["Audio"]))
    yield* call.emit(joined(bob, "q", ["Audio", "Video"]))
    yield* call.offer([
      ScriptedCall.mediaSection("0", "p", "Audio"),
      ScriptedCall.mediaSection("1", "q", "Audio"),
      ScriptedCall.mediaSection("2", "q", "Video")
    ])
    yield* whenIdle
  })

const nameOf = ({ key }: RemoteTrack) => `${key.sessionId} ${key.trackType}`

/** Records when each body begins and when its scope has closed. */
const follow = (edge: Edge, filter: TrackFilter, closing: Effect.Effect<void> = Effect.void) =>
  Effect.gen(function*() {
    const log: Array<string> = []
    const fiber = yield* begin(edge.forEachTrack(filter, (track) =>
      Effect.gen(function*() {
        log.push(`${nameOf(track)} begins`)
        yield* Effect.addFinalizer(() => Effect.andThen(closing, Effect.sync(() => log.push(`${nameOf(track)} ends`))))
        return yield* Effect.never
      })))
    yield* whenIdle
    return { log, fiber }
  })

describe("Law 17: one body per key", () => {
  testEdge(
    "begins with the present tracks that the filter selects, then follows each one that comes",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* joinsWithAudio(call)
        const { log } = yield* follow(edge, { kind: "audio" })
        assert.deepStrictEqual(log, ["a1 Audio begins", "b1 Audio begins"])
        yield* call.emit(unpublished(microphone(alice)))
        yield* whenIdle
        yield* call.emit(published(microphone(alice)))
        yield* whenIdle
        yield* call.emit(left(bob))
        yield* whenIdle
        assert.deepStrictEqual(log.slice(2), ["a1 Audio ends", "a1 Audio begins", "b1 Audio ends"])
      })
  )

  const filters: ReadonlyArray<readonly [TrackFilter, ReadonlyArray<string>]> = [
    [{}, ["a1 Audio", "b1 Audio", "b1 Video"]],
    [{ userId: "bob" }, ["b1 Audio", "b1 Video"]],
    [{ sessionId: "a1" }, ["a1 Audio"]],
    [{ trackType: "Video" }, ["b1 Video"]],
    [{ kind: "video" }, ["b1 Video"]],
    [{ userId: "bob", kind: "audio" }, ["b1 Audio"]],
    [{ isOwnUser: true }, ["a1 Audio"]],
    [{ isOwnUser: false }, ["b1 Audio", "b1 Video"]],
    [({ participant }) => participant.userId === "alice", ["a1 Audio"]]
  ]
  for (const [filter, names] of filters) {
    testEdge(
      `the filter ${typeof filter === "function" ? "by a predicate" : JSON.stringify(filter)} selects ${
        names.join(", ")
      }`,
      ({ call, edge }) =>
        Effect.gen(function*() {
          yield* joinsWithAudio(call)
          assert.deepStrictEqual((yield* follow(edge, filter)).log, names.map((name) => `${name} begins`))
        }),
      { participants: Effect.succeed([sfuParticipant({ userId: "alice", sessionId: "agent" })]) }
    )
  }

  testEdge(
    "a body that waits for a packet is interrupted with its track, and has not failed",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* joinsWithAudio(call)
        const log: Array<string> = []
        const body = ({ firstPacket }: RemoteTrack) =>
          Effect.onExit(firstPacket, (exit) => Effect.sync(() => log.push(exit._tag)))
        const following = yield* begin(edge.forEachTrack({ userId: "alice" }, body, { onFailure: "fail" }))
        yield* whenIdle
        yield* call.emit(unpublished(microphone(alice)))
        yield* whenIdle
        assert.strictEqual(log.length, 1)
        assert.isUndefined(following.pollUnsafe())
        yield* call.emit(published(microphone(alice)))
        yield* whenIdle
        // Its m-line ends, so the wait fails by the removal itself, before the body is interrupted.
        yield* call.offer([])
        yield* whenIdle
        assert.strictEqual(log.length, 2)
        assert.isUndefined(following.pollUnsafe())
        yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
        yield* whenIdle
        yield* call.send("0", new Uint8Array())
        yield* whenIdle
        assert.deepStrictEqual(log.slice(2), ["Success"])
      })
  )

  testEdge(
    "the next body of a key begins after the scope of the former one has closed, and delays no other key",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const closed = yield* Deferred.make<void>()
        yield* joinsWithAudio(call)
        const { log } = yield* follow(edge, { kind: "audio" }, Deferred.await(closed))
        for (let n = 0; n < 3; n++) {
          yield* call.emit(unpublished(microphone(alice)))
          yield* whenIdle
          yield* call.emit(published(microphone(alice)))
          yield* whenIdle
        }
        yield* call.emit(published(microphone({ userId: "carol", sessionId: "c1" }), {
          ...sfuParticipant({ userId: "carol", sessionId: "c1" }, "r")
        }))
        yield* call.offer(["p", "q", "r"].map((prefix, n) => ScriptedCall.mediaSection(`${n}`, prefix, "Audio")))
        yield* whenIdle
        assert.deepStrictEqual(log.slice(2), ["c1 Audio begins"])
        yield* Deferred.succeed(closed, undefined)
        yield* whenIdle
        assert.deepStrictEqual(log.slice(3), ["a1 Audio ends", "a1 Audio begins"])
      })
  )

  testEdge(
    "a track that another one supersedes, and an m-line that changes its owner, end their body",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* call.emit(joined(bob, undefined, ["Audio"]))
        yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
        yield* whenIdle
        const { log } = yield* follow(edge, {})
        yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio"), ScriptedCall.mediaSection("1", "p", "Audio")])
        yield* whenIdle
        yield* call.offer([ScriptedCall.mediaSection("1", "p", "Audio")])
        yield* whenIdle
        yield* call.emit(updated(bob, "p"))
        yield* whenIdle
        assert.deepStrictEqual(log.slice(0, 3), ["a1 Audio begins", "a1 Audio ends", "a1 Audio begins"])
        assert.deepStrictEqual(log.slice(3).toSorted(), ["a1 Audio ends", "b1 Audio begins"])
      })
  )

  testEdge(
    "the packets of a track are those of this track, from its begin to its end",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* joinsWithAudio(call)
        const packets: Array<string> = []
        const tracks: Array<RemoteTrack> = []
        yield* begin(edge.forEachTrack({ sessionId: "a1" }, (track) => {
          tracks.push(track)
          return Stream.runForEach(
            track.rtp,
            ({ payload }) => Effect.sync(() => packets.push(`${tracks.length} ${new TextDecoder().decode(payload)}`))
          )
        }))
        yield* whenIdle
        const send = (text: string) => Effect.andThen(call.send("0", new TextEncoder().encode(text)), whenIdle)
        yield* send("first")
        yield* call.emit(unpublished(microphone(alice)))
        yield* send("muted")
        yield* call.emit(published(microphone(alice)))
        yield* whenIdle
        yield* send("second")
        assert.deepStrictEqual(packets, ["1 first", "2 second"])
        // Both have the same id.
        assert.strictEqual(tracks[0]!.trackId, tracks[1]!.trackId)
        const former = yield* begin(Stream.runCollect(tracks[0]!.rtp))
        assert.deepStrictEqual(yield* Fiber.join(former), [])
      })
  )

  testEdge("a key frame is requested while the track lives", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* joinsWithAudio(call)
      const track = yield* edge.waitForTrack({ trackType: "Video" })
      const requests = () => call.calls.filter(({ _tag }) => _tag === "RequestedKeyFrame").length
      yield* track.requestKeyFrame
      assert.strictEqual(requests(), 1)
      yield* call.emit(unpublished({ ...bob, trackType: "Video" }))
      yield* whenIdle
      yield* call.emit(published({ ...bob, trackType: "Video" }))
      yield* whenIdle
      yield* track.requestKeyFrame
      assert.strictEqual(requests(), 1)
      yield* edge.requestKeyFrame(track.trackId)
      assert.strictEqual(requests(), 2)
    }))

  testEdge("returns after the call has ended and every scope has closed", ({ call, edge }) =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      yield* joinsWithAudio(call)
      const { fiber, log } = yield* follow(edge, { sessionId: "a1" }, Deferred.await(closed))
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      yield* whenIdle
      assert.isUndefined(fiber.pollUnsafe())
      yield* Deferred.succeed(closed, undefined)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(log, ["a1 Audio begins", "a1 Audio ends"])
    }))

  testEdge("interrupting it ends every body first", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* joinsWithAudio(call)
      const { fiber, log } = yield* follow(edge, { kind: "audio" })
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(log.slice(2).toSorted(), ["a1 Audio ends", "b1 Audio ends"])
    }))

  testEdge(
    "a body that has ended does not run again before the track is added again",
    ({ call, edge }) =>
      Effect.gen(function*() {
        let runs = 0
        yield* begin(edge.forEachTrack({ sessionId: "a1" }, () => Effect.sync(() => runs++)))
        yield* joinsWithAudio(call)
        yield* call.emit(unpublished(microphone(alice)))
        yield* whenIdle
        assert.strictEqual(runs, 1)
        yield* call.emit(published(microphone(alice)))
        yield* whenIdle
        assert.strictEqual(runs, 2)
      })
  )
})

describe("A body that fails", () => {
  /** The first body of alice's fails; bob's bodies run on. */
  const run = <const F extends OnFailure<string>>(
    edge: Edge,
    body: (n: number) => Effect.Effect<void, string>,
    onFailure?: F
  ) =>
    Effect.gen(function*() {
      let bodies = 0
      let bobs = 0
      const logged: Array<string> = []
      const logger = Logger.make(({ message }) => void logged.push(String(message)))
      const followed = edge.forEachTrack<void, string, Scope.Scope, F>(
        { kind: "audio" },
        ({ key: { sessionId } }) =>
          sessionId === "a1"
            ? Effect.suspend(() => body(++bodies))
            : Effect.acquireRelease(Effect.sync(() => bobs++), () => Effect.sync(() => bobs--)).pipe(
              Effect.andThen(Effect.never)
            ),
        { onFailure }
      )
      const fiber = yield* begin(Effect.exit(followed).pipe(Effect.provide(Logger.layer([logger]))))
      yield* whenIdle
      return { fiber, logged, bobs: () => bobs, bodies: () => bodies }
    })

  testEdge("is logged with its key, and the others run on", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bobs, fiber, logged } = yield* run(edge, () => Effect.fail("broken"))
      yield* joinsWithAudio(call)
      assert.isTrue(logged.some((line) => line.includes("the body of alice/a1 Audio failed")), logged.join("\n"))
      assert.strictEqual(bobs(), 1)
      assert.isUndefined(fiber.pollUnsafe())
    }))

  testEdge("with a defect is logged too", ({ call, edge }) =>
    Effect.gen(function*() {
      const { fiber, logged } = yield* run(edge, () => Effect.die("broken"))
      yield* joinsWithAudio(call)
      assert.isTrue(logged.some((line) => line.includes("alice/a1 Audio")))
      assert.isUndefined(fiber.pollUnsafe())
    }))

  testEdge("with \"fail\", fails the whole and ends the others", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bobs, fiber } = yield* run(edge, () =>
        Effect.andThen(Effect.sleep("1 seconds"), Effect.fail("broken")), "fail")
      yield* joinsWithAudio(call)
      assert.strictEqual(bobs(), 1)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(errorOf(yield* Fiber.join(fiber)), "broken")
      assert.strictEqual(bobs(), 0)
    }))

  testEdge(
    "runs again by a schedule, and is logged after the last time",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { bodies, logged } = yield* run(edge, () => Effect.fail("broken"), Schedule.recurs(2))
        yield* joinsWithAudio(call)
        assert.strictEqual(bodies(), 3)
        assert.isTrue(logged.some((line) => line.includes("alice/a1 Audio")))
      })
  )

  testEdge("does not run again after its track has gone", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bodies } = yield* run(edge, () => Effect.fail("broken"), Schedule.spaced("1 seconds"))
      yield* joinsWithAudio(call)
      yield* TestClock.adjust("2 seconds")
      const before = bodies()
      assert.isAtLeast(before, 3)
      yield* call.emit(unpublished(microphone(alice)))
      yield* whenIdle
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(bodies(), before)
    }))
})

describe("Tracks as a stream, and waiting for one", () => {
  testEdge("begin with the present ones", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* joinsWithAudio(call)
      const names = yield* collect(Stream.map(edge.tracks(), nameOf))
      yield* whenIdle
      yield* call.emit(unpublished(microphone(alice)))
      yield* whenIdle
      yield* call.emit(published(microphone(alice)))
      yield* whenIdle
      assert.deepStrictEqual(names, ["a1 Audio", "b1 Audio", "b1 Video", "a1 Audio"])
    }))

  testEdge("have their owner, their kind and when they were paired", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit({
        _tag: "ParticipantJoined",
        participant: { ...sfuParticipant(bob, "q", ["Video"]), name: "Bob" }
      })
      yield* call.offer([ScriptedCall.mediaSection("2", "q", "Video")])
      yield* whenIdle
      const track = yield* edge.waitForTrack({ userId: "bob" }, { timeout: 0 })
      assert.strictEqual(track.participant.name, "Bob")
      assert.strictEqual(track.kind, "video")
      assert.strictEqual(track.evidence, "Exact")
      assert.isAtLeast(track.resolvedAt, track.registeredAt)
    }))

  testEdge("waiting fails at the deadline, and when the call ends", ({ call, edge }) =>
    Effect.gen(function*() {
      const late = yield* begin(Effect.exit(edge.waitForTrack({ userId: "bob" }, { timeout: "2 seconds" })))
      const forEver = yield* begin(Effect.exit(edge.waitForTrack({ userId: "bob" })))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(
        errorOf(yield* Fiber.join(late)),
        new WaitError({ subject: "Track", reason: "TimedOut", timeout: 2_000 })
      )
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      assert.deepStrictEqual(
        errorOf(yield* Fiber.join(forEver)),
        new WaitError({ subject: "Track", reason: "CallEnded", timeout: Infinity })
      )
    }))
})

describe("A body for each participant", () => {
  testEdge(
    "runs from the join to the leave, over mutes and reconnections",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const log: Array<string> = []
        yield* begin(edge.forEachParticipant({ isOwnUser: false }, ({ sessionId }) =>
          Effect.acquireRelease(
            Effect.sync(() => log.push(`${sessionId} begins`)),
            () => Effect.sync(() => log.push(`${sessionId} ends`))
          ).pipe(Effect.andThen(Effect.never))))
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* call.emit(unpublished(microphone(alice)))
        yield* call.emit(published(microphone(alice)))
        yield* whenIdle
        yield* call.emit({ _tag: "Failed", reason: "Other", code: 0, detail: "", reconnectStrategy: "Rejoin" })
        yield* whenIdle
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(log, ["a1 begins"])
        yield* call.emit(left(alice))
        yield* call.emit(joined(alice))
        yield* whenIdle
        assert.deepStrictEqual(log, ["a1 begins", "a1 ends", "a1 begins"])
      }),
    { participants: Effect.succeed([sfuParticipant(alice, "p", ["Audio"])]) },
    { maxReconnects: 1 }
  )

  testEdge("begins when a change makes the filter select it, once", ({ call, edge }) =>
    Effect.gen(function*() {
      const log: Array<string> = []
      yield* begin(edge.forEachParticipant(({ name }) =>
        name?.startsWith("A") === true, ({ name }) =>
        Effect.andThen(Effect.sync(() => log.push(name!)), Effect.never)))
      yield* call.emit(joined(alice))
      yield* whenIdle
      for (const name of ["Bea", "Alice", "Al", "Bea"]) {
        yield* call.emit({ _tag: "ParticipantUpdated", participant: { ...sfuParticipant(alice), name } })
        yield* whenIdle
      }
      assert.deepStrictEqual(log, ["Alice"])
    }))
})

testEdge("a filter, a body or a policy that is none is a defect", ({ edge }) =>
  Effect.gen(function*() {
    assert.isTrue(yield* diesOfArgument(edge.forEachTrack("audio" as never, () => Effect.void)))
    assert.isTrue(yield* diesOfArgument(edge.forEachTrack({}, undefined as never)))
    assert.isTrue(yield* diesOfArgument(edge.forEachTrack({}, () => Effect.void, { onFailure: "ignore" as never })))
    assert.isTrue(yield* diesOfArgument(edge.forEachParticipant({}, "body" as never)))
    assert.isTrue(yield* diesOfArgument(Stream.runDrain(edge.tracks("audio" as never))))
    assert.isTrue(yield* diesOfArgument(edge.waitForTrack({}, { timeout: "-1 seconds" })))
  }))
