/**
 * The observer records each report of an edge that is impossible, and counts packets by their sender.
 */
import type { EdgeEvent, TrackKey } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"
import { expect, test } from "vitest"
import { alice, bob, camera, microphone } from "../../../../test/support/people.ts"
import * as Observer from "../../soak/Observer.ts"

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

const violationsOf = (...events: ReadonlyArray<EdgeEvent>): ReadonlyArray<string> => {
  const observer = Observer.make()
  for (const event of events) observer.onEvent(event)
  return observer.violations
}

const aliceCamera = camera(alice)

test("a possible sequence of events has no violation", () => {
  expect(violationsOf(
    joined(alice),
    added(aliceCamera, "t1"),
    removed(aliceCamera, "t1"),
    added(aliceCamera, "t2"),
    removed(aliceCamera, "t2"),
    left(alice),
    joined(alice)
  )).toEqual([])
})

test.each<[string, ReadonlyArray<EdgeEvent>, RegExp]>([
  [
    "two tracks of one key at once",
    [joined(alice), added(aliceCamera, "t1"), added(aliceCamera, "t2")],
    /has t2 added, and still has t1/
  ],
  [
    "the removal of another track",
    [joined(alice), added(aliceCamera, "t1"), removed(aliceCamera, "t2")],
    /has t2 removed, and had t1/
  ],
  ["a removal without an addition", [joined(alice), removed(aliceCamera, "t1")], /has t1 removed, and had none/],
  ["a track before its owner", [added(aliceCamera, "t1")], /added before its owner joined/],
  ["a second join", [joined(alice), joined(alice)], /joined twice/],
  ["a second leave", [joined(alice), left(alice), left(alice)], /left without having joined/],
  ["a leave with a track", [joined(alice), added(aliceCamera, "t1"), left(alice)], /left before/],
  ["the end of the call", [{ _tag: "CallEnded", reason: "Ended" }], /the call ended/]
])("%s is a violation", (_, events, violation) => {
  expect(violationsOf(...events)).toEqual([expect.stringMatching(violation)])
})

test("packets are counted by sender, and each track with a foreign packet once", () => {
  const observer = Observer.make()
  observer.onEvent(joined(alice))
  const track = observer.onEvent(added(aliceCamera, "t1"))!
  const payloadOf = (key: TrackKey) => Payload.write({ key, index: 7 })
  for (const key of [aliceCamera, aliceCamera, microphone(alice), camera(bob)]) observer.onPacket(track, payloadOf(key))
  observer.onPacket(track, Uint8Array.of(1, 2, 3))
  expect(observer.counts).toMatchObject({ packets: 2, foreign: 3, wrongOwners: 1 })
  expect(observer.violations).toHaveLength(1)
})
