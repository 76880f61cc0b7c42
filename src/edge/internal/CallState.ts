/**
 * What an application believes of a call, made from what it is told: who is there (`Roster`), what media there is
 * (`MediaLines`), and which track is which publication's, which the resolver says.
 *
 * Knows no SFU and no connection, and outlives both. One thing happens at a time; a resolve waits in a fiber of its own.
 */
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Fanout from "../../internal/Fanout.ts"
import type { LaggedError } from "../../LaggedError.ts"
import { idOf } from "../../resolver/Correlation.ts"
import type { ResolveError } from "../../resolver/ResolveError.ts"
import type { TrackResolver } from "../../resolver/TrackResolver.ts"
import type { Binding, TrackId, TrackKey } from "../../Track.ts"
import { kindOf, TrackType } from "../../Track.ts"
import type { CallEnded, EdgeError, EdgeEvent, TrackAdded } from "../EdgeEvent.ts"
import type { RemoteMediaSection, RtpPacket } from "../PeerConnection.ts"
import type { SfuEvent, SfuParticipant, SfuPublication, StreamIdentity } from "../SfuClient.ts"
import type { Line } from "./MediaLines.ts"
import { MediaLines } from "./MediaLines.ts"
import type { Session } from "./Roster.ts"
import { Roster } from "./Roster.ts"

/** What an SFU tells of participants and of what they publish. */
export type Told = Extract<
  SfuEvent,
  {
    readonly _tag:
      | "ParticipantJoined"
      | "ParticipantUpdated"
      | "ParticipantLeft"
      | "TrackPublished"
      | "TrackUnpublished"
  }
>

export interface Picture {
  /** How things stand, then what happens. */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  /** The packets of a track from now on, for as long as it is whose it is. */
  readonly rtp: (trackId: TrackId) => Stream.Stream<RtpPacket>
  readonly requestKeyFrame: (trackId: TrackId) => Effect.Effect<void>
  /** What we want to receive now. */
  readonly wanted: () => ReadonlyArray<TrackKey>
  /** Has something whenever `wanted` may have changed. */
  readonly wantedChanged: Queue.Queue<void>
  /** From now on m-lines open on this connection only, and prefixes are those of its SFU. */
  readonly begin: (connection: object) => Effect.Effect<void>
  /** A join was answered: this is who is there, and what they publish. Whoever is missing is gone. */
  readonly joined: (sessionId: string, participants: ReadonlyArray<SfuParticipant>) => Effect.Effect<void>
  readonly hear: (event: Told) => Effect.Effect<void>
  /** Every m-line that sends, from now on. */
  readonly adopt: (
    connection: object,
    media: ReadonlyArray<RemoteMediaSection>,
    identify: (streamId: string) => StreamIdentity | undefined
  ) => Effect.Effect<void>
  /** The connection is void, and every track of it. */
  readonly discard: (connection: object) => Effect.Effect<void>
  /** Nobody waits for a track until the next join is answered: there is nothing that it could come on. */
  readonly suspend: Effect.Effect<void>
  /** Every track is dead and everybody leaves, so that nothing of this call stays in a resolver that outlives it. */
  readonly end: (how: CallEnded | Cause.Cause<EdgeError> | undefined) => Effect.Effect<void>
}

const types: ReadonlyArray<TrackType> = TrackType.literals

export const make = Effect.fnUntraced(function*(options: {
  readonly resolver: TrackResolver["Service"]
  /** Of our stay: the names of tracks begin with it. */
  readonly stayId: string
  readonly subscribe: (key: TrackKey) => boolean
  readonly timeout: Duration.Duration | undefined
}): Effect.fn.Return<Picture, never, Scope.Scope> {
  const { resolver, stayId, subscribe } = options
  const patience = options.timeout === undefined ? {} : { timeout: options.timeout }
  const scope = yield* Effect.scope
  const roster = new Roster()
  const lines = new MediaLines(stayId)
  /** What the application believes. */
  const told = new Map<string, TrackAdded>()
  /** Resolves in flight, each with the fiber that waits for it. */
  const resolving = new Map<string, { readonly key: TrackKey; fiber: Fiber.Fiber<void> | undefined }>()
  let isSuspended = false
  let ended: CallEnded | undefined
  const feed = Fanout.failOnLag<EdgeEvent, EdgeError>(() => [
    ...roster.all.flatMap(({ isNamed, isOwn, participant }): ReadonlyArray<EdgeEvent> =>
      isNamed && !isOwn && participant ? [{ _tag: "ParticipantJoined", participant }] : []
    ),
    ...told.values(),
    ...(ended === undefined ? [] : [ended])
  ])
  const turn = yield* Semaphore.make(1)
  /** One thing at a time, and each to its end: half of a departure would be told of twice. */
  const inTurn = <A, E, R>(step: Effect.Effect<A, E, R>) => turn.withPermit(Effect.uninterruptible(step))
  const wantedChanged = yield* Queue.sliding<void>(1)

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
      const { requestedAt, evidence, registeredAt, resolvedAt, trackId } = bound
      const added: TrackAdded = { _tag: "TrackAdded", key, trackId, evidence, registeredAt, requestedAt, resolvedAt }
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
    if (isSuspended || told.has(id) || resolving.has(id)) return
    const attempt: { readonly key: TrackKey; fiber: Fiber.Fiber<void> | undefined } = { key, fiber: undefined }
    resolving.set(id, attempt)
    attempt.fiber = yield* Effect.forkIn(
      Effect.flatMap(
        Effect.exit(resolver.resolve(key, patience)),
        (exit) => inTurn(answered(owner, key, attempt, exit))
      ),
      scope,
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
    yield* Queue.offer(wantedChanged, undefined)
    yield* pursue(owner, trackType)
  })

  const unpublish = Effect.fnUntraced(function*(owner: Session, trackType: TrackType) {
    owner.published.set(trackType, false)
    yield* Queue.offer(wantedChanged, undefined)
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
    yield* Queue.offer(wantedChanged, undefined)
    yield* resolver.cancel(participant)
    for (const trackType of types) {
      const key = { ...participant, trackType }
      yield* abandon(key)
      yield* reconcile(key)
    }
    if (owner.isNamed) feed.publish({ _tag: "ParticipantLeft", participant })
  })

  /** `forget` them altogether, or remember that they left. */
  const leave = Effect.fnUntraced(function*(owner: Session, forget: boolean) {
    const theirs = lines.ownedBy(owner)
    yield* depart(owner)
    if (forget) roster.forget(owner)
    else roster.leave(owner.sessionId)
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
    const prefix = said.streamIdPrefix ?? before
    if (prefix !== undefined && (roster.claim(owner, prefix) || isNew)) yield* claimAll(prefix)
    // Another session may have had that one before, and has it again.
    if (before !== undefined && before !== prefix) yield* claimAll(before)
    for (const trackType of published) if (isNew || !owner.publishes(trackType)) yield* publish(owner, trackType)
  })

  /** The session that a publication's event is about, if it has not left. */
  const publisherOf = Effect.fnUntraced(function*({ participant, sessionId, userId }: SfuPublication) {
    if (participant?.sessionId === sessionId) yield* hearOf(participant, false)
    const owner = yield* meet(sessionId, false)
    if (owner !== undefined) owner.userId ??= userId
    return owner
  })

  const hear = Effect.fnUntraced(function*(event: Told) {
    switch (event._tag) {
      case "ParticipantJoined":
        return yield* hearOf(event.participant, true)
      case "ParticipantUpdated":
        return yield* hearOf(event.participant, false)
      case "ParticipantLeft": {
        const owner = roster.get(event.participant.sessionId)
        if (owner === undefined) return roster.leave(event.participant.sessionId)
        if (!owner.isOwn) yield* leave(owner, false)
        return
      }
      case "TrackPublished": {
        const owner = yield* publisherOf(event.publication)
        if (owner !== undefined && !owner.isOwn) yield* publish(owner, event.publication.trackType)
        return
      }
      case "TrackUnpublished": {
        const owner = yield* publisherOf(event.publication)
        if (owner !== undefined && !owner.isOwn) yield* unpublish(owner, event.publication.trackType)
        return
      }
    }
  })

  /** What no event has said for longer than the socket was gone, the join's answer says. */
  const joined = Effect.fnUntraced(function*(sessionId: string, participants: ReadonlyArray<SfuParticipant>) {
    roster.join(sessionId)
    const present = new Map(participants.map((said) => [said.sessionId, said]))
    for (const owner of roster.all) {
      const said = present.get(owner.sessionId)
      if (said === undefined && owner.sessionId !== sessionId) yield* leave(owner, true)
      for (const trackType of types) {
        if (owner.publishes(trackType) && !said?.publishedTracks.includes(trackType)) yield* unpublish(owner, trackType)
        if (owner.published.get(trackType) === false) owner.published.delete(trackType)
      }
    }
    yield* Effect.forEach(participants, (said) => hearOf(said, true), { discard: true })
    yield* Queue.offer(wantedChanged, undefined)
    // Who waited for nothing, or in vain, may have it now.
    isSuspended = false
    for (const owner of roster.all) for (const trackType of types) yield* pursue(owner, trackType)
  })

  // --- Media ----------------------------------------------------------------------------------------------------------

  const claimAll = (prefix: string) => Effect.forEach(lines.withPrefix(prefix), claim, { discard: true })

  /** An m-line goes to whom its prefix belongs. Should that be nobody any more, it stays with whom it was given to. */
  const claim = Effect.fnUntraced(function*(line: Line) {
    const owner = roster.ownerOf(line.identity.streamIdPrefix)
    if (owner === undefined || owner === line.claim?.owner || !lines.isCurrent(line)) return
    const { trackType } = line.identity
    const former = yield* disown(line)
    lines.claim(line, owner)
    yield* pursue(owner, trackType)
    if (former !== undefined) yield* pursue(former, trackType)
    // Nothing of a former connection comes back once there is something newer.
    const outdated = lines.ownedBy(owner).filter((other) =>
      other.identity.trackType === trackType && !lines.isCurrent(other)
    )
    yield* close(outdated)
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

  /** These end. Who has lost one, and of which type. */
  const close = Effect.fnUntraced(function*(ended: ReadonlyArray<Line>) {
    const bereft: Array<readonly [Session, TrackType]> = []
    for (const line of ended) {
      const former = yield* disown(line)
      lines.remove(line)
      if (former !== undefined) bereft.push([former, line.identity.trackType])
    }
    return bereft
  })

  /** Whoever has lost one may have another. */
  const seekOthers = (bereft: ReadonlyArray<readonly [Session, TrackType]>) =>
    Effect.forEach(bereft, ([owner, trackType]) => pursue(owner, trackType), { discard: true })

  /** Whoever had an m-line is told before whoever has it now. */
  const adopt: Picture["adopt"] = Effect.fnUntraced(function*(connection, media, identify) {
    const { ended, opened } = lines.apply(connection, media)
    const bereft = yield* close(ended)
    for (const line of opened) {
      const { kind, mid, streamId } = line
      const identity = streamId === undefined ? undefined : identify(streamId)
      if (identity === undefined || kindOf(identity.trackType) !== kind) {
        yield* Effect.logDebug(`m-line ${mid} (${kind}) is nobody's: its stream id is ${streamId ?? "missing"}`)
        continue
      }
      yield* claim(lines.add(connection, line, identity))
    }
    yield* seekOthers(bereft)
  })

  const discard = (connection: object) => Effect.flatMap(Effect.suspend(() => close(lines.end(connection))), seekOthers)

  const isCallEnded = (how: CallEnded | Cause.Cause<EdgeError> | undefined): how is CallEnded =>
    how !== undefined && "_tag" in how

  return {
    events: feed.stream,
    rtp: (trackId) =>
      Stream.unwrap(Effect.sync(() => {
        const line = lines.get(trackId)
        return line?.claim === undefined
          ? Stream.empty
          : Stream.interruptWhen(line.media.rtp, Deferred.await(line.claim.ended))
      })),
    requestKeyFrame: (trackId) => Effect.suspend(() => lines.get(trackId)?.media.requestKeyFrame ?? Effect.void),
    wanted: () => roster.all.flatMap((owner) => types.flatMap((trackType) => wants(owner, trackType) ?? [])),
    wantedChanged,
    begin: (connection) =>
      inTurn(Effect.sync(() => {
        lines.begin(connection)
        roster.forgetPrefixes()
      })),
    joined: (sessionId, participants) => inTurn(joined(sessionId, participants)),
    hear: (event) => inTurn(hear(event)),
    adopt: (connection, media, identify) => inTurn(adopt(connection, media, identify)),
    discard: (connection) => inTurn(discard(connection)),
    suspend: inTurn(Effect.suspend(() => {
      isSuspended = true
      return Effect.forEach(Array.from(resolving.values()), ({ key }) => abandon(key), { discard: true })
    })),
    end: (how) =>
      inTurn(Effect.gen(function*() {
        isSuspended = true
        for (const connection of lines.connections) yield* close(lines.end(connection))
        yield* Effect.forEach(roster.all, (owner) => leave(owner, true), { discard: true })
        if (isCallEnded(how)) {
          ended = how
          feed.publish(how)
          feed.end()
        } else feed.end(how)
      }))
  }
})
