/**
 * Compares each agent with the ground truth, and waits until they agree.
 */
import type { Participant } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import type { GroundTruth } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import type { Agent } from "./Agent.ts"
import * as Difference from "./Difference.ts"
import { type Harness, isInCall, SoakFailed, waitUntil } from "./Harness.ts"

interface Comparison {
  readonly agent: Agent
  readonly difference: Difference.Difference
  /** Tracks that send and from which no packet has arrived since the check began. */
  readonly silent: ReadonlyArray<string>
}

/** By track id. */
type PacketCounts = ReadonlyMap<string, number>

const packetCounts = ({ observer }: Agent): PacketCounts =>
  new Map(Array.from(observer.tracks.values(), ({ packets, trackId }) => [trackId, packets]))

const compare = (
  { participants }: Harness,
  truth: GroundTruth,
  agent: Agent,
  packetsBefore: PacketCounts
): Comparison => {
  const { observer, userId } = agent
  const isSilent = (name: string): boolean => {
    const track = observer.tracks.get(name)
    return track === undefined || track.packets <= (packetsBefore.get(track.trackId) ?? 0)
  }
  return {
    agent,
    difference: Difference.between(truth, observer, userId),
    silent: truth.published.map(formatTrackKey).filter((name) => participants.sending.has(name) && isSilent(name))
  }
}

const isEqual = ({ agent, difference, silent }: Comparison): boolean =>
  isInCall(agent.state()) && Difference.isNone(difference) && silent.length === 0

const describeSilent = (truth: GroundTruth, { observer, sessionId, userId }: Agent, name: string): string => {
  const isFor = ({ to }: { readonly to: Participant }) => to.sessionId === sessionId()
  const section = truth.downTracks.find((one) => isFor(one) && formatTrackKey(one.key) === name)
  const sent = truth.forwarded.find((one) => isFor(one) && formatTrackKey(one.key) === name)
  const trackId = observer.tracks.get(name)?.trackId ?? "no track"
  return `silent: ${userId} receives no packet of ${name} on ${trackId}; the SFU has `
    + `${section?.streamId ?? "no media section"} for it, and has sent ${sent?.packets ?? 0} packets`
}

const describe = (truth: GroundTruth, { agent, difference, silent }: Comparison): ReadonlyArray<string> => {
  const { observer, userId } = agent
  return [
    ...(isInCall(agent.state()) ? [] : [`${userId} is not in the call: ${JSON.stringify(agent.state())}`]),
    ...difference.missing.map((name) => `missing: ${userId} does not have ${name}`),
    ...difference.leftOver.map((name) => `left over: ${userId} still has ${name}`),
    ...silent.map((name) => describeSilent(truth, agent, name)),
    ...observer.violations.map((violation) => `${userId}: ${violation}`)
  ]
}

/** Waits until every agent agrees with the ground truth and receives packets on every track that sends. */
export const converge = Effect.fnUntraced(function*(harness: Harness) {
  const { agents, announcements, totals } = harness
  const packetsBefore = agents.map(packetCounts)
  const compareAll = (truth: GroundTruth) =>
    agents.map((agent, index) => compare(harness, truth, agent, packetsBefore[index]!))
  const since = performance.now()
  let comparisons: ReadonlyArray<Comparison> = []
  yield* waitUntil(
    harness,
    "every agent agrees with the ground truth and receives packets on every track",
    (truth) => {
      comparisons = compareAll(truth)
      return comparisons.every(isEqual)
    },
    (truth) => compareAll(truth).flatMap((comparison) => describe(truth, comparison))
  )
  totals.slowestConvergence = Math.max(totals.slowestConvergence, performance.now() - since)
  for (const { difference } of comparisons) {
    totals.comparisons++
    totals.missing += difference.missing.length
    totals.leftOver += difference.leftOver.length
  }
  announcements.confirmAll()
})

/** Fails if an agent has reported something impossible. */
export const checkViolations = ({ agents }: Harness): Effect.Effect<void, SoakFailed> =>
  Effect.suspend(() => {
    const reasons = agents.flatMap(({ observer, userId }) =>
      observer.violations.map((violation) => `${userId}: ${violation}`)
    )
    return reasons.length === 0 ? Effect.void : Effect.fail(new SoakFailed({ reasons }))
  })
