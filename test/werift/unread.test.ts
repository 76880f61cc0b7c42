/**
 * Media that arrives and that nobody reads is not kept. `npm run bench:media` measures the memory.
 */
import { expect, test } from "vitest"
import { packetBytes, unreadCameras } from "./unreadCameras.ts"

test("of 20 unread cameras a second is held, and after ten seconds nothing", () => {
  const cameras = unreadCameras(20)
  const held = () => cameras.sections.map(({ early }) => early.size())
  for (let second = 1; second <= 10; second++) {
    cameras.runUntil(second * 1_000)
    // 30 frames and the one at the bound, of four packets each.
    for (const count of held()) expect(count).toBeLessThanOrEqual(31 * 4)
  }
  expect(Math.min(...held())).toBeGreaterThan(100)
  const arrived = cameras.runUntil(30_000)
  expect(held()).toEqual(held().map(() => 0))
  expect(arrived).toBeGreaterThan(60_000_000)
  expect(arrived % packetBytes).toBe(0)
})
