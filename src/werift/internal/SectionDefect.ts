/**
 * Why an m-line of an offer cannot be used, independent of the other m-lines.
 */
import type { Codec } from "../../edge/PeerConnection.ts"
import * as PeerText from "../../internal/PeerText.ts"
import type { TrackKind } from "../../Track.ts"
import * as FormatParameters from "./FormatParameters.ts"
import type { Media, Parsed } from "./SectionParser.ts"

/** Whether a codec can be received, by its name in `a=rtpmap`. */
export type Receives = (kind: TrackKind, name: string) => boolean

/** Of a media type in a reason, in characters. */
const longestKind = 32

/** `undefined` if the m-line can be used. */
export const of = (media: Parsed, receives: Receives): string | undefined => {
  if (typeof media === "string") return `malformed: ${media}`
  if (!media.rtp.muxId) return "no mid"
  switch (media.kind) {
    case "audio":
    case "video":
      return ofCodecs(media, media.kind, receives)
    case "application":
      return media.profile.includes("SCTP") && media.sctpPort ? undefined : "no SCTP port"
    default:
      return `media type ${PeerText.quote(media.kind, longestKind)}`
  }
}

/** Of an m-line with port 0, which needs no codecs. */
export const ofEnded = (media: Parsed): string | undefined => {
  if (typeof media === "string") return `malformed: ${media}`
  return media.rtp.muxId && (media.kind === "audio" || media.kind === "video")
    ? undefined
    : `media type ${PeerText.quote(media.kind, longestKind)}`
}

/** The codecs of an m-line's `a=rtpmap` lines, with the parameters of its `a=fmtp` lines. */
export const codecsOf = ({ rtp }: Media): ReadonlyArray<Codec> =>
  rtp.codecs.flatMap(({ channels, clockRate, mimeType, parameters: fmtp, payloadType }) => {
    if (!Number.isInteger(clockRate) || !Number.isInteger(payloadType)) return []
    const name = mimeType.slice(mimeType.indexOf("/") + 1)
    const parameters = FormatParameters.parse(fmtp)
    return [{ payloadType, name, clockRate, ...(channels === undefined ? {} : { channels }), parameters }]
  })

/**
 * JSEP requires `a=rtpmap` also for static payload types (RFC 8829, section 5.2.1), and no codec of those is received.
 */
const ofCodecs = (media: Media, kind: TrackKind, receives: Receives): string | undefined => {
  const codecs = codecsOf(media)
  if (codecs.length === 0) return "no payload type with a=rtpmap"
  return codecs.some(({ name }) => receives(kind, name)) ? undefined : "no supported codec"
}
