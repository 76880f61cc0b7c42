/**
 * When and how to reconnect, as a pure decision.
 */
import { PeerConnectionError, SfuConnectionError, SfuJoinError } from "effect-track-resolver"
import { describe, expect, test } from "vitest"
import * as Policy from "../../src/edge/internal/ReconnectPolicy.ts"

const history = (changes: Partial<Policy.History>): Policy.History => ({ ...Policy.emptyHistory, ...changes })

const decide = (
  changes: Partial<Policy.History>,
  attempt: Partial<Parameters<typeof Policy.decide>[1]> = {},
  maxReconnects = 10
): string => {
  const decision = Policy.decide(
    history(changes),
    { requested: "Fast", isHealthy: true, keptUntil: 1_000, now: 0, ...attempt },
    { maxReconnects }
  )
  return decision._tag === "Try" ? decision.strategy : decision.reason
}

const closed = new SfuConnectionError({ reason: "Closed", detail: "" })
const requested = new SfuConnectionError({ reason: "Reconnect", detail: "" })
const mediaLost = new PeerConnectionError({ reason: "Lost" })
const refusal = (shouldRetry: boolean) => new SfuJoinError({ reason: "Refused", detail: "", shouldRetry })

describe("decide: Fast", () => {
  test("is tried while the SFU keeps the session", () => {
    expect([decide({}, { now: 999 }), decide({}, { now: 1_000 })]).toEqual(["Fast", "Rejoin"])
  })

  test("is tried three times, short-lived connections included", () => {
    expect(decide({ failures: 2 })).toBe("Fast")
    expect(decide({ failures: 3 })).toBe("Rejoin")
    expect(decide({ failures: 1, shortLived: 2 })).toBe("Rejoin")
  })

  test("is tried with failed media only at the first attempt", () => {
    expect([decide({}, { isHealthy: false }), decide({ failures: 1 }, { isHealthy: false })]).toEqual([
      "Fast",
      "Rejoin"
    ])
  })

  test("is not limited by the number of rejoins", () => {
    expect(decide({ rejoinTimes: [0, 0, 0] }, {}, 3)).toBe("Fast")
  })
})

describe("decide: Rejoin and Migrate", () => {
  test("a migration that has failed is followed by a rejoin", () => {
    expect(decide({}, { requested: "Migrate" })).toBe("Migrate")
    expect(decide({ failures: 1 }, { requested: "Migrate" })).toBe("Rejoin")
  })

  test("are limited in number within two minutes", () => {
    const rejoinTimes = [0, 60_000]
    expect(decide({ rejoinTimes }, { requested: "Rejoin", now: 119_999 }, 2)).toBe("TooManyAttempts")
    expect(decide({ rejoinTimes }, { requested: "Rejoin", now: 120_000 }, 2)).toBe("Rejoin")
    expect(decide({ rejoinTimes }, { requested: "Migrate", now: 119_999 }, 2)).toBe("TooManyAttempts")
  })

  test("end after two connections in a row that never connected", () => {
    expect(decide({ neverConnected: 1 }, { requested: "Rejoin" })).toBe("Rejoin")
    expect(decide({ neverConnected: 2 }, { requested: "Rejoin" })).toBe("NeverConnected")
  })
})

describe("onLost", () => {
  const loss: Policy.Loss = {
    error: closed,
    lifetime: 60_000,
    isFirst: false,
    wasConnected: true,
    isMigrating: false
  }

  test("the loss of a joined connection begins with no failures", () => {
    expect(Policy.onLost(history({ failures: 3 }), loss).failures).toBe(0)
  })

  test("the loss during a migration is a failed attempt", () => {
    expect(Policy.onLost(history({ failures: 1 }), { ...loss, isMigrating: true }).failures).toBe(2)
  })

  test("a connection of less than five seconds is short-lived", () => {
    const before = history({ shortLived: 1 })
    const after = (changes: Partial<Policy.Loss>) => Policy.onLost(before, { ...loss, ...changes }).shortLived
    expect(after({ lifetime: 4_999 })).toBe(2)
    expect(after({ lifetime: 5_000 })).toBe(0)
    expect(after({ lifetime: 4_999, isFirst: true })).toBe(0)
    expect(after({ lifetime: 4_999, error: requested })).toBe(0)
  })

  test("media that never connected counts, unless the signalling was lost first", () => {
    const before = history({ neverConnected: 1 })
    const after = (changes: Partial<Policy.Loss>) => Policy.onLost(before, { ...loss, ...changes }).neverConnected
    expect(after({ wasConnected: false, error: mediaLost })).toBe(2)
    expect(after({ wasConnected: false, error: closed })).toBe(0)
    expect(after({ wasConnected: true, error: mediaLost })).toBe(0)
  })
})

describe("onAttempt and onFailure", () => {
  test("a rejoin and a migration are counted with their time, a Fast attempt is not", () => {
    expect(Policy.onAttempt(history({}), "Fast", 5)).toEqual(history({}))
    expect(Policy.onAttempt(history({}), "Rejoin", 5)).toEqual(history({ attempts: 1, rejoinTimes: [5] }))
    expect(Policy.onAttempt(history({}), "Migrate", 5)).toEqual(history({ attempts: 1, rejoinTimes: [5] }))
  })

  test("times older than two minutes are dropped", () => {
    const { rejoinTimes } = Policy.onAttempt(history({ rejoinTimes: [0, 1] }), "Rejoin", 120_000)
    expect(rejoinTimes).toEqual([1, 120_000])
  })

  test("a failure is counted", () => {
    expect(Policy.onFailure(history({ failures: 1 }))).toEqual(history({ failures: 2 }))
  })

  test("there is no pause before the first attempt, and later ones count failures and short-lived connections", () => {
    expect(Policy.pauseAfter(history({}))).toBe(0)
    expect(Policy.pauseAfter(history({ failures: 1, shortLived: 2 }))).toBe(3)
  })
})

describe("afterFailure", () => {
  test("a final refusal of a rejoin is the end", () => {
    expect(Policy.afterFailure("Rejoin", refusal(false))).toEqual({ _tag: "GiveUp", reason: "Refused" })
    expect(Policy.afterFailure("Rejoin", refusal(true))).toEqual({ _tag: "Try", strategy: "Rejoin" })
  })

  test("a Fast attempt is repeated if the SFU allows it", () => {
    expect(Policy.afterFailure("Fast", refusal(true))).toEqual({ _tag: "Try", strategy: "Fast" })
    expect(Policy.afterFailure("Fast", refusal(false))).toEqual({ _tag: "Try", strategy: "Rejoin" })
  })

  test("a failed migration leads to a rejoin", () => {
    expect(Policy.afterFailure("Migrate", refusal(true))).toEqual({ _tag: "Try", strategy: "Rejoin" })
  })
})

describe("requestOf", () => {
  const failed = (reconnectStrategy: "Unspecified" | "Disconnect" | "Fast", reason: "LiveEnded" | "Other" = "Other") =>
    Policy.requestOf({ _tag: "Failed", reason, code: 0, detail: "", reconnectStrategy })

  test("a GoAway asks for a migration", () => {
    expect(Policy.requestOf({ _tag: "GoAway", reason: "Rebalance" })).toBe("Migrate")
  })

  test("an error asks for its strategy, and a livestream that is over for the end", () => {
    expect([failed("Fast"), failed("Disconnect"), failed("Unspecified"), failed("Fast", "LiveEnded")])
      .toEqual(["Fast", "Disconnect", undefined, "Leave"])
  })
})
