/**
 * The connection on which we send: our offers, one at a time, each answered and applied, or taken back.
 *
 * The fault: if an answer arrives while werift connects, werift treats the answer as a failure, and the second start of
 * its ICE takes the results of the first. So an offer waits until the connection has connected or failed. Noticed by
 * "negotiations run one after the other ..." in `test/werift/publisher.test.ts`.
 *
 * An ICE restart begins when its offer is created, and is not taken back if the offer gets no answer: werift keeps the new
 * credentials, so the next offer completes it. Until then media flows on the former path (`SendPath`).
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
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
  readonly relayOnly: boolean
  readonly connectTimeout: Duration.Duration
}): Effect.fn.Return<PublisherConnection, Peer.PeerError, Scope.Scope> {
  const { connectTimeout, iceServers, loopbackOnly, relayOnly } = options
  const configuration = Codecs.sendable()
  const peer = yield* Peer.open({ iceServers, loopbackOnly, relayOnly, configuration })
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
    yield* peer.candidateLog.inspect(answer.candidates)
    peer.candidateLog.addExcess(answer.ignoredCandidates)
    yield* peer.setRemote({ type: "answer", sdp: answer.sdp })
    transmission.commit()
    yield* candidates.applied(answer.ufrags)
    yield* liveness.answered
  })

  /** Restarted ICE does not connect without an answer, so its timeout begins here. */
  const rollback = (isRestarted: boolean) =>
    Effect.andThen(peer.rollback, isRestarted && candidates.hasDescription() ? liveness.unanswered : Effect.void)

  return {
    addTrack: ({ codec, kind }) =>
      Effect.try({
        try: () => transmission.addTrack(kind, codec),
        catch: (cause) => new NegotiationError({ step: "CreateOffer", detail: detailOf(cause) })
      }),
    negotiate: (options) =>
      Effect.onError(attempt(options), () => rollback(options.iceRestart === true)).pipe(
        peer.serialized,
        (exchange) => Effect.andThen(liveness.settled, exchange),
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

/** Throws if the answer has not as many m-lines as the offer (RFC 3264, section 6), or rejects one of these mids. */
const parseAnswer = (
  text: string,
  offer: string,
  mids: ReadonlyArray<string>,
  loopbackOnly: boolean
): Offer.Offer => {
  const { mLines } = Offer.parse(offer, { loopbackOnly, mLines: 0 })
  const answer = Offer.parse(text, { loopbackOnly, mLines })
  if (answer.mLines > mLines) throw new Error(`${answer.mLines} m-lines in the answer to ${mLines}`)
  const accepted = Offer.acceptedMids(answer.sdp)
  const rejected = mids.filter((mid) => !accepted.has(mid))
  if (rejected.length > 0) throw new Error(`m-line ${rejected.join(", ")} was rejected`)
  return answer
}
