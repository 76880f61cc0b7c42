/**
 * How large a remote SDP may be. Pure.
 *
 * The rule: an SFU decides how much we parse, so each part has a limit that is checked before any work that grows faster
 * than the SDP, and no honest call reaches one. The largest offer that we allow for has 500 people with microphone and
 * camera: 1,000 m-lines and 1.8 MB. The reason has the limit's name, its value and the size.
 *
 * | limit                  | value     | of                                                | beyond it                    |
 * | ---------------------- | --------- | ------------------------------------------------- | ---------------------------- |
 * | `maxCharacters`        | 8,388,608 | the SDP                                           | the offer or answer fails    |
 * | `maxLines`             | 200,000   | the SDP                                           | the offer or answer fails    |
 * | `maxMLines`            | 1,024     | the SDP                                           | the offer or answer fails    |
 * | `maxSessionLines`      | 256       | the part before the first m-line                  | the offer or answer fails    |
 * | `maxSessionCharacters` | 131,072 | the part before the first m-line, which may list every mid | the offer or answer fails |
 * | `maxSectionLines`      | 1,024     | an m-line, without its candidates                 | the m-line is rejected       |
 * | `maxLineLength`        | 8,192     | a line of an m-line                               | the m-line is rejected       |
 * | `maxMidLength`         | 255       | a mid: no header extension carries more           | the m-line is rejected       |
 * | `maxPayloadTypes`      | 128       | the `a=rtpmap` lines of an m-line                 | the m-line is rejected       |
 * | `maxSsrcs`             | 64        | the different SSRCs of an m-line                  | the m-line is rejected       |
 * | `maxRids`              | 16        | the `a=rid` lines of an m-line                    | the m-line is rejected       |
 * | `maxTransports`        | 8         | BUNDLE groups, and m-lines outside of each        | the m-line is rejected       |
 * | `maxCandidates`        | 100       | an ICE transport, in one generation: candidates   | ignored, one warning         |
 * |                        |           | of SDPs and trickled ones                         |                              |
 * | `maxWaitingCandidates` | 256       | trickled candidates that wait for an exchange     | ignored, one warning         |
 *
 * Of the candidates of one m-line, the first 256 are looked at.
 *
 * An m-line of an answer is not rejected by itself: the answer fails. A number of m-lines only grows (RFC 3264, section
 * 8), so beyond `maxMLines` only another connection helps, and the failed offer leads to one.
 */
import type { Lines } from "./SdpText.ts"

export const maxCharacters = 8_388_608
export const maxLines = 200_000
/** An offer with so many takes werift half a second of processor time; `ManyMLines` keeps that linear. */
export const maxMLines = 1_024
export const maxSessionLines = 256
export const maxSessionCharacters = 131_072
export const maxSectionLines = 1_024
export const maxLineLength = 8_192
export const maxMidLength = 255
export const maxPayloadTypes = 128
export const maxSsrcs = 64
export const maxRids = 16
export const maxTransports = 8
export const maxCandidates = 100
export const maxWaitingCandidates = 256
/** Of an m-line. More than `maxCandidates`, because some of them may be unusable. */
const maxCandidateLines = 256

/** Throws if the SDP exceeds a limit of the whole. One pass, which ends at the limit, and no copy of the text. */
export const check = (sdp: string): void => {
  atMost("maxCharacters", maxCharacters, sdp.length, "characters")
  let lines = 0
  let mLines = 0
  for (let start = 0; start < sdp.length;) {
    const end = endOfLine(sdp, start)
    if (end > start) {
      atMost("maxLines", maxLines, ++lines, "lines")
      if (sdp.startsWith("m=", start)) atMost("maxMLines", maxMLines, ++mLines, "m-lines")
      if (mLines === 0) {
        atMost("maxSessionLines", maxSessionLines, lines, "lines before the first m-line")
        atMost("maxSessionCharacters", maxSessionCharacters, end, "characters before the first m-line")
      }
    }
    start = end + 1
  }
}

/** The m-line without the candidates that are not even looked at, and the number of those. */
export const withFewCandidates = (section: Lines): readonly [Lines, number] => {
  let candidates = 0
  const kept = section.filter((line) => !line.startsWith("a=candidate") || ++candidates <= maxCandidateLines)
  return [kept, section.length - kept.length]
}

/** Why an m-line exceeds a limit. `undefined` if it does not. */
export const excessOf = (section: Lines): string | undefined => {
  const long = section.find(({ length }) => length > maxLineLength)
  if (long !== undefined) return excess("maxLineLength", maxLineLength, long.length, "characters in a line")
  const lines = section.filter((line) => !line.startsWith("a=candidate:"))
  if (lines.length > maxSectionLines) return excess("maxSectionLines", maxSectionLines, lines.length, "lines")
  const startingWith = (start: string): Lines => lines.filter((line) => line.startsWith(start))
  const midLength = Math.max(0, ...startingWith("a=mid:").map(({ length }) => length - "a=mid:".length))
  if (midLength > maxMidLength) return excess("maxMidLength", maxMidLength, midLength, "characters in a mid")
  const payloadTypes = startingWith("a=rtpmap:").length
  if (payloadTypes > maxPayloadTypes) return excess("maxPayloadTypes", maxPayloadTypes, payloadTypes, "payload types")
  const rids = startingWith("a=rid:").length
  if (rids > maxRids) return excess("maxRids", maxRids, rids, "rids")
  const ssrcs = new Set(startingWith("a=ssrc:").map((line) => line.split(" ", 1)[0])).size
  return ssrcs > maxSsrcs ? excess("maxSsrcs", maxSsrcs, ssrcs, "SSRCs") : undefined
}

/** `transports`: the number of transports up to this m-line. */
export const excessOfTransports = (transports: number): string | undefined =>
  transports > maxTransports ? excess("maxTransports", maxTransports, transports, "transports") : undefined

/** "maxRids: 17 rids, more than 16" */
const excess = (limit: string, value: number, size: number, unit: string): string =>
  `${limit}: ${size} ${unit}, more than ${value}`

const atMost = (limit: string, value: number, size: number, unit: string): void => {
  if (size > value) throw new Error(excess(limit, value, size, unit))
}

const endOfLine = (text: string, start: number): number => {
  let end = start
  while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++
  return end
}
