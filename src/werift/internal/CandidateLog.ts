/**
 * Logs, once for each reason and connection, that remote candidates are skipped. Without the candidates themselves, which
 * a peer writes.
 */
import * as Effect from "effect/Effect"
import * as Candidate from "./Candidate.ts"
import { maxCandidates } from "./OfferLimits.ts"

export interface CandidateLog {
  /** Logs that some of these candidates, or lines of an SDP, are for TCP or malformed. */
  readonly inspect: (candidates: ReadonlyArray<string>) => Effect.Effect<void>
  readonly malformed: Effect.Effect<void>
  /** Candidates beyond a limit were skipped. Synchronous, so that werift's callbacks can call it: `flush` logs it. */
  readonly addExcess: (candidates: number) => void
  readonly flush: Effect.Effect<void>
}

export const make = (): CandidateLog => {
  const logged = new Set<string>()
  let hasExcess = false
  const once = (message: string, log: (message: string) => Effect.Effect<void>): Effect.Effect<void> =>
    Effect.suspend(() =>
      logged.has(message) ? Effect.void : Effect.andThen(Effect.sync(() => logged.add(message)), log(message))
    )
  const tcp = once("remote candidates of ICE over TCP (RFC 6544) are not supported, and dropped", Effect.logInfo)
  const malformed = once("remote candidates are malformed (RFC 8839, section 5.1), and skipped", Effect.logWarning)

  return {
    inspect: (candidates) =>
      Effect.andThen(
        candidates.some(Candidate.isTcp) ? tcp : Effect.void,
        candidates.some(Candidate.isMalformed) ? malformed : Effect.void
      ),
    malformed,
    addExcess: (candidates) => void (hasExcess ||= candidates > 0),
    flush: Effect.suspend(() =>
      hasExcess
        ? once(`remote candidates beyond maxCandidates (${maxCandidates}) are skipped`, Effect.logWarning)
        : Effect.void
    )
  }
}
