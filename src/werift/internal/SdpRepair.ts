/**
 * Repairs the text of a remote SDP, so that werift can parse it. This is the only place that edits SDP as text:
 * werift's own parser throws on these lines or misreads them.
 *
 * Each repair names the fault of werift 0.25.2 that needs it. `test/werift/malformed.test.ts`, `ice.test.ts` and
 * `media.test.ts` fail if a repair is missing.
 */
import * as Candidate from "./Candidate.ts"

/** The lines of the session (first) and of each m-line, without line ends. */
type Sections = ReadonlyArray<ReadonlyArray<string>>

/**
 * Returns the SDP with these changes:
 *
 * - Blanks at the ends of lines are removed. werift reads them as part of the value.
 * - `a=fmtp` of a payload type that has no `a=rtpmap` is removed. werift throws a TypeError (H17).
 * - Candidates that `Candidate.isUsable` rejects are removed (H10). If one was removed, `a=end-of-candidates` is
 *   removed as well: if an SDP has that line and no candidate, werift fails at once and does not wait for the other
 *   side's checks.
 * - An m-line without a direction gets the one that the SDP implies: the session's, or `sendrecv` (RFC 8866, section
 *   6.7). werift reads it as `inactive`.
 */
export const repair = (sdp: string, { loopbackOnly }: { readonly loopbackOnly: boolean }): string => {
  const sections = sectionsOf(sdp)
  const isUsable = (line: string): boolean => !isCandidate(line) || Candidate.isUsable(line, loopbackOnly)
  const isComplete = sections.flat().every(isUsable)
  const impliedDirection = sections[0]!.find(isDirection) ?? "a=sendrecv"
  return join(sections.map((lines, index) => {
    const mapped = new Set(lines.flatMap((line) => payloadTypeOf(line, "rtpmap") ?? []))
    const kept = lines.filter((line) => {
      if (line === "a=end-of-candidates" && !isComplete) return false
      const parametersOf = payloadTypeOf(line, "fmtp")
      return isUsable(line) && (parametersOf === undefined || mapped.has(parametersOf))
    }).map((line) => isCandidate(line) ? Candidate.repair(line) : line)
    return index === 0 || kept.some(isDirection) ? kept : [...kept, impliedDirection]
  }))
}

/** Whether the text begins as SDP does. werift accepts any text as an SDP without m-lines. */
export const isSdp = (text: string): boolean => /^\s*v=0\s/.test(text)

/** The SDP without its candidates. */
export const withoutCandidates = (sdp: string): string =>
  join(sectionsOf(sdp).map((lines) => lines.filter((line) => !isCandidate(line))))

const sectionsOf = (sdp: string): Sections => {
  const sections: Array<Array<string>> = [[]]
  for (const text of sdp.split(/\r\n|\r|\n/)) {
    const line = text.trimEnd()
    if (line === "") continue
    if (line.startsWith("m=")) sections.push([])
    sections.at(-1)!.push(line)
  }
  return sections
}

const join = (sections: Sections): string => sections.flat().join("\r\n") + "\r\n"

const isCandidate = (line: string): boolean => line.startsWith("a=candidate:")

const isDirection = (line: string): boolean => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line)

const payloadTypeOf = (line: string, attribute: "rtpmap" | "fmtp"): string | undefined =>
  new RegExp(`^a=${attribute}:(\\d+)`).exec(line)?.[1]
