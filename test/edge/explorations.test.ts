/**
 * An edge that reconnects, under a hundred schedules of each strategy.
 */
import { Explore } from "effect-explore"
import { describe, expect, test } from "vitest"
import { closeWhileReconnecting, reconnectWhileOthersAct, strategies } from "./explorations.ts"

describe("Law 13 and law 14: under every schedule of a reconnection", () => {
  test.each(strategies)("%s: closing the edge leaves nothing behind", (strategy) => {
    expect(Explore.format(Explore.run(closeWhileReconnecting(strategy), { schedules: 100 }))).toMatch(/^passed/)
  })

  test.each(strategies)("%s: the application has the tracks that the SFU has", (strategy) => {
    expect(Explore.format(Explore.run(reconnectWhileOthersAct(strategy), { schedules: 100 }))).toMatch(/^passed/)
  })
})
