/**
 * A connection on 127.0.0.1 that is opened when it is first needed.
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

export interface Connection {
  /** Opens it, if it is not open. */
  readonly opened: Effect.Effect<Peer.Peer, Peer.PeerError>
  /** Nothing, if nobody has needed it so far. */
  readonly current: () => Peer.Peer | undefined
}

/**
 * A browser has no candidate on 127.0.0.1, and reaches it from any other address of this machine. Nobody else can.
 */
const isThisMachine = (address: string): boolean =>
  Object.values(networkInterfaces()).some((own) => own?.some((known) => known.address === address))

/**
 * Feedback about the whole transport: without it Chromium stays at 300 kb/s, and sends the lowest layer alone. Simulcast is
 * told apart by header extensions.
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

/** Lives as long as the scope. */
export const make = (scope: Scope.Scope): Connection => {
  let peer: Peer.Peer | undefined
  return {
    opened: Effect.suspend(() =>
      peer === undefined
        ? Effect.tap(
          Scope.provide(Peer.open({ iceServers: [], loopbackOnly: true, configuration }), scope),
          (opened) => Effect.sync(() => peer = opened)
        )
        : Effect.succeed(peer)
    ),
    current: () => peer
  }
}

/**
 * Waits until it has connected, or failed, before it is negotiated again: werift takes a second answer that comes while it
 * is still connecting for a failure.
 */
export const settled = ({ connection }: Peer.Peer): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const look = (): void => {
      if (connection.connectionState !== "connecting") resume(Effect.void)
    }
    const { unSubscribe } = connection.connectionStateChange.subscribe(look)
    look()
    return Effect.sync(unSubscribe)
  })
