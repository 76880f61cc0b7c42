/**
 * Numbers of the protocol's `models.ErrorCode` that need a reaction of their own.
 */
import type { SfuFailureReason } from "../edge/SfuClient.ts"

/** The SFU knows the session and has lost its socket: the answer to an ICE restart. */
export const signalLost = 206

const liveEnded = 104

export const failureReasonOf = (code: number): SfuFailureReason =>
  code === signalLost ? "SignalLost" : code === liveEnded ? "LiveEnded" : "Other"
