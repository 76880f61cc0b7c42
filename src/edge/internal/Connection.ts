/**
 * One connection with an SFU, from the join until it is lost: its signalling, the subscriber connection, and the epoch
 * of our own publications.
 *
 * Reports when and how to reconnect, but does not reconnect. Only a new socket for the same session continues a
 * connection (`resume`); another session or another SFU is another connection.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as BackOff from "../../internal/BackOff.ts"
import * as BoundedForks from "../../internal/BoundedForks.ts"
import * as ChildScope from "../../internal/ChildScope.ts"
import type { CallEnded } from "../EdgeEvent.ts"
import type {
  GenericSdps,
  NegotiationError,
  PeerConnection,
  PeerConnectionError,
  PeerConnectionFactory
} from "../PeerConnection.ts"
import type { Publishing } from "../publishing/Publishing.ts"
import type {
  Reconnection,
  SfuClient,
  SfuConnectionError,
  SfuEvent,
  SfuJoinError,
  SfuSession,
  Subscription
} from "../SfuClient.ts"
import type { CallState } from "./CallState.ts"
import * as ConnectionHealth from "./ConnectionHealth.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import { lose } from "./ConnectionLost.ts"
import type { ConnectionId } from "./MediaLines.ts"
import type { ConnectionError } from "./ReconnectPolicy.ts"
import * as SfuEvents from "./SfuEvents.ts"
import * as Signalling from "./Signalling.ts"
import * as SubscriberMedia from "./SubscriberMedia.ts"
import * as SubscriberNegotiation from "./SubscriberNegotiation.ts"
import * as SubscriptionSender from "./SubscriptionSender.ts"

/** The parts of the edge that every connection uses. */
export interface Services {
  readonly sfuClient: SfuClient["Service"]
  readonly factory: PeerConnectionFactory["Service"]
  readonly genericSdps: GenericSdps
  readonly callState: CallState
  readonly publishing: Publishing
  readonly unifiedSessionId: string
  /** If false, a request of the SFU to reconnect is only logged. */
  readonly mayReconnect: boolean
  /** The pauses before a request or a join is repeated. */
  readonly backOff: BackOff.Range
}

export interface Connection {
  readonly sessionId: string
  readonly sfuId: string | undefined
  /** How long the SFU keeps the session of a lost socket, in milliseconds. */
  readonly keptFor: () => number
  /** Whether the participants encrypt their media end to end. */
  readonly endToEndEncrypted: () => boolean
  /** Whether the subscriber connection has not failed. */
  readonly isHealthy: Effect.Effect<boolean>
  readonly health: ConnectionHealth.ConnectionHealth
  /** The publications that we want to receive. */
  readonly subscriptions: () => ReadonlyArray<Subscription>
  /** Runs until the call ends or the connection is lost. After `resume` it has to run again. */
  readonly run: Effect.Effect<CallEnded, ConnectionError | ConnectionLost>
  /**
   * Continues on another socket. False if the SFU no longer has the session; then the connection is as it was before.
   */
  readonly resume: (reconnection: Reconnection) => Effect.Effect<boolean, SfuJoinError>
  /** For the connection that we migrate to: waits until its SFU reports that the migration is complete. */
  readonly migratedTo: Effect.Effect<void>
  /**
   * For the connection that we migrate from, while `run` does not run: waits until its SFU reports that the migration
   * is complete (`undefined`) or that the call has ended.
   */
  readonly migratedFrom: Effect.Effect<CallEnded | undefined>
  /**
   * Ends every track of the connection, then closes it in the background; the parent scope waits for that. Leaves the
   * call, unless `"Migrate"`: another SFU has the session.
   */
  readonly close: (how?: "Migrate") => Effect.Effect<void>
}

interface State {
  readonly id: ConnectionId
  readonly services: Services
  readonly sessionId: string
  readonly parent: Scope.Scope
  readonly scope: Scope.Closeable
  readonly peer: PeerConnection
  readonly candidates: BoundedForks.BoundedForks
  readonly media: SubscriberMedia.SubscriberMedia
  readonly health: ConnectionHealth.ConnectionHealth
  /** Waits until the publisher connection is lost. */
  readonly publisherLost: Effect.Effect<never, PeerConnectionError>
  readonly migrated: Deferred.Deferred<void>
  /** Replaced by `resume`. */
  signalling: Signalling.Signalling
  /** A request has found that the SFU no longer has the session. */
  sessionLost: ConnectionLost | undefined
}

/** Joins and opens the subscriber connection. If one of the two fails, nothing stays open. */
export const open = Effect.fnUntraced(function*(
  services: Services,
  sessionId: string,
  reconnection: Reconnection | undefined
): Effect.fn.Return<Connection, SfuJoinError | NegotiationError, Scope.Scope> {
  const { callState, factory, publishing } = services
  const parent = yield* Effect.scope
  const scope = yield* Scope.fork(parent)
  const openIn = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<A, E> =>
    ChildScope.closeOnFailure(Scope.provide(effect, scope), scope)
  const signalling = yield* openIn(join(services, sessionId, reconnection))
  const { session } = signalling
  const { iceServers } = session
  if (session.endToEndEncrypted === true) {
    yield* Effect.logWarning("the call is end-to-end encrypted: the payloads of its tracks cannot be decoded")
  }
  const peer = yield* openIn(factory.open({ iceServers }))
  const health = yield* ConnectionHealth.make
  const publisherLost = yield* openIn(
    publishing.begin({ sessionId, session, open: factory.openPublisher({ iceServers }), health })
  )
  const id = Symbol(sessionId)
  yield* callState.beginConnection(id)
  yield* callState.onJoinResponse(sessionId, session.participants)
  return fromState({
    id,
    services,
    sessionId,
    parent,
    scope,
    peer,
    candidates: BoundedForks.make(BoundedForks.maxCandidates, scope),
    media: { wasConnected: false, restartUntil: undefined },
    health,
    publisherLost,
    migrated: yield* Deferred.make<void>(),
    signalling,
    sessionLost: undefined
  })
})

const fromState = (self: State): Connection => {
  const { callState } = self.services
  return {
    sessionId: self.sessionId,
    sfuId: self.signalling.session.sfuId,
    keptFor: () => self.signalling.session.fastReconnectDeadline,
    endToEndEncrypted: () => self.signalling.session.endToEndEncrypted === true,
    isHealthy: SubscriberMedia.isHealthy(self.peer),
    health: self.health,
    subscriptions: () => callState.wanted(),
    run: run(self),
    resume: (reconnection) => resume(self, reconnection),
    migratedTo: Deferred.await(self.migrated),
    migratedFrom: migratedFrom(self),
    close: (how) =>
      callState.endConnection(self.id).pipe(
        Effect.andThen(how === undefined ? Effect.void : self.signalling.session.detach(how)),
        Effect.andThen(closeInBackground(self.scope, self.parent))
      )
  }
}

const join = (
  { genericSdps, sfuClient, unifiedSessionId }: Services,
  sessionId: string,
  reconnection: Reconnection | undefined
): Effect.Effect<Signalling.Signalling, SfuJoinError, Scope.Scope> =>
  Effect.flatMap(
    Effect.scope,
    (scope) => Signalling.open(sfuClient.join({ sessionId, unifiedSessionId, genericSdps, reconnection }), scope)
  )

const run = (self: State): Connection["run"] =>
  Effect.gen(function*() {
    const { candidates, health, media, peer, publisherLost, services, signalling: { scope: socket, session } } = self
    const { backOff, callState, mayReconnect, publishing } = services
    const offers = yield* Queue.sliding<SubscriberNegotiation.SubscriberOffer>(1)
    yield* Effect.forkIn(sendCandidates(peer, session, health), socket)
    const onMigrationCompleted = Deferred.succeed(self.migrated, undefined)
    return yield* Effect.raceAllFirst([
      SfuEvents.run(
        { callState, publishing, peer, candidates, offers, onMigrationCompleted, mayReconnect },
        nextEvent(self)
      ),
      SubscriberNegotiation.run({
        offers,
        peer,
        session,
        health,
        onNegotiated: (result) => callState.applyOffer(self.id, result.media, session.identify)
      }),
      SubscriptionSender.run({ callState, session, health, backOff }),
      SubscriberMedia.watch(media, peer, session, health),
      Effect.catch(health.lost, (lost) => awaitReason(self, lost)),
      Effect.catch(publisherLost, (error) => lose("Rejoin", error))
    ])
  })

/** Never returns after `CallEnded`. */
const nextEvent = (self: State): Effect.Effect<SfuEvent, ConnectionLost> =>
  Effect.catch(self.signalling.nextEvent, (error): Effect.Effect<never, ConnectionLost> => {
    if (Cause.isDone(error)) return Effect.never
    if (self.sessionLost !== undefined) return Effect.fail(self.sessionLost)
    return Effect.flatMap(
      SubscriberMedia.isHealthy(self.peer),
      (healthy) => lose(healthy && !isMessageLost(error) ? "Fast" : "Rejoin", error)
    )
  })

/** How long the reason for the end of a session may take to arrive, after a request has found that it has ended. */
const reasonLimit = "1 second"

/**
 * The SFU ends a session, and says so on the socket: the call is over, or we were removed. The answer to a request can arrive
 * before that, and is no reason to join again. Meanwhile `nextEvent` goes on, until the socket ends.
 */
const awaitReason = (self: State, lost: ConnectionLost): Effect.Effect<never, ConnectionLost> => {
  if (lost.error._tag !== "SfuRequestError" || lost.error.reason !== "SessionNotFound") return Effect.fail(lost)
  self.sessionLost = lost
  return Effect.andThen(Effect.sleep(reasonLimit), Effect.fail(lost))
}

/** A resumed session does not repeat a message that was lost. The response to another join contains its content. */
const isMessageLost = ({ reason }: SfuConnectionError): boolean => reason === "TooLarge" || reason === "Unreadable"

const sendCandidates = (
  peer: PeerConnection,
  session: SfuSession,
  health: ConnectionHealth.ConnectionHealth
): Effect.Effect<void> =>
  Stream.runForEach(peer.iceCandidates, (candidate) =>
    Effect.catch(
      session.sendIceCandidate("Subscriber", candidate),
      (error) => health.failed("IceCandidate", error)
    ))

const resume = Effect.fnUntraced(function*(self: State, reconnection: Reconnection) {
  const { scope, services, sessionId, signalling: former } = self
  const next = yield* Scope.provide(join(services, sessionId, reconnection), scope)
  if (!next.session.reconnected) {
    yield* Scope.close(next.scope, Exit.void)
    return false
  }
  // Detach only now: if there is no new socket, or the edge closes earlier, the former socket still has to leave the
  // call.
  yield* former.session.detach("Resume")
  yield* closeInBackground(former.scope, scope)
  self.signalling = next
  self.media.restartUntil = undefined
  self.sessionLost = undefined
  yield* self.health.reset
  yield* services.publishing.resume(next.session)
  yield* services.callState.onJoinResponse(sessionId, next.session.participants)
  return true
})

/** Reads the socket that the connection has now, which `resume` may have replaced. */
const migratedFrom = (self: State): Connection["migratedFrom"] =>
  Effect.gen(function*() {
    const { nextEvent } = self.signalling
    while (true) {
      const event = yield* Effect.catch(nextEvent, () => Effect.never)
      if (event._tag === "CallEnded") return event
      if (event._tag === "MigrationCompleted") return undefined
    }
  })

const closeInBackground = (scope: Scope.Closeable, parent: Scope.Scope): Effect.Effect<void> =>
  Effect.asVoid(Effect.forkIn(Effect.uninterruptible(Scope.close(scope, Exit.void)), parent))
