/**
 * What an agent has observed differs from the ground truth by what is missing and what is left over.
 */
import type { TrackKey } from "effect-track-resolver"
import { expect, test } from "vitest"
import { alice, bob, camera, microphone } from "../../../../test/support/people.ts"
import * as Difference from "../../soak/Difference.ts"

const agent = { userId: "agent", sessionId: "agent-1" }
const truth = { participants: [agent, alice, bob], published: [camera(alice), camera(bob), microphone(agent)] }

const observed = (
  participants: ReadonlyArray<typeof alice>,
  tracks: ReadonlyArray<TrackKey>
): Difference.Observed => ({
  participants: new Map(participants.map((participant) => [participant.sessionId, participant])),
  tracks: new Map(tracks.map((key) => [key.sessionId + key.trackType, { key }]))
})

test("an agent that observed every other participant and track differs by nothing", () => {
  const difference = Difference.between(truth, observed([alice, bob], [camera(alice), camera(bob)]), "agent")
  expect(Difference.isNone(difference)).toBe(true)
})

test("missing and left-over participants and tracks are named", () => {
  const difference = Difference.between(truth, observed([alice, agent], [camera(alice), microphone(bob)]), "agent")
  expect(difference.missing).toEqual(["bob/b1", "bob/b1 Video"])
  expect(difference.leftOver).toEqual(["agent/agent-1", "bob/b1 Audio"])
  expect(Difference.isNone(difference)).toBe(false)
})
