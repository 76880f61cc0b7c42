/**
 * Reordered signalling keeps the orders that carry information.
 */
import { expect, test } from "vitest"
import type { Ordered } from "../../soak/Order.ts"
import { shuffle } from "../../soak/Order.ts"

const eventOf = (type: string, subject: string, trackType?: string): Ordered => ({ type, subject, trackType })

const last = (count: number): number => count - 1
const first = (): number => 0

test("independent events change places", () => {
  const items = [
    eventOf("participantJoined", "a1"),
    eventOf("trackPublished", "a1", "Audio"),
    eventOf("trackPublished", "a1", "Video"),
    eventOf("participantJoined", "b1")
  ]
  expect(shuffle(items, first)).toEqual(items)
  expect(shuffle(items, last)).toEqual(items.toReversed())
})

test.each([
  ["a publication that is withdrawn", [
    eventOf("trackPublished", "a1", "Audio"),
    eventOf("trackUnpublished", "a1", "Audio")
  ]],
  ["a publication that is made again", [
    eventOf("trackUnpublished", "a1", "Audio"),
    eventOf("trackPublished", "a1", "Audio")
  ]],
  ["a participant who joins and leaves", [eventOf("participantJoined", "a1"), eventOf("participantLeft", "a1")]],
  ["a prefix and an older snapshot", [eventOf("trackPublished", "a1", "Audio"), eventOf("participantUpdated", "a1")]],
  ["a prefix and a newer snapshot", [eventOf("participantUpdated", "a1"), eventOf("trackPublished", "a1", "Audio")]],
  ["two prefixes", [eventOf("participantUpdated", "a1"), eventOf("participantUpdated", "a1")]]
])("the order is kept of %s", (_, items) => {
  const others = [eventOf("participantJoined", "b1"), eventOf("trackPublished", "b1", "Audio")]
  const shuffled = shuffle([...items, ...others], last)
  expect(shuffled.filter((item) => items.includes(item))).toEqual(items)
  expect(shuffled).not.toEqual([...items, ...others])
})
