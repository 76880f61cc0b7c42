/**
 * The SFU's HTTP API: Twirp in protobuf and in proto3 JSON. A response has the content type of its request.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as BodyError from "./BodyError.ts"
import * as Call from "./Call.ts"
import * as RawResponse from "./RawResponse.ts"
import * as Requests from "./Requests.ts"
import type { Method } from "./Requests.ts"
import type { SfuNode } from "./SfuNode.ts"
import type { Tokens } from "./Token.ts"
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

const authenticate = ({ headers }: HttpServerRequest.HttpServerRequest, tokens: Tokens) =>
  Effect.flatMap(
    tokens.verify((headers["authorization"] ?? "").replace(/^Bearer /, "")),
    (verdict) =>
      verdict._tag === "Valid"
        ? Effect.succeed(verdict.userId)
        : Effect.fail(
          new TwirpError.TransportError({
            code: "unauthenticated",
            message: verdict._tag === "Expired" ? "the token has expired" : "the token is unknown"
          })
        )
  )

const readBody = Effect.fnUntraced(function*(
  request: HttpServerRequest.HttpServerRequest,
  { bodyOfJson }: TwirpMethods.Endpoint,
  json: boolean
) {
  const buffer = yield* Effect.mapError(
    request.arrayBuffer,
    (error) =>
      new TwirpError.TransportError({
        code: "malformed",
        message: BodyError.isTooLarge(error) ? "the body is too large" : "the body could not be read"
      })
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
  failure: RawResponse.ProtocolFailure | undefined,
  carriedOut = false
): Effect.Effect<Uint8Array, TwirpError.TransportError> =>
  Effect.gen(function*() {
    if (failure === undefined) return yield* endpoint.run(call, node, body)
    if (carriedOut) yield* endpoint.run(call, node, body)
    return yield* TwirpError.injected(failure)
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
  { call, node, requests, tokens }: TwirpOptions,
  name: Method,
  request: HttpServerRequest.HttpServerRequest,
  json: boolean
) {
  const endpoint = TwirpMethods.methods[name]
  const userId = yield* authenticate(request, tokens)
  const body = yield* readBody(request, endpoint, json)
  const from = yield* decoding(() => endpoint.sessionOf(body))
  const owner = Call.member(call, from)?.participant.userId
  if (owner !== undefined && owner !== userId) {
    return yield* new TwirpError.TransportError({
      code: "permission_denied",
      message: "the session belongs to another user"
    })
  }
  const { carriedOut = false, failure } = (yield* requests.admit({ from, fromUser: userId, method: name })) ?? {}
  if (failure !== undefined && RawResponse.isRaw(failure)) {
    if (carriedOut) yield* process(call, node, endpoint, body, undefined)
    return yield* RawResponse.of(failure)
  }
  const response = yield* process(call, node, endpoint, body, failure, carriedOut)
  return json ? HttpServerResponse.jsonUnsafe(endpoint.jsonOf(response)) : protobuf(response)
})

export interface TwirpOptions {
  readonly call: Call.Call
  readonly node: SfuNode
  readonly tokens: Tokens
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
