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
  Evidence,
  Participant,
  RejectedTrack,
  RejectionReason,
  TrackId,
  TrackKey,
  TrackKind,
  TrackType,
  UnboundReason
} from "../Track.ts"
import { kindOf } from "../Track.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { Holding, Known, Ledger, Pending, Person } from "./internal/State.ts"
import { bindingOf, Draft, isSession, kinds, types, typesOf, waits, without } from "./internal/State.ts"

interface Pair {
  readonly track: Known
  readonly key: TrackKey
  readonly evidence: Evidence
}

// --- Ranks ------------------------------------------------------------------------------------------------------------

const ranks: { readonly [evidence in Evidence]: number } = { Exact: 0, Kind: 1, Inherited: 2, Anonymous: 3 }

/** The evidence that a track's own words give for a key of its kind, if they name its participant. */
const spoken = (track: Known, key: TrackKey): Evidence | undefined =>
  track.participant === undefined || !isSession(track.participant, key)
    ? undefined
    : track.trackType === undefined
    ? "Kind"
    : track.trackType === key.trackType
    ? "Exact"
    : undefined

const isKey = (a: TrackKey, b: TrackKey): boolean => isSession(a, b) && a.trackType === b.trackType

/** The pair of a participant's only kind-only track and only waiting key of that kind. */
const soleKind = ({ kindOnly, participant, seats }: Person, kind: TrackKind): Pair | undefined => {
  if (OrderedMap.size(kindOnly[kind]) !== 1) return undefined
  const [trackType, ...others] = typesOf[kind].filter((type) => waits(seats[type]))
  if (trackType === undefined || others.length > 0 || seats[trackType].exact !== undefined) return undefined
  return { track: OrderedMap.first(kindOnly[kind])!, key: { ...participant, trackType }, evidence: "Kind" }
}

/** The pair of the only anonymous track that fits keys of a type, and the only waiting key that it fits. */
const soleAnonymous = (draft: Draft, type: TrackType): Pair | undefined => {
  const kind = kindOf(type)
  const { [type]: typed, [kind]: untyped } = draft.anonymous
  if (OrderedMap.size(typed) + OrderedMap.size(untyped) !== 1 || draft.policy.anonymousTracks === "never") {
    return undefined
  }
  const fitting = untyped === undefined ? [type] : typesOf[kind]
  if (fitting.reduce((count, type) => count + OrderedMap.size(draft.waiting[type]), 0) !== 1) return undefined
  const key = OrderedMap.first(draft.waiting[type])
  if (key === undefined) return undefined
  const { kindOnly, seats } = draft.person(key)
  if (seats[type].exact !== undefined || kindOnly[kind] !== undefined) return undefined
  return { track: OrderedMap.first(typed ?? untyped)!, key, evidence: "Anonymous" }
}

/** Law 8: whose track a session may take over, and from whom. */
const inheritance = (draft: Draft, key: TrackKey): Pair | undefined => {
  const { left, live } = draft.sessions(key)
  const isAnother = ({ sessionId }: Participant) => sessionId !== key.sessionId
  const gone = OrderedMap.findLast(left, ({ key }) => isAnother(key))
  const standing = draft.policy.sessionMigration === "takeOver" ? OrderedMap.findLast(live, isAnother) : undefined
  const holding = standing === undefined ? undefined : draft.seat(standing).holding!
  const track = holding !== undefined && (gone === undefined || holding.bound > gone.bound)
    ? holding.track
    : gone?.track
  return track === undefined ? undefined : { track, key, evidence: "Inherited" }
}

// --- Making and ending pairs ------------------------------------------------------------------------------------------

/** Ends a key's binding and leaves its track in no place. */
export const unbind = (draft: Draft, key: TrackKey, why: UnboundReason): Holding => {
  const holding = draft.seat(key).holding!
  draft.putSeat(key, { holding: undefined })
  draft.outcomes.push({ _tag: "Unbound", key, trackId: holding.track.trackId, why })
  return holding
}

/** Makes the pair, wherever its track is: pending, inheritable, another session's, or in no place. */
const bind = (draft: Draft, { evidence, key, track }: Pair, replaced?: Holding): void => {
  const at = draft.place(track.trackId)
  if (at?._tag === "Pending") draft.removePending(at)
  else if (at?._tag === "Inheritable") draft.removeInheritable(at)
  else if (at?._tag === "Bound") unbind(draft, at.key, "Migrated")
  const { flight } = draft.seat(key)
  const holding: Holding = {
    track,
    evidence,
    bound: draft.next(),
    requestedAt: replaced?.requestedAt ?? flight!.requestedAt,
    resolvedAt: draft.now,
    unpublished: replaced?.unpublished
  }
  const answered = flight?.claimed === true
  draft.putSeat(key, { holding, flight: answered ? without(flight, true) : flight })
  draft.outcomes.push({ _tag: "Bound", binding: bindingOf(key, holding) })
  if (answered) draft.outcomes.push({ _tag: "Resolved", key, trackId: track.trackId })
  if (evidence === "Exact" || evidence === "Inherited") dropInheritable(draft, key)
  if (at?._tag === "Bound") offerExact(draft, at.key)
}

/** The pair takes the place of the key's binding (law 7). */
const supersede = (draft: Draft, pair: Pair): void => {
  const { key, track } = pair
  const replaced = unbind(draft, key, "Superseded")
  for (const older of OrderedMap.values(draft.seat(key).exact)) {
    if (older.order < track.order) forget(draft, older)
  }
  bind(draft, pair, replaced)
  const { participant, trackType } = replaced.track
  const namesAnother = (participant !== undefined && !isSession(participant, key))
    || (trackType !== undefined && trackType !== key.trackType)
  if (namesAnother) arrive(draft, replaced.track)
}

/** A bound track has said more, and it agrees: the binding takes the better evidence's name. */
export const confirm = (draft: Draft, key: TrackKey, track: Known): void => {
  const holding = draft.seat(key).holding!
  const spoke = spoken(track, key)
  const evidence = spoke !== undefined && ranks[spoke] < ranks[holding.evidence] ? spoke : holding.evidence
  draft.putSeat(key, { holding: { ...holding, track, evidence } })
  if (evidence === "Exact") dropInheritable(draft, key)
}

/** The inheritable tracks of the key's user and type are nobody's any more. */
const dropInheritable = (draft: Draft, key: TrackKey): void => {
  for (const inheritable of OrderedMap.values(draft.sessions(key).left)) draft.removeInheritable(inheritable)
}

/** A pending track is no longer known. */
export const forget = (draft: Draft, { trackId }: Known): void => {
  const at = draft.place(trackId)
  if (at?._tag === "Pending") draft.removePending(at)
}

/** A track that is in no place is given to the key that it names, if that asks for it, and else becomes pending. */
export const arrive = (draft: Draft, track: Known, since?: Pending): void => {
  const { participant, trackType } = track
  const pair: Pair | undefined = participant === undefined || trackType === undefined
    ? undefined
    : { track, key: { ...participant, trackType }, evidence: "Exact" }
  if (pair === undefined || !takesExact(draft, pair)) draft.addPending(track, since)
}

/** Gives a key the newest pending track that names it, if it asks for it. */
export const offerExact = (draft: Draft, key: TrackKey): void => {
  const track = OrderedMap.last(draft.seat(key).exact)
  if (track !== undefined) takesExact(draft, { track, key, evidence: "Exact" })
}

/** A waiting key takes the newest exact track; a bound one takes it for a binding that is older or not exact (law 7). */
const takesExact = (draft: Draft, pair: Pair): boolean => {
  const { exact, flight, holding } = draft.seat(pair.key)
  const { order } = pair.track
  if (holding === undefined) {
    if (flight === undefined || order < (OrderedMap.last(exact)?.order ?? 0)) return false
    bind(draft, pair)
    return true
  }
  if (order < holding.track.order && holding.evidence === "Exact") return false
  supersede(draft, pair)
  return true
}

// --- What a step calls ------------------------------------------------------------------------------------------------

/** The ranks that a key's first call adds to those of `eliminate`: exact evidence, and what another session had. */
export const firstCall = (draft: Draft, key: TrackKey): void => {
  const { kindOnly, seats } = draft.person(key)
  if (seats[key.trackType].exact !== undefined) offerExact(draft, key)
  else if (kindOnly[kindOf(key.trackType)] === undefined) inherit(draft, key)
}

const inherit = (draft: Draft, key: TrackKey): void => {
  const pair = inheritance(draft, key)
  if (pair !== undefined) bind(draft, pair)
}

/**
 * Law 7: the resolve that ends an unpublish takes a track that came since, if it can be no other's; unless a track that
 * came since as well has said that it is the key's.
 */
export const republish = (draft: Draft, key: TrackKey): void => {
  const kind = kindOf(key.trackType)
  const { kindOnly, seats } = draft.person(key)
  const holding = seats[key.trackType].holding!
  draft.putSeat(key, { holding: { ...holding, unpublished: undefined } })
  const track = OrderedMap.first(kindOnly[kind])
  const isSince = (known: Known) => known.order > holding.unpublished!
  if (
    track !== undefined && OrderedMap.size(kindOnly[kind]) === 1 && isSince(track)
    && !(holding.evidence === "Exact" && isSince(holding.track))
    && !typesOf[kind].some((type) => waits(seats[type]))
  ) {
    supersede(draft, { track, key, evidence: "Kind" })
  }
}

/** Law 8, `afterLeave`: the leave of one session answers the only other that waits for what it had. */
export const inheritFrom = (draft: Draft, { sessionId, userId }: Participant, trackType: TrackType): void => {
  const { waiting } = draft.sessions({ userId, sessionId, trackType })
  const key = OrderedMap.size(waiting) === 1 ? OrderedMap.first(waiting) : undefined
  if (key === undefined) return
  const { kindOnly, seats } = draft.person(key)
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
  const isNew = (pair: Pair, then: (draft: Draft) => Pair | undefined): boolean => {
    if (pair.track.trackId === arrived) return true
    const same = then(new Draft(before, draft.now))
    return same?.track.trackId !== pair.track.trackId || !isKey(same.key, pair.key)
  }
  for (const { after } of draft.seen) {
    for (const kind of kinds) {
      const pair = soleKind(after, kind)
      if (pair !== undefined && isNew(pair, (then) => soleKind(then.person(after.participant), kind))) return pair
    }
  }
  for (const type of types) {
    const pair = soleAnonymous(draft, type)
    if (pair !== undefined && isNew(pair, (then) => soleAnonymous(then, type))) return pair
  }
  return undefined
}

// --- Why not ----------------------------------------------------------------------------------------------------------

const mostCandidates = 8

/** The tracks that came near a waiting key, best first and no more than eight, and how many more there are. */
export const refusals = (
  draft: Draft,
  key: TrackKey
): { readonly candidates: ReadonlyArray<RejectedTrack>; readonly omitted: number } => {
  const { trackType } = key
  const kind = kindOf(trackType)
  const { kindOnly, seats } = draft.person(key)
  const { exact } = seats[trackType]
  const { [kind]: untyped, [trackType]: typed } = draft.anonymous
  const sibling = typesOf[kind].find((type) => type !== trackType)!
  const alone = (tracks: number, keys: number): RejectionReason =>
    tracks > 1 ? "NotTheOnlyTrack" : keys > 1 ? "NotTheOnlyKey" : "LeftUnique"
  const siblings = typesOf[kind].filter((type) => waits(seats[type])).length
  const anonymous = (keys: number): RejectionReason =>
    draft.policy.anonymousTracks === "never"
      ? "Disabled"
      : exact !== undefined || kindOnly[kind] !== undefined
      ? "Outranked"
      : alone(OrderedMap.size(typed) + OrderedMap.size(untyped), keys)
  const ofType = OrderedMap.size(draft.waiting[trackType])
  const near: ReadonlyArray<readonly [OrderedMap.OrderedMap<Known>, RejectionReason]> = [
    [exact, "LeftUnique"],
    [kindOnly[kind], exact !== undefined ? "Outranked" : alone(OrderedMap.size(kindOnly[kind]), siblings)],
    [typed, anonymous(ofType)],
    [untyped, anonymous(ofType + OrderedMap.size(draft.waiting[sibling]))],
    [seats[sibling].exact, "AnotherType"]
  ]
  const { live } = draft.sessions(key)
  function* candidates(): Generator<RejectedTrack> {
    for (const [tracks, why] of near) for (const { trackId } of OrderedMap.values(tracks)) yield { trackId, why }
    for (const other of OrderedMap.values(live)) {
      yield { trackId: draft.seat(other).holding!.track.trackId, why: "AnotherSession" }
    }
  }
  const nearest = Array.from(Iterable.take(candidates(), mostCandidates))
  const all = near.reduce((count, [tracks]) => count + OrderedMap.size(tracks), OrderedMap.size(live))
  return { candidates: nearest, omitted: all - nearest.length }
}
