/**
 * An edge that reconnects, under a hundred schedules of each way to do so.
 */
import { Explore } from "effect-track-resolver/testing"
import { expect, test } from "vitest"
import { closing, comingBack, ways } from "./edge.ts"

for (
  const [what, program] of [["who goes meanwhile leaves nothing behind", closing], [
    "comes back to what is there",
    comingBack
  ]] as const
) {
  for (const way of ways) {
    test(`${way}: ${what}`, () => {
      expect(Explore.format(Explore.run(program(way), { schedules: 100 }))).toMatch(/^passed/)
    })
  }
}
