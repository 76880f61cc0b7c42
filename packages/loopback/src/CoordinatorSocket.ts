/**
 * The coordinator's WebSocket, as far as a client needs it to join a call: authenticates, and answers health checks. Sends
 * no events. Messages are JSON texts.
 */
import { formatId } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import * as Socket from "effect/socket/Socket"
import { randomUUID } from "node:crypto"
import type { CoordinatorAccess, CoordinatorError } from "./CoordinatorAccess.ts"
import * as Access from "./CoordinatorAccess.ts"
import * as OneByOne from "./OneByOne.ts"

export const path = "/connect"

const Authentication = Schema.fromJsonString(Schema.Struct({
  token: Schema.String,
  user_details: Schema.Struct({ id: Schema.NonEmptyString, name: Schema.optional(Schema.String) })
}))

const HealthChecks = Schema.fromJsonString(Schema.Array(Schema.Struct({ type: Schema.Literal("health.check") })))

/** A socket waits for at most this long for its first message. */
const authenticationTimeout = "5 seconds"

const authenticate = Effect.fnUntraced(function*(access: CoordinatorAccess, message: string) {
  const { token, user_details: { id, name } } = yield* Schema.decodeUnknownEffect(Authentication)(message).pipe(
    Effect.mapError(() => Access.refused(400, 4, "the first message has to contain a token and user_details"))
  )
  const userId = yield* Access.authenticate(access, token)
  if (userId !== id) return yield* Access.refused(401, 5, "the token is that of another user")
  return { id, name: name ?? id, role: "user", teams: [], custom: {} }
})

/** Upgrades the current request to a socket, and returns once the socket has ended. */
export const handle = (access: CoordinatorAccess) =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const parameters = yield* HttpServerRequest.ParsedSearchParams
    const socket = yield* request.upgrade
    const next = OneByOne.make(yield* Socket.readerString(socket))
    const { write } = yield* socket.writer
    const connectionId = randomUUID()
    const send = (type: string, more: object) =>
      Effect.flatMap(DateTime.now, (now) =>
        write(JSON.stringify({ type, connection_id: connectionId, created_at: DateTime.formatIso(now), ...more })))

    const refuse = ({ code, message, status }: CoordinatorError) =>
      Effect.andThen(
        send("connection.error", { error: { code, message, StatusCode: status } }),
        write(new Socket.CloseEvent(1000, "refused"))
      )

    const serve = Effect.gen(function*() {
      yield* Access.checkApiKey(access, parameters["api_key"])
      const first = yield* Effect.timeout(next, authenticationTimeout)
      const me = yield* authenticate(access, first)
      yield* Access.process(access, me.id, "CoordinatorConnect", Effect.void)
      yield* send("connection.ok", { cid: "", me })
      while (true) {
        const isHealthCheck = Schema.decodeUnknownOption(HealthChecks)(yield* next)._tag === "Some"
        if (isHealthCheck) {
          yield* send("health.check", { cid: "" })
        }
      }
    })
    yield* Effect.catchTag(serve, "CoordinatorError", refuse)
  }).pipe(
    Effect.interruptible,
    Effect.scoped,
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.logDebug(`a socket of the coordinator failed: ${formatId(String(Cause.squash(cause)))}`)
    ),
    Effect.as(HttpServerResponse.empty())
  )
