/**
 * The SFU's HTTP API: Twirp in protobuf and in proto3 JSON. A response has the content type of its request.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Call from "./Call.ts"
import * as Requests from "./Requests.ts"
import type { InjectedFailure, Method } from "./Requests.ts"
import type { SfuNode } from "./SfuNode.ts"
import * as Token from "./Token.ts"
import * as TwirpError from "./TwirpError.ts"
import * as TwirpMethods from "./TwirpMethods.ts"

export const root = "/twirp"

export const methodPath = `${root}/stream.video.sfu.signal.SignalServer/:method` as const

/** Methods of the protocol that this SFU accepts and ignores. */
const ignoredMethods = new Set(["SendStats", "SendMetrics", "StartNoiseCancellation", "StopNoiseCancellation"])

type Handler = Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>

/** Decoding untrusted bytes throws, and must not become a defect. */
const decoding = <A>(decode: () => A): Effect.Effect<A, TwirpError.TransportError> =>
  Effect.try({
    try: decode,
    catch: () => new TwirpError.TransportError({ code: "malformed", message: "the body could not be decoded" })
  })

const isJson = ({ headers }: HttpServerRequest.HttpServerRequest) => {
  const contentType = headers["content-type"]?.split(";")[0]?.trim()
  return contentType === "application/protobuf" || contentType === "application/json"
    ? Effect.succeed(contentType === "application/json")
    : Effect.fail(TwirpError.badRoute("the content type is neither application/protobuf nor application/json"))
}

const authenticate = ({ headers }: HttpServerRequest.HttpServerRequest, secret: string) =>
  Effect.flatMap(
    Token.userOf(secret, (headers["authorization"] ?? "").replace(/^Bearer /, "")),
    (userId) =>
      userId === undefined
        ? Effect.fail(
          new TwirpError.TransportError({
            code: "unauthenticated",
            message: "the token is unknown or has expired"
          })
        )
        : Effect.succeed(userId)
  )

const readBody = Effect.fnUntraced(function*(
  request: HttpServerRequest.HttpServerRequest,
  { bodyOfJson }: TwirpMethods.Endpoint,
  json: boolean
) {
  const buffer = yield* Effect.mapError(
    request.arrayBuffer,
    () => new TwirpError.TransportError({ code: "malformed", message: "the body could not be read" })
  )
  const bytes = new Uint8Array(buffer)
  return json ? yield* decoding(() => bodyOfJson(new TextDecoder().decode(bytes))) : bytes
})

/** The response. An error of the SFU is part of it; an error of the transport is not. */
const process = (
  call: Call.Call,
  node: SfuNode,
  endpoint: TwirpMethods.Endpoint,
  body: Uint8Array,
  injected: InjectedFailure | undefined
): Effect.Effect<Uint8Array, TwirpError.TransportError> =>
  Effect.gen(function*() {
    if (injected === undefined) return yield* endpoint.run(call, node, body)
    if (injected.carriedOut) yield* endpoint.run(call, node, body)
    return yield* TwirpError.injected(injected.failure)
  }).pipe(
    Effect.catchTag(
      "SfuError",
      ({ code, message, shouldRetry }) => Effect.succeed(endpoint.errorResponse({ code, message, shouldRetry }))
    )
  )

const protobuf = (bytes: Uint8Array) => HttpServerResponse.uint8Array(bytes, { contentType: "application/protobuf" })

const toResponse = <R>(
  response: Effect.Effect<HttpServerResponse.HttpServerResponse, TwirpError.TransportError, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.catchTag(response, "TransportError", ({ code, message }) =>
    Effect.succeed(
      HttpServerResponse.jsonUnsafe({ code, msg: message }, { status: Requests.statusOf[code] })
    ))

export const badRoute: Handler = toResponse(Effect.fail(TwirpError.badRoute()))

const handleMethod = Effect.fnUntraced(function*(
  { call, node, requests, secret }: TwirpOptions,
  name: Method,
  request: HttpServerRequest.HttpServerRequest,
  json: boolean
) {
  const endpoint = TwirpMethods.methods[name]
  const userId = yield* authenticate(request, secret)
  const body = yield* readBody(request, endpoint, json)
  const from = yield* decoding(() => endpoint.sessionOf(body))
  const owner = Call.member(call, from)?.participant.userId
  if (owner !== undefined && owner !== userId) {
    return yield* new TwirpError.TransportError({
      code: "permission_denied",
      message: "the session belongs to another user"
    })
  }
  const injected = yield* requests.admit({ from, fromUser: userId, method: name })
  const response = yield* process(call, node, endpoint, body, injected)
  return json ? HttpServerResponse.jsonUnsafe(endpoint.jsonOf(response)) : protobuf(response)
})

export interface TwirpOptions {
  readonly call: Call.Call
  readonly node: SfuNode
  /** The secret of the SFU's tokens. */
  readonly secret: string
  readonly requests: Requests.Requests
}

/** A POST of `methodPath`. */
export const handle = (options: TwirpOptions) =>
  toResponse(Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { method = "" } = yield* HttpRouter.params
    const json = yield* isJson(request)
    // An empty protobuf message has no bytes.
    if (ignoredMethods.has(method)) return json ? HttpServerResponse.jsonUnsafe({}) : protobuf(new Uint8Array())
    if (!TwirpMethods.isMethod(method)) return yield* TwirpError.badRoute()
    return yield* handleMethod(options, method, request, json)
  }))
