/**
 * The state that the rounds of a soak share: the SFU, the agents, the participants, and what is counted.
 */
import type { EdgeState, TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { GroundTruth } from "effect-track-resolver-loopback"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Agent from "./Agent.ts"
import { disturbances } from "./faults/disturbances.ts"
import { losses, sharedLosses } from "./faults/losses.ts"
import { requestFailures } from "./faults/requestFailures.ts"
import * as Participants from "./Participants.ts"
import * as Reuse from "./Reuse.ts"

/** A condition that the soak requires does not hold. */
export class SoakFailed extends Data.TaggedError("SoakFailed")<{ readonly reasons: ReadonlyArray<string> }> {
  override get message(): string {
    return this.reasons.join("\n")
  }
}

export const agentFaults = { ...sharedLosses, ...losses, ...disturbances, ...requestFailures }

const agentNames = ["agent1", "agent2", "agent3", "agent4"]

/** A slow machine is no failure. */
const conditionTimeout = "60 seconds"

export interface Totals {
  /** Faults and reuses by class; every class is listed from the start. */
  readonly faults: Map<string, number>
  publications: number
  comparisons: number
  missing: number
  leftOver: number
  /** In milliseconds. */
  slowestConvergence: number
}

export interface Harness {
  readonly seed: number
  readonly sfu: LoopbackSfu["Service"]
  readonly note: (line: string) => void
  readonly agents: ReadonlyArray<Agent.Agent>
  readonly agentScope: Scope.Closeable
  readonly participants: Participants.Participants
  readonly participantScope: Scope.Closeable
  readonly totals: Totals
  readonly joinResponses: (userId: string) => number
  readonly announcements: Announcements
  /** Whether packets carry their mid, by the present settings. */
  readonly usesMids: { current: boolean }
}

export const count = ({ faults }: Totals, name: string): void => void faults.set(name, (faults.get(name) ?? 0) + 1)

/** A migrating edge is in the call. */
export const isInCall = (state: EdgeState): boolean =>
  state._tag === "Joined" || (state._tag === "Reconnecting" && state.strategy === "Migrate")

export const waitUntil = (
  { sfu }: Pick<Harness, "sfu">,
  condition: string,
  holds: (truth: GroundTruth) => boolean,
  explain: (truth: GroundTruth) => ReadonlyArray<string> = () => []
): Effect.Effect<void, SoakFailed> =>
  Effect.delay(sfu.groundTruth, "10 millis").pipe(
    Effect.repeat({ until: holds }),
    Effect.asVoid,
    Effect.timeoutOrElse({
      duration: conditionTimeout,
      orElse: () =>
        Effect.flatMap(sfu.groundTruth, (truth) =>
          new SoakFailed({ reasons: [`not within ${conditionTimeout}: ${condition}`, ...explain(truth)] }))
    })
  )

// --- Announcements ------------------------------------------------------------------------------------------------------

/** Publications that some agent in the call has not reported yet. */
export interface Announcements {
  readonly begin: (key: TrackKey) => void
  /** Counts a publication that every agent in the call has reported. False if it is not pending or not reported by all. */
  readonly confirm: (formattedKey: string) => boolean
  readonly pendingOf: (sessionId: string) => ReadonlyArray<string>
  readonly confirmAll: () => void
}

const makeAnnouncements = (agents: ReadonlyArray<Agent.Agent>, totals: Totals): Announcements => {
  /** How many tracks each agent had reported of the publication before. */
  const pending = new Map<string, ReadonlyArray<number>>()
  const confirm = (name: string): boolean => {
    const before = pending.get(name)
    if (before === undefined) return false
    const hasReported = ({ observer }: Agent.Agent, index: number) => observer.addedCount(name) > before[index]!
    const isReported = agents.some(hasReported)
      && agents.every((agent, index) => !isInCall(agent.state()) || hasReported(agent, index))
    if (!isReported) return false
    pending.delete(name)
    totals.publications++
    return true
  }
  return {
    begin: (key) => {
      const name = formatTrackKey(key)
      confirm(name)
      pending.set(name, agents.map(({ observer }) => observer.addedCount(name)))
    },
    confirm,
    pendingOf: (sessionId) => Array.from(pending.keys()).filter((name) => name.includes(`/${sessionId} `)),
    confirmAll: () => {
      for (const name of Array.from(pending.keys())) confirm(name)
      pending.clear()
    }
  }
}

// --- Signalling ---------------------------------------------------------------------------------------------------------

/** Reads what the SFU sends: counts join responses and reused media sections. Drops nothing. */
const watchSignalling = Effect.fnUntraced(function*(sfu: LoopbackSfu["Service"], totals: Totals) {
  const runSync = Effect.runSyncWith(yield* Effect.context<never>())
  const joinResponses = new Map<string, number>()
  const sections = new Map<string, Reuse.Sections>()
  yield* sfu.control.signalling.drop(({ event, node, toUser }) => {
    if (event.joinResponse) joinResponses.set(toUser, (joinResponses.get(toUser) ?? 0) + 1)
    if (!event.subscriberOffer || !agentNames.includes(toUser)) return false
    const { negotiationId, sdp } = event.subscriberOffer
    const { participants } = runSync(sfu.groundTruth)
    const ownerOf = (streamId: string) =>
      participants.find(({ prefix }) => streamId.startsWith(`${prefix}:`))?.sessionId
    const connection = `${toUser} ${node}`
    const before = negotiationId === 1 ? Reuse.none : sections.get(connection) ?? Reuse.none
    const [after, reuses] = Reuse.applyOffer(before, sdp ?? "", ownerOf)
    sections.set(connection, after)
    reuses.forEach((reuse) => count(totals, `media section reused ${reuse}`))
    return false
  })
  return (userId: string): number => joinResponses.get(userId) ?? 0
})

// --- All of it ----------------------------------------------------------------------------------------------------------

const noFaults = (): Map<string, number> =>
  new Map(
    [
      ...Object.keys(agentFaults).map((name) => `agent: ${name}`),
      ...Participants.participantFaults.map((name) => `participant: ${name}`),
      ...Reuse.reuses.map((reuse) => `media section reused ${reuse}`)
    ].map((name) => [name, 0])
  )

/** Starts the agents; the participants join in the rounds. */
export const make = Effect.fnUntraced(function*(
  seed: number,
  note: (line: string) => void
): Effect.fn.Return<Harness, SoakFailed, Scope.Scope | LoopbackSfu> {
  const sfu = yield* LoopbackSfu
  const totals: Totals = {
    faults: noFaults(),
    publications: 0,
    comparisons: 0,
    missing: 0,
    leftOver: 0,
    slowestConvergence: 0
  }
  const joinResponses = yield* watchSignalling(sfu, totals)
  const agentScope = yield* Scope.fork(yield* Effect.scope)
  const agents = yield* Effect.forEach(agentNames, (name) => Agent.join(name, agentScope)).pipe(
    Effect.mapError((error) => new SoakFailed({ reasons: [`an agent could not join: ${error.message}`] }))
  )
  const announcements = makeAnnouncements(agents, totals)
  const participantScope = yield* Scope.fork(yield* Effect.scope)
  const participants = yield* Scope.provide(
    Participants.make({ sfu, note, onPublish: announcements.begin }),
    participantScope
  )
  return {
    seed,
    sfu,
    note,
    agents,
    agentScope,
    participants,
    participantScope,
    totals,
    joinResponses,
    announcements,
    usesMids: { current: true }
  }
})
