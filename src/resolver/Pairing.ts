/**
 * Makes and ends bindings as `Matching` decides, and moves the tracks accordingly.
 */
import type { Participant, TrackId, TrackKey, TrackType, UnboundReason } from "../Track.ts"
import { Draft } from "./internal/Draft.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { KeyBinding, Pending, State, TrackRecord } from "./internal/State.ts"
import { isKey, isSession, toBinding, withoutCaller } from "./internal/State.ts"
import type { Pair } from "./Matching.ts"
import * as Matching from "./Matching.ts"

// --- Bindings ---------------------------------------------------------------------------------------------------------

/** Ends a key's binding. Its track then has no location. */
export const unbind = (draft: Draft, key: TrackKey, why: UnboundReason): KeyBinding => {
  const binding = draft.key(key).binding!
  draft.editKey(key, { binding: undefined })
  draft.outcomes.push({ _tag: "Unbound", key, trackId: binding.track.trackId, why })
  return binding
}

/**
 * Binds the track to the key, wherever the track is: pending, inheritable, bound to another session, or without a
 * location. The caller that holds the key's permit is answered. `replaced` is the binding that this one supersedes.
 */
const bind = (draft: Draft, { evidence, key, track }: Pair, replaced?: KeyBinding): void => {
  const former = draft.location(track.trackId)
  if (former?._tag === "Pending") draft.removePending(former)
  else if (former?._tag === "Inheritable") draft.removeInheritable(former)
  else if (former?._tag === "Bound") unbind(draft, former.key, "Migrated")
  const { inFlight } = draft.key(key)
  const binding: KeyBinding = {
    track,
    evidence,
    bindingOrder: draft.next(),
    requestedAt: replaced?.requestedAt ?? inFlight!.requestedAt,
    resolvedAt: draft.now,
    unpublishOrder: replaced?.unpublishOrder
  }
  const isAnswered = inFlight?.hasHolder === true
  draft.editKey(key, { binding, inFlight: isAnswered ? withoutCaller(inFlight, true) : inFlight })
  draft.outcomes.push({ _tag: "Bound", binding: toBinding(key, binding) })
  if (isAnswered) draft.outcomes.push({ _tag: "Resolved", key, trackId: track.trackId })
  if (evidence === "Exact" || evidence === "Inherited") dropInheritable(draft, key)
}

/** Law 7: the pair replaces the key's binding. Older exact tracks of the key are forgotten. */
const supersede = (draft: Draft, pair: Pair): void => {
  const { key } = pair
  const replaced = unbind(draft, key, "Superseded")
  // None of them is newer than the pair's own track: the key would have taken it.
  for (const exact of OrderedMap.values(draft.key(key).exact)) forget(draft, exact)
  bind(draft, pair, replaced)
  const { participant } = replaced.track
  if (participant !== undefined && !isSession(participant, key)) draft.addPending(replaced.track)
}

const make = (draft: Draft, pair: Pair): void => {
  if (draft.key(pair.key).binding === undefined) bind(draft, pair)
  else supersede(draft, pair)
}

/**
 * Law 5: new evidence about a bound track agrees with its binding. The binding takes the better evidence of the two.
 */
export const confirm = (draft: Draft, key: TrackKey, track: TrackRecord): void => {
  const binding = draft.key(key).binding!
  const evidence = Matching.agreedEvidence(track, key, binding.evidence)
  draft.editKey(key, { binding: { ...binding, track, evidence } })
  if (evidence === "Exact") dropInheritable(draft, key)
}

/** Law 8: the user's other tracks of this type can no longer be inherited. */
const dropInheritable = (draft: Draft, key: TrackKey): void => {
  for (const inheritable of OrderedMap.values(draft.sessions(key).left)) draft.removeInheritable(inheritable)
}

// --- Tracks -----------------------------------------------------------------------------------------------------------

export const forget = (draft: Draft, { trackId }: TrackRecord): void => {
  const location = draft.location(trackId)
  if (location?._tag === "Pending") draft.removePending(location)
}

/**
 * Gives a track without a location to the key that it names, if that key takes it. Otherwise the track becomes pending;
 * with `former` it keeps its place in the order and its time to live.
 */
export const arrive = (draft: Draft, track: TrackRecord, former?: Pending): void => {
  const pair = Matching.exactPair(track)
  if (pair !== undefined && Matching.takes(draft.key(pair.key), track)) make(draft, pair)
  else draft.addPending(track, former)
}

// --- Keys -------------------------------------------------------------------------------------------------------------

/** The first call of a key looks for a track to inherit; `makePairs` does the rest. */
export const firstCall = (draft: Draft, key: TrackKey): void => {
  const pair = Matching.inherited(draft, key)
  if (pair !== undefined) bind(draft, pair)
}

/** The first resolve after an unpublish publishes the key again. */
export const republish = (draft: Draft, key: TrackKey): void => {
  const pair = Matching.republished(draft, key)
  draft.editKey(key, { binding: { ...draft.key(key).binding!, unpublishOrder: undefined } })
  if (pair !== undefined) supersede(draft, pair)
}

/**
 * Law 8, `afterLeave`: after a participant left, their track of a type goes to the only session that waits for that type.
 */
export const passOn = (draft: Draft, participant: Participant, trackTypes: ReadonlyArray<TrackType>): void => {
  const pairs = trackTypes.flatMap((trackType): ReadonlyArray<Pair> => {
    const heir = Matching.onlyHeir(draft, participant, trackType)
    const pair = heir === undefined ? undefined : Matching.inherited(draft, heir)
    return pair === undefined ? [] : [pair]
  })
  for (const pair of pairs.sort(earlierTrackFirst)) bind(draft, pair)
}

// --- Inference --------------------------------------------------------------------------------------------------------

const earlierTrackFirst = (a: Pair, b: Pair): number => a.track.order - b.track.order

/**
 * Law 4: makes every pair that the arrival of this step left possible. One pair can make others possible.
 *
 * A departure (unpublish, retire, expiry, timeout, leave) makes no pair, even if a pair becomes possible through it. A
 * later arrival must not make that pair either. So a pair is made in two cases: it was not possible in `before`, the state
 * before the command, or its track is `arrived`, whose evidence is new. States are persistent, so `before` costs nothing.
 */
export const makePairs = (draft: Draft, before: State, arrived?: TrackId): void => {
  for (let pair = nextPair(draft, before, arrived); pair !== undefined; pair = nextPair(draft, before, arrived)) {
    make(draft, pair)
  }
}

/** The best evidence first; of equal evidence the arrived track, then the track that was registered first. */
const nextPair = (draft: Draft, before: State, arrived: TrackId | undefined): Pair | undefined => {
  // Every pair has a pending track.
  if (draft.pending === undefined) return undefined
  const participants = draft.touched.map(({ after: { participant } }) => participant)
  for (const find of [Matching.exactPairs, Matching.kindPairs, Matching.anonymousPairs]) {
    const pairs = find(draft, participants)
    if (pairs.length === 0) continue
    const ofArrived = pairs.find(({ track }) => track.trackId === arrived)
    if (ofArrived !== undefined) return ofArrived
    const earlier = find(new Draft(before, draft.now), participants)
    const isNew = ({ key, track }: Pair) =>
      !earlier.some((other) => other.track.trackId === track.trackId && isKey(other.key, key))
    const [first] = pairs.filter(isNew).sort(earlierTrackFirst)
    if (first !== undefined) return first
  }
  return undefined
}
