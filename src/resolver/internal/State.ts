/**
 * Where every track is, who waits for which key, and the indexes that answer the correlation's questions without a scan.
 * Keeps the books; decides nothing: which track belongs to which key is `Matching`'s to say.
 *
 * A `Ledger` is immutable and persistent; a step edits a `Draft` of it. A ledger taken in the middle of a step costs
 * next to nothing and stays as it was.
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
  UnboundReason
} from "../../Track.ts"
import { kindOf, TrackType } from "../../Track.ts"
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
  readonly requestedAt: number
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
  readonly requestedAt: number
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
  | { readonly _tag: "Unpublished"; readonly key: TrackKey; readonly ticket: number; readonly callers: number }
  | { readonly _tag: "Left"; readonly participant: Participant; readonly callers: number; readonly pending: number }
  | { readonly _tag: "Expired"; readonly trackId: TrackId }
  | { readonly _tag: "Evicted"; readonly trackId: TrackId }

export const types: ReadonlyArray<TrackType> = TrackType.literals

export const kinds: ReadonlyArray<TrackKind> = ["audio", "video"]

export const typesOf: { readonly [kind in TrackKind]: ReadonlyArray<TrackType> } = {
  audio: types.filter((type) => kindOf(type) === "audio"),
  video: types.filter((type) => kindOf(type) === "video")
}

// The length keeps ("a", "bc") and ("ab", "c") apart; a string, because hashing an object costs microseconds.
export const idOf = ({ sessionId, userId }: Participant): string => `${userId.length}:${userId}${sessionId}`

const userIdOf = (trackType: TrackType, userId: string): string => `${trackType}:${userId}`

export const isSession = (a: Participant, b: Participant): boolean =>
  a.userId === b.userId && a.sessionId === b.sessionId

export const waits = (seat: Seat): boolean => seat.flight !== undefined && seat.holding === undefined

export const bindingOf = (key: TrackKey, holding: Holding): Binding => ({
  key,
  trackId: holding.track.trackId,
  evidence: holding.evidence,
  registeredAt: holding.track.registeredAt,
  requestedAt: holding.requestedAt,
  resolvedAt: holding.resolvedAt,
  published: holding.unpublished === undefined
})

/** The flight without one of its callers. */
export const without = (flight: Flight, holder: boolean): Flight | undefined =>
  flight.callers === 1
    ? undefined
    : { ...flight, callers: flight.callers - 1, claimed: flight.claimed && !holder }

const emptySeat: Seat = { flight: undefined, holding: undefined, exact: undefined }

const nobody = ({ sessionId, userId }: Participant): Person => ({
  participant: { userId, sessionId },
  seats: { Audio: emptySeat, Video: emptySeat, ScreenShare: emptySeat, ScreenShareAudio: emptySeat },
  kindOnly: { audio: undefined, video: undefined }
})

const noSessions: Sessions = { live: undefined, left: undefined, waiting: undefined }

const isEmptySeat = ({ exact, flight, holding }: Seat): boolean =>
  flight === undefined && holding === undefined && exact === undefined

/** Whether there is nothing about the participant. */
export const isNobody = ({ kindOnly, seats }: Person): boolean =>
  kindOnly.audio === undefined && kindOnly.video === undefined && types.every((type) => isEmptySeat(seats[type]))

const isNoSessions = ({ left, live, waiting }: Sessions): boolean =>
  live === undefined && left === undefined && waiting === undefined

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

export const person = (self: Ledger, participant: Participant): Person | undefined =>
  Option.getOrUndefined(HashMap.get(self.people, idOf(participant)))

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

/** An entry of a map as a step found it and as it leaves it. */
export interface Edited<A> {
  readonly id: string
  readonly before: A | undefined
  after: A
}

/**
 * One step's working copy of a ledger: edited in place, every field of it persistent. People and sessions are looked up
 * once and written back once, however often a step asks for them.
 */
export class Draft {
  readonly base: Ledger
  readonly policy: Policy
  readonly now: number
  anonymous: Ledger["anonymous"]
  waiting: Ledger["waiting"]
  pending: Ledger["pending"]
  inheritable: Ledger["inheritable"]
  readonly outcomes: Array<Outcome> = []

  private tracks: Ledger["tracks"]
  private readonly people: Array<Edited<Person>> = []
  private readonly peopleById = new Map<string, Edited<Person>>()
  private readonly users = new Map<string, Edited<Sessions>>()
  private latest: Edited<Person> | undefined
  private bound: number
  private sequence: number

  constructor(ledger: Ledger, now: number) {
    this.base = ledger
    this.policy = ledger.policy
    this.now = now
    this.tracks = ledger.tracks
    this.anonymous = ledger.anonymous
    this.waiting = ledger.waiting
    this.pending = ledger.pending
    this.inheritable = ledger.inheritable
    this.bound = ledger.bound
    this.sequence = ledger.sequence
  }

  /** The ledger as the draft has it now: the very one it was made from, if nothing was written. */
  ledger(): Ledger {
    let { people, users } = this.base
    for (const { after, before, id } of this.people) {
      if (after !== before) people = isNobody(after) ? HashMap.remove(people, id) : HashMap.set(people, id, after)
    }
    for (const { after, before, id } of this.users.values()) {
      if (after !== before) users = isNoSessions(after) ? HashMap.remove(users, id) : HashMap.set(users, id, after)
    }
    const { anonymous, base, bound, inheritable, pending, policy, sequence, tracks, waiting } = this
    return people === base.people && tracks === base.tracks
      ? base
      : { policy, tracks, people, users, anonymous, waiting, pending, inheritable, bound, sequence }
  }

  next(): number {
    return ++this.sequence
  }

  // --- Looking ----------------------------------------------------------------------------------------------------

  place(trackId: TrackId): Place | undefined {
    return Option.getOrUndefined(HashMap.get(this.tracks, trackId))
  }

  person(participant: Participant): Person {
    return this.entry(participant).after
  }

  seat(key: TrackKey): Seat {
    return this.entry(key).after.seats[key.trackType]
  }

  /** Everybody whom the step has looked at. */
  get seen(): ReadonlyArray<Edited<Person>> {
    return this.people
  }

  sessions(key: TrackKey): Sessions {
    return this.sessionsEntry(key).after
  }

  // A step is mostly about one participant and one of their tracks: to look there first saves building the strings.

  private entry(participant: Participant): Edited<Person> {
    if (this.latest !== undefined && isSession(this.latest.after.participant, participant)) return this.latest
    const id = idOf(participant)
    let entry = this.peopleById.get(id)
    if (entry === undefined) {
      const before = Option.getOrUndefined(HashMap.get(this.base.people, id))
      entry = { id, before, after: before ?? nobody(participant) }
      this.people.push(entry)
      this.peopleById.set(id, entry)
    }
    return this.latest = entry
  }

  private sessionsEntry({ trackType, userId }: TrackKey): Edited<Sessions> {
    const id = userIdOf(trackType, userId)
    let entry = this.users.get(id)
    if (entry === undefined) {
      const before = Option.getOrUndefined(HashMap.get(this.base.users, id))
      this.users.set(id, entry = { id, before, after: before ?? noSessions })
    }
    return entry
  }

  // --- Pending tracks ---------------------------------------------------------------------------------------------

  /** A track that is in no place becomes pending: now or, with `since`, as it already was. */
  addPending(track: Known, since?: Pending): void {
    const pending: Pending = since === undefined
      ? { _tag: "Pending", track, since: this.next(), expiresAt: this.expiry(OrderedMap.last(this.pending)) }
      : { ...since, track }
    this.tracks = HashMap.set(this.tracks, track.trackId, pending)
    this.pending = OrderedMap.set(this.pending, pending.since, pending)
    this.shelve(track, (shelf) => OrderedMap.set(shelf, track.order, track))
  }

  /** A pending track is in no place. */
  removePending({ since, track }: Pending): void {
    this.tracks = HashMap.remove(this.tracks, track.trackId)
    this.pending = OrderedMap.remove(this.pending, since)
    this.shelve(track, (shelf) => OrderedMap.remove(shelf, track.order))
  }

  /** Each pending track on the shelf that its evidence asks for. */
  private shelve(track: Known, edit: (shelf: OrderedMap.OrderedMap<Known>) => OrderedMap.OrderedMap<Known>): void {
    const { kind, participant, trackType } = track
    if (participant === undefined) {
      const pool = trackType ?? kind
      this.anonymous = { ...this.anonymous, [pool]: edit(this.anonymous[pool]) }
      return
    }
    const entry = this.entry(participant)
    const { kindOnly, seats } = entry.after
    if (trackType === undefined) {
      entry.after = { ...entry.after, kindOnly: { ...kindOnly, [kind]: edit(kindOnly[kind]) } }
    } else {
      const seat = seats[trackType]
      entry.after = { ...entry.after, seats: { ...seats, [trackType]: { ...seat, exact: edit(seat.exact) } } }
    }
  }

  // A clock that steps back must not put a later start before an earlier one: the first to expire stays the first.
  private expiry(latest: { readonly expiresAt: number } | undefined): number {
    return Math.max(this.now + this.policy.timeToLive, latest?.expiresAt ?? 0)
  }

  // --- Keys -------------------------------------------------------------------------------------------------------

  /** Who is in flight and what is held, and with it every index of waiting and bound keys. */
  putSeat(key: TrackKey, change: Partial<Pick<Seat, "flight" | "holding">>): void {
    const entry = this.entry(key)
    const before = entry.after.seats[key.trackType]
    const after: Seat = { ...before, ...change }
    entry.after = { ...entry.after, seats: { ...entry.after.seats, [key.trackType]: after } }

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
    const entry = this.sessionsEntry(key)
    entry.after = edit(entry.after)
  }

  // --- Inheritable tracks -----------------------------------------------------------------------------------------

  /** A track that is in no place, because its owner left, waits for another session of theirs. */
  addInheritable(key: TrackKey, { bound, track }: Holding): void {
    const left = this.next()
    const expiresAt = this.expiry(OrderedMap.last(this.inheritable))
    const inheritable: Inheritable = { _tag: "Inheritable", track, key, bound, left, expiresAt }
    this.tracks = HashMap.set(this.tracks, track.trackId, inheritable)
    this.inheritable = OrderedMap.set(this.inheritable, left, inheritable)
    this.editSessions(key, (sessions) => ({ ...sessions, left: OrderedMap.set(sessions.left, bound, inheritable) }))
  }

  /** An inheritable track is in no place. */
  removeInheritable({ bound, key, left, track }: Inheritable): void {
    this.tracks = HashMap.remove(this.tracks, track.trackId)
    this.inheritable = OrderedMap.remove(this.inheritable, left)
    this.editSessions(key, (sessions) => ({ ...sessions, left: OrderedMap.remove(sessions.left, bound) }))
  }
}
