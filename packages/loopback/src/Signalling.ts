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
import type { Link } from "./Leg.ts"
import type { Failure, Requests } from "./Requests.ts"
import type { Node } from "./SfuNode.ts"
import * as Token from "./Token.ts"
import * as Wire from "./Wire.ts"

/** How long a socket may be open before it asks to join. */
const joining = "5 seconds"

/** A client that has not read so many events is cut off. */
const capacity = 4_096

/** To try again changes nothing. */
const forGood = (code: number, message: string): Failure => ({ _tag: "Sfu", code, message, strategy: "Disconnect" })

/** Elsewhere there may be room. */
const shuttingDown: Failure = {
  _tag: "Sfu",
  code: Wire.ErrorCode.ERROR_CODE_SFU_SHUTTING_DOWN,
  message: "this SFU is shutting down",
  shouldRetry: true
}

export const handle = (call: Call.Call, node: Node, secret: string, requests: Requests) =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const socket = yield* request.upgrade
    const reader = yield* Socket.readerBytes(socket)
    const writer = yield* socket.writer
    const outbox = yield* Queue.bounded<Uint8Array | Socket.CloseEvent, Cause.Done>(capacity)
    const raw = (request.source as { readonly socket?: Duplex }).socket
    let cut = false

    const link: Link = {
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

    const refuse = (failure: Failure) =>
      Effect.gen(function*() {
        if (failure._tag === "Transport") return link.destroy()
        link.send(Wire.encodeEvent(Wire.failed(failure, failure._tag === "Sfu" ? failure.strategy : undefined)))
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
        forGood(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, "a join request with a session id first")
      )
    }
    const { sessionId } = joinRequest
    const userId = Token.verify(secret, joinRequest.token ?? "", yield* Clock.currentTimeMillis)
    if (userId === undefined) {
      return yield* refuse(
        forGood(Wire.ErrorCode.ERROR_CODE_UNAUTHENTICATED, "the token is unknown or has expired")
      )
    }
    const owner = call.member(sessionId)?.participant.userId
    if (owner !== undefined && owner !== userId) {
      return yield* refuse(
        forGood(Wire.ErrorCode.ERROR_CODE_PERMISSION_DENIED, "the session is somebody else's")
      )
    }
    const refusal = yield* Effect.interruptible(
      requests.admit({ from: sessionId, fromUser: userId, method: "JoinRequest" })
    )
    if (refusal !== undefined) return yield* refuse(refusal.failure)
    if (node.state() === "Down") return link.destroy()
    if (node.state() === "ShuttingDown") return yield* refuse(shuttingDown)
    yield* call.join({
      node,
      participant: { userId, sessionId },
      receives: (joinRequest.subscriberSdp ?? "") !== "",
      reconnection: Wire.reconnectionOf(joinRequest),
      previousSessionId: joinRequest.reconnectDetails?.previousSessionId ?? "",
      announced: Wire.announcedBy(joinRequest),
      link
    })

    const attend: Effect.Effect<Call.Ending, Socket.SocketError> = Effect.gen(function*() {
      while (true) {
        const { healthCheckRequest, leaveCallRequest } = yield* receive
        if (leaveCallRequest) return "Left" as const
        if (healthCheckRequest) {
          call.tell(sessionId, { healthCheckResponse: { participantCount: { total: call.members().length } } })
        }
      }
    })
    const ending: Call.Ending = yield* Effect.catch(attend, ({ reason }) =>
      Effect.sync((): Call.Ending => {
        // Code 1000 is a leave without a word; one that we sent ourselves comes back, and is none.
        return !cut && reason._tag === "SocketCloseError" && reason.code === 1000 ? "Closed" : "Lost"
      }))
    yield* call.ended(sessionId, link, ending)
  }).pipe(
    Effect.scoped,
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logDebug("a socket failed", cause)
    ),
    Effect.as(HttpServerResponse.empty())
  )
