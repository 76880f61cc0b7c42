/**
 * A server on 127.0.0.1 that speaks TCP only: it opens the WebSocket by hand, and answers nothing that a test does not want
 * it to answer.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHash } from "node:crypto"
import type { AddressInfo, Socket } from "node:net"
import { createServer } from "node:net"
import { until } from "../support/until.ts"

export interface RawServer {
  readonly port: number
  /** The connections that are open, as far as the server knows. */
  readonly open: ReadonlySet<Socket>
  /**
   * Waits until `count` connections are open. A server that does not read notices only by writing that a
   * client has ended the connection, so it writes what a client ignores.
   */
  readonly untilOpen: (count: number) => Effect.Effect<void>
  /** The first line of each HTTP request. */
  readonly requests: ReadonlyArray<string>
}

/** A binary frame of a server (RFC 6455, section 5.2). */
export const frame = (payload: Uint8Array): Buffer => {
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(payload.byteLength))
  const head = payload.byteLength < 126
    ? [payload.byteLength]
    : payload.byteLength < 0x1_0000
    ? [126, ...length.subarray(6)]
    : [127, ...length]
  return Buffer.concat([Buffer.from([0x82, ...head]), payload])
}

const acceptOf = (key: string): string =>
  createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64")

/** After the head of a request, a connection is not read any more. `onSocket` has a connection with an open WebSocket. */
export const make = (
  onSocket: (socket: Socket) => void,
  onRequest: (socket: Socket) => void = () => {}
): Effect.Effect<RawServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const open = new Set<Socket>()
    const requests: Array<string> = []
    const ignored = new WeakMap<Socket, string | Uint8Array>()
    const server = createServer((socket) => {
      open.add(socket)
      socket.on("error", () => {}).on("close", () => open.delete(socket))
      let head = ""
      const onData = (data: Buffer): void => {
        head += data.toString("latin1")
        if (!head.includes("\r\n\r\n")) return
        socket.off("data", onData).pause()
        const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1]
        requests.push(head.split("\r\n")[0]!)
        // A pong without content, and an interim response.
        ignored.set(socket, key === undefined ? "HTTP/1.1 102 Processing\r\n\r\n" : Uint8Array.of(0x8a, 0))
        if (key === undefined) return onRequest(socket)
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${
            acceptOf(key)
          }\r\n\r\n`
        )
        onSocket(socket)
      }
      socket.on("data", onData)
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          for (const socket of open) socket.destroy()
        })
    )
    const untilOpen = (count: number) =>
      until(() => {
        for (const socket of open) if (socket.writable) socket.write(ignored.get(socket) ?? "")
        return open.size === count
      })
    return { port: (server.address() as AddressInfo).port, open, requests, untilOpen }
  })
