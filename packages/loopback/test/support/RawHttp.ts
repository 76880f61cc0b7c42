/**
 * HTTP on a socket of its own, byte by byte: what no client library sends.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Socket } from "node:net"
import { connect } from "node:net"

export interface RawResponse {
  /** Of the status line; 0, if the server has closed the connection without one. */
  readonly status: number
  /** By name in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** Of a header and its value; a list sends the header several times. */
export type RawHeaders = { readonly [name: string]: string | ReadonlyArray<string> | undefined }

export interface RawRequest {
  readonly method?: string
  /** The target of the request line. */
  readonly target?: string
  readonly version?: string
  readonly headers?: RawHeaders
  readonly body?: string
  /** In place of `body`: bytes in chunked transfer coding. */
  readonly chunk?: string
}

export const format = (
  { body = "", chunk, headers = {}, method = "GET", target = "/", version = "1.1" }: RawRequest
): string =>
  [
    `${method} ${target} HTTP/${version}`,
    ...Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`)),
    ...(chunk === undefined ? [] : ["Transfer-Encoding: chunked"]),
    ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    "",
    chunk ?? body
  ].join("\r\n")

const parse = (text: string): RawResponse => {
  const end = text.indexOf("\r\n\r\n")
  const [first = "", ...lines] = text.slice(0, end < 0 ? undefined : end).split("\r\n")
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(lines.map((line) => {
      const colon = line.indexOf(":")
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })),
    body: end < 0 ? "" : text.slice(end + 4)
  }
}

/** Of a WebSocket's handshake. The key is that of RFC 6455. */
export const handshake: RawHeaders = {
  "connection": "Upgrade",
  "upgrade": "websocket",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13"
}

const isWhole = (text: string): boolean => {
  const { body, headers, status } = parse(text)
  if (!text.includes("\r\n\r\n") || status === 0) return false
  if (status === 100) return false
  const length = headers["content-length"]
  if (length !== undefined) return Buffer.byteLength(body) >= Number(length)
  return headers["transfer-encoding"] !== "chunked" || body.endsWith("0\r\n\r\n")
}

/** Sends the bytes, and succeeds with the first response, or once the server has closed the connection. */
export const send = (port: number, bytes: string): Effect.Effect<RawResponse> =>
  Effect.callback<RawResponse>((resume) => {
    const socket = connect(port, "127.0.0.1")
    let received = ""
    const end = (): void => {
      resume(Effect.succeed(parse(received)))
      socket.destroy()
    }
    socket.setEncoding("utf8").on("data", (text: string) => {
      received += text
      if (isWhole(received)) end()
    })
    // A server that refuses a large body closes while it is still being sent.
    socket.on("error", () => {}).once("close", end)
    socket.write(bytes)
    return Effect.sync(() => socket.destroy())
  })

/** Sends the bytes, and succeeds with everything that was received once the server has closed the connection. */
export const sendAll = (port: number, bytes: string): Effect.Effect<string> =>
  Effect.callback<string>((resume) => {
    const socket = connect(port, "127.0.0.1")
    let received = ""
    socket.setEncoding("utf8").on("data", (text: string) => void (received += text))
    socket.on("error", () => {}).once("close", () => resume(Effect.succeed(received)))
    socket.write(bytes)
    return Effect.sync(() => socket.destroy())
  })

/** A connection that sends nothing, until the scope closes. */
export const connected = (port: number): Effect.Effect<Socket, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const socket = connect(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
      socket.on("error", () => {})
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

/** With the right `Host`, unless the headers have another. */
export const request = (port: number, options: RawRequest): Effect.Effect<RawResponse> =>
  send(port, format({ ...options, headers: { host: `127.0.0.1:${port}`, ...options.headers } }))
