/**
 * The options of a connection, and the configuration that werift gets for them.
 */
import * as Redacted from "effect/Redacted"
import type { RTCPeerConnection } from "werift"
import type { IceServer } from "../../edge/PeerConnection.ts"
import * as Candidate from "./Candidate.ts"

/** werift's configuration. */
export type Configuration = NonNullable<ConstructorParameters<typeof RTCPeerConnection>[0]>

export interface PeerOptions {
  readonly iceServers: ReadonlyArray<IceServer>
  /** Binds 127.0.0.1 only, offers no other candidate, and uses no other address of the remote side. */
  readonly loopbackOnly: boolean
  /** Further configuration: codecs and header extensions. It overrides the rest, except `iceServers`. */
  readonly configuration?: Configuration
}

/**
 * How long one step of negotiation, or the close, may take. Gathering ends earlier, even if a TURN server answers
 * neither over UDP nor over TCP: once `stunSeconds` and twice `turnSeconds`.
 */
export const stepTimeout = "15 seconds"
const stunSeconds = 2
const turnSeconds = 3

export const configurationOf = (options: PeerOptions): Configuration => ({
  bundlePolicy: "max-bundle",
  iceStunGatherTimeout: stunSeconds,
  iceTurnConnectTimeout: turnSeconds,
  ...(options.loopbackOnly ? loopback : {}),
  ...options.configuration,
  iceServers: iceServersOf(options)
})

/** Whether the configuration contains a STUN server. If not, werift uses its own (H1). */
export const hasStunServer = ({ iceServers = [] }: Configuration): boolean =>
  iceServers.some(({ urls }) => [urls].flat().some((url) => /^stuns?:/i.test(url)))

const loopback: Configuration = {
  iceUseIpv4: false,
  iceUseIpv6: false,
  iceAdditionalHostAddresses: ["127.0.0.1"],
  iceInterfaceAddresses: { udp4: "127.0.0.1" },
  iceFilterStunResponse: (_, [host]) => Candidate.isLoopback(host)
}

const iceServersOf = ({ iceServers, loopbackOnly }: PeerOptions) =>
  iceServers.map(({ credential, urls, username }) => ({
    urls: urls.filter((url) => !loopbackOnly || isLoopbackUrl(url)),
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential: Redacted.value(credential) })
  })).filter(({ urls }) => urls.length > 0)

const isLoopbackUrl = (url: string): boolean => /^(stun|turn)s?:(127\.[\d.]+|\[::1\])(:|\?|$)/i.test(url)
