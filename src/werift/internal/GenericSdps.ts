/**
 * The offers that describe what a connection can receive and send. No local description is set for them, so werift
 * opens no socket.
 */
import * as Effect from "effect/Effect"
import { NegotiationError } from "../../edge/PeerConnection.ts"
import type { GenericSdps } from "../../edge/PeerConnection.ts"
import * as Codecs from "./Codecs.ts"
import * as Peer from "./Peer.ts"
import type { Configuration } from "./PeerOptions.ts"

export const make = (loopbackOnly: boolean): Effect.Effect<GenericSdps, NegotiationError> => {
  const offer = (direction: "recvonly" | "sendonly", configuration: Configuration) =>
    Effect.scoped(Effect.gen(function*() {
      const peer = yield* Peer.open({ iceServers: [], loopbackOnly, configuration })
      for (const kind of ["audio", "video"] as const) peer.connection.addTransceiver(kind, { direction })
      return (yield* peer.serialized(peer.createOffer())).sdp
    }))
  return Effect.mapError(
    Effect.all({
      subscriberSdp: offer("recvonly", Codecs.offered()),
      publisherSdp: offer("sendonly", Codecs.described())
    }),
    ({ detail }) => new NegotiationError({ step: "GenericSdps", detail })
  )
}
