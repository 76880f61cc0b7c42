/**
 * The connection on which we receive: the SFU's offers, one at a time, each answered or taken back.
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { IceServer, PeerConnection } from "../../edge/PeerConnection.ts"
import * as PeerText from "../../internal/PeerText.ts"
import * as CloseNotify from "./CloseNotify.ts"
import * as Codecs from "./Codecs.ts"
import * as DtlsRole from "./DtlsRole.ts"
import * as Liveness from "./Liveness.ts"
import * as Offer from "./Offer.ts"
import { hasNoSsrc } from "./OfferedSection.ts"
import * as Peer from "./Peer.ts"
import * as Reception from "./Reception.ts"
import * as RemoteCandidates from "./RemoteCandidates.ts"
import * as SdpRepair from "./SdpRepair.ts"
import * as SectionParser from "./SectionParser.ts"

export const open = Effect.fnUntraced(function*(options: {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly loopbackOnly: boolean
  readonly relayOnly: boolean
  readonly connectTimeout: Duration.Duration
}): Effect.fn.Return<PeerConnection, Peer.PeerError, Scope.Scope> {
  const { connectTimeout, iceServers, loopbackOnly, relayOnly } = options
  const peer = yield* Peer.open({ iceServers, loopbackOnly, relayOnly, configuration: Codecs.receivable() })
  const reception = Reception.make(peer, yield* Clock.Clock)
  const liveness = yield* Liveness.make(peer, connectTimeout)
  const candidates = RemoteCandidates.make(peer)
  const logAnswered = makeAnswerLog()
  const parser = SectionParser.make()
  let lastAnswered: Offer.Offer | undefined

  // Runs before the peer closes, so that no packet is delivered while it closes.
  yield* Effect.addFinalizer(() => Effect.andThen(Effect.sync(reception.end), CloseNotify.send(peer)))

  const parse = (text: string) =>
    Effect.try({
      try: () =>
        Offer.parse(text, { loopbackOnly, mLines: lastAnswered?.mLines ?? 0, receives: Codecs.receives, parser }),
      catch: (cause) => Peer.PeerError.of("SetRemoteDescription", cause)
    })

  const logCandidates = ({ candidates, ignoredCandidates }: Offer.Offer): Effect.Effect<void> =>
    Effect.andThen(
      peer.candidateLog.inspect(candidates),
      Effect.sync(() => peer.candidateLog.addExcess(ignoredCandidates))
    )

  const chooseRole = Effect.try({
    try: () => DtlsRole.choose(peer.connection),
    catch: (cause) => Peer.PeerError.of("CreateAnswer", cause)
  })

  const apply = Effect.fnUntraced(function*(offer: Offer.Offer) {
    reception.begin(offer)
    yield* peer.setRemote({ type: "offer", sdp: offer.sdp })
    yield* chooseRole
    const answer = yield* peer.setLocal(yield* peer.createAnswer)
    const accepted = Offer.acceptedMids(answer)
    const media = reception.commit(offer, accepted)
    lastAnswered = offer
    yield* candidates.applied(offer.ufrags)
    yield* liveness.answered
    yield* logAnswered(offer, accepted)
    return { sdp: offer.restore(answer), media }
  })

  const rollback = Effect.gen(function*() {
    yield* peer.rollback
    if (lastAnswered !== undefined) yield* restoreCodecs(peer, lastAnswered)
    reception.revert()
    // A restart of ICE is not undone by the rollback. The connection fails unless another restart follows in time.
    yield* liveness.unanswered
  })

  return {
    answer: (text) =>
      Effect.tap(parse(text), logCandidates).pipe(
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

/** Of a mid in a log line, in characters. */
const longestMid = 64

/** Of a connection. An SFU can give each m-line of each offer another mid. */
const maxAnswerLogLines = 100

/** Logs, once for each m-line, that it was rejected, or that it signals no SSRC. */
const makeAnswerLog = () => {
  const logged = new Set<string>()
  const once = (name: string, message: string, log: (message: string) => Effect.Effect<void>): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (logged.has(`${name} ${message}`) || logged.size > maxAnswerLogLines) return Effect.void
      logged.add(`${name} ${message}`)
      if (logged.size > maxAnswerLogLines) return Effect.logWarning("further m-lines are not logged")
      return log(`m-line ${name} ${message}`)
    })
  return ({ rejected, sending }: Offer.Offer, accepted: ReadonlySet<string>): Effect.Effect<void> =>
    Effect.andThen(
      Effect.forEach(rejected, ({ name, reason }) => once(name, `rejected: ${reason}`, Effect.logWarning), {
        discard: true
      }),
      Effect.forEach(
        sending,
        (section) => {
          const name = PeerText.quote(section.mid, longestMid)
          // werift does not use a mid again (RFC 8829, section 5.2.2).
          if (!accepted.has(section.mid)) return once(name, "rejected: it had port 0 before", Effect.logWarning)
          return hasNoSsrc(section) ? once(name, "signals no SSRC", Effect.logDebug) : Effect.void
        },
        { discard: true }
      )
    )
}
