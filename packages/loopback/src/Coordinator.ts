/**
 * The coordinator's REST API: a join request with a user's token returns the address and a token of one SFU. All call
 * types and call ids identify the same call.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Call from "./Call.ts"
import * as Requests from "./Requests.ts"
import * as SfuNode from "./SfuNode.ts"
import * as Token from "./Token.ts"

export interface Coordinator {
  readonly call: Call.Call
  readonly apiKey: string
  readonly apiSecret: Redacted.Redacted
  readonly requests: Requests.Requests
  readonly addressOf: (node: SfuNode.SfuNode) => SfuNode.SfuAddress
  /** A token for an SFU. */
  readonly sfuToken: (userId: string) => Effect.Effect<string>
}

export const root = "/video"

/** Clients use both roots. */
export const roots = [root, "/api/v2/video"] as const

export const joinPath = "/call/:type/:id/join"

class CoordinatorError extends Data.TaggedError("CoordinatorError")<{
  readonly status: number
  readonly code: number
  readonly message: string
  readonly unrecoverable?: boolean | undefined
}> {}

const refused = (status: number, code: number, message: string): CoordinatorError =>
  new CoordinatorError({ status, code, message })

const JoinBody = Schema.Struct({
  location: Schema.NonEmptyString,
  migrating_from: Schema.optional(Schema.String),
  migrating_from_list: Schema.optional(Schema.Array(Schema.String))
})

const injected = (failure: Requests.Failure): CoordinatorError => {
  switch (failure._tag) {
    case "Coordinator":
      return new CoordinatorError(failure)
    case "Transport":
      return refused(Requests.statusOf[failure.code], -1, failure.message)
    case "Sfu":
      return refused(400, failure.code, failure.message)
  }
}

/** `authorization` is the token itself, without `Bearer`. */
const authenticate = Effect.fnUntraced(function*({ apiSecret }: Coordinator, authorization: string) {
  const verdict = yield* Token.verify(Redacted.value(apiSecret), authorization)
  switch (verdict._tag) {
    case "Valid":
      return verdict.userId
    case "Expired":
      return yield* refused(401, 40, "the token has expired")
    case "Unknown":
      return yield* refused(401, 5, "the token is not signed for this API key")
  }
})

const participantsOn = (call: Call.Call) => {
  const { participants } = Call.groundTruth(call)
  return ({ name }: SfuNode.SfuNode) => participants.filter(({ node }) => node === name).length
}

const capabilities = ({ settings: { grants } }: Call.Call): ReadonlyArray<string> => [
  "join-call",
  ...(grants.audio ? ["send-audio"] : []),
  ...(grants.video ? ["send-video"] : []),
  ...(grants.screenShare ? ["screenshare"] : [])
]

const joined = Effect.fnUntraced(function*(
  { addressOf, call, sfuToken }: Coordinator,
  userId: string,
  node: SfuNode.SfuNode
) {
  const { id = "", type = "" } = yield* HttpRouter.params
  const { name, url, webSocketUrl } = addressOf(node)
  return HttpServerResponse.jsonUnsafe({
    call: { type, id, cid: `${type}:${id}`, egress: { broadcasting: false, rtmps: [] } },
    credentials: {
      server: { edge_name: name, url, ws_endpoint: webSocketUrl },
      token: yield* sfuToken(userId),
      ice_servers: []
    },
    own_capabilities: capabilities(call),
    stats_options: { enable_rtc_stats: false, reporting_interval_ms: 60_000 },
    members: [],
    created: Call.members(call).length === 0,
    duration: "0ms"
  }, { status: 201 })
})

const toResponse = <R>(
  response: Effect.Effect<HttpServerResponse.HttpServerResponse, CoordinatorError, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.catchTag(
    response,
    "CoordinatorError",
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

/** A POST of `joinPath`. */
export const join = (coordinator: Coordinator) =>
  toResponse(Effect.gen(function*() {
    const { apiKey, call, requests } = coordinator
    const request = yield* HttpServerRequest.HttpServerRequest
    const parameters = yield* HttpServerRequest.ParsedSearchParams
    if (parameters["api_key"] !== apiKey) return yield* refused(401, 2, "the API key is unknown")
    const userId = yield* authenticate(coordinator, request.headers["authorization"] ?? "")
    const body = yield* HttpServerRequest.schemaBodyJson(JoinBody).pipe(
      Effect.mapError(() => refused(400, 4, "the body has to be JSON with a location"))
    )
    const failure = yield* requests.admit({ from: "", fromUser: userId, method: "CoordinatorJoin" })
    if (failure !== undefined) return yield* injected(failure.failure)
    const avoided = [body.migrating_from ?? "", ...body.migrating_from_list ?? []]
    const node = SfuNode.choose(call.nodes, avoided, participantsOn(call))
    if (node === undefined) return yield* refused(503, -1, "no SFU is up")
    return yield* joined(coordinator, userId, node)
  }))

export const notFound = toResponse(Effect.fail(refused(404, 16, "this coordinator implements the join request only")))
