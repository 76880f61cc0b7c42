/**
 * The rule: which track belongs to which key. Laws 3, 4, 7 and 8.
 *
 * | evidence  | a track fits a key if it                 | it binds                                | unless a pending track fits by |
 * | --------- | ---------------------------------------- | --------------------------------------- | ------------------------------ |
 * | Exact     | names the participant and the type       | always; of several tracks the newest    | -                              |
 * | Kind      | names the participant and no type, and   | if no other track fits the key by Kind, | Exact                          |
 * |           | has the kind of the key                  | and the track fits no other waiting key |                                |
 * | Inherited | is or was bound to another session of    | at the first call of the key, or when   | Exact, Kind                    |
 * |           | the same user, for the same type         | the other session leaves (`afterLeave`) |                                |
 * | Anonymous | names no participant, and has the type   | if no other such track fits the key,    | Exact, Kind                    |
 * |           | of the key, or no type and its kind      | and the track fits no other waiting key |                                |
 *
 * A key takes a track while it waits. A bound key takes a better track by law 7: see `takes` and `republished`. Only an
 * arrival makes pairs: see `makePairs` in `Pairing`.
 *
 * This file only reads a draft. `Pairing` makes the pairs, `Rejections` explains why a pair was not made.
 */
import type { Evidence, Participant, TrackKey, TrackKind, TrackType } from "../Track.ts"
import { kindOf } from "../Track.ts"
import type { Draft } from "./internal/Draft.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { KeyState, ParticipantState, TrackRecord } from "./internal/State.ts"
import { isSession, isWaiting, kinds, types, typesOf } from "./internal/State.ts"

const blockedBy: { readonly [evidence in Evidence]: ReadonlyArray<"Exact" | "Kind"> } = {
  Exact: [],
  Kind: ["Exact"],
  Inherited: ["Exact", "Kind"],
  Anonymous: ["Exact", "Kind"]
}

export interface Pair {
  readonly track: TrackRecord
  readonly key: TrackKey
  readonly evidence: Evidence
}

// --- Which track fits -------------------------------------------------------------------------------------------------

/**
 * The evidence of a binding whose track has new evidence that agrees. A track that names the participant has become Kind or
 * Exact; one that was inherited names another session, and its binding stays Inherited.
 */
export const agreedEvidence = (
  { participant, trackType }: TrackRecord,
  key: TrackKey,
  evidence: Evidence
): Evidence => {
  if (participant === undefined || !isSession(participant, key)) return evidence
  return trackType === undefined ? "Kind" : "Exact"
}

/** A pending track with better evidence fits the participant's key of this type. */
export const isBlocked = ({ keys, kindOnly }: ParticipantState, type: TrackType, evidence: Evidence): boolean =>
  blockedBy[evidence].some((better) =>
    better === "Exact" ? keys[type].exact !== undefined : kindOnly[kindOf(type)] !== undefined
  )

// --- Exact ------------------------------------------------------------------------------------------------------------

/** The key that the track names. */
export const exactPair = (track: TrackRecord): Pair | undefined => {
  const { participant, trackType } = track
  return participant === undefined || trackType === undefined
    ? undefined
    : { track, key: { ...participant, trackType }, evidence: "Exact" }
}

/**
 * Whether the key takes a track that names it. A waiting key takes its newest one. A bound key takes a track that was
 * registered later than its own, or any if its binding is not Exact (law 7).
 */
export const takes = ({ binding, exact, inFlight }: KeyState, track: TrackRecord): boolean => {
  if (binding !== undefined) return track.order > binding.track.order || binding.evidence !== "Exact"
  const newest = OrderedMap.last(exact)
  return inFlight !== undefined && (newest === undefined || track.order >= newest.order)
}

/** The newest pending tracks that name keys of these participants, if the keys take them. */
export const exactPairs = (draft: Draft, participants: ReadonlyArray<Participant>): ReadonlyArray<Pair> => {
  const pairs: Array<Pair> = []
  for (const participant of participants) {
    const { keys } = draft.participant(participant)
    for (const trackType of types) {
      const track = OrderedMap.last(keys[trackType].exact)
      if (track === undefined || !takes(keys[trackType], track)) continue
      pairs.push({ track, key: { ...participant, trackType }, evidence: "Exact" })
    }
  }
  return pairs
}

// --- Kind -------------------------------------------------------------------------------------------------------------

/** Of each participant and kind: the only pending track without a type, and the only waiting key of that kind. */
export const kindPairs = (draft: Draft, participants: ReadonlyArray<Participant>): ReadonlyArray<Pair> => {
  const pairs: Array<Pair> = []
  for (const participant of participants) {
    for (const kind of kinds) {
      const pair = onlyKind(draft.participant(participant), kind)
      if (pair !== undefined) pairs.push(pair)
    }
  }
  return pairs
}

const onlyKind = (participantState: ParticipantState, kind: TrackKind): Pair | undefined => {
  const { keys, kindOnly, participant } = participantState
  const track = OrderedMap.only(kindOnly[kind])
  if (track === undefined) return undefined
  const [trackType, ...others] = typesOf[kind].filter((type) => isWaiting(keys[type]))
  if (trackType === undefined || others.length > 0) return undefined
  if (isBlocked(participantState, trackType, "Kind")) return undefined
  return { track, key: { ...participant, trackType }, evidence: "Kind" }
}

/**
 * Law 7: the first resolve after an unpublish takes a track without a type if that track was registered after the
 * unpublish, is the only one, and fits no waiting key. An exact binding that was made after the unpublish stays.
 */
export const republished = (draft: Draft, key: TrackKey): Pair | undefined => {
  const kind = kindOf(key.trackType)
  const { keys, kindOnly } = draft.participant(key)
  const { track: boundTrack, unpublishOrder } = keys[key.trackType].binding!
  const isSince = (track: TrackRecord) => track.order > unpublishOrder!
  const track = OrderedMap.only(kindOnly[kind])
  if (track === undefined) return undefined
  if (!isSince(track)) return undefined
  // Only an exact track supersedes while the key is unpublished.
  if (isSince(boundTrack)) return undefined
  if (typesOf[kind].some((type) => isWaiting(keys[type]))) return undefined
  return { track, key, evidence: "Kind" }
}

// --- Inherited --------------------------------------------------------------------------------------------------------

/**
 * Law 8: the most recently bound track of the user's other sessions, for the type of the key. Under `takeOver` the other
 * session may be live; otherwise only a session that left counts.
 */
export const inherited = (draft: Draft, key: TrackKey): Pair | undefined => {
  if (isBlocked(draft.participant(key), key.trackType, "Inherited")) return undefined
  const { left, live } = draft.sessions(key)
  const isAnotherSession = ({ sessionId }: Participant) => sessionId !== key.sessionId
  const fromLeft = OrderedMap.findLast(left, ({ key }) => isAnotherSession(key))
  const liveKey = draft.policy.sessionMigration === "takeOver"
    ? OrderedMap.findLast(live, isAnotherSession)
    : undefined
  const fromLive = liveKey === undefined ? undefined : draft.key(liveKey).binding!
  const isLiveNewer = fromLive !== undefined
    && (fromLeft === undefined || fromLive.bindingOrder > fromLeft.bindingOrder)
  const track = isLiveNewer ? fromLive.track : fromLeft?.track
  return track === undefined ? undefined : { track, key, evidence: "Inherited" }
}

/** Law 8, `afterLeave`: the only session of the user that waits for this type. */
export const onlyHeir = (draft: Draft, { sessionId, userId }: Participant, trackType: TrackType) =>
  OrderedMap.only(draft.sessions({ userId, sessionId, trackType }).waiting)

// --- Anonymous --------------------------------------------------------------------------------------------------------

/** Of each type: the only anonymous track that fits its keys, and the only waiting key that the track fits. */
export const anonymousPairs = (draft: Draft): ReadonlyArray<Pair> => {
  const pairs: Array<Pair> = []
  if (draft.policy.anonymousTracks === "never") return pairs
  for (const type of types) {
    const pair = onlyAnonymous(draft, type)
    if (pair !== undefined) pairs.push(pair)
  }
  return pairs
}

const onlyAnonymous = (draft: Draft, type: TrackType): Pair | undefined => {
  const kind = kindOf(type)
  const { [kind]: untyped, [type]: typed } = draft.anonymous
  if (OrderedMap.size(typed) + OrderedMap.size(untyped) !== 1) return undefined
  const fittingTypes = untyped === undefined ? [type] : typesOf[kind]
  const fittingKeys = fittingTypes.reduce((count, type) => count + OrderedMap.size(draft.waiting[type]), 0)
  const key = OrderedMap.only(draft.waiting[type])
  if (key === undefined || fittingKeys !== 1) return undefined
  if (isBlocked(draft.participant(key), type, "Anonymous")) return undefined
  return { track: OrderedMap.only(typed ?? untyped)!, key, evidence: "Anonymous" }
}
