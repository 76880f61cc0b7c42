/**
 * The connection on which we send: our offers, one at a time, each answered and applied, or taken back.
 *
 * The fault: if an answer arrives while werift connects, werift treats the answer as a failure, and the second start of
 * its ICE takes the results of the first. So an offer waits until the connection has connected or failed. Noticed by
 * "negotiations run one after the other ..." in `test/werift/publisher.test.ts`.
 *
 * An ICE restart begins when its offer is set, and ends the former connectivity even if the offer gets no answer.
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { IceServer, PublisherConnection, PublisherOffer } from "../../edge/PeerConnection.ts"
import { NegotiationError } from "../../edge/PeerConnection.ts"
import * as CloseNotify from "./CloseNotify.ts"
import * as Codecs from "./Codecs.ts"
import * as Liveness from "./Liveness.ts"
import * as Offer from "./Offer.ts"
import * as Peer from "./Peer.ts"
import { detailOf } from "./PeerError.ts"
import * as RemoteCandidates from "./RemoteCandidates.ts"
import * as Transmission from "./Transmission.ts"

export const open = Effect.fnUntraced(function*(options: {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly loopbackOnly: boolean
  readonly connectTimeout: Duration.Duration
}): Effect.fn.Return<PublisherConnection, Peer.PeerError, Scope.Scope> {
  const { connectTimeout, iceServers, loopbackOnly } = options
  const configuration = Codecs.sendable()
  const peer = yield* Peer.open({ iceServers, loopbackOnly, configuration })
  const transmission = Transmission.make(peer, configuration.codecs)
  const liveness = yield* Liveness.make(peer, connectTimeout)
  const candidates = RemoteCandidates.make(peer)
  const negotiations = yield* Semaphore.make(1)
  const closed = yield* Deferred.make<never, NegotiationError>()

  yield* Effect.addFinalizer(() => {
    transmission.end()
    const error = new NegotiationError({ step: "Open", detail: "the connection is closed" })
    return Effect.andThen(Deferred.fail(closed, error), CloseNotify.send(peer))
  })

  const untilSettled = Stream.runDrain(Stream.takeUntil(liveness.states, (state) => state !== "connecting"))

  const parse = (text: string, offer: string, mids: ReadonlyArray<string>) =>
    Effect.try({
      try: () => parseAnswer(text, offer, mids, loopbackOnly),
      catch: (cause) => Peer.PeerError.of("SetRemoteDescription", cause)
    })

  const attempt = Effect.fnUntraced(function*<E, R>({ exchange, iceRestart }: NegotiateOptions<E, R>) {
    yield* Effect.try({ try: transmission.begin, catch: (cause) => Peer.PeerError.of("CreateOffer", cause) })
    const sdp = yield* peer.setLocal(yield* peer.createOffer({ iceRestart: iceRestart === true }))
    const tracks = transmission.offered()
    const text = yield* Effect.interruptible(Effect.raceFirst(exchange({ sdp, tracks }), Deferred.await(closed)))
    const answer = yield* parse(text, sdp, tracks.map(({ mid }) => mid))
    yield* peer.setRemote({ type: "answer", sdp: answer.sdp })
    transmission.commit()
    yield* candidates.applied(answer.ufrags)
    yield* liveness.answered
  })

  /** Restarted ICE does not connect without an answer, so its timeout begins here. */
  const rollback = (isRestarted: boolean) =>
    Effect.andThen(peer.rollback, isRestarted && candidates.hasDescription() ? liveness.answered : Effect.void)

  return {
    addTrack: ({ codec, kind }) =>
      Effect.try({
        try: () => transmission.addTrack(kind, codec),
        catch: (cause) => new NegotiationError({ step: "CreateOffer", detail: detailOf(cause) })
      }),
    negotiate: (options) =>
      Effect.onError(attempt(options), () => rollback(options.iceRestart === true)).pipe(
        peer.serialized,
        (exchange) => Effect.andThen(untilSettled, exchange),
        negotiations.withPermit,
        Effect.mapError((error) => error instanceof Peer.PeerError ? error.toNegotiationError() : error)
      ),
    addIceCandidate: candidates.add,
    states: liveness.states
  }
})

interface NegotiateOptions<E, R> {
  readonly iceRestart?: boolean | undefined
  readonly exchange: (offer: PublisherOffer) => Effect.Effect<string, E, R>
}

/** Throws if the answer has fewer m-lines than the offer, or rejects one of these mids. */
const parseAnswer = (
  text: string,
  offer: string,
  mids: ReadonlyArray<string>,
  loopbackOnly: boolean
): Offer.Offer => {
  const { mLines } = Offer.parse(offer, { loopbackOnly, mLines: 0 })
  const answer = Offer.parse(text, { loopbackOnly, mLines })
  const accepted = Offer.acceptedMids(answer.sdp)
  const rejected = mids.filter((mid) => !accepted.has(mid))
  if (rejected.length > 0) throw new Error(`m-line ${rejected.join(", ")} was rejected`)
  return answer
}
