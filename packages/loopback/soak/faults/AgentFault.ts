/**
 * Faults of an agent: what each needs, and what they share.
 *
 * No fault loses information that the agent cannot recover. A join response follows dropped signalling, a description of
 * every participant follows a join response that was cut short, and an offer follows a change of SSRC if packets carry no
 * mid.
 */
import type { TrackKey } from "effect-track-resolver"
import type { GroundTruth, LoopbackSfu, OutboundEvent, Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import type { Agent } from "../Agent.ts"
import type { Participants } from "../Participants.ts"

export interface FaultContext<E> {
  readonly sfu: LoopbackSfu["Service"]
  readonly participants: Participants
  readonly note: (line: string) => void
  /** Fails if the condition does not become true in time. */
  readonly waitUntil: (condition: string, holds: (truth: GroundTruth) => boolean) => Effect.Effect<void, E>
  /** Whether packets carry their mid, by the present settings. */
  readonly usesMids: () => boolean
  /** Join responses sent to a user so far. */
  readonly joinResponses: (userId: string) => number
}

/** Returns whether the fault was injected, once its effect has ended. */
export type AgentFault = <E>(context: FaultContext<E>, agent: Agent) => Effect.Effect<boolean, E, Scope.Scope>

const rosterEvents: ReadonlySet<Wire.EventType> = new Set<Wire.EventType>([
  "participantJoined",
  "participantLeft",
  "participantUpdated",
  "trackPublished",
  "trackUnpublished"
])

export const isRosterEvent = ({ toUser, type }: OutboundEvent, { userId }: Agent): boolean =>
  toUser === userId && type !== undefined && rosterEvents.has(type)

/** The agent in the ground truth; undefined if it is not connected. */
const presence = <E>(
  { sfu }: FaultContext<E>,
  agent: Agent
): Effect.Effect<GroundTruth["participants"][number] | undefined> =>
  Effect.map(
    sfu.groundTruth,
    ({ participants }) => participants.find(({ connected, sessionId }) => sessionId === agent.sessionId() && connected)
  )

/** Runs only if the agent is connected now. */
export const ifConnected = <E, R>(
  context: FaultContext<E>,
  agent: Agent,
  run: (sessionId: string, node: string) => Effect.Effect<boolean, E, R>
): Effect.Effect<boolean, E, R> =>
  Effect.flatMap(
    presence(context, agent),
    (present) => present?.node === undefined ? Effect.succeed(false) : run(present.sessionId, present.node)
  )

/**
 * Runs only if the agent is connected and receives publications now. `chance`, from 0 to 1, is drawn even if it does not
 * run, so that the seed decides the later draws.
 */
export const ifReceiving = <E, R>(
  context: FaultContext<E>,
  agent: Agent,
  run: (sessionId: string, own: ReadonlyArray<TrackKey>, chance: number) => Effect.Effect<boolean, E, R>
): Effect.Effect<boolean, E, R> =>
  Effect.flatMap(
    Random.next,
    (chance) =>
      ifConnected(context, agent, (sessionId) =>
        Effect.flatMap(context.sfu.groundTruth, ({ downTracks }) => {
          const own = downTracks.flatMap(({ key, to }) => to.sessionId === sessionId ? [key] : [])
          return own.length === 0 ? Effect.succeed(false) : run(sessionId, own, chance)
        }))
  )

/** Injects a fault and waits until the agent has joined again. */
export const withRejoin = <E>(
  context: FaultContext<E>,
  agent: Agent,
  what: string,
  how: (sessionId: string, node: string) => Effect.Effect<unknown>
): Effect.Effect<boolean, E> =>
  ifConnected(context, agent, (sessionId, node) =>
    Effect.gen(function*() {
      const before = agent.joins()
      context.note(`${agent.userId}: ${what}`)
      yield* how(sessionId, node)
      yield* context.waitUntil(
        `${agent.userId} has joined again: ${what}`,
        () => agent.joins() > before && agent.state()._tag === "Joined"
      )
      return true
    }))

/** Duration of a disturbance, in milliseconds. */
export const window = Random.nextIntBetween(50, 300)

/** The SFU asks the agent to rejoin. */
export const requestRejoin = (context: FaultContext<unknown>, sessionId: string) =>
  context.sfu.control.sendError(sessionId, { code: 500, message: "injected by the soak", strategy: "Rejoin" })

/** A predicate that counts its matches. */
export const counting = <A>(matches: (item: A) => boolean) => {
  let count = 0
  return {
    match: (item: A): boolean => {
      const isMatch = matches(item)
      if (isMatch) count++
      return isMatch
    },
    count: () => count
  }
}

/** The error of an injected failure. */
export const unavailable = { _tag: "Transport", code: "unavailable", message: "injected by the soak" } as const
export const internal = { _tag: "Sfu", code: 500, message: "injected by the soak", shouldRetry: true } as const
