/**
 * One WebSocket with an SFU: receives frames, sends frames, and measures silence. Does not decode frames.
 *
 * Uses `Socket.fromWebSocket` and not `Socket.makeWebSocket`: a WebSocket constructor throws if the URL is invalid.
 * That has to fail the opening, and must not be a defect.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import * as OneByOne from "../../internal/OneByOne.ts"

const openTimeout = "5 seconds"

export interface SignalSocket {
  /** The next frame. Fails once the socket is closed, by either side. One caller at a time. */
  readonly receive: Effect.Effect<Uint8Array | string, Socket.SocketError>
  readonly send: (frame: Uint8Array) => Effect.Effect<void, Socket.SocketError>
  /**
   * Starts the closing handshake, and does not wait for the peer. A second call has no effect. The WebSocket API cannot
   * abort a connection whose peer never answers: its TCP connection stays until the WebSocket implementation gives up.
   */
  readonly close: (code: number, reason: string) => Effect.Effect<void>
  /** Waits until the socket is closed. Discards the frames that arrive before, because an unread frame stays in memory. */
  readonly awaitClosed: Effect.Effect<void>
  /** Milliseconds since the last frame of any kind, or since the opening. Of the monotonic clock. */
  readonly silence: Effect.Effect<number>
}

/** Closing the scope closes the socket with code 1000, unless it is closed already. */
export const open = Effect.fnUntraced(function*(
  url: string
): Effect.fn.Return<SignalSocket, Socket.SocketError, Scope.Scope | Socket.WebSocketConstructor> {
  const construct = yield* Socket.WebSocketConstructor
  const acquire = Effect.acquireRelease(
    Effect.try({
      try: () => construct(url),
      catch: (cause) => new Socket.SocketError({ reason: new Socket.SocketOpenError({ kind: "Unknown", cause }) })
    }),
    (socket) => Effect.sync(() => socket.close(1000))
  )
  const socket = yield* Socket.fromWebSocket(acquire, { openTimeout })
  const writer = yield* socket.writer
  const { pull } = yield* socket.reader
  const clock = yield* Clock.Clock
  const nowMillis = () => Number(clock.monotonicTimeNanosUnsafe() / BigInt(1_000_000))

  let lastFrameAt = nowMillis()
  const receive = OneByOne.fromPull(Effect.tap(pull, () => Effect.sync(() => lastFrameAt = nowMillis())))

  return {
    receive,
    send: writer.write,
    close: (code, reason) => Effect.ignore(writer.write(new Socket.CloseEvent(code, reason))),
    awaitClosed: Effect.ignore(Effect.forever(receive)),
    silence: Effect.sync(() => nowMillis() - lastFrameAt)
  }
})
