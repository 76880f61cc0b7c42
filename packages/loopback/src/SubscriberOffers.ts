/**
 * The offers of a subscriber connection: one at a time, numbered from 1. Changes during an offer wait for its answer, and
 * the next offer contains all of them. An offer without an answer is sent again with its number, because the client may not
 * have been ready for it.
 */
import { SdpRepair } from "effect-track-resolver/werift/unstable"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import type { LazyPeer } from "./LazyPeer.ts"
import * as MediaSections from "./MediaSections.ts"
import * as OfferHold from "./OfferHold.ts"
import * as OfferSdp from "./OfferSdp.ts"
import type { SectionTransceivers } from "./SectionTransceivers.ts"
import type { Settings } from "./Settings.ts"

export interface Offer {
  readonly sdp: string
  readonly negotiationId: number
  readonly iceRestart: boolean
}

/** An offer is repeated at most this often. */
const repeats = 3

/** `Stale`: the answer names an offer that is not in flight. `Refused`: werift rejects the SDP. */
export type AnswerResult = "Applied" | "Stale" | "Refused"

export interface SubscriberOffers {
  /** Call when subscriptions or settings have changed. */
  readonly renegotiate: () => void
  readonly restartIce: () => void
  /** The next offer stops the sections that carry these publications, and changes nothing else. Default: all sections. */
  readonly stop: (publicationIds?: ReadonlyArray<string>) => void
  /** `negotiationId` 0: the client does not send negotiation ids, so the answer is for the offer in flight. */
  readonly answer: (sdp: string, negotiationId: number) => Effect.Effect<AnswerResult>
  /** The next offer assigns the section of `from` to `to`. */
  readonly assign: (from: string, to: string) => void
  readonly hold: OfferHold.OfferHold["hold"]
  /** Whether the client has answered for everything that it subscribes to. */
  readonly isSettled: () => boolean
  /** As last answered. */
  readonly answered: () => MediaSections.MediaSections
  /** In the offer in flight. */
  readonly offered: () => MediaSections.MediaSections | undefined
}

export interface SubscriberOffersOptions {
  readonly scope: Scope.Scope
  readonly peer: LazyPeer
  readonly settings: () => Settings
  readonly transceivers: SectionTransceivers
  readonly plan: (
    sections: MediaSections.MediaSections,
    assignments: MediaSections.Assignments
  ) => MediaSections.MediaSections
  readonly onOffer: (offer: Offer) => void
  /** `answered` or `offered` has changed. */
  readonly onSections: () => void
  readonly onAnswered: () => void
}

interface State {
  answered: MediaSections.MediaSections
  offered: MediaSections.MediaSections | undefined
  assignments: Map<number, string>
  /** Ids of the sections that the next offer stops. */
  stops: ReadonlySet<number>
  /** The next offer restarts ICE. */
  iceRestart: boolean
  lastId: number
  /** The numbers of the offers that were sent again. A client may answer each of them twice. */
  readonly repeatedIds: Set<number>
  /** Once `done` is completed, the next offer can be made: after the answer, or at once for an ICE restart. */
  inFlight: { readonly id: number; readonly done: Deferred.Deferred<void> } | undefined
}

/** An offer waits for at most this long for the connection to be established. */
const connectTimeout = "5 seconds"

const latest = ({ answered, offered }: State): MediaSections.MediaSections => offered ?? answered

/** Whether `sections` need an offer. If not, they replace the latest ones at once. */
const isDue = (state: State, sections: MediaSections.MediaSections): boolean => {
  if (MediaSections.needsOffer(latest(state), sections) || (state.iceRestart && state.lastId > 0)) return true
  if (state.offered === undefined) state.answered = sections
  else state.offered = sections
  state.iceRestart = false
  return false
}

const beginOffer = (state: State, sections: MediaSections.MediaSections) => {
  const iceRestart = state.iceRestart && state.lastId > 0
  const done = Deferred.makeUnsafe<void>()
  state.iceRestart = false
  if (state.stops.size === 0) state.assignments = new Map()
  state.stops = new Set()
  state.inFlight = { id: ++state.lastId, done }
  state.offered = sections
  return { iceRestart, negotiationId: state.lastId, done }
}

/** Drops the offer in flight. The next change makes another offer with its content. */
const abandonOffer = (state: State): void => {
  state.inFlight = undefined
  state.offered = undefined
}

const completeOffer = (state: State): void => {
  state.answered = latest(state)
  state.offered = undefined
  state.inFlight = undefined
}

export const make = Effect.fnUntraced(function*(
  { onAnswered, onOffer, onSections, peer: lazyPeer, plan, scope, settings, transceivers }: SubscriberOffersOptions
): Effect.fn.Return<SubscriberOffers> {
  const changed = yield* Latch.make(false)
  const { hold, released } = yield* OfferHold.make
  const state: State = {
    answered: [],
    offered: undefined,
    assignments: new Map(),
    stops: new Set(),
    iceRestart: false,
    lastId: 0,
    repeatedIds: new Set(),
    inFlight: undefined
  }

  const next = (): MediaSections.MediaSections => {
    const stopped = MediaSections.stop(latest(state), state.stops)
    if (stopped !== latest(state)) return stopped
    // The sections have stopped since.
    state.stops = new Set()
    return plan(latest(state), state.assignments)
  }

  const repeat = (made: Offer): Effect.Effect<never> =>
    Effect.suspend(() => Effect.sleep(settings().offerTimeout)).pipe(
      Effect.andThen(released),
      Effect.andThen(Effect.sync(() => {
        state.repeatedIds.add(made.negotiationId)
        onOffer(made)
      })),
      Effect.repeat({ times: repeats - 1 }),
      Effect.andThen(Effect.never)
    )

  const offer = Effect.gen(function*() {
    if (!isDue(state, next())) return
    const peer = yield* lazyPeer.opened
    if (state.inFlight === undefined && state.lastId > 0) {
      yield* Effect.timeoutOption(lazyPeer.notConnecting, connectTimeout)
    }
    yield* released
    // The subscriptions may have changed during these waits.
    const before = latest(state)
    const sections = next()
    if (!isDue(state, sections)) return
    const { done, iceRestart, negotiationId } = beginOffer(state, sections)
    onSections()
    const describe = Effect.gen(function*() {
      transceivers.apply(peer.connection, { before, sections, answered: state.answered })
      return yield* peer.setLocal(yield* peer.createOffer({ iceRestart }))
    })
    const sdp = yield* Effect.tapError(peer.serialized(describe), () =>
      Effect.sync(() => {
        abandonOffer(state)
        onSections()
      }))
    const made: Offer = { sdp: OfferSdp.make(sdp, settings()), negotiationId, iceRestart }
    onOffer(made)
    yield* Effect.raceFirst(Deferred.await(done), repeat(made))
    // The publications of stopped sections need an offer more.
    changed.openUnsafe()
  })

  yield* changed.await.pipe(
    Effect.andThen(released),
    Effect.andThen(Effect.sync(() => changed.closeUnsafe())),
    Effect.andThen(offer),
    Effect.catch((error) => Effect.logWarning("the loopback SFU could not make an offer", error.detail)),
    Effect.forever,
    Effect.forkIn(scope)
  )

  const answer: SubscriberOffers["answer"] = (sdp, negotiationId) =>
    Effect.suspend((): Effect.Effect<AnswerResult> => {
      const { inFlight } = state
      if (state.repeatedIds.has(negotiationId) && negotiationId !== inFlight?.id) return Effect.succeed("Applied")
      const isCurrent = inFlight !== undefined && (negotiationId === 0 || negotiationId === inFlight.id)
      const peer = lazyPeer.current()
      if (peer === undefined || !isCurrent) return Effect.succeed("Stale")
      return peer.serialized(peer.setRemote({ type: "answer", sdp: SdpRepair.repair(sdp, { loopbackOnly: true }) }))
        .pipe(
          Effect.match({
            onFailure: () => "Refused" as const,
            onSuccess: () => {
              completeOffer(state)
              onSections()
              onAnswered()
              Deferred.doneUnsafe(inFlight.done, Effect.void)
              return "Applied" as const
            }
          })
        )
    })

  return {
    renegotiate: () => changed.openUnsafe(),
    restartIce: () => {
      state.iceRestart = true
      if (state.inFlight !== undefined) Deferred.doneUnsafe(state.inFlight.done, Effect.void)
      changed.openUnsafe()
    },
    stop: (ids) => {
      const isMeant = ({ track }: MediaSections.MediaSection): boolean =>
        ids === undefined || (track !== undefined && ids.includes(track.publicationId))
      state.stops = new Set(latest(state).filter(isMeant).map(({ id }) => id))
      changed.openUnsafe()
    },
    answer,
    assign: (from, to) => {
      const section = latest(state).find(({ track }) => track?.publicationId === from)
      if (section === undefined) return
      state.assignments.set(section.id, to)
      changed.openUnsafe()
    },
    hold,
    isSettled: () =>
      state.offered === undefined && !MediaSections.needsOffer(state.answered, plan(state.answered, state.assignments)),
    answered: () => state.answered,
    offered: () => state.offered
  }
})
