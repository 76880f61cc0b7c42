/**
 * Joins a client: as a new session, or as a session that comes back by FAST, REJOIN or MIGRATE.
 */
import type { Participant, TrackType } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import * as Call from "./Call.ts"
import * as Connecting from "./Connecting.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Forwarding from "./Forwarding.ts"
import * as Leaving from "./Leaving.ts"
import * as Migration from "./Migration.ts"
import type { NodeConnection } from "./NodeConnection.ts"
import * as Session from "./Session.ts"
import type { SfuNode } from "./SfuNode.ts"
import type { SignalSocket } from "./SignalSocket.ts"

export interface JoinOptions {
  readonly node: SfuNode
  readonly participant: Participant
  readonly receives: boolean
  readonly canPauseVideo: boolean
  readonly reconnection: "Fast" | "Rejoin" | "Migrate" | undefined
  /** The session that a REJOIN replaces. */
  readonly previousSessionId: string
  readonly announced: ReadonlyArray<TrackType>
  readonly socket: SignalSocket
}

const prefixOf = (call: Call.Call, { userId }: Participant): string => {
  const sameUser = Call.members(call).find(({ participant }) => participant.userId === userId)
  return call.settings.prefix === "perUser" && sameUser !== undefined
    ? sameUser.prefix
    : randomBytes(8).toString("hex")
}

interface Response {
  /** When the session joins, in milliseconds since 1970. */
  readonly now: number
  readonly reconnection: "Fast" | "Migrate" | undefined
  readonly replaced: ReadonlySet<string>
}

/**
 * Sends the join response on the newest connection, after the events that a test has asked for. Synchronous, and called in the
 * same step that finds or sets the session: who ends a session in between would leave a member without a session.
 */
const respond = (
  call: Call.Call,
  session: Session.Session,
  { canPauseVideo, participant, receives }: JoinOptions,
  { now, reconnection, replaced }: Response
): void => {
  const { sessionId, userId } = participant
  session.canPauseVideo = canPauseVideo
  Forwarding.endPauses(call, session)
  const connection = Session.newestConnection(session)
  for (const event of call.beforeJoinResponse.get(userId) ?? []) Dispatch.send(call, sessionId, event, connection)
  call.beforeJoinResponse.delete(userId)
  Dispatch.run(call, {
    _tag: "Join",
    participant,
    profile: call.profiles.get(userId) ?? {},
    now,
    prefix: prefixOf(call, participant),
    receives,
    grants: Call.grantsOf(call, userId),
    reconnection,
    replaced
  })
}

const begin = Effect.fnUntraced(function*(call: Call.Call, options: JoinOptions, replaced: ReadonlySet<string>) {
  const session = Session.make(options.participant, yield* Connecting.connect(call, options), options.canPauseVideo)
  const now = yield* Clock.currentTimeMillis
  call.sessions.set(options.participant.sessionId, session)
  respond(call, session, options, { now, reconnection: undefined, replaced })
  return session
})

/** A session can end in each step of its join: by a test, or with its deadline. */
const isInCall = ({ sessions }: Call.Call, session: Session.Session): boolean =>
  sessions.get(session.participant.sessionId) === session

/** FAST: the session continues on a new socket with its peer connections. */
const resume = Effect.fnUntraced(function*(
  call: Call.Call,
  session: Session.Session,
  connection: NodeConnection,
  options: JoinOptions
) {
  for (const other of session.connections) {
    if (other !== connection) yield* Leaving.dropConnection(call, session, other)
  }
  const now = yield* Clock.currentTimeMillis
  if (!isInCall(call, session)) return yield* joinAnew(call, options)
  connection.socket = options.socket
  respond(call, session, options, { now, reconnection: "Fast", replaced: new Set() })
  connection.subscriber.restartIce()
})

/** MIGRATE: a second connection. The old one stays until its socket closes. */
const migrate = Effect.fnUntraced(function*(call: Call.Call, session: Session.Session, options: JoinOptions) {
  for (const connection of session.connections) {
    if (connection !== session.active) yield* Leaving.dropConnection(call, session, connection)
  }
  const connection = yield* Connecting.connect(call, options)
  const now = yield* Clock.currentTimeMillis
  if (!isInCall(call, session)) {
    yield* connection.closePeers
    return yield* joinAnew(call, options)
  }
  session.connections = [...session.connections, connection]
  session.migratesTo = connection
  if (session.active?.socket === undefined) {
    if (session.active !== undefined) yield* Leaving.dropConnection(call, session, session.active)
    session.active = connection
  }
  // Its sockets, this one included, closed with it.
  if (!isInCall(call, session)) return
  if (call.settings.prefix === "perNode") {
    const { participant } = options
    const prefix = prefixOf(call, participant)
    Dispatch.run(call, { _tag: "ChangePrefix", sessionId: participant.sessionId, prefix })
  }
  respond(call, session, options, { now, reconnection: "Migrate", replaced: new Set() })
  Migration.completeIfReady(call, session)
})

/** The session that a REJOIN replaces, if it belongs to the same user. */
const previousSession = (
  call: Call.Call,
  { participant, previousSessionId, reconnection }: JoinOptions
): Session.Session | undefined => {
  const previous = Call.member(call, previousSessionId)?.participant
  return reconnection === "Rejoin" && previous?.userId === participant.userId
    ? call.sessions.get(previousSessionId)
    : undefined
}

/** A new session. If it joins by MIGRATE with a session unknown to the SFU, the first offer completes the migration. */
const joinAnew = Effect.fnUntraced(function*(call: Call.Call, options: JoinOptions) {
  const { previousSessionId, reconnection } = options
  const previous = previousSession(call, options)
  const replaced = previous === undefined
    ? new Set<string>()
    : new Set(Call.member(call, previousSessionId)?.replaced).add(previousSessionId)
  const timing = previous === undefined ? undefined : call.settings.previousSession
  if (timing === "leavesFirst") yield* Leaving.leave(call, previousSessionId)
  const session = yield* begin(call, options, replaced)
  if (timing === "leavesAfter") yield* Leaving.leave(call, previousSessionId)
  if (previous !== undefined && timing === "staysForDeadline") yield* Leaving.startDeadline(call, previous)
  if (reconnection === "Migrate") {
    session.migratesTo = session.active
    Migration.completeIfReady(call, session)
  }
})

const joinOne = Effect.fnUntraced(function*(call: Call.Call, options: JoinOptions) {
  const { node, participant: { sessionId }, reconnection } = options
  const known = call.sessions.get(sessionId)
  if (known === undefined) return yield* joinAnew(call, options)
  Session.cancelDeadline(known)
  if (reconnection === "Migrate") return yield* migrate(call, known, options)
  for (const connection of known.connections) {
    connection.socket?.close(4100, "replaced")
    connection.socket = undefined
  }
  const connection = Session.connectionOn(known, node.name)
  if (reconnection === "Fast" && connection !== undefined) return yield* resume(call, known, connection, options)
  // A known session that joins without FAST or MIGRATE leaves first.
  yield* Leaving.leave(call, sessionId)
  return yield* joinAnew(call, options)
})

/**
 * One join at a time, because two sockets can join one session at once. False if the user is blocked, which is checked when
 * it is this join's turn: a moderator may block the user while it waits.
 */
export const join = (call: Call.Call, options: JoinOptions): Effect.Effect<boolean> =>
  call.joining.withPermit(
    Effect.suspend(() =>
      call.blocked.has(options.participant.userId) ? Effect.succeed(false) : Effect.as(joinOne(call, options), true)
    )
  )
