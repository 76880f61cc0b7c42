/**
 * The SFU's messages, from bytes and to bytes. Pure: knows no socket, no clock and no fiber, and never throws.
 *
 * What comes out has been checked, field by field: whoever hears it may rely on it, whatever the peer sent. What could
 * not be understood comes out as that, and why.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { GenericSdps, IceCandidate, PeerType, RtpCodec } from "../edge/PeerConnection.ts"
import type {
  AnnouncedTrack,
  CallEndedReason,
  PublishOption,
  Reconnection,
  ReconnectStrategy,
  SfuEvent,
  SfuParticipant,
  SfuPublication,
  Subscription,
  UnpublishCause
} from "../edge/SfuClient.ts"
import { kindOf, type TrackType } from "../Track.ts"
import { stream } from "./generated/sfu.js"

const { event, models, signal } = stream.video.sfu

// --- What the SFU tells -----------------------------------------------------------------------------------------------

/** What a frame of the SFU says. */
export type Message =
  /** For the application; its own `Failed` aside, which says less than the SFU does. */
  | { readonly _tag: "Told"; readonly event: Exclude<SfuEvent, { readonly _tag: "Failed" }> }
  | {
    readonly _tag: "Joined"
    readonly reconnected: boolean
    /** In milliseconds; 0, if the SFU does not say, or says what cannot be. */
    readonly fastReconnectDeadline: number
    readonly publishOptions: ReadonlyArray<PublishOption>
    readonly participants: ReadonlyArray<SfuParticipant>
    /** Participants that were left out because they have no name or no session. */
    readonly unusable: number
  }
  | {
    readonly _tag: "Failed"
    readonly code: number
    readonly detail: string
    readonly reconnectStrategy: ReconnectStrategy
    readonly shouldRetry: boolean
  }
  /** Known, and of no use here: for display, for encoders, or only a sign of life. */
  | { readonly _tag: "Unneeded" }

/**
 * What a frame could not be understood for.
 *
 * - `Oversized`: longer than we read.
 * - `Text`: the SFU speaks binary.
 * - `Malformed`: not protobuf, or cut short.
 * - `Unknown`: a payload of no number that we know, or none.
 * - `Invalid`: a known payload that lacks what it would be about, or contradicts itself.
 */
export interface Unreadable {
  readonly reason: "Oversized" | "Text" | "Malformed" | "Unknown" | "Invalid"
  /** The name of the payload, if it got that far: one of ours, never one of the peer's making. */
  readonly payload: string
  readonly detail: string
}

type Heard = Result.Result<Message, Unreadable>

const unneeded: Heard = Result.succeed({ _tag: "Unneeded" })

const told = (event: (Message & { readonly _tag: "Told" })["event"]): Heard => Result.succeed({ _tag: "Told", event })

const unreadable = (reason: Unreadable["reason"], payload: string, detail: string): Heard =>
  Result.fail({ reason, payload, detail })

const trackTypes: ReadonlyArray<TrackType | undefined> = [
  undefined,
  "Audio",
  "Video",
  "ScreenShare",
  "ScreenShareAudio"
]

/** In the order of their numbers: who says none is the publisher. */
const peerTypes: ReadonlyArray<PeerType> = ["Publisher", "Subscriber"]

const unpublishCauses: ReadonlyArray<UnpublishCause> = ["Unspecified", "UserMuted", "PermissionRevoked", "Moderation"]

const strategies: ReadonlyArray<ReconnectStrategy> = ["Unspecified", "Disconnect", "Fast", "Rejoin", "Migrate"]

const goAwayReasons = ["Unspecified", "ShuttingDown", "Rebalance"] as const

const callEndedReasons: ReadonlyArray<CallEndedReason> = [
  "Unspecified",
  "Ended",
  "LiveEnded",
  "Kicked",
  "SessionEnded"
]

/** Enums of proto3 are open: a number of tomorrow is what `Unspecified` is for. */
const named = <A extends string>(names: ReadonlyArray<A>, number: number | null | undefined): A | "Unspecified" =>
  names[number ?? 0] ?? "Unspecified"

/** `undefined` if it has no name or no session: an empty id is nobody's. */
const participant = (
  from: stream.video.sfu.models.Participant.$Properties | null | undefined,
  context?: { readonly userId: string | undefined; readonly sessionId: string }
): SfuParticipant | undefined => {
  if (from === null || from === undefined) return undefined
  const userId = from.userId || context?.userId
  const sessionId = from.sessionId || context?.sessionId
  if (!userId || !sessionId) return undefined
  const types = new Set<TrackType>()
  for (const number of from.publishedTracks ?? []) {
    const type = trackTypes[number]
    if (type !== undefined) types.add(type)
  }
  const prefix = from.trackLookupPrefix
  return {
    userId,
    sessionId,
    publishedTracks: Array.from(types),
    // A prefix ends at the first colon of a stream id, so one with a colon in it is the prefix of none.
    ...(prefix && !prefix.includes(":") ? { streamIdPrefix: prefix } : {})
  }
}

/** A snapshot of somebody else is left out; the publication is none the less a fact. */
const publication = (
  from: stream.video.sfu.event.TrackPublished.$Properties | stream.video.sfu.event.TrackUnpublished.$Properties
): SfuPublication | undefined => {
  const trackType = trackTypes[from.type ?? 0]
  const sessionId = from.sessionId || from.participant?.sessionId
  if (trackType === undefined || !sessionId) return undefined
  const userId = from.userId || from.participant?.userId || undefined
  const snapshot = participant(from.participant, { userId, sessionId })
  return {
    sessionId,
    trackType,
    ...(userId === undefined ? {} : { userId }),
    ...(snapshot?.sessionId === sessionId ? { participant: snapshot } : {})
  }
}

const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

const CandidateJson = Schema.fromJsonString(Schema.Struct({
  candidate: Schema.String,
  sdpMid: nullish(Schema.String),
  sdpMLineIndex: nullish(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
  usernameFragment: nullish(Schema.String)
}))

const decodeCandidate = Schema.decodeUnknownResult(CandidateJson)

const encodeCandidate = Schema.encodeSync(CandidateJson)

const iceTrickle = ({ iceCandidate, peerType }: stream.video.sfu.models.ICETrickle.$Properties): Heard => {
  const peer = peerTypes[peerType ?? 0]
  if (peer === undefined) return unreadable("Invalid", "iceTrickle", "for no connection")
  const decoded = decodeCandidate(iceCandidate)
  if (Result.isFailure(decoded)) return unreadable("Invalid", "iceTrickle", "not a candidate")
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = decoded.success
  // The end of the candidates (RFC 8838, section 8.2), which this SFU does not tell.
  if (candidate === "") return unneeded
  return told({
    _tag: "IceTrickle",
    peerType: peer,
    candidate: {
      candidate,
      ...(typeof sdpMid === "string" ? { sdpMid } : {}),
      ...(typeof sdpMLineIndex === "number" ? { sdpMLineIndex } : {}),
      ...(typeof usernameFragment === "string" ? { usernameFragment } : {})
    }
  })
}

const presence = (
  payload: "participantJoined" | "participantUpdated" | "participantLeft",
  _tag: "ParticipantJoined" | "ParticipantUpdated" | "ParticipantLeft",
  from: stream.video.sfu.event.SfuEvent
): Heard => {
  const who = participant(from[payload]?.participant)
  return who === undefined ? unreadable("Invalid", payload, "of nobody") : told({ _tag, participant: who })
}

const iceRestart = ({ peerType }: stream.video.sfu.event.ICERestart.$Properties): Heard => {
  const peer = peerTypes[peerType ?? 0]
  return peer === undefined
    ? unreadable("Invalid", "iceRestart", "of no connection")
    : told({ _tag: "IceRestart", peerType: peer })
}

/** `encoding_parameters` is what SDP's `a=rtpmap` has there: of audio, the number of channels (RFC 8866, section 6.6). */
const codec = (from: stream.video.sfu.models.Codec.$Properties | null | undefined): RtpCodec | undefined => {
  if (!from?.name || !from.clockRate) return undefined
  const channels = Number(from.encodingParameters || Number.NaN)
  return {
    name: from.name,
    clockRate: from.clockRate,
    ...(Number.isInteger(channels) && channels > 0 ? { channels } : {})
  }
}

/** What is of no known type we have nothing for. */
const publishOptions = (
  all: ReadonlyArray<stream.video.sfu.models.PublishOption.$Properties> | null | undefined
): ReadonlyArray<PublishOption> =>
  (all ?? []).flatMap((from) => {
    const trackType = trackTypes[from.trackType ?? 0]
    if (trackType === undefined) return []
    const wanted = codec(from.codec)
    return { id: from.id ?? 0, trackType, ...(wanted === undefined ? {} : { codec: wanted }) }
  })

const grants = ({ currentGrants }: stream.video.sfu.event.CallGrantsUpdated.$Properties): Heard =>
  currentGrants === null || currentGrants === undefined
    ? unreadable("Invalid", "callGrantsUpdated", "no grants")
    : told({
      _tag: "GrantsChanged",
      grants: {
        audio: currentGrants.canPublishAudio ?? false,
        video: currentGrants.canPublishVideo ?? false,
        screenShare: currentGrants.canScreenshare ?? false
      }
    })

/** In seconds. Nobody keeps a session for longer than an hour, and nobody waits for one. */
const longestDeadline = 3_600

const joined = (from: stream.video.sfu.event.JoinResponse.$Properties): Heard => {
  const all = from.callState?.participants ?? []
  const participants = all.flatMap((one) => participant(one) ?? [])
  const deadline = from.fastReconnectDeadlineSeconds ?? 0
  return Result.succeed({
    _tag: "Joined",
    reconnected: from.reconnected ?? false,
    fastReconnectDeadline: deadline > 0 && deadline <= longestDeadline ? deadline * 1_000 : 0,
    publishOptions: publishOptions(from.publishOptions),
    participants,
    unusable: all.length - participants.length
  })
}

const failed = ({ error, reconnectStrategy }: stream.video.sfu.event.Error.$Properties): Heard =>
  Result.succeed({
    _tag: "Failed",
    code: error?.code ?? 0,
    detail: error?.message ?? "",
    shouldRetry: error?.shouldRetry ?? false,
    reconnectStrategy: named(strategies, reconnectStrategy)
  })

const read = (from: stream.video.sfu.event.SfuEvent): Heard => {
  switch (from.eventPayload ?? "none") {
    case "subscriberOffer": {
      const { iceRestart, negotiationId, sdp } = from.subscriberOffer ?? {}
      if (!sdp) return unreadable("Invalid", "subscriberOffer", "no sdp")
      return told({
        _tag: "SubscriberOffer",
        sdp,
        negotiationId: negotiationId ?? 0,
        iceRestart: iceRestart ?? false
      })
    }
    case "iceTrickle":
      return iceTrickle(from.iceTrickle ?? {})
    case "joinResponse":
      return joined(from.joinResponse ?? {})
    case "participantJoined":
      return presence("participantJoined", "ParticipantJoined", from)
    case "participantUpdated":
      return presence("participantUpdated", "ParticipantUpdated", from)
    case "participantLeft":
      return presence("participantLeft", "ParticipantLeft", from)
    case "trackPublished": {
      const which = publication(from.trackPublished ?? {})
      if (which === undefined) return unreadable("Invalid", "trackPublished", "no session, or no known type")
      return told({ _tag: "TrackPublished", publication: which })
    }
    case "trackUnpublished": {
      const which = publication(from.trackUnpublished ?? {})
      if (which === undefined) return unreadable("Invalid", "trackUnpublished", "no session, or no known type")
      return told({
        _tag: "TrackUnpublished",
        publication: which,
        cause: named(unpublishCauses, from.trackUnpublished?.cause)
      })
    }
    case "error":
      return failed(from.error ?? {})
    case "goAway":
      return told({ _tag: "GoAway", reason: named(goAwayReasons, from.goAway?.reason) })
    case "callEnded":
      return told({ _tag: "CallEnded", reason: named(callEndedReasons, from.callEnded?.reason) })
    case "iceRestart":
      return iceRestart(from.iceRestart ?? {})
    case "changePublishOptions":
      return told({
        _tag: "PublishOptionsChanged",
        publishOptions: publishOptions(from.changePublishOptions?.publishOptions)
      })
    case "callGrantsUpdated":
      return grants(from.callGrantsUpdated ?? {})
    case "participantMigrationComplete":
      return told({ _tag: "MigrationCompleted" })
    case "healthCheckResponse":
    case "publisherAnswer":
    case "changePublishQuality":
    case "inboundStateNotification":
    case "connectionQualityChanged":
    case "audioLevelChanged":
    case "dominantSpeakerChanged":
    case "pinsUpdated":
      return unneeded
    case "none":
      return unreadable("Unknown", "none", "a payload that is not known, or none")
  }
}

const parsed = <A>(decode: (bytes: Uint8Array) => A, bytes: Uint8Array): Result.Result<A, string> =>
  Result.try({ try: () => decode(bytes), catch: (error) => error instanceof Error ? error.message : String(error) })

/** One frame of the SFU's WebSocket, of which one longer than `limit` is not looked into. */
export const message = (frame: Uint8Array | string, limit: number): Heard => {
  if (typeof frame === "string") return unreadable("Text", "none", `${frame.length} characters`)
  if (frame.byteLength > limit) return unreadable("Oversized", "none", `${frame.byteLength} bytes`)
  const decoded = parsed(event.SfuEvent.decode, frame)
  return Result.isFailure(decoded) ? unreadable("Malformed", "none", decoded.failure) : read(decoded.success)
}

// --- What we tell the SFU ---------------------------------------------------------------------------------------------

const request = (payload: stream.video.sfu.event.SfuRequest.$Properties): Uint8Array =>
  event.SfuRequest.encode(payload).finish()

const trackInfo = (track: AnnouncedTrack): stream.video.sfu.models.TrackInfo.$Properties => ({
  trackId: track.trackId,
  trackType: trackTypes.indexOf(track.trackType),
  mid: track.mid,
  muted: track.muted,
  codec: {
    name: track.codec.name,
    clockRate: track.codec.clockRate,
    ...(track.codec.channels === undefined ? {} : { encodingParameters: String(track.codec.channels) })
  },
  ...(track.publishOptionId === undefined ? {} : { publishOptionId: track.publishOptionId }),
  // Sent as one layer, which by the names of the SFU is the full one of quarter, half and full.
  ...(kindOf(track.trackType) === "video"
    ? { layers: [{ rid: "f", ...(track.dimension === undefined ? {} : { videoDimension: track.dimension }) }] }
    : {})
})

const subscriptionDetails = (
  { dimension, key: { sessionId, trackType, userId } }: Subscription
): stream.video.sfu.signal.TrackSubscriptionDetails.$Properties => ({
  userId,
  sessionId,
  trackType: trackTypes.indexOf(trackType),
  ...(dimension === undefined ? {} : { dimension })
})

const reconnectDetails = (reconnection: Reconnection): stream.video.sfu.event.ReconnectDetails.$Properties => ({
  strategy: strategies.indexOf(reconnection.strategy),
  announcedTracks: reconnection.announcedTracks.map(trackInfo),
  subscriptions: reconnection.subscriptions.map(subscriptionDetails),
  reconnectAttempt: reconnection.attempt,
  ...(reconnection.fromSfuId === undefined ? {} : { fromSfuId: reconnection.fromSfuId }),
  ...(reconnection.previousSessionId === undefined ? {} : { previousSessionId: reconnection.previousSessionId }),
  reason: reconnection.reason
})

/**
 * Claims no capability: what the SFU would pause on the strength of `SUBSCRIBER_VIDEO_PAUSE` nobody here would hear of.
 * The kind of SDK is unspecified, since the SFU curtails the codecs of some kinds.
 */
export const joinRequest = (options: {
  readonly token: Redacted.Redacted
  readonly sessionId: string
  readonly unifiedSessionId?: string | undefined
  readonly genericSdps: GenericSdps
  readonly reconnection?: Reconnection | undefined
}): Uint8Array =>
  request({
    joinRequest: {
      token: Redacted.value(options.token),
      sessionId: options.sessionId,
      unifiedSessionId: options.unifiedSessionId ?? options.sessionId,
      subscriberSdp: options.genericSdps.subscriberSdp,
      publisherSdp: options.genericSdps.publisherSdp,
      clientDetails: { sdk: { type: models.SdkType.SDK_TYPE_UNSPECIFIED } },
      ...(options.reconnection === undefined ? {} : { reconnectDetails: reconnectDetails(options.reconnection) }),
      // What older SFUs go by.
      ...(options.reconnection?.strategy === "Fast" ? { fastReconnect: true } : {})
    }
  })

export const healthCheckRequest = (): Uint8Array => request({ healthCheckRequest: {} })

export const leaveCallRequest = (options: { readonly sessionId: string; readonly reason: string }): Uint8Array =>
  request({ leaveCallRequest: options })

// --- What we ask of the SFU -------------------------------------------------------------------------------------------

/** Why there is nothing to be had from an answer. */
export interface Refusal {
  /** The SFU's own, or one of Twirp's. */
  readonly code: number | string
  readonly detail: string
  readonly shouldRetry: boolean
}

/** One call of the SFU's `SignalServer`: what is sent, and what the answer to it says. */
export interface Call<A = void> {
  readonly method:
    | "SendAnswer"
    | "SetPublisher"
    | "IceTrickle"
    | "UpdateSubscriptions"
    | "UpdateMuteStates"
    | "IceRestart"
  readonly body: Uint8Array
  readonly answer: (answer: Uint8Array) => Result.Result<A, Refusal>
}

interface Answer {
  readonly error?: stream.video.sfu.models.Error.$Properties | null
}

const unusable = (detail: string): Refusal => ({ code: "internal", detail, shouldRetry: false })

const answered =
  <A extends Answer>(decode: (bytes: Uint8Array) => A) => (bytes: Uint8Array): Result.Result<A, Refusal> =>
    parsed(decode, bytes).pipe(
      Result.mapError((detail) => unusable(`unreadable: ${detail}`)),
      Result.flatMap((answer) =>
        // An error without a code is none.
        answer.error?.code
          ? Result.fail({
            code: answer.error.code,
            detail: answer.error.message ?? "",
            shouldRetry: answer.error.shouldRetry ?? false
          })
          : Result.succeed(answer)
      )
    )

/** Says no more than that it was done. */
const done = (decode: (bytes: Uint8Array) => Answer): Call["answer"] => (bytes) =>
  Result.map(answered(decode)(bytes), () => undefined)

export const sendAnswer = (options: {
  readonly sessionId: string
  readonly sdp: string
  readonly negotiationId: number
}): Call => ({
  method: "SendAnswer",
  body: signal.SendAnswerRequest.encode({ ...options, peerType: models.PeerType.PEER_TYPE_SUBSCRIBER }).finish(),
  answer: done(signal.SendAnswerResponse.decode)
})

export const setPublisher = (options: {
  readonly sessionId: string
  readonly sdp: string
  readonly tracks: ReadonlyArray<AnnouncedTrack>
}): Call<string> => ({
  method: "SetPublisher",
  body: signal.SetPublisherRequest.encode({
    sessionId: options.sessionId,
    sdp: options.sdp,
    tracks: options.tracks.map(trackInfo)
  }).finish(),
  answer: (bytes) =>
    Result.flatMap(
      answered(signal.SetPublisherResponse.decode)(bytes),
      ({ sdp }) => sdp ? Result.succeed(sdp) : Result.fail(unusable("an answer without an sdp"))
    )
})

export const updateMuteStates = (options: {
  readonly sessionId: string
  readonly states: ReadonlyArray<{ readonly trackType: TrackType; readonly muted: boolean }>
}): Call => ({
  method: "UpdateMuteStates",
  body: signal.UpdateMuteStatesRequest.encode({
    sessionId: options.sessionId,
    muteStates: options.states.map(({ muted, trackType }) => ({ muted, trackType: trackTypes.indexOf(trackType) }))
  }).finish(),
  answer: done(signal.UpdateMuteStatesResponse.decode)
})

export const sendIceCandidate = (options: {
  readonly sessionId: string
  readonly peerType: PeerType
  readonly candidate: IceCandidate
}): Call => ({
  method: "IceTrickle",
  body: models.ICETrickle.encode({
    peerType: peerTypes.indexOf(options.peerType),
    iceCandidate: encodeCandidate(options.candidate),
    sessionId: options.sessionId
  }).finish(),
  answer: done(signal.ICETrickleResponse.decode)
})

export const updateSubscriptions = (options: {
  readonly sessionId: string
  readonly subscriptions: ReadonlyArray<Subscription>
}): Call => ({
  method: "UpdateSubscriptions",
  body: signal.UpdateSubscriptionsRequest.encode({
    sessionId: options.sessionId,
    tracks: options.subscriptions.map(subscriptionDetails)
  }).finish(),
  answer: done(signal.UpdateSubscriptionsResponse.decode)
})

export const restartIce = (options: { readonly sessionId: string }): Call => ({
  method: "IceRestart",
  body: signal.ICERestartRequest.encode({ ...options, peerType: models.PeerType.PEER_TYPE_SUBSCRIBER }).finish(),
  answer: done(signal.ICERestartResponse.decode)
})
