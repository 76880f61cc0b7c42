/**
 * The rules of `Demultiplexer`, written a second time: for one packet, from all that happened before it, without tables
 * and without bounds.
 */
import { hasNoSsrc, hasSameOwner, type OfferedSection } from "../../src/werift/internal/OfferedSection.ts"

/** A packet, with the texts of its header extensions. */
export interface ModelPacket {
  readonly ssrc: number
  readonly payloadType: number
  readonly sequenceNumber: number
  readonly mid?: string | undefined
  readonly rid?: string | undefined
  /** Of the packet that an RTX packet repairs. */
  readonly repairedRid?: string | undefined
}

export type Event =
  | { readonly _tag: "Offer"; readonly sections: ReadonlyArray<OfferedSection> }
  | { readonly _tag: "Packet"; readonly packet: ModelPacket }

/** What is believed about the packets of one SSRC that carry no mid, beyond what the last offer lists. */
type Belief =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Mid"; readonly mid: string; readonly sequenceNumber: number }
  | { readonly _tag: "Inferred"; readonly mid: string; readonly from: ModelPacket }
  | { readonly _tag: "Disputed" }

interface Past {
  readonly sections: ReadonlyArray<OfferedSection>
  /** Of every offer. */
  readonly mids: ReadonlyArray<string>
  readonly belief: Belief
}

/** `<mid> <rule>`, `Hold` or `Drop`. */
export const route = (history: ReadonlyArray<Event>, packet: ModelPacket): string => {
  let past: Past = { sections: [], mids: [], belief: { _tag: "Nothing" } }
  for (const event of history) {
    if (event._tag === "Offer") {
      past = {
        sections: event.sections,
        mids: [...past.mids, ...event.sections.map(({ mid }) => mid)],
        belief: afterOffer(past, event.sections, packet.ssrc)
      }
    } else if (event.packet.ssrc === packet.ssrc) {
      past = { ...past, belief: afterPacket(past, event.packet) }
    }
  }
  return answer(past, packet)
}

const sends = ({ sections }: Past, mid: string): boolean => sections.some((section) => section.mid === mid)

const listing = (sections: ReadonlyArray<OfferedSection>, ssrc: number): ReadonlyArray<string> =>
  sections.filter(({ repairs, ssrcs }) => ssrcs.has(ssrc) || repairs.has(ssrc)).map(({ mid }) => mid)

const answer = (past: Past, packet: ModelPacket): string => {
  const to = (mid: string, rule: string): string => {
    if (sends(past, mid)) return `${mid} ${rule}`
    return past.mids.includes(mid) ? "Drop" : "Hold"
  }
  if (packet.mid !== undefined) return to(packet.mid, "Mid")
  if (past.belief._tag === "Mid") return to(past.belief.mid, "LearntByMid")
  const listed = listing(past.sections, packet.ssrc)
  if (listed.length > 0) return listed.length === 1 ? to(listed[0]!, "Ssrc") : "Drop"
  if (past.belief._tag === "Inferred") return to(past.belief.mid, "Inferred")
  if (past.belief._tag === "Disputed") return "Drop"
  const [mid, more] = candidates(past.sections, packet)
  if (mid === undefined || more !== undefined) return "Drop"
  return to(mid, withRid(past.sections, packet).length > 0 ? "Rid" : "PayloadType")
}

const withRid = (
  sections: ReadonlyArray<OfferedSection>,
  { repairedRid, rid = repairedRid }: ModelPacket
): ReadonlyArray<OfferedSection> => sections.filter(({ rids }) => rid !== undefined && rids.has(rid))

/** The mids that can be inferred. Two elements or more: ambiguous. */
const candidates = (sections: ReadonlyArray<OfferedSection>, packet: ModelPacket): ReadonlyArray<string> => {
  const byRid = withRid(sections, packet).map(({ mid }) => mid)
  if (byRid.length > 0) return byRid
  const mapping = sections.filter(({ codecs }) => codecs.some((codec) => codec.payloadType === packet.payloadType))
  const [only] = mapping
  // A stream that its m-line does not list could be anybody's.
  return only !== undefined && mapping.length === 1 && !hasNoSsrc(only)
    ? [only.mid, "?"]
    : mapping.map(({ mid }) => mid)
}

const afterPacket = (past: Past, packet: ModelPacket): Belief => {
  const { belief, mids, sections } = past
  const { mid, sequenceNumber, ssrc } = packet
  const listed = listing(sections, ssrc)
  if (mid !== undefined) {
    if (belief._tag === "Mid") {
      if (belief.mid === mid || isLate(sequenceNumber, belief.sequenceNumber)) return belief
    } else if (listed.length === 1 && listed[0] === mid) return belief
    if (mids.includes(mid) && !sends(past, mid)) return { _tag: "Disputed" }
    return listed.length === 1 && listed[0] === mid ? { _tag: "Nothing" } : { _tag: "Mid", mid, sequenceNumber }
  }
  if (belief._tag !== "Nothing" || listed.length > 0) return belief
  const possible = candidates(sections, packet)
  if (possible.length === 0) return belief
  return possible.length === 1 ? { _tag: "Inferred", mid: possible[0]!, from: packet } : { _tag: "Disputed" }
}

const afterOffer = (past: Past, sections: ReadonlyArray<OfferedSection>, ssrc: number): Belief => {
  const { belief, mids } = past
  const keepsOwner = (mid: string): boolean => {
    const before = past.sections.find((section) => section.mid === mid)
    const after = sections.find((section) => section.mid === mid)
    if (before === undefined) return !mids.includes(mid)
    return after !== undefined && hasSameOwner(before, after)
  }
  const isListed = listing(sections, ssrc).length > 0
  switch (belief._tag) {
    case "Mid":
      if (isListed) return { _tag: "Nothing" }
      return keepsOwner(belief.mid) ? belief : { _tag: "Disputed" }
    case "Inferred": {
      if (isListed) return { _tag: "Nothing" }
      const again = candidates(sections, belief.from)
      return keepsOwner(belief.mid) && again.length === 1 && again[0] === belief.mid ? belief : { _tag: "Disputed" }
    }
    default: {
      const before = listing(past.sections, ssrc)
      if (isListed || before.length === 0) return belief
      return before.length === 1 && keepsOwner(before[0]!) ? belief : { _tag: "Disputed" }
    }
  }
}

const isLate = (sequenceNumber: number, last: number): boolean => {
  const behind = (last - sequenceNumber + 65_536) % 65_536
  return behind <= 100
}
