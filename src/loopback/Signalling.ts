/**
 * A client's socket: the join, the health checks, the leave, and everything that the call tells this client.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Queue from "effect/Queue"
import * as Socket from "effect/socket/Socket"
import type { Duplex } from "node:stream"
import type * as Call from "./Call.ts"
import * as Token from "./Token.ts"
import * as Wire from "./Wire.ts"

/** How long a socket may be open before it asks to join. */
const joining = "5 seconds"

/** A client that has not read so many events is cut off. */
const capacity = 4_096

/** How a socket ended, and so what becomes of the session. */
type Ending = "Left" | "Lost"

export const handle = (call: Call.Call, secret: string) =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const socket = yield* request.upgrade
    const reader = yield* Socket.readerBytes(socket)
    const writer = yield* socket.writer
    const outbox = yield* Queue.bounded<Uint8Array | Socket.CloseEvent, Cause.Done>(capacity)
    const raw = (request.source as { readonly socket?: Duplex }).socket
    let cut = false

    const link: Call.Link = {
      send: (frame) => {
        if (!Queue.offerUnsafe(outbox, frame)) raw?.destroy()
      },
      close: (code, reason) => {
        cut = true
        if (!Queue.offerUnsafe(outbox, new Socket.CloseEvent(code, reason))) raw?.destroy()
      },
      destroy: () => {
        cut = true
        raw?.destroy()
      }
    }

    yield* Queue.take(outbox).pipe(
      Effect.flatMap(writer.write),
      Effect.forever,
      Effect.ignore,
      Effect.forkScoped
    )

    const frames: Array<Uint8Array> = []
    const receive: Effect.Effect<Wire.SfuRequest, Socket.SocketError> = Effect.gen(function*() {
      while (true) {
        const frame = frames.shift()
        if (frame === undefined) {
          frames.push(...(yield* reader))
          continue
        }
        const request = Wire.decodeRequest(frame)
        if (request !== undefined) return request
      }
    })

    const refuse = (code: number, message: string) =>
      Effect.gen(function*() {
        link.send(Wire.encodeEvent({
          error: {
            error: { code, message, shouldRetry: false },
            reconnectStrategy: Wire.ReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT
          }
        }))
        link.close(4101, "join refused")
        // The socket stays until the client has heard it.
        yield* Effect.ignore(Effect.timeoutOption(Effect.interruptible(Effect.forever(reader)), joining))
      })

    const join = yield* receive.pipe(
      Effect.map((request) => request.joinRequest),
      Effect.interruptible,
      Effect.timeoutOption(joining)
    )
    const joinRequest = join._tag === "Some" ? join.value : undefined
    if (!joinRequest?.sessionId) {
      return yield* refuse(
        Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED,
        "a join request with a session id first"
      )
    }
    const { sessionId } = joinRequest
    const userId = Token.verify(secret, joinRequest.token ?? "", yield* Clock.currentTimeMillis)
    if (userId === undefined) {
      return yield* refuse(Wire.ErrorCode.ERROR_CODE_UNAUTHENTICATED, "the token is unknown or has expired")
    }
    const owner = call.member(sessionId)?.participant.userId
    if (owner !== undefined && owner !== userId) {
      return yield* refuse(Wire.ErrorCode.ERROR_CODE_PERMISSION_DENIED, "the session is somebody else's")
    }
    yield* call.join({
      participant: { userId, sessionId },
      receives: (joinRequest.subscriberSdp ?? "") !== "",
      resume: joinRequest.fastReconnect === true
        || joinRequest.reconnectDetails?.strategy === Wire.ReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_FAST,
      link
    })

    const attend: Effect.Effect<Ending, Socket.SocketError> = Effect.gen(function*() {
      while (true) {
        const { healthCheckRequest, leaveCallRequest } = yield* receive
        if (leaveCallRequest) return "Left" as const
        if (healthCheckRequest) {
          call.tell(sessionId, { healthCheckResponse: { participantCount: { total: call.size() } } })
        }
      }
    })
    const ending: Ending = yield* Effect.catch(attend, ({ reason }) =>
      Effect.sync((): Ending => {
        // Code 1000 is a leave without a word; one that we sent ourselves comes back, and is none.
        return !cut && reason._tag === "SocketCloseError" && reason.code === 1000 ? "Left" : "Lost"
      }))
    const isOurs = call.session(sessionId)?.link === link
    if (isOurs) yield* ending === "Left" ? call.leave(sessionId) : call.lose(sessionId, link)
  }).pipe(
    Effect.scoped,
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logDebug("a socket failed", cause)
    ),
    Effect.as(HttpServerResponse.empty())
  )
