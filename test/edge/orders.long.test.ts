/**
 * Law 13: every order of the messages about one session, compared with the model after each message. In a large call any
 * of them can be the first one, and the list of published tracks in each can be complete, empty or stale.
 */
import { describe, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import { announced, midOf, perform, summaryOf } from "./Facts.ts"
import { makeHarness, observe, whenIdle } from "./Harness.ts"
import { expectedParticipants } from "./Model.ts"
import type { Fact, Presence } from "./Model.ts"
import * as SubscriptionSfu from "./SubscriptionSfu.ts"

const { mediaSection } = ScriptedCall

/** The session that all messages are about. */
const session = "a1"

type Snapshot = Omit<Presence, "session">

/** What the messages say of their participant. Absent: track events contain no participant. */
const snapshots: { readonly [name: string]: Snapshot | undefined } = {
  "track events without a participant": undefined,
  "lists of both tracks": { as: "alice", prefix: "p", types: ["Audio", "Video"] },
  "empty lists": { as: "alice", prefix: "p", types: [] },
  "lists of both tracks, and the time of the join": {
    as: "alice",
    prefix: "p",
    types: ["Audio", "Video"],
    joinedAt: 1_000
  }
}

const joined = (snapshot: Snapshot = { as: "alice", prefix: "p", types: [] }): Fact => ({
  _tag: "Joined",
  session,
  ...snapshot
})
const updated = (snapshot: Snapshot = { as: "alice", prefix: "p", types: [] }): Fact => ({
  _tag: "Updated",
  session,
  ...snapshot
})
const published = (type: TrackType) => (snapshot: Snapshot | undefined): Fact => ({
  _tag: "Published",
  session,
  type,
  as: "alice",
  snapshot
})
const unpublished = (type: TrackType) => (snapshot: Snapshot | undefined): Fact => ({
  _tag: "Unpublished",
  session,
  type,
  as: "alice",
  snapshot
})
const left = (snapshot: Snapshot | undefined): Fact => ({ _tag: "Left", session, joinedAt: snapshot?.joinedAt })

type Message = (snapshot: Snapshot | undefined) => Fact

const calls: { readonly [name: string]: ReadonlyArray<Message> } = {
  "one track": [joined, published("Audio"), updated, unpublished("Audio"), left],
  "two tracks": [joined, published("Video"), published("Audio"), unpublished("Audio"), left],
  "two tracks without a participant-joined": [
    updated,
    published("Video"),
    published("Audio"),
    unpublished("Audio"),
    left
  ]
}

const orders = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.length === 0
    ? [[]]
    : all.flatMap((one) => orders(all.filter((other) => other !== one)).map((rest) => [one, ...rest]))

const play = (facts: ReadonlyArray<Fact>) =>
  Effect.scoped(Effect.gen(function*() {
    const harness = yield* makeHarness()
    const { call, edge } = harness
    const sfu = yield* SubscriptionSfu.make(Effect.void)
    const { events } = yield* observe(edge)
    yield* call.offer([mediaSection("0", "p", "Audio"), mediaSection("1", "p", "Video")])
    for (const count of facts.keys()) {
      yield* perform(harness, sfu, facts[count]!)
      yield* whenIdle
      const soFar = facts.slice(0, count + 1)
      const expected = expectedParticipants([{
        _tag: "Offer",
        lines: [["0", "p:Audio", false], ["1", "p:Video", false]]
      }, ...soFar])
      expect(
        summaryOf(announced(events), midOf),
        soFar.map((fact) => `${fact._tag} ${"type" in fact ? fact.type : ""}`).join(", ")
      ).toEqual(summaryOf(expected, (mid) => mid))
    }
  }))

describe("Law 13: every order of the messages about a session", () => {
  for (const [call, messages] of Object.entries(calls)) {
    for (const [name, snapshot] of Object.entries(snapshots)) {
      it.effect(`${call}, ${name}`, () =>
        Effect.forEach(orders(messages), (order) => play(order.map((message) => message(snapshot))), {
          discard: true
        }))
    }
  }
})
