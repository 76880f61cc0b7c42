/**
 * One connection with an SFU: its signalling on the one hand, its media on the other, from the join until it is lost.
 *
 * Answers offers, passes candidates on, sends subscriptions, and says when and how to reconnect, but does not do so: to
 * come back on another socket is a way to go on (`resume`), and another session or another SFU is another connection.
 * What it hears of the call goes to the picture, and what it hears of our own tracks to publishing, for which it is an
 * epoch. Nothing of it acts any more once it is closed.
 */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as ChildScope from "../../internal/ChildScope.ts"
import * as OneByOne from "../../internal/OneByOne.ts"
import { kindOf } from "../../Track.ts"
import type { CallEnded } from "../EdgeEvent.ts"
import type { GenericSdps, NegotiationError, PeerConnectionFactory, PeerConnectionState } from "../PeerConnection.ts"
import { PeerConnectionError } from "../PeerConnection.ts"
import type { Publishing } from "../publishing/Publishing.ts"
import type { Reconnection, SfuClient, SfuError, SfuEvent, SfuJoinError, Subscription } from "../SfuClient.ts"
import { SfuConnectionError } from "../SfuClient.ts"
import type { Picture } from "./CallState.ts"
import * as Strategy from "./ReconnectPolicy.ts"

export type Failure = SfuError | NegotiationError | PeerConnectionError

/** It is over, and how the call might go on. */
export class Lost extends Data.TaggedError("Lost")<{
  readonly strategy: Strategy.Strategy
  readonly error: Failure
}> {}

export interface Connection {
  readonly sessionId: string
  readonly sfuId: string | undefined
  /** How long the SFU keeps the session of a lost socket, in milliseconds. */
  readonly keptFor: () => number
  /** Its media has not failed. */
  readonly isHealthy: Effect.Effect<boolean>
  /** Media could come at some time. */
  readonly wasConnected: () => boolean
  /** What we have asked to receive. */
  readonly subscriptions: () => ReadonlyArray<Subscription>
  /** Until the call ends, or this connection is lost. */
  readonly attend: Effect.Effect<CallEnded, Failure | Lost>
  /** Goes on on another socket. False, if the SFU has forgotten the session. */
  readonly resume: (reconnection: Reconnection) => Effect.Effect<boolean, SfuJoinError>
  /** This is where we have migrated to: waits until its SFU says that the migration is complete. */
  readonly migratedTo: Effect.Effect<void>
  /** This is where we have migrated from, and nobody attends to it: waits until its SFU says so, or that the call ended. */
  readonly migratedFrom: Effect.Effect<CallEnded | undefined>
  /** Every track of it is void. Leaves the call, unless another SFU has it; nobody has to wait for that. */
  readonly close: (how?: "Migrate") => Effect.Effect<void>
}

const unhealthy: ReadonlySet<PeerConnectionState> = new Set(["disconnected", "failed", "closed"])

/** So many offers in a row that cannot be answered end it. */
const mostFailedOffers = 3

/** How long after an answer was refused the next offer may come that overtook it. */
const nextOfferDelay = "1 second"

/** How long an offer may take to come that we have asked for, to restart ICE. */
const restartDelay = "10 seconds"

/** After which subscriptions are sent again that could not be sent. */
const subscriptionsDelay = "10 seconds"

export const open = Effect.fnUntraced(function*(options: {
  readonly sfuClient: SfuClient["Service"]
  readonly factory: PeerConnectionFactory["Service"]
  readonly genericSdps: GenericSdps
  readonly picture: Picture
  readonly publishing: Publishing
  readonly sessionId: string
  readonly unifiedSessionId: string
  /** In which video is wanted. */
  readonly dimension: Subscription["dimension"]
  /** Otherwise an SFU that asks for it is only told of in the log. */
  readonly mayReconnect: boolean
  readonly reconnection: Reconnection | undefined
}): Effect.fn.Return<Connection, SfuJoinError | NegotiationError, Scope.Scope> {
  const {
    genericSdps,
    dimension,
    factory,
    mayReconnect,
    picture,
    publishing,
    sessionId,
    sfuClient,
    unifiedSessionId
  } = options
  const self = {}
  const parent = yield* Effect.scope
  const scope = yield* Scope.fork(parent)

  /**
   * On a socket of its own, which lasts as long as its scope. What is told on it is taken one by one: whoever stops to
   * listen leaves what comes next to whoever listens then.
   */
  const join = Effect.fnUntraced(function*(reconnection: Reconnection | undefined) {
    const socket = yield* Scope.fork(scope)
    const session = yield* ChildScope.closeOnFailure(
      Scope.provide(sfuClient.join({ sessionId, unifiedSessionId, genericSdps, reconnection }), socket),
      socket
    )
    return { socket, session, told: OneByOne.fromPull(yield* Scope.provide(Stream.toPull(session.events), socket)) }
  })

  let { session, socket, told } = yield* ChildScope.closeOnFailure(join(options.reconnection), scope)
  const peer = yield* ChildScope.closeOnFailure(
    Scope.provide(factory.open({ iceServers: session.iceServers }), scope),
    scope
  )
  const publisherLost = yield* Scope.provide(
    publishing.begin({ sessionId, session, open: factory.openPublisher({ iceServers: session.iceServers }) }),
    scope
  )
  yield* picture.begin(self)
  yield* picture.joined(sessionId, session.participants)

  const migrated = yield* Deferred.make<void>()
  let wasConnected = false
  let isRestarted = false

  const subscriptions = (): ReadonlyArray<Subscription> =>
    picture.wanted().map((key) => kindOf(key.trackType) === "video" ? { key, dimension } : { key })

  /** As it is now, though nobody attends to it. */
  const isHealthy = Effect.map(Stream.runHead(peer.states), Option.exists((state) => !unhealthy.has(state)))

  const restartIce: Effect.Effect<void, Lost> = Effect.catch(
    Effect.suspend(() => session.restartIce),
    (error) => error.reason === "SignalLost" ? lose("Fast", error) : Effect.logDebug("ICE was not restarted", error)
  )

  // --- The signalling -------------------------------------------------------------------------------------------------

  const obey = (event: SfuEvent, detail: string): Effect.Effect<Option.Option<CallEnded>, Failure | Lost> => {
    const asked = Strategy.asks(event)
    if (asked === "Leave") return Effect.succeedSome({ _tag: "CallEnded", reason: "LiveEnded" })
    if (asked === "Disconnect") return Effect.fail(new SfuConnectionError({ reason: "Disconnect", detail }))
    return asked !== undefined && mayReconnect
      ? lose(asked, new SfuConnectionError({ reason: "Reconnect", detail }))
      : Effect.as(Effect.logWarning(detail), Option.none())
  }

  type SubscriberOffer = Extract<SfuEvent, { readonly _tag: "SubscriberOffer" }>

  /** What the SFU tells next. After the end of the call, nothing. */
  const next: Effect.Effect<SfuEvent, Lost> = Effect.catch(
    Effect.suspend(() => told),
    (error) =>
      Cause.isDone(error)
        ? Effect.never
        : Effect.flatMap(isHealthy, (healthy) => lose(healthy ? "Fast" : "Rejoin", error))
  )

  const hear = Effect.fnUntraced(function*(
    event: SfuEvent,
    offers: Queue.Queue<SubscriberOffer>
  ): Effect.fn.Return<Option.Option<CallEnded>, Failure | Lost> {
    switch (event._tag) {
      case "SubscriberOffer": {
        yield* Queue.offer(offers, event)
        break
      }
      case "IceTrickle": {
        if (event.peerType === "Subscriber") yield* Effect.forkIn(peer.addIceCandidate(event.candidate), scope)
        else yield* publishing.onEvent(event)
        break
      }
      case "IceRestart":
      case "PublishOptionsChanged":
      case "GrantsChanged": {
        yield* publishing.onEvent(event)
        break
      }
      case "MigrationCompleted": {
        yield* Deferred.succeed(migrated, undefined)
        break
      }
      case "GoAway":
        return yield* obey(event, `the SFU goes away: ${event.reason}`)
      case "Failed":
        return yield* obey(event, `the SFU reports ${event.code}: ${event.detail}`)
      case "CallEnded":
        return Option.some(event)
      default: {
        yield* publishing.onEvent(event)
        yield* picture.hear(event)
      }
    }
    return Option.none()
  })

  const listening = Effect.fnUntraced(function*(offers: Queue.Queue<SubscriberOffer>) {
    while (true) {
      const ended = yield* hear(yield* next, offers)
      if (Option.isSome(ended)) return ended.value
    }
  })

  /** One offer at a time. The table is true before the SFU has the answer, and so before it sends anything new. */
  const negotiating = Effect.fnUntraced(function*(offers: Queue.Queue<SubscriberOffer>): Effect.fn.Return<never, Lost> {
    let failed = 0
    while (true) {
      const { negotiationId, sdp } = yield* Queue.take(offers)
      const negotiated = yield* Effect.result(Effect.gen(function*() {
        const negotiated = yield* peer.answer(sdp)
        yield* picture.adopt(self, negotiated.media, session.identify)
        yield* session.sendAnswer({ sdp: negotiated.sdp, negotiationId })
      }))
      if (negotiated._tag === "Success") {
        failed = 0
        continue
      }
      const error = negotiated.failure
      // The SFU may have gone on to an offer that is on its way: to ask for another would overtake that one as well.
      const isOvertaken = error._tag === "SfuRequestError"
        && Option.isSome(yield* Effect.timeoutOption(Queue.peek(offers), nextOfferDelay))
      if (isOvertaken) continue
      if (++failed === mostFailedOffers) return yield* lose("Rejoin", error)
      yield* Effect.logWarning("an offer could not be answered", error)
      yield* restartIce
    }
  })

  const trickling = Stream.runForEach(peer.iceCandidates, (candidate) =>
    Effect.catch(
      session.sendIceCandidate("Subscriber", candidate),
      (error) => Effect.logDebug("a candidate was not sent", error)
    ))

  /** Waits for no answer: a set that has to be sent again is then the newest there is. */
  const subscribing = Effect.gen(function*() {
    while (true) {
      yield* Queue.take(picture.wantedChanged)
      yield* Effect.forkChild(
        Effect.catch(
          session.updateSubscriptions(subscriptions()),
          (error) =>
            Effect.logWarning("subscriptions were not updated", error).pipe(
              Effect.andThen(Effect.sleep(subscriptionsDelay)),
              Effect.andThen(Queue.offer(picture.wantedChanged, undefined))
            )
        )
      )
    }
  })

  // --- The media ------------------------------------------------------------------------------------------------------

  /** The SFU is to restart ICE, and if that does not bring it back, nothing does but another connection. */
  const mend = Effect.suspend(() => {
    if (!wasConnected) return lose("Rejoin", new PeerConnectionError({ reason: "NeverConnected" }))
    const error = new PeerConnectionError({ reason: "Lost" })
    if (isRestarted) return lose("Rejoin", error)
    isRestarted = true
    return Effect.andThen(Effect.andThen(restartIce, Effect.sleep(restartDelay)), lose("Rejoin", error))
  })

  const watching = peer.states.pipe(
    Stream.switchMap((now) => {
      if (now === "connected") {
        wasConnected = true
        isRestarted = false
      }
      return now === "failed" ? Stream.fromEffectDrain(mend) : Stream.empty
    }),
    Stream.runDrain,
    Effect.andThen(Effect.never)
  )

  const sending = Effect.catch(publisherLost, (error) => lose("Rejoin", error))

  const migratedFrom = Effect.gen(function*() {
    while (true) {
      const event = yield* Effect.catch(Effect.suspend(() => told), () => Effect.never)
      if (event._tag === "CallEnded") return event
      if (event._tag === "MigrationCompleted") return undefined
    }
  })

  return {
    sessionId,
    sfuId: session.sfuId,
    keptFor: () => session.fastReconnectDeadline,
    isHealthy,
    wasConnected: () => wasConnected,
    subscriptions,
    attend: Effect.gen(function*() {
      const offers = yield* Queue.unbounded<SubscriberOffer>()
      yield* Effect.forkIn(trickling, socket)
      return yield* Effect.raceAllFirst([listening(offers), negotiating(offers), subscribing, watching, sending])
    }),
    resume: Effect.fnUntraced(function*(reconnection) {
      const next = yield* join(reconnection)
      if (!next.session.reconnected) {
        yield* Scope.close(next.socket, Exit.void)
        return false
      }
      // Not before: should there be none, or should we go meanwhile, it is still to be left.
      yield* session.detach("Resume")
      yield* closing(socket, scope)
      socket = next.socket
      session = next.session
      told = next.told
      isRestarted = false
      yield* publishing.resume(session)
      yield* picture.joined(sessionId, session.participants)
      return true
    }),
    migratedTo: Deferred.await(migrated),
    migratedFrom,
    close: (how) =>
      picture.discard(self).pipe(
        Effect.andThen(how === undefined ? Effect.void : session.detach(how)),
        Effect.andThen(closing(scope, parent))
      )
  }
})

const lose = (strategy: Strategy.Strategy, error: Failure) => Effect.fail(new Lost({ strategy, error }))

/** Takes as long as it takes, and whoever closes the parent waits for it. */
const closing = (scope: Scope.Closeable, parent: Scope.Scope) =>
  Effect.asVoid(Effect.forkIn(Effect.uninterruptible(Scope.close(scope, Exit.void)), parent))
