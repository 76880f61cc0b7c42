/**
 * The media section and the simulcast layer of each SSRC that a publisher sends.
 *
 * werift identifies simulcast layers by rid alone, so it confuses the layers of a camera with those of a screen share
 * that uses the same rids. Here the mid is read from each packet that contains one, and stored by SSRC for the packets
 * without a mid.
 */
import type { RtpPacket } from "werift"

export interface RtpSource {
  readonly mid: string
  readonly rid: string | undefined
  readonly ssrc: number
}

export interface RtpSources {
  /** `mid` applies if neither the packet nor an earlier packet of its SSRC contains one. */
  readonly of: (packet: RtpPacket, extensions: Readonly<Record<string, unknown>>, mid: string) => RtpSource
  readonly newest: (mid: string, rid: string | undefined) => RtpSource | undefined
}

/** Header extensions of RFC 8843 and RFC 8852. */
const midUri = "urn:ietf:params:rtp-hdrext:sdes:mid"
const ridUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"

export const make = (): RtpSources => {
  const sources = new Map<number, RtpSource>()
  return {
    of: ({ header: { ssrc } }, { [midUri]: named, [ridUri]: rid }, mid) => {
      const known = sources.get(ssrc)
      if (known !== undefined && (named === undefined || named === known.mid)) return known
      const source: RtpSource = {
        mid: typeof named === "string" ? named : mid,
        rid: typeof rid === "string" ? rid : undefined,
        ssrc
      }
      sources.set(ssrc, source)
      return source
    },
    newest: (mid, rid = "") =>
      Array.from(sources.values()).findLast((source) => source.mid === mid && (source.rid ?? "") === rid)
  }
}
