/**
 * The HTTP server on 127.0.0.1: listens, and closes in order. It never listens on another address.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type * as HttpServer from "effect/http/HttpServer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { createServer } from "node:http"
import type { Server as NodeServer } from "node:http"
import type { Socket } from "node:net"

/**
 * The SFU does not listen. `NotLoopback`: an address other than 127.0.0.1 was requested. `NotListening`: the port is
 * taken.
 *
 * @stability experimental
 * @category errors
 * @since 0.1.0
 */
export class LoopbackSfuError extends Schema.TaggedError<LoopbackSfuError>()("LoopbackSfuError", {
  reason: Schema.Literals(["NotLoopback", "NotListening"]),
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.reason}: ${this.detail}`
  }
}

export const host = "127.0.0.1"

export interface ServerOptions {
  readonly host: string | undefined
  /** Default: a free port. */
  readonly port: number | undefined
  /** The maximum size of a WebSocket frame, in bytes. */
  readonly maxFrameSize: number
  /** Connections at a time; above that, a new one is closed at once. Default 4,096. */
  readonly maxConnections?: number | undefined
  /** How long a client may take. Default: `timeouts`. */
  readonly timeouts?: Timeouts | undefined
  /** Runs first when the scope closes, while the TCP connections of the clients are still open. */
  readonly onClose: () => void
}

/** In milliseconds. */
export interface Timeouts {
  /** From the start of a request, or of its connection, to the end of its headers. */
  readonly headers: number
  /** From the start of a request to the end of its body. */
  readonly request: number
  /** How often connections are checked for these. */
  readonly check: number
}

const timeouts: Timeouts = { headers: 10_000, request: 30_000, check: 5_000 }

export interface Server {
  readonly port: number
  readonly httpServer: HttpServer.HttpServer["Service"]
  /** The scope to serve in. It closes after every socket has been closed or destroyed. */
  readonly scope: Scope.Scope
}

/** After `onClose`, TCP connections that are still open are destroyed at this timeout. */
const closeTimeout = "250 millis"

const trackSockets = (server: NodeServer): ReadonlySet<Socket> => {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return sockets
}

/**
 * In milliseconds: how long a connection may be idle. Clients close theirs some seconds earlier. With node's 5 seconds, a
 * pause of the process makes both due at once, and the server closes a connection while a client sends a request on it.
 */
const keepAliveTimeout = 60_000

/** node answers malformed requests itself: 400, 408 at a timeout, 431 for too large headers. */
const createNodeServer = ({ check, headers, request }: Timeouts, maxConnections: number): NodeServer => {
  const server = createServer({
    headersTimeout: headers,
    requestTimeout: request,
    keepAliveTimeout,
    connectionsCheckingInterval: check
  })
  server.maxConnections = maxConnections
  // This is no proxy. Without a listener node closes the connection without a response.
  server.on("connect", (_, socket) => {
    socket.on("error", () => {})
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
  })
  return server
}

const untilAllClosed = (sockets: ReadonlySet<Socket>): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const check = (): void => {
      if (sockets.size === 0) resume(Effect.void)
    }
    for (const socket of sockets) socket.once("close", check)
    check()
  })

export const make = Effect.fnUntraced(function*(
  options: ServerOptions
): Effect.fn.Return<Server, LoopbackSfuError, Scope.Scope> {
  if (options.host !== undefined && options.host !== host) {
    return yield* new LoopbackSfuError({ reason: "NotLoopback", detail: `asked to listen on ${options.host}` })
  }
  // Closes after the finalizer below: NodeHttpServer waits for the sockets that the finalizer closes.
  const scope = yield* Scope.fork(yield* Effect.scope)
  const nodeServer = createNodeServer(options.timeouts ?? timeouts, options.maxConnections ?? 4_096)
  const sockets = trackSockets(nodeServer)
  const httpServer = yield* NodeHttpServer.make(() => nodeServer, {
    host,
    port: options.port ?? 0,
    gracefulShutdownTimeout: "1 second",
    websocket: { maxPayload: options.maxFrameSize }
  }).pipe(
    Scope.provide(scope),
    Effect.mapError(({ cause }) =>
      new LoopbackSfuError({ reason: "NotListening", detail: cause instanceof Error ? cause.message : String(cause) })
    )
  )
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      options.onClose()
      nodeServer.closeIdleConnections()
      return untilAllClosed(sockets)
    }).pipe(
      Effect.timeoutOption(closeTimeout),
      Effect.andThen(Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
    )
  )
  const address = nodeServer.address()
  return { port: typeof address === "object" && address !== null ? address.port : 0, httpServer, scope }
})
