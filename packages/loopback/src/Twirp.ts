/**
 * What a client asks over HTTP: Twirp, in protobuf or in proto3 JSON, as its content type says, and answered alike.
 */
import type { IceCandidate } from "effect-track-resolver"
import { isGranted } from "effect-track-resolver"
import type { TrackKey, TrackType } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import type * as Call from "./Call.ts"
import type { Leg } from "./Leg.ts"
import * as Requests from "./Requests.ts"
import type { Method, TwirpCode } from "./Requests.ts"
import type { Node } from "./SfuNode.ts"
import * as Token from "./Token.ts"
import * as Wire from "./Wire.ts"

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
  readonly run: (call: Call.Call, node: Node, body: Uint8Array) => Effect.Effect<Uint8Array, SfuError>
  readonly fail: (error: Wire.WireError) => Uint8Array
  /** A body in JSON, and an answer in JSON: everything in between is in protobuf. */
  readonly bodyOf: (json: string) => Uint8Array
  readonly jsonOf: (answer: Uint8Array) => unknown
}

const endpoint = <In extends { readonly sessionId?: string | null }, Out extends { error?: Wire.WireError | null }>(
  request: Wire.Codec<In>,
  response: Wire.Codec<Out>,
  error: (error: Wire.WireError) => Out,
  run: (call: Call.Call, leg: Leg, request: In, sessionId: string) => Effect.Effect<Out, SfuError>
): Endpoint => ({
  sessionOf: (body) => request.decode(body).sessionId ?? "",
  run: (call, node, body) => {
    const message = request.decode(body)
    const sessionId = message.sessionId ?? ""
    const leg = call.leg(sessionId, node)
    if (leg === undefined) return Effect.fail(notFound())
    return Effect.map(run(call, leg, message, sessionId), (out) => response.encode(out).finish())
  },
  fail: (wireError) => response.encode(error(wireError)).finish(),
  bodyOf: (json) => Wire.bytesOfJson(request, json),
  jsonOf: (answer) => Wire.jsonOf(response.decode(answer))
})

const withError = (error: Wire.WireError) => ({ error })

const notFound = (): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PARTICIPANT_NOT_FOUND, "no participant has this session id")

const notGranted = (trackType: TrackType): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PERMISSION_DENIED, `not allowed to publish ${trackType}`)

const methods: { readonly [method in Method]: Endpoint } = {
  SetPublisher: endpoint(
    signal.SetPublisherRequest,
    signal.SetPublisherResponse,
    withError,
    (call, leg, { sdp, tracks }, sessionId) =>
      Effect.gen(function*() {
        const types = (tracks ?? []).flatMap(({ mid, trackType }) => {
          const type = Wire.trackTypeOf(trackType)
          return type === undefined || !mid ? [] : [[mid, type] as const]
        })
        const member = call.member(sessionId)
        const options = call.settings().publishOptions
        for (const [, type] of types) {
          // What is there already may be there until the client has heard, and takes it away.
          if (member === undefined || member.tracks.has(type)) continue
          if (!options.some(({ trackType }) => trackType === type)) {
            return yield* refused(Wire.ErrorCode.ERROR_CODE_PUBLISH_TRACKS_MISMATCH, `no publish option for ${type}`)
          }
          if (!isGranted(member.grants, type)) return yield* notGranted(type)
        }
        const answer = yield* Effect.mapError(
          leg.publisher.negotiate(sdp ?? "", new Map(types)),
          ({ detail }) => refused(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, detail)
        )
        call.setTracks(sessionId, leg, types.map(([, type]) => type))
        return { sdp: answer, sessionId, iceRestart: false }
      })
  ),
  SendAnswer: endpoint(
    signal.SendAnswerRequest,
    signal.SendAnswerResponse,
    withError,
    (_, leg, { negotiationId, peerType, sdp }) =>
      Effect.gen(function*() {
        if (peerType !== Wire.PeerType.PEER_TYPE_SUBSCRIBER) {
          return yield* refused(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, "the publisher offers")
        }
        const answered = yield* leg.subscriber.answer(sdp ?? "", negotiationId ?? 0)
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
    (_, leg, { iceCandidate, peerType }) =>
      Effect.gen(function*() {
        const candidate = yield* candidateOf(iceCandidate ?? "")
        const isSubscriber = peerType === Wire.PeerType.PEER_TYPE_SUBSCRIBER
        yield* (isSubscriber ? leg.subscriber : leg.publisher).addIceCandidate(candidate)
        return {}
      })
  ),
  UpdateSubscriptions: endpoint(
    signal.UpdateSubscriptionsRequest,
    signal.UpdateSubscriptionsResponse,
    withError,
    (call, _, { tracks }, sessionId) =>
      Effect.sync(() => {
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
    (call, _, { muteStates }, sessionId) =>
      Effect.gen(function*() {
        const member = call.member(sessionId)
        if (member === undefined) return yield* notFound()
        for (const { muted, trackType: wireType } of muteStates ?? []) {
          const trackType = Wire.trackTypeOf(wireType)
          if (trackType === undefined) continue
          if (!member.tracks.has(trackType)) {
            return yield* refused(Wire.ErrorCode.ERROR_CODE_PUBLISH_TRACK_NOT_FOUND, "no such track is published")
          }
          if (muted !== true && !isGranted(member.grants, trackType)) return yield* notGranted(trackType)
          call.run({ _tag: "UpdateMuteState", sessionId, trackType, muted: muted ?? false })
        }
        return {}
      })
  ),
  IceRestart: endpoint(
    signal.ICERestartRequest,
    signal.ICERestartResponse,
    withError,
    (call, leg, { peerType }, sessionId) =>
      Effect.sync(() => {
        if (peerType === Wire.PeerType.PEER_TYPE_SUBSCRIBER) leg.subscriber.restartIce()
        else call.tell(sessionId, { iceRestart: { peerType: Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED } })
        return {}
      })
  )
}

const reports = new Set(["SendStats", "SendMetrics", "StartNoiseCancellation", "StopNoiseCancellation"])

const isMethod = (name: string): name is Method => name in methods

const transportError = (code: TwirpCode, message: string): TransportError => new TransportError({ code, message })

/** A body that is none of ours ends here, and not in a defect. */
const decoding = <A>(run: () => A): Effect.Effect<A, TransportError> =>
  Effect.try({ try: run, catch: () => transportError("malformed", "the body could not be decoded") })

export const root = "/twirp"

const service = `${root}/stream.video.sfu.signal.SignalServer/`

/** `path` is what the URL says after the SFU's own part. */
export const handle = (
  call: Call.Call,
  node: Node,
  path: string,
  secret: string,
  requests: Requests.Requests
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const name = path.startsWith(service) ? path.slice(service.length) : ""
    if (request.method !== "POST" || !(isMethod(name) || reports.has(name))) {
      return yield* transportError("bad_route", "no such method")
    }
    const contentType = request.headers["content-type"]?.split(";")[0]?.trim()
    if (contentType !== "application/protobuf" && contentType !== "application/json") {
      return yield* transportError("bad_route", "this server speaks application/protobuf and application/json")
    }
    const isJson = contentType === "application/json"
    // Of what clients may report the SFU takes no notice. An empty message is no byte of protobuf.
    if (!isMethod(name)) {
      return isJson
        ? HttpServerResponse.jsonUnsafe({})
        : HttpServerResponse.uint8Array(new Uint8Array(), { contentType })
    }
    const token = (request.headers["authorization"] ?? "").replace(/^Bearer /, "")
    const userId = Token.verify(secret, token, yield* Clock.currentTimeMillis)
    if (userId === undefined) return yield* transportError("unauthenticated", "the token is unknown or has expired")
    const bytes = new Uint8Array(
      yield* Effect.mapError(
        request.arrayBuffer,
        () => transportError("malformed", "the body could not be read")
      )
    )
    const method = methods[name]
    const body = isJson ? yield* decoding(() => method.bodyOf(new TextDecoder().decode(bytes))) : bytes
    const from = yield* decoding(() => method.sessionOf(body))
    const owner = call.member(from)?.participant.userId
    if (owner !== undefined && owner !== userId) {
      return yield* transportError("permission_denied", "the session is somebody else's")
    }
    const refusal = yield* requests.admit({ from, fromUser: userId, method: name })
    const answer = yield* Effect.catchTag(
      Effect.gen(function*() {
        if (refusal === undefined || refusal.carriedOut) {
          const answer = yield* method.run(call, node, body)
          if (refusal === undefined) return answer
        }
        const { failure } = refusal
        if (failure._tag === "Transport") return yield* transportError(failure.code, failure.message)
        const shouldRetry = failure._tag === "Sfu" && failure.shouldRetry === true
        return yield* new SfuError({ code: failure.code, message: failure.message, shouldRetry })
      }),
      "SfuError",
      ({ code, message, shouldRetry }) => Effect.succeed(method.fail({ code, message, shouldRetry }))
    )
    return isJson
      ? HttpServerResponse.jsonUnsafe(method.jsonOf(answer))
      : HttpServerResponse.uint8Array(answer, { contentType: "application/protobuf" })
  }).pipe(
    Effect.catchTag("TransportError", ({ code, message }) =>
      Effect.succeed(
        HttpServerResponse.jsonUnsafe({ code, msg: message }, { status: Requests.statuses[code] })
      ))
  )
