/**
 * The soak puts signalling into other orders, and into none that takes away what only the order says.
 */
import { expect, test } from "vitest"
import type { Ordered } from "../../soak/Order.ts"
import { shuffle } from "../../soak/Order.ts"

const signal = (type: string, subject: string, trackType?: string): Ordered => ({ type, subject, trackType })

const last = (count: number): number => count - 1
const first = (): number => 0

test("what has nothing to do with each other changes places", () => {
  const items = [
    signal("participantJoined", "a1"),
    signal("trackPublished", "a1", "Audio"),
    signal("trackPublished", "a1", "Video"),
    signal("participantJoined", "b1")
  ]
  expect(shuffle(items, first)).toEqual(items)
  expect(shuffle(items, last)).toEqual(items.toReversed())
})

test.each([
  ["a publication that is taken back", [
    signal("trackPublished", "a1", "Audio"),
    signal("trackUnpublished", "a1", "Audio")
  ]],
  ["one that is made again", [signal("trackUnpublished", "a1", "Audio"), signal("trackPublished", "a1", "Audio")]],
  ["somebody who comes and goes", [signal("participantJoined", "a1"), signal("participantLeft", "a1")]],
  ["a prefix, and an older snapshot", [signal("trackPublished", "a1", "Audio"), signal("participantUpdated", "a1")]],
  ["a prefix, and a newer snapshot", [signal("participantUpdated", "a1"), signal("trackPublished", "a1", "Audio")]],
  ["two prefixes", [signal("participantUpdated", "a1"), signal("participantUpdated", "a1")]]
])("the order stays where it says something: %s", (_, items) => {
  const others = [signal("participantJoined", "b1"), signal("trackPublished", "b1", "Audio")]
  const shuffled = shuffle([...items, ...others], last)
  expect(shuffled.filter((item) => items.includes(item))).toEqual(items)
  expect(shuffled).not.toEqual([...items, ...others])
})
