/**
 * What we publish, over whichever connection there is.
 *
 * What is wanted is a list; a worker, one for each connection epoch, makes it so: it takes the first difference between
 * the list and what the SFU was told, sees to it, and looks again. So one thing is negotiated at a time, in the order in
 * which it was wanted, and whoever asks waits for their entry and not for a request. A worker that ends leaves the
 * list to the next one. Knows nothing of how an epoch begins: see `StreamEdge`.
 */
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as ChildScope from "../../internal/ChildScope.ts"
import type { TrackType } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { LocalPublication, PublishRequest } from "../LocalPublication.ts"
import { PublicationStoppedError, PublishError } from "../LocalPublication.ts"
import type { LocalTrack, NegotiationError, OutgoingPacket, PublisherConnection, RtpCodec } from "../PeerConnection.ts"
import { PeerConnectionError } from "../PeerConnection.ts"
import type { AnnouncedTrack, Grants, PublishOption, SfuEvent, SfuRequestError, SfuSession } from "../SfuClient.ts"
import { isGranted } from "../SfuClient.ts"
import * as Admission from "./Admission.ts"

/** Opens the publisher's connection of an epoch. */
export type OpenPublisher = Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope>

/** What a connection epoch is begun with. */
export interface EpochOptions {
  /** Ours, in this epoch. */
  readonly sessionId: string
  readonly session: SfuSession
  readonly open: OpenPublisher
}

export interface Publishing {
  /** Answers once the SFU has it and everybody was told; waits for a connection as long as there is none. */
  readonly publish: <E, R>(
    request: PublishRequest<E, R>
  ) => Effect.Effect<LocalPublication<E>, PublishError, Scope.Scope | R>
  /**
   * A connection epoch, as long as the scope. What stands is published anew in its order; another epoch may still be open,
   * and goes on sending until then. What it gives fails when the connection is lost, or the SFU cannot be reached, and
   * another epoch is needed.
   */
  readonly begin: (
    options: EpochOptions
  ) => Effect.Effect<Effect.Effect<never, PeerConnectionError>, never, Scope.Scope>
  /** The same session of this epoch on another socket: its ICE is restarted, and what was on its way is asked anew. */
  readonly resume: (session: SfuSession) => Effect.Effect<void>
  /** What concerns us of what the SFU tells. Waits for nothing. */
  readonly onEvent: (event: SfuEvent) => Effect.Effect<void>
  /** What the SFU knows of, or knew last. */
  readonly announced: Effect.Effect<ReadonlyArray<AnnouncedTrack>>
}

/** A request whose socket has been replaced. It says nothing about what was asked. */
class LinkOver extends Data.TaggedError("LinkOver") {}

/** A session on one socket. Over, once its requests are of no use any more. */
interface Link {
  readonly session: SfuSession
  readonly over: Deferred.Deferred<never, LinkOver>
}

interface Epoch {
  readonly sessionId: string
  readonly open: OpenPublisher
  readonly scope: Scope.Closeable
  readonly lost: Deferred.Deferred<never, PeerConnectionError>
  link: Link
  connection: PublisherConnection | undefined
  /** Its ICE is to be restarted with the next offer. */
  restarts: boolean
  /** A restart is under way because the connection failed. */
  isMending: boolean
}

interface Entry {
  readonly trackType: TrackType
  readonly wanted: RtpCodec | undefined
  readonly dimension: AnnouncedTrack["dimension"]
  readonly published: Deferred.Deferred<RtpCodec, PublishError>
  readonly stopped: Deferred.Deferred<never, PublicationStoppedError>
  /** Nobody has to wait for the SFU to hear that it is gone. */
  readonly gone: Deferred.Deferred<void>
  readonly keyFrameRequests: PubSub.PubSub<void>
  isMuted: boolean
  isLeaving: boolean
  /** It was published once, and is published anew in each epoch. */
  isStanding: boolean
  announced: AnnouncedTrack | undefined
  sending: Sending | undefined
  /** Packets that were not sent. Whoever receives the others sees no gap. */
  dropped: number
}

/** A track on the connection of one epoch. */
interface Sending {
  readonly epoch: Epoch
  readonly track: LocalTrack
  readonly admission: Admission.Admission
  /** What others were told. */
  isMuted: boolean
  /** A change that the SFU would not hear of. */
  unheard: boolean | undefined
}

export const make: Effect.Effect<Publishing, never, Scope.Scope> = Effect.gen(function*() {
  /** In the order in which they were asked for. */
  let entries: ReadonlyArray<Entry> = []
  let epoch: Epoch | undefined
  let worker: Fiber.Fiber<void> | undefined
  let grants: Grants | undefined
  let publishOptions: ReadonlyArray<PublishOption> = []
  let isEnded = false
  const changed = yield* Queue.sliding<void>(1)

  const wake = (): void => void Queue.offerUnsafe(changed, undefined)

  // --- Entries --------------------------------------------------------------------------------------------------------

  const drop = (entry: Entry): void => {
    entries = entries.filter((one) => one !== entry)
    Deferred.doneUnsafe(entry.gone, Exit.void)
  }

  const refuse = (entry: Entry, reason: PublishError["reason"], detail = ""): void => {
    entry.isLeaving = true
    Deferred.doneUnsafe(entry.published, Exit.fail(new PublishError({ trackType: entry.trackType, reason, detail })))
  }

  const stop = (entry: Entry, reason: PublicationStoppedError["reason"]): void => {
    entry.isLeaving = true
    const error = new PublicationStoppedError({ trackType: entry.trackType, reason })
    Deferred.doneUnsafe(entry.stopped, Exit.fail(error))
  }

  /** It may not be published any more, or, if its publication is still being asked for, not at all. */
  const revoke = (entry: Entry, reason: "Moderation" | "PermissionRevoked" | "NotAllowed"): void =>
    entry.isStanding ? stop(entry, reason) : refuse(entry, "NotAllowed", reason === "NotAllowed" ? "" : reason)

  /** Asked and entered in one step, or two of a type might both find none. */
  const enter = (request: PublishRequest<unknown, unknown>): Effect.Effect<Entry, PublishError> =>
    Effect.flatMap(PubSub.sliding<void>(1), (keyFrameRequests) =>
      Effect.suspend(() => {
        const { codec, dimension, trackType } = request
        const refused = (reason: PublishError["reason"]) =>
          Effect.fail(new PublishError({ trackType, reason, detail: "" }))
        if (isEnded) return refused("Ended")
        if (entries.some((one) => one.trackType === trackType && !one.isLeaving)) return refused("AlreadyPublished")
        const entry: Entry = {
          trackType,
          wanted: codec,
          dimension,
          published: Deferred.makeUnsafe(),
          stopped: Deferred.makeUnsafe(),
          gone: Deferred.makeUnsafe(),
          keyFrameRequests,
          isMuted: false,
          isLeaving: false,
          isStanding: false,
          announced: undefined,
          sending: undefined,
          dropped: 0
        }
        entries = [...entries, entry]
        wake()
        return Effect.succeed(entry)
      }))

  /** Waits until the SFU has been told, if there is one that could be. */
  const leave = (entry: Entry): Effect.Effect<void> =>
    Effect.suspend(() => {
      entry.isLeaving = true
      if (epoch === undefined) drop(entry)
      else if (Deferred.isDoneUnsafe(epoch.link.over)) Deferred.doneUnsafe(entry.gone, Exit.void)
      wake()
      return Deferred.await(entry.gone)
    })

  const forward = (entry: Entry, packet: OutgoingPacket): Effect.Effect<void> => {
    const { dropped, isLeaving, isMuted, sending } = entry
    if (sending === undefined || isMuted || isLeaving) {
      entry.dropped++
      return Effect.void
    }
    return sending.track.send({ ...packet, sequenceNumber: (packet.sequenceNumber - dropped) & 0xffff })
  }

  // --- Requests -------------------------------------------------------------------------------------------------------

  const over = (current: Epoch): void => {
    Deferred.doneUnsafe(current.link.over, Exit.fail(new LinkOver()))
    if (epoch !== current) return
    for (const { gone, isLeaving } of entries) if (isLeaving) Deferred.doneUnsafe(gone, Exit.void)
  }

  const lose = (epoch: Epoch, reason: PeerConnectionError["reason"]): void => {
    Deferred.doneUnsafe(epoch.lost, Exit.fail(new PeerConnectionError({ reason })))
    over(epoch)
  }

  /** As long as its socket is the one that counts. */
  const ask = <A>(
    current: Epoch,
    request: (session: SfuSession) => Effect.Effect<A, SfuRequestError>
  ): Effect.Effect<A, SfuRequestError | LinkOver> =>
    Effect.suspend(() => {
      const { link } = current
      return Effect.raceFirst(request(link.session), Deferred.await(link.over)).pipe(
        Effect.tapError((error) =>
          Effect.sync(() => {
            // The session is over: whoever has opened it knows, and resumes it or begins another.
            if (error._tag === "SfuRequestError" && error.reason === "SessionEnded" && current.link === link) {
              over(current)
            }
          })
        )
      )
    })

  const isOver = ({ link }: Epoch): boolean => Deferred.isDoneUnsafe(link.over)

  /** Offers every track of this epoch. */
  const negotiate = Effect.fnUntraced(function*(current: Epoch, connection: PublisherConnection) {
    const { link, restarts } = current
    let tracks: ReadonlyArray<readonly [Entry, AnnouncedTrack]> = []
    yield* connection.negotiate({
      iceRestart: restarts,
      exchange: (offer) => {
        tracks = offer.tracks.flatMap(({ mid, track }) => {
          const entry = entries.find(({ sending }) => sending?.track === track)
          if (entry?.sending === undefined) return []
          const { dimension, isMuted, sending: { admission }, trackType } = entry
          return [[entry, { trackId: track.id, trackType, mid, muted: isMuted, dimension, ...admission }]]
        })
        return ask(
          current,
          ({ sendOffer }) => sendOffer({ sdp: offer.sdp, tracks: tracks.map(([, track]) => track) })
        )
      }
    })
    if (restarts && current.link === link) current.restarts = false
    for (const [entry, track] of tracks) entry.announced = track
  })

  const updateMuteStates = (current: Epoch, sendings: ReadonlyArray<readonly [TrackType, Sending, boolean]>) =>
    ask(
      current,
      ({ updateMuteStates }) => updateMuteStates(sendings.map(([trackType, , muted]) => ({ trackType, muted })))
    ).pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          for (const [, sending, muted] of sendings) sending.isMuted = muted
        })
      )
    )

  // --- The connection -------------------------------------------------------------------------------------------------

  const watch = (current: Epoch, { states }: PublisherConnection) => {
    let wasConnected = false
    return Stream.runForEach(states, (state) =>
      Effect.sync(() => {
        if (state === "connected") {
          wasConnected = true
          current.isMending = false
        }
        if (state !== "failed") return
        if (!wasConnected) return lose(current, "NeverConnected")
        if (current.isMending) return lose(current, "Lost")
        current.isMending = true
        current.restarts = true
        wake()
      }))
  }

  const connected = Effect.fnUntraced(function*(current: Epoch) {
    if (current.connection !== undefined) return current.connection
    const connection = yield* Scope.provide(current.open, current.scope)
    current.connection = connection
    // A first offer needs no restart.
    current.restarts = false
    yield* Effect.forkIn(watch(current, connection), current.scope)
    return connection
  })

  const send = Effect.fnUntraced(function*(current: Epoch, entry: Entry, admission: Admission.Admission) {
    const connection = yield* connected(current)
    const track = yield* connection.addTrack({ kind: kindOf(entry.trackType), codec: admission.codec })
    entry.sending = { epoch: current, track, admission, isMuted: true, unheard: undefined }
    yield* Effect.forkIn(
      Stream.runForEach(track.keyFrameRequests, () => PubSub.publish(entry.keyFrameRequests, undefined)),
      current.scope
    )
    return connection
  })

  // --- One difference after the other ---------------------------------------------------------------------------------

  /** Told to everybody, taken off the connection, and off the SFU's list. */
  const withdraw = Effect.fnUntraced(function*(current: Epoch, leaving: ReadonlyArray<Entry>) {
    const known = leaving.flatMap(({ sending, trackType }) =>
      sending?.epoch === current ? [[trackType, sending, true] as const] : []
    )
    const live = known.filter(([, { isMuted }]) => !isMuted)
    const telling = live.length === 0 ? Effect.void : updateMuteStates(current, live)
    yield* Effect.catch(telling, (error) => Effect.logDebug("that a track is gone was not told", error))
    if (isOver(current)) return
    for (const [, { track }] of known) yield* track.stop
    if (current.connection !== undefined && known.length > 0) {
      yield* Effect.catch(
        negotiate(current, current.connection),
        (error) => Effect.logDebug("a track was not taken off", error)
      )
    }
    if (!isOver(current)) leaving.forEach(drop)
  })

  const admit = ({ announced, trackType, wanted }: Entry) =>
    Admission.admit({ trackType, codec: announced?.codec ?? wanted }, grants, publishOptions)

  /** What nobody has heard of so far. */
  const introduce = Effect.fnUntraced(function*(current: Epoch, entry: Entry) {
    const admission = admit(entry)
    if (typeof admission === "string") return refuse(entry, admission)
    yield* Effect.gen(function*() {
      yield* negotiate(current, yield* send(current, entry, admission))
      if (entry.isLeaving) return
      yield* updateMuteStates(current, [[entry.trackType, entry.sending!, false]])
      entry.isStanding = true
      Deferred.doneUnsafe(entry.published, Exit.succeed(admission.codec))
    }).pipe(
      Effect.catch((error) => {
        switch (error._tag) {
          case "LinkOver":
            return undo(entry)
          case "SfuRequestError":
            return isOver(current) ? undo(entry) : Effect.sync(() => refuse(entry, "Refused", error.message))
          case "NegotiationError":
            return Effect.sync(() => refuse(entry, "Negotiation", error.message))
        }
      })
    )
  })

  /** It is asked for anew on the next socket. */
  const undo = (entry: Entry): Effect.Effect<void> => {
    const { sending } = entry
    entry.sending = undefined
    return sending?.track.stop ?? Effect.void
  }

  /** What stood before this epoch: all at once, or, if that fails, one by one to see which of them it is. */
  const restore = (current: Epoch, standing: ReadonlyArray<Entry>): Effect.Effect<void> =>
    Effect.gen(function*() {
      const admitted = standing.flatMap((entry) => {
        const admission = admit(entry)
        if (typeof admission !== "string") return [[entry, admission] as const]
        stop(entry, admission === "NotAllowed" ? "NotAllowed" : "Refused")
        return []
      })
      if (admitted.length === 0) return
      const before = admitted.map(([entry]) => [entry, entry.sending] as const)
      const again = Effect.gen(function*() {
        for (const [entry, admission] of admitted) yield* send(current, entry, admission)
        yield* negotiate(current, yield* connected(current))
      })
      const result = yield* Effect.result(again)
      if (Result.isSuccess(result)) return
      const error = result.failure
      for (const [entry, sending] of before) {
        if (entry.sending?.epoch === current) yield* entry.sending.track.stop
        entry.sending = sending
      }
      if (isOver(current)) return
      if (error._tag === "LinkOver") return
      const isRefused = error._tag === "SfuRequestError" &&
        (error.reason === "Refused" || error.reason === "SignalLost")
      if (!isRefused) return lose(current, "NeverConnected")
      const [only, ...others] = admitted
      if (others.length === 0) return stop(only![0], "Refused")
      yield* Effect.forEach(admitted, ([entry]) => restore(current, [entry]), { discard: true })
    })

  const restart = (current: Epoch, connection: PublisherConnection) =>
    Effect.matchEffect(negotiate(current, connection), {
      onFailure: (error) =>
        Effect.suspend(() => {
          if (isOver(current) || error._tag === "LinkOver") return Effect.void
          current.restarts = false
          if (current.isMending) lose(current, "Lost")
          return Effect.logWarning("ICE was not restarted", error)
        }),
      onSuccess: () =>
        Effect.map(Stream.runHead(connection.states), (state) => {
          // DTLS that was closed does not come back, whatever ICE does.
          if (current.isMending && Option.contains(state, "failed")) lose(current, "Lost")
        })
    })

  const retell = (current: Epoch, sendings: ReadonlyArray<readonly [TrackType, Sending, boolean]>) =>
    Effect.catch(updateMuteStates(current, sendings), (error) => {
      if (!isOver(current)) { for (const [, sending, muted] of sendings) sending.unheard = muted }
      return Effect.logWarning("mute states were not updated", error)
    })

  const difference = (current: Epoch): Effect.Effect<void> | undefined => {
    if (isOver(current)) return undefined
    const leaving = entries.filter(({ isLeaving }) => isLeaving)
    if (leaving.length > 0) return withdraw(current, leaving)
    const standing = entries.filter(({ isStanding, sending }) => isStanding && sending?.epoch !== current)
    if (standing.length > 0) return restore(current, standing)
    if (current.restarts && current.connection !== undefined) return restart(current, current.connection)
    const untold = entries.flatMap(({ isMuted, isStanding, sending, trackType }) =>
      isStanding && sending !== undefined && sending.isMuted !== isMuted && sending.unheard !== isMuted
        ? [[trackType, sending, isMuted] as const]
        : []
    )
    if (untold.length > 0) return retell(current, untold)
    const fresh = entries.find(({ isStanding }) => !isStanding)
    return fresh === undefined ? undefined : introduce(current, fresh)
  }

  const work = Effect.fnUntraced(function*(current: Epoch) {
    while (true) {
      for (let step = difference(current); step !== undefined; step = difference(current)) yield* step
      yield* Queue.take(changed)
    }
  }, (worker, current) =>
    Effect.catchDefect(worker, (defect) => {
      lose(current, "Lost")
      return Effect.logError("publishing came to an end", defect)
    }))

  // --- Doors ----------------------------------------------------------------------------------------------------------

  const publish = <E, R>(request: PublishRequest<E, R>) =>
    Effect.gen(function*() {
      const { media, trackType } = request
      const entry = yield* Effect.acquireRelease(enter(request), leave)
      const codec = yield* Deferred.await(entry.published)
      const consuming = Stream.runForEach(media, (packet) => Effect.suspend(() => forward(entry, packet)))
      const fiber = yield* Effect.forkScoped(
        Effect.ensuring(Effect.raceFirst(consuming, Deferred.await(entry.stopped)), leave(entry)),
        { startImmediately: true }
      )
      const mute = (isMuted: boolean) =>
        Effect.sync(() => {
          entry.isMuted = isMuted
          if (entry.sending !== undefined) entry.sending.unheard = undefined
          wake()
        })
      const publication: LocalPublication<E> = {
        trackType,
        codec,
        mute: mute(true),
        unmute: mute(false),
        keyFrameRequests: Stream.interruptWhen(
          Stream.fromPubSub(entry.keyFrameRequests),
          Deferred.await(entry.gone)
        ),
        done: Fiber.join(fiber)
      }
      return publication
    })

  /** What is refused or interrupted leaves nothing in the scope of its caller. */
  const publishing = <E, R>(request: PublishRequest<E, R>) => ChildScope.run(publish(request))

  const end = (current: Epoch): void => {
    over(current)
    for (const entry of entries) if (entry.sending?.epoch === current) entry.sending = undefined
    if (epoch !== current) return
    epoch = undefined
    for (const entry of entries) if (entry.isLeaving) drop(entry)
  }

  const establish = Effect.fnUntraced(function*({ open, session, sessionId }: EpochOptions) {
    // Reads from below: the worker ends, then its connection closes, and then all is as if there had been none.
    const around = yield* Effect.scope
    const current: Epoch = {
      sessionId,
      open,
      scope: yield* Scope.make(),
      lost: Deferred.makeUnsafe(),
      link: { session, over: Deferred.makeUnsafe() },
      connection: undefined,
      restarts: false,
      isMending: false
    }
    yield* Effect.addFinalizer(() => Effect.sync(() => end(current)))
    yield* Effect.addFinalizer((exit) => Scope.close(current.scope, exit))
    if (worker !== undefined) yield* Fiber.interrupt(worker)
    epoch = current
    grants = session.grants
    publishOptions = session.publishOptions
    worker = yield* Effect.forkIn(work(current), around)
    return current
  })

  const resume = (session: SfuSession) =>
    Effect.sync(() => {
      if (epoch === undefined) return
      over(epoch)
      epoch.link = { session, over: Deferred.makeUnsafe() }
      epoch.restarts = epoch.connection !== undefined
      grants = session.grants ?? grants
      if (session.publishOptions.length > 0) publishOptions = session.publishOptions
      wake()
    })

  const onEvent = (event: SfuEvent): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (epoch === undefined) return Effect.void
      const { connection, scope, sessionId } = epoch
      switch (event._tag) {
        case "IceTrickle":
          return event.peerType === "Publisher" && connection !== undefined
            ? Effect.asVoid(Effect.forkIn(connection.addIceCandidate(event.candidate), scope))
            : Effect.void
        case "IceRestart":
          if (event.peerType === "Publisher") epoch.restarts = connection !== undefined
          break
        case "PublishOptionsChanged":
          publishOptions = event.publishOptions
          break
        case "GrantsChanged":
          grants = event.grants
          for (const entry of entries) if (!isGranted(event.grants, entry.trackType)) revoke(entry, "NotAllowed")
          break
        case "TrackUnpublished": {
          const { cause, publication } = event
          if (cause !== "Moderation" && cause !== "PermissionRevoked") break
          if (publication.sessionId !== sessionId) break
          for (const entry of entries) {
            if (entry.trackType === publication.trackType && entry.sending !== undefined) revoke(entry, cause)
          }
          break
        }
        default:
          return Effect.void
      }
      wake()
      return Effect.void
    })

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      isEnded = true
      for (const entry of entries) {
        refuse(entry, "Ended")
        stop(entry, "Ended")
        drop(entry)
      }
    })
  )

  return {
    publish: publishing,
    begin: (options) => Effect.map(establish(options), ({ lost }) => Deferred.await(lost)),
    resume,
    onEvent,
    announced: Effect.sync(() =>
      entries.flatMap(({ announced, isLeaving, isMuted }) =>
        announced === undefined || isLeaving ? [] : [{ ...announced, muted: isMuted }]
      )
    )
  }
})
