/**
 * The participants and publications that the signalling reports, and what the edge announces of them.
 */
import { assert, describe } from "@effect/vitest"
import type { SfuEvent, TrackType } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, bob, camera, microphone, screen } from "../support/people.ts"
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
    "our own publication is not subscribed, not registered and not resolved",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.offer([mediaSection("0", "me", "Video")])
        yield* whenIdle
        assert.deepInclude(yield* sizes, { pending: 0, bound: 0, waiting: 0 })
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(events, [])
        const subscribed = call.calls.flatMap((recorded) =>
          recorded._tag === "Subscribed" ? recorded.subscriptions : []
        )
        assert.deepStrictEqual(subscribed, [])
      }),
    { participants: Effect.succeed([sfuParticipant({ userId: "robot", sessionId: "agent" }, "me", ["Video"])]) }
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
        const named = ["published joined", "unpublished joined", "updated joined"]
        assert.deepStrictEqual(events.map(describeEvent), named)
        const [a, b, c] = people as [typeof alice, typeof alice, typeof alice]
        yield* call.emit(published(camera(a), sfuParticipant(a, "published")))
        yield* call.emit(unpublished(microphone(b), sfuParticipant(b, "unpublished")))
        yield* call.emit(updated(c, "updated"))
        yield* whenIdle
        const known = [
          ...named,
          "published Video added: agent-0-1",
          "unpublished Video added: agent-1-2",
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
    "a publication of a session that only its event names is announced, and times out",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(published(camera(alice)))
        yield* TestClock.adjust("9999 millis")
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined"])
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video unresolved"])
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* call.emit(updated(alice, "p"))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video added: agent-0-1"])
      })
  )

  testEdge(
    "the list of published tracks only fills in the types that no event has reported",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.offer([
          mediaSection("0", "p", "Video"),
          mediaSection("1", "p", "Audio"),
          mediaSection("2", "p", "ScreenShare")
        ])
        yield* call.emit(unpublished(camera(alice)))
        yield* call.emit(joined(alice, "p", ["Audio", "Video"]))
        yield* call.emit(updated(alice, "p", ["Video", "ScreenShare"]))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), [
          "a1 joined",
          "a1 Audio added: agent-1-2",
          "a1 ScreenShare added: agent-2-3"
        ])
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
})

describe("Law 13: in a large call the SFU leaves participants and joins out", () => {
  const both: ReadonlyArray<TrackType> = ["Audio", "Video"]
  const snapshot = sfuParticipant(alice, "p", both)

  /** The messages that can be the first ones about Alice, or the first ones that list her microphone. */
  const messages: { readonly [name: string]: SfuEvent } = {
    "a track-published": published(camera(alice), snapshot),
    "a track-unpublished": unpublished(screen(alice), snapshot),
    "an update": updated(alice, "p", both)
  }

  for (const [name, message] of Object.entries(messages)) {
    for (const [who, before] of [["nobody knows", []], ["joined without tracks", [joined(alice, "p")]]] as const) {
      testEdge(
        `${name} about somebody who ${who} lists the tracks that no event has reported`,
        ({ call, edge }) =>
          Effect.gen(function*() {
            const { events } = yield* observe(edge)
            for (const event of before) yield* call.emit(event)
            yield* call.emit(message)
            yield* call.offer([mediaSection("0", "p", "Audio"), mediaSection("1", "p", "Video")])
            yield* whenIdle
            assert.sameMembers(events.map(describeEvent), [
              "a1 joined",
              "a1 Audio added: agent-0-1",
              "a1 Video added: agent-1-2"
            ])
            const subscribed = call.calls.findLast((recorded) => recorded._tag === "Subscribed")
            assert.sameDeepMembers(
              subscribed?.subscriptions.map(({ key }) => key) ?? [],
              [microphone(alice), camera(alice)]
            )
          })
      )
    }
  }

  testEdge(
    "a session that left returns with a track-published that contains the participant",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("1", "p", "Audio")])
        yield* whenIdle
        yield* call.emit(left(alice))
        yield* call.emit(published(camera(alice), snapshot))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(2).map(describeEvent), [
          "a1 Video removed: agent-0-1",
          "a1 left",
          "a1 joined",
          "a1 Audio added: agent-1-2",
          "a1 Video added: agent-0-1"
        ])
      })
  )
})

describe("Law 13: late messages about a session that left do not revive it", () => {
  testEdge(
    "publication events without a participant, a track-unpublished and an update are ignored",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.emit(left(alice))
        yield* call.emit(published(camera(alice)))
        yield* call.emit(unpublished(microphone(alice), sfuParticipant(alice, "p", ["Video"])))
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

  testEdge(
    "nor does a track-published whose participant joined no later than the one who left",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        const at = (joinedAt: number) => ({ ...sfuParticipant(alice, "p", ["Video"]), joinedAt })
        yield* call.emit({ _tag: "ParticipantJoined", participant: at(1_000) })
        yield* call.emit(left(alice))
        yield* call.emit(published(camera(alice), at(1_000)))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 left"])
        yield* call.emit(published(camera(alice), at(1_001)))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 joined"])
      })
  )
})

describe("Law 13: an m-line follows the owner of its prefix", () => {
  testEdge(
    "an earlier claimant that leaves does not touch the track of the present owner",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p"))
        yield* call.emit(joined(bob, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.emit(left(alice))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), [
          "a1 joined",
          "b1 joined",
          "b1 Video added: agent-0-1",
          "a1 left"
        ])
      })
  )

  testEdge(
    "an owner that loses its newest m-line gets the track of an older one",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.emit(updated(alice, "q", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("1", "q", "Video")])
        yield* whenIdle
        const before = events.length
        yield* call.emit(joined(bob, "q", ["Video"]))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(before).map(describeEvent).toSorted(), [
          "a1 Video added: agent-0-1",
          "a1 Video removed: agent-1-2",
          "b1 Video added: agent-1-3",
          "b1 joined"
        ])
      })
  )
})
