/**
 * The transports that a remote SDP describes: its BUNDLE groups, and the m-lines outside of them (RFC 8843). Pure.
 *
 * The faults: werift searches the credentials of an m-line that has none in every pair of the group's mids, and fails if
 * a mid names no m-line. So werift gets groups of distinct mids that exist, and credentials in every m-line. Noticed by
 * "the work ..." and "a BUNDLE group ..." in `test/werift/OfferLimits.test.ts`.
 */
import * as SdpText from "./SdpText.ts"

/** What a transport needs. An m-line may take each from the session. */
const required = ["ice-ufrag", "ice-pwd", "fingerprint", "setup"]

/** Returns the required attributes that an m-line has neither itself nor from the session. */
export const makeMissingOf = (session: SdpText.Lines): (section: SdpText.Lines) => ReadonlyArray<string> => {
  const missing = required.filter((attribute) => !has(session, attribute))
  return (section) => missing.filter((attribute) => !has(section, attribute))
}

/** `setup:holdconn` describes no DTLS association that could be opened (RFC 8842, section 5). */
const has = (lines: SdpText.Lines, attribute: string): boolean => {
  const value = SdpText.valueOf(lines, attribute)
  return attribute === "setup" ? /^(actpass|active|passive)$/.test(value ?? "") : value !== undefined
}

/**
 * Of each m-line, the lines of the transport that it may use instead of its own: those of the first m-line in its BUNDLE
 * group that has all. Only one m-line of a group has to describe the transport (RFC 8843, section 7.1.3), and that one
 * may be rejected. Empty if the m-line needs none, or there is none.
 */
export const inherited = (all: ReadonlyArray<SdpText.Lines>): ReadonlyArray<SdpText.Lines> => {
  const [session = [], ...sections] = all
  const missingOf = makeMissingOf(session)
  const isMissing = sections.map((section) => missingOf(section).length > 0)
  const complete = new Map<string, SdpText.Lines>()
  for (const [n, section] of sections.entries()) {
    const mid = SdpText.valueOf(section, "mid")
    if (mid !== undefined && !isMissing[n]) complete.set(mid, section)
  }
  const byMid = new Map<string, SdpText.Lines>()
  for (const mids of SdpText.bundles(session)) {
    const tagged = mids.find((mid) => complete.has(mid))
    if (tagged === undefined) continue
    const lines = complete.get(tagged)!.filter(isOfTransport)
    for (const mid of mids) if (!byMid.has(mid)) byMid.set(mid, lines)
  }
  return sections.map((section, n) => isMissing[n] ? byMid.get(SdpText.valueOf(section, "mid") ?? "") ?? [] : [])
}

/** Of the m-lines in use. `all` begins with the session's lines. */
export const ufragsOf = ([session = [], ...sections]: ReadonlyArray<SdpText.Lines>): ReadonlySet<string> => {
  const ofSession = SdpText.valueOf(session, "ice-ufrag")
  return new Set(
    sections.flatMap((section) =>
      SdpText.hasPortZero(section) ? [] : SdpText.valueOf(section, "ice-ufrag") ?? ofSession ?? []
    )
  )
}

/**
 * Returns the number of transports up to an m-line, if it is called for each m-line in use: one transport for each BUNDLE
 * group, and one for each m-line outside of the groups.
 */
export const makeCounter = (session: SdpText.Lines): (section: SdpText.Lines) => number => {
  const groupOf = new Map<string, ReadonlyArray<string>>()
  for (const mids of SdpText.bundles(session)) {
    for (const mid of mids) if (!groupOf.has(mid)) groupOf.set(mid, mids)
  }
  const transports = new Set<ReadonlyArray<string>>()
  return (section) => transports.add(groupOf.get(SdpText.valueOf(section, "mid") ?? "") ?? section).size
}

/** The `a=group` lines without other mids (RFC 8843, section 7.3.3). A group that is empty then is removed. */
export const withMids = (session: SdpText.Lines, mids: ReadonlySet<string>): SdpText.Lines => {
  const bundled = new Set<string>()
  return session.flatMap((line) => {
    if (!line.startsWith("a=group:")) return [line]
    const [semantic = "", ...members] = line.split(" ")
    const used = semantic === "a=group:BUNDLE" ? bundled : new Set<string>()
    const kept = members.filter((mid) => {
      if (!mids.has(mid) || used.has(mid)) return false
      used.add(mid)
      return true
    })
    return kept.length === 0 ? [] : [[semantic, ...kept].join(" ")]
  })
}

const isOfTransport = (line: string): boolean =>
  /^a=(ice-ufrag|ice-pwd|ice-options|fingerprint|setup|candidate):|^a=end-of-candidates$/.test(line)
