/**
 * Encodes the Twirp requests of the SFU's `SignalServer` and decodes their responses (SFU protocol, section 2.3). Pure:
 * `Twirp.ts` sends them.
 */
import * as Result from "effect/Result"
import type { IceCandidate, PeerType } from "../../edge/PeerConnection.ts"
import type { AnnouncedTrack, Subscription } from "../../edge/SfuClient.ts"
import type { TrackType } from "../../Track.ts"
import { stream } from "../generated/sfu.js"
import type { BoundedReader } from "./BoundedReader.ts"
import * as EnumName from "./EnumName.ts"
import * as Candidate from "./IceCandidate.ts"
import * as Protobuf from "./Protobuf.ts"
import * as TrackDetails from "./TrackDetails.ts"

const { models, signal } = stream.video.sfu

/** One request: its encoded body, and how to decode the response. */
export interface SignalCall<A = void> {
  readonly method:
    | "SendAnswer"
    | "SetPublisher"
    | "IceTrickle"
    | "UpdateSubscriptions"
    | "UpdateMuteStates"
    | "IceRestart"
  readonly body: Uint8Array
  readonly decodeResponse: (response: Uint8Array) => Result.Result<A, CallFailure>
}

/** Why an attempt has no result. */
export interface CallFailure {
  /** A number is an error code of the SFU; a text is an error code of Twirp. */
  readonly code: number | string
  readonly detail: string
  readonly shouldRetry: boolean
}

interface Response {
  readonly error?: stream.video.sfu.models.Error.$Properties | null
}

const invalid = (detail: string): CallFailure => ({ code: "internal", detail, shouldRetry: false })

const decodeChecked =
  <A extends Response>(decode: (reader: BoundedReader) => A) => (bytes: Uint8Array): Result.Result<A, CallFailure> =>
    Protobuf.decode(decode, bytes).pipe(
      Result.mapError((detail) => invalid(`unreadable: ${detail}`)),
      Result.flatMap((response) =>
        // An error with code 0 is a success (SFU protocol, section 2.4).
        response.error?.code
          ? Result.fail({
            code: response.error.code,
            detail: response.error.message ?? "",
            shouldRetry: response.error.shouldRetry ?? false
          })
          : Result.succeed(response)
      )
    )

/** For a response without a content of its own. */
const decodeEmpty = (decode: (reader: BoundedReader) => Response): SignalCall["decodeResponse"] => (bytes) =>
  Result.map(decodeChecked(decode)(bytes), () => undefined)

export const sendAnswer = (options: {
  readonly sessionId: string
  readonly sdp: string
  readonly negotiationId: number
}): SignalCall => ({
  method: "SendAnswer",
  body: signal.SendAnswerRequest.encode({ ...options, peerType: models.PeerType.PEER_TYPE_SUBSCRIBER }).finish(),
  decodeResponse: decodeEmpty(signal.SendAnswerResponse.decode)
})

/** The result is the SDP of the SFU's answer. */
export const setPublisher = (options: {
  readonly sessionId: string
  readonly sdp: string
  readonly tracks: ReadonlyArray<AnnouncedTrack>
}): SignalCall<string> => ({
  method: "SetPublisher",
  body: signal.SetPublisherRequest.encode({
    sessionId: options.sessionId,
    sdp: options.sdp,
    tracks: options.tracks.map(TrackDetails.trackInfo)
  }).finish(),
  decodeResponse: (bytes) =>
    Result.flatMap(
      decodeChecked(signal.SetPublisherResponse.decode)(bytes),
      ({ sdp }) => sdp ? Result.succeed(sdp) : Result.fail(invalid("an answer without an sdp"))
    )
})

export const updateMuteStates = (options: {
  readonly sessionId: string
  readonly states: ReadonlyArray<{ readonly trackType: TrackType; readonly muted: boolean }>
}): SignalCall => ({
  method: "UpdateMuteStates",
  body: signal.UpdateMuteStatesRequest.encode({
    sessionId: options.sessionId,
    muteStates: options.states.map(({ muted, trackType }) => ({
      muted,
      trackType: EnumName.trackTypeNumber(trackType)
    }))
  }).finish(),
  decodeResponse: decodeEmpty(signal.UpdateMuteStatesResponse.decode)
})

export const sendIceCandidate = (options: {
  readonly sessionId: string
  readonly peerType: PeerType
  readonly candidate: IceCandidate
}): SignalCall => ({
  method: "IceTrickle",
  body: models.ICETrickle.encode({
    peerType: EnumName.peerTypeNumber(options.peerType),
    iceCandidate: Candidate.encode(options.candidate),
    sessionId: options.sessionId
  }).finish(),
  decodeResponse: decodeEmpty(signal.ICETrickleResponse.decode)
})

export const updateSubscriptions = (options: {
  readonly sessionId: string
  readonly subscriptions: ReadonlyArray<Subscription>
}): SignalCall => ({
  method: "UpdateSubscriptions",
  body: signal.UpdateSubscriptionsRequest.encode({
    sessionId: options.sessionId,
    tracks: options.subscriptions.map(TrackDetails.subscription)
  }).finish(),
  decodeResponse: decodeEmpty(signal.UpdateSubscriptionsResponse.decode)
})

/** Requests an ICE restart of the subscriber's connection: the SFU then sends an offer (SFU protocol, section 9). */
export const restartIce = (options: { readonly sessionId: string }): SignalCall => ({
  method: "IceRestart",
  body: signal.ICERestartRequest.encode({ ...options, peerType: models.PeerType.PEER_TYPE_SUBSCRIBER }).finish(),
  decodeResponse: decodeEmpty(signal.ICERestartResponse.decode)
})
