/**
 * Law 13 on any script of facts: after each of them the application knows what it ought to, and each track's stream has
 * carried its own packets and no others.
 */
import { it } from "@effect/vitest"
import type { EdgeEvent, TrackId, TrackType } from "effect-track-resolver"
import type { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { expect } from "vitest"
import { runs } from "../laws/Script.ts"
import { nothing } from "../resolver.ts"
import { joined, left, listen, published, settle, snapshot, stage, unpublished, updated } from "./edge.ts"
import type { Stage } from "./edge.ts"
import { expected } from "./Model.ts"
import type { Fact } from "./Model.ts"

const sessions = ["a1", "a2", "b1"]
const session = fc.constantFrom(...sessions)
const prefix = fc.constantFrom("p", "q", "r")
const type = fc.constantFrom<TrackType>("Video", "Video", "Video", "ScreenShare", "Audio")
const maybe = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })

const participant = (tag: "Joined" | "Updated") =>
  fc.record({ _tag: fc.constant(tag), session, prefix: maybe(prefix), types: fc.uniqueArray(type, { maxLength: 2 }) })

const publication = (tag: "Published" | "Unpublished") =>
  fc.record({ _tag: fc.constant(tag), session, type, prefix: maybe(prefix) })

const offer = fc.record({
  _tag: fc.constant("Offer" as const),
  lines: fc.uniqueArray(
    fc.tuple(
      fc.constantFrom("0", "1", "2"),
      fc.tuple(prefix, type, fc.constantFrom("", ":x")).map((parts) => `${parts[0]}:${parts[1]}${parts[2]}`)
    ),
    { maxLength: 3, selector: ([mid]) => mid }
  )
})

const signal: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 4, arbitrary: participant("Joined") },
  { weight: 2, arbitrary: participant("Updated") },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("Left" as const), session }) },
  { weight: 5, arbitrary: publication("Published") },
  { weight: 3, arbitrary: publication("Unpublished") }
)

const fact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 16, arbitrary: signal },
  { weight: 5, arbitrary: offer },
  { weight: 1, arbitrary: fc.constant<Fact>({ _tag: "Wait" }) }
)

const who = (sessionId: string) => ({ userId: sessionId.startsWith("a") ? "alice" : "bob", sessionId })

const happen = (call: ScriptedCall.ScriptedCall, fact: Fact): Effect.Effect<void> => {
  switch (fact._tag) {
    case "Joined":
      return call.tell(joined(who(fact.session), fact.prefix, fact.types))
    case "Updated":
      return call.tell(updated(who(fact.session), fact.prefix, fact.types))
    case "Left":
      return call.tell(left(who(fact.session)))
    case "Published":
    case "Unpublished": {
      const { prefix, session, type } = fact
      const key = { ...who(session), trackType: type }
      // What such a snapshot says is published is not to be believed.
      const said = prefix === undefined ? undefined : snapshot(who(session), prefix, ["Audio", "ScreenShareAudio"])
      return call.tell(fact._tag === "Published" ? published(key, said) : unpublished(key, said))
    }
    case "Offer":
      return call.offer(fact.lines.map(([mid, streamId]) => ({
        mid,
        kind: streamId.includes("Audio") ? "audio" as const : "video" as const,
        streamId
      })))
    case "Wait":
      return TestClock.adjust("2 minutes")
  }
}

/** What an application believes that hears these events: for each session its tracks. Fails if they contradict. */
const belief = (heard: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, ReadonlyMap<TrackType, TrackId>> => {
  const people = new Map<string, Map<TrackType, TrackId>>()
  for (const event of heard) {
    switch (event._tag) {
      case "ParticipantJoined": {
        expect(people.has(event.participant.sessionId)).toBe(false)
        people.set(event.participant.sessionId, new Map())
        break
      }
      case "ParticipantLeft": {
        expect(people.get(event.participant.sessionId)).toEqual(new Map())
        people.delete(event.participant.sessionId)
        break
      }
      case "TrackAdded": {
        expect(people.get(event.key.sessionId)?.has(event.key.trackType)).toBe(false)
        people.get(event.key.sessionId)!.set(event.key.trackType, event.trackId)
        break
      }
      case "TrackRemoved": {
        expect(people.get(event.key.sessionId)?.get(event.key.trackType)).toBe(event.trackId)
        people.get(event.key.sessionId)!.delete(event.key.trackType)
        break
      }
      case "TrackUnresolved": {
        expect(people.get(event.key.sessionId)?.has(event.key.trackType) ?? false).toBe(false)
        break
      }
      case "CallEnded":
        break
    }
  }
  return people
}

/** For each track that was ever told of, what its stream carried: opened when it is told, and again when it ended. */
const receive = (edge: Stage["edge"]) =>
  Effect.gen(function*() {
    const carried = new Map<TrackId, Set<string>>()
    yield* Effect.forkScoped(
      Stream.runForEach(edge.events, (event) => {
        if (event._tag !== "TrackAdded") return Effect.void
        const packets = carried.get(event.trackId) ?? new Set()
        carried.set(event.trackId, packets)
        return Effect.forkScoped(
          Stream.runForEach(edge.rtp(event.trackId), ({ payload }) =>
            Effect.sync(() => packets.add(new TextDecoder().decode(payload))))
        )
      }),
      { startImmediately: true }
    )
    return carried
  })

const midOf = (trackId: TrackId) => trackId.split("-")[1]!

/** Facts of the signalling that come in one breath: whatever the first leads to comes among the others. */
type Breath = ReadonlyArray<Fact>

const breath: fc.Arbitrary<Breath> = fc.oneof(
  { weight: 5, arbitrary: fact.map((fact) => [fact]) },
  { weight: 2, arbitrary: fc.array(signal, { minLength: 2, maxLength: 4 }) }
)

const play = (breaths: ReadonlyArray<Breath>) =>
  Effect.gen(function*() {
    const { call, edge, sizes } = yield* stage()
    const { heard } = yield* listen(edge)
    const carried = yield* receive(edge)
    let lines: ReadonlyArray<readonly [string, string]> = []
    for (let count = 1; count <= breaths.length; count++) {
      for (const fact of breaths[count - 1]!) {
        yield* happen(call, fact)
        if (fact._tag === "Offer") lines = fact.lines
      }
      yield* settle
      for (const [mid, streamId] of lines) yield* call.send(mid, new TextEncoder().encode(`${mid} ${streamId}`))
      yield* settle
      const people = belief(heard)
      const mids = new Map(
        Array.from(people, ([session, tracks]) => [
          session,
          new Map(Array.from(tracks, ([type, trackId]) => [type, midOf(trackId)]))
        ])
      )
      expect(mids).toEqual(expected(breaths.slice(0, count).flat()))
      for (const tracks of people.values()) {
        for (const trackId of tracks.values()) {
          const mid = midOf(trackId)
          const [, streamId] = lines.find(([other]) => other === mid)!
          expect(Array.from(carried.get(trackId)!)).toEqual([`${mid} ${streamId}`])
        }
      }
    }
    for (const session of sessions) yield* call.tell(left(who(session)))
    yield* settle
    yield* TestClock.adjust("61 seconds")
    expect(yield* sizes).toEqual(nothing)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

it("Law 13: an application knows what it ought to, after any script of facts", { timeout: 600_000 }, () =>
  fc.assert(
    fc.asyncProperty(fc.array(breath, { maxLength: 20 }), (breaths) => Effect.runPromise(play(breaths))),
    runs(Number(process.env["EDGE_SCRIPTS"] ?? 500))
  ))
