/**
 * The Twirp methods of the SFU: their messages, and what each does to the call.
 */
import type { IceCandidate, TrackKey, TrackType } from "effect-track-resolver"
import { isGranted, kindOf } from "effect-track-resolver"
import type { stream } from "effect-track-resolver/stream-sfu/protocol"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Call from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import * as LazyPeer from "./LazyPeer.ts"
import type { NodeConnection } from "./NodeConnection.ts"
import type { AnnouncedTrack } from "./Publisher.ts"
import type { Method } from "./Requests.ts"
import type { SfuNode } from "./SfuNode.ts"
import type { SfuError } from "./TwirpError.ts"
import * as TwirpError from "./TwirpError.ts"
import * as Wire from "./Wire.ts"

const { models, signal } = Wire.Messages

/** A method on protobuf bytes. JSON is transcoded on the way in and out. */
export interface Endpoint {
  readonly sessionOf: (body: Uint8Array) => string
  readonly run: (call: Call.Call, node: SfuNode, body: Uint8Array) => Effect.Effect<Uint8Array, SfuError>
  /** The response that contains the error. */
  readonly errorResponse: (error: Wire.WireError) => Uint8Array
  readonly bodyOfJson: (json: string) => Uint8Array
  readonly jsonOf: (response: Uint8Array) => unknown
}

interface Context {
  readonly call: Call.Call
  readonly connection: NodeConnection
  readonly sessionId: string
}

const endpoint = <In extends { readonly sessionId?: string | null }, Out extends { error?: Wire.WireError | null }>(
  request: Wire.Codec<In>,
  response: Wire.Codec<Out>,
  withError: (error: Wire.WireError) => Out,
  run: (context: Context, request: In) => Effect.Effect<Out, SfuError>
): Endpoint => ({
  sessionOf: (body) => request.decode(body).sessionId ?? "",
  run: (call, node, body) => {
    const message = request.decode(body)
    const sessionId = message.sessionId ?? ""
    const connection = Call.connection(call, sessionId, node.name)
    if (connection === undefined) return Effect.fail(TwirpError.noParticipant())
    return Effect.map(run({ call, connection, sessionId }, message), (out) => response.encode(out).finish())
  },
  errorResponse: (error) => response.encode(withError(error)).finish(),
  bodyOfJson: (json) => Wire.bytesOfJson(request, json),
  jsonOf: (bytes) => Wire.jsonOf(response.decode(bytes))
})

const withError = (error: Wire.WireError) => ({ error })

type SignalMessages = typeof stream.video.sfu.signal

type Message<Name extends keyof SignalMessages> = SignalMessages[Name] extends Wire.Codec<infer A> ? A : never

/** The tracks of the request, each with its own codec or that of its publish option. */
const tracksByMid = (
  { call }: Context,
  { tracks }: Message<"SetPublisherRequest">
): ReadonlyMap<string, AnnouncedTrack> => {
  const options = Wire.publishOptionsOf(call.settings.publishOptions)
  return new Map((tracks ?? []).flatMap(({ codec, mid, publishOptionId, trackType: wireType }) => {
    const trackType = Wire.trackTypeOf(wireType)
    if (trackType === undefined || !mid) return []
    const option = options.find(({ id }) => id === publishOptionId)
    return [[mid, { trackType, codec: codec?.name || option?.codec?.name || undefined }] as const]
  }))
}

/** Fails if the SFU cannot answer with the codec of the track. */
const checkCodec = ({ codec, trackType }: AnnouncedTrack): Effect.Effect<void, SfuError> =>
  codec === undefined ||
    LazyPeer.codecs[kindOf(trackType)].some(({ name }) => name.toLowerCase() === codec.toLowerCase())
    ? Effect.void
    : Effect.fail(TwirpError.invalid(`this SFU does not forward ${codec} as ${trackType}`))

/** A type that is published already stays allowed until the client unpublishes it. */
const checkNewType = ({ call, sessionId }: Context, type: TrackType): Effect.Effect<void, SfuError> => {
  const member = Call.member(call, sessionId)
  if (member === undefined || member.tracks.has(type)) return Effect.void
  if (!call.settings.publishOptions.some(({ trackType }) => trackType === type)) {
    return Effect.fail(TwirpError.noPublishOption(type))
  }
  return isGranted(member.grants, type) ? Effect.void : Effect.fail(TwirpError.notGranted(type))
}

const setPublisher = Effect.fnUntraced(function*(context: Context, request: Message<"SetPublisherRequest">) {
  const { call, connection, sessionId } = context
  const tracks = tracksByMid(context, request)
  for (const track of tracks.values()) {
    yield* checkNewType(context, track.trackType)
    yield* checkCodec(track)
  }
  const sdp = yield* Effect.mapError(
    connection.publisher.negotiate(request.sdp ?? "", tracks),
    ({ detail }) => TwirpError.invalid(detail)
  )
  connection.trackTypes = Array.from(tracks.values(), ({ trackType }) => trackType)
  const session = call.sessions.get(sessionId)
  if (session !== undefined) Dispatch.updateTracks(call, session)
  return { sdp, sessionId, iceRestart: false }
})

const sendAnswer = Effect.fnUntraced(function*(
  { connection }: Context,
  { negotiationId, peerType, sdp }: Message<"SendAnswerRequest">
) {
  if (peerType !== Wire.PeerType.PEER_TYPE_SUBSCRIBER) {
    return yield* TwirpError.invalid("the client offers for its publisher connection")
  }
  const result = yield* connection.subscriber.answer(sdp ?? "", negotiationId ?? 0)
  if (result === "Applied") return {}
  return yield* TwirpError.invalid(
    result === "Stale" ? "the offer is not in flight" : "the answer does not match the offer"
  )
})

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
    Effect.mapError(() => TwirpError.invalid("not an ICE candidate"))
  )

const updateMuteStates = Effect.fnUntraced(function*(
  { call, sessionId }: Context,
  { muteStates }: Message<"UpdateMuteStatesRequest">
) {
  const member = Call.member(call, sessionId)
  if (member === undefined) return yield* TwirpError.noParticipant()
  for (const { muted, trackType: wireType } of muteStates ?? []) {
    const trackType = Wire.trackTypeOf(wireType)
    if (trackType === undefined) continue
    if (!member.tracks.has(trackType)) return yield* TwirpError.noTrack()
    if (muted !== true && !isGranted(member.grants, trackType)) return yield* TwirpError.notGranted(trackType)
    Dispatch.run(call, { _tag: "UpdateMuteState", sessionId, trackType, muted: muted ?? false })
  }
  return {}
})

const subscribedKeys = ({ tracks }: Message<"UpdateSubscriptionsRequest">): ReadonlyArray<TrackKey> =>
  (tracks ?? []).flatMap((track): ReadonlyArray<TrackKey> => {
    const trackType = Wire.trackTypeOf(track.trackType)
    if (trackType === undefined || !track.sessionId) return []
    return [{ userId: track.userId ?? "", sessionId: track.sessionId, trackType }]
  })

export const methods: { readonly [method in Method]: Endpoint } = {
  SetPublisher: endpoint(signal.SetPublisherRequest, signal.SetPublisherResponse, withError, setPublisher),
  SendAnswer: endpoint(signal.SendAnswerRequest, signal.SendAnswerResponse, withError, sendAnswer),
  UpdateMuteStates: endpoint(
    signal.UpdateMuteStatesRequest,
    signal.UpdateMuteStatesResponse,
    withError,
    updateMuteStates
  ),
  UpdateSubscriptions: endpoint(
    signal.UpdateSubscriptionsRequest,
    signal.UpdateSubscriptionsResponse,
    withError,
    ({ call, sessionId }, request) =>
      Effect.sync(() => {
        Dispatch.run(call, { _tag: "Subscribe", sessionId, keys: subscribedKeys(request) })
        return {}
      })
  ),
  IceTrickle: endpoint(
    models.ICETrickle,
    signal.ICETrickleResponse,
    withError,
    ({ connection: { publisher, subscriber } }, { iceCandidate, peerType }) =>
      candidateOf(iceCandidate ?? "").pipe(
        Effect.flatMap((candidate) =>
          (peerType === Wire.PeerType.PEER_TYPE_SUBSCRIBER ? subscriber : publisher).addIceCandidate(candidate)
        ),
        Effect.as({})
      )
  ),
  IceRestart: endpoint(
    signal.ICERestartRequest,
    signal.ICERestartResponse,
    withError,
    ({ call, connection, sessionId }, { peerType }) =>
      Effect.sync(() => {
        if (peerType === Wire.PeerType.PEER_TYPE_SUBSCRIBER) connection.subscriber.restartIce()
        else Dispatch.send(call, sessionId, Wire.publisherIceRestart)
        return {}
      })
  )
}

export const isMethod = (name: string): name is Method => Object.hasOwn(methods, name)
