/**
 * The port `PeerConnectionFactory` in werift: WebRTC for Node without native code.
 *
 * Puts the pieces together, each of which keeps one kind of harm away: `Peer` that of sockets, ICE and closing, `Offer`
 * that of SDPs, `Reception` that of tracks, `Liveness` that of states, `IceGenerations` that of late candidates,
 * `Publisher` that of our own offers, `Transmission` that of our own packets.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { useAV1, useH264, useOPUS, useSdesMid, useSdesRTPStreamId, useVP8, useVP9 } from "werift"
import type { IceServer, PeerConnection } from "../edge/PeerConnection.ts"
import { NegotiationError, PeerConnectionFactory } from "../edge/PeerConnection.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as CloseNotify from "./internal/CloseNotify.ts"
import * as IceGenerations from "./internal/IceGenerations.ts"
import * as Liveness from "./internal/Liveness.ts"
import * as Offer from "./internal/Offer.ts"
import * as Peer from "./internal/Peer.ts"
import * as Publisher from "./internal/Publisher.ts"
import * as Reception from "./internal/Reception.ts"
import * as SdpRepair from "./internal/SdpRepair.ts"

/**
 * The choices that connections are opened with.
 *
 * @category models
 * @since 0.1.0
 */
export interface WeriftOptions {
  /**
   * For tests: binds 127.0.0.1 and offers nothing else, ignores every candidate and every STUN request from elsewhere,
   * and every ICE server that is not a loopback address. Default false.
   */
  readonly loopbackOnly?: boolean | undefined
  /**
   * How long a connection may take to connect, and to connect again after an ICE restart, before it is `failed`: werift
   * itself tries for ever. `Infinity` does too. Default 15 seconds.
   */
  readonly connectTimeout?: Duration.Input | undefined
}

const args = Arguments.forService("WeriftPeerConnection")

/**
 * Connections by werift.
 *
 * They receive Opus, VP8, VP9, H264 and AV1. An m-line without any of these is refused, and is in no table. All their
 * candidates are in the answer, so `iceCandidates` is empty; simulcast comes mixed, told apart by SSRC.
 *
 * They send Opus, VP8 and VP9 (profile 0), one layer of it. When one closes it says so to the other side, if that is still
 * there to hear it (DTLS's close_notify, one datagram); an SFU is told by its signalling all the same.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: WeriftOptions): Layer.Layer<PeerConnectionFactory> =>
  Layer.sync(PeerConnectionFactory, () => {
    const loopbackOnly = options?.loopbackOnly ?? false
    const connectTimeout = args.duration("connectTimeout", options?.connectTimeout ?? "15 seconds")
    return PeerConnectionFactory.of({
      genericSdps: genericSdps(loopbackOnly),
      open: ({ iceServers }) =>
        Effect.mapError(open({ iceServers, loopbackOnly, connectTimeout }), Peer.negotiationError),
      openPublisher: ({ iceServers }) =>
        Effect.mapError(Publisher.open({ iceServers, loopbackOnly, connectTimeout }), Peer.negotiationError)
    })
  })

// --- Behind it --------------------------------------------------------------------------------------------------------

/** Made anew for each connection: werift writes payload types into them. */
const configuration = (): Peer.PeerOptions["configuration"] => ({
  // As everybody writes it, and werift does not.
  codecs: { audio: [useOPUS({ mimeType: "audio/opus" })], video: [useVP8(), useVP9(), useH264(), useAV1()] },
  headerExtensions: { audio: [useSdesMid()], video: [useSdesMid(), useSdesRTPStreamId()] }
})

const open = Effect.fnUntraced(function*(options: {
  readonly iceServers: ReadonlyArray<IceServer>
  readonly loopbackOnly: boolean
  readonly connectTimeout: Duration.Duration
}): Effect.fn.Return<PeerConnection, Peer.PeerError, Scope.Scope> {
  const { connectTimeout, iceServers, loopbackOnly } = options
  const peer = yield* Peer.open({ iceServers, loopbackOnly, configuration: configuration() })
  const reception = Reception.make(peer)
  const liveness = yield* Liveness.make(peer, connectTimeout)
  let generations = IceGenerations.empty
  /** The last offer that was answered. */
  let settled: Offer.Offer | undefined
  /** M-lines that were looked at for something worth a line in the log. */
  const told = new Set<string>()

  // Before the connection closes: nothing that comes in while it does is delivered.
  yield* Effect.addFinalizer(() => Effect.andThen(Effect.sync(reception.end), CloseNotify.send(peer)))

  const read = (text: string) =>
    Effect.try({
      try: () => Offer.parse(text, { loopbackOnly, mLines: settled?.mLines ?? 0 }),
      catch: (cause) => new Peer.PeerError({ step: "SetRemoteDescription", detail: Peer.detailOf(cause) })
    })

  const apply = Effect.fnUntraced(function*(offer: Offer.Offer) {
    reception.begin(offer)
    yield* peer.setRemote({ type: "offer", sdp: offer.sdp })
    const sdp = yield* peer.setLocal(yield* peer.createAnswer)
    const accepted = Offer.acceptedMids(sdp)
    const media = reception.commit(offer, accepted)
    settled = offer
    const [due, after] = IceGenerations.apply(generations, offer.ufrags)
    generations = after
    yield* Effect.forEach(due, peer.addIceCandidate, { discard: true })
    yield* liveness.answered
    for (const line of offer.sending.filter(({ mid }) => !told.has(mid))) {
      told.add(line.mid)
      if (!accepted.has(line.mid)) yield* Effect.logWarning(`m-line ${line.mid} refused: no codec of ours`)
      else if (Offer.isStray(line)) yield* Effect.logDebug(`m-line ${line.mid} does not say its SSRC`)
    }
    return { sdp, media }
  })

  /** werift's rollback forgets what the offer has made of the codecs, so the one before it says them again. */
  const undo = Effect.gen(function*() {
    yield* peer.rollback
    if (settled !== undefined) {
      const sdp = SdpRepair.withoutCandidates(settled.sdp)
      yield* Effect.ignore(Effect.andThen(peer.setRemote({ type: "offer", sdp }), peer.rollback), { log: "Debug" })
    }
    reception.revert()
    // ICE that the offer has restarted does not come back: it takes another restart.
    yield* liveness.answered
  })

  return {
    answer: (text) =>
      read(text).pipe(
        Effect.flatMap((offer) => Effect.onError(apply(offer), () => undo)),
        peer.serialized,
        Effect.mapError(Peer.negotiationError)
      ),
    addIceCandidate: (candidate) =>
      Effect.ignore(peer.serialized(Effect.suspend(() => {
        const [verdict, after] = IceGenerations.receive(generations, candidate)
        generations = after
        return verdict === "Add" ? peer.addIceCandidate(candidate) : Effect.void
      }))),
    iceCandidates: Stream.empty,
    states: liveness.states
  }
})

/** No local description is set, so no socket is opened for it. */
const genericSdps = (loopbackOnly: boolean) => {
  const offer = (direction: "recvonly" | "sendonly") =>
    Effect.scoped(Effect.gen(function*() {
      const peer = yield* Peer.open({ iceServers: [], loopbackOnly, configuration: configuration() })
      for (const kind of ["audio", "video"] as const) peer.connection.addTransceiver(kind, { direction })
      return (yield* peer.serialized(peer.createOffer())).sdp
    }))
  return Effect.mapError(
    Effect.all({ subscriberSdp: offer("recvonly"), publisherSdp: offer("sendonly") }),
    ({ detail }) => new NegotiationError({ step: "GenericSdps", detail })
  )
}
