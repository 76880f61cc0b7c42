/**
 * The SFU's messages, from bytes and to bytes. Pure: knows no socket, no clock and no fiber, and never throws.
 *
 * What comes out has been checked, field by field: whoever hears it may rely on it, whatever the peer sent. What could
 * not be understood comes out as that, and why.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Capabilities, IceCandidate } from "../PeerConnection.ts"
import type {
  CallEndedReason,
  Publication,
  ReconnectStrategy,
  SfuEvent,
  SfuParticipant,
  Subscription,
  UnpublishCause
} from "../SfuClient.ts"
import type { TrackType } from "../Track.ts"
import { stream } from "./generated/sfu.js"

const { event, models, signal } = stream.video.sfu

// --- What the SFU tells -----------------------------------------------------------------------------------------------

/** What a frame of the SFU says. */
export type Message =
  /** For the application; its own `Failed` aside, which says less than the SFU does. */
  | { readonly _tag: "Told"; readonly event: Exclude<SfuEvent, { readonly _tag: "Failed" }> }
  | {
    readonly _tag: "Joined"
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
  /** Known, and of no use here: for display, for publishers, or only a sign of life. */
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
    ...(prefix && !prefix.includes(":") ? { trackLookupPrefix: prefix } : {})
  }
}

/** A snapshot of somebody else is left out; the publication is none the less a fact. */
const publication = (
  from: stream.video.sfu.event.TrackPublished.$Properties | stream.video.sfu.event.TrackUnpublished.$Properties
): Publication | undefined => {
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
  if (peerType !== models.PeerType.PEER_TYPE_SUBSCRIBER) return unneeded
  const decoded = decodeCandidate(iceCandidate)
  if (Result.isFailure(decoded)) return unreadable("Invalid", "iceTrickle", "not a candidate")
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = decoded.success
  // The end of the candidates (RFC 8838, section 8.2), which this SFU does not tell.
  if (candidate === "") return unneeded
  return told({
    _tag: "IceTrickle",
    peerType: "Subscriber",
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

const joined = ({ callState }: stream.video.sfu.event.JoinResponse.$Properties): Heard => {
  const all = callState?.participants ?? []
  const participants = all.flatMap((one) => participant(one) ?? [])
  return Result.succeed({ _tag: "Joined", participants, unusable: all.length - participants.length })
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
    case "healthCheckResponse":
    case "publisherAnswer":
    case "iceRestart":
    case "participantMigrationComplete":
    case "changePublishQuality":
    case "changePublishOptions":
    case "callGrantsUpdated":
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

/**
 * Claims no capability: what the SFU would pause on the strength of `SUBSCRIBER_VIDEO_PAUSE` nobody here would hear of.
 * The kind of SDK is unspecified, since the SFU curtails the codecs of some kinds.
 */
export const joinRequest = (options: {
  readonly token: Redacted.Redacted
  readonly sessionId: string
  readonly capabilities: Capabilities
}): Uint8Array =>
  request({
    joinRequest: {
      token: Redacted.value(options.token),
      sessionId: options.sessionId,
      unifiedSessionId: options.sessionId,
      subscriberSdp: options.capabilities.subscriberSdp,
      publisherSdp: options.capabilities.publisherSdp,
      clientDetails: { sdk: { type: models.SdkType.SDK_TYPE_UNSPECIFIED } }
    }
  })

export const healthCheckRequest = (): Uint8Array => request({ healthCheckRequest: {} })

export const leaveCallRequest = (options: { readonly sessionId: string; readonly reason: string }): Uint8Array =>
  request({ leaveCallRequest: options })

// --- What we ask of the SFU -------------------------------------------------------------------------------------------

/** Why the SFU said no. */
export interface Refusal {
  readonly code: number
  readonly detail: string
  readonly shouldRetry: boolean
}

/** One call of the SFU's `SignalServer`: what is sent, and what the answer to it says. */
export interface Call {
  readonly method: "SendAnswer" | "IceTrickle" | "UpdateSubscriptions" | "IceRestart"
  readonly body: Uint8Array
  /** The refusal in an answer, if it is one; or why the answer cannot be read. */
  readonly refusal: (answer: Uint8Array) => Result.Result<Refusal | undefined, string>
}

interface Answer {
  readonly error?: stream.video.sfu.models.Error.$Properties | null
}

const refusalOf = (decode: (bytes: Uint8Array) => Answer): Call["refusal"] => (bytes) =>
  Result.map(parsed(decode, bytes), ({ error }) =>
    // An error without a code is none.
    error?.code
      ? { code: error.code, detail: error.message ?? "", shouldRetry: error.shouldRetry ?? false }
      : undefined)

export const sendAnswer = (options: {
  readonly sessionId: string
  readonly sdp: string
  readonly negotiationId: number
}): Call => ({
  method: "SendAnswer",
  body: signal.SendAnswerRequest.encode({ ...options, peerType: models.PeerType.PEER_TYPE_SUBSCRIBER }).finish(),
  refusal: refusalOf(signal.SendAnswerResponse.decode)
})

export const sendIceCandidate = (options: { readonly sessionId: string; readonly candidate: IceCandidate }): Call => ({
  method: "IceTrickle",
  body: models.ICETrickle.encode({
    peerType: models.PeerType.PEER_TYPE_SUBSCRIBER,
    iceCandidate: encodeCandidate(options.candidate),
    sessionId: options.sessionId
  }).finish(),
  refusal: refusalOf(signal.ICETrickleResponse.decode)
})

export const updateSubscriptions = (options: {
  readonly sessionId: string
  readonly subscriptions: ReadonlyArray<Subscription>
}): Call => ({
  method: "UpdateSubscriptions",
  body: signal.UpdateSubscriptionsRequest.encode({
    sessionId: options.sessionId,
    tracks: options.subscriptions.map(({ dimension, key: { sessionId, trackType, userId } }) => ({
      userId,
      sessionId,
      trackType: trackTypes.indexOf(trackType),
      ...(dimension === undefined ? {} : { dimension })
    }))
  }).finish(),
  refusal: refusalOf(signal.UpdateSubscriptionsResponse.decode)
})

export const restartIce = (options: { readonly sessionId: string }): Call => ({
  method: "IceRestart",
  body: signal.ICERestartRequest.encode({ ...options, peerType: models.PeerType.PEER_TYPE_SUBSCRIBER }).finish(),
  refusal: refusalOf(signal.ICERestartResponse.decode)
})
