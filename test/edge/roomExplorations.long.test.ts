/**
 * Laws 17, 18 and 19 under hundreds of schedules.
 */
import { Explore } from "effect-explore"
import { describe, expect, test } from "vitest"
import { strategies } from "./ExploredEdge.ts"
import {
  bodiesOfParticipants,
  bodiesOfTracks,
  failures,
  subscribeInTheMiddle,
  subscribeWhileReconnecting,
  subscribeWhileRequestsFail,
  wantedChangesWhileRequestsFail
} from "./roomExplorations.ts"
import type { Fate } from "./SubscriptionSfu.ts"

const schedules = 60

describe("Law 17: under every schedule, the bodies of a key never overlap, and none outlives its track", () => {
  test.each(failures)("a failure of a body is %s", (failure) => {
    expect(Explore.format(Explore.run(bodiesOfTracks(failure), { schedules }))).toMatch(/^passed/)
  })

  test("bodies of participants", () => {
    expect(Explore.format(Explore.run(bodiesOfParticipants, { schedules }))).toMatch(/^passed/)
  })
})

test("Law 18: under every schedule, a subscriber knows what an earlier one knows, whenever it begins", () => {
  expect(Explore.format(Explore.run(subscribeInTheMiddle, { schedules }))).toMatch(/^passed/)
})

describe("Law 19: under every schedule, exactly what the last policy wants is subscribed to in the end", () => {
  const fates: ReadonlyArray<readonly [Fate, Fate]> = [
    ["accepted", "accepted"],
    ["refused", "accepted"],
    ["accepted", "answer lost"],
    ["lost", "answer lost"]
  ]

  test.each(fates)("what is wanted changes while the first requests are %s and %s", (...fates) => {
    const verdict = Explore.run(wantedChangesWhileRequestsFail(fates), { schedules: 500 })
    expect(Explore.format(verdict)).toMatch(/^passed/)
  })

  test("an edge whose first two requests are lost", () => {
    const program = subscribeWhileRequestsFail(["lost", "answer lost"])
    expect(Explore.format(Explore.run(program, { schedules }))).toMatch(/^passed/)
  })

  test.each(strategies)("the edge reconnects: %s", (strategy) => {
    expect(Explore.format(Explore.run(subscribeWhileReconnecting(strategy), { schedules }))).toMatch(/^passed/)
  })
})
