/**
 * Keeps the publications, and delivers the outcome of every change to the callers that wait for it.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Fanout from "../../internal/Fanout.ts"
import type { PublicationStoppedError, PublishRequest } from "../LocalPublication.ts"
import { PublishError } from "../LocalPublication.ts"
import type { RtpCodec } from "../PeerConnection.ts"
import type { PublishQuality } from "../SfuClient.ts"
import type { Outcome, PublicationState, Transition } from "./Publications.ts"
import * as Publications from "./Publications.ts"

/** What the caller of one publication waits for. */
export interface Signals {
  readonly published: Deferred.Deferred<RtpCodec, PublishError>
  readonly stopped: Deferred.Deferred<never, PublicationStoppedError>
  /** The caller that ends the publication need not wait any longer. */
  readonly released: Deferred.Deferred<void>
  readonly keyFrameRequests: PubSub.PubSub<void>
  readonly quality: Fanout.Fanout<PublishQuality>
  /** Open while the publication is ready, and after its end. */
  readonly ready: Latch.Latch
}

export interface PublicationStore {
  publications: Publications.Publications
  /** By the id of the publication. */
  readonly signals: Map<number, Signals>
  /** Holds an element if the worker has to look for a next step. */
  readonly changes: Queue.Queue<void>
}

export const make: Effect.Effect<PublicationStore> = Effect.map(Queue.sliding<void>(1), (changes) => ({
  publications: Publications.empty,
  signals: new Map(),
  changes
}))

/**
 * Assigns the next state, then delivers the outcomes. An outcome can wake a caller that changes the state again, inside
 * this call.
 */
export const update = (store: PublicationStore, transition: Transition): void => {
  const [outcomes, next] = transition(store.publications)
  store.publications = next
  for (const outcome of outcomes) deliver(store, outcome)
  updateReady(store)
}

const updateReady = (store: PublicationStore): void => {
  for (const publication of store.publications.list) {
    const ready = store.signals.get(publication.id)?.ready
    if (Publications.isReady(store.publications, publication)) ready?.openUnsafe()
    else ready?.closeUnsafe()
  }
}

/** Has the worker look for a next step. */
export const wake = (store: PublicationStore): void => void Queue.offerUnsafe(store.changes, undefined)

export const find = (store: PublicationStore, id: number): PublicationState | undefined =>
  Publications.find(store.publications, id)

/** Checks and adds a request in one synchronous step: two requests for one track type are not both added. */
export const add = (
  store: PublicationStore,
  request: Omit<PublishRequest, "media">
): Effect.Effect<readonly [id: number, signals: Signals], PublishError> =>
  Effect.flatMap(PubSub.sliding<void>(1), (keyFrameRequests) =>
    Effect.suspend(() => {
      const added = Publications.add(store.publications, request)
      if (typeof added === "string") {
        return Effect.fail(new PublishError({ trackType: request.trackType, reason: added, detail: "" }))
      }
      const [id, next] = added
      const signals: Signals = {
        published: Deferred.makeUnsafe(),
        stopped: Deferred.makeUnsafe(),
        released: Deferred.makeUnsafe(),
        keyFrameRequests,
        quality: Fanout.dropOldest(() => {
          const publication = find(store, id)
          return publication === undefined ? [] : [publication.quality]
        }),
        ready: Latch.makeUnsafe()
      }
      store.publications = next
      store.signals.set(id, signals)
      wake(store)
      return Effect.succeed([id, signals] as const)
    }))

const deliver = (store: PublicationStore, outcome: Outcome): void => {
  const signals = store.signals.get(outcome.id)
  if (signals === undefined) return
  switch (outcome._tag) {
    case "Published":
      return void Deferred.doneUnsafe(signals.published, Exit.succeed(outcome.codec))
    case "Refused":
      return void Deferred.doneUnsafe(signals.published, Exit.fail(outcome.error))
    case "Stopped":
      return void Deferred.doneUnsafe(signals.stopped, Exit.fail(outcome.error))
    case "Released":
      return void Deferred.doneUnsafe(signals.released, Exit.void)
    case "QualityChanged":
      return signals.quality.publish(outcome.quality)
    case "Removed":
      store.signals.delete(outcome.id)
      signals.quality.end()
      signals.ready.openUnsafe()
      return void Deferred.doneUnsafe(signals.released, Exit.void)
  }
}
