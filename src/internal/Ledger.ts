/**
 * Where every track is, who waits for which key, and the indexes that answer the correlation's questions without a scan.
 * Keeps the books; decides nothing: which track belongs to which key is `Matching`'s to say.
 *
 * A `Ledger` is immutable and persistent. A step edits a `Draft` of it, whose every field is again persistent, so that a
 * ledger taken in the middle of a step costs nothing and stays as it was.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type {
  Binding,
  Evidence,
  IncomingTrack,
  Participant,
  TrackId,
  TrackKey,
  TrackKind,
  TrackType,
  UnboundReason
} from "../Track.ts"
import { kindOf } from "../Track.ts"
import * as OrderedMap from "./OrderedMap.ts"

/** A track as far as it is known, with what its registrations said so far. */
export interface Known extends IncomingTrack {
  /** Its place in the order of first registrations. */
  readonly order: number
  readonly registeredAt: number
}

/** A track that is nobody's yet. */
export interface Pending {
  readonly _tag: "Pending"
  readonly track: Known
  /** Its place in the order of pending starts. */
  readonly since: number
  readonly expiresAt: number
}

/** A track that is a key's. Whether that is so is the key's `Seat` to say; this says only which key to ask. */
export interface Bound {
  readonly _tag: "Bound"
  readonly key: TrackKey
}

/** A track whose owner left and that another session of the same user may still inherit (law 8). */
export interface Inheritable {
  readonly _tag: "Inheritable"
  readonly track: Known
  readonly key: TrackKey
  /** When it was bound, among all bindings. */
  readonly bound: number
  /** When its owner left, among all leaves. */
  readonly left: number
  readonly expiresAt: number
}

export type Place = Pending | Bound | Inheritable

/** The resolves of one key that were called and have not ended. */
export interface Flight {
  /** Tells these resolves from those that an unpublish or a leave has ended, and orders the waiting keys. */
  readonly ticket: number
  readonly calledAt: number
  readonly callers: number
  /** Whether one of them holds the key's permit and waits; the others queue behind it. */
  readonly claimed: boolean
}

/** What a key is bound to. */
export interface Holding {
  readonly track: Known
  readonly evidence: Evidence
  /** Its place in the order of bindings. */
  readonly bound: number
  readonly calledAt: number
  readonly resolvedAt: number
  /** When the publication was taken back, in the order of registrations, if it was. */
  readonly unpublished: number | undefined
}

/** All there is about one key. */
export interface Seat {
  readonly flight: Flight | undefined
  readonly holding: Holding | undefined
  /** Pending tracks that name the key itself. */
  readonly exact: OrderedMap.OrderedMap<Known>
}

/** All there is about one participant. */
export interface Person {
  readonly participant: Participant
  readonly seats: { readonly [type in TrackType]: Seat }
  /** Pending tracks that name the participant and no type. */
  readonly kindOnly: { readonly [kind in TrackKind]: OrderedMap.OrderedMap<Known> }
}

/** One user's sessions, for one track type. Kept only where sessions may inherit from one another. */
export interface Sessions {
  readonly live: OrderedMap.OrderedMap<TrackKey>
  readonly left: OrderedMap.OrderedMap<Inheritable>
  readonly waiting: OrderedMap.OrderedMap<TrackKey>
}

/** The choices a resolver is made with; durations in milliseconds. */
export interface Policy {
  readonly timeToLive: number
  readonly capacity: number
  readonly sessionMigration: "takeOver" | "afterLeave" | "never"
  readonly anonymousTracks: "unique" | "never"
}

export interface Ledger {
  readonly policy: Policy
  readonly tracks: HashMap.HashMap<TrackId, Place>
  readonly people: HashMap.HashMap<string, Person>
  readonly users: HashMap.HashMap<string, Sessions>
  /** Pending tracks that name nobody: typed ones under their type, the others under their kind. */
  readonly anonymous: { readonly [pool in TrackType | TrackKind]: OrderedMap.OrderedMap<Known> }
  /** Waiting keys, in the order of their first calls. */
  readonly waiting: { readonly [type in TrackType]: OrderedMap.OrderedMap<TrackKey> }
  /** Pending tracks, the longest pending first. */
  readonly pending: OrderedMap.OrderedMap<Pending>
  /** Inheritable tracks, the longest left first. */
  readonly inheritable: OrderedMap.OrderedMap<Inheritable>
  readonly bound: number
  /** Counts whatever has to be put in an order. */
  readonly sequence: number
}

/** What happened in a step, in the order in which it is to be told. */
export type Outcome =
  | { readonly _tag: "Bound"; readonly binding: Binding }
  | { readonly _tag: "Unbound"; readonly key: TrackKey; readonly trackId: TrackId; readonly why: UnboundReason }
  /** The caller that holds the key's permit is answered. */
  | { readonly _tag: "Resolved"; readonly key: TrackKey; readonly trackId: TrackId }
  /** Every resolve of the key called so far ends: its publication was taken back. */
  | { readonly _tag: "Unpublished"; readonly key: TrackKey; readonly callers: number }
  | { readonly _tag: "Left"; readonly participant: Participant; readonly callers: number; readonly pending: number }
  | { readonly _tag: "Expired"; readonly trackId: TrackId }
  | { readonly _tag: "Evicted"; readonly trackId: TrackId }

export const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]

export const kinds: ReadonlyArray<TrackKind> = ["audio", "video"]

export const typesOf: { readonly [kind in TrackKind]: ReadonlyArray<TrackType> } = {
  audio: types.filter((type) => kindOf(type) === "audio"),
  video: types.filter((type) => kindOf(type) === "video")
}

// The length keeps ("a", "bc") and ("ab", "c") apart; a string, because hashing an object costs microseconds.
export const idOf = ({ sessionId, userId }: Participant): string => `${userId.length}:${userId}${sessionId}`

const userIdOf = ({ trackType, userId }: TrackKey): string => `${trackType}:${userId}`

export const waits = (seat: Seat): boolean => seat.flight !== undefined && seat.holding === undefined

export const bindingOf = (key: TrackKey, holding: Holding): Binding => ({
  key,
  trackId: holding.track.trackId,
  evidence: holding.evidence,
  registeredAt: holding.track.registeredAt,
  calledAt: holding.calledAt,
  resolvedAt: holding.resolvedAt,
  published: holding.unpublished === undefined
})

/** The flight without one of its callers. */
export const without = (flight: Flight, holder: boolean): Flight | undefined =>
  flight.callers === 1
    ? undefined
    : { ...flight, callers: flight.callers - 1, claimed: flight.claimed && !holder }

const emptySeat: Seat = { flight: undefined, holding: undefined, exact: undefined }

const nobody = {
  seats: { Audio: emptySeat, Video: emptySeat, ScreenShare: emptySeat, ScreenShareAudio: emptySeat },
  kindOnly: { audio: undefined, video: undefined }
}

const noSessions: Sessions = { live: undefined, left: undefined, waiting: undefined }

const isEmptySeat = ({ exact, flight, holding }: Seat): boolean =>
  flight === undefined && holding === undefined && exact === undefined

const isNobody = ({ kindOnly, seats }: Person): boolean =>
  kindOnly.audio === undefined && kindOnly.video === undefined && types.every((type) => isEmptySeat(seats[type]))

export const empty = (policy: Policy): Ledger => ({
  policy,
  tracks: HashMap.empty(),
  people: HashMap.empty(),
  users: HashMap.empty(),
  anonymous: {
    audio: undefined,
    video: undefined,
    Audio: undefined,
    Video: undefined,
    ScreenShare: undefined,
    ScreenShareAudio: undefined
  },
  waiting: { Audio: undefined, Video: undefined, ScreenShare: undefined, ScreenShareAudio: undefined },
  pending: undefined,
  inheritable: undefined,
  bound: 0,
  sequence: 0
})

export const place = (self: Ledger, trackId: TrackId): Place | undefined =>
  Option.getOrUndefined(HashMap.get(self.tracks, trackId))

export const person = (self: Ledger, participant: Participant): Person | undefined =>
  Option.getOrUndefined(HashMap.get(self.people, idOf(participant)))

export const seat = (self: Ledger, key: TrackKey): Seat => person(self, key)?.seats[key.trackType] ?? emptySeat

export const sessions = (self: Ledger, key: TrackKey): Sessions =>
  Option.getOrElse(HashMap.get(self.users, userIdOf(key)), () => noSessions)

/** Every key there is something about. */
export const seats = (self: Ledger): ReadonlyArray<{ readonly key: TrackKey; readonly seat: Seat }> =>
  Array.from(HashMap.values(self.people)).flatMap(({ participant, seats }) =>
    types
      .filter((trackType) => !isEmptySeat(seats[trackType]))
      .map((trackType) => ({ key: { ...participant, trackType }, seat: seats[trackType] }))
  )

/** When the next track expires: milliseconds, or `Infinity`. */
export const nextExpiry = ({ inheritable, pending }: Ledger): number =>
  Math.min(
    OrderedMap.first(pending)?.expiresAt ?? Infinity,
    OrderedMap.first(inheritable)?.expiresAt ?? Infinity
  )

/** One step's working copy of a ledger: edited in place, every field of it persistent. */
export class Draft implements Ledger {
  readonly base: Ledger
  readonly policy: Policy
  readonly now: number
  tracks: Ledger["tracks"]
  people: Ledger["people"]
  users: Ledger["users"]
  anonymous: Ledger["anonymous"]
  waiting: Ledger["waiting"]
  pending: Ledger["pending"]
  inheritable: Ledger["inheritable"]
  bound: number
  sequence: number

  readonly outcomes: Array<Outcome> = []
  /** Everybody the step has written about: where elimination has to look. */
  readonly touched = new Map<string, Participant>()

  constructor(ledger: Ledger, now: number) {
    this.base = ledger
    this.policy = ledger.policy
    this.now = now
    this.tracks = ledger.tracks
    this.people = ledger.people
    this.users = ledger.users
    this.anonymous = ledger.anonymous
    this.waiting = ledger.waiting
    this.pending = ledger.pending
    this.inheritable = ledger.inheritable
    this.bound = ledger.bound
    this.sequence = ledger.sequence
  }

  /** The ledger as the draft has it now: the very one it was made from, if nothing was written. */
  ledger(): Ledger {
    const { anonymous, bound, inheritable, pending, people, policy, sequence, tracks, users, waiting } = this
    return sequence === this.base.sequence && people === this.base.people && pending === this.base.pending
        && inheritable === this.base.inheritable
      ? this.base
      : { policy, tracks, people, users, anonymous, waiting, pending, inheritable, bound, sequence }
  }

  next(): number {
    return ++this.sequence
  }

  // --- Pending tracks ---------------------------------------------------------------------------------------------

  /** A track becomes pending, now or, with `since`, as it already was. */
  addPending(track: Known, since?: Pending): void {
    const pending: Pending = since === undefined
      ? { _tag: "Pending", track, since: this.next(), expiresAt: this.expiry(OrderedMap.last(this.pending)) }
      : { ...since, track }
    this.tracks = HashMap.set(this.tracks, track.trackId, pending)
    this.pending = OrderedMap.set(this.pending, pending.since, pending)
    this.shelve(track, (shelf) => OrderedMap.set(shelf, track.order, track))
  }

  /** A pending track is pending no longer. */
  removePending({ since, track }: Pending): void {
    this.tracks = HashMap.remove(this.tracks, track.trackId)
    this.pending = OrderedMap.remove(this.pending, since)
    this.shelve(track, (shelf) => OrderedMap.remove(shelf, track.order))
  }

  /** Each track in the index that its evidence asks for. */
  private shelve(track: Known, edit: (shelf: OrderedMap.OrderedMap<Known>) => OrderedMap.OrderedMap<Known>): void {
    const { kind, participant, trackType } = track
    if (participant === undefined) {
      const pool = trackType ?? kind
      this.anonymous = { ...this.anonymous, [pool]: edit(this.anonymous[pool]) }
    } else if (trackType === undefined) {
      this.editPerson(participant, (person) => ({
        ...person,
        kindOnly: { ...person.kindOnly, [kind]: edit(person.kindOnly[kind]) }
      }))
    } else {
      const key = { ...participant, trackType }
      const before = seat(this, key)
      this.putSeat(key, { ...before, exact: edit(before.exact) })
    }
  }

  // A clock that steps back must not put a later start before an earlier one: the first to expire stays the first.
  private expiry(latest: { readonly expiresAt: number } | undefined): number {
    return Math.max(this.now + this.policy.timeToLive, latest?.expiresAt ?? 0)
  }

  // --- Keys -------------------------------------------------------------------------------------------------------

  private editPerson(participant: Participant, edit: (person: Person) => Person): void {
    const id = idOf(participant)
    const { sessionId, userId } = participant
    const before = Option.getOrElse(
      HashMap.get(this.people, id),
      (): Person => ({ ...nobody, participant: { userId, sessionId } })
    )
    const after = edit(before)
    this.people = isNobody(after) ? HashMap.remove(this.people, id) : HashMap.set(this.people, id, after)
    this.touched.set(id, after.participant)
  }

  /** Writes a key's seat, and with it every index of waiting and bound keys. */
  putSeat(key: TrackKey, after: Seat): void {
    const before = seat(this, key)
    this.editPerson(key, (person) => ({ ...person, seats: { ...person.seats, [key.trackType]: after } }))
    const waited = waits(before)
    if (waited !== waits(after)) {
      const { ticket } = (waited ? before : after).flight!
      const edit = (keys: OrderedMap.OrderedMap<TrackKey>) =>
        waited ? OrderedMap.remove(keys, ticket) : OrderedMap.set(keys, ticket, key)
      this.waiting = { ...this.waiting, [key.trackType]: edit(this.waiting[key.trackType]) }
      this.editSessions(key, (sessions) => ({ ...sessions, waiting: edit(sessions.waiting) }))
    }
    if (before.holding?.bound === after.holding?.bound) return
    if (before.holding !== undefined) {
      const { bound, track } = before.holding
      this.bound--
      this.tracks = HashMap.remove(this.tracks, track.trackId)
      this.editSessions(key, (sessions) => ({ ...sessions, live: OrderedMap.remove(sessions.live, bound) }))
    }
    if (after.holding !== undefined) {
      const { bound, track } = after.holding
      this.bound++
      this.tracks = HashMap.set(this.tracks, track.trackId, { _tag: "Bound", key })
      this.editSessions(key, (sessions) => ({ ...sessions, live: OrderedMap.set(sessions.live, bound, key) }))
    }
  }

  private editSessions(key: TrackKey, edit: (sessions: Sessions) => Sessions): void {
    if (this.policy.sessionMigration === "never") return
    const id = userIdOf(key)
    const after = edit(sessions(this, key))
    this.users = after.live === undefined && after.left === undefined && after.waiting === undefined
      ? HashMap.remove(this.users, id)
      : HashMap.set(this.users, id, after)
  }

  // --- Inheritable tracks -----------------------------------------------------------------------------------------

  /** Its owner left, and took it with them only for now. */
  addInheritable(key: TrackKey, { bound, track }: Holding): void {
    const left = this.next()
    const expiresAt = this.expiry(OrderedMap.last(this.inheritable))
    const inheritable: Inheritable = { _tag: "Inheritable", track, key, bound, left, expiresAt }
    this.tracks = HashMap.set(this.tracks, track.trackId, inheritable)
    this.inheritable = OrderedMap.set(this.inheritable, left, inheritable)
    this.editSessions(key, (sessions) => ({ ...sessions, left: OrderedMap.set(sessions.left, bound, inheritable) }))
  }

  /** An inheritable track is inheritable no longer. */
  removeInheritable({ bound, key, left, track }: Inheritable): void {
    this.tracks = HashMap.remove(this.tracks, track.trackId)
    this.inheritable = OrderedMap.remove(this.inheritable, left)
    this.editSessions(key, (sessions) => ({ ...sessions, left: OrderedMap.remove(sessions.left, bound) }))
  }
}
