/**
 * When a connection is degraded, and when it counts as lost, as a pure decision.
 */
import { NegotiationError, PeerConnectionError, SfuRequestError } from "effect-track-resolver"
import { describe, expect, test } from "vitest"
import * as Health from "../../src/edge/internal/Health.ts"
import type { Request } from "../../src/edge/internal/RequestPolicy.ts"

const requestError = (reason: SfuRequestError["reason"]) =>
  new SfuRequestError({ method: "x", reason, code: "x", detail: "", attempts: 1 })
const refused = requestError("Refused")
const unreachable = requestError("Unreachable")
const mediaLost = new PeerConnectionError({ reason: "Lost" })

type Failure = readonly [what: Request | Health.Media, error: Health.DegradedError, at: number]

const after = (...failures: ReadonlyArray<Failure>): Health.Health =>
  failures.reduce((health, [what, error, at]) => Health.onFailure(health, what, error, at), Health.healthy)

describe("degradation", () => {
  test("nothing is wrong at the beginning", () => {
    expect(Health.degradation(Health.healthy)).toBe(undefined)
    expect(Health.nextLoss(Health.healthy)).toBe(undefined)
  })

  test("what has failed longest is the reason, and the first error with its reason", () => {
    const again = requestError("Refused")
    const health = after(["Subscriptions", refused, 1], ["Receiving", mediaLost, 2], ["Subscriptions", again, 3])
    expect(Health.degradation(health)).toBe(refused)
    expect(Health.degradation(Health.onFailure(health, "Subscriptions", unreachable, 4))).toBe(unreachable)
  })

  test("a success of the same request ends it, one of another request only if the SFU was not reachable", () => {
    const failing = after(["Subscriptions", refused, 1])
    expect(Health.degradation(Health.onSuccess(failing, "Subscriptions"))).toBe(undefined)
    expect(Health.degradation(Health.onSuccess(failing, "Answer"))).toBe(refused)
    expect(Health.degradation(Health.onSuccess(after(["Subscriptions", unreachable, 1]), "Answer"))).toBe(undefined)
  })

  test("a request says nothing about media, and media nothing about requests", () => {
    const both = after(["Receiving", mediaLost, 1], ["Subscriptions", refused, 2])
    expect(Health.degradation(Health.onSuccess(both, "Subscriptions"))).toBe(mediaLost)
    expect(Health.degradation(Health.onSettled(both, "Receiving"))).toBe(refused)
  })
})

describe("nextLoss", () => {
  test("20 seconds after the first failure", () => {
    const health = after(["Subscriptions", refused, 5], ["Subscriptions", refused, 10_000])
    expect(Health.nextLoss(health)).toEqual({ request: "Subscriptions", error: refused, at: 20_005 })
  })

  test("at once after the third answer that refuses a request, but not if nobody answers", () => {
    const three = (error: Health.DegradedError) =>
      Health.nextLoss(after(...[5, 6, 7].map((at): Failure => ["Answer", error, at])))?.at
    const cannot = new NegotiationError({ step: "CreateAnswer", detail: "" })
    expect([three(refused), three(cannot), three(unreachable)]).toEqual([5, 5, 20_005])
  })

  test("an answer that refuses a request counts, and a request without an answer does not", () => {
    const failing = after(["Subscriptions", unreachable, 5], ["Subscriptions", unreachable, 6], [
      "Subscriptions",
      refused,
      7
    ])
    expect(Health.nextLoss(failing)?.at).toBe(20_005)
  })

  test("the earliest of several", () => {
    const health = after(["Answer", refused, 9], ["Subscriptions", unreachable, 5], ["Receiving", mediaLost, 1])
    expect(Health.nextLoss(health)?.request).toBe("Subscriptions")
  })

  test("never because of media, which has a deadline of its own", () => {
    expect(Health.nextLoss(after(["Receiving", mediaLost, 1], ["Sending", mediaLost, 1]))).toBe(undefined)
  })
})

describe("evidenceOf", () => {
  const worked = Health.onSuccess(Health.healthy, "Answer")

  test("a request had worked if one of its kind has succeeded", () => {
    expect(Health.evidenceOf(worked, "Answer", refused, 7)).toEqual({
      failed: "Answer",
      since: 7,
      hadWorked: true
    })
    expect(Health.evidenceOf(worked, "Subscriptions", refused, 7)).toEqual({
      failed: "Subscriptions",
      since: 7,
      hadWorked: false
    })
  })

  test.each(["Unreachable", "Unauthenticated", "SessionNotFound", "SignalLost"] as const)(
    "%s concerns every request: any success shows that requests had worked",
    (reason) => {
      const evidence = { failed: "Every", since: 7 }
      expect(Health.evidenceOf(worked, "Subscriptions", requestError(reason), 7))
        .toEqual({ ...evidence, hadWorked: true })
      expect(Health.evidenceOf(Health.healthy, "Subscriptions", requestError(reason), 7))
        .toEqual({ ...evidence, hadWorked: false })
    }
  )

  test("it has failed since its first failure", () => {
    expect(Health.evidenceOf(after(["Answer", refused, 3]), "Answer", refused, 7).since).toBe(3)
  })
})
