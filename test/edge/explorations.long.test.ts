/**
 * An edge that reconnects, and one whose tracks are muted, under hundreds of schedules.
 */
import { Explore } from "effect-explore"
import { describe, expect, test } from "vitest"
import {
  closeWhileReconnecting,
  muteWhilePacketsFlow,
  nameByATrackEvent,
  reconnectWhileOthersAct
} from "./explorations.ts"
import { strategies } from "./ExploredEdge.ts"

describe("Law 13 and law 14: under every schedule of a reconnection", () => {
  test.each(strategies)("%s: closing the edge leaves nothing behind", (strategy) => {
    expect(Explore.format(Explore.run(closeWhileReconnecting(strategy), { schedules: 100 }))).toMatch(/^passed/)
  })

  test.each(strategies)("%s: the application has the tracks that the SFU has", (strategy) => {
    expect(Explore.format(Explore.run(reconnectWhileOthersAct(strategy), { schedules: 100 }))).toMatch(/^passed/)
  })
})

test("Law 16: under every schedule of a mute, no packet follows TrackRemoved, and none is received twice", () => {
  expect(Explore.format(Explore.run(muteWhilePacketsFlow, { schedules: 100 }))).toMatch(/^passed/)
})

test("Law 13: under every schedule, a track event names somebody whom no join has reported", () => {
  expect(Explore.format(Explore.run(nameByATrackEvent, { schedules: 100 }))).toMatch(/^passed/)
})
