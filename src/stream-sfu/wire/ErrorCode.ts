/**
 * How the adapter handles the numbers of the protocol's `models.ErrorCode` (SFU protocol, sections 5.2 and 13).
 */
import type { SfuFailureReason, SfuRequestError } from "../../edge/SfuClient.ts"
import { stream } from "../generated/sfu.js"

const { ErrorCode } = stream.video.sfu.models

/** Why an SFU reports an error in an event. */
export const failureReason = (code: number): SfuFailureReason => {
  switch (code) {
    case ErrorCode.ERROR_CODE_PARTICIPANT_SIGNAL_LOST:
      return "SignalLost"
    case ErrorCode.ERROR_CODE_LIVE_ENDED:
      return "LiveEnded"
    default:
      return "Other"
  }
}

/**
 * Why a request failed. A number is an error code of the SFU; a text is a code of Twirp or of the transport, which is
 * `transient` if a retry might have changed it.
 */
export const requestFailureReason = (code: number | string, transient: boolean): SfuRequestError["reason"] => {
  switch (code) {
    case ErrorCode.ERROR_CODE_PARTICIPANT_SIGNAL_LOST:
      return "SignalLost"
    case ErrorCode.ERROR_CODE_PARTICIPANT_NOT_FOUND:
    case ErrorCode.ERROR_CODE_CALL_NOT_FOUND:
      return "SessionNotFound"
    case ErrorCode.ERROR_CODE_UNAUTHENTICATED:
    case "unauthenticated":
    case "permission_denied":
      return "Unauthenticated"
    default:
      if (typeof code === "number") return "Refused"
      return transient ? "Unreachable" : "Failed"
  }
}

/**
 * True if the SFU shuts down, is full, or has no place left in the call. A join can then succeed on another SFU, and a
 * coordinator can name that SFU.
 */
export const isJoinableElsewhere = (code: number): boolean =>
  code === ErrorCode.ERROR_CODE_SFU_SHUTTING_DOWN
  || code === ErrorCode.ERROR_CODE_SFU_FULL
  || code === ErrorCode.ERROR_CODE_CALL_PARTICIPANT_LIMIT_REACHED
