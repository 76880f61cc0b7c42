/**
 * One allocation on a TURN server (RFC 8656), over UDP, TCP or TLS.
 *
 * The faults: an error of werift's UDP socket has no listener, so it ends the process; and werift tries a dead server for
 * 6 seconds and does not report why it gave up; it takes what anybody sends to its socket for the server's; and it keeps all
 * bytes of a stream that is no longer one of frames. Noticed by the tests in `test/turn`.
 */
import { isIP, SocketAddress } from "node:net"
import {
  classes,
  parseMessage,
  StunOverTurnProtocol,
  TcpTransport,
  TlsTransport,
  TurnProtocol,
  UdpTransport
} from "werift"
import type { Message, Transport } from "werift"
import type { Server, TurnTransport } from "./IceServerUrl.ts"
import type { Configuration } from "./PeerOptions.ts"
import * as StunMessage from "./StunMessage.ts"

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** In seconds: werift's default. werift refreshes the allocation before it expires. */
const lifetime = 600

const openTransport = (
  { host, port }: Server,
  transport: TurnTransport,
  { iceInterfaceAddresses }: Configuration,
  timeout: number
): Promise<Transport> => {
  const options = { connectTimeoutMs: timeout }
  switch (transport) {
    case "udp":
      return UdpTransport.init(
        isIP(host) === 6 ? "udp6" : "udp4",
        iceInterfaceAddresses === undefined ? {} : { interfaceAddresses: iceInterfaceAddresses }
      )
    case "tcp":
      return TcpTransport.init([host, port], options) as Promise<Transport>
    case "tls":
      return TlsTransport.init([host, port], {}, options) as Promise<Transport>
  }
}

/** An error of a socket without a listener ends the process. The side that sends on it detects the loss. */
export const ignoreErrors = (transport: UdpTransport): void => void transport.socket.on("error", () => {})

/** Rejects after `timeout` milliseconds at most, with an error for `reasonOf`. */
export const allocate = async (
  server: Server,
  transport: TurnTransport,
  { password, username }: Credentials,
  options: { readonly configuration: Configuration; readonly timeout: number }
): Promise<StunOverTurnProtocol> => {
  const stream = await openTransport(server, transport, options.configuration, options.timeout)
  if (stream instanceof UdpTransport) ignoreErrors(stream)
  const turn = new TurnProtocol([server.host, server.port], username, password, lifetime, stream)
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("timeout")), options.timeout)
  })
  try {
    const made = turn.connectionMade()
    const ended = refused(turn, stream)
    trustServerOnly(turn, stream)
    await Promise.race([made, ended, timedOut])
    return new StunOverTurnProtocol(turn)
  } catch (error) {
    // Otherwise the requests are repeated for seconds, and keep the process alive.
    for (const transaction of Object.values(turn.transactions)) transaction.cancel()
    await turn.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Rejects when the server refuses the credentials. The fault: werift waits for an answer that is signed with them, and a
 * server that does not accept them cannot sign (RFC 8489, section 9.2.4).
 */
const refused = (turn: TurnProtocol, transport: Transport): Promise<never> =>
  new Promise((_, reject) => {
    const deliver = transport.onData
    transport.onData = (data, address) => {
      const isAllocated = turn.relayedAddress !== undefined
      const response = isAllocated || turn.integrityKey === undefined ? undefined : parse(data)
      // A repetition of the first request, which has no credentials, is refused as well. Its transaction is over.
      const isPending = response !== undefined && turn.transactions[response.transactionIdHex] !== undefined
      if (isPending && response.messageClass === classes.ERROR && errorCodeOf({ response }) === unauthorized) {
        reject({ response })
      }
      deliver(data, address)
    }
  })

/**
 * Over UDP, drops what another address than the server's sends: it can name any peer as the sender of what it contains.
 * Over TCP and TLS, closes the stream when a frame begins with what begins none (RFC 8656, section 12.5): no byte that
 * follows can be read.
 */
const trustServerOnly = (turn: TurnProtocol, transport: Transport): void => {
  const deliver = transport.onData
  if (!(transport instanceof UdpTransport)) {
    transport.onData = (data, from) => {
      deliver(data, from)
      const [first = 0] = (turn as unknown as { readonly tcpBuffer: Buffer }).tcpBuffer
      if (first >= 0x80) transport.close().catch(() => {})
    }
    return
  }
  let server: string | undefined
  transport.onData = (data, from) => {
    // Known before the first request is sent.
    if (server === undefined && turn.serverEndpoint !== undefined) server = nameOf(turn.serverEndpoint)
    if (from !== undefined && nameOf(from) === server) deliver(data, from)
  }
}

/** An address of IPv6 has several spellings, a received one has the canonical one. */
const nameOf = ([address, port]: readonly [string, number]): string =>
  `${isIP(address) === 6 ? new SocketAddress({ address, family: "ipv6" }).address : address} ${port}`

const unauthorized = 401

const parse = (data: Buffer): Message | undefined => {
  try {
    return StunMessage.read(data) === undefined ? undefined : parseMessage(data)
  } catch {
    return undefined
  }
}

/** The part of werift's error for an error response (RFC 8489, section 14.8). */
interface ErrorResponse {
  readonly response?: { readonly getAttributeValue?: (name: string) => unknown }
}

const errorCodeOf = (error: unknown): number | undefined => {
  const attribute = (error as ErrorResponse).response?.getAttributeValue?.("ERROR-CODE")
  const [code] = Array.isArray(attribute) ? attribute as ReadonlyArray<unknown> : []
  return typeof code === "number" ? code : undefined
}

/** Why an allocation failed. Contains no text of the server and no credentials. */
export const reasonOf = (error: unknown): string => {
  const status = errorCodeOf(error)
  switch (status) {
    case undefined:
      break
    case unauthorized:
      return "the username or the credential is wrong (401)"
    case 403:
      return "the server forbids it (403)"
    case 437:
    case 486:
      return `the quota of the user is exhausted (${status})`
    case 508:
      return "the server has no capacity (508)"
    default:
      return `the server refuses (${status})`
  }
  const code = (error as { readonly code?: unknown }).code
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)) {
    if (code === "ECONNREFUSED") return "the connection is refused (ECONNREFUSED)"
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the host name cannot be resolved (${code})`
    if (/CERT|ALTNAME|SIGNATURE/.test(code)) return `the certificate is not trusted (${code})`
    return `no connection (${code})`
  }
  return "no answer"
}
