/**
 * Decodes the SFU's frames. Pure: has no socket, clock or fiber, and never throws.
 *
 * Each field of a message is checked, so a consumer can rely on the message whatever the peer sent. A frame that cannot be
 * decoded gives an `Unreadable` with the reason.
 */
import * as Result from "effect/Result"
import type { PublishOption, ReconnectStrategy, SfuEvent, SfuParticipant } from "../../edge/SfuClient.ts"
import { stream } from "../generated/sfu.js"
import * as Activity from "./Activity.ts"
import * as EnumName from "./EnumName.ts"
import * as IceCandidate from "./IceCandidate.ts"
import * as Participant from "./Participant.ts"
import * as Protobuf from "./Protobuf.ts"
import * as PublishOptions from "./PublishOption.ts"
import * as PublishQuality from "./PublishQuality.ts"

/** The content of one frame of the SFU. */
export type SignalMessage =
  /** For the edge. The port's `Failed` has its own message, because an error of the SFU has more fields. */
  | { readonly _tag: "Event"; readonly event: Exclude<SfuEvent, { readonly _tag: "Failed" }> }
  | JoinResponse
  | SfuError
  /** Known and not needed: pins and answers to health checks. */
  | { readonly _tag: "Ignored" }

/** The answer to a join (SFU protocol, section 5.2). */
export interface JoinResponse {
  readonly _tag: "JoinResponse"
  readonly reconnected: boolean
  /** In milliseconds. 0 if the SFU sent none, or an impossible one. */
  readonly fastReconnectDeadline: number
  readonly publishOptions: ReadonlyArray<PublishOption>
  readonly participants: ReadonlyArray<SfuParticipant>
  /** Number of participants that were left out because they have no user id or no session id. */
  readonly unusable: number
  /** `CallState.e2ee_enabled`. */
  readonly endToEndEncrypted: boolean
}

/** An error event (SFU protocol, section 13). */
export interface SfuError {
  readonly _tag: "SfuError"
  readonly code: number
  readonly detail: string
  readonly reconnectStrategy: ReconnectStrategy
  readonly shouldRetry: boolean
}

/**
 * Why a frame could not be decoded.
 *
 * - `Oversized`: longer than the limit.
 * - `Text`: a text frame; the SFU sends binary frames only.
 * - `Malformed`: not protobuf, or truncated.
 * - `Unknown`: no payload, or a payload with an unknown number.
 * - `Invalid`: a known payload that lacks a required field or contradicts itself.
 */
export interface Unreadable {
  readonly reason: "Oversized" | "Text" | "Malformed" | "Unknown" | "Invalid"
  /** Name of the payload in our schema, or "none". Never text from the peer. */
  readonly payload: Payload | "none"
  readonly detail: string
}

/** Name of a payload in our schema. */
export type Payload = NonNullable<stream.video.sfu.event.SfuEvent["eventPayload"]>

/**
 * Whether no later message repeats what a payload contains: a `Needed` one changes who and what is in the call or decides
 * what we do. An `Unneeded` one is ignored, or is a measurement that the next one replaces.
 */
const payloads: { readonly [payload in Payload]: "Needed" | "Unneeded" } = {
  subscriberOffer: "Needed",
  iceTrickle: "Needed",
  iceRestart: "Needed",
  joinResponse: "Needed",
  participantJoined: "Needed",
  participantUpdated: "Needed",
  participantLeft: "Needed",
  trackPublished: "Needed",
  trackUnpublished: "Needed",
  error: "Needed",
  goAway: "Needed",
  callEnded: "Needed",
  changePublishOptions: "Needed",
  callGrantsUpdated: "Needed",
  participantMigrationComplete: "Needed",
  healthCheckResponse: "Unneeded",
  publisherAnswer: "Unneeded",
  changePublishQuality: "Needed",
  inboundStateNotification: "Unneeded",
  connectionQualityChanged: "Unneeded",
  audioLevelChanged: "Unneeded",
  dominantSpeakerChanged: "Unneeded",
  pinsUpdated: "Unneeded"
}

/**
 * Whether a needed message is lost: its bytes exceed the limit, or are not protobuf. No later message repeats it; the
 * response to a new join does. A complete message that cannot be interpreted (`Invalid`, `Unknown`, `Text`) is no loss: a
 * new join would not change it.
 */
export const isLoss = ({ payload, reason }: Unreadable): boolean =>
  (reason === "Oversized" || reason === "Malformed") && payload !== "none" && payloads[payload] === "Needed"

/** The tag that begins a frame: number and wire type of its first field, of at most two bytes in our schema. */
const tagOf = ([first = 0, second = 0]: Uint8Array): number => first < 0x80 ? first : first + second * 0x100

const payloadOfTag = new Map(
  (Object.keys(payloads) as ReadonlyArray<Payload>).map((payload) => [
    tagOf(stream.video.sfu.event.SfuEvent.encode({ [payload]: {} }).finish()),
    payload
  ])
)

/** The payload with which a frame begins. A frame contains one payload and nothing else. */
const payloadOf = (frame: Uint8Array): Unreadable["payload"] => payloadOfTag.get(tagOf(frame)) ?? "none"

type Decoded = Result.Result<SignalMessage, Unreadable>

const ignored: Decoded = Result.succeed({ _tag: "Ignored" })

const ofEvent = (event: (SignalMessage & { readonly _tag: "Event" })["event"]): Decoded =>
  Result.succeed({ _tag: "Event", event })

const unreadable = (reason: Unreadable["reason"], payload: Unreadable["payload"], detail: string): Decoded =>
  Result.fail({ reason, payload, detail })

// --- Payloads ---

const subscriberOffer = (
  { iceRestart, negotiationId, sdp }: stream.video.sfu.event.SubscriberOffer.$Properties
): Decoded => {
  if (!sdp) return unreadable("Invalid", "subscriberOffer", "no sdp")
  return ofEvent({
    _tag: "SubscriberOffer",
    sdp,
    negotiationId: negotiationId ?? 0,
    iceRestart: iceRestart ?? false
  })
}

const iceTrickle = (
  { iceCandidate, peerType: number }: stream.video.sfu.models.ICETrickle.$Properties
): Decoded => {
  const peerType = EnumName.peerType(number)
  if (peerType === undefined) return unreadable("Invalid", "iceTrickle", "unknown peer type")
  const candidate = IceCandidate.decode(iceCandidate)
  if (candidate === undefined) return unreadable("Invalid", "iceTrickle", "not a candidate")
  // End of candidates (RFC 8838, section 8.2). This SFU does not send it.
  if (candidate.candidate === "") return ignored
  return ofEvent({ _tag: "IceTrickle", peerType, candidate })
}

const iceRestart = ({ peerType: number }: stream.video.sfu.event.ICERestart.$Properties): Decoded => {
  const peerType = EnumName.peerType(number)
  return peerType === undefined
    ? unreadable("Invalid", "iceRestart", "unknown peer type")
    : ofEvent({ _tag: "IceRestart", peerType })
}

const participantEvent = (
  payload: "participantJoined" | "participantUpdated" | "participantLeft",
  _tag: "ParticipantJoined" | "ParticipantUpdated" | "ParticipantLeft",
  message: stream.video.sfu.event.SfuEvent
): Decoded => {
  const participant = Participant.participant(message[payload]?.participant)
  return participant === undefined
    ? unreadable("Invalid", payload, "no user id, or no session id")
    : ofEvent({ _tag, participant })
}

const trackPublished = (message: stream.video.sfu.event.TrackPublished.$Properties): Decoded => {
  const publication = Participant.publication(message)
  return publication === undefined
    ? unreadable("Invalid", "trackPublished", "no session id, or an unknown track type")
    : ofEvent({ _tag: "TrackPublished", publication })
}

const trackUnpublished = (message: stream.video.sfu.event.TrackUnpublished.$Properties): Decoded => {
  const publication = Participant.publication(message)
  return publication === undefined
    ? unreadable("Invalid", "trackUnpublished", "no session id, or an unknown track type")
    : ofEvent({ _tag: "TrackUnpublished", publication, cause: EnumName.unpublishCause(message.cause) })
}

const dominantSpeakerChanged = (
  { sessionId }: stream.video.sfu.event.DominantSpeakerChanged.$Properties
): Decoded =>
  sessionId
    ? ofEvent({ _tag: "DominantSpeakerChanged", sessionId })
    : unreadable("Invalid", "dominantSpeakerChanged", "no session id")

const callGrantsUpdated = ({ currentGrants }: stream.video.sfu.event.CallGrantsUpdated.$Properties): Decoded =>
  currentGrants === null || currentGrants === undefined
    ? unreadable("Invalid", "callGrantsUpdated", "no grants")
    : ofEvent({
      _tag: "GrantsChanged",
      grants: {
        audio: currentGrants.canPublishAudio ?? false,
        video: currentGrants.canPublishVideo ?? false,
        screenShare: currentGrants.canScreenshare ?? false
      }
    })

/** In seconds. Real deadlines are below half a minute. A deadline longer than this is treated as a mistake. */
const longestDeadline = 3_600

const joinResponse = (message: stream.video.sfu.event.JoinResponse.$Properties): Decoded => {
  const all = message.callState?.participants ?? []
  const participants = all.flatMap((one) => Participant.participant(one) ?? [])
  const deadline = message.fastReconnectDeadlineSeconds ?? 0
  return Result.succeed({
    _tag: "JoinResponse",
    reconnected: message.reconnected ?? false,
    fastReconnectDeadline: deadline > 0 && deadline <= longestDeadline ? deadline * 1_000 : 0,
    publishOptions: PublishOptions.decodeAll(message.publishOptions),
    participants,
    unusable: all.length - participants.length,
    endToEndEncrypted: message.callState?.e2eeEnabled ?? false
  })
}

const sfuError = ({ error, reconnectStrategy }: stream.video.sfu.event.Error.$Properties): Decoded =>
  Result.succeed({
    _tag: "SfuError",
    code: error?.code ?? 0,
    detail: error?.message ?? "",
    shouldRetry: error?.shouldRetry ?? false,
    reconnectStrategy: EnumName.reconnectStrategy(reconnectStrategy)
  })

const decodePayload = (message: stream.video.sfu.event.SfuEvent): Decoded => {
  switch (message.eventPayload ?? "none") {
    case "subscriberOffer":
      return subscriberOffer(message.subscriberOffer ?? {})
    case "iceTrickle":
      return iceTrickle(message.iceTrickle ?? {})
    case "iceRestart":
      return iceRestart(message.iceRestart ?? {})
    case "joinResponse":
      return joinResponse(message.joinResponse ?? {})
    case "participantJoined":
      return participantEvent("participantJoined", "ParticipantJoined", message)
    case "participantUpdated":
      return participantEvent("participantUpdated", "ParticipantUpdated", message)
    case "participantLeft":
      return participantEvent("participantLeft", "ParticipantLeft", message)
    case "trackPublished":
      return trackPublished(message.trackPublished ?? {})
    case "trackUnpublished":
      return trackUnpublished(message.trackUnpublished ?? {})
    case "error":
      return sfuError(message.error ?? {})
    case "goAway":
      return ofEvent({ _tag: "GoAway", reason: EnumName.goAwayReason(message.goAway?.reason) })
    case "callEnded":
      return ofEvent({ _tag: "CallEnded", reason: EnumName.callEndedReason(message.callEnded?.reason) })
    case "changePublishOptions":
      return ofEvent({
        _tag: "PublishOptionsChanged",
        publishOptions: PublishOptions.decodeAll(message.changePublishOptions?.publishOptions)
      })
    case "changePublishQuality":
      return ofEvent({
        _tag: "PublishQualityChanged",
        qualities: PublishQuality.decodeAll(message.changePublishQuality ?? {})
      })
    case "callGrantsUpdated":
      return callGrantsUpdated(message.callGrantsUpdated ?? {})
    case "participantMigrationComplete":
      return ofEvent({ _tag: "MigrationCompleted" })
    case "audioLevelChanged":
      return ofEvent(Activity.audioLevels(message.audioLevelChanged ?? {}))
    case "connectionQualityChanged":
      return ofEvent(Activity.connectionQualities(message.connectionQualityChanged ?? {}))
    case "inboundStateNotification":
      return ofEvent(Activity.videoPauses(message.inboundStateNotification ?? {}))
    case "dominantSpeakerChanged":
      return dominantSpeakerChanged(message.dominantSpeakerChanged ?? {})
    case "healthCheckResponse":
    case "publisherAnswer":
    case "pinsUpdated":
      return ignored
    case "none":
      return unreadable("Unknown", "none", "no payload, or an unknown one")
  }
}

/** Decodes one frame of the SFU's WebSocket. A frame of more than `limit` bytes is not decoded. */
export const decode = (frame: Uint8Array | string, limit: number): Decoded => {
  if (typeof frame === "string") return unreadable("Text", "none", `${frame.length} characters`)
  if (frame.byteLength > limit) {
    const detail = `${frame.byteLength} bytes, more than maxFrameBytes (${limit})`
    return unreadable("Oversized", payloadOf(frame), detail)
  }
  const decoded = Protobuf.decode(stream.video.sfu.event.SfuEvent.decode, frame)
  return Result.isFailure(decoded)
    ? unreadable("Malformed", payloadOf(frame), decoded.failure)
    : decodePayload(decoded.success)
}
