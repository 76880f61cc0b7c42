import * as Duration from "effect/Duration"
import { expect, test } from "vitest"
import { ResolvesInFlight } from "../../src/resolver/ResolvesInFlight.ts"
import { alice, bob, camera, microphone } from "../support/people.ts"

const enter = (resolves: ResolvesInFlight, key = camera(alice)) => resolves.enter(key, 1, Duration.infinity)

test("callers share the scope of their participant and the lock of their key, and the last one to leave removes them", () => {
  const resolves = new ResolvesInFlight()
  const [first, duplicate] = [enter(resolves), enter(resolves)]
  const [sameParticipant, other] = [enter(resolves, microphone(alice)), enter(resolves, camera(bob))]
  expect(duplicate.lock).toBe(first.lock)
  expect(sameParticipant.participantScope).toBe(first.participantScope)
  expect([sameParticipant.lock, other.lock]).not.toContain(first.lock)
  expect(other.participantScope).not.toBe(first.participantScope)
  expect(resolves.lock(camera(alice))).toBe(first.lock)
  expect(resolves.scopes()).toEqual([first.participantScope.scope, other.participantScope.scope])
  expect(resolves.sizes).toEqual({ locks: 3, scopes: 2 })

  resolves.leave(duplicate)
  expect(enter(resolves).lock).toBe(first.lock)
  resolves.leave(sameParticipant)
  expect(resolves.lock(microphone(alice))).toBeUndefined()
  expect(resolves.sizes).toEqual({ locks: 2, scopes: 2 })
  resolves.leave(other)
  expect(resolves.lock(camera(bob))).toBeUndefined()
  expect(resolves.sizes).toEqual({ locks: 1, scopes: 1 })
})

test("present callers keep a detached scope, and leave the new one as it is when they end", () => {
  const resolves = new ResolvesInFlight()
  expect(resolves.detach(alice)).toBeUndefined()
  const old = enter(resolves)
  expect(resolves.detach(alice)).toEqual({ scope: old.participantScope.scope, allEnded: old.participantScope.allEnded })
  expect(resolves.lock(camera(alice))).toBeUndefined()
  const next = enter(resolves)
  expect(next.participantScope).not.toBe(old.participantScope)
  expect(next.lock).not.toBe(old.lock)
  resolves.leave(old)
  expect(resolves.lock(camera(alice))).toBe(next.lock)
  resolves.leave(next)
  expect(resolves.sizes).toEqual({ locks: 0, scopes: 0 })
})
