/**
 * A client's signalling socket: joins, reacts to the two events that a publisher has to react to, and leaves.
 */
import * as NodeWS from "@effect/platform-node/NodeWS"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { SimulationError } from "./SimulationError.ts"
import * as Wire from "./Wire.ts"

export interface SignalClient {
  readonly sendLeave: (sessionId: string) => void
  /** Destroys the TCP connection without a close frame. */
  readonly destroy: Effect.Effect<void>
}

export interface SignalClientOptions {
  readonly webSocketUrl: string
  readonly joinRequest: Wire.JoinRequest
  readonly onIceRestart: () => void
  readonly onMigrationComplete: () => void
  readonly failed: (detail: string) => SimulationError
}

/** The maximum wait for the SFU to close the socket. */
const closeTimeout = "1 second"

const { event } = Wire.Messages

const send = (socket: NodeWS.WebSocket, request: Wire.SfuRequest): void =>
  socket.send(event.SfuRequest.encode(request).finish())

/** Runs `close`, and waits until the socket is closed. */
const closed = (socket: NodeWS.WebSocket, close: () => void): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    if (socket.readyState === socket.CLOSED) return resume(Effect.void)
    socket.once("close", () => resume(Effect.void))
    close()
  })

const open = (url: string): Effect.Effect<NodeWS.WebSocket, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new NodeWS.WebSocket(url)),
    (socket) =>
      closed(socket, () => socket.close(1000)).pipe(
        Effect.timeoutOption(closeTimeout),
        Effect.andThen(Effect.sync(() => socket.terminate()))
      )
  )

const untilJoined = (
  socket: NodeWS.WebSocket,
  { failed, joinRequest, onIceRestart, onMigrationComplete }: SignalClientOptions
): Effect.Effect<void, SimulationError> =>
  Effect.callback<void, SimulationError>((resume) => {
    const fail = (detail: string) => resume(Effect.fail(failed(detail)))
    socket.on("error", (error: Error) => fail(error.message))
    socket.once("close", (code: number) => fail(`the socket closed with ${code}`))
    socket.once("open", () => send(socket, { joinRequest }))
    socket.on("message", (data: Uint8Array) => {
      const received = Wire.decodeEvent(data)
      if (received?.joinResponse) resume(Effect.void)
      if (received?.iceRestart?.peerType === Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED) onIceRestart()
      if (received?.participantMigrationComplete) onMigrationComplete()
      if (received?.error) fail(received.error.error?.message ?? "refused")
    })
  })

/** Succeeds with the join response. Closing the scope closes the socket with code 1000. */
export const join = Effect.fnUntraced(function*(
  options: SignalClientOptions
): Effect.fn.Return<SignalClient, SimulationError, Scope.Scope> {
  const socket = yield* open(options.webSocketUrl)
  yield* untilJoined(socket, options)
  return {
    sendLeave: (sessionId) => {
      if (socket.readyState === socket.OPEN) send(socket, { leaveCallRequest: { sessionId, reason: "left" } })
    },
    destroy: closed(socket, () => socket.terminate())
  }
})
