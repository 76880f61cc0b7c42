/**
 * Decides which m-line an RTP packet belongs to (RFC 8843, section 9.2).
 *
 * Pure. The state is read from the applied offers: werift's tracks report neither their owner nor a change of it.
 *
 * werift itself routes by SSRC and by rid, and drops every other packet (H16). So a packet of a rid stream is selected
 * here only by a latched SSRC, and `Reception` itself delivers the packets that any other rule than `Ssrc` selects.
 */
import { hasNoSsrc, hasSameOwner } from "./OfferedSection.ts"
import type { OfferedSection } from "./OfferedSection.ts"

export interface Demultiplexer {
  /** The m-lines of the last applied offer that send, by mid. */
  readonly sections: ReadonlyMap<string, OfferedSection>
  /** Their m-lines by signaled SSRC. */
  readonly signaled: ReadonlyMap<number, OfferedSection>
  /** SSRCs that no offer signaled, and the mid of the m-line that the first packet selected. */
  readonly latched: ReadonlyMap<number, string>
}

/** The fields of an RTP header that the rules read. */
export interface Packet {
  readonly ssrc: number
  readonly payloadType: number
  readonly extensions: ReadonlyArray<{ readonly id: number; readonly payload: Buffer }>
}

export interface Selection {
  readonly section: OfferedSection
  /**
   * The rule that selected the m-line, in order of precedence:
   *
   * - `Latched`: an earlier packet with this SSRC selected the m-line.
   * - `Ssrc`: the offer signals the SSRC.
   * - `Mid`: the packet carries the mid of an m-line that signals no SSRC.
   * - `PayloadType`: the payload type is mapped by one m-line only, and that one signals no SSRC.
   */
  readonly rule: "Latched" | "Ssrc" | "Mid" | "PayloadType"
}

export const empty: Demultiplexer = { sections: new Map(), signaled: new Map(), latched: new Map() }

/** At this number of latched SSRCs no further one is latched: the remote side may invent any number of SSRCs. */
export const latchedCapacity = 256

/** The m-line of a packet, or `undefined` if no rule selects one. */
export const select = ({ latched, sections, signaled }: Demultiplexer, packet: Packet): Selection | undefined => {
  const latchedSection = sections.get(latched.get(packet.ssrc) ?? "")
  if (latchedSection !== undefined) return { section: latchedSection, rule: "Latched" }
  const signaledSection = signaled.get(packet.ssrc)
  if (signaledSection !== undefined) return { section: signaledSection, rule: "Ssrc" }
  const all = Array.from(sections.values())
  const named = all.find((section) => carriesMidOf(packet, section))
  if (named !== undefined) return hasNoSsrc(named) ? { section: named, rule: "Mid" } : undefined
  const mapping = all.filter(({ codecs }) => codecs.some(({ payloadType }) => payloadType === packet.payloadType))
  const [section] = mapping
  return section !== undefined && mapping.length === 1 && hasNoSsrc(section)
    ? { section, rule: "PayloadType" }
    : undefined
}

/** Binds an SSRC that no offer signaled to an m-line. `undefined` if the capacity is reached. */
export const latch = (
  demultiplexer: Demultiplexer,
  ssrc: number,
  { mid }: OfferedSection
): Demultiplexer | undefined =>
  demultiplexer.latched.size >= latchedCapacity
    ? undefined
    : { ...demultiplexer, latched: new Map(demultiplexer.latched).set(ssrc, mid) }

/** An offer was applied. SSRCs stay latched to the m-lines that keep their owner. */
export const apply = (
  { latched, sections }: Demultiplexer,
  offered: ReadonlyArray<OfferedSection>
): Demultiplexer => {
  const after = new Map(offered.map((section) => [section.mid, section]))
  const keepsOwner = (mid: string): boolean => {
    const [old, section] = [sections.get(mid), after.get(mid)]
    return old !== undefined && section !== undefined && hasSameOwner(old, section)
  }
  return {
    sections: after,
    signaled: new Map(offered.flatMap((section) => Array.from(section.ssrcs, (ssrc) => [ssrc, section] as const))),
    latched: new Map(Array.from(latched).filter(([, mid]) => keepsOwner(mid)))
  }
}

/**
 * Whether a stream of an m-line's receiver belongs to the m-line's current owner. werift keeps the
 * streams of former owners at the same receiver (H3).
 */
export const isCurrent = (
  { latched }: Demultiplexer,
  { hasRids, mid, ssrcs }: OfferedSection,
  { rid, ssrc }: { readonly ssrc?: number | undefined; readonly rid?: string | undefined }
): boolean => {
  const isSignaled = ssrc !== undefined && ssrcs.has(ssrc)
  const isLatched = ssrc !== undefined && latched.get(ssrc) === mid
  return isSignaled || isLatched || (hasRids && rid !== undefined)
}

const carriesMidOf = ({ extensions }: Packet, { mid, midExtension }: OfferedSection): boolean =>
  extensions.some(({ id, payload }) => id === midExtension && payload.toString() === mid)
