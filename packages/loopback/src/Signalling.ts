/**
 * A client on its signalling socket: admits its join request, then answers health checks until the socket ends.
 */
import { formatId } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Socket from "effect/socket/Socket"
import * as Call from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Joining from "./Joining.ts"
import * as Leaving from "./Leaving.ts"
import * as RawResponse from "./RawResponse.ts"
import type { Failure, Requests } from "./Requests.ts"
import type { SfuNode } from "./SfuNode.ts"
import * as SignalSocket from "./SignalSocket.ts"
import type { Tokens, Verdict } from "./Token.ts"
import * as Wire from "./Wire.ts"

export interface SignallingOptions {
  readonly call: Call.Call
  readonly node: SfuNode
  readonly tokens: Tokens
  readonly requests: Requests
}

/** A socket waits for at most this long for its join request, and for the client's close after a refusal. */
const joinTimeout = "5 seconds"

/** A refusal that a retry does not change. */
const permanent = (code: number, message: string): Failure => ({ _tag: "Sfu", code, message, strategy: "Disconnect" })

const noJoinRequest = permanent(
  Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED,
  "the first request has to be a join request with a session id"
)

/** A client with an expired token may come back with another one. */
const unauthenticated = ({ _tag }: Exclude<Verdict, { readonly _tag: "Valid" }>): Failure =>
  _tag === "Expired"
    ? { _tag: "Sfu", code: Wire.ErrorCode.ERROR_CODE_UNAUTHENTICATED, message: "the token has expired" }
    : permanent(Wire.ErrorCode.ERROR_CODE_UNAUTHENTICATED, "the token is unknown")

const notOwner = permanent(Wire.ErrorCode.ERROR_CODE_PERMISSION_DENIED, "the session belongs to another user")

const blocked = permanent(Wire.ErrorCode.ERROR_CODE_PERMISSION_DENIED, "the user is blocked")

const shuttingDown: Failure = {
  _tag: "Sfu",
  code: Wire.ErrorCode.ERROR_CODE_SFU_SHUTTING_DOWN,
  message: "this SFU is shutting down",
  shouldRetry: true
}

/** A node that is down has closed its sockets without an event. */
const down: Failure = { _tag: "Transport", code: "unavailable", message: "this SFU is down" }

const isFailure = (value: Failure | Joining.JoinOptions): value is Failure => "_tag" in value

/** Waits for the join request, and checks it. */
const admit = Effect.fnUntraced(function*(
  { call, node, requests, tokens }: SignallingOptions,
  socket: SignalSocket.AcceptedSocket
): Effect.fn.Return<Failure | Joining.JoinOptions, Socket.SocketError> {
  const first = yield* socket.receive.pipe(Effect.interruptible, Effect.timeoutOption(joinTimeout))
  const joinRequest = first._tag === "Some" ? first.value.joinRequest : undefined
  if (!joinRequest?.sessionId) return noJoinRequest
  const { sessionId } = joinRequest
  const verdict = yield* tokens.verify(joinRequest.token ?? "")
  if (verdict._tag !== "Valid") return unauthenticated(verdict)
  const { userId } = verdict
  const owner = Call.member(call, sessionId)?.participant.userId
  if (owner !== undefined && owner !== userId) return notOwner
  const injected = yield* Effect.interruptible(
    requests.admit({ from: sessionId, fromUser: userId, method: "JoinRequest" })
  )
  if (injected !== undefined) return injected.failure
  if (node.state() === "Down") return down
  if (node.state() === "ShuttingDown") return shuttingDown
  return {
    node,
    participant: { userId, sessionId },
    receives: (joinRequest.subscriberSdp ?? "") !== "",
    canPauseVideo: Wire.canPauseVideo(joinRequest),
    reconnection: Wire.reconnectionOf(joinRequest),
    previousSessionId: joinRequest.reconnectDetails?.previousSessionId ?? "",
    announced: Wire.announcedTypes(joinRequest),
    socket
  }
})

const refuse = (socket: SignalSocket.AcceptedSocket, failure: Failure): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (failure._tag === "Transport" || RawResponse.isRaw(failure)) return Effect.sync(socket.destroy)
    socket.send(Wire.encodeEvent(Wire.error(failure, failure._tag === "Sfu" ? failure.strategy : undefined)))
    socket.close(4101, "join refused")
    // The server closes the TCP connection with this scope: wait until the client has read the error.
    return Effect.asVoid(Effect.timeoutOption(Effect.interruptible(socket.drain), joinTimeout))
  })

/** Answers health checks. Ends with a leave request or with the socket. */
const serve = (
  call: Call.Call,
  sessionId: string,
  socket: SignalSocket.AcceptedSocket
): Effect.Effect<Leaving.SocketEnd> =>
  Effect.gen(function*() {
    while (true) {
      const { healthCheckRequest, leaveCallRequest } = yield* socket.receive
      if (leaveCallRequest) return "LeaveRequest" as const
      if (healthCheckRequest) {
        const participantCount = { total: Call.members(call).length }
        Dispatch.send(call, sessionId, { healthCheckResponse: { participantCount } })
      }
    }
  }).pipe(
    Effect.catch(({ reason }) =>
      Effect.sync((): Leaving.SocketEnd => {
        const isNormal = reason._tag === "SocketCloseError" && reason.code === 1000
        // The client echoes the code of a close that the server began.
        return isNormal && !socket.isClosedByServer() ? "NormalClose" : "Lost"
      })
    )
  )

/** Upgrades the current request to a socket, and returns once the socket has ended. */
export const handle = (options: SignallingOptions) =>
  Effect.gen(function*() {
    const socket = yield* SignalSocket.accept
    const admitted = yield* admit(options, socket)
    if (isFailure(admitted)) return yield* refuse(socket, admitted)
    const { call } = options
    const { sessionId } = admitted.participant
    if (!(yield* Joining.join(call, admitted))) return yield* refuse(socket, blocked)
    const end = yield* serve(call, sessionId, socket)
    yield* Leaving.socketEnded(call, sessionId, socket, end)
  }).pipe(
    Effect.scoped,
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.logDebug(`a signalling socket failed: ${formatId(String(Cause.squash(cause)))}`)
    ),
    Effect.as(HttpServerResponse.empty())
  )
