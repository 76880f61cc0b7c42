/**
 * The SFU's end of a publisher connection: answers offers, and reports each packet with its track type.
 */
import type { IceCandidate, TrackType } from "effect-track-resolver"
import { SdpRepair } from "effect-track-resolver/werift/unstable"
import type { Peer } from "effect-track-resolver/werift/unstable"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RTCRtpTransceiver, RtpPacket } from "werift"
import { Vp8RtpPayload, Vp9RtpPayload } from "werift"
import type { DatagramPath } from "./DatagramPath.ts"
import * as LazyPeer from "./LazyPeer.ts"
import * as RtpSources from "./RtpSources.ts"
import * as SimulcastLayer from "./SimulcastLayer.ts"

/** An RTP packet. Of its header extensions only what a client wants of its source: they are negotiated for each connection. */
export interface MediaPacket {
  /** Sequence numbers and timestamps of two sources are unrelated. */
  readonly source: object
  /** In lower case, such as `video/vp8`. */
  readonly codec: string
  readonly sequenceNumber: number
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Buffer
  /** Undefined for video, and for a client that does not send it. */
  readonly audioLevel: LazyPeer.AudioLevel | undefined
}

/** A track of a SetPublisher request. */
export interface AnnouncedTrack {
  readonly trackType: TrackType
  /** The codec that the answer accepts, such as `vp8`. Undefined: each codec of the offer. */
  readonly codec: string | undefined
}

export interface Publisher {
  /** Answers an offer. `tracks` is the complete list of tracks by mid. */
  readonly negotiate: (
    offer: string,
    tracks: ReadonlyMap<string, AnnouncedTrack>
  ) => Effect.Effect<string, Peer.PeerError>
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  readonly requestKeyFrame: (trackType: TrackType) => void
}

/** Lets the next answer accept one codec only; undefined: each codec that the SFU knows. */
const acceptOnly = (transceiver: RTCRtpTransceiver, codec: string | undefined): void =>
  transceiver.setCodecPreferences(
    codec === undefined
      ? []
      : LazyPeer.codecs[transceiver.kind === "audio" ? "audio" : "video"].filter(({ name }) =>
        name.toLowerCase() === codec.toLowerCase()
      )
  )

const isAudioLevel = (value: unknown): value is { readonly v: boolean; readonly level: number } =>
  typeof value === "object" && value !== null && "v" in value && "level" in value

const audioLevelOf = (extensions: Readonly<Record<string, unknown>>): LazyPeer.AudioLevel | undefined => {
  const value = extensions[LazyPeer.audioLevelUri]
  return isAudioLevel(value) ? { isVoice: value.v, level: value.level } : undefined
}

/** False for a payload that cannot be parsed. */
const beginsKeyFrame = (codec: string, payload: Buffer): boolean => {
  try {
    if (codec === "video/vp8") return Vp8RtpPayload.deSerialize(payload).isKeyframe
    return codec === "video/vp9" && Vp9RtpPayload.deSerialize(payload).isKeyframe
  } catch {
    return false
  }
}

const codecOf = ({ codecs }: RTCRtpTransceiver, payloadType: number): string | undefined =>
  codecs.find((codec) => codec.payloadType === payloadType)?.mimeType.toLowerCase()

const sendPictureLoss = (transceiver: RTCRtpTransceiver, ssrc: number): void => {
  transceiver.receiver.sendRtcpPLI(ssrc).catch(() => {})
}

/** In packets: how often a PLI is repeated while a layer waits for its key frame. */
const packetsPerPictureLoss = 30

/** The first offer opens the connection, in `scope`. */
export const make = (
  scope: Scope.Scope,
  path: DatagramPath,
  onMedia: (trackType: TrackType, packet: MediaPacket) => void
): Publisher => {
  const peer = LazyPeer.make(scope, { path, peerType: "Publisher" })
  const subscribed = new WeakSet<object>()
  const sources = RtpSources.make()
  const layers = new Map<string, SimulcastLayer.LayerState>()
  let tracks: ReadonlyMap<string, AnnouncedTrack> = new Map()
  let waitingForKeyFrame = 0

  const receive = (transceiver: RTCRtpTransceiver) => (packet: RtpPacket, extensions: object = {}): void => {
    const { header, payload } = packet
    const source = sources.of(packet, { ...extensions }, transceiver.mid ?? "")
    const trackType = tracks.get(source.mid)?.trackType
    const codec = codecOf(transceiver, header.payloadType)
    if (trackType === undefined || codec === undefined) return
    const [layer, verdict] = SimulcastLayer.step(layers.get(source.mid) ?? SimulcastLayer.empty, {
      rid: source.rid,
      beginsKeyFrame: beginsKeyFrame(codec, payload)
    })
    layers.set(source.mid, layer)
    if (verdict._tag === "NeedsKeyFrame" && waitingForKeyFrame++ % packetsPerPictureLoss === 0) {
      sendPictureLoss(transceiver, source.ssrc)
    }
    if (verdict._tag !== "Forward") return
    const { marker, sequenceNumber, timestamp } = header
    const audioLevel = audioLevelOf({ ...extensions })
    onMedia(trackType, { source, codec, marker, sequenceNumber, timestamp, payload, audioLevel })
  }

  const subscribeToTracks = (connection: Peer.Peer["connection"]): void => {
    for (const transceiver of connection.getTransceivers()) {
      for (const track of transceiver.receiver.tracks) {
        if (subscribed.has(track)) continue
        subscribed.add(track)
        track.onReceiveRtp.subscribe(receive(transceiver))
      }
    }
  }

  return {
    negotiate: (offer, announced) =>
      Effect.flatMap(
        peer.opened,
        ({ connection, createAnswer, rollback, serialized, setLocal, setRemote }) => {
          const acceptAnnounced = Effect.sync(() => {
            for (const transceiver of connection.getTransceivers()) {
              acceptOnly(transceiver, announced.get(transceiver.mid ?? "")?.codec)
            }
          })
          return serialized(
            // When werift applies an offer, it uses the codecs of the last answer too.
            acceptAnnounced.pipe(
              Effect.andThen(setRemote({ type: "offer", sdp: SdpRepair.repair(offer, { loopbackOnly: true }) })),
              Effect.andThen(acceptAnnounced),
              Effect.andThen(Effect.sync(() => {
                tracks = announced
                subscribeToTracks(connection)
              })),
              Effect.andThen(createAnswer),
              Effect.flatMap(setLocal),
              Effect.tapError(() => rollback)
            )
          )
        }
      ),
    addIceCandidate: (candidate) => Effect.suspend(() => peer.current()?.addIceCandidate(candidate) ?? Effect.void),
    requestKeyFrame: (trackType) => {
      for (const transceiver of peer.current()?.connection.getTransceivers() ?? []) {
        const mid = transceiver.mid ?? ""
        if (tracks.get(mid)?.trackType !== trackType) continue
        const ssrc = sources.newest(mid, layers.get(mid)?.current)?.ssrc ?? transceiver.receiver.track.ssrc
        if (ssrc !== undefined) sendPictureLoss(transceiver, ssrc)
      }
    }
  }
}
