/**
 * A media section (m-line, RFC 8829) of a remote offer that sends, as the offer describes it. Pure.
 */
import type { Codec } from "../../edge/PeerConnection.ts"
import type { TrackKind } from "../../Track.ts"

export interface OfferedSection {
  readonly mid: string
  readonly kind: TrackKind
  /** Of its `a=msid` lines, the first stream id that is not `-` (RFC 8830). */
  readonly streamId: string | undefined
  readonly codecs: ReadonlyArray<Codec>
  /** The SSRCs of its `a=ssrc` lines (RFC 5576). */
  readonly ssrcs: ReadonlySet<number>
  /** Simulcast: its streams are distinguished by rid (RFC 8851), whatever their SSRC. */
  readonly hasRids: boolean
  /** The id of the header extension that carries the mid in its packets (RFC 8843, section 15). */
  readonly midExtension: number | undefined
}

/** True if neither `a=ssrc` nor `a=rid` identifies the streams of the m-line. */
export const hasNoSsrc = ({ hasRids, ssrcs }: OfferedSection): boolean => ssrcs.size === 0 && !hasRids

/** Whether two sections with one mid carry the same published track. werift reports no change of owner (H4). */
export const hasSameOwner = (one: OfferedSection, other: OfferedSection): boolean =>
  one.kind === other.kind && one.streamId === other.streamId
