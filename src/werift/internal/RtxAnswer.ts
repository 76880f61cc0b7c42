/**
 * Accepts RTX (RFC 4588, section 8) in an answer: the RTX payload types that the offer maps to the accepted codecs.
 *
 * Text in, text out.
 */
import * as SdpText from "./SdpText.ts"

/** `repaired` has, of each m-line of the offer, the repaired payload type (`apt`) of each RTX payload type. */
export const accept = (
  answer: string,
  offer: string,
  repaired: ReadonlyArray<ReadonlyMap<number, number>>
): string => {
  const [, ...offered] = SdpText.sectionsOf(offer)
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
