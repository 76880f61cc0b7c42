/**
 * Makes and ends bindings as `Matching` decides, and moves the tracks accordingly.
 */
import type { Participant, TrackId, TrackKey, TrackType, UnboundReason } from "../Track.ts"
import { Draft } from "./internal/Draft.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { KeyBinding, Pending, State, TrackRecord } from "./internal/State.ts"
import { isKey, kinds, toBinding, types, withoutCaller } from "./internal/State.ts"
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
  if (former?._tag === "Bound") offerExact(draft, former.key)
}

/** Law 7: the pair replaces the key's binding. Older exact tracks of the key are forgotten. */
const supersede = (draft: Draft, pair: Pair): void => {
  const { key, track } = pair
  const replaced = unbind(draft, key, "Superseded")
  for (const older of OrderedMap.values(draft.key(key).exact)) {
    if (older.order < track.order) forget(draft, older)
  }
  bind(draft, pair, replaced)
  if (Matching.namesAnother(replaced.track, key)) arrive(draft, replaced.track)
}

/**
 * Law 5: new evidence about a bound track agrees with its binding. The binding keeps the better evidence of the two.
 */
export const confirm = (draft: Draft, key: TrackKey, track: TrackRecord): void => {
  const binding = draft.key(key).binding!
  const evidence = Matching.betterEvidence(track, key, binding.evidence)
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
  if (pair === undefined || !makeExact(draft, pair)) draft.addPending(track, former)
}

/** Gives a key its newest pending exact track, if the key takes it. */
export const offerExact = (draft: Draft, key: TrackKey): void => {
  const pair = Matching.newestExact(draft, key)
  if (pair !== undefined) makeExact(draft, pair)
}

const makeExact = (draft: Draft, pair: Pair): boolean => {
  switch (Matching.decideExact(draft, pair)) {
    case "StayPending":
      return false
    case "Bind":
      bind(draft, pair)
      return true
    case "Supersede":
      supersede(draft, pair)
      return true
  }
}

// --- Keys -------------------------------------------------------------------------------------------------------------

/** The first call of a key looks for exact evidence and for a track to inherit; `eliminate` does the rest. */
export const firstCall = (draft: Draft, key: TrackKey): void => {
  offerExact(draft, key)
  if (draft.key(key).binding === undefined) inherit(draft, key)
}

const inherit = (draft: Draft, key: TrackKey): void => {
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
 * Law 8, `afterLeave`: after a participant left, their track goes to the only session that waits for a track of that
 * type.
 */
export const passOn = (draft: Draft, participant: Participant, trackType: TrackType): void => {
  const heir = Matching.onlyHeir(draft, participant, trackType)
  if (heir !== undefined) inherit(draft, heir)
}

// --- Elimination ------------------------------------------------------------------------------------------------------

/**
 * Law 4: makes every inference that the arrival of this step left unique. One inference can leave others unique.
 *
 * A departure (unpublish, retire, expiry, timeout, leave) makes no pair, even if a pair becomes unique through it. A
 * later arrival must not make that pair either. So a unique pair is made in two cases: it was not unique in `before`,
 * the state before the command, or its track is `arrived`, whose evidence is new. States are persistent, so `before`
 * costs nothing.
 */
export const eliminate = (draft: Draft, before: State, arrived?: TrackId): void => {
  for (let pair = nextUnique(draft, before, arrived); pair !== undefined; pair = nextUnique(draft, before, arrived)) {
    bind(draft, pair)
  }
}

const nextUnique = (draft: Draft, before: State, arrived: TrackId | undefined): Pair | undefined => {
  const isNew = (pair: Pair, find: (draft: Draft) => Pair | undefined): boolean => {
    if (pair.track.trackId === arrived) return true
    const earlier = find(new Draft(before, draft.now))
    return earlier?.track.trackId !== pair.track.trackId || !isKey(earlier.key, pair.key)
  }
  for (const { after } of draft.touched) {
    for (const kind of kinds) {
      const pair = Matching.onlyKind(after, kind)
      const findEarlier = (earlier: Draft) => Matching.onlyKind(earlier.participant(after.participant), kind)
      if (pair !== undefined && isNew(pair, findEarlier)) return pair
    }
  }
  for (const type of types) {
    const pair = Matching.onlyAnonymous(draft, type)
    if (pair !== undefined && isNew(pair, (earlier) => Matching.onlyAnonymous(earlier, type))) return pair
  }
  return undefined
}
