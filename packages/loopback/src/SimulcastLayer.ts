/**
 * Selects the simulcast layer of a track that is forwarded: the highest layer that arrives, from its next key frame on.
 * Packets of the other layers are dropped. Pure.
 */

export interface LayerPacket {
  /** The RTP stream id (RFC 8852). Undefined for a track without simulcast. */
  readonly rid: string | undefined
  readonly beginsKeyFrame: boolean
}

export interface LayerState {
  /** The rid of the forwarded layer. Undefined before the first packet. */
  readonly current: string | undefined
  /** Packets of other layers since the last packet of the current layer. */
  readonly missed: number
}

export type Verdict =
  | { readonly _tag: "Forward" }
  /** The layer should be forwarded, but this packet does not begin a key frame. */
  | { readonly _tag: "NeedsKeyFrame" }
  | { readonly _tag: "Drop" }

export const empty: LayerState = { current: undefined, missed: 0 }

/** The protocol's rids, from low to high. Any other rid ranks below them. */
const rank = (rid: string): number => ["q", "h", "f"].indexOf(rid)

/** A layer has stopped after this number of packets of other layers. */
const missedLimit = 60

export const step = (
  state: LayerState,
  { beginsKeyFrame, rid = "" }: LayerPacket
): readonly [LayerState, Verdict] => {
  const { current } = state
  if (current === undefined || rid === current) return [{ current: rid, missed: 0 }, { _tag: "Forward" }]
  const missed = state.missed + 1
  const isBetter = rank(rid) > rank(current) || missed > missedLimit
  if (isBetter && beginsKeyFrame) return [{ current: rid, missed: 0 }, { _tag: "Forward" }]
  return [{ current, missed }, { _tag: isBetter ? "NeedsKeyFrame" : "Drop" }]
}
