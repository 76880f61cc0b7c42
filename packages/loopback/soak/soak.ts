/**
 * A call with people who come and go and agents to whom everything happens that can, in rounds. After each round every
 * agent's picture has to become what is so, and every track has to bring its owner's packets and nobody else's.
 *
 * The seed decides what is done; when it happens is up to the machine.
 */
import type { EdgeState, Participant, TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { GroundTruth, LoopbackSfuError, SettingsOptions } from "effect-track-resolver-loopback"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import { heapMegabytes } from "../../../bench/measure.ts"
import * as Agent from "./Agent.ts"
import * as Difference from "./Difference.ts"
import * as Pack from "./FaultDeck.ts"
import type { Stage } from "./Faults.ts"
import { commonLosses, disturbances, failures, losses } from "./Faults.ts"
import * as Cast from "./Participants.ts"
import type { Report } from "./Report.ts"
import * as Reuse from "./Reuse.ts"

export interface Options {
  readonly seed: number
  /** Goes on until there is enough. */
  readonly isEnough: (so: {
    readonly millis: number
    readonly publications: number
    /** How often the rarest class of faults was there. */
    readonly rarest: number
  }) => boolean
  /** Tells what is going on, for when it fails. */
  readonly note: (line: string) => void
}

/** Something is not as it has to be. */
export class SoakFailed extends Data.TaggedError("SoakFailed")<{ readonly what: ReadonlyArray<string> }> {
  override get message(): string {
    return this.what.join("\n")
  }
}

const agentNames = ["agent1", "agent2", "agent3", "agent4"]

const people = 6

/** How long it may take until all is as it should be: a machine that is busy is no fault. */
const limit = "60 seconds"

/** What the heap may grow by, in megabytes: it holds those who are there, and there are never many. */
const heapGrowth = 64

const reconnectDeadline = "1 second"

/** What is not known about SFUs in the field. */
const settings: Effect.Effect<SettingsOptions> = Effect.all({
  announce: Random.choice(["updateMuteStates", "firstMedia"] as const),
  participantInTrackEvents: Random.nextBoolean,
  unpublishOnLeave: Random.nextBoolean,
  implicitAudio: Random.nextBoolean,
  retiredLine: Random.choice(["inactive", "stays", "stopped"] as const),
  reuseLine: Random.choice(["never", "afterInactive", "live"] as const),
  reuseSsrc: Random.choice(["same", "new"] as const),
  lineDirection: Random.choice(["sendonly", "sendrecv"] as const),
  trickle: Random.nextBoolean,
  previousSession: Random.choice(["leavesFirst", "leavesAfter", "staysForDeadline"] as const),
  migrationCompletes: Random.choice(["onceAnswered", "atOnce"] as const),
  prefix: Random.choice(["perSession", "perNode"] as const)
})

/** Who migrates is in the call meanwhile. */
const isInCall = (state: EdgeState): boolean =>
  state._tag === "Joined" || (state._tag === "Reconnecting" && state.strategy === "Migrate")

export const soak = (
  { isEnough, note, seed }: Options
): Effect.Effect<Report, SoakFailed | LoopbackSfuError, Scope.Scope> =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const begun = performance.now()
    const faults = { ...commonLosses, ...losses, ...disturbances, ...failures }
    const tally = new Map<string, number>([
      ...Object.keys(faults).map((name) => `agent: ${name}`),
      ...Cast.mishaps.map((name) => `participant: ${name}`),
      ...Reuse.reuses.map((reuse) => `m-line reused ${reuse}`)
    ].map((name) => [name, 0]))
    const count = (name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1)
    let publications = 0
    let checks = 0
    let rounds = 0
    let missing = 0
    let leftOver = 0
    let slowest = 0

    // --- What passes by ---

    const now = Effect.runSyncWith(yield* Effect.context<never>())
    const answers = new Map<string, number>()
    const tables = new Map<string, Reuse.Lines>()
    yield* sfu.control.signalling.drop(({ event, node, toUser }) => {
      if (event.joinResponse) answers.set(toUser, (answers.get(toUser) ?? 0) + 1)
      if (!event.subscriberOffer || !agentNames.includes(toUser)) return false
      const { negotiationId, sdp } = event.subscriberOffer
      const leg = `${toUser} ${node}`
      const { participants } = now(sfu.groundTruth)
      const ownerOf = (streamId: string) =>
        participants.find(({ prefix }) => streamId.startsWith(`${prefix}:`))?.sessionId
      const before = negotiationId === 1 ? Reuse.none : tables.get(leg) ?? Reuse.none
      const [after, reuses] = Reuse.step(before, sdp ?? "", ownerOf)
      tables.set(leg, after)
      reuses.forEach((reuse) => count(`m-line reused ${reuse}`))
      return false
    })

    // --- Who is there ---

    /** Publications of which not every agent that is in the call has told, with how many tracks each had told of before. */
    const announced = new Map<string, ReadonlyArray<number>>()
    const addedOf = (name: string) => agents.map(({ witness }) => witness.addedOf(name))
    const confirm = (name: string): boolean => {
      const before = announced.get(name)
      if (before === undefined) return false
      const hasTold = (agent: Agent.Agent) => agent.witness.addedOf(name) > before[agents.indexOf(agent)]!
      if (!agents.some(hasTold) || agents.some((agent) => isInCall(agent.state()) && !hasTold(agent))) return false
      announced.delete(name)
      publications++
      return true
    }

    const agentScope = yield* Scope.fork(yield* Effect.scope)
    const agents = yield* Effect.forEach(agentNames, (name) => Agent.join(name, agentScope)).pipe(
      Effect.mapError((error) => new SoakFailed({ what: [`an agent did not get in: ${error.message}`] }))
    )
    const castScope = yield* Scope.fork(yield* Effect.scope)
    const cast = yield* Scope.provide(
      Cast.make({
        sfu,
        note,
        onPublish: (key: TrackKey) => {
          const name = formatTrackKey(key)
          confirm(name)
          announced.set(name, addedOf(name))
        }
      }),
      castScope
    )

    // --- What has to be so ---

    const until = (
      what: string,
      isSo: (truth: GroundTruth) => boolean,
      why: (truth: GroundTruth) => ReadonlyArray<string> = () => []
    ): Effect.Effect<void, SoakFailed> =>
      Effect.delay(sfu.groundTruth, "10 millis").pipe(
        Effect.repeat({ until: isSo }),
        Effect.asVoid,
        Effect.timeoutOrElse({
          duration: limit,
          orElse: () =>
            Effect.flatMap(
              sfu.groundTruth,
              (truth) => new SoakFailed({ what: [`not so in ${limit}: ${what}`, ...why(truth)] })
            )
        })
      )

    /** What there is to compare with what is so: the picture, and the packets since `settled` began. */
    interface Look {
      readonly agent: Agent.Agent
      readonly difference: Difference.Difference
      readonly silent: ReadonlyArray<string>
    }

    const look = (truth: GroundTruth, agent: Agent.Agent, packetsBefore: ReadonlyMap<string, number>): Look => {
      const { userId, witness } = agent
      const isSilent = (name: string): boolean => {
        const track = witness.tracks.get(name)
        return track === undefined || track.packets <= (packetsBefore.get(track.trackId) ?? 0)
      }
      return {
        agent,
        difference: Difference.between(truth, witness, userId),
        silent: truth.published.map(formatTrackKey).filter((name) => cast.sending.has(name) && isSilent(name))
      }
    }

    const isRight = ({ agent, difference, silent }: Look): boolean =>
      isInCall(agent.state()) && Difference.isNone(difference) && silent.length === 0

    const inWords = (truth: GroundTruth, { agent, difference, silent }: Look): ReadonlyArray<string> => {
      const { userId, witness } = agent
      const isTheirs = ({ to }: { readonly to: Participant }) => to.sessionId === agent.sessionId()
      return [
        ...(isInCall(agent.state()) ? [] : [`${userId} is not in the call: ${JSON.stringify(agent.state())}`]),
        ...difference.missing.map((name) => `missing: ${userId} does not have ${name}`),
        ...difference.leftOver.map((name) => `left over: ${userId} still has ${name}`),
        ...silent.map((name) => {
          const line = truth.downTracks.find((line) => isTheirs(line) && formatTrackKey(line.key) === name)
          const sent = truth.forwarded.find((sent) => isTheirs(sent) && formatTrackKey(sent.key) === name)
          return `silent: ${userId} gets nothing of ${name} on ${
            witness.tracks.get(name)?.trackId ?? "no track"
          }; the SFU has ${line?.streamId ?? "no m-line"} for it, and has sent on ${sent?.packets ?? 0} packets`
        }),
        ...witness.wrongs.map((wrong) => `${userId}: ${wrong}`)
      ]
    }

    const settled = Effect.fnUntraced(function*() {
      const packetsBefore = agents.map(({ witness }) =>
        new Map(Array.from(witness.tracks.values(), ({ packets, trackId }) => [trackId, packets]))
      )
      const all = (truth: GroundTruth) => agents.map((agent, at) => look(truth, agent, packetsBefore[at]!))
      const since = performance.now()
      let looks: ReadonlyArray<Look> = []
      yield* until(
        "every picture is what is so, and every track brings packets",
        (truth) => {
          looks = all(truth)
          return looks.every(isRight)
        },
        (truth) => all(truth).flatMap((look) => inWords(truth, look))
      )
      slowest = Math.max(slowest, performance.now() - since)
      for (const { difference } of looks) {
        checks++
        missing += difference.missing.length
        leftOver += difference.leftOver.length
      }
      for (const name of Array.from(announced.keys())) confirm(name)
      announced.clear()
    })

    const verify = Effect.suspend(() => {
      const what = agents.flatMap(({ userId, witness }) => witness.wrongs.map((wrong) => `${userId}: ${wrong}`))
      return what.length === 0 ? Effect.void : Effect.fail(new SoakFailed({ what }))
    })

    // --- A round ---

    const packs = {
      commonLosses: Pack.make(Object.keys(commonLosses)),
      losses: Pack.make(Object.keys(losses)),
      disturbances: Pack.make(Object.keys(disturbances)),
      failures: Pack.make(Object.keys(failures)),
      mishaps: Pack.make(Cast.mishaps)
    }
    const stage: Stage<SoakFailed> = { sfu, cast, note, until, answers: (userId) => answers.get(userId) ?? 0 }

    const round = Effect.fnUntraced(function*(number: number) {
      const seeded = (what: string) => Random.withSeed(`${seed}/${number}/${what}`)
      /** Agents to whom something is being done. */
      const afflicted = new Set(agents)

      const inflicted = (agent: Agent.Agent, cards: ReadonlyArray<Pack.Card<string>>) =>
        Effect.gen(function*() {
          yield* Effect.flatMap(Random.nextIntBetween(0, 60), Effect.sleep)
          for (const { giveBack, name } of cards) {
            if (name in losses || name in commonLosses) {
              yield* until(`${agent.userId} is joined`, () => agent.state()._tag === "Joined")
            }
            if (yield* faults[name]!(stage, agent)) count(`agent: ${name}`)
            else giveBack()
          }
        }).pipe(
          Effect.ensuring(Effect.sync(() => afflicted.delete(agent))),
          seeded(agent.userId)
        )

      const own = ({ sessionId }: Cast.Person) =>
        Array.from(announced.keys()).filter((name) => name.includes(`/${sessionId} `))
      const isHeard = (person: Cast.Person): boolean => own(person).filter((name) => !confirm(name)).length === 0
      const isForgotten = ({ sessionId }: Cast.Person): boolean =>
        agents.every(({ state, witness }) =>
          !isInCall(state()) || witness.tracks.values().every(({ key }) => key.sessionId !== sessionId)
        )
      const shortly = (isSo: () => boolean) =>
        Effect.asVoid(Effect.repeat(Effect.sleep("10 millis"), { while: () => !isSo(), times: 50 }))

      const befallen = (person: Cast.Person, { giveBack, name }: Pack.Card<Cast.Mishap>) =>
        Effect.gen(function*() {
          const isPossible = migrationComplete !== "never" || !name.startsWith("migration")
          if (isPossible && (yield* cast.mishaps[name]!(person))) count(`participant: ${name}`)
          else giveBack()
        }).pipe(seeded(`mishap of ${person.sessionId}`))

      /** People do something, and more as long as there is something done to an agent. */
      const acting = (person: Cast.Person) =>
        Effect.gen(function*() {
          for (let n = 0; n < 20 && (n < 2 || afflicted.size > 0) && cast.people.has(person); n++) {
            if (n % 2 === 0) yield* cast.act(person)
            const isPatient = yield* Random.nextBoolean
            yield* cast.toggle(person, isPatient ? shortly(() => isForgotten(person)) : Effect.void)
            yield* shortly(() => isHeard(person))
          }
        }).pipe(seeded(person.sessionId))

      const plan = yield* Effect.gen(function*() {
        if (number % 4 === 0) {
          const chosen = yield* settings
          note(`this SFU: ${Object.entries(chosen).map(([name, choice]) => `${name} ${choice}`).join(", ")}`)
          yield* sfu.control.configure(chosen)
        }
        // Two of the agents lose something, and the next time the others: who comes back too often takes time over it.
        const common = yield* packs.commonLosses
        const drawn = [
          [common],
          [yield* packs.losses],
          [yield* number % 4 === 0 ? packs.disturbances : packs.failures],
          number % 5 === 0 ? [yield* packs.losses] : [yield* packs.disturbances, yield* packs.disturbances]
        ]
        const cards = number % 2 === 0 ? drawn : [...drawn.slice(2), ...drawn.slice(0, 2)]
        const migrationComplete = common.name.endsWith("never complete")
          ? "never"
          : common.name.endsWith("complete on the new socket")
          ? "newSocket"
          : "oldSocket"
        yield* sfu.control.configure({ migrationComplete })
        const [victims, leaver, others] = yield* Effect.map(
          Random.shuffle(cast.people),
          (people) => [people.slice(0, 2), people[2], people.slice(3)] as const
        )
        const mishaps = yield* Effect.forEach(victims, (victim) =>
          Effect.map(packs.mishaps, (card) => [victim, card] as const))
        const leaves = cast.people.size >= people && (yield* Random.next) < 0.4
        return { cards, migrationComplete, mishaps, leaver, leaves, others, joins: cast.people.size < people }
      }).pipe(seeded("plan"))

      const { cards, joins, leaver, leaves, migrationComplete, mishaps, others } = plan
      note(`round ${number}: ${
        [
          ...cards.flat(),
          ...mishaps.map(([, card]) => card)
        ].map(({ name }) =>
          name
        ).join("; ")
      }`)
      yield* Effect.all([
        ...agents.map((agent, at) => inflicted(agent, cards[at]!)),
        ...others.map(acting),
        ...mishaps.map(([victim, card]) => befallen(victim, card)),
        leaver === undefined ? Effect.void : leaves ? cast.leave(leaver) : acting(leaver),
        joins
          ? Effect.flatMap(seeded("join")(cast.join()), (person) => person ? acting(person) : Effect.void)
          : Effect.void
      ], { concurrency: "unbounded", discard: true }).pipe(Effect.scoped)
      yield* settled()
      yield* verify
    })

    // --- From the beginning to the end ---

    const millis = () => performance.now() - begun
    let heapStart = 0
    const total = () => Array.from(tally.values()).reduce((sum, count) => sum + count, 0)
    const progress = Effect.suspend(() =>
      Console.log(
        `${
          String(Math.round(millis() / 1_000)).padStart(6)
        } s  ${rounds} rounds, ${publications} publications, ${total()} faults, `
          + `slowest settling ${Math.round(slowest)} ms, heap ${heapMegabytes().toFixed(0)} MB`
      )
    )
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep("10 seconds"), progress)))
    yield* sfu.control.configure({ reconnectDeadline })
    while (!isEnough({ millis: millis(), publications, rarest: Math.min(...tally.values()) })) {
      yield* Effect.mapError(
        round(rounds),
        ({ what }) => new SoakFailed({ what: [`round ${rounds}, seed ${seed}`, ...what] })
      )
      rounds++
      if (rounds <= 5) heapStart = heapMegabytes()
    }
    const heapEnd = heapMegabytes()
    if (heapStart > 0 && heapEnd > heapStart + heapGrowth) {
      return yield* new SoakFailed({
        what: [`the heap has grown from ${heapStart.toFixed(0)} to ${heapEnd.toFixed(0)} MB`]
      })
    }

    // Everybody leaves: the people first, so that the agents hear of it.
    note("--- the end")
    yield* Scope.close(castScope, Exit.void)
    yield* settled()
    yield* verify
    yield* Scope.close(agentScope, Exit.void)
    const sizes = yield* Effect.forEach(agents, ({ resolver }) => resolver.sizes)
    const left = sizes.flatMap((sizes) => Object.entries(sizes)).filter(([, size]) => size !== 0)
    if (left.length > 0) {
      return yield* new SoakFailed({ what: left.map(([name, size]) => `the resolver keeps ${size} ${name}`) })
    }

    const sum = (of: (agent: Agent.Agent) => number) => agents.reduce((sum, agent) => sum + of(agent), 0)
    const ways = new Map<string, number>()
    for (const agent of agents) {
      for (const [way, times] of agent.reconnections()) ways.set(way, (ways.get(way) ?? 0) + times)
    }
    return {
      seconds: millis() / 1_000,
      rounds,
      faults: tally,
      publications,
      checks,
      reconnections: ways,
      added: sum(({ witness }) => witness.counts.added),
      unresolved: sum(({ witness }) => witness.counts.unresolved),
      packets: sum(({ witness }) => witness.counts.packets),
      foreign: sum(({ witness }) => witness.counts.foreign),
      wrongOwners: sum(({ witness }) => witness.counts.wrongOwners),
      missing,
      leftOver,
      slowest,
      heapStart,
      heapEnd
    }
  }).pipe(Effect.provide(LoopbackSfu.layer({ nodes: 4 })))
