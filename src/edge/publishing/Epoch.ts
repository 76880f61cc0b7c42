/**
 * One connection epoch of the publisher: a session on one socket at a time, the connection on which its tracks are sent,
 * the state of its ICE, and its loss.
 *
 * An epoch has no publications: `Worker` sends them over it.
 */
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as BoundedForks from "../../internal/BoundedForks.ts"
import type { NegotiationError, PublisherConnection } from "../PeerConnection.ts"
import { PeerConnectionError } from "../PeerConnection.ts"
import type { SfuRequestError, SfuSession } from "../SfuClient.ts"
import type { EpochStatus } from "./NextStep.ts"

/** Opens the publisher's connection of an epoch. */
export type OpenPublisher = Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope>

export interface EpochOptions {
  /** Our session id in this epoch. */
  readonly sessionId: string
  readonly session: SfuSession
  readonly open: OpenPublisher
  readonly health: Reports
}

/** `Republication` is an offer of tracks that were published on a former connection. */
export type Request = "PublisherOffer" | "Republication" | "MuteStates"

/** Receives the results of requests and the state of media, and decides what they mean for the connection. */
export interface Reports {
  readonly failed: (request: Request, error: SfuRequestError) => Effect.Effect<void>
  readonly succeeded: (request: Request) => Effect.Effect<void>
  readonly mediaLost: (media: "Sending", error: PeerConnectionError) => Effect.Effect<void>
  readonly mediaConnected: (media: "Sending") => Effect.Effect<void>
  /** A request that failed no longer has to be made. */
  readonly settled: (request: Request) => Effect.Effect<void>
}

/** The socket of a request has ended. Whether the SFU has received the request is unknown. */
export class SocketEnded extends Data.TaggedError("SocketEnded") {}

/** The session on one socket. */
interface SignalSocket {
  readonly session: SfuSession
  readonly ended: Deferred.Deferred<never, SocketEnded>
}

export interface Epoch {
  readonly id: number
  readonly sessionId: string
  readonly open: OpenPublisher
  readonly health: Reports
  /** The scope of the connection, and of the fibers that use it. */
  readonly scope: Scope.Closeable
  readonly lost: Deferred.Deferred<never, PeerConnectionError>
  readonly listener: Listener
  socket: SignalSocket
  connection: PublisherConnection | undefined
  /** The remote candidates that are being added to the connection. */
  readonly candidates: BoundedForks.BoundedForks
  /** The next offer has to restart ICE. */
  needsIceRestart: boolean
  /** The connection failed after it was connected, and is not connected again yet. */
  isRecovering: boolean
}

export interface Listener {
  readonly onSocketEnded: (epoch: Epoch) => void
  readonly onIceRestartNeeded: () => void
  readonly onConnectionChange: (epoch: Epoch, isConnected: boolean) => void
}

export const make = (
  id: number,
  { health, open, session, sessionId }: EpochOptions,
  listener: Listener
): Effect.Effect<Epoch> =>
  Effect.map(Scope.make(), (scope) => ({
    id,
    sessionId,
    open,
    health,
    scope,
    lost: Deferred.makeUnsafe(),
    listener,
    socket: makeSocket(session),
    connection: undefined,
    candidates: BoundedForks.make(BoundedForks.maxCandidates, scope),
    needsIceRestart: false,
    isRecovering: false
  }))

const makeSocket = (session: SfuSession): SignalSocket => ({ session, ended: Deferred.makeUnsafe() })

export const isSocketEnded = ({ socket }: Epoch): boolean => Deferred.isDoneUnsafe(socket.ended)

/** Whether a request failed because its socket ended. It has to be made again on the next socket. */
export const isLostWithSocket = (
  epoch: Epoch,
  error: NegotiationError | SfuRequestError | SocketEnded
): boolean => error._tag === "SocketEnded" || isSocketEnded(epoch)

export const status = (epoch: Epoch): EpochStatus => ({
  id: epoch.id,
  isSocketOpen: !isSocketEnded(epoch),
  needsIceRestart: epoch.needsIceRestart
})

// --- The socket -------------------------------------------------------------------------------------------------------

/** Fails the requests that are in flight. */
export const endSocket = (epoch: Epoch): void => {
  Deferred.doneUnsafe(epoch.socket.ended, Exit.fail(new SocketEnded()))
  epoch.listener.onSocketEnded(epoch)
}

/** Goes on with the same session on another socket. */
export const replaceSocket = (epoch: Epoch, session: SfuSession): void => {
  endSocket(epoch)
  epoch.socket = makeSocket(session)
  requestIceRestart(epoch)
}

/** The errors after which no request on this socket can succeed. The connection continues on another one. */
const endsSocket: ReadonlySet<SfuRequestError["reason"]> = new Set([
  "SignalLost",
  "SessionNotFound",
  "Unauthenticated",
  "SessionEnded"
])

/** Sends a request, unless the socket has ended, and waits for its response until the socket ends. */
export const request = <A>(
  epoch: Epoch,
  kind: Request,
  send: (session: SfuSession) => Effect.Effect<A, SfuRequestError>
): Effect.Effect<A, SfuRequestError | SocketEnded> =>
  Effect.suspend(() => {
    const { health, socket } = epoch
    if (isSocketEnded(epoch)) return Effect.fail(new SocketEnded())
    return Effect.raceFirst(send(socket.session), Deferred.await(socket.ended)).pipe(
      Effect.tap(() => health.succeeded(kind)),
      Effect.tapError((error) => {
        if (error._tag === "SocketEnded") return Effect.void
        // The connection that opened the session resumes it, or begins another one.
        if (endsSocket.has(error.reason) && epoch.socket === socket) endSocket(epoch)
        return health.failed(kind, error)
      })
    )
  })

/** The SFU has accepted or refused every wanted state, so no failed request is repeated. */
export const settled = (epoch: Epoch): Effect.Effect<void> =>
  isSocketEnded(epoch)
    ? Effect.void
    : Effect.andThen(epoch.health.settled("Republication"), epoch.health.settled("MuteStates"))

// --- The connection ---------------------------------------------------------------------------------------------------

/** The connection, opened with the first track. */
export const connect = Effect.fnUntraced(function*(epoch: Epoch) {
  if (epoch.connection !== undefined) return epoch.connection
  const connection = yield* Scope.provide(epoch.open, epoch.scope)
  epoch.connection = connection
  yield* Effect.forkIn(watch(epoch, connection), epoch.scope, { startImmediately: true })
  return connection
})

/** The epoch can no longer send. Another epoch is needed. */
export const lose = (epoch: Epoch, reason: PeerConnectionError["reason"]): void => {
  Deferred.doneUnsafe(epoch.lost, Exit.fail(new PeerConnectionError({ reason })))
  endSocket(epoch)
}

/** Restarts ICE once when the path is lost. The connection is lost if it fails before it is connected again. */
const watch = (epoch: Epoch, { states }: PublisherConnection) => {
  let wasConnected = false
  return Stream.runForEach(states, (state) =>
    Effect.suspend(() => {
      epoch.listener.onConnectionChange(epoch, state === "connected")
      if (state === "connected") {
        wasConnected = true
        epoch.isRecovering = false
        return epoch.health.mediaConnected("Sending")
      }
      if (state === "closed" && wasConnected) return Effect.sync(() => lose(epoch, "Lost"))
      if (state !== "failed" && state !== "disconnected" && state !== "closed") return Effect.void
      if (!wasConnected) return Effect.sync(() => lose(epoch, "NeverConnected"))
      if (epoch.isRecovering) return state === "failed" ? Effect.sync(() => lose(epoch, "Lost")) : Effect.void
      epoch.isRecovering = true
      epoch.needsIceRestart = true
      epoch.listener.onIceRestartNeeded()
      return epoch.health.mediaLost("Sending", new PeerConnectionError({ reason: "Lost" }))
    }))
}

// --- ICE restart ------------------------------------------------------------------------------------------------------

/** The next offer restarts ICE. A no-op without a connection. */
export const requestIceRestart = (epoch: Epoch): void => {
  epoch.needsIceRestart = epoch.connection !== undefined
}

/**
 * Makes an offer with `negotiate`. The offer restarts ICE if `needsIceRestart`. A successful offer clears
 * `needsIceRestart`, unless the socket was replaced during the offer: the next socket needs a restart of its own.
 */
export const offer = <E>(
  epoch: Epoch,
  negotiate: (connection: PublisherConnection, iceRestart: boolean) => Effect.Effect<void, E>
): Effect.Effect<void, E | NegotiationError> =>
  Effect.flatMap(connect(epoch), (connection) =>
    Effect.suspend(() => {
      const { needsIceRestart, socket } = epoch
      return Effect.map(negotiate(connection, needsIceRestart), () => {
        if (needsIceRestart && epoch.socket === socket) epoch.needsIceRestart = false
      })
    }))

/** Restarts ICE with an offer of its own. If that does not recover a failed connection, the connection is lost. */
export const restartIce = (
  epoch: Epoch,
  offering: Effect.Effect<void, NegotiationError | SfuRequestError | SocketEnded>
): Effect.Effect<void> =>
  Effect.matchEffect(offering, {
    onFailure: (error) =>
      Effect.suspend(() => {
        if (isLostWithSocket(epoch, error)) return Effect.void
        epoch.needsIceRestart = false
        if (epoch.isRecovering) lose(epoch, "Lost")
        return Effect.logWarning("ICE was not restarted", error)
      }),
    onSuccess: () =>
      Effect.map(Stream.runHead(epoch.connection?.states ?? Stream.empty), (state) => {
        // A DTLS transport that was closed does not recover by an ICE restart.
        if (epoch.isRecovering && Option.contains(state, "failed")) lose(epoch, "Lost")
      })
  })
