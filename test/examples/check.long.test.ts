/**
 * The check at the end of `npm start` and of the example `call`.
 */
import type { TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import type { CallLog, TrackLifetime } from "../../examples/call/CallLog.ts"
import { stateErrors, trackErrors } from "../../examples/call/Check.ts"
import { generate, groundTruthOf } from "../../examples/call/Script.ts"
import { alice, bob, camera, microphone } from "../support/people.ts"

const [aliceVideo, aliceAudio, bobVideo] = [camera(alice), microphone(alice), camera(bob)] as const
const groundTruth = {
  participants: [alice],
  tracks: [aliceVideo, aliceAudio],
  publications: [aliceVideo, aliceAudio, bobVideo].map((key) => ({ key, count: 1 }))
}

const live = (key: TrackKey, packets: Record<string, number>): TrackLifetime => ({
  key,
  trackId: `T(${formatTrackKey(key)})`,
  resolveTime: 1,
  packets: new Map(Object.entries(packets)),
  addedAt: 0,
  removedAt: undefined
})

const removed = (key: TrackKey, packets: Record<string, number>): TrackLifetime => ({
  ...live(key, packets),
  removedAt: 2_000
})

const [first, second, third] = [
  live(aliceVideo, { "alice/a1 Video": 60 }),
  live(aliceAudio, { "alice/a1 Audio": 60 }),
  removed(bobVideo, { "bob/b1 Video": 50 })
] as const

const log = (tracks: ReadonlyArray<TrackLifetime>, changes: Partial<CallLog> = {}): CallLog => ({
  tracks,
  participants: new Map([["a1", alice]]),
  rejoins: () => 0,
  unresolved: [],
  end: Effect.void,
  ...changes
})

const errors = (log: CallLog) => [...trackErrors(groundTruth, log), ...stateErrors(groundTruth, log)]

describe("the check accepts", () => {
  test("a call without an error", () => {
    expect(errors(log([first, second, third]))).toEqual([])
  })

  test("a second track after a rejoin, and a short track without packets", () => {
    const short = { ...live(bobVideo, {}), removedAt: 1_999 }
    expect(errors(log([first, second, third, short], { rejoins: () => 1 }))).toEqual([])
  })
})

describe("the check finds", () => {
  test.each<[string, CallLog, ReadonlyArray<string>]>([
    [
      "two tracks with each other's packets",
      log([live(aliceVideo, { "bob/b1 Video": 60 }), second, removed(bobVideo, { "alice/a1 Video": 50 })]),
      [
        "missing: alice/a1 Video received 0 packets of its own on T(alice/a1 Video)",
        "misrouted: alice/a1 Video received 60 packets of bob/b1 Video on T(alice/a1 Video)",
        "missing: bob/b1 Video received 0 packets of its own on T(bob/b1 Video)",
        "misrouted: bob/b1 Video received 50 packets of alice/a1 Video on T(bob/b1 Video)"
      ]
    ],
    [
      "one packet of another publication",
      log([live(aliceVideo, { "alice/a1 Video": 60, "bob/b1 Video": 1 }), second, third]),
      ["misrouted: alice/a1 Video received 1 packets of bob/b1 Video on T(alice/a1 Video)"]
    ],
    [
      "one packet without a readable owner",
      log([live(aliceVideo, { "alice/a1 Video": 60, "an unknown publication": 1 }), second, third]),
      ["misrouted: alice/a1 Video received 1 packets of an unknown publication on T(alice/a1 Video)"]
    ],
    [
      "a track that was never published",
      log([first, second, third, live(microphone(bob), { "bob/b1 Audio": 60 })]),
      [
        "ghost: bob/b1 Audio was never published, but had track T(bob/b1 Audio)",
        "left over: bob/b1 Audio"
      ]
    ],
    [
      "a track under the user id of another participant",
      log([live({ ...aliceVideo, userId: "bob" }, { "alice/a1 Video": 60 }), second, third]),
      [
        "missing: alice/a1 Video was published 1 times, but had 0 tracks",
        "ghost: bob/a1 Video was never published, but had track T(bob/a1 Video)",
        "missing: bob/a1 Video received 0 packets of its own on T(bob/a1 Video)",
        "misrouted: bob/a1 Video received 60 packets of alice/a1 Video on T(bob/a1 Video)",
        "missing: alice/a1 Video",
        "left over: bob/a1 Video"
      ]
    ],
    [
      "a publication without a track",
      log([first, second]),
      ["missing: bob/b1 Video was published 1 times, but had 0 tracks"]
    ],
    [
      "a publication with two tracks and no rejoin",
      log([first, second, third, removed(bobVideo, { "bob/b1 Video": 60 })]),
      ["left over: bob/b1 Video was published 1 times, but had 2 tracks"]
    ],
    [
      "a removed track that is still published",
      log([{ ...first, removedAt: 2_000 }, second, third]),
      ["missing: alice/a1 Video"]
    ],
    [
      "a live track that is no longer published",
      log([first, second, { ...third, removedAt: undefined }]),
      ["left over: bob/b1 Video"]
    ],
    [
      "a publication with three tracks and one rejoin",
      log([first, second, third, ...[1, 2].map(() => removed(bobVideo, { "bob/b1 Video": 60 }))], {
        rejoins: () => 1
      }),
      ["left over: bob/b1 Video was published 1 times, but had 3 tracks"]
    ],
    [
      "a publication that was unresolved at its deadline",
      log([first, second, third], { unresolved: [aliceVideo] }),
      ["missing: alice/a1 Video was unresolved"]
    ],
    [
      "a missing participant",
      log([first, second, third], { participants: new Map() }),
      ["missing: alice/a1"]
    ],
    [
      "a participant who is not in the call",
      log([first, second, third], { participants: new Map([["a1", alice], ["b1", bob]]) }),
      ["left over: bob/b1"]
    ]
  ])("%s", (_, log, expected) => {
    expect(errors(log)).toEqual(expected)
  })
})

test.each([
  ["nothing", 0, "every packet arrived on the track of its publication"],
  ["swap", 1, "misrouted: alice/alice-1 Audio received"],
  ["ghost", 1, "ghost: mallory/mallory-1 Audio was never published"],
  ["leak", 1, "left over: alice/alice-1 ScreenShareAudio"]
])("a call whose SFU makes the mistake `%s` exits with %i", (mistake, status, output) => {
  const args = ["--conditions=effect-track-resolver:source", "test/examples/sabotaged.ts", mistake]
  const run = spawnSync(process.execPath, args, { encoding: "utf8" })
  expect(`${run.stdout}${run.stderr}`).toContain(output)
  expect(run.status).toBe(status)
})

describe("a script", () => {
  const scriptOf = (seed: number) => Effect.runSync(generate({ participants: 6, seconds: 15, seed }))

  test("the same seed gives the same script, and another seed gives another", () => {
    expect(scriptOf(1)).toEqual(scriptOf(1))
    expect(scriptOf(1)).not.toEqual(scriptOf(2))
  })

  test("its ground truth counts every publication, and contains the tracks that are published at the end", () => {
    const { publications, tracks } = groundTruthOf(scriptOf(1))
    expect(Object.fromEntries(publications.map(({ count, key }) => [formatTrackKey(key), count]))).toMatchObject({
      "alice/alice-1 ScreenShare": 2,
      "alice/alice-1 ScreenShareAudio": 1,
      "bob/bob-1 Audio": 3,
      "bob/bob-1 Video": 2,
      "carol/carol-1 Audio": 1,
      "dave/dave-1 Video": 1,
      "dave/dave-2 Video": 1
    })
    const names = tracks.map(formatTrackKey)
    for (
      const published of [
        "alice/alice-1 ScreenShare",
        "bob/bob-1 Audio",
        "dave/dave-2 Audio",
        "frank/frank-1 Video"
      ]
    ) {
      expect(names).toContain(published)
    }
    for (
      const ended of [
        "alice/alice-1 ScreenShareAudio",
        "carol/carol-1 Audio",
        "dave/dave-1 Audio",
        "erin/erin-1 ScreenShare"
      ]
    ) {
      expect(names).not.toContain(ended)
    }
  })
})
