/**
 * An SFU's offer: repaired for werift, read as a table of m-lines, and refused here if werift would get stuck in it. So is
 * an SFU's answer, which differs in nothing that matters here.
 *
 * werift parses; here are the lines that it must not see, and those that it takes for something else.
 */
import { SessionDescription } from "werift"
import type { Codec } from "../../edge/PeerConnection.ts"
import type { TrackKind } from "../../Track.ts"
import * as Candidate from "./Candidate.ts"

/** An m-line that sends. */
export interface SendingMedia {
  readonly mid: string
  readonly kind: TrackKind
  readonly streamId: string | undefined
  readonly codecs: ReadonlyArray<Codec>
  /** What it says it sends with. Nothing said: whatever cannot be anybody else's. */
  readonly ssrcs: ReadonlySet<number>
  /** Simulcast: told apart by rid, whatever the SSRC. */
  readonly hasRids: boolean
  /** The number under which its packets carry their mid (RFC 8843, section 15), if they do. */
  readonly midExtension: number | undefined
}

export interface Offer {
  readonly sdp: string
  readonly mLines: number
  readonly ufrags: ReadonlySet<string>
  readonly sending: ReadonlyArray<SendingMedia>
}

/** Throws, with a reason short enough to log, if nothing can be made of it. */
export const parse = (text: string, options: { readonly loopbackOnly: boolean; readonly mLines: number }): Offer => {
  if (!/^\s*v=0\s/.test(text)) throw new Error("not an SDP")
  const sdp = repair(text, options.loopbackOnly)
  const { media } = SessionDescription.parse(sdp)
  // RFC 3264, section 8: an m-line is never taken away. One that is missing was cut off.
  if (media.length < options.mLines) throw new Error(`${media.length} m-lines where there were ${options.mLines}`)
  const mids = media.map(({ rtp }) => rtp.muxId)
  if (mids.some((mid) => !mid)) throw new Error("an m-line without a mid")
  if (new Set(mids).size < mids.length) throw new Error("two m-lines with one mid")
  const foreign = media.find(({ kind }) => !["audio", "video", "application"].includes(kind))
  if (foreign !== undefined) throw new Error(`an m-line of kind ${foreign.kind}`)
  const live = media.filter(({ port }) => port !== 0)
  if (live.length > 0) {
    if (!live.some(({ iceParams }) => iceParams?.usernameFragment && iceParams.password)) {
      throw new Error("no ICE credentials")
    }
    if (!live.some(({ dtlsParams }) => dtlsParams !== undefined && dtlsParams.fingerprints.length > 0)) {
      throw new Error("no DTLS fingerprint")
    }
  }
  // To refuse the m-line would stop it for good, and JSEP (RFC 8829, section 5.2.1) has them mapped.
  const empty = live.find((one) => one.kind !== "application" && codecsOf(one).length === 0)
  if (empty !== undefined) throw new Error(`m-line ${empty.rtp.muxId} maps no payload type`)
  return {
    sdp,
    mLines: media.length,
    ufrags: new Set(live.flatMap(({ iceParams }) => iceParams?.usernameFragment || [])),
    sending: live.flatMap(sendingMedia)
  }
}

/**
 * Without what harms werift: candidates that `Candidate` does not let pass, and parameters of a payload type that the
 * m-line does not map, and blanks at the ends of lines, which werift takes for part of them. And with the direction that
 * SDP implies where none is given, which werift takes for inactive.
 *
 * Where a candidate was dropped there is no end of them either: werift fails at once if there were none, and does not wait
 * for the other side's checks.
 */
export const repair = (sdp: string, loopbackOnly: boolean): string => {
  const sections: Array<Array<string>> = [[]]
  for (const text of sdp.split(/\r\n|\r|\n/)) {
    const line = text.trimEnd()
    if (line === "") continue
    if (line.startsWith("m=")) sections.push([])
    sections.at(-1)!.push(line)
  }
  const isComplete = sections.flat().every((line) => !isCandidate(line) || Candidate.isUsable(line, loopbackOnly))
  const implied = sections[0]!.find(isDirection) ?? "a=sendrecv"
  return sections.flatMap((lines, index) => {
    const mapped = new Set(lines.map((line) => /^a=rtpmap:(\d+)/.exec(line)?.[1]))
    const kept = lines.flatMap((line) => {
      if (line === "a=end-of-candidates" && !isComplete) return []
      if (isCandidate(line)) return Candidate.isUsable(line, loopbackOnly) ? [Candidate.repair(line)] : []
      const parameters = /^a=fmtp:(\d+)/.exec(line)
      return parameters === null || mapped.has(parameters[1]) ? [line] : []
    })
    return index === 0 || kept.some(isDirection) ? kept : [...kept, implied]
  }).join("\r\n") + "\r\n"
}

const isCandidate = (line: string): boolean => line.startsWith("a=candidate:")

const isDirection = (line: string): boolean => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line)

type Media = SessionDescription["media"][number]

const sendingMedia = (media: Media): ReadonlyArray<SendingMedia> => {
  const { direction, kind, msids, rtp, simulcastParameters, ssrc } = media
  if (kind !== "audio" && kind !== "video") return []
  if (direction !== "sendonly" && direction !== "sendrecv") return []
  return [{
    mid: rtp.muxId!,
    kind,
    // Of several msids the first that names a stream: an m-line is one track, and its first stream is its owner's.
    streamId: msids.map((msid) => msid.split(" ")[0]).find((id) => id !== undefined && id !== "" && id !== "-"),
    codecs: codecsOf(media),
    ssrcs: new Set(ssrc.map(({ ssrc }) => ssrc)),
    hasRids: simulcastParameters.length > 0,
    midExtension: rtp.headerExtensions.find(({ uri }) => uri === "urn:ietf:params:rtp-hdrext:sdes:mid")?.id
  }]
}

const codecsOf = ({ rtp }: Media): ReadonlyArray<Codec> =>
  rtp.codecs.flatMap(({ channels, clockRate, mimeType, payloadType }) => {
    if (!Number.isInteger(clockRate) || !Number.isInteger(payloadType)) return []
    const name = mimeType.slice(mimeType.indexOf("/") + 1)
    return [{ payloadType, name, clockRate, ...(channels === undefined ? {} : { channels }) }]
  })

/** Says neither by SSRC nor by rid what it sends with. */
export const isStray = ({ hasRids, ssrcs }: SendingMedia): boolean => ssrcs.size === 0 && !hasRids

/** The m-lines of an answer that were not refused. */
export const acceptedMids = (answer: string): ReadonlySet<string> =>
  new Set(SessionDescription.parse(answer).media.flatMap(({ port, rtp }) => port !== 0 && rtp.muxId ? [rtp.muxId] : []))
