/**
 * The SFU's end of a signalling socket: frames out through a bounded queue, requests in one by one.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Queue from "effect/Queue"
import * as Socket from "effect/socket/Socket"
import type { Duplex } from "node:stream"
import * as OneByOne from "./OneByOne.ts"
import * as Wire from "./Wire.ts"

/** The sending half. */
export interface SignalSocket {
  /** Never waits. */
  readonly send: (frame: Uint8Array) => void
  readonly close: (code: number, reason: string) => void
  /** Destroys the TCP connection: the client sees code 1006. */
  readonly destroy: () => void
}

export interface AcceptedSocket extends SignalSocket {
  /** The next frame that decodes as a request; other frames are skipped. Single consumer. */
  readonly receive: Effect.Effect<Wire.SfuRequest, Socket.SocketError>
  /** Reads and discards until the client closes the socket. */
  readonly drain: Effect.Effect<void>
  /** Whether `close` or `destroy` was called. */
  readonly isClosedByServer: () => boolean
}

/** Frames that a client may leave unread before its socket is destroyed. */
const capacity = 4_096

/** Upgrades the current request. The socket closes with the scope. */
export const accept = Effect.gen(function*() {
  const request = yield* HttpServerRequest.HttpServerRequest
  const socket = yield* request.upgrade
  const read = yield* Socket.readerBytes(socket)
  const writer = yield* socket.writer
  const outbox = yield* Queue.bounded<Uint8Array | Socket.CloseEvent, Cause.Done>(capacity)
  const raw = (request.source as { readonly socket?: Duplex }).socket
  const nextFrame = OneByOne.make(read)
  let closedByServer = false

  yield* Queue.take(outbox).pipe(
    Effect.flatMap(writer.write),
    Effect.forever,
    Effect.ignore,
    Effect.forkScoped
  )

  const write = (message: Uint8Array | Socket.CloseEvent): void => {
    if (!Queue.offerUnsafe(outbox, message)) raw?.destroy()
  }

  const receive: AcceptedSocket["receive"] = Effect.gen(function*() {
    while (true) {
      const request = Wire.decodeRequest(yield* nextFrame)
      if (request !== undefined) return request
    }
  })

  const accepted: AcceptedSocket = {
    send: write,
    close: (code, reason) => {
      closedByServer = true
      write(new Socket.CloseEvent(code, reason))
    },
    destroy: () => {
      closedByServer = true
      raw?.destroy()
    },
    receive,
    drain: Effect.ignore(Effect.forever(read)),
    isClosedByServer: () => closedByServer
  }
  return accepted
})
