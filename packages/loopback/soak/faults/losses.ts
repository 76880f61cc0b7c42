/**
 * Faults after which the agent has to reconnect.
 */
import type { OutboundEvent } from "effect-track-resolver-loopback"
import { Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import {
  type AgentFault,
  counting,
  ifConnected,
  isRosterEvent,
  requestRejoin,
  unavailable,
  window,
  withRejoin
} from "./AgentFault.ts"

const closeCodes = [undefined, undefined, 1001, 1011, 4001] as const

/** The round configures where the migration completes. */
const migrating = (complete: "oldSocket" | "newSocket" | "never"): AgentFault => (context, agent) =>
  Effect.gen(function*() {
    const how = yield* Random.choice(["goAway", "error"] as const)
    const what = `is asked to migrate (${how}, completes: ${complete})`
    const { control } = context.sfu
    const sendWish = (to: string) =>
      how === "goAway" ? control.sendGoAway(to, "Rebalance") : control.sendError(to, { code: 600, strategy: "Migrate" })
    if (complete !== "never") return yield* withRejoin(context, agent, what, sendWish)
    // The edge gives the migration up after seven seconds and stays in the call until then.
    return yield* ifConnected(context, agent, (to) =>
      Effect.gen(function*() {
        const responsesBefore = context.joinResponses(agent.userId)
        context.note(`${agent.userId}: ${what}`)
        yield* sendWish(to)
        yield* context.waitUntil(`${agent.userId} joined another SFU`, () =>
          context.joinResponses(agent.userId) > responsesBefore)
        return true
      }))
  })

/** The SFU is killed, and revived at once or after the agent has joined another. */
const killed: AgentFault = (context, agent) =>
  Effect.gen(function*() {
    const isRestarted = yield* Random.nextBoolean
    const pause = yield* Random.nextIntBetween(0, 200)
    const { control } = context.sfu
    let node = ""
    const rejoined = yield* withRejoin(
      context,
      agent,
      `its SFU is ${isRestarted ? "restarted" : "killed"}`,
      (_, itsNode) =>
        Effect.gen(function*() {
          node = itsNode
          yield* control.killNode(node)
          yield* context.participants.abandonNode(node)
          if (isRestarted) {
            yield* Effect.andThen(Effect.sleep(pause), control.reviveNode(node))
          }
        })
    )
    if (rejoined) {
      yield* control.reviveNode(node)
    }
    return rejoined
  })

/** These affect several agents: at most one of them at a time. */
export const sharedLosses: { readonly [name: string]: AgentFault } = {
  "go_away, complete on the old socket": migrating("oldSocket"),
  "go_away, complete on the new socket": migrating("newSocket"),
  "go_away, never complete": migrating("never"),
  "SFU killed": killed,
  "SFU shut down": (context, agent) =>
    Effect.gen(function*() {
      const { control } = context.sfu
      let node = ""
      const rejoined = yield* withRejoin(context, agent, "its SFU shuts down", (_, itsNode) => {
        node = itsNode
        return control.shutDownNode(node, "500 millis")
      })
      if (!rejoined) return false
      yield* context.waitUntil(`${node} is down`, ({ participants }) =>
        participants.every((other) => other.node !== node))
      yield* context.participants.abandonNode(node)
      yield* control.reviveNode(node)
      return true
    }),
  "join list cut short": (context, agent) =>
    Effect.gen(function*() {
      const { control, groundTruth } = context.sfu
      const limit = yield* Random.nextIntBetween(0, 2)
      const responsesBefore = context.joinResponses(agent.userId)
      return yield* ifConnected(context, agent, (sessionId) =>
        Effect.gen(function*() {
          yield* control.configure({ joinListLimit: limit })
          context.note(`${agent.userId}: the socket is lost, and the join response lists ${limit}`)
          yield* control.closeSocket(sessionId)
          yield* context.waitUntil("the join is answered", () => context.joinResponses(agent.userId) > responsesBefore)
          yield* control.configure({ joinListLimit: Infinity })
          // As in a large call: only a track event names a participant who joins now.
          yield* Effect.scoped(Effect.andThen(
            control.signalling.drop({ toUser: agent.userId, type: "participantJoined" }),
            Effect.flatMap(window, Effect.sleep)
          ))
          // Other agents may have joined during the limit as well.
          const agents = (yield* groundTruth).participants.filter((other) =>
            other.connected && other.userId.startsWith("agent")
          )
          for (const { sessionId } of agents) yield* control.resendParticipants(sessionId)
          return true
        }))
    }).pipe(Effect.ensuring(context.sfu.control.configure({ joinListLimit: Infinity })))
}

/** These affect one agent. */
export const losses: { readonly [name: string]: AgentFault } = {
  "socket lost, session kept": (context, agent) =>
    Effect.flatMap(Random.choice(["error", ...closeCodes] as const), (how) =>
      how === "error"
        ? withRejoin(
          context,
          agent,
          "error FAST",
          (to) => context.sfu.control.sendError(to, { code: 206, strategy: "Fast" })
        )
        : withRejoin(
          context,
          agent,
          `the socket is lost (${how ?? "no code"})`,
          (to) => context.sfu.control.closeSocket(to, how)
        )),
  "socket lost, deadline passed": (context, agent) =>
    withRejoin(context, agent, "the socket and the session are lost", context.sfu.control.expireSession),
  "error: REJOIN": (context, agent) => withRejoin(context, agent, "error REJOIN", (to) => requestRejoin(context, to)),
  "token expired": (context, agent) =>
    withRejoin(context, agent, "its token has expired", () => context.sfu.control.expireTokens(agent.userId)),
  "outage": (context, agent) =>
    Effect.flatMap(
      Random.nextIntBetween(0, 2_000),
      (duration) =>
        withRejoin(context, agent, `nothing answers for ${duration} ms`, () =>
          Effect.scoped(Effect.andThen(context.sfu.control.outage(agent.userId), Effect.sleep(duration))))
    ),
  "UDP path lost": (context, agent) =>
    ifConnected(context, agent, (to) =>
      Effect.gen(function*() {
        yield* context.sfu.control.breakPath(to, "byIceRestart")
        context.note(`${agent.userId}: the UDP path is lost`)
        const packets = () => agent.observer.counts.packets
        yield* Effect.sleep("100 millis")
        const before = packets()
        // If every member has been abandoned, no member sends.
        yield* context.waitUntil(
          `${agent.userId} receives packets again`,
          () => packets() > before || context.participants.sending.size === 0
        )
        return true
      })),
  "coordinator answers 5xx": (context, agent) =>
    Effect.gen(function*() {
      const status = yield* Random.choice([500, 502, 503] as const)
      const match = { method: "CoordinatorJoin", fromUser: agent.userId } as const
      const failure = { _tag: "Coordinator", status, code: -1, message: "injected by the soak" } as const
      yield* context.sfu.control.failRequests(match, failure, { times: 1 })
      return yield* withRejoin(context, agent, `error REJOIN, and the coordinator answers ${status}`, (to) =>
        requestRejoin(context, to))
    }),
  "join refused or broken off by the SFU": (context, agent) =>
    Effect.gen(function*() {
      const code = yield* Random.choice([600, 700, 301, undefined] as const)
      const match = { method: "JoinRequest", fromUser: agent.userId } as const
      const failure = code === undefined
        ? unavailable
        : { _tag: "Sfu", code, message: "injected by the soak", shouldRetry: true } as const
      yield* context.sfu.control.failRequests(match, failure, { times: 1 })
      return yield* withRejoin(
        context,
        agent,
        `the socket is lost, and the next join fails (${code ?? "broken off"})`,
        (to) => context.sfu.control.closeSocket(to)
      )
    }),
  "events before the join response": (context, agent) =>
    Effect.gen(function*() {
      const iceCandidate = JSON.stringify({
        candidate: "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host",
        sdpMid: "0",
        sdpMLineIndex: 0,
        usernameFragment: "unknown"
      })
      yield* context.sfu.control.sendBeforeJoinResponse(agent.userId, [
        { iceTrickle: { peerType: Wire.PeerType.PEER_TYPE_SUBSCRIBER, iceCandidate } },
        { healthCheckResponse: {} }
      ])
      return yield* withRejoin(context, agent, "error REJOIN, and events before the join response", (to) =>
        requestRejoin(context, to))
    }),
  "signalling dropped, then a join response": (context, agent) =>
    Effect.gen(function*() {
      const choices = yield* Effect.forEach(Array.from({ length: 64 }), () => Random.nextBoolean)
      let at = 0
      const { count, match } = counting((event: OutboundEvent) =>
        isRosterEvent(event, agent) && choices[at++ % choices.length] === true
      )
      yield* Effect.scoped(Effect.gen(function*() {
        yield* context.sfu.control.signalling.drop(match)
        context.note(`${agent.userId}: signalling is dropped`)
        yield* Effect.flatMap(window, Effect.sleep)
      }))
      const strategy = yield* Random.choice(["Fast", "Rejoin"] as const)
      const recover = withRejoin(context, agent, `${count()} events were dropped, error ${strategy}`, (to) =>
        context.sfu.control.sendError(to, { code: 500, strategy }))
      // If the agent also lost its SFU, it may have joined another one before the last event was dropped.
      const isJoined = context.waitUntil(`${agent.userId} is joined`, () =>
        agent.state()._tag === "Joined")
      yield* Effect.repeat(Effect.andThen(isJoined, recover), {
        until: (rejoined) =>
          rejoined
      })
      return count() > 0
    })
}
