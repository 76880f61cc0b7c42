/**
 * Which m-line carries what, offer after offer, under each setting.
 */
import { assert, describe, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import * as MediaSections from "../src/MediaSections.ts"
import type { Subscription } from "../src/Room.ts"
import { change, defaults } from "../src/Settings.ts"
import type { SettingsOptions } from "../src/Settings.ts"

const want = (who: string, trackType: TrackType = "Audio"): Subscription => ({
  publicationId: `${who} ${trackType}`,
  key: { userId: who, sessionId: who, trackType },
  kind: trackType === "Audio" ? "audio" : "video",
  prefix: who
})

const [alice, bob] = [want("alice"), want("bob")]

const shown = (lines: MediaSections.MediaSections): ReadonlyArray<string> =>
  lines.map(({ stopped, track }) => stopped ? "stopped" : track === undefined ? "inactive" : track.publicationId)

/** The m-lines after each of these wishes was offered and answered. */
const after = (options: SettingsOptions, ...wishes: ReadonlyArray<ReadonlyArray<Subscription>>) => {
  const settings = change(defaults, options)
  let count = 0
  return wishes.reduce<MediaSections.MediaSections>(
    (lines, wanted) => MediaSections.plan(lines, wanted, settings, () => `${count++}`),
    []
  )
}

describe("a media section that no subscription needs", () => {
  it("becomes inactive, stays, or is stopped, by the setting", () => {
    assert.deepStrictEqual(shown(after({}, [alice], [])), ["inactive"])
    assert.deepStrictEqual(shown(after({ retiredSection: "stays" }, [alice], [])), ["alice Audio"])
    assert.deepStrictEqual(shown(after({ retiredSection: "stopped" }, [alice], [])), ["stopped"])
  })

  it("is reused never, after it was inactive, or directly, by the setting", () => {
    assert.deepStrictEqual(shown(after({ reuseSection: "never" }, [alice], [], [bob])), ["inactive", "bob Audio"])
    assert.deepStrictEqual(shown(after({}, [alice], [], [bob])), ["bob Audio"])
    assert.deepStrictEqual(shown(after({}, [alice], [bob])), ["inactive", "bob Audio"])
    assert.deepStrictEqual(shown(after({ reuseSection: "live" }, [alice], [bob])), ["bob Audio"])
    assert.deepStrictEqual(
      shown(after({ reuseSection: "live", retiredSection: "stays" }, [alice], [], [bob])),
      ["bob Audio"]
    )
    assert.deepStrictEqual(shown(after({ retiredSection: "stopped" }, [alice], [], [bob])), ["bob Audio"])
  })

  it("is not reused for the other kind", () => {
    assert.deepStrictEqual(shown(after({}, [alice], [], [want("bob", "Video")])), ["inactive", "bob Video"])
  })
})

describe("the next offer", () => {
  it("is not needed if no section changes, nor if a publication returns to a section that stayed", () => {
    const settings = change(defaults, { retiredSection: "stays" })
    const first = MediaSections.plan([], [alice], settings, () => "x")
    assert.strictEqual(MediaSections.plan(first, [alice], settings, () => "y"), first)
    const gone = MediaSections.plan(first, [], settings, () => "y")
    const back = MediaSections.plan(gone, [alice], settings, () => "z")
    assert.isTrue(MediaSections.needsOffer([], first))
    assert.isFalse(MediaSections.needsOffer(first, gone))
    assert.isFalse(MediaSections.needsOffer(gone, back))
  })

  it("gives a renamed publication another stream id on the same section", () => {
    const [line, ...more] = after({}, [alice], [{ ...alice, prefix: "other" }])
    assert.strictEqual(line?.track?.streamId, "other:TRACK_TYPE_AUDIO:1")
    assert.deepStrictEqual(more, [])
  })

  it("follows an assignment, and gives the first publication another section", () => {
    const both = after({}, [alice, bob])
    const given = MediaSections.plan(both, [alice, bob], defaults, () => "x", new Map([[0, bob.publicationId]]))
    assert.deepStrictEqual(shown(given), ["bob Audio", "inactive", "alice Audio"])
  })
})

describe("a publication on two sections", () => {
  it("is sent on the section that was not retired, then and later", () => {
    const settings = change(defaults, { retiredSection: "stays" })
    const wanted = [alice, bob]
    for (const [from, to] of [[0, bob], [1, alice]] as const) {
      const given = MediaSections.plan(
        after({}, wanted),
        wanted,
        settings,
        () => "x",
        new Map([[from, to.publicationId]])
      )
      assert.strictEqual(MediaSections.sendable(given, undefined, defaults).get(to.publicationId)?.id, from)
      assert.strictEqual(MediaSections.plan(given, wanted, settings, () => "y"), given)
      // Also after a time without a subscription.
      const back = MediaSections.plan(MediaSections.plan(given, [], settings, () => "y"), wanted, settings, () => "z")
      assert.strictEqual(MediaSections.sendable(back, undefined, defaults).get(to.publicationId)?.id, from)
    }
  })
})

describe("packets", () => {
  it("are sent only where the answered offer and the offer in flight carry the same track, or early on a new section", () => {
    const answered = after({}, [alice])
    const settings = change(defaults, { reuseSection: "live" })
    const offered = MediaSections.plan(answered, [bob], settings, () => "x")
    assert.deepStrictEqual(Array.from(MediaSections.sendable(answered, undefined, defaults).keys()), ["alice Audio"])
    assert.deepStrictEqual(Array.from(MediaSections.sendable(answered, offered, defaults).keys()), [])
    assert.deepStrictEqual(Array.from(MediaSections.sendable(offered, undefined, defaults).keys()), ["bob Audio"])
    const early = change(settings, { mediaStarts: "onceOffered" })
    assert.deepStrictEqual(Array.from(MediaSections.sendable(answered, offered, early).keys()), [])
    const added = MediaSections.plan(answered, [alice, bob], settings, () => "x")
    assert.deepStrictEqual(Array.from(MediaSections.sendable(answered, added, early).keys()), [
      "bob Audio",
      "alice Audio"
    ])
  })
})
