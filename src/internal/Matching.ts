/**
 * Which track belongs to which key: laws 3, 4, 7 and 8. Knows the ranks of evidence and when a pair may be made; leaves
 * the books to `Ledger` and the meaning of a command to `Correlation`.
 *
 * One idea carries law 4. A departure (unpublish, retire, expiry, timeout, leave) makes no pair, so it can leave a pair
 * that would be unique and is not made. What may be made in an arrival's step is therefore what is unique *after* it and
 * was not unique *before*. A ledger is persistent: keeping the one from before costs nothing, and asking it the same
 * question is the whole test.
 */
import * as Iterable from "effect/Iterable"
import type {
  Candidate,
  Evidence,
  Participant,
  Refusal,
  TrackId,
  TrackKey,
  TrackKind,
  TrackType,
  UnboundReason
} from "../Track.ts"
import { kindOf } from "../Track.ts"
import type { Draft, Holding, Known, Ledger, Pending } from "./Ledger.ts"
import { bindingOf, kinds, person, place, seat, sessions, types, typesOf, waits, without } from "./Ledger.ts"
import * as OrderedMap from "./OrderedMap.ts"

interface Pair {
  readonly track: Known
  readonly key: TrackKey
  readonly evidence: Evidence
}

// --- Ranks ------------------------------------------------------------------------------------------------------------

const ranks: { readonly [evidence in Evidence]: number } = { Exact: 0, Kind: 1, Inherited: 2, Anonymous: 3 }

/** The evidence that a track's own words give for a key of its kind, if they name its participant. */
const spoken = (track: Known, key: TrackKey): Evidence | undefined =>
  track.participant === undefined || !sameSession(track.participant, key)
    ? undefined
    : track.trackType === undefined
    ? "Kind"
    : track.trackType === key.trackType
    ? "Exact"
    : undefined

const sameSession = (a: Participant, b: Participant): boolean => a.userId === b.userId && a.sessionId === b.sessionId

const sameKey = (a: TrackKey, b: TrackKey): boolean => sameSession(a, b) && a.trackType === b.trackType

/** The pair of a participant's only kind-only track and only waiting key of that kind. */
const soleKind = (self: Ledger, participant: Participant, kind: TrackKind): Pair | undefined => {
  const found = person(self, participant)
  if (found === undefined || OrderedMap.size(found.kindOnly[kind]) !== 1) return undefined
  const [type, ...others] = typesOf[kind].filter((type) => waits(found.seats[type]))
  if (type === undefined || others.length > 0 || found.seats[type].exact !== undefined) return undefined
  return { track: OrderedMap.first(found.kindOnly[kind])!, key: { ...found.participant, trackType: type }, evidence: "Kind" }
}

/** The pair of the only anonymous track that fits keys of a type, and the only waiting key that it fits. */
const soleAnonymous = (self: Ledger, type: TrackType): Pair | undefined => {
  const kind = kindOf(type)
  const { [type]: typed, [kind]: untyped } = self.anonymous
  if (self.policy.anonymousTracks === "never" || OrderedMap.size(typed) + OrderedMap.size(untyped) !== 1) return undefined
  const fitting = untyped === undefined ? [type] : typesOf[kind]
  if (fitting.reduce((count, type) => count + OrderedMap.size(self.waiting[type]), 0) !== 1) return undefined
  const key = OrderedMap.first(self.waiting[type])
  if (key === undefined) return undefined
  const owner = person(self, key)!
  if (owner.seats[type].exact !== undefined || owner.kindOnly[kind] !== undefined) return undefined
  return { track: OrderedMap.first(typed ?? untyped)!, key, evidence: "Anonymous" }
}

/** Law 8: whose track a session may take over, and from whom. */
const inheritance = (self: Ledger, key: TrackKey): Pair | undefined => {
  const { left, live } = sessions(self, key)
  const another = (key_: TrackKey) => key_.sessionId !== key.sessionId
  const gone = OrderedMap.findLast(left, ({ key }) => another(key))
  const standing = self.policy.sessionMigration === "takeOver" ? OrderedMap.findLast(live, another) : undefined
  const holding = standing === undefined ? undefined : seat(self, standing).holding!
  const track = holding !== undefined && (gone === undefined || holding.bound > gone.bound) ? holding.track : gone?.track
  return track === undefined ? undefined : { track, key, evidence: "Inherited" }
}

// --- Making and ending pairs ------------------------------------------------------------------------------------------

/** Ends a key's binding; what becomes of its track is the caller's to say. */
export const unbind = (draft: Draft, key: TrackKey, why: UnboundReason): Holding => {
  const before = seat(draft, key)
  const holding = before.holding!
  draft.putSeat(key, { ...before, holding: undefined })
  draft.outcomes.push({ _tag: "Unbound", key, trackId: holding.track.trackId, why })
  return holding
}

/** A bound track has said more, and it agrees: the binding takes the better evidence's name. */
export const confirm = (draft: Draft, key: TrackKey, track: Known): void => {
  const before = seat(draft, key)
  const holding = before.holding!
  const now = spoken(track, key)
  const evidence = now !== undefined && ranks[now] < ranks[holding.evidence] ? now : holding.evidence
  draft.putSeat(key, { ...before, holding: { ...holding, track, evidence } })
  if (evidence === "Exact") dropInheritable(draft, key)
}

/** Makes the pair, wherever its track is: pending, inheritable, or another session's. */
const bind = (
  draft: Draft,
  { evidence, key, track }: Pair,
  replaced?: Holding
): void => {
  const at = place(draft, track.trackId)!
  if (at._tag === "Pending") draft.removePending(at)
  else if (at._tag === "Inheritable") draft.removeInheritable(at)
  else unbind(draft, at.key, "Migrated")
  const { exact, flight } = seat(draft, key)
  const holding: Holding = {
    track,
    evidence,
    bound: draft.next(),
    calledAt: replaced?.calledAt ?? flight!.calledAt,
    resolvedAt: draft.now,
    unpublished: replaced?.unpublished
  }
  const answered = flight?.claimed === true
  draft.putSeat(key, { exact, holding, flight: answered ? without(flight, true) : flight })
  draft.outcomes.push({ _tag: "Bound", binding: bindingOf(key, holding) })
  if (answered) draft.outcomes.push({ _tag: "Resolved", key, trackId: track.trackId })
  if (evidence === "Exact" || evidence === "Inherited") dropInheritable(draft, key)
  if (at._tag === "Bound") offerExact(draft, at.key)
}

/** The pair takes the place of the key's binding (law 7). */
const supersede = (draft: Draft, pair: Pair): void => {
  const { key, track } = pair
  const replaced = unbind(draft, key, "Superseded")
  for (const older of OrderedMap.values(seat(draft, key).exact)) {
    if (older.order < track.order) forget(draft, older)
  }
  bind(draft, pair, replaced)
  const { participant, trackType } = replaced.track
  const namesAnother = (participant !== undefined && !sameSession(participant, key))
    || (trackType !== undefined && trackType !== key.trackType)
  if (namesAnother) arrive(draft, replaced.track)
}

/** The inheritable tracks of the key's user and type are nobody's any more. */
const dropInheritable = (draft: Draft, key: TrackKey): void => {
  for (const inheritable of OrderedMap.values(sessions(draft, key).left)) draft.removeInheritable(inheritable)
}

/** A pending track is no longer known. */
export const forget = (draft: Draft, { trackId }: Known): void => {
  const at = place(draft, trackId)
  if (at?._tag === "Pending") draft.removePending(at)
}

/** A track that is in no place becomes pending, and is given to the key that it names, if that asks for it. */
export const arrive = (draft: Draft, track: Known, since?: Pending): void => {
  draft.addPending(track, since)
  const { participant, trackType } = track
  if (participant !== undefined && trackType !== undefined) offerExact(draft, { ...participant, trackType })
}

/** Gives a key the newest track that names it, if it waits or holds less. */
export const offerExact = (draft: Draft, key: TrackKey): void => {
  const { exact, flight, holding } = seat(draft, key)
  const track = OrderedMap.last(exact)
  if (track === undefined) return
  const pair: Pair = { track, key, evidence: "Exact" }
  if (holding === undefined) {
    if (flight !== undefined) bind(draft, pair)
  } else if (track.order > holding.track.order || holding.evidence !== "Exact") {
    supersede(draft, pair)
  }
}

// --- What a step calls ------------------------------------------------------------------------------------------------

/** The ranks that a key's first call adds to those of `eliminate`: exact evidence, and what another session had. */
export const firstCall = (draft: Draft, key: TrackKey): void => {
  const owner = person(draft, key)!
  if (owner.seats[key.trackType].exact !== undefined) offerExact(draft, key)
  else if (owner.kindOnly[kindOf(key.trackType)] === undefined) inherit(draft, key)
}

const inherit = (draft: Draft, key: TrackKey): void => {
  const pair = inheritance(draft, key)
  if (pair !== undefined) bind(draft, pair)
}

/** Law 7: the resolve that ends an unpublish takes a track that came since, if it can be no other's. */
export const republish = (draft: Draft, key: TrackKey): void => {
  const before = seat(draft, key)
  const holding = before.holding!
  draft.putSeat(key, { ...before, holding: { ...holding, unpublished: undefined } })
  const kind = kindOf(key.trackType)
  const { kindOnly, seats } = person(draft, key)!
  const track = OrderedMap.first(kindOnly[kind])
  if (
    track !== undefined && OrderedMap.size(kindOnly[kind]) === 1 && track.order > holding.unpublished!
    && !typesOf[kind].some((type) => waits(seats[type]))
  ) {
    supersede(draft, { track, key, evidence: "Kind" })
  }
}

/** Law 8, `afterLeave`: the leave of one session answers the only other that waits for what it had. */
export const inheritFrom = (draft: Draft, { userId, sessionId }: Participant, trackType: TrackType): void => {
  const { waiting } = sessions(draft, { userId, sessionId, trackType })
  const key = OrderedMap.size(waiting) === 1 ? OrderedMap.first(waiting) : undefined
  if (key === undefined) return
  const { kindOnly, seats } = person(draft, key)!
  if (seats[trackType].exact === undefined && kindOnly[kindOf(trackType)] === undefined) inherit(draft, key)
}

/**
 * Makes every pair that an arrival has left unique: those that are unique now and were not `before`, and those of the
 * arrived track, whose evidence is new. Each can leave others unique.
 */
export const eliminate = (draft: Draft, before: Ledger, arrived?: TrackId): void => {
  for (let pair = nextSole(draft, before, arrived); pair !== undefined; pair = nextSole(draft, before, arrived)) {
    bind(draft, pair)
  }
}

const nextSole = (draft: Draft, before: Ledger, arrived: TrackId | undefined): Pair | undefined => {
  const isNew = (pair: Pair, then: Pair | undefined) =>
    pair.track.trackId === arrived || then === undefined
    || then.track.trackId !== pair.track.trackId || !sameKey(then.key, pair.key)
  for (const participant of draft.touched.values()) {
    for (const kind of kinds) {
      const pair = soleKind(draft, participant, kind)
      if (pair !== undefined && isNew(pair, soleKind(before, participant, kind))) return pair
    }
  }
  for (const type of types) {
    const pair = soleAnonymous(draft, type)
    if (pair !== undefined && isNew(pair, soleAnonymous(before, type))) return pair
  }
  return undefined
}

// --- Why not ----------------------------------------------------------------------------------------------------------

const mostCandidates = 8

/** The tracks that came near a waiting key, best first and no more than eight, and how many more there are. */
export const refusals = (
  self: Ledger,
  key: TrackKey
): { readonly candidates: ReadonlyArray<Candidate>; readonly omitted: number } => {
  const { trackType } = key
  const kind = kindOf(trackType)
  const { kindOnly, seats } = person(self, key)!
  const { exact } = seats[trackType]
  const { [kind]: untyped, [trackType]: typed } = self.anonymous
  const sibling = typesOf[kind].find((type) => type !== trackType)!
  const alone = (tracks: number, keys: number): Refusal =>
    tracks > 1 ? "NotTheOnlyTrack" : keys > 1 ? "NotTheOnlyKey" : "LeftUnique"
  const siblings = typesOf[kind].filter((type) => waits(seats[type])).length
  const anonymous = (keys: number): Refusal =>
    self.policy.anonymousTracks === "never"
      ? "Disabled"
      : exact !== undefined || kindOnly[kind] !== undefined
      ? "Outranked"
      : alone(OrderedMap.size(typed) + OrderedMap.size(untyped), keys)
  const ofType = OrderedMap.size(self.waiting[trackType])
  const near: ReadonlyArray<readonly [OrderedMap.OrderedMap<Known>, Refusal]> = [
    [exact, "LeftUnique"],
    [kindOnly[kind], exact !== undefined ? "Outranked" : alone(OrderedMap.size(kindOnly[kind]), siblings)],
    [typed, anonymous(ofType)],
    [untyped, anonymous(ofType + OrderedMap.size(self.waiting[sibling]))],
    [seats[sibling].exact, "AnotherType"]
  ]
  const { live } = sessions(self, key)
  function* candidates(): Generator<Candidate> {
    for (const [tracks, why] of near) for (const { trackId } of OrderedMap.values(tracks)) yield { trackId, why }
    for (const other of OrderedMap.values(live)) {
      yield { trackId: seat(self, other).holding!.track.trackId, why: "AnotherSession" }
    }
  }
  const nearest = Array.from(Iterable.take(candidates(), mostCandidates))
  const all = near.reduce((count, [tracks]) => count + OrderedMap.size(tracks), OrderedMap.size(live))
  return { candidates: nearest, omitted: all - nearest.length }
}
