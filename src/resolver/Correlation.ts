/**
 * Correlates tracks: what a command does to what is known, and what follows from it.
 *
 * The heart of the library, and pure: a state, a command and the time in; a state, a reply and outcomes out. Knows no
 * clock and no fiber, waits for nothing, and never fails. The same commands at the same times always give the same
 * decisions.
 *
 * @since 0.1.0
 */
import type { Binding, IncomingTrack, Participant, RejectedTrack, TrackId, TrackKey } from "../Track.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import * as Ledger from "./internal/State.ts"
import * as Matching from "./Matching.ts"

/**
 * All that is known: every pending track, every waiting key, every binding. Immutable.
 *
 * @category models
 * @since 0.1.0
 */
export interface Correlation extends Ledger.Ledger {}

/**
 * The choices that a correlation is made with. `timeToLive` is in milliseconds, `capacity` a count of tracks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy extends Ledger.Policy {}

/**
 * What can be asked of a correlation.
 *
 * A resolve is a caller: it comes with `Resolve`; if that leaves it waiting it queues for its key's permit and then says
 * `Claim`; and if it ends unanswered, by deadline or interruption, it says `GiveUp`. `ticket` is what `Resolve` gave it.
 *
 * @category models
 * @since 0.1.0
 */
export type Command =
  | { readonly _tag: "Register"; readonly track: IncomingTrack }
  | { readonly _tag: "Resolve"; readonly key: TrackKey }
  | { readonly _tag: "Claim"; readonly key: TrackKey; readonly ticket: number }
  | { readonly _tag: "GiveUp"; readonly key: TrackKey; readonly ticket: number; readonly claimed: boolean }
  | { readonly _tag: "Unpublish"; readonly key: TrackKey }
  | { readonly _tag: "Cancel"; readonly participant: Participant }
  | { readonly _tag: "Retire"; readonly trackId: TrackId }
  | { readonly _tag: "Expire" }

/**
 * What happened, in the order in which it is to be told.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = Ledger.Outcome

/**
 * The key is bound: the caller's answer.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Answered {
  readonly _tag: "Answered"
  readonly trackId: TrackId
}

/**
 * The key is not bound: the caller waits.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Waiting {
  readonly _tag: "Waiting"
  readonly ticket: number
}

/**
 * An unpublish or a leave has ended the caller before it came to its turn.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Overtaken {
  readonly _tag: "Overtaken"
}

/**
 * The caller goes without an answer, and these tracks came near.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Unanswered {
  readonly _tag: "Unanswered"
  readonly candidates: ReadonlyArray<RejectedTrack>
  readonly omitted: number
}

/**
 * The reply to each command. `Register` says false of a known track that claims to be of the other kind, which nothing
 * can be made of.
 *
 * @category replies
 * @since 0.1.0
 */
export interface Replies {
  readonly Register: boolean
  readonly Resolve: Answered | Waiting
  readonly Claim: Answered | Waiting | Overtaken
  readonly GiveUp: Answered | Unanswered | Overtaken
  readonly Unpublish: TrackId | undefined
  readonly Cancel: void
  readonly Retire: TrackKey | undefined
  readonly Expire: void
}

/**
 * What a command did.
 *
 * @category models
 * @since 0.1.0
 */
export interface Step<out Reply> {
  readonly state: Correlation
  readonly reply: Reply
  readonly outcomes: ReadonlyArray<Outcome>
}

/**
 * Knows nothing yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty = (policy: Policy): Correlation => Ledger.empty(policy)

/**
 * Obeys a command. `now` is in milliseconds and decides what has expired, whichever timer ran or did not run.
 *
 * A command that changes nothing gives back the very same state.
 *
 * @category combinators
 * @since 0.1.0
 */
export const step = <C extends Command>(state: Correlation, command: C, now: number): Step<Replies[C["_tag"]]> => {
  const draft = new Ledger.Draft(state, now)
  expire(draft)
  const before = draft.ledger()
  const reply = obey(draft, before, command) as Replies[C["_tag"]]
  evict(draft)
  return { state: draft.ledger(), reply, outcomes: draft.outcomes }
}

const obey = (draft: Ledger.Draft, before: Correlation, command: Command): Replies[Command["_tag"]] => {
  switch (command._tag) {
    case "Register":
      return register(draft, before, command.track)
    case "Resolve":
      return resolve(draft, before, command.key)
    case "Claim":
      return claim(draft, command.key, command.ticket)
    case "GiveUp":
      return giveUp(draft, command.key, command.ticket, command.claimed)
    case "Unpublish":
      return unpublish(draft, command.key)
    case "Cancel":
      return cancel(draft, command.participant)
    case "Retire":
      return retire(draft, command.trackId)
    case "Expire":
      return
  }
}

// --- Tracks -----------------------------------------------------------------------------------------------------------

/** Law 5: absent never erases, different replaces, and only what changes now can contradict. */
const register = (draft: Ledger.Draft, before: Correlation, said: IncomingTrack): boolean => {
  const { kind, trackId } = said
  const at = draft.place(trackId)
  const known = at === undefined ? undefined : at._tag === "Bound" ? draft.seat(at.key).holding!.track : at.track
  if (known !== undefined && known.kind !== kind) return false
  if (at === undefined || known === undefined || at._tag === "Inheritable") {
    if (at?._tag === "Inheritable") draft.removeInheritable(at)
    const { participant, trackType } = said
    Matching.arrive(draft, { trackId, kind, participant, trackType, order: draft.next(), registeredAt: draft.now })
  } else {
    const { participant = known.participant, trackType = known.trackType } = said
    const sameOwner = participant === known.participant
      || (known.participant !== undefined && Ledger.isSession(participant!, known.participant))
    const sameType = trackType === known.trackType
    if (sameOwner && sameType) return true
    const track: Ledger.Known = { ...known, participant, trackType }
    if (at._tag === "Pending") {
      draft.removePending(at)
      Matching.arrive(draft, track, at)
    } else {
      const { key } = at
      const contradicted = (!sameOwner && !Ledger.isSession(participant!, key)) ||
        (!sameType && trackType !== key.trackType)
      if (!contradicted) {
        Matching.confirm(draft, key, track)
        return true
      }
      Matching.unbind(draft, key, "Contradicted")
      Matching.arrive(draft, track)
      Matching.offerExact(draft, key)
    }
  }
  Matching.eliminate(draft, before, trackId)
  return true
}

const retire = (draft: Ledger.Draft, trackId: TrackId): TrackKey | undefined => {
  const at = draft.place(trackId)
  switch (at?._tag) {
    case undefined:
      return undefined
    case "Pending": {
      draft.removePending(at)
      return undefined
    }
    case "Inheritable": {
      draft.removeInheritable(at)
      return undefined
    }
    case "Bound": {
      Matching.unbind(draft, at.key, "Retired")
      return at.key
    }
  }
}

/** Law 12: what has had its time goes, before anything else happens at this time. */
const expire = (draft: Ledger.Draft): void => {
  for (
    let pending = OrderedMap.first(draft.pending);
    pending !== undefined && pending.expiresAt <= draft.now;
    pending = OrderedMap.first(draft.pending)
  ) {
    draft.removePending(pending)
    draft.outcomes.push({ _tag: "Expired", trackId: pending.track.trackId })
  }
  for (
    let left = OrderedMap.first(draft.inheritable);
    left !== undefined && left.expiresAt <= draft.now;
    left = OrderedMap.first(draft.inheritable)
  ) {
    draft.removeInheritable(left)
  }
}

const evict = (draft: Ledger.Draft): void => {
  while (OrderedMap.size(draft.pending) > draft.policy.capacity) {
    const pending = OrderedMap.first(draft.pending)!
    draft.removePending(pending)
    draft.outcomes.push({ _tag: "Evicted", trackId: pending.track.trackId })
  }
}

// --- Callers ----------------------------------------------------------------------------------------------------------

const resolve = (draft: Ledger.Draft, before: Correlation, key: TrackKey): Answered | Waiting => {
  const { flight, holding } = draft.seat(key)
  if (holding !== undefined) {
    if (holding.unpublished !== undefined) {
      Matching.republish(draft, key)
      Matching.eliminate(draft, before)
    }
    return answer(draft, key)!
  }
  if (flight !== undefined) {
    draft.putSeat(key, { flight: { ...flight, callers: flight.callers + 1 } })
    return { _tag: "Waiting", ticket: flight.ticket }
  }
  const ticket = draft.next()
  draft.putSeat(key, { flight: { ticket, requestedAt: draft.now, callers: 1, claimed: false } })
  Matching.firstCall(draft, key)
  Matching.eliminate(draft, before)
  const answered = answer(draft, key)
  if (answered === undefined) return { _tag: "Waiting", ticket }
  draft.putSeat(key, { flight: undefined })
  return answered
}

const answer = (draft: Ledger.Draft, key: TrackKey): Answered | undefined => {
  const { holding } = draft.seat(key)
  return holding === undefined ? undefined : { _tag: "Answered", trackId: holding.track.trackId }
}

/** The caller holds its key's permit: it has its answer, or it is the one that waits for it. */
const claim = (draft: Ledger.Draft, key: TrackKey, ticket: number): Answered | Waiting | Overtaken => {
  const { flight } = draft.seat(key)
  if (flight?.ticket !== ticket) return { _tag: "Overtaken" }
  const answered = answer(draft, key)
  draft.putSeat(key, { flight: answered === undefined ? { ...flight, claimed: true } : Ledger.without(flight, false) })
  return answered ?? { _tag: "Waiting", ticket }
}

/** Law 2: at the end it looks once more, and takes nothing with it. */
const giveUp = (
  draft: Ledger.Draft,
  key: TrackKey,
  ticket: number,
  claimed: boolean
): Answered | Unanswered | Overtaken => {
  const { flight } = draft.seat(key)
  if (flight?.ticket !== ticket) return { _tag: "Overtaken" }
  const reply: Answered | Unanswered = answer(draft, key)
    ?? { _tag: "Unanswered", ...Matching.refusals(draft, key) }
  draft.putSeat(key, { flight: Ledger.without(flight, claimed) })
  return reply
}

// --- Departures -------------------------------------------------------------------------------------------------------

const unpublish = (draft: Ledger.Draft, key: TrackKey): TrackId | undefined => {
  const { flight, holding } = draft.seat(key)
  const standing = holding !== undefined && holding.unpublished === undefined
  if (flight === undefined && !standing) return undefined
  draft.putSeat(key, {
    flight: undefined,
    holding: standing ? { ...holding, unpublished: draft.next() } : holding
  })
  if (flight !== undefined) {
    const { callers, ticket } = flight
    draft.outcomes.push({ _tag: "Unpublished", key, ticket, callers })
  }
  return standing ? holding.track.trackId : undefined
}

/** Law 9. Under `afterLeave` what was theirs may answer another session of the same user: law 8. */
const cancel = (draft: Ledger.Draft, participant: Participant): void => {
  const { sessionMigration } = draft.policy
  const person = draft.person(participant)
  if (Ledger.isNobody(person)) return
  let callers = 0
  let pending = 0
  const forget = (tracks: OrderedMap.OrderedMap<Ledger.Known>): void => {
    pending += OrderedMap.size(tracks)
    for (const track of OrderedMap.values(tracks)) Matching.forget(draft, track)
  }
  for (const kind of Ledger.kinds) forget(person.kindOnly[kind])
  for (const trackType of Ledger.types) {
    const { exact, flight, holding } = person.seats[trackType]
    const key = { ...person.participant, trackType }
    forget(exact)
    if (flight !== undefined) {
      callers += flight.callers
      draft.putSeat(key, { flight: undefined })
    }
    if (holding !== undefined) {
      Matching.unbind(draft, key, "Left")
      if (sessionMigration !== "never") draft.addInheritable(key, holding)
    }
  }
  draft.outcomes.push({ _tag: "Left", participant: person.participant, callers, pending })
  if (sessionMigration !== "afterLeave") return
  const gone = draft.ledger()
  for (const trackType of Ledger.types) {
    const seat = person.seats[trackType]
    if (Ledger.waits(seat) || seat.holding !== undefined) Matching.inheritFrom(draft, participant, trackType)
  }
  Matching.eliminate(draft, gone)
}

// --- Reading ----------------------------------------------------------------------------------------------------------

/**
 * One string for each participant, and no two for one.
 *
 * @category getters
 * @since 0.1.0
 */
export const participantIdOf: (participant: Participant) => string = Ledger.idOf

/**
 * One string for each key.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (key: TrackKey): string => `${key.trackType}:${Ledger.idOf(key)}`

/**
 * What a key is bound to.
 *
 * @category getters
 * @since 0.1.0
 */
export const binding = (self: Correlation, key: TrackKey): Binding | undefined => {
  const holding = Ledger.person(self, key)?.seats[key.trackType].holding
  return holding === undefined ? undefined : Ledger.bindingOf(key, holding)
}

/**
 * When the next track expires, in milliseconds; `Infinity` if none does.
 *
 * @category getters
 * @since 0.1.0
 */
export const nextExpiry = (self: Correlation): number => Ledger.nextExpiry(self)

/**
 * All there is to see, as plain values. Costs as much as there is; for counts see `counts`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  /** Waiting keys, each with the number of its callers, the longest waiting first. */
  readonly waiting: ReadonlyArray<{ readonly key: TrackKey; readonly callers: number }>
  /** Unclaimed tracks, the longest pending first. */
  readonly pending: ReadonlyArray<IncomingTrack & { readonly registeredAt: number }>
  /** Bindings, the oldest first. */
  readonly bound: ReadonlyArray<Binding>
}

/**
 * How much there is. Costs nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Counts {
  readonly waiting: number
  readonly pending: number
  readonly bound: number
  readonly inheritable: number
}

/**
 * @category getters
 * @since 0.1.0
 */
export const counts = ({ bound, inheritable, pending, waiting }: Correlation): Counts => ({
  waiting: Ledger.types.reduce((count, type) => count + OrderedMap.size(waiting[type]), 0),
  pending: OrderedMap.size(pending),
  bound,
  inheritable: OrderedMap.size(inheritable)
})

/**
 * @category getters
 * @since 0.1.0
 */
export const snapshot = (self: Correlation): Snapshot => {
  const seats = Ledger.seats(self)
  return {
    waiting: seats
      .flatMap(({ key, seat }) => Ledger.waits(seat) ? [{ key, flight: seat.flight! }] : [])
      .sort((a, b) => a.flight.ticket - b.flight.ticket)
      .map(({ flight, key }) => ({ key, callers: flight.callers })),
    pending: Array.from(OrderedMap.values(self.pending), ({ track: { order: _, ...track } }) => track),
    bound: seats
      .flatMap(({ key, seat: { holding } }) => holding === undefined ? [] : [{ key, holding }])
      .sort((a, b) => a.holding.bound - b.holding.bound)
      .map(({ holding, key }) => Ledger.bindingOf(key, holding))
  }
}
