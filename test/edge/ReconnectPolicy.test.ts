/**
 * When and how to reconnect, as a pure decision.
 */
import {
  NegotiationError,
  PeerConnectionError,
  SfuConnectionError,
  SfuJoinError,
  SfuRequestError
} from "effect-track-resolver"
import { describe, expect, test } from "vitest"
import * as Policy from "../../src/edge/internal/ReconnectPolicy.ts"

const history = (changes: Partial<Policy.History>): Policy.History => ({ ...Policy.emptyHistory, ...changes })

const decide = (
  changes: Partial<Policy.History>,
  attempt: Partial<Parameters<typeof Policy.decide>[1]> = {},
  maxReconnects = 10,
  maxOutage = Infinity
): string => {
  const decision = Policy.decide(
    history(changes),
    { requested: "Fast", isHealthy: true, keptUntil: 1_000, now: 0, ...attempt },
    { maxReconnects, maxOutage }
  )
  return decision._tag === "Try" ? decision.strategy : decision.reason
}

const closed = new SfuConnectionError({ reason: "Closed", detail: "" })
const requested = new SfuConnectionError({ reason: "Reconnect", detail: "" })
const mediaLost = new PeerConnectionError({ reason: "Lost" })
const requestError = (reason: SfuRequestError["reason"]) =>
  new SfuRequestError({ method: "UpdateSubscriptions", reason, code: "x", detail: "", attempts: 1 })
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

describe("decide: how long", () => {
  const decideAfter = (changes: Partial<Policy.History>, now: number, requested: Policy.Strategy = "Rejoin") =>
    decide({ failures: 1, lostAt: 100, ...changes }, { requested, now }, 10, 1_000)

  test("attempts go on until the outage has lasted for maxOutage, Fast ones too", () => {
    expect([decideAfter({}, 1_099), decideAfter({}, 1_100)]).toEqual(["Rejoin", "Outage"])
    expect(decideAfter({}, 1_100, "Fast")).toBe("Outage")
    expect(decideAfter({ unreachableSince: 50 }, 1_050)).toBe("Outage")
  })

  test("there is one attempt at least", () => {
    expect(decide({ lostAt: 0 }, { requested: "Rejoin", now: 0 }, 10, 0)).toBe("Rejoin")
  })

  test("attempts never end if maxOutage is Infinity", () => {
    expect(decide({ failures: 1 }, { requested: "Rejoin", now: Number.MAX_SAFE_INTEGER })).toBe("Rejoin")
  })

  test("two connections in a row whose requests failed are the end", () => {
    expect([
      decide({ requestsFailed: 1 }, { requested: "Rejoin" }),
      decide({ requestsFailed: 2 }, { requested: "Rejoin" })
    ])
      .toEqual(["Rejoin", "RequestsFailed"])
  })
})

describe("onLost", () => {
  const loss: Policy.Loss = {
    error: closed,
    strategy: "Rejoin",
    now: 0,
    lifetime: 60_000,
    isFirst: false,
    isMigrating: false,
    hadRequests: true
  }

  test("the loss of a joined connection begins with no failures", () => {
    const after = Policy.onLost(history({ failures: 3, pauses: 3, lostAt: 1 }), { ...loss, now: 9 })
    expect(after).toEqual(history({ lostAt: 9 }))
  })

  test("the loss during a migration is a failed attempt", () => {
    const after = Policy.onLost(history({ failures: 1, pauses: 1, lostAt: 1 }), { ...loss, now: 9, isMigrating: true })
    expect(after).toEqual(history({ failures: 2, pauses: 1, lostAt: 1 }))
  })

  test("a connection of less than five seconds is short-lived", () => {
    const before = history({ shortLived: 1 })
    const after = (changes: Partial<Policy.Loss>) => Policy.onLost(before, { ...loss, ...changes }).shortLived
    expect(after({ lifetime: 4_999 })).toBe(2)
    expect(after({ lifetime: 5_000 })).toBe(0)
    expect(after({ lifetime: 4_999, isFirst: true })).toBe(0)
    expect(after({ lifetime: 4_999, error: requested })).toBe(0)
    expect(after({ lifetime: 4_999, error: requested, strategy: "Fast" })).toBe(2)
  })

  test("media that never connected counts, and media that was connected restarts the count", () => {
    const before = history({ neverConnected: 1 })
    const after = (changes: Partial<Policy.Loss>) => Policy.onLost(before, { ...loss, ...changes }).neverConnected
    expect(after({ error: new PeerConnectionError({ reason: "NeverConnected" }) })).toBe(2)
    expect(after({ error: closed })).toBe(0)
    expect(after({ error: mediaLost })).toBe(0)
  })
})

describe("onLost: requests", () => {
  const lossBy = (reason: SfuRequestError["reason"], changes: Partial<Policy.Loss> = {}): Policy.Loss => ({
    error: requestError(reason),
    strategy: "Rejoin",
    now: 100,
    lifetime: 60_000,
    isFirst: false,
    isMigrating: false,
    hadRequests: false,
    requests: { failed: "Every", since: 80, hadWorked: false },
    ...changes
  })
  const subscriptions = { failed: "Subscriptions", since: 80, hadWorked: false } as const

  const countAfter = (before: Partial<Policy.History>, loss: Policy.Loss) =>
    Policy.onLost(history(before), loss).requestsFailed

  test("connections on which no request worked are counted", () => {
    expect(countAfter({}, lossBy("Failed"))).toBe(1)
    expect(countAfter({ requestsFailed: 1, failedRequest: "Answer" }, lossBy("Unauthenticated"))).toBe(2)
  })

  test("if some requests worked, connections that were lost by the same request are counted", () => {
    const loss = lossBy("Refused", { hadRequests: true, requests: subscriptions })
    expect(countAfter({ requestsFailed: 1, failedRequest: "Subscriptions" }, loss)).toBe(2)
    expect(countAfter({ requestsFailed: 1, failedRequest: "Answer" }, loss)).toBe(1)
  })

  test("if that request worked, the count begins anew", () => {
    const requests = { ...subscriptions, hadWorked: true }
    const loss = lossBy("Refused", { hadRequests: true, requests })
    expect(countAfter({ requestsFailed: 1, failedRequest: "Subscriptions" }, loss)).toBe(1)
  })

  test("an SFU that is not reachable is not counted, but dated from the first connection in a row", () => {
    const sinceAfter = (unreachableSince: number | undefined, hadWorked: boolean) => {
      const loss = lossBy("Unreachable", {
        hadRequests: hadWorked,
        requests: { failed: "Every", since: 80, hadWorked }
      })
      const after = Policy.onLost(history({ unreachableSince }), loss)
      return [after.requestsFailed, after.unreachableSince]
    }
    expect([sinceAfter(undefined, true), sinceAfter(20, false), sinceAfter(20, true)]).toEqual([[0, 80], [0, 20], [
      0,
      80
    ]])
  })

  test("another loss changes neither, unless requests worked", () => {
    const before = { requestsFailed: 1, unreachableSince: 20 }
    const after = (hadRequests: boolean) => {
      const loss = Policy.onLost(history(before), lossBy("Failed", { requests: undefined, hadRequests, error: closed }))
      return [loss.requestsFailed, loss.unreachableSince]
    }
    expect([after(false), after(true)]).toEqual([[1, 20], [0, undefined]])
  })

  test("a request that loses a connection says nothing about its media", () => {
    expect(Policy.onLost(history({}), lossBy("Failed")).neverConnected).toBe(0)
  })
})

describe("onAttempt, onJoined and onFailure", () => {
  const down = new SfuJoinError({ reason: "Unreachable", detail: "", shouldRetry: true })
  const negotiation = new NegotiationError({ step: "Open", detail: "" })

  test("a rejoin and a migration are numbered, a Fast attempt is not", () => {
    expect(Policy.onAttempt(history({}), "Fast")).toEqual(history({}))
    expect(Policy.onAttempt(history({}), "Rejoin")).toEqual(history({ attempts: 1 }))
    expect(Policy.onAttempt(history({}), "Migrate")).toEqual(history({ attempts: 1 }))
  })

  test("a rejoin and a migration that have joined are counted with their time, a Fast attempt is not", () => {
    expect(Policy.onJoined(history({}), "Fast", 5)).toEqual(history({}))
    expect(Policy.onJoined(history({}), "Rejoin", 5)).toEqual(history({ rejoinTimes: [5] }))
    expect(Policy.onJoined(history({}), "Migrate", 5)).toEqual(history({ rejoinTimes: [5] }))
  })

  test("times older than two minutes are dropped", () => {
    const { rejoinTimes } = Policy.onJoined(history({ rejoinTimes: [0, 1] }), "Rejoin", 120_000)
    expect(rejoinTimes).toEqual([1, 120_000])
  })

  test("an attempt that can succeed later does not count as a rejoin, another failed one does", () => {
    const timesAfter = (error: Policy.ConnectionError) => Policy.onFailure(history({}), "Rejoin", error, 5).rejoinTimes
    expect([timesAfter(down), timesAfter(refusal(true))]).toEqual([[], []])
    expect([timesAfter(refusal(false)), timesAfter(negotiation)]).toEqual([[5], [5]])
  })

  test("each failure is counted, and adds to the pause unless the answer was definite", () => {
    const after = (error: Policy.ConnectionError) => {
      const { failures, pauses } = Policy.onFailure(history({ failures: 1, pauses: 1 }), "Fast", error, 5)
      return [failures, pauses]
    }
    expect([after(down), after(refusal(true)), after(negotiation)]).toEqual([[2, 2], [2, 2], [2, 2]])
    expect(after(refusal(false))).toEqual([2, 1])
  })

  test("there is no pause before the first attempt, and later ones count failures and short-lived connections", () => {
    expect(Policy.pauseAfter(history({}))).toBe(0)
    expect(Policy.pauseAfter(history({ failures: 3 }))).toBe(0)
    expect(Policy.pauseAfter(history({ pauses: 1, shortLived: 2 }))).toBe(3)
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
