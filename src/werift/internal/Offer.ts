/**
 * A remote offer or answer: repaired for werift, parsed by werift, and rejected here if it would leave werift in a
 * state that no later description repairs.
 *
 * Noticed by `test/werift/malformed.test.ts`.
 */
import { SessionDescription } from "werift"
import type { Codec } from "../../edge/PeerConnection.ts"
import * as PeerText from "../../internal/PeerText.ts"
import * as FormatParameters from "./FormatParameters.ts"
import * as MediaExtensions from "./MediaExtensions.ts"
import * as OfferCandidates from "./OfferCandidates.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import * as OfferedTransports from "./OfferedTransports.ts"
import * as OfferLimits from "./OfferLimits.ts"
import * as RejectedSections from "./RejectedSections.ts"
import * as RtxAnswer from "./RtxAnswer.ts"
import * as SdpRepair from "./SdpRepair.ts"
import * as SdpText from "./SdpText.ts"
import * as SectionDefect from "./SectionDefect.ts"
import { codecsOf } from "./SectionDefect.ts"
import * as SectionParser from "./SectionParser.ts"
import type { Media, Parsed } from "./SectionParser.ts"

export interface Offer {
  /** For werift: repaired, and without the m-lines that cannot be used. */
  readonly sdp: string
  /** The number of m-lines, including those with port 0. */
  readonly mLines: number
  readonly ufrags: ReadonlySet<string>
  /** The m-lines that send. */
  readonly sending: ReadonlyArray<OfferedSection>
  /** The m-lines that cannot be used. */
  readonly rejected: ReadonlyArray<RejectedSection>
  /** The lines of its candidates, as they came. */
  readonly candidates: SdpText.Lines
  /** The number of candidates beyond `OfferLimits.maxCandidates`. */
  readonly ignoredCandidates: number
  /** Puts into werift's answer the rejection of those m-lines, and RTX. */
  readonly restore: (answer: string) => string
}

export interface RejectedSection {
  /** Its mid, quoted, or `#` and its index. */
  readonly name: string
  readonly reason: string
}

export interface ParseOptions {
  readonly loopbackOnly: boolean
  /** How many m-lines the connection has already. */
  readonly mLines: number
  /**
   * The codecs that can be received. If present, an m-line that cannot be used is rejected, and the others are accepted. If
   * absent, as for an answer, such an m-line makes `parse` throw.
   */
  readonly receives?: SectionDefect.Receives
  /** Knows the m-lines of the last offer. */
  readonly parser?: SectionParser.SectionParser
}

/** Throws an error with a short message if the SDP cannot be applied. */
export const parse = (text: string, options: ParseOptions): Offer => {
  if (!SdpRepair.isSdp(text)) throw new Error("not an SDP")
  OfferLimits.check(text)
  const [session = [], ...received] = SdpText.sectionsOf(text)
  const limited = received.map(OfferLimits.withFewCandidates)
  const offered = limited.map(([section]) => section)
  const excesses = offered.map(OfferLimits.excessOf)
  const bounded = offered.map((section, n) => excesses[n] === undefined ? section : essenceOf(section))
  const all = SdpRepair.repairSections([session, ...bounded], options).map(SdpRepair.withoutUnsentFeedback)
  // An m-line is never removed (RFC 3264, section 8), so the SDP is truncated.
  if (offered.length < options.mLines) throw new Error(`${offered.length} m-lines where there were ${options.mLines}`)
  const inherited = OfferedTransports.inherited(all)
  const parsed = (options.parser ?? SectionParser.make()).parse(all.slice(1))
  const defects = defectsOf(all, parsed, excesses, inherited, options)
  const { ignored, restore, sections } = toWerift(all, inherited, defects)
  const media = parsed.map((one, n) => defects[n] === undefined ? usable(one) : undefined)
  const accepted = media.filter((one) => one !== undefined)
  checkMids(accepted)
  const live = accepted.filter(({ port }) => port !== 0)
  checkCodecs(live)
  return {
    sdp: SdpText.join(sections),
    mLines: media.length,
    ufrags: OfferedTransports.ufragsOf(sections),
    sending: live.flatMap(offeredSection),
    rejected: defects.flatMap((defect) => defect === undefined || defect.isEnded ? [] : defect),
    ignoredCandidates: limited.reduce((sum, [, count]) => sum + count, ignored),
    candidates: offered.flatMap((section) => section.filter((line) => line.startsWith("a=candidate"))),
    restore: (answer) => restore(RtxAnswer.accept(answer, sections, media.map(rtxPayloadTypesOf)))
  }
}

/** Throws if werift cannot parse the m-line. That of an offer has a defect. */
const usable = (media: Parsed): Media => {
  if (typeof media === "string") throw new Error(media)
  return media
}

/** Of a mid in a log line, in characters. */
const longestMid = 64

/** Of an m-line beyond a limit, what its rejection needs. */
const essenceOf = ([mLine = "", ...lines]: SdpText.Lines): SdpText.Lines =>
  [mLine, ...lines.filter((line) => line.startsWith("a=mid:")).slice(0, 1)].map((line) =>
    line.slice(0, OfferLimits.maxLineLength)
  )

/** `all` without the m-lines that have a defect, with a transport in each m-line, and with a bounded number of candidates. */
const toWerift = (
  all: ReadonlyArray<SdpText.Lines>,
  inherited: ReadonlyArray<SdpText.Lines>,
  defects: ReadonlyArray<Defect | undefined>
) => {
  const [session = [], ...sections] = all
  const isUsed = sections.map((section, n) => defects[n] === undefined && !SdpText.hasPortZero(section))
  checkTransport(all, inherited, isUsed)
  const mids = new Set(sections.flatMap((section, n) => isUsed[n] ? SdpText.valueOf(section, "mid") ?? [] : []))
  const completed = sections.map((section, n) => isUsed[n] ? [...section, ...inherited[n]!] : section)
  const replaced = RejectedSections.replace(
    [OfferedTransports.withMids(session, mids), ...completed],
    defects.map((defect) => defect !== undefined)
  )
  const { excess, sections: limited } = OfferCandidates.limit(replaced.sections)
  return { ignored: excess, sections: limited, restore: replaced.restore }
}

interface Defect extends RejectedSection {
  /** Its port is 0 already. */
  readonly isEnded: boolean
}

/** Of each m-line. Throws if an m-line exceeds a limit and cannot be rejected. */
const defectsOf = (
  all: ReadonlyArray<SdpText.Lines>,
  parsed: ReadonlyArray<Parsed>,
  excesses: ReadonlyArray<string | undefined>,
  inherited: ReadonlyArray<SdpText.Lines>,
  { receives }: ParseOptions
): ReadonlyArray<Defect | undefined> => {
  const [session = [], ...sections] = all
  const nameOf = (n: number): string => SdpText.valueOf(sections[n]!, "mid") ?? `#${n}`
  if (receives === undefined) {
    const exceeding = excesses.findIndex((excess) => excess !== undefined)
    if (exceeding >= 0) throw new Error(`m-line ${nameOf(exceeding)}: ${excesses[exceeding]}`)
    return sections.map(() => undefined)
  }
  const missingOf = OfferedTransports.makeMissingOf(session)
  const isConnected = sections.map((section, n) => inherited[n]!.length > 0 || missingOf(section).length === 0)
  const reasonOf = (n: number): string | undefined =>
    SectionDefect.of(parsed[n]!, receives)
      ?? (isConnected[n] || !isConnected.includes(true) ? undefined : "no ICE credentials or DTLS fingerprint")
  const repeated = repeatedMids(sections)
  const countTransport = OfferedTransports.makeCounter(session)
  let hasData = false
  return sections.map((section, n) => {
    const isEnded = SdpText.hasPortZero(section)
    const isData = section[0]!.startsWith("m=application")
    const reason = excesses[n]
      ?? (repeated.has(nameOf(n)) ? "another m-line has its mid" : undefined)
      ?? (isEnded ? SectionDefect.ofEnded(parsed[n]!) : reasonOf(n))
      ?? (isData && hasData ? "a second m-line of data channels" : undefined)
      ?? (isEnded ? undefined : OfferLimits.excessOfTransports(countTransport(section)))
    if (isData && reason === undefined) hasData = true
    return reason === undefined ? undefined : { name: PeerText.quote(nameOf(n), longestMid), reason, isEnded }
  })
}

/** The mids that several m-lines have: packets with such a mid could belong to each of them. */
const repeatedMids = (sections: ReadonlyArray<SdpText.Lines>): ReadonlySet<string> => {
  const mids = sections.flatMap((section) => SdpText.valueOf(section, "mid") ?? [])
  const seen = new Set<string>()
  return new Set(mids.filter((mid) => seen.has(mid) || !seen.add(mid)))
}

/** The mids of an answer's m-lines that are not rejected by port 0. */
export const acceptedMids = (answer: string): ReadonlySet<string> =>
  new Set(SessionDescription.parse(answer).media.flatMap(({ port, rtp }) => port !== 0 && rtp.muxId ? [rtp.muxId] : []))

const checkMids = (media: ReadonlyArray<Media>): void => {
  const mids = media.map(({ rtp }) => rtp.muxId)
  if (mids.some((mid) => !mid)) throw new Error("an m-line without a mid")
  if (new Set(mids).size < mids.length) throw new Error("two m-lines with one mid")
  const foreign = media.find(({ kind }) => !["audio", "video", "application"].includes(kind))
  if (foreign !== undefined) throw new Error(`an m-line of kind ${foreign.kind}`)
}

/** Fails if no m-line describes a transport. An m-line that lacks one beside others that have one is rejected. */
const checkTransport = (
  [session = [], ...sections]: ReadonlyArray<SdpText.Lines>,
  inherited: ReadonlyArray<SdpText.Lines>,
  isUsed: ReadonlyArray<boolean | undefined>
): void => {
  const missingOf = OfferedTransports.makeMissingOf(session)
  for (const [n, section] of sections.entries()) {
    if (!isUsed[n] || inherited[n]!.length > 0) continue
    const [missing] = missingOf(section)
    if (missing !== undefined) throw new Error(problems[missing])
  }
}

const problems: { readonly [attribute: string]: string } = {
  "ice-ufrag": "no ICE credentials",
  "ice-pwd": "no ICE credentials",
  "fingerprint": "no DTLS fingerprint",
  "setup": "no a=setup:actpass, active or passive"
}

/** werift would reject the m-line and stop it for good. JSEP requires the mapping (RFC 8829, section 5.2.1). */
const checkCodecs = (live: ReadonlyArray<Media>): void => {
  const empty = live.find((one) => one.kind !== "application" && codecsOf(one).length === 0)
  if (empty !== undefined) throw new Error(`m-line ${empty.rtp.muxId} maps no payload type`)
}

/** Empty if the m-line does not send. werift makes no event when an m-line becomes inactive (H5). */
const offeredSection = (media: Media): ReadonlyArray<OfferedSection> => {
  const { direction, kind, msids, rtp, simulcastParameters, ssrc } = media
  const repairs = repairsOf(media)
  // 0 is padding, and no element has an id of more than 8 bits (RFC 8285, section 4).
  const extension = (uri: string): number | undefined =>
    rtp.headerExtensions.find((one) => one.uri === uri && one.id >= 1 && one.id <= 255)?.id
  if (kind !== "audio" && kind !== "video") return []
  if (direction !== "sendonly" && direction !== "sendrecv") return []
  return [{
    mid: rtp.muxId!,
    kind,
    // An m-line carries one track, and the first stream of the track identifies its owner.
    streamId: msids.map((msid) => msid.split(" ")[0]).find((id) => id !== undefined && id !== "" && id !== "-"),
    codecs: inOrderOfPreference(media),
    ssrcs: new Set(ssrc.map(({ ssrc }) => ssrc).filter((ssrc) => !repairs.has(ssrc))),
    repairs,
    rtxPayloadTypes: rtxPayloadTypesOf(media),
    hasNack: rtp.codecs.some(({ rtcpFeedback }) =>
      rtcpFeedback.some(({ parameter, type }) => type === "nack" && !parameter)
    ),
    rids: new Set(simulcastParameters.map(({ rid }) => rid)),
    midExtension: extension("urn:ietf:params:rtp-hdrext:sdes:mid"),
    ridExtension: extension("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    repairedRidExtension: extension("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
    mediaExtensions: {
      audioLevel: extension(MediaExtensions.audioLevelUri),
      videoOrientation: extension(MediaExtensions.videoOrientationUri),
      captureTime: extension(MediaExtensions.captureTimeUri)
    }
  }]
}

/** In the order of the m= line (RFC 8866, section 5.14). */
const inOrderOfPreference = (media: Media): ReadonlyArray<Codec> => {
  const formats = media.fmt.map(Number)
  return codecsOf(media).toSorted((one, other) => formats.indexOf(one.payloadType) - formats.indexOf(other.payloadType))
}

/** Of each pair of an SSRC and its repair, the second (RFC 5576, section 4.2; RFC 5956, section 4.3). */
const repairsOf = ({ ssrcGroup }: Media): ReadonlyMap<number, number> =>
  new Map(
    ssrcGroup
      .filter(({ semantic }) => semantic === "FID" || semantic === "FEC-FR")
      .map(({ items: [repaired, repair] }) => [Number(repair), Number(repaired)])
  )

/** The repaired payload type (`apt`) of each RTX payload type (RFC 4588, section 8.1). */
const rtxPayloadTypesOf = (media: Media | undefined): ReadonlyMap<number, number> =>
  new Map(
    (media?.rtp.codecs ?? []).flatMap(({ mimeType, parameters, payloadType }) => {
      const apt = FormatParameters.parse(parameters).apt
      return /\/rtx$/i.test(mimeType) && /^\d+$/.test(apt ?? "") ? [[payloadType, Number(apt)] as const] : []
    })
  )
