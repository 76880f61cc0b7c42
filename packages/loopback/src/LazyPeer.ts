/**
 * A werift connection on 127.0.0.1, opened by its first use.
 */
import { Peer } from "effect-track-resolver/werift/unstable"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { networkInterfaces } from "node:os"
import {
  useAbsSendTime,
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
import * as Condition from "./Condition.ts"

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
const configuration: Peer.PeerOptions["configuration"] = {
  codecs: {
    audio: [useOPUS({ payloadType: 111, parameters: "minptime=10;useinbandfec=1" })],
    video: [
      useVP8({ payloadType: 96, rtcpFeedback }),
      useVP9({ payloadType: 98, rtcpFeedback, parameters: "profile-id=0" })
    ]
  },
  headerExtensions: {
    audio: [useSdesMid(), useAbsSendTime()],
    video: [useSdesMid(), useSdesRTPStreamId(), useAbsSendTime(), useTransportWideCC()]
  },
  iceFilterStunResponse: (_, [host]) => isThisMachine(host)
}

/** Closing `scope` closes the connection. */
export const make = (scope: Scope.Scope): LazyPeer => {
  let peer: Peer.Peer | undefined
  const connectionState = Condition.make(() => peer?.connection.connectionState)
  return {
    opened: Effect.suspend(() =>
      peer === undefined
        ? Effect.tap(
          Scope.provide(Peer.open({ iceServers: [], loopbackOnly: true, configuration }), scope),
          (opened) =>
            Effect.sync(() => {
              peer = opened
              opened.connection.connectionStateChange.subscribe(connectionState.notify)
            })
        )
        : Effect.succeed(peer)
    ),
    current: () => peer,
    notConnecting: Effect.asVoid(connectionState.waitUntil((state) => state !== "connecting"))
  }
}
