/**
 * What stands before the SFUs: a user who asks over REST to join the call is told which of them to go to, and gets what
 * that one lets in. Every call type and id is the one call that there is.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Call from "./Call.ts"
import * as Requests from "./Requests.ts"
import * as Node from "./SfuNode.ts"
import * as Token from "./Token.ts"

/** Where a client finds an SFU. */
export interface Address {
  readonly name: string
  readonly url: string
  readonly webSocketUrl: string
}

export interface Coordinator {
  readonly call: Call.Call
  readonly apiKey: string
  readonly apiSecret: Redacted.Redacted
  readonly requests: Requests.Requests
  readonly addressOf: (node: Node.Node) => Address
  /** What an SFU lets this user in with. */
  readonly token: (userId: string) => Effect.Effect<string>
}

/** Both are in use. */
const joinPath = /^\/(?:api\/v2\/)?video\/call\/([^/]+)\/([^/]+)\/join$/

export const root = "/video"

export const isOurs = (path: string): boolean => /^\/(?:api\/v2\/)?video\//.test(path)

class Refused extends Data.TaggedError("Refused")<{
  readonly status: number
  readonly code: number
  readonly message: string
  readonly unrecoverable?: boolean | undefined
}> {}

const refused = (status: number, code: number, message: string): Refused => new Refused({ status, code, message })

const Body = Schema.Struct({
  location: Schema.NonEmptyString,
  migrating_from: Schema.optional(Schema.String),
  migrating_from_list: Schema.optional(Schema.Array(Schema.String))
})

const failedAs = (failure: Requests.Failure): Refused => {
  switch (failure._tag) {
    case "Coordinator":
      return new Refused(failure)
    case "Transport":
      return refused(Requests.statuses[failure.code], -1, failure.message)
    case "Sfu":
      return refused(400, failure.code, failure.message)
  }
}

const userOf = Effect.fnUntraced(function*({ apiSecret }: Coordinator, authorization: string) {
  // Raw, without `Bearer`.
  const verdict = Token.judge(Redacted.value(apiSecret), authorization, yield* Clock.currentTimeMillis)
  switch (verdict._tag) {
    case "Valid":
      return verdict.userId
    case "Expired":
      return yield* refused(401, 40, "the token has expired")
    case "Unknown":
      return yield* refused(401, 5, "the token is not signed for this API key")
  }
})

const join = Effect.fnUntraced(function*(coordinator: Coordinator, type: string, id: string) {
  const { addressOf, apiKey, call, requests, token } = coordinator
  const request = yield* HttpServerRequest.HttpServerRequest
  if (new URL(request.url, "http://127.0.0.1").searchParams.get("api_key") !== apiKey) {
    return yield* refused(401, 2, "the API key is unknown")
  }
  const userId = yield* userOf(coordinator, request.headers["authorization"] ?? "")
  const body = yield* HttpServerRequest.schemaBodyJson(Body).pipe(
    Effect.mapError(() => refused(400, 4, "a JSON body that names a location"))
  )
  const refusal = yield* requests.admit({ from: "", fromUser: userId, method: "CoordinatorJoin" })
  if (refusal !== undefined) return yield* failedAs(refusal.failure)
  const avoided = [body.migrating_from ?? "", ...body.migrating_from_list ?? []]
  const { participants } = call.truth()
  const node = Node.choose(
    call.nodes,
    avoided,
    ({ name }) => participants.filter((participant) => participant.node === name).length
  )
  if (node === undefined) return yield* refused(503, -1, "no SFU is up")
  const { name, url, webSocketUrl } = addressOf(node)
  const { audio, screenShare, video } = call.settings().grants
  return HttpServerResponse.jsonUnsafe({
    call: { type, id, cid: `${type}:${id}`, egress: { broadcasting: false, rtmps: [] } },
    credentials: {
      server: { edge_name: name, url, ws_endpoint: webSocketUrl },
      token: yield* token(userId),
      ice_servers: []
    },
    own_capabilities: [
      "join-call",
      ...(audio ? ["send-audio"] : []),
      ...(video ? ["send-video"] : []),
      ...(screenShare ? ["screenshare"] : [])
    ],
    stats_options: { enable_rtc_stats: false, reporting_interval_ms: 60_000 },
    members: [],
    created: call.members().length === 0,
    duration: "0ms"
  }, { status: 201 })
})

export const handle = (
  coordinator: Coordinator,
  path: string
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function*() {
    const { method } = yield* HttpServerRequest.HttpServerRequest
    const [, type, id] = joinPath.exec(path) ?? []
    if (method !== "POST" || type === undefined || id === undefined) {
      return yield* refused(404, 16, "this coordinator knows of joining, and of nothing else")
    }
    return yield* join(coordinator, decodeURIComponent(type), decodeURIComponent(id))
  }).pipe(
    Effect.catchTag(
      "Refused",
      ({ code, message, status, unrecoverable }) =>
        Effect.succeed(HttpServerResponse.jsonUnsafe({
          code,
          message,
          StatusCode: status,
          duration: "0ms",
          more_info: "",
          details: [],
          ...(unrecoverable && { unrecoverable })
        }, { status }))
    )
  )
