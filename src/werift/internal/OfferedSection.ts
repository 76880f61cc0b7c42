/**
 * A media section (m-line, RFC 8829) of a remote offer that sends, as the offer describes it. Pure.
 */
import type { Codec } from "../../edge/PeerConnection.ts"
import type { TrackKind } from "../../Track.ts"
import type { MediaExtensionIds } from "./MediaExtensions.ts"

export interface OfferedSection {
  readonly mid: string
  readonly kind: TrackKind
  /** Of its `a=msid` lines, the first stream id that is not `-` (RFC 8830). */
  readonly streamId: string | undefined
  readonly codecs: ReadonlyArray<Codec>
  /** The SSRCs of its `a=ssrc` lines (RFC 5576), without those that repair another. */
  readonly ssrcs: ReadonlySet<number>
  /**
   * The repaired SSRC of each SSRC that repairs another: the second of an `a=ssrc-group:FID` (RTX, RFC 4588) or `FEC-FR`.
   */
  readonly repairs: ReadonlyMap<number, number>
  /** The repaired payload type of each RTX payload type. */
  readonly rtxPayloadTypes: ReadonlyMap<number, number>
  /** Lost packets may be requested (`a=rtcp-fb: nack`, RFC 4585, section 4.2). */
  readonly hasNack: boolean
  /** The ids of its `a=rid` lines (RFC 8851): the layers of simulcast, whatever their SSRC. */
  readonly rids: ReadonlySet<string>
  /** The id of the header extension that carries the mid in its packets (RFC 8843, section 15). */
  readonly midExtension: number | undefined
  /** The id of the header extension that carries the rid in its packets (RFC 8852). */
  readonly ridExtension: number | undefined
  /** The id of the header extension that carries, in RTX packets, the rid of the repaired stream (RFC 8852). */
  readonly repairedRidExtension: number | undefined
  readonly mediaExtensions: MediaExtensionIds
}

/** True if neither `a=ssrc` nor `a=rid` identifies the streams of the m-line. */
export const hasNoSsrc = ({ rids, ssrcs }: OfferedSection): boolean => ssrcs.size === 0 && rids.size === 0

/** Whether two sections with one mid carry the same published track. werift reports no change of owner (H4). */
export const hasSameOwner = (one: OfferedSection, other: OfferedSection): boolean =>
  one.kind === other.kind && one.streamId === other.streamId
