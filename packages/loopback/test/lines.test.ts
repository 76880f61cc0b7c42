/**
 * Which m-line carries what, offer after offer, under each setting.
 */
import { assert, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import * as Lines from "../src/Lines.ts"
import type { Wanted } from "../src/Room.ts"
import { change, defaults } from "../src/Settings.ts"
import type { SettingsOptions } from "../src/Settings.ts"

const want = (who: string, trackType: TrackType = "Audio"): Wanted => ({
  name: `${who} ${trackType}`,
  key: { userId: who, sessionId: who, trackType },
  kind: trackType === "Audio" ? "audio" : "video",
  prefix: who
})

const [alice, bob] = [want("alice"), want("bob")]

const shown = (lines: Lines.Lines): ReadonlyArray<string> =>
  lines.map(({ stopped, track }) => stopped ? "stopped" : track === undefined ? "inactive" : track.name)

/** The m-lines after each of these wishes was offered and answered. */
const after = (options: SettingsOptions, ...wishes: ReadonlyArray<ReadonlyArray<Wanted>>) => {
  const settings = change(defaults, options)
  let count = 0
  return wishes.reduce<Lines.Lines>((lines, wanted) => Lines.plan(lines, wanted, settings, () => `${count++}`), [])
}

it("nobody's m-line goes inactive, stays, or is stopped", () => {
  assert.deepStrictEqual(shown(after({}, [alice], [])), ["inactive"])
  assert.deepStrictEqual(shown(after({ retiredSection: "stays" }, [alice], [])), ["alice Audio"])
  assert.deepStrictEqual(shown(after({ retiredSection: "stopped" }, [alice], [])), ["stopped"])
})

it("an m-line is used again never, after it has been inactive, or at once", () => {
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

it("an m-line is never used for the other kind", () => {
  assert.deepStrictEqual(shown(after({}, [alice], [], [want("bob", "Video")])), ["inactive", "bob Video"])
})

it("what stays as it is, is no news, and neither is who comes back to a line that stayed", () => {
  const settings = change(defaults, { retiredSection: "stays" })
  const first = Lines.plan([], [alice], settings, () => "x")
  assert.strictEqual(Lines.plan(first, [alice], settings, () => "y"), first)
  const gone = Lines.plan(first, [], settings, () => "y")
  const back = Lines.plan(gone, [alice], settings, () => "z")
  assert.isTrue(Lines.isNews([], first))
  assert.isFalse(Lines.isNews(first, gone))
  assert.isFalse(Lines.isNews(gone, back))
})

it("another prefix is another stream id, and its own m-line", () => {
  const [line, ...more] = after({}, [alice], [{ ...alice, prefix: "other" }])
  assert.strictEqual(line?.track?.streamId, "other:TRACK_TYPE_AUDIO:1")
  assert.deepStrictEqual(more, [])
})

it("an m-line is given away, and whoever had it gets the other's place", () => {
  const both = after({}, [alice, bob])
  const given = Lines.plan(both, [alice, bob], defaults, () => "x", new Map([[0, bob.name]]))
  assert.deepStrictEqual(shown(given), ["bob Audio", "inactive", "alice Audio"])
})

it("of two m-lines of one publication the one that was not retired carries it, and goes on to", () => {
  const settings = change(defaults, { retiredSection: "stays" })
  const wanted = [alice, bob]
  for (const [from, to] of [[0, bob], [1, alice]] as const) {
    const given = Lines.plan(after({}, wanted), wanted, settings, () => "x", new Map([[from, to.name]]))
    assert.strictEqual(Lines.open(given, undefined).get(to.name)?.id, from)
    assert.strictEqual(Lines.plan(given, wanted, settings, () => "y"), given)
    // Also when nobody has wanted it for a while.
    const back = Lines.plan(Lines.plan(given, [], settings, () => "y"), wanted, settings, () => "z")
    assert.strictEqual(Lines.open(back, undefined).get(to.name)?.id, from)
  }
})

it("nothing is sent on an m-line that the answered offer and the one in flight do not agree about", () => {
  const answered = after({}, [alice])
  const settings = change(defaults, { reuseSection: "live" })
  const offered = Lines.plan(answered, [bob], settings, () => "x")
  assert.deepStrictEqual(Array.from(Lines.open(answered, undefined).keys()), ["alice Audio"])
  assert.deepStrictEqual(Array.from(Lines.open(answered, offered).keys()), [])
  assert.deepStrictEqual(Array.from(Lines.open(offered, undefined).keys()), ["bob Audio"])
})
