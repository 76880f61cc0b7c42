/**
 * The candidates of an SDP that werift gets: of each ICE transport each candidate once, and not more than
 * `OfferLimits.maxCandidates`. Pure.
 *
 * The fault: werift makes a pair of each candidate line, although the m-lines of a BUNDLE group repeat the candidates of
 * their transport, and sorts all pairs for each line. 50,000 lines take 12 seconds. Noticed by "candidates beyond the
 * limit ..." in `test/werift/hostileOffers.test.ts`.
 */
import { maxCandidates } from "./OfferLimits.ts"
import * as SdpText from "./SdpText.ts"

export interface Limited {
  readonly sections: ReadonlyArray<SdpText.Lines>
  /** The number of candidates beyond the limit. */
  readonly excess: number
}

/** `sections` begins with the session's lines. M-lines with one ufrag have one transport. */
export const limit = (sections: ReadonlyArray<SdpText.Lines>): Limited => {
  const [session = []] = sections
  const ofSession = SdpText.valueOf(session, "ice-ufrag") ?? ""
  const byUfrag = new Map<string, Set<string>>()
  let excess = 0
  const isKept = (line: string, ufrag: string): boolean => {
    if (!isCandidate(line)) return true
    const kept = byUfrag.get(ufrag) ?? new Set()
    byUfrag.set(ufrag, kept)
    if (kept.has(line)) return false
    if (kept.size >= maxCandidates) {
      excess++
      return false
    }
    kept.add(line)
    return true
  }
  const limited = sections.map((lines) => {
    if (!lines.some(isCandidate)) return lines
    // werift uses no candidate of an m-line with port 0.
    if (SdpText.hasPortZero(lines)) return lines.filter((line) => !isCandidate(line))
    const ufrag = SdpText.valueOf(lines, "ice-ufrag") ?? ofSession
    return lines.filter((line) => isKept(line, ufrag))
  })
  return { sections: limited, excess }
}

const isCandidate = (line: string): boolean => line.startsWith("a=candidate:")
