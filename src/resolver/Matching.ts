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
 * A key takes a track while it waits. A bound key takes a better track by law 7: see `decideExact` and `republished`.
 * Inferences (Kind and Anonymous) are made only by an arrival: see `eliminate` in `Pairing`.
 *
 * This file only reads a draft. `Pairing` makes the pairs, `Rejections` explains why a pair was not made.
 */
import type { Evidence, Participant, TrackKey, TrackKind, TrackType } from "../Track.ts"
import { kindOf } from "../Track.ts"
import type { Draft } from "./internal/Draft.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { ParticipantState, TrackRecord } from "./internal/State.ts"
import { isSession, isWaiting, typesOf } from "./internal/State.ts"

/** Best first. */
const ranks: { readonly [evidence in Evidence]: number } = { Exact: 0, Kind: 1, Inherited: 2, Anonymous: 3 }

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

/** The evidence by which a pending track fits a key. A track that names another participant, type or kind never fits. */
const fit = ({ kind, participant, trackType }: TrackRecord, key: TrackKey): Evidence | undefined => {
  if (kind !== kindOf(key.trackType)) return undefined
  if (trackType !== undefined && trackType !== key.trackType) return undefined
  if (participant === undefined) return "Anonymous"
  if (!isSession(participant, key)) return undefined
  return trackType === undefined ? "Kind" : "Exact"
}

/** The better one of a binding's evidence and the evidence by which its track fits now. */
export const betterEvidence = (track: TrackRecord, key: TrackKey, evidence: Evidence): Evidence => {
  const now = fit(track, key)
  return now !== undefined && ranks[now] < ranks[evidence] ? now : evidence
}

/** The track names another participant or another type than the key's. */
export const namesAnother = ({ participant, trackType }: TrackRecord, key: TrackKey): boolean =>
  (participant !== undefined && !isSession(participant, key))
  || (trackType !== undefined && trackType !== key.trackType)

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

/** The newest pending track that names the key. */
export const newestExact = (draft: Draft, key: TrackKey): Pair | undefined => {
  const track = OrderedMap.last(draft.key(key).exact)
  return track === undefined ? undefined : { track, key, evidence: "Exact" }
}

/**
 * A waiting key takes its newest exact track. A bound key takes an exact track that was registered later than its own, or
 * any exact track if its binding is not Exact (law 7).
 */
export const decideExact = (draft: Draft, { key, track }: Pair): "Bind" | "Supersede" | "StayPending" => {
  const { binding, exact, inFlight } = draft.key(key)
  if (binding !== undefined) {
    return track.order < binding.track.order && binding.evidence === "Exact" ? "StayPending" : "Supersede"
  }
  const newest = OrderedMap.last(exact)
  return inFlight === undefined || (newest !== undefined && track.order < newest.order) ? "StayPending" : "Bind"
}

// --- Kind -------------------------------------------------------------------------------------------------------------

/** The participant's only pending track without a type, and their only waiting key of that kind. */
export const onlyKind = (participantState: ParticipantState, kind: TrackKind): Pair | undefined => {
  const { keys, kindOnly, participant } = participantState
  if (OrderedMap.size(kindOnly[kind]) !== 1) return undefined
  const [trackType, ...others] = typesOf[kind].filter((type) => isWaiting(keys[type]))
  if (trackType === undefined || others.length > 0) return undefined
  if (isBlocked(participantState, trackType, "Kind")) return undefined
  return { track: OrderedMap.first(kindOnly[kind])!, key: { ...participant, trackType }, evidence: "Kind" }
}

/**
 * Law 7: the first resolve after an unpublish takes a track without a type if that track was registered after the
 * unpublish, is the only one, and fits no waiting key. An exact binding that was made after the unpublish stays.
 */
export const republished = (draft: Draft, key: TrackKey): Pair | undefined => {
  const kind = kindOf(key.trackType)
  const { keys, kindOnly } = draft.participant(key)
  const { evidence, track: boundTrack, unpublishOrder } = keys[key.trackType].binding!
  const isSince = (track: TrackRecord) => track.order > unpublishOrder!
  const track = OrderedMap.first(kindOnly[kind])
  if (track === undefined || OrderedMap.size(kindOnly[kind]) !== 1) return undefined
  if (!isSince(track)) return undefined
  if (evidence === "Exact" && isSince(boundTrack)) return undefined
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
export const onlyHeir = (draft: Draft, { sessionId, userId }: Participant, trackType: TrackType) => {
  const { waiting } = draft.sessions({ userId, sessionId, trackType })
  return OrderedMap.size(waiting) === 1 ? OrderedMap.first(waiting) : undefined
}

// --- Anonymous --------------------------------------------------------------------------------------------------------

/** The only anonymous track that fits keys of this type, and the only waiting key that the track fits. */
export const onlyAnonymous = (draft: Draft, type: TrackType): Pair | undefined => {
  if (draft.policy.anonymousTracks === "never") return undefined
  const kind = kindOf(type)
  const { [kind]: untyped, [type]: typed } = draft.anonymous
  if (OrderedMap.size(typed) + OrderedMap.size(untyped) !== 1) return undefined
  const fittingTypes = untyped === undefined ? [type] : typesOf[kind]
  const fittingKeys = fittingTypes.reduce((count, type) => count + OrderedMap.size(draft.waiting[type]), 0)
  const key = OrderedMap.first(draft.waiting[type])
  if (key === undefined || fittingKeys !== 1) return undefined
  if (isBlocked(draft.participant(key), type, "Anonymous")) return undefined
  return { track: OrderedMap.first(typed ?? untyped)!, key, evidence: "Anonymous" }
}
