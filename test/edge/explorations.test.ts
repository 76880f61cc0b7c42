/**
 * An edge that reconnects, under a hundred schedules of each way to do so.
 */
import { Explore } from "effect-explore"
import { expect, test } from "vitest"
import { closing, comingBack, ways } from "./explorations.ts"

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
