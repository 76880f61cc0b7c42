/**
 * The soak finds what it is there to find: what an edge says that cannot be, packets that are somebody else's, and a
 * picture that is not what is so.
 */
import type { EdgeEvent, TrackKey } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"
import { expect, test } from "vitest"
import { alice, bob, camera, microphone } from "../../../../test/support/people.ts"
import * as Difference from "../../soak/Difference.ts"
import * as Witness from "../../soak/Observer.ts"

const joined = (participant: typeof alice): EdgeEvent => ({ _tag: "ParticipantJoined", participant })
const left = (participant: typeof alice): EdgeEvent => ({ _tag: "ParticipantLeft", participant })
const added = (key: TrackKey, trackId: string): EdgeEvent => ({
  _tag: "TrackAdded",
  key,
  trackId,
  evidence: "Exact",
  registeredAt: 0,
  requestedAt: 0,
  resolvedAt: 0
})
const removed = (key: TrackKey, trackId: string): EdgeEvent => ({ _tag: "TrackRemoved", key, trackId })

const wrongsOf = (...events: ReadonlyArray<EdgeEvent>): ReadonlyArray<string> => {
  const witness = Witness.make()
  for (const event of events) witness.hear(event)
  return witness.wrongs
}

const hers = camera(alice)

test("a story that can be has nothing wrong", () => {
  expect(wrongsOf(
    joined(alice),
    added(hers, "t1"),
    removed(hers, "t1"),
    added(hers, "t2"),
    removed(hers, "t2"),
    left(alice),
    joined(alice)
  )).toEqual([])
})

test.each<[string, ReadonlyArray<EdgeEvent>, RegExp]>([
  ["two tracks at once", [joined(alice), added(hers, "t1"), added(hers, "t2")], /got t2, and had t1/],
  ["the end of another", [joined(alice), added(hers, "t1"), removed(hers, "t2")], /lost t2, and had t1/],
  ["an end without a beginning", [joined(alice), removed(hers, "t1")], /lost t1, and had none/],
  ["a track of nobody who is there", [added(hers, "t1")], /its owner was not there/],
  ["joining twice", [joined(alice), joined(alice)], /joined twice/],
  ["leaving twice", [joined(alice), left(alice), left(alice)], /left, and was not there/],
  ["leaving with a track", [joined(alice), added(hers, "t1"), left(alice)], /left before/],
  ["the end of the call", [{ _tag: "CallEnded", reason: "Ended" }], /the call ended/]
])("what cannot be is noted: %s", (_, events, wrong) => {
  expect(wrongsOf(...events)).toEqual([expect.stringMatching(wrong)])
})

test("packets are counted by whose they are, and each track with a foreign one once", () => {
  const witness = Witness.make()
  witness.hear(joined(alice))
  const spell = witness.hear(added(hers, "t1"))!
  const payloadOf = (key: TrackKey) => Payload.write({ key, index: 7 })
  for (const payload of [payloadOf(hers), payloadOf(hers), payloadOf(microphone(alice)), payloadOf(camera(bob))]) {
    witness.read(spell, payload)
  }
  witness.read(spell, Uint8Array.of(1, 2, 3))
  expect(witness.counts).toMatchObject({ packets: 2, foreign: 3, wrongOwners: 1 })
  expect(witness.wrongs).toHaveLength(1)
})

test("the picture differs from the truth by whoever and whatever is missing or left over", () => {
  const agent = { userId: "agent", sessionId: "agent-1" }
  const truth = { participants: [agent, alice, bob], published: [hers, camera(bob), microphone(agent)] }
  const picture = (people: ReadonlyArray<typeof alice>, tracks: ReadonlyArray<TrackKey>): Difference.Picture => ({
    people: new Map(people.map((person) => [person.sessionId, person])),
    tracks: new Map(tracks.map((key) => [key.sessionId + key.trackType, { key }]))
  })
  const right = Difference.between(truth, picture([alice, bob], [hers, camera(bob)]), "agent")
  expect(Difference.isNone(right)).toBe(true)
  const wrong = Difference.between(truth, picture([alice, agent], [hers, microphone(bob)]), "agent")
  expect(wrong.missing).toEqual(["bob/b1", "bob/b1 Video"])
  expect(wrong.leftOver).toEqual(["agent/agent-1", "bob/b1 Audio"])
  expect(Difference.isNone(wrong)).toBe(false)
})
