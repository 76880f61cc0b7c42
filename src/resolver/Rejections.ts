/**
 * Why the tracks that came near a waiting key were not bound to it: the evidence of a timeout.
 */
import * as Iterable from "effect/Iterable"
import type { RejectedTrack, RejectionReason, TrackKey, TrackType } from "../Track.ts"
import { kindOf } from "../Track.ts"
import type { Draft } from "./internal/Draft.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { TrackRecord } from "./internal/State.ts"
import { isWaiting, typesOf } from "./internal/State.ts"
import * as Matching from "./Matching.ts"

const maxCandidates = 8

/** Tracks that were rejected for one reason. */
interface Group {
  readonly tracks: OrderedMap.OrderedMap<TrackRecord>
  readonly why: RejectionReason
}

/** Why an inference is not made between `tracks` tracks and `keys` waiting keys that fit each other. */
const whyNotUnique = (tracks: number, keys: number): RejectionReason =>
  tracks > 1 ? "NotTheOnlyTrack" : keys > 1 ? "NotTheOnlyKey" : "LeftUnique"

const otherTypeOf = (trackType: TrackType): TrackType => typesOf[kindOf(trackType)].find((type) => type !== trackType)!

/** Best first. */
const groups = (draft: Draft, key: TrackKey): ReadonlyArray<Group> => {
  const { trackType } = key
  const kind = kindOf(trackType)
  const otherType = otherTypeOf(trackType)
  const participant = draft.participant(key)
  const { keys, kindOnly: { [kind]: kindOnly } } = participant
  const { [kind]: untyped, [trackType]: typed } = draft.anonymous
  const waitingKeys = typesOf[kind].filter((type) => isWaiting(keys[type])).length
  const waitingOfType = OrderedMap.size(draft.waiting[trackType])
  const whyNotAnonymous = (keys: number): RejectionReason => {
    if (draft.policy.anonymousTracks === "never") return "Disabled"
    if (Matching.isBlocked(participant, trackType, "Anonymous")) return "Outranked"
    return whyNotUnique(OrderedMap.size(typed) + OrderedMap.size(untyped), keys)
  }
  const whyNotKind = Matching.isBlocked(participant, trackType, "Kind")
    ? "Outranked"
    : whyNotUnique(OrderedMap.size(kindOnly), waitingKeys)
  return [
    { tracks: keys[trackType].exact, why: "LeftUnique" },
    { tracks: kindOnly, why: whyNotKind },
    { tracks: typed, why: whyNotAnonymous(waitingOfType) },
    { tracks: untyped, why: whyNotAnonymous(waitingOfType + OrderedMap.size(draft.waiting[otherType])) },
    { tracks: keys[otherType].exact, why: "AnotherType" }
  ]
}

/** The tracks that came near a waiting key, best first and at most eight, and how many more came near. */
export const rejections = (
  draft: Draft,
  key: TrackKey
): { readonly candidates: ReadonlyArray<RejectedTrack>; readonly omitted: number } => {
  const pending = groups(draft, key)
  const { live } = draft.sessions(key)
  function* inOrder(): Generator<RejectedTrack> {
    for (const { tracks, why } of pending) {
      for (const { trackId } of OrderedMap.values(tracks)) yield { trackId, why }
    }
    for (const otherSession of OrderedMap.values(live)) {
      yield { trackId: draft.key(otherSession).binding!.track.trackId, why: "AnotherSession" }
    }
  }
  const candidates = Array.from(Iterable.take(inOrder(), maxCandidates))
  const total = pending.reduce((count, { tracks }) => count + OrderedMap.size(tracks), OrderedMap.size(live))
  return { candidates, omitted: total - candidates.length }
}
