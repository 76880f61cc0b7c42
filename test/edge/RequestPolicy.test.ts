/**
 * What each failure of each request leads to.
 */
import type { SfuRequestError } from "effect-track-resolver"
import { expect, test } from "vitest"
import type { Reaction, Request } from "../../src/edge/internal/RequestPolicy.ts"
import { reactionTo } from "../../src/edge/internal/RequestPolicy.ts"

const reasons: ReadonlyArray<SfuRequestError["reason"]> = [
  "SignalLost",
  "SessionNotFound",
  "Unauthenticated",
  "SessionEnded",
  "Refused",
  "Unreachable",
  "Failed"
]

const expected: { readonly [R in Request]: ReadonlyArray<Reaction> } = {
  Subscriptions: ["Fast", "Rejoin", "Rejoin", "Ignore", "Degrade", "Degrade", "Degrade"],
  Answer: ["Fast", "Rejoin", "Rejoin", "Ignore", "Degrade", "Degrade", "Degrade"],
  IceRestart: ["Fast", "Rejoin", "Rejoin", "Ignore", "Rejoin", "Rejoin", "Rejoin"],
  IceCandidate: ["Fast", "Rejoin", "Rejoin", "Ignore", "Ignore", "Ignore", "Ignore"],
  PublisherOffer: ["Fast", "Rejoin", "Rejoin", "Ignore", "Ignore", "Ignore", "Ignore"],
  Republication: ["Fast", "Rejoin", "Rejoin", "Ignore", "Ignore", "Degrade", "Ignore"],
  MuteStates: ["Fast", "Rejoin", "Rejoin", "Ignore", "Ignore", "Degrade", "Ignore"]
}

test.each(Object.entries(expected) as ReadonlyArray<[Request, ReadonlyArray<Reaction>]>)("%s", (request, reactions) => {
  expect(reasons.map((reason) => reactionTo(request, reason))).toEqual(reactions)
})
