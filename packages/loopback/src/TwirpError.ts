/**
 * The two ways in which a Twirp request fails: by the transport, with an HTTP status, or by the SFU, inside a response.
 */
import type { TrackType } from "effect-track-resolver"
import * as Data from "effect/Data"
import type { ProtocolFailure } from "./RawResponse.ts"
import type { TwirpCode } from "./Requests.ts"
import * as Wire from "./Wire.ts"

export class TransportError
  extends Data.TaggedError("TransportError")<{ readonly code: TwirpCode; readonly message: string }>
{}

export class SfuError extends Data.TaggedError("SfuError")<{
  readonly code: number
  readonly message: string
  readonly shouldRetry: boolean
}> {}

const refused = (code: number, message: string): SfuError => new SfuError({ code, message, shouldRetry: false })

export const badRoute = (message = "no such method"): TransportError =>
  new TransportError({ code: "bad_route", message })

export const invalid = (message: string): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_REQUEST_VALIDATION_FAILED, message)

export const noParticipant = (): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PARTICIPANT_NOT_FOUND, "no participant has this session id")

export const noTrack = (): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PUBLISH_TRACK_NOT_FOUND, "no such track is published")

export const noPublishOption = (trackType: TrackType): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PUBLISH_TRACKS_MISMATCH, `no publish option for ${trackType}`)

export const notGranted = (trackType: TrackType): SfuError =>
  refused(Wire.ErrorCode.ERROR_CODE_PERMISSION_DENIED, `not allowed to publish ${trackType}`)

/** A failure that a test injects. Here a coordinator failure counts as a failure of the SFU. */
export const injected = (failure: ProtocolFailure): TransportError | SfuError =>
  failure._tag === "Transport"
    ? new TransportError({ code: failure.code, message: failure.message })
    : new SfuError({
      code: failure.code,
      message: failure.message,
      shouldRetry: failure._tag === "Sfu" && failure.shouldRetry === true
    })
