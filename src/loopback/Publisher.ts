/**
 * The SFU's end of a publisher's connection: it answers, and tells of every packet which of the publisher's tracks it is.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RTCRtpTransceiver, RtpPacket } from "werift"
import type { IceCandidate } from "../PeerConnection.ts"
import type { TrackType } from "../Track.ts"
import * as Offer from "../werift/internal/Offer.ts"
import type * as Peer from "../werift/internal/Peer.ts"
import * as Connection from "./Connection.ts"

/** What a packet is without its way here: header extensions name the m-line that it came in on. */
export interface Media {
  /** Whose numbers these are: of two sources they have nothing to do with each other. */
  readonly source: object
  readonly sequenceNumber: number
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Buffer
}

export interface Publisher {
  /** Answers an offer. `tracks` says which m-line carries which type: of all of them, every time. */
  readonly negotiate: (
    offer: string,
    tracks: ReadonlyMap<string, TrackType>
  ) => Effect.Effect<string, Peer.PeerError>
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  readonly requestKeyFrame: (trackType: TrackType) => void
}

/**
 * The connection is opened by the first offer, in `scope`. Of a simulcast track the layer that comes first is taken, and
 * none but that.
 */
export const make = (
  scope: Scope.Scope,
  onMedia: (trackType: TrackType, media: Media) => void
): Publisher => {
  const connection = Connection.make(scope)
  let types: ReadonlyMap<string, TrackType> = new Map()
  const heard = new WeakSet<object>()

  const take = (transceiver: RTCRtpTransceiver, source: object) => ({ header, payload }: RtpPacket): void => {
    const trackType = types.get(transceiver.mid ?? "")
    if (trackType === undefined) return
    const { marker, sequenceNumber, timestamp } = header
    onMedia(trackType, { source, marker, sequenceNumber, timestamp, payload })
  }

  const listen = (connection: Peer.Peer["connection"]): void => {
    for (const transceiver of connection.getTransceivers()) {
      const [track] = transceiver.receiver.tracks
      if (track === undefined || heard.has(track)) continue
      heard.add(track)
      track.onReceiveRtp.subscribe(take(transceiver, track))
    }
  }

  return {
    negotiate: (offer, tracks) =>
      Effect.flatMap(
        connection.opened,
        ({ connection, createAnswer, exclusively, rollback, setLocal, setRemote }) =>
          exclusively(
            setRemote({ type: "offer", sdp: Offer.repair(offer, true) }).pipe(
              Effect.andThen(Effect.sync(() => {
                types = tracks
                listen(connection)
              })),
              Effect.andThen(createAnswer),
              Effect.flatMap(setLocal),
              Effect.tapError(() => rollback)
            )
          )
      ),
    addIceCandidate: (candidate) =>
      Effect.suspend(() => connection.current()?.addIceCandidate(candidate) ?? Effect.void),
    requestKeyFrame: (trackType) => {
      for (const transceiver of connection.current()?.connection.getTransceivers() ?? []) {
        const { receiver } = transceiver
        if (types.get(transceiver.mid ?? "") !== trackType || receiver.track.ssrc === undefined) continue
        receiver.sendRtcpPLI(receiver.track.ssrc).catch(() => {})
      }
    }
  }
}
