/**
 * Publishes local tracks over the current connection.
 *
 * `Publications` lists the wanted publications. `NextStep` compares that list with the state of the SFU and returns the
 * next step. A `Worker` performs the steps, one at a time; each `Epoch` has one worker. A caller waits for its
 * publication and not for a request, so a request that is lost with its socket is made again. How an epoch begins is
 * decided by `StreamEdge`.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as ChildScope from "../../internal/ChildScope.ts"
import { kindOf } from "../../Track.ts"
import type { LocalPublication, PublishError, PublishRequest } from "../LocalPublication.ts"
import type { PeerConnectionError } from "../PeerConnection.ts"
import type { AnnouncedTrack, SfuEvent, SfuSession } from "../SfuClient.ts"
import * as Admission from "./Admission.ts"
import * as Epoch from "./Epoch.ts"
import * as Forwarding from "./Forwarding.ts"
import * as Publications from "./Publications.ts"
import * as PublicationStore from "./PublicationStore.ts"
import * as Worker from "./Worker.ts"

export interface Publishing {
  /** Returns when the SFU has the track and has announced it. Waits as long as there is no epoch. */
  readonly publish: <E, R>(
    request: PublishRequest<E, R>
  ) => Effect.Effect<LocalPublication<E>, PublishError, Scope.Scope | R>
  /**
   * Begins a connection epoch that ends with the scope, and publishes the earlier publications in it, in their order.
   * The former epoch may still be open: it sends until the tracks are negotiated in this one.
   *
   * The returned effect fails when the epoch is lost: its connection is lost or never connected, or the SFU cannot be
   * reached.
   */
  readonly begin: (
    options: Epoch.EpochOptions
  ) => Effect.Effect<Effect.Effect<never, PeerConnectionError>, never, Scope.Scope>
  /** The same session on another socket: restarts ICE, and repeats the requests that were in flight. */
  readonly resume: (session: SfuSession) => Effect.Effect<void>
  /** Applies an event of the SFU, if it concerns our tracks. Returns at once. */
  readonly onEvent: (event: SfuEvent) => Effect.Effect<void>
  /** The tracks that the SFU knows of, or knew in the last epoch. */
  readonly announced: Effect.Effect<ReadonlyArray<AnnouncedTrack>>
}

interface State {
  readonly store: PublicationStore.PublicationStore
  /** Of the newest epoch. */
  readonly worker: FiberHandle.FiberHandle<void>
  /** The newest epoch, as long as it is open. */
  epoch: Epoch.Epoch | undefined
  nextEpochId: number
}

export const make: Effect.Effect<Publishing, never, Scope.Scope> = Effect.gen(function*() {
  const store = yield* PublicationStore.make
  const worker = yield* FiberHandle.make<void>()
  const state: State = { store, worker, epoch: undefined, nextEpochId: 0 }
  yield* Effect.addFinalizer(() => Effect.sync(() => PublicationStore.update(store, Publications.endAll)))
  return {
    // A request that is refused or interrupted leaves nothing in the scope of its caller.
    publish: (request) => ChildScope.run(publish(state, request)),
    begin: (options) => Effect.map(begin(state, options), ({ lost }) => Deferred.await(lost)),
    resume: (session) => Effect.sync(() => resume(state, session)),
    onEvent: (event) => onEvent(state, event),
    announced: Effect.sync(() => Publications.announcedTracks(store.publications))
  }
})

// --- A publication ----------------------------------------------------------------------------------------------------

const publish = Effect.fnUntraced(function*<E, R>(state: State, request: PublishRequest<E, R>) {
  const { media, trackType } = request
  const { store } = state
  const [id, signals] = yield* Effect.acquireRelease(
    PublicationStore.add(store, request),
    ([id, { released }]) => end(state, id, released)
  )
  const codec = yield* Deferred.await(signals.published)
  const { forward, stats } = Forwarding.make({
    find: () => PublicationStore.find(store, id),
    trackType,
    kind: kindOf(trackType),
    clockRate: codec.clockRate
  })
  const sending = Effect.raceFirst(Stream.runForEach(media, forward), Deferred.await(signals.stopped))
  const fiber = yield* Effect.forkScoped(
    Effect.ensuring(sending, end(state, id, signals.released)),
    { startImmediately: true }
  )
  const publication: LocalPublication<E> = {
    trackType,
    codec,
    mute: setMuted(store, id, true),
    unmute: setMuted(store, id, false),
    ready: signals.ready.await,
    stats,
    quality: signals.quality.stream,
    keyFrameRequests: Stream.interruptWhen(
      Stream.fromPubSub(signals.keyFrameRequests),
      Deferred.await(signals.released)
    ),
    done: Effect.flatMap(Fiber.await(fiber), endOf)
  }
  return publication
})

/** The close of the publication's scope interrupts the fiber that sends. A fiber that awaits `done` is not interrupted. */
const endOf = <E>(exit: Exit.Exit<void, E>): Exit.Exit<void, E> =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Exit.void : exit

/** Ends a publication, and waits until the SFU is informed, if it can be. */
const end = (state: State, id: number, released: Deferred.Deferred<void>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { epoch, store } = state
    const signalling = epoch === undefined ? "None" : Epoch.isSocketEnded(epoch) ? "Ended" : "Open"
    PublicationStore.update(store, Publications.end(id, signalling))
    PublicationStore.wake(store)
    return Deferred.await(released)
  })

const setMuted = (store: PublicationStore.PublicationStore, id: number, isMuted: boolean): Effect.Effect<void> =>
  Effect.sync(() => {
    PublicationStore.update(store, Publications.setMuted(id, isMuted))
    PublicationStore.wake(store)
  })

// --- The epochs -------------------------------------------------------------------------------------------------------

const begin = Effect.fnUntraced(function*(state: State, options: Epoch.EpochOptions) {
  const { store, worker } = state
  const epoch = yield* Epoch.make(state.nextEpochId++, options, {
    onSocketEnded: (ended) => {
      if (state.epoch === ended) PublicationStore.update(store, Publications.releaseEnding)
    },
    onIceRestartNeeded: () => PublicationStore.wake(store),
    onConnectionChange: ({ id }, isConnected) =>
      PublicationStore.update(store, Publications.setConnected(id, isConnected))
  })
  // The finalizers run from the last to the first: the worker ends, then the connection is closed, then the epoch ends.
  yield* Effect.addFinalizer(() => Effect.sync(() => endEpoch(state, epoch)))
  yield* Effect.addFinalizer((exit) => Scope.close(epoch.scope, exit))
  yield* FiberHandle.clear(worker)
  state.epoch = epoch
  PublicationStore.update(store, Publications.setPermissions(() => Admission.permissionsOf(options.session)))
  PublicationStore.update(store, Publications.resetQualities)
  yield* Effect.addFinalizer(() => state.epoch === epoch ? FiberHandle.clear(worker) : Effect.void)
  yield* FiberHandle.run(worker, Worker.run(store, epoch))
  return epoch
})

const endEpoch = (state: State, epoch: Epoch.Epoch): void => {
  const isCurrent = state.epoch === epoch
  if (isCurrent) state.epoch = undefined
  PublicationStore.update(state.store, Publications.endEpoch(epoch.id, isCurrent))
}

const resume = ({ epoch, store }: State, session: SfuSession): void => {
  if (epoch === undefined) return
  Epoch.replaceSocket(epoch, session)
  PublicationStore.update(
    store,
    Publications.setPermissions((permissions) => Admission.resumePermissions(permissions, session))
  )
  PublicationStore.wake(store)
}

// --- The SFU's events -------------------------------------------------------------------------------------------------

const onEvent = (state: State, event: SfuEvent): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { epoch, store } = state
    if (epoch === undefined) return Effect.void
    switch (event._tag) {
      case "IceTrickle":
        return event.peerType === "Publisher" && epoch.connection !== undefined
          ? Effect.asVoid(epoch.candidates.fork(epoch.connection.addIceCandidate(event.candidate)))
          : Effect.void
      case "IceRestart":
        if (event.peerType === "Publisher") Epoch.requestIceRestart(epoch)
        break
      case "PublishOptionsChanged":
        PublicationStore.update(store, Publications.setPublishOptions(event.publishOptions))
        break
      case "PublishQualityChanged":
        PublicationStore.update(store, Publications.setQualities(event.qualities))
        break
      case "GrantsChanged":
        PublicationStore.update(store, Publications.setGrants(event.grants))
        break
      case "TrackUnpublished": {
        const { cause, publication: { sessionId, trackType } } = event
        if (sessionId === epoch.sessionId) PublicationStore.update(store, Publications.revokeBySfu(trackType, cause))
        break
      }
      default:
        return Effect.void
    }
    PublicationStore.wake(store)
    return Effect.void
  })
