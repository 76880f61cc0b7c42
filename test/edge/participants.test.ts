/**
 * The participants and publications that the signalling reports, and what the edge announces of them.
 */
import { assert, describe } from "@effect/vitest"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, camera, microphone } from "../support/people.ts"
import { nothing } from "../support/resolver.ts"
import {
  describeEvent,
  joined,
  left,
  observe,
  published,
  sfuParticipant,
  testEdge,
  unpublished,
  updated,
  whenIdle
} from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Participants come from the signalling", () => {
  testEdge(
    "the participants of the join response are announced, except for our own session",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.offer([
          mediaSection("0", "p", "Video"),
          mediaSection("1", "me", "Video"),
          mediaSection("2", "m2", "Audio")
        ])
        yield* whenIdle
        const { events } = yield* observe(edge)
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), [
          "a1 joined",
          "phone joined",
          "a1 Video added: agent-0-1",
          "phone Audio added: agent-2-3"
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
    "every message with a participant can set its prefix, and a message without a prefix keeps it",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        const people = ["published", "unpublished", "updated"].map((sessionId) => ({ userId: "u", sessionId }))
        yield* call.offer(people.map(({ sessionId }, mid) => mediaSection(String(mid), sessionId, "Video")))
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
          "published Video added: agent-0-1",
          "unpublished joined",
          "unpublished Video added: agent-1-2",
          "updated joined",
          "updated Video added: agent-2-3"
        ]
        assert.deepStrictEqual(events.map(describeEvent), known)
        for (const person of people) yield* call.emit(joined(person, undefined, ["Audio"]))
        yield* call.offer(people.flatMap(({ sessionId }, mid) => [
          mediaSection(String(mid), sessionId, "Video"),
          mediaSection(`${mid}a`, sessionId, "Audio")
        ]))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(known.length).map(describeEvent), [
          "published Audio added: agent-0a-4",
          "updated Audio added: agent-2a-6"
        ])
      })
  )

  testEdge(
    "the user id of a participant message overrules that of an event",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(published({ ...camera(alice), userId: "a nickname" }))
        yield* whenIdle
        yield* call.emit(joined(alice, "p"))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(
          events.flatMap((event) => event._tag === "TrackAdded" ? [event.key] : []),
          [camera(alice)]
        )
        assert.strictEqual((yield* sizes).waiting, 0)
      })
  )

  testEdge(
    "a publication without a user id is kept until a participant message names the session",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit({ _tag: "TrackPublished", publication: { sessionId: "a1", trackType: "Video" } })
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(events, [])
        yield* call.emit(updated(alice, "p"))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
      })
  )

  testEdge(
    "nothing of a session is announced before a participant message names it, not even a deadline",
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
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video unresolved"])
      })
  )

  testEdge(
    "the list of published tracks only fills in the types that no event has reported",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("1", "p", "Audio")])
        yield* call.emit(unpublished(camera(alice)))
        yield* call.emit(joined(alice, "p", ["Audio", "Video"]))
        yield* call.emit(updated(alice, "p", ["ScreenShare"]))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Audio added: agent-1-2"])
      })
  )

  testEdge(
    "the same user in another session is another participant with other tracks",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.emit(joined(aliceAgain, "p2", ["Video"]))
        yield* TestClock.adjust("10 seconds")
        yield* call.emit(left(alice))
        yield* whenIdle
        yield* call.offer([mediaSection("1", "p2", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), [
          "a1 joined",
          "a1 Video added: agent-0-1",
          "a2 joined",
          "a2 Video unresolved",
          "a1 Video removed: agent-0-1",
          "a1 left",
          "a2 Video added: agent-1-2"
        ])
      })
  )

  testEdge(
    "at most 1,024 unnamed sessions are kept: the oldest is removed",
    ({ call, sizes }) =>
      Effect.gen(function*() {
        for (let n = 0; n < 1_100; n++) {
          yield* call.emit(published(camera({ userId: `u${n}`, sessionId: `s${n}` })))
        }
        yield* Effect.repeat(whenIdle, { times: 200 })
        assert.strictEqual((yield* sizes).waiting, 1_024)
      })
  )
})

describe("Law 13: a session that left is revived only by a participant-joined or a join response", () => {
  testEdge(
    "events about it are ignored until a participant-joined",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.emit(left(alice))
        yield* call.emit(published(camera(alice), sfuParticipant(alice, "p", ["Video"])))
        yield* call.emit(updated(alice, "p", ["Video"]))
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual(events.map(describeEvent).slice(2), ["a1 Video removed: agent-0-1", "a1 left"])
        assert.deepStrictEqual(yield* sizes, nothing)
        yield* call.emit(joined(alice, "p"))
        yield* call.emit(published(camera(alice)))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent).slice(4), ["a1 joined", "a1 Video added: agent-0-1"])
      })
  )
})
