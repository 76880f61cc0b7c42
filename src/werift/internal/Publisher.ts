/**
 * The connection on which we send: our offers, one at a time, each answered and applied or taken back.
 *
 * What werift gets wrong as the offerer: an answer that comes while it still connects passes for a failure, and the
 * second start of its ICE takes the results of the first. So an offer waits until the connection has connected, or failed
 * to. An ICE restart begins with its offer, and what was there before is lost, also if nobody answers.
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { useOPUS, useSdesMid, useVP8, useVP9 } from "werift"
import type { IceServer, PublisherConnection } from "../../edge/PeerConnection.ts"
import { NegotiationError } from "../../edge/PeerConnection.ts"
import * as CloseNotify from "./CloseNotify.ts"
import * as IceGenerations from "./IceGenerations.ts"
import * as Liveness from "./Liveness.ts"
import * as Offer from "./Offer.ts"
import * as Peer from "./Peer.ts"
import * as Transmission from "./Transmission.ts"

export const open = Effect.fnUntraced(function*(options: {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly loopbackOnly: boolean
  readonly connectTimeout: Duration.Duration
}): Effect.fn.Return<PublisherConnection, Peer.PeerError, Scope.Scope> {
  const { connectTimeout, iceServers, loopbackOnly } = options
  // Made anew for each connection: werift writes payload types into them.
  const codecs = {
    audio: [useOPUS({ mimeType: "audio/opus", parameters: "minptime=10;useinbandfec=1" })],
    video: [useVP8(), useVP9({ parameters: "profile-id=0" })]
  }
  const headerExtensions = { audio: [useSdesMid()], video: [useSdesMid()] }
  const peer = yield* Peer.open({ iceServers, loopbackOnly, configuration: { codecs, headerExtensions } })
  const transmission = Transmission.make(peer, codecs)
  const liveness = yield* Liveness.make(peer, connectTimeout)
  const orderly = yield* Semaphore.make(1)
  const closing = yield* Deferred.make<never, NegotiationError>()
  let generations = IceGenerations.empty

  yield* Effect.addFinalizer(() => {
    transmission.end()
    const closed = new NegotiationError({ step: "Open", detail: "the connection is closed" })
    return Effect.andThen(Deferred.fail(closing, closed), CloseNotify.send(peer))
  })

  const settled = Stream.runDrain(Stream.takeUntil(liveness.states, (state) => state !== "connecting"))

  /** As many m-lines as were offered, and none refused that is to send. */
  const read = (text: string, offer: string, mids: ReadonlyArray<string>) =>
    Effect.try({
      try: () => {
        const answer = Offer.parse(text, {
          loopbackOnly,
          mLines: Offer.parse(offer, { loopbackOnly, mLines: 0 }).mLines
        })
        const accepted = Offer.acceptedMids(answer.sdp)
        const refused = mids.filter((mid) => !accepted.has(mid))
        if (refused.length > 0) throw new Error(`m-line ${refused.join(", ")} was refused`)
        return answer
      },
      catch: (cause) => new Peer.PeerError({ step: "SetRemoteDescription", detail: Peer.detailOf(cause) })
    })

  const attempt = Effect.fnUntraced(function*<E, R>(
    { exchange, iceRestart }: Parameters<typeof connection.negotiate<E, R>>[0]
  ) {
    yield* Effect.try({
      try: transmission.begin,
      catch: (cause) => new Peer.PeerError({ step: "CreateOffer", detail: Peer.detailOf(cause) })
    })
    const sdp = yield* peer.setLocal(yield* peer.createOffer({ iceRestart: iceRestart === true }))
    const tracks = transmission.offered()
    const text = yield* Effect.interruptible(Effect.raceFirst(exchange({ sdp, tracks }), Deferred.await(closing)))
    const answer = yield* read(text, sdp, tracks.map(({ mid }) => mid))
    yield* peer.setRemote({ type: "answer", sdp: answer.sdp })
    transmission.commit()
    const [due, after] = IceGenerations.apply(generations, answer.ufrags)
    generations = after
    yield* Effect.forEach(due, peer.addIceCandidate, { discard: true })
    yield* liveness.answered
  })

  /** Without an answer, ICE that was restarted does not connect: from now on its time runs out. */
  const undo = (isRestarted: boolean) =>
    Effect.andThen(peer.rollback, isRestarted && generations.current !== undefined ? liveness.answered : Effect.void)

  const connection: PublisherConnection = {
    addTrack: ({ codec, kind }) =>
      Effect.try({
        try: () => transmission.addTrack(kind, codec),
        catch: (cause) => new NegotiationError({ step: "CreateOffer", detail: Peer.detailOf(cause) })
      }),
    negotiate: (options) =>
      Effect.onError(attempt(options), () => undo(options.iceRestart === true)).pipe(
        peer.serialized,
        (exchange) => Effect.andThen(settled, exchange),
        orderly.withPermit,
        Effect.mapError((error) => error instanceof Peer.PeerError ? Peer.negotiationError(error) : error)
      ),
    addIceCandidate: (candidate) =>
      Effect.ignore(peer.serialized(Effect.suspend(() => {
        const [verdict, after] = IceGenerations.receive(generations, candidate)
        generations = after
        return verdict === "Add" ? peer.addIceCandidate(candidate) : Effect.void
      }))),
    states: liveness.states
  }
  return connection
})
