/**
 * Correlates tracks with publications: the effect of one command on the state.
 *
 * Pure: a state, a command and the time in; a state, a reply and outcomes out. It has no clock and no fiber, and it never
 * waits or fails. The same commands at the same times always give the same decisions. `Matching` has the rule.
 *
 * @stability stable
 * @since 0.1.0
 */
import type { Binding, IncomingTrack, Participant, TrackId, TrackKey } from "../Track.ts"
import { Draft } from "./internal/Draft.ts"
import * as OrderedMap from "./internal/OrderedMap.ts"
import type { Answered, Command, NoMatch, Outcome, Policy, Replies, Superseded, Waiting } from "./internal/Protocol.ts"
import type { Counts, Snapshot } from "./internal/Snapshot.ts"
import * as Snapshots from "./internal/Snapshot.ts"
import * as Internal from "./internal/State.ts"
import * as Pairing from "./Pairing.ts"
import { rejections } from "./Rejections.ts"

export type { Answered, Command, NoMatch, Outcome, Policy, Replies, Superseded, Waiting } from "./internal/Protocol.ts"
export type { Counts, Snapshot } from "./internal/Snapshot.ts"

declare const StateTypeId: unique symbol

/**
 * Every pending track, every waiting key and every binding. Immutable and opaque: read it with `binding`, `snapshot` and
 * `counts`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly [StateTypeId]: "effect-track-resolver/Correlation/State"
}

const toOpaque = (state: Internal.State): State => state as unknown as State

const fromOpaque = (state: State): Internal.State => state as unknown as Internal.State

/**
 * The result of one command.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Step<out Reply> {
  readonly state: State
  readonly reply: Reply
  readonly outcomes: ReadonlyArray<Outcome>
}

/**
 * The state before the first command.
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const empty = (policy: Policy): State => toOpaque(Internal.empty(policy))

/**
 * Commands that are applied at one time, one after another: the same as a `step` for each, without a state in between.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Change {
  readonly apply: <C extends Command>(command: C) => Replies[C["_tag"]]
  /** Of all the commands so far. */
  readonly outcomes: ReadonlyArray<Outcome>
  /** After the commands so far. The same object as at the beginning, if they change nothing. */
  readonly state: State
}

/**
 * Begins a change of a state, which stays as it is. `now` is in milliseconds. Only `now` decides which tracks have expired,
 * whether or not a timer ran.
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const change = (state: State, now: number): Change => new DraftChange(fromOpaque(state), now)

/**
 * Applies a command: a `change` of one.
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const step = <C extends Command>(state: State, command: C, now: number): Step<Replies[C["_tag"]]> => {
  const only = change(state, now)
  const reply = only.apply(command)
  return { state: only.state, reply, outcomes: only.outcomes }
}

const noOutcomes: ReadonlyArray<Outcome> = []

class DraftChange implements Change {
  private readonly base: Internal.State
  private readonly now: number
  /** Undefined as long as nothing is to be edited. */
  private draft: Draft | undefined

  constructor(base: Internal.State, now: number) {
    this.base = base
    this.now = now
  }

  apply<C extends Command>(command: C): Replies[C["_tag"]]
  apply(command: Command): Replies[Command["_tag"]] {
    if (this.draft === undefined && command._tag === "Resolve") {
      const known = knownAnswer(this.base, command.key, this.now)
      if (known !== undefined) return known
    }
    const draft = this.draft ??= new Draft(this.base, this.now)
    expire(draft)
    const reply = apply(draft, command)
    evict(draft)
    return reply
  }

  get outcomes(): ReadonlyArray<Outcome> {
    return this.draft?.outcomes ?? noOutcomes
  }

  get state(): State {
    return toOpaque(this.draft?.state() ?? this.base)
  }
}

const apply = (draft: Draft, command: Command): Replies[Command["_tag"]] => {
  switch (command._tag) {
    case "Register":
      return register(draft, command.track)
    case "Resolve":
      return resolve(draft, command.key)
    case "Acquire":
      return acquire(draft, command.key, command.generation)
    case "Abandon":
      return abandon(draft, command.key, command.generation, command.isHolder)
    case "Unpublish":
      return unpublish(draft, command.key)
    case "Cancel":
      return cancel(draft, command.participant)
    case "Retire":
      return retire(draft, command.trackId)
    case "Expire":
      return undefined
  }
}

// --- Tracks -----------------------------------------------------------------------------------------------------------

/** Law 5: an absent field keeps the known value, a different field replaces it. */
const register = (draft: Draft, incoming: IncomingTrack): boolean => {
  const before = draft.state()
  const { kind, trackId } = incoming
  const location = draft.location(trackId)
  const known = location?._tag === "Bound" ? draft.key(location.key).binding!.track : location?.track
  if (known !== undefined && known.kind !== kind) return false
  if (location === undefined || known === undefined || location._tag === "Inheritable") {
    if (location?._tag === "Inheritable") draft.removeInheritable(location)
    const { participant, trackType } = incoming
    Pairing.arrive(draft, { trackId, kind, participant, trackType, order: draft.next(), registeredAt: draft.now })
    Pairing.makePairs(draft, before, trackId)
    return true
  }

  const { participant = known.participant, trackType = known.trackType } = incoming
  const isSameOwner = participant === known.participant
    || (known.participant !== undefined && Internal.isSession(participant!, known.participant))
  const isSameType = trackType === known.trackType
  if (isSameOwner && isSameType) return true
  const track: Internal.TrackRecord = { ...known, participant, trackType }
  if (location._tag === "Pending") {
    draft.removePending(location)
    Pairing.arrive(draft, track, location)
  } else {
    const { key } = location
    // Only evidence that changes in this registration can contradict the binding.
    const isContradicted = (!isSameOwner && !Internal.isSession(participant!, key))
      || (!isSameType && trackType !== key.trackType)
    if (!isContradicted) {
      Pairing.confirm(draft, key, track)
      return true
    }
    Pairing.unbind(draft, key, "Contradicted")
    Pairing.arrive(draft, track)
  }
  Pairing.makePairs(draft, before, trackId)
  return true
}

const retire = (draft: Draft, trackId: TrackId): TrackKey | undefined => {
  const location = draft.location(trackId)
  switch (location?._tag) {
    case undefined:
      return undefined
    case "Pending": {
      draft.removePending(location)
      return undefined
    }
    case "Inheritable": {
      draft.removeInheritable(location)
      return undefined
    }
    case "Bound": {
      Pairing.unbind(draft, location.key, "Retired")
      return location.key
    }
  }
}

/** Law 12: removes the tracks whose time to live has passed. */
const expire = (draft: Draft): void => {
  for (
    let pending = OrderedMap.first(draft.pending);
    pending !== undefined && pending.expiresAt <= draft.now;
    pending = OrderedMap.first(draft.pending)
  ) {
    draft.removePending(pending)
    draft.outcomes.push({ _tag: "Expired", trackId: pending.track.trackId })
  }
  for (
    let inheritable = OrderedMap.first(draft.inheritable);
    inheritable !== undefined && inheritable.expiresAt <= draft.now;
    inheritable = OrderedMap.first(draft.inheritable)
  ) {
    draft.removeInheritable(inheritable)
  }
}

/** Law 12: removes the longest pending tracks that exceed the capacity. */
const evict = (draft: Draft): void => {
  while (OrderedMap.size(draft.pending) > draft.policy.capacity) {
    const pending = OrderedMap.first(draft.pending)!
    draft.removePending(pending)
    draft.outcomes.push({ _tag: "Evicted", trackId: pending.track.trackId })
  }
}

// --- Callers ----------------------------------------------------------------------------------------------------------

/** Law 7: a bound key answers at once. Undefined if the step has something to change: a publication, or what has expired. */
const knownAnswer = (state: Internal.State, key: TrackKey, now: number): Answered | undefined => {
  if (Internal.nextExpiry(state) <= now) return undefined
  const binding = Internal.participantState(state, key)?.keys[key.trackType].binding
  return binding === undefined || binding.unpublishOrder !== undefined ? undefined : toAnswered(binding)
}

const toAnswered = ({ track: { trackId } }: Internal.KeyBinding): Answered => ({ _tag: "Answered", trackId })

const resolve = (draft: Draft, key: TrackKey): Answered | Waiting => {
  const before = draft.state()
  const { binding, inFlight } = draft.key(key)
  if (binding !== undefined) {
    if (binding.unpublishOrder !== undefined) {
      Pairing.republish(draft, key)
      Pairing.makePairs(draft, before)
    }
    return answer(draft, key)!
  }
  if (inFlight !== undefined) {
    draft.editKey(key, { inFlight: { ...inFlight, callers: inFlight.callers + 1 } })
    return { _tag: "Waiting", generation: inFlight.generation }
  }
  const generation = draft.next()
  draft.editKey(key, { inFlight: { generation, requestedAt: draft.now, callers: 1, hasHolder: false } })
  Pairing.firstCall(draft, key)
  Pairing.makePairs(draft, before)
  const answered = answer(draft, key)
  if (answered === undefined) return { _tag: "Waiting", generation }
  draft.editKey(key, { inFlight: undefined })
  return answered
}

const answer = (draft: Draft, key: TrackKey): Answered | undefined => {
  const { binding } = draft.key(key)
  return binding === undefined ? undefined : toAnswered(binding)
}

/** The caller holds the permit of its key. It has its answer, or it is the one that a `Resolved` will answer. */
const acquire = (draft: Draft, key: TrackKey, generation: number): Answered | Waiting | Superseded => {
  const { inFlight } = draft.key(key)
  if (inFlight?.generation !== generation) return { _tag: "Superseded" }
  const answered = answer(draft, key)
  draft.editKey(key, {
    inFlight: answered === undefined ? { ...inFlight, hasHolder: true } : Internal.withoutCaller(inFlight, false)
  })
  return answered ?? { _tag: "Waiting", generation }
}

/** Law 2: a caller that ends checks the binding once more, and consumes nothing. */
const abandon = (
  draft: Draft,
  key: TrackKey,
  generation: number,
  isHolder: boolean
): Answered | NoMatch | Superseded => {
  const { inFlight } = draft.key(key)
  if (inFlight?.generation !== generation) return { _tag: "Superseded" }
  const reply: Answered | NoMatch = answer(draft, key) ?? { _tag: "NoMatch", ...rejections(draft, key) }
  draft.editKey(key, { inFlight: Internal.withoutCaller(inFlight, isHolder) })
  return reply
}

// --- Departures -------------------------------------------------------------------------------------------------------

/** Law 10. The binding stays for the next publication. */
const unpublish = (draft: Draft, key: TrackKey): TrackId | undefined => {
  const { binding, inFlight } = draft.key(key)
  const isPublished = binding !== undefined && binding.unpublishOrder === undefined
  if (inFlight === undefined && !isPublished) return undefined
  draft.editKey(key, {
    inFlight: undefined,
    binding: isPublished ? { ...binding, unpublishOrder: draft.next() } : binding
  })
  if (inFlight !== undefined) {
    const { callers, generation } = inFlight
    draft.outcomes.push({ _tag: "Unpublished", key, generation, callers })
  }
  return isPublished ? binding.track.trackId : undefined
}

/** Law 9. Under `afterLeave` another session of the user may inherit the tracks at once (law 8). */
const cancel = (draft: Draft, participant: Participant): void => {
  const { sessionMigration } = draft.policy
  const former = draft.participant(participant)
  if (Internal.isEmptyParticipant(former)) return
  removeParticipant(draft, former)
  if (sessionMigration !== "afterLeave") return
  const before = draft.state()
  const trackTypes = Internal.types.filter((trackType) => {
    const { binding, inFlight } = former.keys[trackType]
    return inFlight !== undefined || binding !== undefined
  })
  Pairing.passOn(draft, participant, trackTypes)
  Pairing.makePairs(draft, before)
}

const removeParticipant = (draft: Draft, { keys, kindOnly, participant }: Internal.ParticipantState): void => {
  let callers = 0
  let pending = 0
  const forget = (tracks: OrderedMap.OrderedMap<Internal.TrackRecord>): void => {
    pending += OrderedMap.size(tracks)
    for (const track of OrderedMap.values(tracks)) Pairing.forget(draft, track)
  }
  for (const kind of Internal.kinds) forget(kindOnly[kind])
  for (const trackType of Internal.types) {
    const { binding, exact, inFlight } = keys[trackType]
    const key = { ...participant, trackType }
    forget(exact)
    if (inFlight !== undefined) {
      callers += inFlight.callers
      draft.editKey(key, { inFlight: undefined })
    }
    if (binding !== undefined) {
      Pairing.unbind(draft, key, "Left")
      if (draft.policy.sessionMigration !== "never") draft.addInheritable(key, binding)
    }
  }
  draft.outcomes.push({ _tag: "Left", participant, callers, pending })
}

// --- Reading ----------------------------------------------------------------------------------------------------------

/**
 * A string that identifies a participant.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const participantIdOf: (participant: Participant) => string = Internal.participantId

/**
 * A string that identifies a key.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const idOf = (key: TrackKey): string => `${key.trackType}:${Internal.participantId(key)}`

/**
 * The binding of a key.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const binding = (state: State, key: TrackKey): Binding | undefined => {
  const binding = Internal.participantState(fromOpaque(state), key)?.keys[key.trackType].binding
  return binding === undefined ? undefined : Internal.toBinding(key, binding)
}

/**
 * When the next track expires, in milliseconds; `Infinity` if none does.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const nextExpiry = (state: State): number => Internal.nextExpiry(fromOpaque(state))

/**
 * The sizes of the state.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const counts = (state: State): Counts => Snapshots.counts(fromOpaque(state))

/**
 * The content of the state as plain values.
 *
 * @stability stable
 * @category getters
 * @since 0.1.0
 */
export const snapshot = (state: State): Snapshot => Snapshots.make(fromOpaque(state))
