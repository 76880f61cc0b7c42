/**
 * Decides which m-line an RTP packet belongs to (RFC 8843, section 9.2), for the m-lines of one transport.
 *
 * No clock and no I/O. The best evidence decides; the first row that applies:
 *
 * | the packet                                         | belongs to                                         | rule          |
 * | -------------------------------------------------- | -------------------------------------------------- | ------------- |
 * | carries the mid of an m-line                       | that m-line; its SSRC is learnt for it             | `Mid`         |
 * | carries a mid that no offer had                    | none yet: held, because an offer may be on its way | `Hold`        |
 * | carries the mid of an m-line that does not send    | none                                               | `Drop`        |
 * | has an SSRC that a mid taught since the last offer | the m-line of that mid                             | `LearntByMid` |
 * | has an SSRC that one m-line lists (`a=ssrc`)       | that m-line                                        | `Ssrc`        |
 * | has an SSRC that several m-lines list              | none                                               | `Drop`        |
 * | has an SSRC that was inferred earlier              | the m-line of that inference                       | `Inferred`    |
 * | has a disputed SSRC                                | none                                               | `Drop`        |
 * | carries a rid that one m-line has, or that of the  | that m-line, by inference                          | `Rid`         |
 * | packet which it repairs (RTX, RFC 8852)            |                                                    |               |
 * | has a payload type that one m-line maps            | that m-line, by inference, if the offer identifies | `PayloadType` |
 * |                                                    | its streams in no other way                        |               |
 * | any other                                          | none                                               | `Drop`        |
 *
 * Only m-lines that send count. What was learnt about an SSRC ends with the owner of its m-line, with a new offer whose
 * `a=ssrc` lines contain the SSRC, and, if it was inferred, with an offer after which it would not be inferred again.
 *
 * An SSRC is disputed, and not inferred again, if its owner ended or several m-lines were possible: an m-line that ends
 * makes no pair (law 4), and late packets of its owner belong to no m-line. A mid and an `a=ssrc` still decide for it.
 *
 * Two rows are stricter than RFC 8843: the one of disputed SSRCs, and the one of payload types, which adds no SSRC to an
 * m-line that lists its SSRCs. The SSRCs of RTX (RFC 4588) belong to their m-line like others; the payload type
 * distinguishes their packets from media.
 *
 * Pass authenticated packets only.
 */
import { textOf } from "./HeaderExtension.ts"
import type { Extension } from "./HeaderExtension.ts"
import { hasNoSsrc, hasSameOwner } from "./OfferedSection.ts"
import type { OfferedSection } from "./OfferedSection.ts"

/** The fields of an RTP header that the rules read. */
export interface Packet {
  readonly ssrc: number
  readonly payloadType: number
  readonly sequenceNumber: number
  readonly extensions: ReadonlyArray<Extension>
}

export type Rule = "Mid" | "LearntByMid" | "Ssrc" | "Inferred" | "Rid" | "PayloadType"

export type Route =
  | { readonly _tag: "Section"; readonly section: OfferedSection; readonly rule: Rule }
  | { readonly _tag: "Hold" }
  | { readonly _tag: "Drop" }

export interface Demultiplexer {
  /** An offer was applied. `sections` has its m-lines that send. */
  readonly apply: (sections: ReadonlyArray<OfferedSection>) => void
  /** Learns from the packet as well. */
  readonly route: (packet: Packet) => Route
  /** The mid of the m-line that packets with this SSRC and without a mid belong to. */
  readonly midOf: (ssrc: number) => string | undefined
  readonly sizes: () => { readonly learnt: number; readonly disputed: number; readonly mids: number }
}

/**
 * At this number of learnt SSRCs the oldest is forgotten; the same for disputed ones, and for the mids of former offers. A
 * sender may invent SSRCs, and an SFU mids. More than an offer has m-lines.
 */
export const capacity = 4_096

/** A packet that is at most this number of packets late teaches nothing (MAX_MISORDER of RFC 3550, appendix A.1). */
const maxMisorder = 100

type Learnt =
  | { readonly by: "Mid"; readonly mid: string; readonly sequenceNumber: number }
  | { readonly by: "Inference"; readonly mid: string; readonly packet: Evidence }

/** What an inference read in the packet. */
interface Evidence {
  readonly payloadType: number
  readonly rid: string | undefined
}

const hold: Route = { _tag: "Hold" }
const drop: Route = { _tag: "Drop" }

export const make = (): Demultiplexer => {
  let sections: ReadonlyMap<string, OfferedSection> = new Map()
  /** By `a=ssrc`. `undefined`: several m-lines list the SSRC. */
  let listed: ReadonlyMap<number, string | undefined> = new Map()
  let midExtensions: ReadonlySet<number> = new Set()
  let ridExtensions: ReadonlySet<number> = new Set()
  let repairedRidExtensions: ReadonlySet<number> = new Set()
  /** The mid of the only m-line that can be inferred. `undefined`: several are possible. */
  let byRid: ReadonlyMap<string, string | undefined> = new Map()
  let byPayloadType: ReadonlyMap<number, string | undefined> = new Map()
  /** The mids of all offers. */
  const knownMids = new Set<string>()
  const learnt = new Map<number, Learnt>()
  /** SSRCs that are not inferred: they had another owner, or several m-lines were possible. */
  const disputed = new Set<number>()

  const dispute = (ssrc: number): void => {
    learnt.delete(ssrc)
    addBounded(disputed, ssrc)
  }

  const learn = (ssrc: number, evidence: Learnt): void => {
    disputed.delete(ssrc)
    learnt.delete(ssrc)
    // What an offer lists needs no memory.
    if (listed.get(ssrc) === evidence.mid) return
    learnt.set(ssrc, evidence)
    if (learnt.size > capacity) learnt.delete(learnt.keys().next().value!)
  }

  const learnMid = ({ sequenceNumber, ssrc }: Packet, mid: string): void => {
    const last = learnt.get(ssrc)
    if ((last?.by === "Mid" ? last.mid : listed.get(ssrc)) === mid) return
    if (last?.by === "Mid" && isLate(sequenceNumber, last.sequenceNumber)) return
    if (hasEnded(mid)) dispute(ssrc)
    else learn(ssrc, { by: "Mid", mid, sequenceNumber })
  }

  /** `undefined` if no m-line is possible. */
  const infer = ({ payloadType, rid }: Evidence): Inference | "Ambiguous" | undefined => {
    if (rid !== undefined && byRid.has(rid)) return inferenceOf(byRid.get(rid), "Rid")
    return byPayloadType.has(payloadType) ? inferenceOf(byPayloadType.get(payloadType), "PayloadType") : undefined
  }

  /** After an offer: whether the evidence would be inferred to the same m-line again. */
  const isInferred = (mid: string, evidence: Evidence): boolean => {
    const inference = infer(evidence)
    return inference !== undefined && inference !== "Ambiguous" && inference.mid === mid
  }

  const hasEnded = (mid: string): boolean => knownMids.has(mid) && !sections.has(mid)

  const routeTo = (mid: string, rule: Rule): Route => {
    const section = sections.get(mid)
    if (section !== undefined) return { _tag: "Section", section, rule }
    return knownMids.has(mid) ? drop : hold
  }

  const routeByInference = (packet: Packet): Route => {
    const { extensions, payloadType } = packet
    const rid = textOf(extensions, ridExtensions) ?? textOf(extensions, repairedRidExtensions)
    const evidence: Evidence = { payloadType, rid }
    const inference = infer(evidence)
    if (inference === undefined) return drop
    if (inference === "Ambiguous") {
      dispute(packet.ssrc)
      return drop
    }
    learn(packet.ssrc, { by: "Inference", mid: inference.mid, packet: evidence })
    return routeTo(inference.mid, inference.rule)
  }

  return {
    route: (packet) => {
      const mid = textOf(packet.extensions, midExtensions)
      if (mid !== undefined) {
        learnMid(packet, mid)
        return routeTo(mid, "Mid")
      }
      const last = learnt.get(packet.ssrc)
      if (last !== undefined) return routeTo(last.mid, last.by === "Mid" ? "LearntByMid" : "Inferred")
      if (listed.has(packet.ssrc)) {
        const mid = listed.get(packet.ssrc)
        return mid === undefined ? drop : routeTo(mid, "Ssrc")
      }
      return disputed.has(packet.ssrc) ? drop : routeByInference(packet)
    },
    midOf: (ssrc) => learnt.get(ssrc)?.mid ?? listed.get(ssrc),
    sizes: () => ({ learnt: learnt.size, disputed: disputed.size, mids: knownMids.size }),
    apply: (offered) => {
      const [sectionsBefore, listedBefore] = [sections, listed]
      sections = new Map(offered.map((section) => [section.mid, section]))
      listed = listedBy(offered)
      midExtensions = idsOf(offered, "midExtension") ?? midExtensions
      ridExtensions = idsOf(offered, "ridExtension") ?? ridExtensions
      repairedRidExtensions = idsOf(offered, "repairedRidExtension") ?? repairedRidExtensions
      byRid = mappedBy(offered.flatMap(({ mid, rids }) => Array.from(rids, (rid) => [rid, mid] as const)))
      byPayloadType = mappedBy(offered.flatMap(payloadTypesOf))
      for (const mid of sections.keys()) addBounded(knownMids, mid)

      const keepsOwner = (mid: string): boolean => {
        const [old, section] = [sectionsBefore.get(mid), sections.get(mid)]
        if (old === undefined) return section !== undefined || !knownMids.has(mid)
        return section !== undefined && hasSameOwner(old, section)
      }
      for (const [ssrc, evidence] of Array.from(learnt)) {
        if (listed.has(ssrc)) learnt.delete(ssrc)
        else if (!keepsOwner(evidence.mid)) dispute(ssrc)
        else if (evidence.by === "Inference" && !isInferred(evidence.mid, evidence.packet)) dispute(ssrc)
      }
      for (const [ssrc, mid] of listedBefore) {
        if (!listed.has(ssrc) && !learnt.has(ssrc) && (mid === undefined || !keepsOwner(mid))) dispute(ssrc)
      }
    }
  }
}

interface Inference {
  readonly mid: string
  readonly rule: Rule
}

const listedBy = (offered: ReadonlyArray<OfferedSection>): ReadonlyMap<number, string | undefined> => {
  const listed = new Map<number, string | undefined>()
  for (const { mid, repairs, ssrcs } of offered) {
    for (const ssrc of [...ssrcs, ...repairs.keys()]) listed.set(ssrc, listed.has(ssrc) ? undefined : mid)
  }
  return listed
}

/**
 * `undefined` without m-lines: the ids of a transport stay the same (RFC 8285, section 5). Every m-line of a transport maps
 * the same ids (RFC 8843, section 7.1.3).
 */
const idsOf = (
  offered: ReadonlyArray<OfferedSection>,
  extension: "midExtension" | "ridExtension" | "repairedRidExtension"
): ReadonlySet<number> | undefined =>
  offered.length === 0 ? undefined : new Set(offered.flatMap((section) => section[extension] ?? []))

/** `undefined` for a key that several m-lines have. */
const mappedBy = <A>(
  pairs: ReadonlyArray<readonly [A, string | undefined]>
): ReadonlyMap<A, string | undefined> => {
  const mapped = new Map<A, string | undefined>()
  for (const [key, mid] of pairs) mapped.set(key, mapped.has(key) ? undefined : mid)
  return mapped
}

/** An m-line whose streams are identified otherwise is possible, but not inferred. */
const payloadTypesOf = (section: OfferedSection): ReadonlyArray<readonly [number, string | undefined]> => {
  const mid = hasNoSsrc(section) ? section.mid : undefined
  return Array.from(new Set(section.codecs.map(({ payloadType }) => payloadType)), (type) => [type, mid] as const)
}

const inferenceOf = (mid: string | undefined, rule: Rule): Inference | "Ambiguous" =>
  mid === undefined ? "Ambiguous" : { mid, rule }

const addBounded = <A>(set: Set<A>, element: A): void => {
  set.delete(element)
  set.add(element)
  if (set.size > capacity) set.delete(set.values().next().value!)
}

const isLate = (sequenceNumber: number, last: number): boolean => {
  const steps = ((sequenceNumber - last) << 16) >> 16
  return steps <= 0 && steps >= -maxMisorder
}
