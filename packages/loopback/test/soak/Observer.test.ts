/**
 * The observer records each report of an edge that is impossible, and counts packets by their sender.
 */
import type { EdgeEvent, TrackKey } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"
import { expect, test } from "vitest"
import { alice, bob, camera, microphone, remote } from "../../../../test/support/people.ts"
import * as Observer from "../../soak/Observer.ts"

const joined = (participant: typeof alice): EdgeEvent => ({
  _tag: "ParticipantJoined",
  participant: remote(participant)
})
const left = (participant: typeof alice): EdgeEvent => ({
  _tag: "ParticipantLeft",
  participant: remote(participant)
})
const added = (key: TrackKey, trackId: string): EdgeEvent => ({
  _tag: "TrackAdded",
  key,
  trackId,
  evidence: "Exact",
  registeredAt: 0,
  requestedAt: 0,
  resolvedAt: 0
})
const removed = (key: TrackKey, trackId: string): EdgeEvent => ({
  _tag: "TrackRemoved",
  key,
  trackId,
  reason: "Unpublished"
})

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
  const payloads = [aliceCamera, aliceCamera, microphone(alice), camera(bob)].map(payloadOf)
  for (const [sequenceNumber, payload] of [...payloads, Uint8Array.of(1, 2, 3)].entries()) {
    observer.onPacket(track, { ssrc: 1, sequenceNumber, payload })
  }
  expect(observer.counts).toMatchObject({ packets: 2, foreign: 3, wrongOwners: 1 })
  expect(observer.violations).toHaveLength(1)
})

test("a packet that arrives twice is a violation, on whichever track", () => {
  const observer = Observer.make()
  const payload = Payload.write({ key: aliceCamera, index: 7 })
  observer.onEvent(joined(alice))
  const first = observer.onEvent(added(aliceCamera, "t1"))!
  for (const ssrc of [1, 2]) observer.onPacket(first, { ssrc, sequenceNumber: 7, payload })
  observer.onPacket(first, { ssrc: 1, sequenceNumber: 8, payload })
  expect(observer.violations).toEqual([])
  observer.onEvent(removed(aliceCamera, "t1"))
  const second = observer.onEvent(added(aliceCamera, "t2"))!
  observer.onPacket(second, { ssrc: 1, sequenceNumber: 7, payload })
  expect(observer.violations).toEqual([expect.stringMatching(/packet 7 of SSRC 1 twice/)])
})
