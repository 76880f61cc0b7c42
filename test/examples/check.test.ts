/**
 * The check of `npm start` finds what it is there to find.
 */
import type { TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"
import type { Account, Spell } from "../../examples/call/CallLog.ts"
import { mediaFaults, standingFaults } from "../../examples/call/Check.ts"
import { script, truthOf } from "../../examples/call/Script.ts"
import { alice, bob, camera, microphone } from "../support/people.ts"

const [hers, voice, his] = [camera(alice), microphone(alice), camera(bob)] as const
const truth = { episodes: [hers, voice, his].map((key) => ({ key, count: 1 })), standing: [hers, voice] }

const spell = (key: TrackKey, packets: Record<string, number>, isOver = false): Spell => ({
  key,
  trackId: `of ${formatTrackKey(key)}`,
  millis: 1,
  packets: new Map(Object.entries(packets)),
  beganAt: 0,
  endedAt: isOver ? 2_000 : undefined
})

const right = [
  spell(hers, { "alice/a1 Video": 60 }),
  spell(voice, { "alice/a1 Audio": 60 }),
  spell(his, { "bob/b1 Video": 50 }, true)
]

const account = (spells: ReadonlyArray<Spell>, unresolved: ReadonlyArray<TrackKey> = []): Account => ({
  spells,
  people: new Set(["a1"]),
  renewals: () => 0,
  unresolved,
  end: Effect.void
})

const faults = (account: Account) => [
  ...mediaFaults(truth, account),
  ...standingFaults(truth.standing, ["a1"], account)
]

test("a call as it should be has no fault", () => {
  expect(faults(account(right))).toEqual([])
})

test("a track that a reconnection cuts short, and one that is there again after it, are none", () => {
  const brief = { ...spell(his, {}), endedAt: 1_999 }
  expect(faults({ ...account([...right, brief]), renewals: () => 1 })).toEqual([])
})

test.each<[string, Account, ReadonlyArray<string>]>([
  ["a swap", account([spell(hers, { "bob/b1 Video": 60 }), right[1]!, spell(his, { "alice/a1 Video": 50 }, true)]), [
    "missing: alice/a1 Video got 0 packets of its own on of alice/a1 Video",
    "foreign: alice/a1 Video got 60 packets of bob/b1 Video on of alice/a1 Video",
    "missing: bob/b1 Video got 0 packets of its own on of bob/b1 Video",
    "foreign: bob/b1 Video got 50 packets of alice/a1 Video on of bob/b1 Video"
  ]],
  ["one foreign packet", account([spell(hers, { "alice/a1 Video": 60, "bob/b1 Video": 1 }), right[1]!, right[2]!]), [
    "foreign: alice/a1 Video got 1 packets of bob/b1 Video on of alice/a1 Video"
  ]],
  ["one packet without a mark", account([spell(hers, { "alice/a1 Video": 60, nobody: 1 }), right[1]!, right[2]!]), [
    "foreign: alice/a1 Video got 1 packets of nobody on of alice/a1 Video"
  ]],
  ["a ghost", account([...right, spell(microphone(bob), { "bob/b1 Audio": 60 })]), [
    "ghost: bob/b1 Audio was never published, and had of bob/b1 Audio",
    "left over: bob/b1 Audio is not published, and has a track"
  ]],
  [
    "a track told under somebody else's name",
    account([spell({ ...hers, userId: "bob" }, { "alice/a1 Video": 60 }), right[1]!, right[2]!]),
    [
      "missing: alice/a1 Video was published 1 times, and had a track 0 times",
      "ghost: bob/a1 Video was never published, and had of bob/a1 Video",
      "missing: bob/a1 Video got 0 packets of its own on of bob/a1 Video",
      "foreign: bob/a1 Video got 60 packets of alice/a1 Video on of bob/a1 Video",
      "missing: alice/a1 Video is published, and has no track",
      "left over: bob/a1 Video is not published, and has a track"
    ]
  ],
  ["a track that never came", account(right.slice(0, 2)), [
    "missing: bob/b1 Video was published 1 times, and had a track 0 times"
  ]],
  ["a track that came twice", account([...right, spell(his, { "bob/b1 Video": 60 }, true)]), [
    "left over: bob/b1 Video was published 1 times, and had a track 2 times"
  ]],
  ["a track that ended too soon", account([{ ...right[0]!, endedAt: 2_000 }, right[1]!, right[2]!]), [
    "missing: alice/a1 Video is published, and has no track"
  ]],
  ["a track that did not end", account([right[0]!, right[1]!, { ...right[2]!, endedAt: undefined }]), [
    "left over: bob/b1 Video is not published, and has a track"
  ]],
  ["one track too many, though the edge has rejoined once", {
    ...account([...right, ...[1, 2].map(() => spell(his, { "bob/b1 Video": 60 }, true))]),
    renewals: () => 1
  }, ["left over: bob/b1 Video was published 1 times, and had a track 3 times"]],
  ["a track that did not come in time", account(right, [hers]), ["missing: alice/a1 Video was unresolved"]],
  ["somebody too few", { ...account(right), people: new Set() }, ["missing: a1 is in the call"]],
  ["somebody too many", { ...account(right), people: new Set(["a1", "b1"]) }, ["left over: b1 is not in the call"]]
])("the check finds %s", (_, account, expected) => {
  expect(faults(account)).toEqual(expected)
})

test.each([
  ["nothing", 0, "every packet reached its owner"],
  ["swap", 1, "foreign: alice/alice-1 Audio got"],
  ["ghost", 1, "ghost: mallory/mallory-1 Audio was never published"],
  ["leak", 1, "left over: alice/alice-1 ScreenShareAudio is not published, and has a track"]
])("a call in which the SFU sabotages: %s, exits with %i", (sabotage, status, says) => {
  const args = ["--conditions=effect-track-resolver:source", "test/examples/sabotaged.ts", sabotage]
  const run = spawnSync(process.execPath, args, { encoding: "utf8" })
  expect(`${run.stdout}${run.stderr}`).toContain(says)
  expect(run.status).toBe(status)
})

test("a script is the same for the same seed, and another for another", () => {
  const of = (seed: number) => Effect.runSync(script({ participants: 6, seconds: 15, seed }))
  expect(of(1)).toEqual(of(1))
  expect(of(1)).not.toEqual(of(2))
})

test("what a script comes to: every publication, and what of it is left", () => {
  const { episodes, standing } = truthOf(Effect.runSync(script({ participants: 6, seconds: 15, seed: 1 })))
  expect(Object.fromEntries(episodes.map(({ count, key }) => [formatTrackKey(key), count]))).toMatchObject({
    "alice/alice-1 ScreenShare": 2,
    "alice/alice-1 ScreenShareAudio": 1,
    "bob/bob-1 Audio": 3,
    "bob/bob-1 Video": 2,
    "carol/carol-1 Audio": 1,
    "dave/dave-1 Video": 1,
    "dave/dave-2 Video": 1
  })
  const names = standing.map(formatTrackKey)
  for (const name of ["alice/alice-1 ScreenShare", "bob/bob-1 Audio", "dave/dave-2 Audio", "frank/frank-1 Video"]) {
    expect(names).toContain(name)
  }
  for (
    const name of [
      "alice/alice-1 ScreenShareAudio",
      "carol/carol-1 Audio",
      "dave/dave-1 Audio",
      "erin/erin-1 ScreenShare"
    ]
  ) {
    expect(names).not.toContain(name)
  }
})
