/**
 * Repairs the text of a remote SDP, so that werift can parse it: werift's own parser throws on these lines or misreads
 * them. `RejectedSections` replaces the m-lines that stay unusable. No other place edits SDP as text.
 *
 * Each repair names the fault of werift 0.25.2 that needs it. `test/werift/malformed.test.ts`, `ice.test.ts` and
 * `media.test.ts` fail if a repair is missing.
 */
import * as Candidate from "./Candidate.ts"
import { join, sectionsOf } from "./SdpText.ts"
import type { Lines } from "./SdpText.ts"

/**
 * Returns the SDP with these changes:
 *
 * - Blanks at the ends of lines are removed. werift reads them as part of the value.
 * - An attribute that has no value, or a malformed one, is removed, and `a=rtcp`, which `a=rtcp-mux` replaces. werift
 *   throws a TypeError.
 * - `a=fmtp` of a payload type that has no `a=rtpmap` is removed. werift throws a TypeError (H17).
 * - Candidates that `Candidate.isUsable` rejects are removed (H10). If one was removed, `a=end-of-candidates` is
 *   removed as well: if an SDP has that line and no candidate, werift fails at once and does not wait for the other
 *   side's checks.
 * - An m-line without a direction gets the one that the SDP implies: the session's, or `sendrecv` (RFC 8866, section
 *   6.7). werift reads it as `inactive`.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const repair = (sdp: string, options: { readonly loopbackOnly: boolean }): string =>
  join(repairSections(sectionsOf(sdp), options))

/**
 * `repair` of the lines of an SDP: those of the session, and of each m-line.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const repairSections = (
  sections: ReadonlyArray<Lines>,
  { loopbackOnly }: { readonly loopbackOnly: boolean }
): ReadonlyArray<Lines> => {
  const isUsable = (line: string): boolean => !isCandidate(line) || Candidate.isUsable(line, loopbackOnly)
  const isComplete = sections.every((lines) => lines.every(isUsable))
  const impliedDirection = sections[0]!.find(isDirection) ?? "a=sendrecv"
  return sections.map((lines, index) => {
    const wellFormed = lines.filter(isWellFormed)
    const mapped = new Set(wellFormed.map(mappedPayloadType))
    const kept = wellFormed.filter((line) => {
      if (line === "a=end-of-candidates" && !isComplete) return false
      const parametersOf = /^a=fmtp:(\d+)/.exec(line)?.[1]
      return isUsable(line) && (parametersOf === undefined || mapped.has(parametersOf))
    }).map((line) => isCandidate(line) ? Candidate.repair(line) : line)
    return index === 0 || kept.some(isDirection) ? kept : [...kept, impliedDirection]
  })
}

const transportWideCc = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

/**
 * The m-line without the RTCP feedback that we do not send (`a=rtcp-fb`, RFC 4585, section 4.2): werift's answer promises
 * whatever the offer has. We send `nack`, `nack pli`, and `transport-cc` where packets have its header extension.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const withoutUnsentFeedback = (lines: Lines): Lines => {
  const isNumbered = lines.some((line) => line.startsWith("a=extmap:") && line.includes(transportWideCc))
  return lines.filter((line) => {
    const feedback = /^a=rtcp-fb:\S+\s+(.*)$/.exec(line)?.[1]
    if (feedback === undefined || feedback === "nack" || feedback === "nack pli") return true
    return feedback === "transport-cc" && isNumbered
  })
}

/**
 * Whether the text begins as SDP does. werift accepts any text as an SDP without m-lines.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const isSdp = (text: string): boolean => /^\s*v=0\s/.test(text)

/**
 * The SDP without its candidates.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const withoutCandidates = (sdp: string): string =>
  join(sectionsOf(sdp).map((lines) => lines.filter((line) => !isCandidate(line))))

/** What follows `a=<attribute>:`, of the attributes whose value werift reads without a check. */
const wellFormed: ReadonlyMap<string, RegExp> = new Map(Object.entries({
  "candidate": /./,
  "extmap": /^\d+(\/\w+)? \S/,
  "fingerprint": /^\S+ \S/,
  "fmtp": /^\d+ \S/,
  "group": /^\S/,
  "max-message-size": /^\d/,
  "msid": /^\S/,
  "msid-semantic": /./,
  "rid": /^\S+ (send|recv)/,
  "rtcp": /^never$/,
  "rtcp-fb": /^(\d+|\*) \S/,
  "rtpmap": /^\d+ [^\s/]+\/\d+/,
  "sctp-port": /^\d/,
  "sctpmap": /^\d/,
  "ssrc": /^\d/,
  "ssrc-group": /^\S+ \d/
}))

const isWellFormed = (line: string): boolean => {
  const [, attribute = "", value = ""] = /^a=([^:]+):?(.*)$/.exec(line) ?? []
  return wellFormed.get(attribute)?.test(value) ?? true
}

const isCandidate = (line: string): boolean => line.startsWith("a=candidate:")

const isDirection = (line: string): boolean => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line)

const mappedPayloadType = (line: string): string | undefined => /^a=rtpmap:(\d+)/.exec(line)?.[1]
