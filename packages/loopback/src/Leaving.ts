/**
 * Ends sessions and connections: by a leave, by a lost socket, by a deadline, or with the whole call.
 */
import type { CallEndedReason } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type { Call } from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import type { NodeConnection } from "./NodeConnection.ts"
import * as Session from "./Session.ts"
import type { SignalSocket } from "./SignalSocket.ts"

/** How a socket ended: by a leave request, by a close with code 1000, or in any other way. */
export type SocketEnd = "LeaveRequest" | "NormalClose" | "Lost"

/** Ends one connection. The session continues with its other connections. */
export const dropConnection = (
  call: Call,
  session: Session.Session,
  connection: NodeConnection
): Effect.Effect<void> =>
  Effect.suspend(() => {
    Session.removeConnection(session, connection)
    connection.socket?.close(1000, "")
    // Without any connection the tracks stay published: the session may come back before its deadline.
    if (session.connections.length > 0) Dispatch.updateTracks(call, session)
    call.groundTruth.notify()
    return connection.closePeers
  })

const closeSession = (call: Call, session: Session.Session): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { sessionId } = session.participant
    call.sessions.delete(sessionId)
    for (const { forwarded } of call.sessions.values()) {
      for (const [id, { key }] of forwarded) if (key.sessionId === sessionId) forwarded.delete(id)
    }
    Session.cancelDeadline(session)
    for (const { socket } of session.connections) socket?.close(1000, "")
    return Effect.forEach(session.connections, ({ closePeers }) => closePeers, { discard: true })
  })

export const leave = (call: Call, sessionId: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    Dispatch.run(call, { _tag: "Leave", sessionId })
    const session = call.sessions.get(sessionId)
    return session === undefined ? Effect.void : closeSession(call, session)
  })

/** The session leaves at its reconnect deadline, unless it comes back before. */
export const startDeadline = (call: Call, session: Session.Session): Effect.Effect<void> =>
  Effect.suspend(() => {
    Session.cancelDeadline(session)
    const expire = Effect.andThen(
      Effect.sleep(call.settings.reconnectDeadline),
      Effect.suspend(() => {
        session.deadline = undefined
        return leave(call, session.participant.sessionId)
      })
    )
    return Effect.map(Effect.forkIn(expire, call.scope), (fiber) => void (session.deadline = fiber))
  })

export const socketEnded = (
  call: Call,
  sessionId: string,
  socket: SignalSocket,
  end: SocketEnd
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const session = call.sessions.get(sessionId)
    const connection = session === undefined ? undefined : Session.connectionOf(session, socket)
    if (session === undefined || connection === undefined) return Effect.void
    if (end === "LeaveRequest") return leave(call, sessionId)
    connection.socket = undefined
    // The old connection of a complete migration, or the new one of a migration that was abandoned.
    const isOnly = connection === session.active && connection === Session.newestConnection(session)
    if (!isOnly) return dropConnection(call, session, connection)
    if (end === "NormalClose") return leave(call, sessionId)
    call.groundTruth.notify()
    return startDeadline(call, session)
  })

/** Destroys the session's sockets. The session leaves at once. */
export const expire = (call: Call, sessionId: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    for (const connection of call.sessions.get(sessionId)?.connections ?? []) {
      connection.socket?.destroy()
      connection.socket = undefined
    }
    return leave(call, sessionId)
  })

/**
 * Sends `call_ended` to all, and closes every session. The call can be joined again. Takes the permit of `joining`: a join that
 * is under way is over, and is ended too.
 */
export const endCall = (call: Call, reason: CallEndedReason): Effect.Effect<void> =>
  call.joining.withPermit(Effect.suspend(() => {
    Dispatch.run(call, { _tag: "End", reason })
    return Effect.forEach(Array.from(call.sessions.values()), (session) => closeSession(call, session), {
      discard: true
    })
  }))

/** Starts the close of every socket, as at the end of the server. */
export const closeSockets = ({ sessions }: Call): void => {
  for (const { connections } of sessions.values()) {
    connections.forEach(({ socket }) => socket?.close(1001, "the SFU is going away"))
  }
}
