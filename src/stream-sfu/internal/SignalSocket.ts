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
import { SfuJoinError } from "../../edge/SfuClient.ts"
import * as OneByOne from "../../internal/OneByOne.ts"
import * as Endpoint from "./Endpoint.ts"
import * as OpeningWatch from "./OpeningWatch.ts"
import type { Redact } from "./Redaction.ts"

const openTimeout = "5 seconds"

export interface SignalSocket {
  /** The next frame. Fails once the socket is closed, by either side. One caller at a time. */
  readonly receive: Effect.Effect<Uint8Array | string, Socket.SocketError>
  readonly send: (frame: Uint8Array) => Effect.Effect<void, Socket.SocketError>
  /**
   * Starts the closing handshake, and does not wait for the peer. A second call has no effect.
   */
  readonly close: (code: number, reason: string) => Effect.Effect<void>
  /** Waits until the socket is closed. Discards the frames that arrive before, because an unread frame stays in memory. */
  readonly awaitClosed: Effect.Effect<void>
  /** Milliseconds since the last frame of any kind, or since the opening. Of the monotonic clock. */
  readonly silence: Effect.Effect<number>
}

/** How long a peer may take to answer the close. Then its connection is ended without an answer. */
const closeTimeout = "1 second"

const closed = 3

/** A peer that no longer reads answers no close. Its connection must not keep the process alive. */
const closeOrTerminate = (
  { socket, terminate }: OpeningWatch.OpeningWatch<Socket.WebSocketLike>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    socket.close(1000)
    if (socket.readyState === closed) return Effect.void
    const awaitClose = Effect.callback<void>((resume) =>
      socket.addEventListener("close", () => resume(Effect.void), { once: true })
    )
    const bounded = Effect.timeoutOrElse(awaitClose, { duration: closeTimeout, orElse: () => Effect.sync(terminate) })
    // The scope does not wait for it.
    return Effect.asVoid(Effect.forkDetach(bounded, { startImmediately: true }))
  })

/**
 * Closing the scope closes the socket with code 1000, unless it is closed already. A peer that does not answer the close
 * within a second is disconnected.
 */
export const open = Effect.fnUntraced(function*(
  url: string,
  { maxFrameBytes, redact }: { readonly maxFrameBytes: number; readonly redact: Redact }
): Effect.fn.Return<SignalSocket, SfuJoinError, Scope.Scope | Socket.WebSocketConstructor> {
  const endpoint = Endpoint.webSocket(url)
  const invalid = Endpoint.invalid(endpoint)
  if (invalid !== undefined) return yield* unreachable(redact.data(invalid), false)
  const construct = yield* Socket.WebSocketConstructor
  const backlog = makeBacklog(maxFrameBytes)
  let watch: OpeningWatch.OpeningWatch<Socket.WebSocketLike> | undefined
  const acquire = Effect.map(
    Effect.acquireRelease(
      Effect.try({
        try: () => watch = OpeningWatch.begin(() => construct(url)),
        catch: (cause) => new Socket.SocketError({ reason: new Socket.SocketOpenError({ kind: "Unknown", cause }) })
      }),
      closeOrTerminate
    ),
    (opened) => {
      const { socket } = opened
      backlog.watch(opened)
      return socket
    }
  )
  const openError = ({ reason }: Socket.SocketError): SfuJoinError =>
    reason._tag === "SocketOpenError" && reason.kind === "Timeout"
      ? new SfuJoinError({
        reason: "TimedOut",
        detail: redact.data(Endpoint.silent(endpoint, openTimeout)),
        shouldRetry: true
      })
      : unreachable(redact.data(Endpoint.failed(endpoint, watch?.evidence() ?? {})), true)
  const socket = yield* Socket.fromWebSocket(acquire, { openTimeout })
  const { pull } = yield* socket.reader.pipe(
    Effect.mapError(openError),
    Effect.ensuring(Effect.sync(() => watch?.end()))
  )
  const writer = yield* socket.writer
  const clock = yield* Clock.Clock
  const nowMillis = () => Number(clock.monotonicTimeNanosUnsafe() / BigInt(1_000_000))

  let lastFrameAt = nowMillis()
  const read = pull.pipe(
    Effect.tap((frames) => Effect.sync(() => backlog.taken(frames))),
    Effect.mapError((error) => backlog.overflow() ?? error)
  )
  // Not at the read: a read can have so many frames that they take longer than the silence of a dead connection.
  const receive = Effect.tap(OneByOne.fromPull(read), () => Effect.sync(() => lastFrameAt = nowMillis()))

  return {
    receive,
    send: writer.write,
    close: (code, reason) => Effect.ignore(writer.write(new Socket.CloseEvent(code, reason))),
    awaitClosed: Effect.ignore(Effect.forever(receive)),
    silence: Effect.sync(() => nowMillis() - lastFrameAt)
  }
})

// --- What has arrived and is not read yet -----------------------------------------------------------------------------

/** 64 MiB, or four frames that are as long as the limit allows. */
const maxBytesBehindOf = (maxFrameBytes: number): number => Math.max(64 * 1024 * 1024, 4 * maxFrameBytes)

/** Where the TCP socket is known, it is not read while more frames than this wait. */
const pauseAt = 4_096

/** The memory that a frame needs besides its bytes is 200 to 300 bytes. */
const maxFramesBehind = 262_144

interface Backlog {
  readonly watch: (opened: OpeningWatch.OpeningWatch<Socket.WebSocketLike>) => void
  readonly taken: (frames: ReadonlyArray<Uint8Array | string>) => void
  /** Why the connection was ended. */
  readonly overflow: () => Socket.SocketError | undefined
}

const sizeOf = (frame: unknown): number =>
  typeof frame === "string"
    ? frame.length
    : frame instanceof ArrayBuffer || ArrayBuffer.isView(frame)
    ? frame.byteLength
    : 0

/**
 * Bounds what a peer sends faster than we read. `ws` stops reading the network by itself, and that of Node is stopped by its
 * TCP socket. The connection of another one is ended.
 */
const makeBacklog = (maxFrameBytes: number): Backlog => {
  const maxBytesBehind = maxBytesBehindOf(maxFrameBytes)
  let frames = 0
  let bytes = 0
  let code: string | undefined
  let resumeReading = (): void => {}
  return {
    watch: ({ pause, resume, socket, terminate }) => {
      resumeReading = resume
      socket.addEventListener("message", ({ data }) => {
        frames++
        bytes += sizeOf(data)
        if (frames > pauseAt) pause()
        if (code !== undefined || (frames <= maxFramesBehind && bytes <= maxBytesBehind)) return
        code = frames > maxFramesBehind ? "TOO_MANY_FRAMES_UNREAD" : "TOO_MANY_BYTES_UNREAD"
        // Of the codes that a WebSocket accepts from its user (RFC 6455, section 7.4.2).
        socket.close(4008)
        terminate()
      })
    },
    taken: (read) => {
      frames -= read.length
      for (const frame of read) bytes -= sizeOf(frame)
      if (frames <= pauseAt) resumeReading()
    },
    overflow: () =>
      code === undefined
        ? undefined
        : new Socket.SocketError({ reason: new Socket.SocketReadError({ cause: { code } }) })
  }
}

const unreachable = (detail: string, shouldRetry: boolean): SfuJoinError =>
  new SfuJoinError({ reason: "Unreachable", detail, shouldRetry })
