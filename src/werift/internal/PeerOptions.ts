/**
 * The options of a connection, and the configuration that werift gets for them.
 */
import type { RTCPeerConnection } from "werift"
import type { IceServer } from "../../edge/PeerConnection.ts"
import * as Candidate from "./Candidate.ts"

/** werift's configuration. */
export type Configuration = NonNullable<ConstructorParameters<typeof RTCPeerConnection>[0]>

/**
 * @stability unstable
 * @since 0.1.0
 */
export interface PeerOptions {
  readonly iceServers: ReadonlyArray<IceServer>
  /** Binds 127.0.0.1 only, offers no other candidate, and uses no other address of the remote side. */
  readonly loopbackOnly: boolean
  /** Gathers candidates of TURN servers only. */
  readonly relayOnly?: boolean
  /** Further configuration: codecs and header extensions. It overrides the rest, except `iceServers`. */
  readonly configuration?: Configuration
}

/** How long one step of negotiation, or the close, may take. `IceGathering` ends earlier, even if no server answers. */
export const stepTimeout = "15 seconds"

export const configurationOf = (options: PeerOptions): Configuration => ({
  bundlePolicy: "max-bundle",
  ...(options.loopbackOnly ? loopback : {}),
  ...options.configuration,
  // `IceGathering` uses the servers.
  iceServers: []
})

const loopback: Configuration = {
  iceUseIpv4: false,
  iceUseIpv6: false,
  iceAdditionalHostAddresses: ["127.0.0.1"],
  iceInterfaceAddresses: { udp4: "127.0.0.1" },
  iceFilterStunResponse: (_, [host]) => Candidate.isLoopback(host)
}
