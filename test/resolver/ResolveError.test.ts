/**
 * The reasons why a resolve ends without a track, as a log shows them.
 */
import { ParticipantLeftError, TrackTimeoutError, TrackUnpublishedError } from "effect-track-resolver"
import type { RejectedTrack } from "effect-track-resolver"
import * as Duration from "effect/Duration"
import { expect, test } from "vitest"
import { alice, camera } from "../support/people.ts"

const timeout = (candidates: ReadonlyArray<RejectedTrack>, omitted: number) =>
  new TrackTimeoutError({ key: camera(alice), timeout: Duration.seconds(10), candidates, omitted })

const two: ReadonlyArray<RejectedTrack> = [{ trackId: "t1", why: "LeftUnique" }, { trackId: "t2", why: "Outranked" }]

test("the message of a timeout names the tracks that came near, and counts the others", () => {
  expect(timeout([], 0).message).toBe("alice/a1 Video: no track within 10s; no track came near")
  expect(timeout(two.slice(0, 1), 0).message)
    .toBe("alice/a1 Video: no track within 10s; rejected: t1 LeftUnique")
  expect(timeout(two, 0).message)
    .toBe("alice/a1 Video: no track within 10s; rejected: t1 LeftUnique, t2 Outranked")
  expect(timeout(two, 1).message)
    .toBe("alice/a1 Video: no track within 10s; rejected: t1 LeftUnique, t2 Outranked, 1 more")
})

test("the messages of an unpublish and a leave name what has ended", () => {
  expect(new TrackUnpublishedError({ key: camera(alice) }).message).toBe("alice/a1 Video: unpublished")
  expect(new ParticipantLeftError({ participant: alice }).message).toBe("alice/a1 left")
})

test("the JSON has every field, with each id escaped and cut to 64 characters", () => {
  const userId = "x".repeat(65)
  const key = { ...camera(alice), userId }
  const shown = `${"x".repeat(64)}...`
  expect(JSON.parse(JSON.stringify(new TrackUnpublishedError({ key }))))
    .toEqual({ _tag: "TrackUnpublishedError", key: { ...key, userId: shown } })
  expect(JSON.parse(JSON.stringify(new ParticipantLeftError({ participant: { ...alice, userId } }))))
    .toEqual({ _tag: "ParticipantLeftError", participant: { ...alice, userId: shown } })
  const error = timeout([{ trackId: "\n", why: "Disabled" }], 3)
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    _tag: "TrackTimeoutError",
    key: camera(alice),
    timeout: JSON.parse(JSON.stringify(Duration.seconds(10))),
    candidates: [{ trackId: "\\u{a}", why: "Disabled" }],
    omitted: 3
  })
})
