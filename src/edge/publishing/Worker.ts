/**
 * Makes the state of the SFU equal to the wanted publications: takes the next step, performs it, and repeats.
 *
 * One worker for each epoch, one step at a time. A worker that is interrupted leaves the publications to the next one.
 */
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as BackOff from "../../internal/BackOff.ts"
import { kindOf } from "../../Track.ts"
import type { NegotiationError } from "../PeerConnection.ts"
import type { SfuRequestError } from "../SfuClient.ts"
import type { Admission } from "./Admission.ts"
import * as Epoch from "./Epoch.ts"
import type { NextStep } from "./NextStep.ts"
import { nextStep } from "./NextStep.ts"
import type { MuteUpdate, OutgoingTrack, PublicationState } from "./Publications.ts"
import * as Publications from "./Publications.ts"
import * as PublicationStore from "./PublicationStore.ts"

type Store = PublicationStore.PublicationStore

type OfferError = NegotiationError | SfuRequestError | Epoch.SocketEnded

/** Runs until it is interrupted. A defect loses the epoch. */
export const run = Effect.fnUntraced(function*(store: Store, epoch: Epoch.Epoch): Effect.fn.Return<void> {
  const next = (): NextStep => nextStep(store.publications, Epoch.status(epoch))
  while (true) {
    for (let step = next(); step._tag !== "None"; step = next()) yield* perform(store, epoch, step)
    yield* Epoch.settled(epoch)
    yield* Queue.take(store.changes)
  }
}, (worker, _, epoch) =>
  Effect.catchDefect(worker, (defect) => {
    Epoch.lose(epoch, "Lost")
    return Effect.logError("the publishing worker died", defect)
  }))

const perform = (store: Store, epoch: Epoch.Epoch, step: NextStep): Effect.Effect<void> => {
  switch (step._tag) {
    case "None":
      return Effect.void
    case "Unpublish":
      return unpublish(store, epoch, step)
    case "Republish":
      return republish(store, epoch, step.ids)
    case "RestartIce":
      return Epoch.restartIce(epoch, negotiate(store, epoch))
    case "SyncMute":
      return syncMute(store, epoch, step.updates)
    case "PublishNew":
      return publishNew(store, epoch, step.publication)
  }
}

// --- The steps --------------------------------------------------------------------------------------------------------

/**
 * Mutes the tracks, which informs the other participants, and offers without them. If the socket ends during the mute, the
 * publications stay in the list for the next socket. If it ends during the offer, the next socket needs no step for them:
 * the offer that restarts ICE is without their tracks.
 */
const unpublish = Effect.fnUntraced(function*(
  store: Store,
  epoch: Epoch.Epoch,
  { ids, mutes, tracks }: Extract<NextStep, { readonly _tag: "Unpublish" }>
) {
  if (mutes.length > 0) {
    const muting = yield* Effect.result(updateMuteStates(store, epoch, mutes))
    if (Result.isFailure(muting)) {
      if (Epoch.isLostWithSocket(epoch, muting.failure)) return
      yield* Effect.logDebug("the mute before an unpublish was refused", muting.failure)
    }
  }
  if (tracks.length > 0) {
    for (const track of tracks) yield* track.stop
    yield* Effect.catch(
      negotiate(store, epoch),
      (error) => Effect.logDebug("the offer without an unpublished track failed", error)
    )
  }
  PublicationStore.update(store, Publications.remove(ids))
})

/** Offers all publications at once. If the SFU refuses that offer, offers them one by one, to find the refused ones. */
const republish = Effect.fnUntraced(function*(
  store: Store,
  epoch: Epoch.Epoch,
  ids: ReadonlyArray<number>
): Effect.fn.Return<void> {
  const admitted = admitAgain(store, ids)
  if (admitted.length === 0) return
  const attempt = yield* Effect.result(Effect.gen(function*() {
    for (const { admission, publication } of admitted) yield* addTrack(store, epoch, publication, admission)
    yield* negotiate(store, epoch, "Republication")
  }))
  if (Result.isSuccess(attempt)) return
  for (const { publication: { id, outgoing } } of admitted) yield* takeBack(store, epoch, id, outgoing)
  const error = attempt.failure
  if (Epoch.isLostWithSocket(epoch, error)) return
  // The step is still the next one.
  if (isUnreachable(error)) return yield* pause(store, epoch)
  if (error._tag === "NegotiationError") return Epoch.lose(epoch, "NeverConnected")
  if (admitted.length === 1) {
    return PublicationStore.update(store, Publications.stop(admitted[0]!.publication.id, "Refused"))
  }
  for (const { publication: { id } } of admitted) yield* republish(store, epoch, [id])
})

/**
 * Before a request is repeated. Ends early if another step is due, such as the end of a publication. Other changes do not
 * end it: an SFU that sends many events gets no more requests.
 */
const pause = (store: Store, epoch: Epoch.Epoch): Effect.Effect<void> => {
  const repeated = describe(nextStep(store.publications, Epoch.status(epoch)))
  const otherStep = Queue.take(store.changes).pipe(
    Effect.repeat({ while: () => describe(nextStep(store.publications, Epoch.status(epoch))) === repeated })
  )
  return Effect.raceFirst(BackOff.pause(1), otherStep)
}

/** Equal for a step and its repetition. */
const describe = (step: NextStep): string => {
  switch (step._tag) {
    case "Republish":
      return `Republish ${step.ids.join()}`
    case "SyncMute":
      return `SyncMute ${step.updates.map(({ id, muted }) => `${id} ${muted}`).join()}`
    default:
      return step._tag
  }
}

/** The SFU may accept the same request later. */
const isUnreachable = (error: OfferError): boolean => error._tag === "SfuRequestError" && error.reason === "Unreachable"

/** Stops the publications that are no longer admitted. */
const admitAgain = (store: Store, ids: ReadonlyArray<number>) =>
  ids.flatMap((id) => {
    const publication = PublicationStore.find(store, id)
    if (publication === undefined) return []
    const admission = Publications.admit(store.publications, publication)
    if (typeof admission !== "string") return [{ publication, admission }]
    PublicationStore.update(store, Publications.stop(id, admission === "NotAllowed" ? "NotAllowed" : "Refused"))
    return []
  })

/** After a failed offer the former track carries the publication again, if its connection is still open. */
const takeBack = (store: Store, epoch: Epoch.Epoch, id: number, former: OutgoingTrack | undefined) =>
  Effect.suspend(() => {
    const outgoing = PublicationStore.find(store, id)?.outgoing
    const stopping = outgoing?.epochId === epoch.id ? outgoing.track.stop : Effect.void
    return Effect.map(stopping, () => PublicationStore.update(store, Publications.setOutgoing(id, former)))
  })

const syncMute = (store: Store, epoch: Epoch.Epoch, updates: ReadonlyArray<MuteUpdate>): Effect.Effect<void> =>
  Effect.catch(updateMuteStates(store, epoch, updates), (error) => {
    if (Epoch.isLostWithSocket(epoch, error)) return Effect.void
    // The step is still the next one.
    if (isUnreachable(error)) return pause(store, epoch)
    PublicationStore.update(store, Publications.refuseMutes(updates))
    return Effect.logWarning("the mute states were not updated", error)
  })

/** Offers the track muted, then unmutes it: the unmute announces the track to the other participants. */
const publishNew = Effect.fnUntraced(function*(store: Store, epoch: Epoch.Epoch, publication: PublicationState) {
  const { id, trackType } = publication
  const admission = Publications.admit(store.publications, publication)
  if (typeof admission === "string") return PublicationStore.update(store, Publications.refuse(id, admission))
  const attempt = yield* Effect.result(Effect.gen(function*() {
    const track = yield* addTrack(store, epoch, publication, admission)
    yield* negotiate(store, epoch)
    // It was revoked, or ended by its caller, during the offer.
    if (PublicationStore.find(store, id)?.phase !== "Requested") return
    yield* updateMuteStates(store, epoch, [{ id, track, trackType, muted: false }])
    PublicationStore.update(store, Publications.publish(id, admission.codec))
  }))
  if (Result.isSuccess(attempt)) return
  const error = attempt.failure
  if (error._tag === "NegotiationError") {
    return PublicationStore.update(store, Publications.refuse(id, "Negotiation", error.message))
  }
  if (Epoch.isLostWithSocket(epoch, error)) return yield* rollback(store, id)
  PublicationStore.update(store, Publications.refuse(id, "Refused", error.message))
})

/** Removes the track of an incomplete request from the connection. The request is offered again on the next socket. */
const rollback = (store: Store, id: number): Effect.Effect<void> => {
  const outgoing = PublicationStore.find(store, id)?.outgoing
  PublicationStore.update(store, Publications.setOutgoing(id, undefined))
  return outgoing?.track.stop ?? Effect.void
}

// --- The requests -----------------------------------------------------------------------------------------------------

/** Adds the track of a publication to the connection. The next offer contains it. */
const addTrack = Effect.fnUntraced(function*(
  store: Store,
  epoch: Epoch.Epoch,
  { id, outgoing: former, trackType }: PublicationState,
  admission: Admission
) {
  const connection = yield* Epoch.connect(epoch)
  const track = yield* connection.addTrack({ kind: kindOf(trackType), codec: admission.codec })
  const outgoing: OutgoingTrack = {
    epochId: epoch.id,
    track,
    former: former?.track,
    admission,
    isMutedAtSfu: true,
    refusedMute: undefined
  }
  PublicationStore.update(store, Publications.setOutgoing(id, outgoing))
  const signals = store.signals.get(id)
  if (signals !== undefined) {
    yield* Effect.forkIn(
      Stream.runForEach(track.keyFrameRequests, () => PubSub.publish(signals.keyFrameRequests, undefined)),
      epoch.scope
    )
  }
  return track
})

/** Offers every track of the connection. */
const negotiate = (
  store: Store,
  epoch: Epoch.Epoch,
  request: Epoch.Request = "PublisherOffer"
): Effect.Effect<void, OfferError> =>
  Epoch.offer(epoch, (connection, iceRestart) => {
    let offered: ReadonlyArray<Publications.OfferedTrack> = []
    const negotiating = connection.negotiate({
      iceRestart,
      exchange: (offer) => {
        offered = Publications.describeOffer(store.publications, offer)
        const tracks = offered.map(({ announced }) => announced)
        return Epoch.request(epoch, request, ({ sendOffer }) => sendOffer({ sdp: offer.sdp, tracks }))
      }
    })
    return Effect.map(negotiating, () => PublicationStore.update(store, Publications.setAnnounced(offered)))
  })

const updateMuteStates = (
  store: Store,
  epoch: Epoch.Epoch,
  updates: ReadonlyArray<MuteUpdate>
): Effect.Effect<void, SfuRequestError | Epoch.SocketEnded> =>
  Effect.map(
    Epoch.request(
      epoch,
      "MuteStates",
      ({ updateMuteStates }) => updateMuteStates(updates.map(({ muted, trackType }) => ({ trackType, muted })))
    ),
    () => PublicationStore.update(store, Publications.acceptMutes(updates))
  )
