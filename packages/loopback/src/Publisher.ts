/**
 * The SFU's end of a publisher's connection: it answers, and tells of every packet which of the publisher's tracks it is.
 */
import type { IceCandidate } from "effect-track-resolver"
import type { TrackType } from "effect-track-resolver"
import { SdpRepair } from "effect-track-resolver/werift/unstable"
import type { Peer } from "effect-track-resolver/werift/unstable"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RTCRtpTransceiver, RtpPacket } from "werift"
import { Vp8RtpPayload, Vp9RtpPayload } from "werift"
import * as Connection from "./Connection.ts"
import * as Layers from "./SimulcastLayer.ts"

/** What a packet is without its way here: header extensions name the m-line that it came in on. */
export interface Media {
  /** Whose numbers these are: of two sources they have nothing to do with each other. */
  readonly source: object
  /** `video/vp8`: what its payload type stands for. */
  readonly codec: string
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

/** Where the packets of an SSRC belong. */
interface Source {
  readonly mid: string
  readonly rid: string | undefined
  readonly ssrc: number
}

/** Header extensions, by RFC 8843 and RFC 8852. */
const midUri = "urn:ietf:params:rtp-hdrext:sdes:mid"
const ridUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"

/** Whatever a packet makes of itself, its reader does not throw. */
const beginsKeyFrame = (codec: string, payload: Buffer): boolean => {
  try {
    if (codec === "video/vp8") return Vp8RtpPayload.deSerialize(payload).isKeyframe
    return codec === "video/vp9" && Vp9RtpPayload.deSerialize(payload).isKeyframe
  } catch {
    return false
  }
}

/** A key frame is asked for at the most so often: a layer that is wanted sends many packets before it comes. */
const asking = 30

/**
 * The connection is opened by the first offer, in `scope`.
 *
 * werift tells simulcast layers apart by rid alone, and takes those of the screen for the camera's where both have the
 * same names. So the m-line is read off each packet, as long as it says, and remembered by SSRC for when it no longer does.
 */
export const make = (
  scope: Scope.Scope,
  onMedia: (trackType: TrackType, media: Media) => void
): Publisher => {
  const connection = Connection.make(scope)
  let types: ReadonlyMap<string, TrackType> = new Map()
  const heard = new WeakSet<object>()
  const sources = new Map<number, Source>()
  const layers = new Map<string, Layers.Layers>()
  let unheeded = 0

  const sourceOf = (mid: string, { header }: RtpPacket, extensions: Readonly<Record<string, unknown>>): Source => {
    const { ssrc } = header
    const known = sources.get(ssrc)
    const named = extensions[midUri]
    const layer = extensions[ridUri]
    if (known !== undefined && (named === undefined || named === known.mid)) return known
    const source = {
      mid: typeof named === "string" ? named : mid,
      rid: typeof layer === "string" ? layer : undefined,
      ssrc
    }
    sources.set(ssrc, source)
    return source
  }

  const askForKeyFrame = (transceiver: RTCRtpTransceiver, ssrc: number): void => {
    transceiver.receiver.sendRtcpPLI(ssrc).catch(() => {})
  }

  const take = (transceiver: RTCRtpTransceiver) => (packet: RtpPacket, extensions: object = {}): void => {
    const { header, payload } = packet
    const source = sourceOf(transceiver.mid ?? "", packet, { ...extensions })
    const trackType = types.get(source.mid)
    if (trackType === undefined) return
    const codec = transceiver.codecs.find(({ payloadType }) => payloadType === header.payloadType)?.mimeType
      .toLowerCase()
    if (codec === undefined) return
    const [after, verdict] = Layers.step(layers.get(source.mid) ?? Layers.empty, {
      rid: source.rid,
      beginsKeyFrame: beginsKeyFrame(codec, payload)
    })
    layers.set(source.mid, after)
    if (verdict._tag === "NeedsKeyFrame" && unheeded++ % asking === 0) askForKeyFrame(transceiver, source.ssrc)
    if (verdict._tag !== "Forward") return
    const { marker, sequenceNumber, timestamp } = header
    onMedia(trackType, { source, codec, marker, sequenceNumber, timestamp, payload })
  }

  const listen = (connection: Peer.Peer["connection"]): void => {
    for (const transceiver of connection.getTransceivers()) {
      for (const track of transceiver.receiver.tracks) {
        if (heard.has(track)) continue
        heard.add(track)
        track.onReceiveRtp.subscribe(take(transceiver))
      }
    }
  }

  return {
    negotiate: (offer, tracks) =>
      Effect.flatMap(
        connection.opened,
        ({ connection, createAnswer, serialized, rollback, setLocal, setRemote }) =>
          serialized(
            setRemote({ type: "offer", sdp: SdpRepair.repair(offer, { loopbackOnly: true }) }).pipe(
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
        const mid = transceiver.mid ?? ""
        if (types.get(mid) !== trackType) continue
        const current = layers.get(mid)?.current
        const source = Array.from(sources.values()).findLast((source) =>
          source.mid === mid && (source.rid ?? "") === current
        )
        const ssrc = source?.ssrc ?? transceiver.receiver.track.ssrc
        if (ssrc !== undefined) askForKeyFrame(transceiver, ssrc)
      }
    }
  }
}
