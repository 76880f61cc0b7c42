/**
 * Which layer of a simulcast track is passed on: the highest that arrives, from a key frame of its own on, and only that
 * one. Pure.
 */

/** A packet, as far as that goes. Without `rid` it is the only layer that there is. */
export interface LayerPacket {
  readonly rid: string | undefined
  readonly beginsKeyFrame: boolean
}

export interface Layers {
  /** Passed on. Nothing, before the first packet. */
  readonly current: string | undefined
  /** Packets of other layers since the last one of the current layer. */
  readonly silence: number
}

export type Verdict =
  | { readonly _tag: "Forward" }
  /** It would be the one to pass on, if it began a key frame. */
  | { readonly _tag: "NeedsKeyFrame" }
  | { readonly _tag: "Drop" }

export const empty: Layers = { current: undefined, silence: 0 }

/** The protocol's names, from low to high. What has another name, or none, is below them. */
const rank = (rid: string): number => ["q", "h", "f"].indexOf(rid)

/** After so many packets of others, a layer is no longer sent. */
const patience = 60

export const step = (layers: Layers, { beginsKeyFrame, rid = "" }: LayerPacket): readonly [Layers, Verdict] => {
  const { current } = layers
  if (current === undefined || rid === current) return [{ current: rid, silence: 0 }, { _tag: "Forward" }]
  const silence = layers.silence + 1
  const isBetter = rank(rid) > rank(current) || silence > patience
  if (isBetter && beginsKeyFrame) return [{ current: rid, silence: 0 }, { _tag: "Forward" }]
  return [{ current, silence }, { _tag: isBetter ? "NeedsKeyFrame" : "Drop" }]
}
