/**
 * The check of `npm start` finds what it is there to find.
 */
import type { Binding, Snapshot, TrackKey } from "effect-track-resolver"
import { expect, test } from "vitest"
import { faults } from "../examples/call/Check.ts"
import type { Account } from "../examples/call/Check.ts"
import * as Mark from "../examples/call/Mark.ts"
import { alice, bob, camera, microphone } from "./people.ts"

const keys = [camera(alice), microphone(alice), camera(bob)]
const [hers, voice, his] = keys.map(Mark.nameOf) as [string, string, string]
const truth = { published: keys, standing: [camera(alice), microphone(alice)], enough: 50 }

const bound = (key: TrackKey): Binding => ({
  key,
  trackId: `of ${key.userId}`,
  evidence: "Exact",
  registeredAt: 0,
  calledAt: 0,
  resolvedAt: 0,
  published: true
})

const snapshot: Snapshot = { waiting: [], pending: [], bound: truth.standing.map(bound) }

/** What each track carried. */
const packets = (carried: Record<string, Record<string, number>>): Account["packets"] =>
  new Map(Object.entries(carried).map(([name, marks]) => [name, new Map(Object.entries(marks))]))

const right = { [hers]: { [hers]: 60 }, [voice]: { [voice]: 60 }, [his]: { [his]: 50 } }

test("a call as it should be has no fault", () => {
  expect(faults(truth, { packets: packets(right), snapshot })).toEqual([])
})

test.each<[string, Account, ReadonlyArray<string>]>([
  ["a swap", { packets: packets({ ...right, [hers]: { [his]: 60 }, [his]: { [hers]: 60 } }), snapshot }, [
    `missing: ${hers} got 0 packets, not 50`,
    `missing: ${his} got 0 packets, not 50`,
    `foreign: ${hers} got 60 packets of ${his}`,
    `foreign: ${his} got 60 packets of ${hers}`
  ]],
  ["one foreign packet", { packets: packets({ ...right, [hers]: { [hers]: 60, [his]: 1 } }), snapshot }, [
    `foreign: ${hers} got 1 packets of ${his}`
  ]],
  ["one packet without a mark", { packets: packets({ ...right, [hers]: { [hers]: 60, nobody: 1 } }), snapshot }, [
    `foreign: ${hers} got 1 packets of nobody`
  ]],
  ["a ghost", { packets: packets({ ...right, "carol c1 Video": { "carol c1 Video": 50 } }), snapshot }, [
    "ghost: carol c1 Video was resolved, and never published"
  ]],
  ["a track that never came", { packets: packets({ [hers]: { [hers]: 60 }, [voice]: { [voice]: 60 } }), snapshot }, [
    `missing: ${his} got 0 packets, not 50`
  ]],
  ["a track too few", { packets: packets(right), snapshot: { ...snapshot, bound: [bound(camera(alice))] } }, [
    `missing: ${voice} is not bound`
  ]],
  ["a track of somebody who left", { packets: packets(right), snapshot: { ...snapshot, bound: keys.map(bound) } }, [
    `left over: ${his} still has of bob`
  ]],
  [
    "a track of nobody, and somebody who waits",
    {
      packets: packets(right),
      snapshot: {
        ...snapshot,
        pending: [{ trackId: "t9", kind: "video", registeredAt: 0 }],
        waiting: [{ key: camera(bob), callers: 1 }]
      }
    },
    ["left over: t9 is nobody's", `left over: somebody waits for ${his}`]
  ]
])("the check finds %s", (_, account, expected) => {
  expect(faults(truth, account)).toEqual(expected)
})

test("a mark is read as it was written, and anything else is nobody's", () => {
  for (const key of keys) expect(Mark.read(Mark.write(key))).toBe(Mark.nameOf(key))
  expect(Mark.read(Buffer.from([0xf8, 0xff, 0xfe]))).toBe("nobody")
})
