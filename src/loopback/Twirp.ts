/**
 * What a client asks over HTTP: Twirp, in protobuf. JSON is answered as a content type that this server does not speak.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import type { IceCandidate } from "../PeerConnection.ts"
import type { TrackKey } from "../Track.ts"
import type * as Call from "./Call.ts"
import * as Token from "./Token.ts"
import type * as Traffic from "./Traffic.ts"
import * as Wire from "./Wire.ts"

/**
 * @category models
 * @since 0.1.0
 */
export type Method =
  | "SetPublisher"
  | "SendAnswer"
  | "IceTrickle"
  | "UpdateSubscriptions"
  | "UpdateMuteStates"
  | "IceRestart"

/**
 * Twirp's codes for what went wrong on the way.
 *
 * @category models
 * @since 0.1.0
 */
export type TwirpCode = keyof typeof statuses

const statuses = {
  canceled: 408,
  unknown: 500,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 408,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  dataloss: 500
} as const

/**
 * How a request is failed: by the SFU, in an ordinary answer, or by the transport.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure =
  | {
    readonly _tag: "Sfu"
    readonly code: number
    readonly message: string
    readonly shouldRetry?: boolean | undefined
  }
  | { readonly _tag: "Transport"; readonly code: TwirpCode; readonly message: string }

/**
 * A request that waits to be dealt with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** The session that asks, and its user. */
  readonly from: string
  readonly fromUser: string
  readonly method: Method
  /** Done once the request may go on. */
  readonly admitted: Deferred.Deferred<void>
}

/** Failures that a test has asked for. */
export interface Refusals {
  /** And whether the request is carried out before it is failed. */
  readonly next: (request: Request) => { readonly failure: Failure; readonly carriedOut: boolean } | undefined
}

class TransportError
  extends Data.TaggedError("TransportError")<{ readonly code: TwirpCode; readonly message: string }>
{}

class SfuError extends Data.TaggedError("SfuError")<{
  readonly code: number
  readonly message: string
  readonly shouldRetry: boolean
}> {}

const { models, signal } = Wire.Messages

const refused = (code: number, message: string): SfuError => new SfuError({ code, message, shouldRetry: false })

const Candidate = Schema.fromJsonString(Schema.Struct({
  candidate: Schema.String,
  sdpMid: Schema.optional(Schema.NullOr(Schema.String)),
  sdpMLineIndex: Schema.optional(Schema.NullOr(Schema.Int)),
  usernameFragment: Schema.optional(Schema.NullOr(Schema.String))
}))

const candidateOf = (json: string): Effect.Effect<IceCandidate, SfuError> =>
  Schema.decodeUnknownEffect(Candidate)(json).pipe(
    Effect.map(({ candidate, sdpMLineIndex, sdpMid, usernameFragment }) => ({
      candidate,
      sdpMid: sdpMid ?? undefined,
      sdpMLineIndex: sdpMLineIndex ?? undefined,
      usernameFragment: usernameFragment ?? undefined
    })),
    Effect.mapError(() => refused(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, "not a candidate"))
  )

/** A method: its messages, what it does, and the answer, which may carry an error. */
interface Endpoint {
  readonly sessionOf: (body: Uint8Array) => string
  readonly run: (call: Call.Call, body: Uint8Array) => Effect.Effect<Uint8Array, SfuError>
  readonly fail: (error: Wire.WireError) => Uint8Array
}

const endpoint = <In extends { readonly sessionId?: string | null }, Out extends { error?: Wire.WireError | null }>(
  request: { readonly decode: (body: Uint8Array) => In },
  response: { readonly encode: (message: Out) => { readonly finish: () => Uint8Array } },
  error: (error: Wire.WireError) => Out,
  run: (call: Call.Call, request: In, sessionId: string) => Effect.Effect<Out, SfuError>
): Endpoint => ({
  sessionOf: (body) => request.decode(body).sessionId ?? "",
  run: (call, body) => {
    const message = request.decode(body)
    return Effect.map(run(call, message, message.sessionId ?? ""), (out) => response.encode(out).finish())
  },
  fail: (wireError) => response.encode(error(wireError)).finish()
})

const withError = (error: Wire.WireError) => ({ error })

const notFound = (): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PARTICIPANT_NOT_FOUND, "no participant has this session id")

const methods: { readonly [method in Method]: Endpoint } = {
  SetPublisher: endpoint(
    signal.SetPublisherRequest,
    signal.SetPublisherResponse,
    withError,
    (call, { sdp, tracks }, sessionId) =>
      Effect.gen(function*() {
        const session = call.session(sessionId)
        if (session === undefined) return yield* notFound()
        const types = (tracks ?? []).flatMap(({ mid, trackType }) => {
          const type = Wire.trackTypeOf(trackType)
          return type === undefined || !mid ? [] : [[mid, type] as const]
        })
        const answer = yield* Effect.mapError(
          session.publisher.negotiate(sdp ?? "", new Map(types)),
          ({ detail }) => refused(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, detail)
        )
        call.run({ _tag: "SetTracks", sessionId, trackTypes: types.map(([, type]) => type) })
        return { sdp: answer, sessionId, iceRestart: false }
      })
  ),
  SendAnswer: endpoint(
    signal.SendAnswerRequest,
    signal.SendAnswerResponse,
    withError,
    (call, { negotiationId, peerType, sdp }, sessionId) =>
      Effect.gen(function*() {
        const session = call.session(sessionId)
        if (session === undefined) return yield* notFound()
        if (peerType !== Wire.PeerType.PEER_TYPE_SUBSCRIBER) {
          return yield* refused(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, "the publisher offers")
        }
        const answered = yield* session.subscriber.answer(sdp ?? "", negotiationId ?? 0)
        if (answered === "Applied") return {}
        return yield* refused(
          Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED,
          answered === "Stale" ? "not the offer in flight" : "the answer does not fit the offer"
        )
      })
  ),
  IceTrickle: endpoint(
    models.ICETrickle,
    signal.ICETrickleResponse,
    withError,
    (call, { iceCandidate, peerType }, sessionId) =>
      Effect.gen(function*() {
        const session = call.session(sessionId)
        if (session === undefined) return yield* notFound()
        const candidate = yield* candidateOf(iceCandidate ?? "")
        const isSubscriber = peerType === Wire.PeerType.PEER_TYPE_SUBSCRIBER
        yield* (isSubscriber ? session.subscriber : session.publisher).addIceCandidate(candidate)
        return {}
      })
  ),
  UpdateSubscriptions: endpoint(
    signal.UpdateSubscriptionsRequest,
    signal.UpdateSubscriptionsResponse,
    withError,
    (call, { tracks }, sessionId) =>
      Effect.gen(function*() {
        if (call.session(sessionId) === undefined) return yield* notFound()
        const keys = (tracks ?? []).flatMap((track): ReadonlyArray<TrackKey> => {
          const trackType = Wire.trackTypeOf(track.trackType)
          if (trackType === undefined || !track.sessionId) return []
          return [{ userId: track.userId ?? "", sessionId: track.sessionId, trackType }]
        })
        call.run({ _tag: "Subscribe", sessionId, keys })
        return {}
      })
  ),
  UpdateMuteStates: endpoint(
    signal.UpdateMuteStatesRequest,
    signal.UpdateMuteStatesResponse,
    withError,
    (call, { muteStates }, sessionId) =>
      Effect.gen(function*() {
        const member = call.member(sessionId)
        if (member === undefined) return yield* notFound()
        for (const { muted, trackType: wireType } of muteStates ?? []) {
          const trackType = Wire.trackTypeOf(wireType)
          if (trackType === undefined) continue
          if (!member.tracks.has(trackType)) {
            return yield* refused(Wire.ErrorCode.ERROR_CODE_PUBLISH_TRACK_NOT_FOUND, "no such track is published")
          }
          call.run({ _tag: "UpdateMuteState", sessionId, trackType, muted: muted ?? false })
        }
        return {}
      })
  ),
  IceRestart: endpoint(
    signal.ICERestartRequest,
    signal.ICERestartResponse,
    withError,
    (call, { peerType }, sessionId) =>
      Effect.gen(function*() {
        const session = call.session(sessionId)
        if (session === undefined) return yield* notFound()
        if (peerType === Wire.PeerType.PEER_TYPE_SUBSCRIBER) session.subscriber.restartIce()
        else call.tell(sessionId, { iceRestart: { peerType: Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED } })
        return {}
      })
  )
}

const isMethod = (name: string): name is Method => name in methods

const transportError = (code: TwirpCode, message: string): TransportError => new TransportError({ code, message })

/** A body that is none of ours ends here, and not in a defect. */
const decoding = <A>(run: () => A): Effect.Effect<A, TransportError> =>
  Effect.try({ try: run, catch: () => transportError("malformed", "the body could not be decoded") })

export const root = "/twirp"

const service = `${root}/stream.video.sfu.signal.SignalServer/`

export const handle = (
  call: Call.Call,
  secret: string,
  requests: Traffic.Traffic<Request>,
  refusals: Refusals
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const name = request.url.startsWith(service) ? request.url.slice(service.length) : ""
    if (request.method !== "POST" || !isMethod(name)) return yield* transportError("bad_route", "no such method")
    if (request.headers["content-type"]?.split(";")[0]?.trim() !== "application/protobuf") {
      return yield* transportError("bad_route", "this server speaks application/protobuf")
    }
    const token = (request.headers["authorization"] ?? "").replace(/^Bearer /, "")
    const userId = Token.verify(secret, token, yield* Clock.currentTimeMillis)
    if (userId === undefined) return yield* transportError("unauthenticated", "the token is unknown or has expired")
    const body = new Uint8Array(
      yield* Effect.mapError(
        request.arrayBuffer,
        () => transportError("malformed", "the body could not be read")
      )
    )
    const method = methods[name]
    const from = yield* decoding(() => method.sessionOf(body))
    const owner = call.member(from)?.participant.userId
    if (owner !== undefined && owner !== userId) {
      return yield* transportError("permission_denied", "the session is somebody else's")
    }
    const asked: Request = { from, fromUser: userId, method: name, admitted: Deferred.makeUnsafe() }
    requests.pass(asked)
    yield* Deferred.await(asked.admitted)
    const refusal = refusals.next(asked)
    const answer = yield* Effect.catchTag(
      Effect.gen(function*() {
        if (refusal === undefined || refusal.carriedOut) {
          const answer = yield* method.run(call, body)
          if (refusal === undefined) return answer
        }
        const { failure } = refusal
        if (failure._tag === "Transport") return yield* transportError(failure.code, failure.message)
        const { code, message, shouldRetry = false } = failure
        return yield* new SfuError({ code, message, shouldRetry })
      }),
      "SfuError",
      ({ code, message, shouldRetry }) => Effect.succeed(method.fail({ code, message, shouldRetry }))
    )
    return HttpServerResponse.uint8Array(answer, { contentType: "application/protobuf" })
  }).pipe(
    Effect.catchTag("TransportError", ({ code, message }) =>
      Effect.succeed(
        HttpServerResponse.jsonUnsafe({ code, msg: message }, { status: statuses[code] })
      ))
  )
