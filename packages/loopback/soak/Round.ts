/**
 * One round: a plan drawn from the seed, faults and ordinary actions at the same time, then the checks.
 */
import { randomSettings } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Agent } from "./Agent.ts"
import { checkViolations, converge } from "./Checks.ts"
import * as FaultDeck from "./FaultDeck.ts"
import { disturbances } from "./faults/disturbances.ts"
import { losses, sharedLosses } from "./faults/losses.ts"
import { requestFailures } from "./faults/requestFailures.ts"
import { agentFaults, count, type Harness, isInCall, type SoakFailed, waitUntil } from "./Harness.ts"
import { type Member, type ParticipantFault, participantFaults } from "./Participants.ts"

/** Members that the rounds keep in the call. */
const targetMembers = 6

export const makeDecks = () => ({
  sharedLosses: FaultDeck.make(Object.keys(sharedLosses)),
  losses: FaultDeck.make(Object.keys(losses)),
  disturbances: FaultDeck.make(Object.keys(disturbances)),
  requestFailures: FaultDeck.make(Object.keys(requestFailures)),
  participantFaults: FaultDeck.make(participantFaults)
})

export type Decks = ReturnType<typeof makeDecks>

interface Plan {
  /** For each agent. */
  readonly agentFaults: ReadonlyArray<ReadonlyArray<FaultDeck.DrawnFault<string>>>
  readonly memberFaults: ReadonlyArray<readonly [Member, FaultDeck.DrawnFault<ParticipantFault>]>
  readonly migrationComplete: "never" | "newSocket" | "oldSocket"
  /** Members without a fault. */
  readonly others: ReadonlyArray<Member>
  readonly leaving: Member | undefined
  readonly isJoining: boolean
}

const migrationOf = (sharedLoss: string): Plan["migrationComplete"] =>
  sharedLoss.endsWith("never complete")
    ? "never"
    : sharedLoss.endsWith("complete on the new socket")
    ? "newSocket"
    : "oldSocket"

const makePlan = Effect.fnUntraced(function*(
  { note, participants: { members }, sfu, usesMids }: Harness,
  decks: Decks,
  round: number
): Effect.fn.Return<Plan> {
  if (round % 4 === 0) {
    const settings = yield* randomSettings
    note(`settings: ${Object.entries(settings).map(([name, value]) => `${name} ${value}`).join(", ")}`)
    yield* sfu.control.configure(settings)
    usesMids.current = settings.midExtension !== false
  }
  // Two agents lose a connection in one round and the other two in the next: frequent reconnections back off.
  const sharedLoss = yield* decks.sharedLosses
  const drawn = [
    [sharedLoss],
    [yield* decks.losses],
    [yield* round % 4 === 0 ? decks.disturbances : decks.requestFailures],
    round % 5 === 0 ? [yield* decks.losses] : [yield* decks.disturbances, yield* decks.disturbances]
  ]
  const migrationComplete = migrationOf(sharedLoss.name)
  yield* sfu.control.configure({ migrationComplete })
  const shuffled = yield* Random.shuffle(members)
  const memberFaults = yield* Effect.forEach(
    shuffled.slice(0, 2),
    (member) => Effect.map(decks.participantFaults, (fault) => [member, fault] as const)
  )
  const isLeaving = members.size >= targetMembers && (yield* Random.next) < 0.4
  return {
    agentFaults: round % 2 === 0 ? drawn : [...drawn.slice(2), ...drawn.slice(0, 2)],
    memberFaults,
    migrationComplete,
    others: shuffled.slice(isLeaving ? 3 : 2),
    leaving: isLeaving ? shuffled[2] : undefined,
    isJoining: members.size < targetMembers
  }
})

const injectAgentFaults = Effect.fnUntraced(function*(
  harness: Harness,
  agent: Agent,
  faults: ReadonlyArray<FaultDeck.DrawnFault<string>>
) {
  const { joinResponses, note, participants, sfu, totals, usesMids } = harness
  const context = {
    sfu,
    note,
    participants,
    joinResponses,
    usesMids: () => usesMids.current,
    waitUntil: (...args: readonly [string, Parameters<typeof waitUntil>[2]]) => waitUntil(harness, ...args)
  }
  yield* Effect.flatMap(Random.nextIntBetween(0, 60), Effect.sleep)
  for (const { name, putBack } of faults) {
    if (name in losses || name in sharedLosses) {
      yield* waitUntil(harness, `${agent.userId} is joined`, () => agent.state()._tag === "Joined")
    }
    if (yield* agentFaults[name]!<SoakFailed>(context, agent)) count(totals, `agent: ${name}`)
    else putBack()
  }
})

const injectMemberFault = Effect.fnUntraced(function*(
  { participants, totals }: Harness,
  { migrationComplete }: Plan,
  member: Member,
  { name, putBack }: FaultDeck.DrawnFault<ParticipantFault>
) {
  const isPossible = migrationComplete !== "never" || !name.startsWith("migration")
  if (isPossible && (yield* participants.faults[name](member))) count(totals, `participant: ${name}`)
  else putBack()
})

/** Waits for at most half a second. */
const waitShortly = (holds: () => boolean): Effect.Effect<void> =>
  Effect.asVoid(Effect.repeat(Effect.sleep("10 millis"), { while: () => !holds(), times: 50 }))

/** A member acts at least twice, and goes on while `isFaulty`. */
const act = Effect.fnUntraced(function*(
  { agents, announcements, participants }: Harness,
  member: Member,
  isFaulty: () => boolean
) {
  const isReported = (): boolean =>
    announcements.pendingOf(member.sessionId).every((name) => announcements.confirm(name))
  const isRemoved = (): boolean =>
    agents.every(({ observer, state }) =>
      !isInCall(state()) || observer.tracks.values().every(({ key }) => key.sessionId !== member.sessionId)
    )
  for (let n = 0; n < 20 && (n < 2 || isFaulty()) && participants.members.has(member); n++) {
    if (n % 2 === 0) yield* participants.act(member)
    const isPatient = yield* Random.nextBoolean
    yield* participants.toggle(member, isPatient ? waitShortly(isRemoved) : Effect.void)
    yield* waitShortly(isReported)
  }
})

export const run = Effect.fnUntraced(function*(harness: Harness, decks: Decks, round: number) {
  const { agents, note, participants, seed } = harness
  const seeded = (name: string) => Random.withSeed(`${seed}/${round}/${name}`)
  const plan = yield* seeded("plan")(makePlan(harness, decks, round))
  const names = [...plan.agentFaults.flat(), ...plan.memberFaults.map(([, fault]) => fault)].map(({ name }) => name)
  note(`round ${round}: ${names.join("; ")}`)

  const faultyAgents = new Set(agents)
  const acting = (member: Member) => seeded(member.sessionId)(act(harness, member, () => faultyAgents.size > 0))
  yield* Effect.all([
    ...agents.map((agent, index) =>
      injectAgentFaults(harness, agent, plan.agentFaults[index]!).pipe(
        Effect.ensuring(Effect.sync(() => faultyAgents.delete(agent))),
        seeded(agent.userId)
      )
    ),
    ...plan.memberFaults.map(([member, fault]) =>
      seeded(`fault of ${member.sessionId}`)(injectMemberFault(harness, plan, member, fault))
    ),
    ...plan.others.map(acting),
    plan.leaving === undefined ? Effect.void : participants.leave(plan.leaving),
    plan.isJoining
      ? Effect.flatMap(seeded("join")(participants.join()), (member) => member ? acting(member) : Effect.void)
      : Effect.void
  ], { concurrency: "unbounded", discard: true }).pipe(Effect.scoped)
  yield* converge(harness)
  yield* checkViolations(harness)
})
