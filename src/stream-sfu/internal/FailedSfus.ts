/**
 * The SFUs on which joins failed since the last successful join, and which of them the next join avoids (SFU protocol,
 * section 3). Pure.
 */
import type { SfuJoinError } from "../../edge/SfuClient.ts"
import * as ErrorCode from "../wire/ErrorCode.ts"

/** Number of failures by SFU. The SFU with the newest failure is last. */
export type FailedSfus = ReadonlyMap<string, number>

export const empty: FailedSfus = new Map()

/** Failures after which an SFU is avoided. */
const limit = 2

/**
 * Counts a failed join. A failure without `shouldRetry` is caused by our request and not by the SFU, so it does not count.
 * An SFU that is full or shuts down is avoided at once.
 */
export const add = (failed: FailedSfus, sfuId: string, { code, shouldRetry }: SfuJoinError): FailedSfus => {
  if (!shouldRetry) return failed
  const isUnavailable = code !== undefined && ErrorCode.isJoinableElsewhere(code)
  const count = isUnavailable ? limit : (failed.get(sfuId) ?? 0) + 1
  const others = Array.from(failed).filter(([other]) => other !== sfuId)
  return new Map([...others, [sfuId, count]])
}

/** The SFUs to avoid: first `leaving`, the SFU that a migration leaves, then those that failed, newest failure first. */
export const avoided = (failed: FailedSfus, leaving?: string): ReadonlyArray<string> => {
  const atLimit = Array.from(failed).filter(([, count]) => count >= limit).map(([sfuId]) => sfuId).toReversed()
  return Array.from(new Set(leaving === undefined ? atLimit : [leaving, ...atLimit]))
}
