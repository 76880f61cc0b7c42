/**
 * A werift connection on 127.0.0.1, opened by its first use.
 */
import type { PeerType } from "effect-track-resolver"
import { Peer } from "effect-track-resolver/werift/unstable"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { networkInterfaces } from "node:os"
import {
  useAbsSendTime,
  useAudioLevelIndication,
  useNACK,
  useOPUS,
  usePLI,
  useREMB,
  useSdesMid,
  useSdesRTPStreamId,
  useTransportWideCC,
  useTWCC,
  useVP8,
  useVP9
} from "werift"
import type { RTCRtpSender } from "werift"
import * as Condition from "./Condition.ts"
import type { DatagramPath } from "./DatagramPath.ts"

export interface LazyPeer {
  /** Opens the connection if it is not open yet. */
  readonly opened: Effect.Effect<Peer.Peer, Peer.PeerError>
  /** Undefined until the first use. */
  readonly current: () => Peer.Peer | undefined
  /**
   * Waits while the connection is connecting. A new offer or answer has to wait for this: werift treats a second
   * answer during the first handshake as a failure.
   */
  readonly notConnecting: Effect.Effect<void>
}

/** A browser offers no candidate on 127.0.0.1: its packets come from another address of the same machine. */
const isThisMachine = (address: string): boolean =>
  Object.values(networkInterfaces()).some((own) => own?.some((known) => known.address === address))

/**
 * With transport-wide feedback Chromium raises its bitrate above 300 kb/s and sends more than the lowest simulcast layer.
 * The header extensions identify the layer of a packet.
 */
const rtcpFeedback = [useNACK(), usePLI(), useREMB(), useTWCC()]
export const codecs = {
  audio: [useOPUS({ payloadType: 111, parameters: "minptime=10;useinbandfec=1" })],
  video: [
    useVP8({ payloadType: 96, rtcpFeedback }),
    useVP9({ payloadType: 98, rtcpFeedback, parameters: "profile-id=0" })
  ]
}

const configuration: Peer.PeerOptions["configuration"] = {
  codecs,
  headerExtensions: {
    audio: [useSdesMid(), useAbsSendTime(), useAudioLevelIndication()],
    video: [useSdesMid(), useSdesRTPStreamId(), useAbsSendTime(), useTransportWideCC()]
  },
  iceFilterStunResponse: (_, [host]) => isThisMachine(host)
}

/** The level of a packet of audio (RFC 6464). */
export interface AudioLevel {
  /** The sender considers the packet speech. */
  readonly isVoice: boolean
  /** In dB below the loudest: 127 is silence. */
  readonly level: number
}

/** The header extension with the level of a packet. */
export const audioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

/** The id of that extension; undefined, if the other side has not accepted it. */
export const audioLevelId = (sender: RTCRtpSender): number | undefined => {
  const negotiated: ReadonlyArray<{ readonly id: number; readonly uri: string }> = sender["headerExtensions"]
  return negotiated.find(({ uri }) => uri === audioLevelUri)?.id
}

/** The extensions of a packet with this level. None, if one of both is unknown. */
export const audioLevelExtensions = (id: number | undefined, audioLevel: AudioLevel | undefined) =>
  id === undefined || audioLevel === undefined
    ? []
    : [{ id, payload: Buffer.of((audioLevel.isVoice ? 0x80 : 0) | audioLevel.level) }]

const ufragOf = (sdp: string): string | undefined => /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1]

/** The peer with each of its sockets on the path. New remote credentials of a later description mean an ICE restart. */
const onPath = (peer: Peer.Peer, path: DatagramPath, peerType: PeerType): Peer.Peer => {
  let ufrag: string | undefined
  return {
    ...peer,
    setLocal: (description) =>
      Effect.tap(peer.setLocal(description), () => Effect.sync(() => path.watch(peerType, peer.connection))),
    setRemote: (description) =>
      Effect.tap(peer.setRemote(description), () =>
        Effect.sync(() => {
          const next = ufragOf(description.sdp)
          if (ufrag !== undefined && next !== undefined && next !== ufrag) path.iceRestarted(peerType)
          ufrag = next ?? ufrag
        }))
  }
}

/** Closing `scope` closes the connection. `route`: the path of its datagrams. */
export const make = (
  scope: Scope.Scope,
  route?: { readonly path: DatagramPath; readonly peerType: PeerType }
): LazyPeer => {
  let peer: Peer.Peer | undefined
  const connectionState = Condition.make(() => peer?.connection.connectionState)
  return {
    opened: Effect.suspend(() =>
      peer === undefined
        ? Effect.map(
          Scope.provide(Peer.open({ iceServers: [], loopbackOnly: true, configuration }), scope),
          (opened) => {
            peer = route === undefined ? opened : onPath(opened, route.path, route.peerType)
            opened.connection.connectionStateChange.subscribe(connectionState.notify)
            return peer
          }
        )
        : Effect.succeed(peer)
    ),
    current: () => peer,
    notConnecting: Effect.asVoid(connectionState.waitUntil((state) => state !== "connecting"))
  }
}
