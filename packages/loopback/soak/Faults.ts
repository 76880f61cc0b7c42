/**
 * What is done to an agent, by class. Each says how it is done, waits until it has been done, and says whether it was; that
 * the agent's picture is right again, the soak sees to.
 *
 * Nothing is lost that nobody could know of: signalling that is dropped is followed by a join response, and so is a join
 * list that was cut short by everybody's description.
 */
import { kindOf } from "effect-track-resolver"
import type { GroundTruth, LoopbackSfu, OutboundEvent, Request } from "effect-track-resolver-loopback"
import { Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import type { Agent } from "./Agent.ts"
import * as Order from "./Order.ts"
import type { Cast } from "./Participants.ts"

export interface Stage<E> {
  readonly sfu: LoopbackSfu["Service"]
  readonly cast: Cast
  readonly note: (line: string) => void
  /** Waits until something is so; fails, if that takes too long. */
  readonly until: (what: string, isSo: (truth: GroundTruth) => boolean) => Effect.Effect<void, E>
  /** How many join responses have been sent to a user. */
  readonly answers: (userId: string) => number
}

/** True, if it was done. */
type Inflict = <E>(stage: Stage<E>, agent: Agent) => Effect.Effect<boolean, E, Scope.Scope>

const roster: ReadonlySet<Wire.EventType> = new Set<Wire.EventType>([
  "participantJoined",
  "participantLeft",
  "participantUpdated",
  "trackPublished",
  "trackUnpublished"
])

const isRoster = ({ toUser, type }: OutboundEvent, { userId }: Agent): boolean =>
  toUser === userId && type !== undefined && roster.has(type)

/** The agent as the SFU has it, if it has it. */
const presence = <E>({ sfu }: Stage<E>, agent: Agent): Effect.Effect<GroundTruth["participants"][number] | undefined> =>
  Effect.map(
    sfu.groundTruth,
    ({ participants }) => participants.find(({ connected, sessionId }) => sessionId === agent.sessionId() && connected)
  )

/** While it is there; what is done there and then finds it there. */
const ifThere = <E, R>(
  stage: Stage<E>,
  agent: Agent,
  run: (sessionId: string, node: string) => Effect.Effect<boolean, E, R>
): Effect.Effect<boolean, E, R> =>
  Effect.flatMap(
    presence(stage, agent),
    (present) => present?.node === undefined ? Effect.succeed(false) : run(present.sessionId, present.node)
  )

/** Done, and then joined once more. */
const comingBack = <E>(
  stage: Stage<E>,
  agent: Agent,
  what: string,
  how: (sessionId: string, node: string) => Effect.Effect<unknown>
): Effect.Effect<boolean, E> =>
  ifThere(stage, agent, (sessionId, node) =>
    Effect.gen(function*() {
      const before = agent.joins()
      stage.note(`${agent.userId}: ${what}`)
      yield* how(sessionId, node)
      yield* stage.until(
        `${agent.userId} has come back: ${what}`,
        () => agent.joins() > before && agent.state()._tag === "Joined"
      )
      return true
    }))

/** For how long signalling is disturbed, in milliseconds. */
const window = Random.nextIntBetween(50, 300)

const closeCodes = [undefined, undefined, 1001, 1011, 4001] as const

const rejoin = (stage: Stage<unknown>, sessionId: string) =>
  stage.sfu.control.sendError(sessionId, { code: 500, message: "as the test has it", strategy: "Rejoin" })

/** A rule that counts what it is done to. */
const counting = <A>(matches: (item: A) => boolean) => {
  let count = 0
  return {
    match: (item: A): boolean => {
      const isIt = matches(item)
      if (isIt) count++
      return isIt
    },
    count: () => count
  }
}

/** Signalling of an agent is held; what goes on, and in which order, `order` says. */
const held = (
  what: string,
  order: (items: ReadonlyArray<OutboundEvent>, choose: (count: number) => number) => ReadonlyArray<OutboundEvent>,
  least: number
): Inflict =>
(stage, agent) =>
  Effect.gen(function*() {
    const choices = yield* Effect.forEach(Array.from({ length: 256 }), () => Random.next)
    const hold = yield* stage.sfu.control.signalling.hold((signal) => isRoster(signal, agent))
    stage.note(`${agent.userId}: signalling is ${what}`)
    yield* Effect.flatMap(window, Effect.sleep)
    const { length } = yield* hold.items
    let next = 0
    yield* hold.release((items) => order(items, (count) => Math.floor(choices[next++ % choices.length]! * count)))
    return length >= least
  })

/** Where the migration is to be complete, the round has configured. */
const migrating = (complete: "oldSocket" | "newSocket" | "never"): Inflict => (stage, agent) =>
  Effect.gen(function*() {
    const how = yield* Random.choice(["goAway", "error"] as const)
    const what = `is to go to another SFU (${how}, complete: ${complete})`
    const { control } = stage.sfu
    const tell = (to: string) =>
      how === "goAway" ? control.sendGoAway(to, "Rebalance") : control.sendError(to, { code: 600, strategy: "Migrate" })
    if (complete !== "never") return yield* comingBack(stage, agent, what, tell)
    // It gives up after seven seconds, and is in the call meanwhile.
    return yield* ifThere(stage, agent, (to) =>
      Effect.gen(function*() {
        const answered = stage.answers(agent.userId)
        stage.note(`${agent.userId}: ${what}`)
        yield* tell(to)
        yield* stage.until(`${agent.userId} has joined another SFU`, () => stage.answers(agent.userId) > answered)
        return true
      }))
  })

/** Without a word; it is up again at once, or once the agent is on another. */
const killed: Inflict = (stage, agent) =>
  Effect.gen(function*() {
    const isRestarted = yield* Random.nextBoolean
    const pause = yield* Random.nextIntBetween(0, 200)
    const { control } = stage.sfu
    let node = ""
    const came = yield* comingBack(stage, agent, `its SFU is ${isRestarted ? "restarted" : "killed"}`, (_, its) =>
      Effect.gen(function*() {
        node = its
        yield* control.killNode(node)
        yield* stage.cast.lose(node)
        if (isRestarted) {
          yield* Effect.andThen(Effect.sleep(pause), control.reviveNode(node))
        }
      }))
    if (came) {
      yield* control.reviveNode(node)
    }
    return came
  })

const methods = ["UpdateSubscriptions", "SendAnswer"] as const

/** A request fails on its way, or its answer does; of the next that comes soon. */
const failing = (
  what: string,
  how: (
    control: LoopbackSfu["Service"]["control"],
    match: (request: Request) => boolean
  ) => Effect.Effect<void, never, Scope.Scope>
): Inflict =>
(stage, agent) =>
  Effect.gen(function*() {
    const method = yield* Random.choice(methods)
    const { count, match } = counting(({ fromUser, method: asked }: Request) =>
      fromUser === agent.userId && asked === method
    )
    yield* how(stage.sfu.control, match)
    stage.note(`${agent.userId}: ${method} ${what}`)
    yield* Effect.repeat(Effect.sleep("10 millis"), { while: () => count() === 0, times: 100 })
    return count() > 0
  })

const unavailable = { _tag: "Transport", code: "unavailable", message: "as the test has it" } as const
const internal = { _tag: "Sfu", code: 500, message: "as the test has it", shouldRetry: true } as const

/** After these an agent has to come back. They concern more than one agent, so that there is one at a time. */
export const commonLosses: { readonly [name: string]: Inflict } = {
  "go_away, complete on the old socket": migrating("oldSocket"),
  "go_away, complete on the new socket": migrating("newSocket"),
  "go_away, never complete": migrating("never"),
  "SFU killed": killed,
  "SFU shut down": (stage, agent) =>
    Effect.gen(function*() {
      const { control } = stage.sfu
      let node = ""
      const came = yield* comingBack(stage, agent, "its SFU shuts down", (_, its) => {
        node = its
        return control.shutDownNode(node, "500 millis")
      })
      if (!came) return false
      yield* stage.until(`${node} is down`, ({ participants }) => participants.every((other) => other.node !== node))
      yield* stage.cast.lose(node)
      yield* control.reviveNode(node)
      return true
    }),
  "join list cut short": (stage, agent) =>
    Effect.gen(function*() {
      const { control, groundTruth } = stage.sfu
      const limit = yield* Random.nextIntBetween(0, 2)
      const answered = stage.answers(agent.userId)
      return yield* ifThere(stage, agent, (sessionId) =>
        Effect.gen(function*() {
          yield* control.configure({ joinListLimit: limit })
          stage.note(`${agent.userId}: the socket is lost, and the join lists ${limit}`)
          yield* control.closeSocket(sessionId)
          yield* stage.until("the join is answered", () => stage.answers(agent.userId) > answered)
          yield* control.configure({ joinListLimit: Infinity })
          // Whoever else has joined meanwhile.
          const agents = (yield* groundTruth).participants.filter((other) =>
            other.connected && other.userId.startsWith("agent")
          )
          for (const { sessionId } of agents) yield* control.resendParticipants(sessionId)
          return true
        }))
    }).pipe(Effect.ensuring(stage.sfu.control.configure({ joinListLimit: Infinity })))
}

/** After these as well, and they concern nobody else. */
export const losses: { readonly [name: string]: Inflict } = {
  "socket lost, the session kept": (stage, agent) =>
    Effect.flatMap(Random.choice(["error", ...closeCodes] as const), (how) =>
      how === "error"
        ? comingBack(
          stage,
          agent,
          "error FAST",
          (to) => stage.sfu.control.sendError(to, { code: 206, strategy: "Fast" })
        )
        : comingBack(
          stage,
          agent,
          `the socket is lost (${how ?? "no code"})`,
          (to) => stage.sfu.control.closeSocket(to, how)
        )),
  "socket lost, the deadline passed": (stage, agent) =>
    comingBack(stage, agent, "the socket is lost, and the session", stage.sfu.control.expireSession),
  "error: REJOIN": (stage, agent) => comingBack(stage, agent, "error REJOIN", (to) => rejoin(stage, to)),
  "coordinator answers 5xx": (stage, agent) =>
    Effect.gen(function*() {
      const status = yield* Random.choice([500, 502, 503] as const)
      const match = { method: "CoordinatorJoin", fromUser: agent.userId } as const
      const failure = { _tag: "Coordinator", status, code: -1, message: "as the test has it" } as const
      yield* stage.sfu.control.failRequests(match, failure, { times: 1 })
      return yield* comingBack(stage, agent, `error REJOIN, and the coordinator answers ${status}`, (to) =>
        rejoin(stage, to))
    }),
  "join refused or broken off by the SFU": (stage, agent) =>
    Effect.gen(function*() {
      const code = yield* Random.choice([600, 700, 301, undefined] as const)
      const match = { method: "JoinRequest", fromUser: agent.userId } as const
      const failure = code === undefined
        ? unavailable
        : { _tag: "Sfu", code, message: "as the test has it", shouldRetry: true } as const
      yield* stage.sfu.control.failRequests(match, failure, { times: 1 })
      return yield* comingBack(
        stage,
        agent,
        `the socket is lost, and the next join fails (${code ?? "broken off"})`,
        (to) => stage.sfu.control.closeSocket(to)
      )
    }),
  "events before the join response": (stage, agent) =>
    Effect.gen(function*() {
      const iceCandidate = JSON.stringify({
        candidate: "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host",
        sdpMid: "0",
        sdpMLineIndex: 0,
        usernameFragment: "nobodys"
      })
      yield* stage.sfu.control.sendBeforeJoinResponse(agent.userId, [
        { iceTrickle: { peerType: Wire.PeerType.PEER_TYPE_SUBSCRIBER, iceCandidate } },
        { healthCheckResponse: {} }
      ])
      return yield* comingBack(stage, agent, "error REJOIN, and events before the answer", (to) => rejoin(stage, to))
    }),
  "signalling dropped, then a join response": (stage, agent) =>
    Effect.gen(function*() {
      const choices = yield* Effect.forEach(Array.from({ length: 64 }), () => Random.nextBoolean)
      let at = 0
      const { count, match } = counting((signal: OutboundEvent) =>
        isRoster(signal, agent) && choices[at++ % choices.length] === true
      )
      yield* Effect.scoped(Effect.gen(function*() {
        yield* stage.sfu.control.signalling.drop(match)
        stage.note(`${agent.userId}: signalling is dropped`)
        yield* Effect.flatMap(window, Effect.sleep)
      }))
      const strategy = yield* Random.choice(["Fast", "Rejoin"] as const)
      const heal = comingBack(stage, agent, `${count()} signals were dropped, error ${strategy}`, (to) =>
        stage.sfu.control.sendError(to, { code: 500, strategy }))
      // Should it have lost its SFU meanwhile, it may have joined the next one before the last signal was dropped.
      const isJoined = stage.until(`${agent.userId} is joined`, () =>
        agent.state()._tag === "Joined")
      yield* Effect.repeat(Effect.andThen(isJoined, heal), {
        until: (came) =>
          came
      })
      return count() > 0
    })
}

/** These an agent has to live with. */
export const disturbances: { readonly [name: string]: Inflict } = {
  "signalling delayed": held("delayed", (items) => items, 1),
  "signalling reordered": held("reordered", Order.shuffle, 2),
  "signalling duplicated": (stage, agent) =>
    Effect.gen(function*() {
      const { count, match } = counting((signal: OutboundEvent) => isRoster(signal, agent))
      yield* stage.sfu.control.signalling.duplicate(match)
      stage.note(`${agent.userId}: signalling is duplicated`)
      yield* Effect.flatMap(window, Effect.sleep)
      return count() > 0
    }),
  "stale snapshots": (stage, agent) =>
    ifThere(stage, agent, (sessionId) => {
      stage.note(`${agent.userId}: stale snapshots`)
      return Effect.as(stage.sfu.control.resendParticipants(sessionId, { stale: true }), true)
    }),
  "frames that say nothing": (stage, agent) =>
    Effect.flatMap(
      Effect.forEach(Array.from({ length: 40 }), () => Random.nextIntBetween(0, 255)),
      (bytes) =>
        ifThere(stage, agent, (sessionId) => {
          stage.note(`${agent.userId}: garbage`)
          // Field 200 of a message, which there is not; and something that no message begins with.
          return Effect.as(
            Effect.andThen(
              stage.sfu.control.sendFrame(sessionId, Uint8Array.of(0xc2, 0x0c, bytes.length, ...bytes)),
              stage.sfu.control.sendFrame(sessionId, Uint8Array.of(0xff, ...bytes))
            ),
            true
          )
        })
    ),

  // --- Media ---
  "offers held": (stage, agent) =>
    ifThere(stage, agent, (sessionId) =>
      Effect.gen(function*() {
        const { release } = yield* stage.sfu.control.holdOffers(sessionId)
        stage.note(`${agent.userId}: offers are held`)
        yield* Effect.flatMap(window, Effect.sleep)
        yield* release
        return true
      })),
  "m-line given to another": (stage, agent) =>
    Effect.flatMap(
      Random.next,
      (chance) =>
        ifThere(stage, agent, (to) =>
          Effect.flatMap(stage.sfu.groundTruth, ({ downTracks: lines }) => {
            const own = lines.filter((line) => line.to.sessionId === to)
            const pairs = own.flatMap(({ key: one }) =>
              own.flatMap(({ key: other }) =>
                one !== other && kindOf(one.trackType) === kindOf(other.trackType) ? [[one, other] as const] : []
              )
            )
            const pair = pairs[Math.floor(chance * pairs.length)]
            if (pair === undefined) return Effect.succeed(false)
            stage.note(
              `${agent.userId}: the m-line of ${pair[0].sessionId} ${pair[0].trackType} is given to ${
                pair[1].sessionId
              } ${pair[1].trackType}`
            )
            return Effect.as(stage.sfu.control.reassignSection({ to, sectionOf: pair[0], for: pair[1] }), true)
          }))
    ),
  "ICE restart": (stage, agent) =>
    ifThere(stage, agent, (sessionId) => {
      stage.note(`${agent.userId}: ICE restart`)
      return Effect.as(stage.sfu.control.restartIce(sessionId), true)
    })
}

/** These make an agent repeat itself, which takes its time. */
export const failures: { readonly [name: string]: Inflict } = {
  "request refused": failing("is refused", (control, match) => control.failRequests(match, internal, { times: 1 })),
  "request answered 5xx": failing(
    "is answered 503",
    (control, match) => control.failRequests(match, unavailable, { times: 1 })
  ),
  "request carried out, its answer lost": failing(
    "is carried out, and its answer lost",
    (control, match) => control.failRequests(match, unavailable, { times: 1, carriedOut: true })
  ),
  "request never answered": failing("is never answered", (control, match) => control.requests.drop(match, { times: 1 }))
}
