/**
 * An SFU's offer: repaired for werift, read as a table of m-lines, and refused here if werift would get stuck in it. So is
 * an SFU's answer, which differs in nothing that matters here.
 *
 * werift parses; here are the lines that it must not see, and those that it takes for something else.
 */
import { SessionDescription } from "werift"
import type { Codec } from "../../edge/PeerConnection.ts"
import type { TrackKind } from "../../Track.ts"
import * as SdpRepair from "./SdpRepair.ts"

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
  if (!SdpRepair.isSdp(text)) throw new Error("not an SDP")
  const sdp = SdpRepair.repair(text, options)
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
