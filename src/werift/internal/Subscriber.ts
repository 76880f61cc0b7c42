/**
 * The connection on which we receive: the SFU's offers, one at a time, each answered or taken back.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { IceServer, PeerConnection } from "../../edge/PeerConnection.ts"
import * as CloseNotify from "./CloseNotify.ts"
import * as Codecs from "./Codecs.ts"
import * as Liveness from "./Liveness.ts"
import * as Offer from "./Offer.ts"
import { hasNoSsrc } from "./OfferedSection.ts"
import * as Peer from "./Peer.ts"
import * as Reception from "./Reception.ts"
import * as RemoteCandidates from "./RemoteCandidates.ts"
import * as SdpRepair from "./SdpRepair.ts"

export const open = Effect.fnUntraced(function*(options: {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly loopbackOnly: boolean
  readonly connectTimeout: Duration.Duration
}): Effect.fn.Return<PeerConnection, Peer.PeerError, Scope.Scope> {
  const { connectTimeout, iceServers, loopbackOnly } = options
  const peer = yield* Peer.open({ iceServers, loopbackOnly, configuration: Codecs.receivable() })
  const reception = Reception.make(peer)
  const liveness = yield* Liveness.make(peer, connectTimeout)
  const candidates = RemoteCandidates.make(peer)
  const logAnswered = makeAnswerLog()
  let lastAnswered: Offer.Offer | undefined

  // Runs before the peer closes, so that no packet is delivered while it closes.
  yield* Effect.addFinalizer(() => Effect.andThen(Effect.sync(reception.end), CloseNotify.send(peer)))

  const parse = (text: string) =>
    Effect.try({
      try: () => Offer.parse(text, { loopbackOnly, mLines: lastAnswered?.mLines ?? 0 }),
      catch: (cause) => Peer.PeerError.of("SetRemoteDescription", cause)
    })

  const apply = Effect.fnUntraced(function*(offer: Offer.Offer) {
    reception.begin(offer)
    yield* peer.setRemote({ type: "offer", sdp: offer.sdp })
    const sdp = yield* peer.setLocal(yield* peer.createAnswer)
    const accepted = Offer.acceptedMids(sdp)
    const media = reception.commit(offer, accepted)
    lastAnswered = offer
    yield* candidates.applied(offer.ufrags)
    yield* liveness.answered
    yield* logAnswered(offer, accepted)
    return { sdp, media }
  })

  const rollback = Effect.gen(function*() {
    yield* peer.rollback
    if (lastAnswered !== undefined) yield* restoreCodecs(peer, lastAnswered)
    reception.revert()
    // A restart of ICE is not undone by the rollback. The connection fails unless another restart follows in time.
    yield* liveness.answered
  })

  return {
    answer: (text) =>
      parse(text).pipe(
        Effect.flatMap((offer) => Effect.onError(apply(offer), () => rollback)),
        peer.serialized,
        Effect.mapError((error) => error.toNegotiationError())
      ),
    addIceCandidate: candidates.add,
    iceCandidates: Stream.empty,
    states: liveness.states
  }
})

/**
 * Applies the last answered offer once more and rolls it back.
 *
 * The fault: werift's rollback keeps the payload types of the offer that it takes back. Noticed by "an offer that
 * cannot be answered ..." in `test/werift/media.test.ts`.
 */
const restoreCodecs = (peer: Peer.Peer, { sdp }: Offer.Offer): Effect.Effect<void> =>
  Effect.ignore(
    Effect.andThen(
      peer.setRemote({ type: "offer", sdp: SdpRepair.withoutCandidates(sdp) }),
      peer.rollback
    ),
    { log: "Debug" }
  )

/** Logs, once for each mid, an m-line that was rejected or that signals no SSRC. */
const makeAnswerLog = () => {
  const logged = new Set<string>()
  return (offer: Offer.Offer, accepted: ReadonlySet<string>): Effect.Effect<void> =>
    Effect.forEach(
      offer.sending.filter(({ mid }) => !logged.has(mid)),
      (section) => {
        logged.add(section.mid)
        if (!accepted.has(section.mid)) return Effect.logWarning(`m-line ${section.mid} rejected: no supported codec`)
        return hasNoSsrc(section) ? Effect.logDebug(`m-line ${section.mid} signals no SSRC`) : Effect.void
      },
      { discard: true }
    )
}
