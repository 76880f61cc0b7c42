/**
 * The coordinator's REST API: a join request with a user's token returns the address and a token of one SFU, a query returns
 * the call, and a moderator changes the call. All call types and call ids identify the same call.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import * as BodyError from "./BodyError.ts"
import * as Call from "./Call.ts"
import * as Access from "./CoordinatorAccess.ts"
import { actions } from "./CoordinatorModeration.ts"
import type { Action } from "./CoordinatorModeration.ts"
import * as RawResponse from "./RawResponse.ts"
import type { ModerationCapability } from "./Settings.ts"
import * as SfuNode from "./SfuNode.ts"
import type { Tokens } from "./Token.ts"

export interface Coordinator extends Access.CoordinatorAccess {
  readonly call: Call.Call
  readonly addressOf: (node: SfuNode.SfuNode) => SfuNode.SfuAddress
  readonly sfuTokens: Tokens
}

export const root = "/video"

/** Clients use both roots. */
export const roots = [root, "/api/v2/video"] as const

export const callPath = "/call/:type/:id"

export const joinPath = `${callPath}/join` as const

const JoinBody = Schema.Struct({
  location: Schema.NonEmptyString,
  migrating_from: Schema.optional(Schema.String),
  migrating_from_list: Schema.optional(Schema.Array(Schema.String))
})

const participantsOn = (call: Call.Call) => {
  const { participants } = Call.groundTruth(call)
  return ({ name }: SfuNode.SfuNode) => participants.filter(({ node }) => node === name).length
}

/** By entries, because a user id such as `constructor` names a property of every object. */
const moderationOf = ({ settings: { moderators } }: Call.Call, userId: string): ReadonlyArray<ModerationCapability> =>
  Object.entries(moderators).find(([moderator]) => moderator === userId)?.[1] ?? []

const capabilities = (call: Call.Call, userId: string): ReadonlyArray<string> => {
  const grants = Call.grantsOf(call, userId)
  return [
    "join-call",
    ...(grants.audio ? ["send-audio"] : []),
    ...(grants.video ? ["send-video"] : []),
    ...(grants.screenShare ? ["screenshare"] : []),
    ...moderationOf(call, userId)
  ]
}

/** The call as every response describes it. The official web client requires `egress` and `blocked_user_ids`. */
const describeCall = ({ blocked }: Call.Call) =>
  Effect.map(HttpRouter.params, ({ id = "", type = "" }) => ({
    type,
    id,
    cid: `${type}:${id}`,
    egress: { broadcasting: false, rtmps: [] },
    blocked_user_ids: Array.from(blocked)
  }))

const joined = Effect.fnUntraced(function*(
  { addressOf, call, sfuTokens }: Coordinator,
  userId: string,
  node: SfuNode.SfuNode
) {
  const { name, url, webSocketUrl } = addressOf(node)
  return HttpServerResponse.jsonUnsafe({
    call: yield* describeCall(call),
    credentials: {
      server: { edge_name: name, url, ws_endpoint: webSocketUrl },
      token: yield* sfuTokens.issue(userId, call.settings.tokenTimeToLive),
      ice_servers: []
    },
    own_capabilities: capabilities(call, userId),
    stats_options: { enable_rtc_stats: false, reporting_interval_ms: 60_000 },
    members: [],
    created: Call.members(call).length === 0,
    duration: "0ms"
  }, { status: 201 })
})

const toResponse = <R>(
  response: Effect.Effect<HttpServerResponse.HttpServerResponse, Access.CoordinatorError, R>
) =>
  Effect.catchTag(
    response,
    "CoordinatorError",
    ({ code, headers = {}, message, raw, status, unrecoverable }) =>
      raw !== undefined ? RawResponse.of(raw) : Effect.succeed(HttpServerResponse.jsonUnsafe({
        code,
        message,
        StatusCode: status,
        duration: "0ms",
        more_info: "",
        details: [],
        ...(unrecoverable && { unrecoverable })
      }, { status, headers }))
  )

/** Returns the user id of the current request. */
const authenticated = Effect.fnUntraced(function*(coordinator: Coordinator) {
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  const parameters = yield* HttpServerRequest.ParsedSearchParams
  yield* Access.checkApiKey(coordinator, parameters["api_key"])
  return yield* Access.authenticate(coordinator, headers["authorization"] ?? "")
})

/** A POST of `joinPath`. */
export const join = (coordinator: Coordinator) =>
  toResponse(Effect.gen(function*() {
    const { call } = coordinator
    const userId = yield* authenticated(coordinator)
    const body = yield* HttpServerRequest.schemaBodyJson(JoinBody).pipe(
      Effect.mapError((error) =>
        BodyError.isTooLarge(error)
          ? Access.refused(413, 4, "the body is too large")
          : Access.refused(400, 4, "the body has to be JSON with a location")
      )
    )
    const avoided = [body.migrating_from ?? "", ...body.migrating_from_list ?? []]
    const assign = Effect.suspend(() => {
      if (call.blocked.has(userId)) return Effect.fail(Access.refused(403, 17, "the user is blocked"))
      const node = SfuNode.choose(call.nodes, avoided, participantsOn(call))
      return node === undefined
        ? Effect.fail(Access.refused(503, -1, "no SFU is up"))
        : joined(coordinator, userId, node)
    })
    return yield* Access.process(coordinator, userId, "CoordinatorJoin", assign)
  }))

/** A GET of `callPath`. */
export const getCall = (coordinator: Coordinator) =>
  toResponse(Effect.gen(function*() {
    const userId = yield* authenticated(coordinator)
    const describe = Effect.map(describeCall(coordinator.call), (call) =>
      HttpServerResponse.jsonUnsafe({
        call,
        members: [],
        own_capabilities: capabilities(coordinator.call, userId),
        duration: "0ms"
      }))
    return yield* Access.process(coordinator, userId, "CoordinatorGetCall", describe)
  }))

/** The body, or `undefined` if there is none: not each request has one. */
const bodyOf = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ text }) => text).pipe(
  Effect.mapError((error) =>
    BodyError.isTooLarge(error)
      ? Access.refused(413, 4, "the body is too large")
      : Access.refused(400, 4, "the body could not be read")
  ),
  Effect.flatMap((text) =>
    text === ""
      ? Effect.undefined
      : Effect.mapError(
        Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))(text),
        () => Access.refused(400, 4, "the body is not JSON")
      )
  )
)

/** A moderator who disconnects does not stop half of the change. */
const moderate = (coordinator: Coordinator, { capability, method, run }: Action) =>
  toResponse(Effect.gen(function*() {
    const { call } = coordinator
    const userId = yield* authenticated(coordinator)
    const body = yield* bodyOf
    const change = Effect.suspend(() =>
      moderationOf(call, userId).includes(capability)
        ? run(call, userId, body)
        : Effect.fail(Access.refused(403, 17, `the user has no capability ${capability}`))
    )
    yield* Access.process(coordinator, userId, method, Effect.uninterruptible(change))
    return HttpServerResponse.jsonUnsafe({ duration: "0ms" }, { status: 201 })
  }))

/** By the path of a POST. */
export const moderation = (coordinator: Coordinator) =>
  Object.entries(actions).map(([name, action]) => ({
    path: `${callPath}/${name}` as const,
    handler: moderate(coordinator, action)
  }))

/** A GET of the path of the WebSocket without an upgrade (RFC 9110, section 15.5.22). */
export const upgradeRequired = Effect.map(
  toResponse(Effect.fail(Access.refused(426, 4, "this path upgrades to a WebSocket"))),
  HttpServerResponse.setHeader("upgrade", "websocket")
)

export const notFound = toResponse(
  Effect.fail(Access.refused(404, 16, "this coordinator does not implement the request"))
)
