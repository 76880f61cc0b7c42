/**
 * Our side of a call: from an SFU's signalling and a peer connection's media to one stream of facts.
 *
 * Wiring, and nothing but wiring. The signalling says who is there and what they publish (`Roster`), the m-lines of the
 * last applied offer say what media there is (`MediaLines`), and which track is which publication's the resolver says.
 * One thing happens at a time; what takes long (a resolve, a negotiation, a request) waits in a fiber of its own.
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { idOf } from "./Correlation.ts"
import type { CallEnded, EdgeError, EdgeEvent, TrackAdded } from "./EdgeEvent.ts"
import * as Arguments from "./internal/Arguments.ts"
import * as Feed from "./internal/Feed.ts"
import { MediaLines } from "./internal/MediaLines.ts"
import type { Line } from "./internal/MediaLines.ts"
import { Roster } from "./internal/Roster.ts"
import type { Session } from "./internal/Roster.ts"
import type { LaggedError } from "./LaggedError.ts"
import type { RemoteMedia, RtpPacket } from "./PeerConnection.ts"
import { PeerConnectionError, PeerConnectionFactory } from "./PeerConnection.ts"
import type { ResolveError } from "./ResolveError.ts"
import type { Publication, SfuEvent, SfuParticipant, Subscription } from "./SfuClient.ts"
import { SfuClient, SfuConnectionError } from "./SfuClient.ts"
import type { Binding, TrackId, TrackKey } from "./Track.ts"
import { kindOf, TrackType } from "./Track.ts"
import { TrackResolver } from "./TrackResolver.ts"

/**
 * The choices an edge is made with.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamEdgeOptions {
  /** The session id to join under. Default a random UUID. */
  readonly sessionId?: string | undefined
  /** How long a publication waits for its track before `TrackUnresolved`. Default that of the resolver. */
  readonly timeout?: Duration.Input | undefined
  /** Whether we want to receive a publication. Default all of them. */
  readonly subscribe?: ((key: TrackKey) => boolean) | undefined
  /** The size in which we want video, in pixels. Default 1280 x 720. */
  readonly videoDimension?: Subscription["dimension"]
}

/**
 * A call that we are in.
 *
 * @category services
 * @since 0.1.0
 */
export class StreamEdge extends Context.Service<StreamEdge, {
  /**
   * What happens. A new subscriber first hears who is there and which tracks there are. For each key, `TrackAdded` and
   * `TrackRemoved` alternate, with equal ids. Ends after `CallEnded`; fails if the call is lost.
   */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  /**
   * The packets of a track from now on; none, if there is no such track. Ends when the track ends or its m-line changes
   * hands. A consumer that is too slow loses the oldest packets.
   */
  rtp(trackId: TrackId): Stream.Stream<RtpPacket>
  /** Asks the sender of a video track for a key frame, which a decoder that begins in the middle needs. */
  requestKeyFrame(trackId: TrackId): Effect.Effect<void>
}>()("effect-track-resolver/StreamEdge") {
  /**
   * Joins the call, and leaves it when the layer's scope closes. With a resolver of its own that infers nothing: an SFU
   * whose stream ids name prefix and type leaves nothing to infer, and "same user, another session" is no evidence that a
   * track moved.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options?: StreamEdgeOptions
  ): Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory> =>
    Layer.provide(
      StreamEdge.layerNoDeps(options),
      TrackResolver.layer({ sessionMigration: "never", anonymousTracks: "never" })
    )

  /**
   * The same with a resolver from outside. It may outlive the edge, and serve several at once, each under a session id of
   * its own and in a call of its own: two edges in one call hear of the same publications, with different tracks.
   *
   * @since 0.1.0
   */
  static readonly layerNoDeps = (
    options?: StreamEdgeOptions
  ): Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory | TrackResolver> =>
    Layer.effect(StreamEdge, make(options))
}

const types: ReadonlyArray<TrackType> = TrackType.literals

/** So many offers in a row that cannot be answered end the call. */
const mostFailedOffers = 3

/** How long after an answer was refused the next offer may come that overtook it. */
const nextOfferDelay = "1 second"

const make = Effect.fnUntraced(function*(options: StreamEdgeOptions | undefined) {
  const sfuClient = yield* SfuClient
  const factory = yield* PeerConnectionFactory
  const resolver = yield* TrackResolver
  const sessionId = options?.sessionId ?? (yield* Effect.sync(() => crypto.randomUUID()))
  const subscribe = options?.subscribe ?? (() => true)
  const dimension = options?.videoDimension ?? { width: 1280, height: 720 }
  const patience = options?.timeout === undefined ? {} : { timeout: Arguments.duration("timeout", options.timeout) }

  // A connection epoch is a scope: the signalling, the peer connection and whatever waits on either.
  const connection = yield* Scope.fork(yield* Effect.scope)
  const session = yield* Scope.provide(
    Effect.flatMap(factory.capabilities, (capabilities) => sfuClient.join({ sessionId, capabilities })),
    connection
  )
  const peer = yield* Scope.provide(factory.open({ iceServers: session.iceServers }), connection)

  const roster = new Roster(sessionId)
  const lines = new MediaLines(sessionId)
  /** What the application believes. */
  const told = new Map<string, TrackAdded>()
  /** Resolves in flight, each with the fiber that waits for it. */
  const resolving = new Map<string, { fiber: Fiber.Fiber<void> | undefined }>()
  let ending: CallEnded | undefined
  let ended: CallEnded | undefined
  const feed = Feed.make<EdgeEvent, EdgeError>(() => [
    ...roster.all.flatMap(({ isNamed, isOwn, participant }): ReadonlyArray<EdgeEvent> =>
      isNamed && !isOwn && participant ? [{ _tag: "ParticipantJoined", participant }] : []
    ),
    ...told.values(),
    ...(ended === undefined ? [] : [ended])
  ])
  const turn = yield* Semaphore.make(1)
  /** One thing at a time, and each to its end: half of a departure would be told of twice. */
  const inTurn = <A, E, R>(step: Effect.Effect<A, E, R>) => turn.withPermit(Effect.uninterruptible(step))
  const subscriptionsChanged = yield* Queue.sliding<void>(1)
  const offers = yield* Queue.unbounded<Extract<SfuEvent, { readonly _tag: "SubscriberOffer" }>>()

  // --- Publications ---------------------------------------------------------------------------------------------------

  const wants = (owner: Session, trackType: TrackType): TrackKey | undefined => {
    const key = owner.isOwn || !owner.publishes(trackType) ? undefined : owner.key(trackType)
    return key !== undefined && subscribe(key) ? key : undefined
  }

  /** Tells the application how things stand with a key, if that is not what it believes. */
  const tell = (key: TrackKey, binding: Option.Option<Binding>): void => {
    const id = idOf(key)
    const owner = roster.get(key.sessionId)
    const stands = owner !== undefined && wants(owner, key.trackType)?.userId === key.userId
    const bound = stands ? Option.getOrUndefined(Option.filter(binding, ({ published }) => published)) : undefined
    const before = told.get(id)
    if (before?.trackId === bound?.trackId) return
    if (before !== undefined) {
      told.delete(id)
      feed.publish({ _tag: "TrackRemoved", key, trackId: before.trackId })
    }
    if (bound !== undefined) {
      const { calledAt, evidence, registeredAt, resolvedAt, trackId } = bound
      const added: TrackAdded = { _tag: "TrackAdded", key, trackId, evidence, registeredAt, calledAt, resolvedAt }
      told.set(id, added)
      feed.publish(added)
    }
  }

  const reconcile = (key: TrackKey) => Effect.map(resolver.binding(key), (binding) => tell(key, binding))

  /** Registers what media a publication has, and waits for it. Again whenever either side has changed: that costs little. */
  const pursue = Effect.fnUntraced(function*(owner: Session, trackType: TrackType): Effect.fn.Return<void> {
    const line = lines.newest(owner, trackType)
    if (line?.claim !== undefined && !owner.isOwn && owner.participant !== undefined) {
      const { claim: { trackId }, media: { kind } } = line
      yield* resolver.register({ trackId, kind, participant: owner.participant, trackType })
    }
    const key = wants(owner, trackType)
    if (key === undefined) return
    yield* reconcile(key)
    const id = idOf(key)
    if (told.has(id) || resolving.has(id)) return
    const attempt: { fiber: Fiber.Fiber<void> | undefined } = { fiber: undefined }
    resolving.set(id, attempt)
    attempt.fiber = yield* Effect.forkIn(
      Effect.flatMap(
        Effect.exit(resolver.resolve(key, patience)),
        (exit) => inTurn(answered(owner, key, attempt, exit))
      ),
      connection,
      // The resolve has to be called before whatever comes next takes the publication back.
      { startImmediately: true }
    )
  })

  /** A resolve has ended. Meanwhile its track may have gone, or one may have come since its deadline. */
  const answered = Effect.fnUntraced(function*(
    owner: Session,
    key: TrackKey,
    attempt: object,
    exit: Exit.Exit<TrackId, ResolveError>
  ) {
    const id = idOf(key)
    if (resolving.get(id) !== attempt) return
    resolving.delete(id)
    const error = Option.getOrUndefined(Exit.findErrorOption(exit))
    // Not an answer: the resolver has been closed, and would say the same again.
    if (Exit.isFailure(exit) && error === undefined) return
    const isLate = error?._tag === "TrackTimeoutError"
    if (isLate && owner.isNamed) feed.publish({ _tag: "TrackUnresolved", key, error })
    if (!isLate || lines.newest(owner, key.trackType) !== undefined) yield* pursue(owner, key.trackType)
  })

  /** Nobody waits for it any more. */
  const abandon = (key: TrackKey) => {
    const id = idOf(key)
    const attempt = resolving.get(id)
    resolving.delete(id)
    return attempt?.fiber === undefined ? Effect.void : Fiber.interrupt(attempt.fiber)
  }

  const publish = Effect.fnUntraced(function*(owner: Session, trackType: TrackType) {
    owner.published.set(trackType, true)
    yield* Queue.offer(subscriptionsChanged, undefined)
    yield* pursue(owner, trackType)
  })

  const unpublish = Effect.fnUntraced(function*(owner: Session, trackType: TrackType) {
    owner.published.set(trackType, false)
    yield* Queue.offer(subscriptionsChanged, undefined)
    const key = owner.key(trackType)
    if (key === undefined) return
    yield* resolver.unpublish(key)
    yield* abandon(key)
    yield* reconcile(key)
  })

  // --- Participants ---------------------------------------------------------------------------------------------------

  /** Everything of theirs ends; their m-lines may go on sending. */
  const depart = Effect.fnUntraced(function*(owner: Session) {
    const { participant } = owner
    owner.published.clear()
    for (const line of lines.ownedBy(owner)) lines.release(line)
    if (participant === undefined || owner.isOwn) return
    yield* Queue.offer(subscriptionsChanged, undefined)
    yield* resolver.cancel(participant)
    for (const trackType of types) {
      const key = { ...participant, trackType }
      yield* abandon(key)
      yield* reconcile(key)
    }
    if (owner.isNamed) feed.publish({ _tag: "ParticipantLeft", participant })
  })

  const leave = Effect.fnUntraced(function*(owner: Session) {
    const theirs = lines.ownedBy(owner)
    yield* depart(owner)
    roster.leave(owner.sessionId)
    // Another session may have had the same prefix before, and has it again.
    yield* Effect.forEach(theirs, claim, { discard: true })
  })

  const meet = Effect.fnUntraced(function*(sessionId: string, isPresence: boolean) {
    const owner = roster.meet(sessionId, isPresence)
    const { overdue } = roster
    if (overdue !== undefined) {
      yield* depart(overdue)
      roster.forget(overdue)
    }
    return owner
  })

  /**
   * A message names a participant. If it says that they are there (and not only something about them), it brings back who
   * left, and fills in what is published, where no event has said so.
   */
  const hearOf = Effect.fnUntraced(function*(said: SfuParticipant, isPresence: boolean) {
    const owner = yield* meet(said.sessionId, isPresence)
    if (owner === undefined) return
    const { publishedTracks, sessionId, userId } = said
    const published = types.filter((trackType) =>
      owner.publishes(trackType) ||
      (isPresence && !owner.published.has(trackType) && publishedTracks.includes(trackType))
    )
    // The roster's user id wins over an event's: what was done so far was done in the name of somebody else.
    const isRenamed = owner.userId !== undefined && owner.userId !== userId
    if (isRenamed) {
      const unpublished = types.filter((trackType) => owner.published.get(trackType) === false)
      yield* depart(owner)
      for (const trackType of unpublished) owner.published.set(trackType, false)
    }
    const isNew = isRenamed || !owner.isNamed
    roster.name(owner, userId)
    if (isNew && !owner.isOwn) feed.publish({ _tag: "ParticipantJoined", participant: { userId, sessionId } })
    const before = owner.prefix
    const prefix = said.trackLookupPrefix ?? before
    if (prefix !== undefined && (roster.claim(owner, prefix) || isNew)) yield* claimAll(prefix)
    // Another session may have had that one before, and has it again.
    if (before !== undefined && before !== prefix) yield* claimAll(before)
    for (const trackType of published) if (isNew || !owner.publishes(trackType)) yield* publish(owner, trackType)
  })

  /** The session that a publication's event is about, if it has not left. */
  const publisherOf = Effect.fnUntraced(function*({ participant, sessionId, userId }: Publication) {
    if (participant?.sessionId === sessionId) yield* hearOf(participant, false)
    const owner = yield* meet(sessionId, false)
    if (owner !== undefined) owner.userId ??= userId
    return owner
  })

  // --- Media ----------------------------------------------------------------------------------------------------------

  const claimAll = (prefix: string) => Effect.forEach(lines.withPrefix(prefix), claim, { discard: true })

  /** An m-line goes to whom its prefix belongs. Should that be nobody any more, it stays with whom it was given to. */
  const claim = Effect.fnUntraced(function*(line: Line) {
    const owner = roster.ownerOf(line.identity.trackLookupPrefix)
    if (owner === undefined || owner === line.claim?.owner) return
    const former = yield* disown(line)
    lines.claim(line, owner)
    yield* pursue(owner, line.identity.trackType)
    if (former !== undefined) yield* pursue(former, line.identity.trackType)
  })

  /** The track that an m-line carried so far has ended; whose it was. */
  const disown = Effect.fnUntraced(function*(line: Line) {
    const { claim } = line
    lines.release(line)
    const former = claim ?? line.former
    if (former !== undefined) {
      const key = yield* resolver.retire(former.trackId)
      if (Option.isSome(key)) yield* reconcile(key.value)
    }
    return claim?.owner
  })

  /** Whoever had an m-line is told before whoever has it now; and then whoever lost one looks for another of theirs. */
  const adopt = Effect.fnUntraced(function*(table: ReadonlyArray<RemoteMedia>) {
    const { ended, opened } = lines.apply(table)
    const bereft: Array<readonly [Session, TrackType]> = []
    for (const line of ended) {
      const former = yield* disown(line)
      lines.remove(line)
      if (former !== undefined) bereft.push([former, line.identity.trackType])
    }
    for (const media of opened) {
      const { kind, mid, streamId } = media
      const identity = streamId === undefined ? undefined : session.identify(streamId)
      if (identity === undefined || kindOf(identity.trackType) !== kind) {
        yield* Effect.logDebug(`m-line ${mid} (${kind}) is nobody's: its stream id is ${streamId ?? "missing"}`)
        continue
      }
      yield* claim(lines.add(media, identity))
    }
    for (const [owner, trackType] of bereft) yield* pursue(owner, trackType)
  })

  // --- The SFU --------------------------------------------------------------------------------------------------------

  const hear = Effect.fnUntraced(function*(event: SfuEvent) {
    switch (event._tag) {
      case "SubscriberOffer": {
        yield* Queue.offer(offers, event)
        break
      }
      case "IceTrickle": {
        if (event.peerType === "Subscriber") yield* Effect.forkIn(peer.addIceCandidate(event.candidate), connection)
        break
      }
      case "ParticipantJoined": {
        yield* hearOf(event.participant, true)
        break
      }
      case "ParticipantUpdated": {
        yield* hearOf(event.participant, false)
        break
      }
      case "ParticipantLeft": {
        const owner = roster.get(event.participant.sessionId)
        if (owner === undefined) roster.leave(event.participant.sessionId)
        else if (!owner.isOwn) yield* leave(owner)
        break
      }
      case "TrackPublished": {
        const owner = yield* publisherOf(event.publication)
        if (owner !== undefined && !owner.isOwn) yield* publish(owner, event.publication.trackType)
        break
      }
      case "TrackUnpublished": {
        const owner = yield* publisherOf(event.publication)
        if (owner !== undefined && !owner.isOwn) yield* unpublish(owner, event.publication.trackType)
        break
      }
      case "IceRestart":
      case "PublishOptionsChanged":
      case "GrantsChanged":
      case "MigrationCompleted": {
        break
      }
      case "GoAway": {
        yield* Effect.logWarning(`the SFU goes away: ${event.reason}`)
        break
      }
      case "Failed": {
        const detail = `the SFU reports ${event.code}: ${event.detail}`
        if (event.reconnectStrategy === "Disconnect") {
          return yield* new SfuConnectionError({ reason: "Disconnect", detail })
        }
        yield* Effect.logWarning(detail)
        break
      }
      case "CallEnded": {
        ending = event
        break
      }
    }
  })

  const listening = Stream.runForEach(session.events, (event) => inTurn(hear(event)))

  /** One offer at a time. The table is true before the SFU has the answer, and so before it sends anything new. */
  const negotiating = Effect.gen(function*() {
    let failed = 0
    while (true) {
      const { negotiationId, sdp } = yield* Queue.take(offers)
      const exit = yield* Effect.exit(Effect.gen(function*() {
        const negotiated = yield* peer.answer(sdp)
        yield* inTurn(adopt(negotiated.media))
        yield* session.sendAnswer({ sdp: negotiated.sdp, negotiationId })
      }))
      if (Exit.isSuccess(exit)) {
        failed = 0
        continue
      }
      const error = Option.getOrUndefined(Exit.findErrorOption(exit))
      // The SFU may have gone on to an offer that is on its way: to ask for another would overtake that one as well.
      const isOvertaken = error?._tag === "SfuRequestError"
        && Option.isSome(yield* Effect.timeoutOption(Queue.peek(offers), nextOfferDelay))
      if (isOvertaken) continue
      if (++failed === mostFailedOffers || error === undefined) return yield* exit
      yield* Effect.logWarning("an offer could not be answered", exit.cause)
      yield* Effect.ignore(session.restartIce)
    }
  })

  const trickling = Stream.runForEach(
    peer.iceCandidates,
    (candidate) =>
      Effect.catch(
        session.sendIceCandidate("Subscriber", candidate),
        (error) => Effect.logDebug("a candidate was not sent", error)
      )
  )

  /** Waits for no answer: a set that has to be sent again is then the newest there is. */
  const subscribing = Effect.gen(function*() {
    while (true) {
      yield* Queue.take(subscriptionsChanged)
      const wanted = roster.all.flatMap((owner) =>
        types.flatMap((trackType): ReadonlyArray<Subscription> => {
          const key = wants(owner, trackType)
          if (key === undefined) return []
          return [kindOf(trackType) === "video" ? { key, dimension } : { key }]
        })
      )
      yield* Effect.forkChild(Effect.catch(
        session.updateSubscriptions(wanted),
        (error) => Effect.logWarning("subscriptions were not updated", error)
      ))
    }
  })

  const watching = Effect.gen(function*() {
    let wasConnected = false
    yield* Stream.runForEach(peer.states, (state) => {
      wasConnected ||= state === "connected"
      return state === "failed"
        ? Effect.fail(new PeerConnectionError({ reason: wasConnected ? "Lost" : "NeverConnected" }))
        : Effect.void
    })
    return yield* Effect.never
  })

  // --- From the join to the end ---------------------------------------------------------------------------------------

  yield* inTurn(Effect.forEach(session.participants, (said) => hearOf(said, true), { discard: true }))
  yield* Effect.forkIn(trickling, connection)

  /** Every track is dead and everybody leaves, so that nothing of this call stays in a resolver that outlives it. */
  const end = (cause?: Cause.Cause<EdgeError>) =>
    inTurn(Effect.gen(function*() {
      yield* Effect.forEach(lines.apply([]).ended, disown, { discard: true })
      yield* Effect.forEach(roster.all, leave, { discard: true })
      ended = ending
      if (ended !== undefined) feed.publish(ended)
      feed.end(cause)
    }))

  yield* Effect.addFinalizer(() => end())
  yield* Effect.raceAllFirst([listening, negotiating, subscribing, watching]).pipe(
    Effect.exit,
    Effect.flatMap((exit) =>
      Effect.andThen(end(Exit.isFailure(exit) ? exit.cause : undefined), Scope.close(connection, exit))
    ),
    Effect.forkScoped
  )

  return StreamEdge.of({
    events: feed.stream,
    rtp: (trackId) =>
      Stream.unwrap(Effect.sync(() => {
        const line = lines.get(trackId)
        return line?.claim === undefined
          ? Stream.empty
          : Stream.interruptWhen(line.media.rtp, Deferred.await(line.claim.ended))
      })),
    requestKeyFrame: (trackId) => Effect.suspend(() => lines.get(trackId)?.media.requestKeyFrame ?? Effect.void)
  })
})
