/**
 * A client's publisher connection: its tracks in the order they were published, and its offers.
 */
import { kindOf } from "effect-track-resolver"
import type { TrackType } from "effect-track-resolver"
import type { Peer } from "effect-track-resolver/werift/unstable"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RTCRtpTransceiver } from "werift"
import { MediaStream, MediaStreamTrack } from "werift"
import * as LazyPeer from "./LazyPeer.ts"
import type { Sink } from "./ParticipantMedia.ts"
import * as Patience from "./Patience.ts"
import type { SimulationError } from "./SimulationError.ts"
import type { TwirpClient } from "./TwirpClient.ts"
import * as Wire from "./Wire.ts"

export interface PublisherClient {
  /** Adds the track to the next offer; undoes that if the negotiation fails. */
  readonly add: (trackType: TrackType) => Effect.Effect<void, SimulationError>
  readonly remove: (trackType: TrackType) => Effect.Effect<void, SimulationError>
  /** Offers all tracks with new ICE credentials. */
  readonly restartIce: Effect.Effect<void, SimulationError>
  /** In the order they were published. */
  readonly types: () => ReadonlyArray<TrackType>
  /** Where packets of the type are written. */
  readonly sink: (trackType: TrackType) => Sink | undefined
}

export interface PublisherClientOptions {
  readonly scope: Scope.Scope
  readonly sessionId: string
  readonly twirp: TwirpClient
  readonly failed: (step: string) => (detail: string) => SimulationError
  /** The SFU asks for a key frame. */
  readonly onPictureLoss: (trackType: TrackType) => void
}

/** An offer waits for at most this long for the connection of the first track. */
const connectTimeout = "10 seconds"

const { signal } = Wire.Messages

const setPublisher = [signal.SetPublisherRequest, signal.SetPublisherResponse] as const

export const make = (
  { failed, onPictureLoss, scope, sessionId, twirp }: PublisherClientOptions
): PublisherClient => {
  const peer = LazyPeer.make(scope)
  const transceivers = new Map<TrackType, RTCRtpTransceiver>()
  const published: Array<TrackType> = []

  const untilConnected = Patience.timeoutOrElse(peer.notConnecting, {
    duration: connectTimeout,
    orElse: () => Effect.fail(failed("connection")(`not connected in ${connectTimeout}`))
  })

  const exchange = (peer: Peer.Peer, iceRestart: boolean) =>
    Effect.gen(function*() {
      const sdp = yield* peer.setLocal(yield* peer.createOffer({ iceRestart }))
      const tracks = published.map((trackType) => ({
        trackId: transceivers.get(trackType)?.sender.trackId ?? null,
        trackType: Wire.wireTypeOf(trackType),
        mid: transceivers.get(trackType)?.mid ?? null
      }))
      const response = yield* twirp.request("SetPublisher", setPublisher, { sdp, sessionId, tracks })
      yield* peer.setRemote({ type: "answer", sdp: response.sdp ?? "" })
    })

  const negotiate = (iceRestart: boolean): Effect.Effect<void, SimulationError> =>
    Effect.flatMap(
      peer.opened,
      (opened) => Effect.andThen(untilConnected, opened.serialized(exchange(opened, iceRestart)))
    ).pipe(Effect.catchTag("PeerError", ({ detail, step }) => Effect.fail(failed(step)(detail))))

  const deactivate = (trackType: TrackType): void => {
    transceivers.get(trackType)?.setDirection("inactive")
    published.splice(published.indexOf(trackType), 1)
  }

  /** The stream id `-` is what the official client sends: it has no meaning on a publisher connection. */
  const activate = ({ connection }: Peer.Peer, trackType: TrackType): void => {
    const known = transceivers.get(trackType)
    if (known !== undefined) return known.setDirection("sendonly")
    const track = new MediaStreamTrack({ kind: kindOf(trackType) })
    const streams = [new MediaStream({ id: "-" })]
    const transceiver = connection.addTransceiver(track, { direction: "sendonly", streams })
    transceiver.sender.onPictureLossIndication.subscribe(() => onPictureLoss(trackType))
    transceivers.set(trackType, transceiver)
  }

  return {
    add: (trackType) =>
      Effect.gen(function*() {
        const opened = yield* Effect.mapError(peer.opened, ({ detail, step }) => failed(step)(detail))
        activate(opened, trackType)
        const isNew = !published.includes(trackType)
        if (isNew) published.push(trackType)
        yield* Effect.tapError(negotiate(false), () => Effect.sync(() => isNew && deactivate(trackType)))
      }),
    remove: (trackType) =>
      Effect.suspend(() => {
        deactivate(trackType)
        return negotiate(false)
      }),
    restartIce: negotiate(true),
    types: () => published.slice(),
    sink: (trackType) => {
      const sender = transceivers.get(trackType)?.sender
      return sender?.track ? { track: sender.track, audioLevelId: LazyPeer.audioLevelId(sender) } : undefined
    }
  }
}
