/**
 * A werift peer connection on 127.0.0.1 that lives as long as its scope.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { RTCPeerConnection } from "werift"

export class PeerError extends Data.TaggedError("PeerError")<{ readonly step: string; readonly cause: unknown }> {}

/** One step of negotiation. Never two at once, nor one together with the close: that leaks a socket, or never settles. */
export type Negotiate = <A>(
  step: string,
  run: (connection: RTCPeerConnection) => Promise<A>
) => Effect.Effect<A, PeerError>

export const open = Effect.gen(function*() {
  const turn = yield* Semaphore.make(1)
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() => new RTCPeerConnection(loopback)),
    (connection) =>
      turn.withPermit(Effect.promise(() => connection.close())).pipe(
        // werift leaves remote tracks live.
        Effect.andThen(Effect.sync(() => connection.getReceivers().forEach((receiver) => receiver.endTracks())))
      )
  )
  const negotiate: Negotiate = (step, run) =>
    turn.withPermit(Effect.uninterruptible(Effect.tryPromise({
      try: () => run(connection),
      catch: (cause) => new PeerError({ step, cause })
    })))
  return { connection, negotiate }
})

/** What is set as the local description, with its candidates. */
export const describe = async (
  connection: RTCPeerConnection,
  description: Awaited<ReturnType<RTCPeerConnection["createOffer"]>>
): Promise<string> => {
  // No ICE server means Google's to werift, unless it is taken away between making a transport and gathering.
  for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
  await connection.setLocalDescription(description)
  return connection.localDescription!.sdp
}

const loopback: ConstructorParameters<typeof RTCPeerConnection>[0] = {
  iceServers: [],
  iceUseIpv4: false,
  iceUseIpv6: false,
  iceAdditionalHostAddresses: ["127.0.0.1"],
  iceInterfaceAddresses: { udp4: "127.0.0.1" },
  bundlePolicy: "max-bundle"
}
