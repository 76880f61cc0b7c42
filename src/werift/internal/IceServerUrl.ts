/**
 * The URLs of STUN and TURN servers (RFC 7064, RFC 7065), and which of them can be used. Pure.
 */
import { isIP } from "node:net"
import * as PeerText from "../../internal/PeerText.ts"

export type TurnTransport = "udp" | "tcp" | "tls"

/** One server and how to reach it. */
export interface Server {
  readonly host: string
  readonly port: number
}

export type IceServerUrl =
  | { readonly _tag: "Stun"; readonly name: string; readonly server: Server }
  | {
    readonly _tag: "Turn"
    readonly name: string
    readonly server: Server
    /** In the order of preference. A `turn` URL without a transport leaves the choice to us (RFC 5928, section 3). */
    readonly transports: ReadonlyArray<TurnTransport>
  }
  /** `reason` says why it is not used. */
  | { readonly _tag: "Unusable"; readonly name: string; readonly reason: string }

const syntax = /^(stuns?|turns?):(\[[^\]]+\]|[^:@/?[\]]+)(?::(\d{1,5}))?(?:\?transport=([^&]*))?$/i

const maxPort = 65_535

export const parse = (url: string): IceServerUrl => {
  const [, scheme = "", authority = "", digits, given] = syntax.exec(url.trim()) ?? []
  const isSecure = scheme.endsWith("s")
  const port = digits === undefined ? (isSecure ? 5349 : 3478) : Number(digits)
  const host = authority.replace(/^\[|\]$/g, "")
  if (host === "" || port < 1 || port > maxPort || (authority.startsWith("[") && isIP(host) !== 6)) {
    return { _tag: "Unusable", name: "an ICE server", reason: "the URL is invalid" }
  }
  const transport = given?.toLowerCase()
  const parameter = transport === undefined ? "" : `?transport=${transport}`
  const name = PeerText.quote(`${scheme}:${authority}:${port}${parameter}`)
  const server = { host, port }
  const unusable = (reason: string): IceServerUrl => ({ _tag: "Unusable", name, reason })
  switch (scheme.toLowerCase()) {
    case "stun":
      return transport === undefined || transport === "udp"
        ? { _tag: "Stun", name, server }
        : unusable("STUN is used over UDP only: over another transport it finds no address for media")
    case "stuns":
      return unusable("STUN over TLS finds no address for media")
    default:
  }
  switch (transport) {
    case undefined:
      return { _tag: "Turn", name, server, transports: isSecure ? ["tls"] : ["udp", "tcp"] }
    case "udp":
      return isSecure
        ? unusable("TURN over DTLS is not supported")
        : { _tag: "Turn", name, server, transports: ["udp"] }
    case "tcp":
      return { _tag: "Turn", name, server, transports: [isSecure ? "tls" : "tcp"] }
    default:
      return unusable(`the transport is not supported`)
  }
}
