/**
 * Accepts RTX (RFC 4588, section 8) in an answer: the RTX payload types that the offer maps to the accepted codecs.
 */
import * as SdpText from "./SdpText.ts"

/**
 * `offer` begins with the session's lines. `repaired` has, of each m-line, the repaired payload type (`apt`) of each RTX payload
 * type.
 */
export const accept = (
  answer: string,
  [, ...offered]: ReadonlyArray<SdpText.Lines>,
  repaired: ReadonlyArray<ReadonlyMap<number, number>>
): string => {
  const [session = [], ...answered] = SdpText.sectionsOf(answer)
  return SdpText.join([
    session,
    ...answered.map((section, n) => acceptSection(section, offered[n] ?? [], repaired[n] ?? new Map()))
  ])
}

const acceptSection = (
  answered: SdpText.Lines,
  offered: SdpText.Lines,
  repaired: ReadonlyMap<number, number>
): SdpText.Lines => {
  const [line = "", ...rest] = answered
  const [media, port, protocol, ...formats] = line.split(" ")
  if (port === "0") return answered
  const accepted = Array.from(repaired)
    .filter(([payloadType, apt]) => formats.includes(`${apt}`) && !formats.includes(`${payloadType}`))
    .map(([payloadType]) => payloadType)
  if (accepted.length === 0) return answered
  const lines = offered.filter((line) => accepted.includes(Number(/^a=(?:rtpmap|fmtp):(\d+) /.exec(line)?.[1])))
  return [[media, port, protocol, ...formats, ...accepted].join(" "), ...rest, ...lines]
}
