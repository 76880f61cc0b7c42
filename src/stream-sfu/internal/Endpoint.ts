/**
 * What we connect to, and why that failed, in one sentence: which URL (its option, host and port), the cause, and the
 * cure where one is known. Pure.
 *
 * A sentence contains the host and the port of a URL, never its user, path or query: those may contain a secret.
 */
import * as PeerText from "../../internal/PeerText.ts"
import { type Evidence, parserError } from "./Evidence.ts"

/** A URL that the application or the coordinator gave us. */
export interface Endpoint {
  /** The server, and the option that sets its URL. */
  readonly name: string
  readonly url: string
  /** The protocols that its URL may have, the one with TLS first. */
  readonly protocols: readonly [secure: string, plain: string]
  /** The cure if another server answers there. */
  readonly hint: string
}

const http = ["https:", "http:"] as const

export const coordinator = (url: string): Endpoint => ({
  name: "the coordinator (baseUrl)",
  url,
  protocols: http,
  hint: "baseUrl must be the root of the coordinator's video API"
})

export const twirp = (url: string): Endpoint => ({
  name: "the SFU's Twirp service (url)",
  url,
  protocols: http,
  hint: "url must be the root of the SFU's Twirp service, which ends in /twirp"
})

export const webSocket = (url: string): Endpoint => ({
  name: "the SFU's WebSocket (webSocketUrl)",
  url,
  protocols: ["wss:", "ws:"],
  hint: "webSocketUrl must be the SFU's ws_endpoint"
})

const parse = ({ url }: Endpoint): URL | undefined => URL.canParse(url) ? new URL(url) : undefined

const isSecure = ({ protocols: [secure] }: Endpoint, { protocol }: URL): boolean => protocol === secure

/** In characters. The coordinator chooses the host of an SFU. */
const longestHost = 100

/** For example `the coordinator (baseUrl) at example.org:443`. Without the place if the URL has none. */
const place = (endpoint: Endpoint): string => {
  const url = parse(endpoint)
  if (url === undefined || url.hostname === "") return endpoint.name
  return `${endpoint.name} at ${PeerText.quote(url.hostname, longestHost)}:${
    url.port || (/^(https|wss):$/.test(url.protocol) ? "443" : "80")
  }`
}

/** Why no request can be sent to this URL; `undefined` if one can. */
export const invalid = (endpoint: Endpoint): string | undefined => {
  const { name, protocols, url } = endpoint
  const expected = protocols.map((protocol) => `${protocol}//`).join(" or ")
  if (url.trim() === "") return `${name} has an empty URL; it must begin with ${expected}`
  const parsed = parse(endpoint)
  if (parsed === undefined) return `${name} has an invalid URL; it must begin with ${expected}`
  if (protocols.includes(parsed.protocol)) return undefined
  const isOfOther = /^(https?|wss?):$/.test(parsed.protocol)
  const swapped = isOfOther ? "; another URL may be here by mistake" : ""
  return `${place(endpoint)} has a URL with ${
    PeerText.quote(parsed.protocol, longestHost)
  }//, and it must begin with ${expected}${swapped}`
}

const isLoopback = (hostname: string): boolean => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

/**
 * Why a URL that the coordinator named is not used: it has no TLS although the coordinator's has, so the token would be
 * readable on the path. `undefined` if it may be used. A server on this machine needs no TLS.
 */
export const downgrade = (endpoint: Endpoint, coordinatorUrl: string): string | undefined => {
  const url = parse(endpoint)
  const ofCoordinator = parse(coordinator(coordinatorUrl))
  if (url === undefined || ofCoordinator?.protocol !== "https:") return undefined
  const [secure, plain] = endpoint.protocols
  if (url.protocol !== plain || isLoopback(url.hostname)) return undefined
  return `${place(endpoint)} has a URL with ${plain}//, and it must begin with ${secure}// like that of the coordinator`
}

const certificateCode = /CERT|SIGNATURE|ALTNAME|UNABLE_TO_GET_ISSUER/

/** The cause of a failed connection, and the cure. */
const causeOf = (endpoint: Endpoint, url: URL, code: string): string => {
  const [secure, plain] = endpoint.protocols
  switch (code) {
    case "ECONNREFUSED":
      return "refuses the connection; check that the server runs, and the port"
    case "ENOTFOUND":
    case "EAI_NODATA":
    case "EAI_NONAME":
      return "has a host name that cannot be resolved; check the name"
    case "EAI_AGAIN":
      return "has a host name that could not be resolved now; check the network and its DNS"
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ENETDOWN":
    case "EADDRNOTAVAIL":
      return "cannot be reached; check the network"
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return "does not answer; a firewall may drop the packets"
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION":
    case "EPROTO":
      return `does not speak TLS; use ${plain}// if that is intended, or check the port`
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return isSecure(endpoint, url)
        ? "closes the connection; check the port, and what is between"
        : `closes the connection; check the port, and use ${secure}// if it is one of TLS`
    default:
      if (code.startsWith("HPE_") || code === parserError) {
        return `does not answer with HTTP; check the port, and use ${secure}// if it is one of TLS`
      }
      if (certificateCode.test(code)) {
        return "has a certificate that is not trusted; check the host name, or add the authority to NODE_EXTRA_CA_CERTS"
      }
      return "cannot be connected"
  }
}

const notFollowed = "redirects are not followed: use the final URL"

/** The cure for an HTTP status that only a proxy, or another server, answers with. */
const cureOfStatus = ({ hint }: Endpoint, status: number): string => {
  // A browser reports a redirect that it does not follow as 0.
  if (status === 0 || (status >= 300 && status <= 399)) return notFollowed
  if (status === 401 || status === 403) return "check the token, and the proxy if there is one"
  if (status === 407) return "a proxy requires authentication"
  if (status === 408 || status === 429) return "try again later"
  return status >= 500 ? "the server or a proxy before it fails" : hint
}

/** An HTTP response with a status that the expected server does not send. */
export const wrongStatus = (endpoint: Endpoint, status: number): string =>
  `${place(endpoint)} answers HTTP ${status}; ${cureOfStatus(endpoint, status)}`

/** The response came from another URL. */
export const redirected = (endpoint: Endpoint): string =>
  `${place(endpoint)} redirects, and the HTTP client has followed; ${notFollowed}`

/** A successful response whose body is not that of the expected server. */
export const wrongBody = (endpoint: Endpoint): string =>
  `${place(endpoint)} answers with something else than expected; ${endpoint.hint}`

/** There was no answer in this time, for example "5 seconds". */
export const silent = (endpoint: Endpoint, time: string): string =>
  `${place(endpoint)} does not answer within ${time}; a firewall may drop the packets`

/** Why there is no connection, or why it was lost. */
export const failed = (endpoint: Endpoint, { code, status }: Evidence): string => {
  const url = parse(endpoint)
  if (url === undefined) return invalid(endpoint)!
  if (status !== undefined) return wrongStatus(endpoint, status)
  if (code === undefined) return `${place(endpoint)} cannot be connected, for a reason that the platform does not tell`
  return `${place(endpoint)} ${causeOf(endpoint, url, code)} (${code})`
}
