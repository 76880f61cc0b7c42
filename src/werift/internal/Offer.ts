/**
 * A remote offer or answer: repaired for werift, parsed by werift, and rejected here if it would leave werift in a
 * state that no later description repairs.
 *
 * Noticed by `test/werift/malformed.test.ts`.
 */
import { SessionDescription } from "werift"
import type { Codec } from "../../edge/PeerConnection.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import * as SdpRepair from "./SdpRepair.ts"

export interface Offer {
  /** Repaired. */
  readonly sdp: string
  /** The number of m-lines, including those with port 0. */
  readonly mLines: number
  readonly ufrags: ReadonlySet<string>
  /** The m-lines that send. */
  readonly sending: ReadonlyArray<OfferedSection>
}

export interface ParseOptions {
  readonly loopbackOnly: boolean
  /** How many m-lines the connection has already. */
  readonly mLines: number
}

/** Throws an error with a short message if the SDP cannot be applied. */
export const parse = (text: string, options: ParseOptions): Offer => {
  if (!SdpRepair.isSdp(text)) throw new Error("not an SDP")
  const sdp = SdpRepair.repair(text, options)
  const { media } = SessionDescription.parse(sdp)
  // An m-line is never removed (RFC 3264, section 8), so the SDP is truncated.
  if (media.length < options.mLines) throw new Error(`${media.length} m-lines where there were ${options.mLines}`)
  checkMids(media)
  const live = media.filter(({ port }) => port !== 0)
  checkTransport(live)
  checkCodecs(live)
  return {
    sdp,
    mLines: media.length,
    ufrags: new Set(live.flatMap(({ iceParams }) => iceParams?.usernameFragment || [])),
    sending: live.flatMap(offeredSection)
  }
}

/** The mids of an answer's m-lines that are not rejected by port 0. */
export const acceptedMids = (answer: string): ReadonlySet<string> =>
  new Set(SessionDescription.parse(answer).media.flatMap(({ port, rtp }) => port !== 0 && rtp.muxId ? [rtp.muxId] : []))

type Media = SessionDescription["media"][number]

const checkMids = (media: ReadonlyArray<Media>): void => {
  const mids = media.map(({ rtp }) => rtp.muxId)
  if (mids.some((mid) => !mid)) throw new Error("an m-line without a mid")
  if (new Set(mids).size < mids.length) throw new Error("two m-lines with one mid")
  const foreign = media.find(({ kind }) => !["audio", "video", "application"].includes(kind))
  if (foreign !== undefined) throw new Error(`an m-line of kind ${foreign.kind}`)
}

const checkTransport = (live: ReadonlyArray<Media>): void => {
  if (live.length === 0) return
  if (!live.some(({ iceParams }) => iceParams?.usernameFragment && iceParams.password)) {
    throw new Error("no ICE credentials")
  }
  if (!live.some(({ dtlsParams }) => dtlsParams !== undefined && dtlsParams.fingerprints.length > 0)) {
    throw new Error("no DTLS fingerprint")
  }
}

/** werift would reject the m-line and stop it for good. JSEP requires the mapping (RFC 8829, section 5.2.1). */
const checkCodecs = (live: ReadonlyArray<Media>): void => {
  const empty = live.find((one) => one.kind !== "application" && codecsOf(one).length === 0)
  if (empty !== undefined) throw new Error(`m-line ${empty.rtp.muxId} maps no payload type`)
}

/** Empty if the m-line does not send. werift makes no event when an m-line becomes inactive (H5). */
const offeredSection = (media: Media): ReadonlyArray<OfferedSection> => {
  const { direction, kind, msids, rtp, simulcastParameters, ssrc } = media
  if (kind !== "audio" && kind !== "video") return []
  if (direction !== "sendonly" && direction !== "sendrecv") return []
  return [{
    mid: rtp.muxId!,
    kind,
    // An m-line carries one track, and the first stream of the track identifies its owner.
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
