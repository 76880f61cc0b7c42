/**
 * One WebSocket with an SFU: frames in, frames out, and how long it has been silent. Knows no message.
 *
 * Made of `Socket.fromWebSocket` rather than `Socket.makeWebSocket`, so that a constructor that throws (an address that
 * is none) fails to open, and does not bring the program down.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import * as OneByOne from "../internal/OneByOne.ts"

const openTimeout = "5 seconds"

export interface Link {
  /** The next frame. Fails once the socket is closed, however that came about. For one fiber at a time. */
  readonly next: Effect.Effect<Uint8Array | string, Socket.SocketError>
  readonly send: (frame: Uint8Array) => Effect.Effect<void, Socket.SocketError>
  /**
   * Begins to close, which ends once the other side agrees. A second time is nothing. The WebSocket API has no way to cut
   * off a side that never agrees: its TCP connection lasts until the WebSocket's implementation gives up.
   */
  readonly close: (code: number, reason: string) => Effect.Effect<void>
  /** Reads on and throws away, until the socket is closed: what nobody reads is kept in memory. */
  readonly closed: Effect.Effect<void>
  /** Milliseconds since the last frame of any kind, or since it opened. Not of the wall clock, which may be set. */
  readonly silence: Effect.Effect<number>
}

/** Closing the scope closes the socket with 1000, if nothing else has closed it. */
export const open = Effect.fnUntraced(function*(
  url: string
): Effect.fn.Return<Link, Socket.SocketError, Scope.Scope | Socket.WebSocketConstructor> {
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
  const elapsed = () => Number(clock.monotonicTimeNanosUnsafe() / BigInt(1_000_000))

  let heardAt = elapsed()
  const next = OneByOne.fromPull(Effect.tap(pull, () => Effect.sync(() => heardAt = elapsed())))

  return {
    next,
    send: writer.write,
    close: (code, reason) => Effect.ignore(writer.write(new Socket.CloseEvent(code, reason))),
    closed: Effect.ignore(Effect.forever(next)),
    silence: Effect.sync(() => elapsed() - heardAt)
  }
})
