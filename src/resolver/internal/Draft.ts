/**
 * One step's working copy of a state. It moves tracks between locations and keeps every index consistent; it decides
 * nothing.
 *
 * Edited in place, each field persistent: a state that is taken in the middle of a step stays as it was. Participants and
 * sessions are looked up once and written back once, however often a step reads them.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Participant, TrackId, TrackKey, TrackType } from "../../Track.ts"
import * as OrderedMap from "./OrderedMap.ts"
import type { Outcome, Policy } from "./Protocol.ts"
import type {
  Inheritable,
  KeyBinding,
  KeyState,
  ParticipantState,
  Pending,
  Sessions,
  State,
  TrackLocation,
  TrackRecord
} from "./State.ts"
import {
  emptyParticipant,
  emptySessions,
  isEmptyParticipant,
  isEmptySessions,
  isSession,
  isWaiting,
  participantId
} from "./State.ts"

/** An entry of a map, as the step found it and as it will be. */
export interface Entry<A> {
  readonly id: string
  readonly before: A | undefined
  after: A
}

const sessionsId = (trackType: TrackType, userId: string): string => `${trackType}:${userId}`

/** Entries by id. A map is made for the second one, and most steps have one. */
class Entries<A> {
  readonly all: Array<Entry<A>> = []
  private byId: Map<string, Entry<A>> | undefined

  get(id: string): Entry<A> | undefined {
    if (this.byId !== undefined) return this.byId.get(id)
    return this.all[0]?.id === id ? this.all[0] : undefined
  }

  add(entry: Entry<A>): Entry<A> {
    this.all.push(entry)
    if (this.all.length > 1) (this.byId ??= new Map(this.all.map((entry) => [entry.id, entry]))).set(entry.id, entry)
    return entry
  }
}

export class Draft {
  readonly base: State
  readonly policy: Policy
  /** Milliseconds. */
  readonly now: number
  anonymous: State["anonymous"]
  waiting: State["waiting"]
  pending: State["pending"]
  inheritable: State["inheritable"]
  readonly outcomes: Array<Outcome> = []

  private tracks: State["tracks"]
  private readonly participants = new Entries<ParticipantState>()
  private readonly sessionEntries = new Entries<Sessions>()
  private latest: Entry<ParticipantState> | undefined
  private boundCount: number
  private sequence: number

  constructor(base: State, now: number) {
    this.base = base
    this.policy = base.policy
    this.now = now
    this.tracks = base.tracks
    this.anonymous = base.anonymous
    this.waiting = base.waiting
    this.pending = base.pending
    this.inheritable = base.inheritable
    this.boundCount = base.boundCount
    this.sequence = base.sequence
  }

  /** The edited state. The very same object as `base` if nothing was edited. */
  state(): State {
    let { participants, sessions } = this.base
    for (const { after, before, id } of this.participants.all) {
      if (after === before) continue
      participants = isEmptyParticipant(after) ? HashMap.remove(participants, id) : HashMap.set(participants, id, after)
    }
    for (const { after, before, id } of this.sessionEntries.all) {
      if (after === before) continue
      sessions = isEmptySessions(after) ? HashMap.remove(sessions, id) : HashMap.set(sessions, id, after)
    }
    const { anonymous, base, boundCount, inheritable, pending, policy, sequence, tracks, waiting } = this
    return participants === base.participants && tracks === base.tracks
      ? base
      : { policy, tracks, participants, sessions, anonymous, waiting, pending, inheritable, boundCount, sequence }
  }

  next(): number {
    return ++this.sequence
  }

  // --- Reading ----------------------------------------------------------------------------------------------------

  location(trackId: TrackId): TrackLocation | undefined {
    return Option.getOrUndefined(HashMap.get(this.tracks, trackId))
  }

  participant(participant: Participant): ParticipantState {
    return this.participantEntry(participant).after
  }

  key(key: TrackKey): KeyState {
    return this.participantEntry(key).after.keys[key.trackType]
  }

  /** The sessions of the key's user, for the key's type. */
  sessions(key: TrackKey): Sessions {
    return this.sessionsEntry(key).after
  }

  /** Every participant that the step has read or edited. */
  get touched(): ReadonlyArray<Entry<ParticipantState>> {
    return this.participants.all
  }

  // Most steps read one participant again and again: remembering the latest one saves building its id.
  private participantEntry(participant: Participant): Entry<ParticipantState> {
    if (this.latest !== undefined && isSession(this.latest.after.participant, participant)) return this.latest
    const id = participantId(participant)
    const known = this.participants.get(id)
    if (known !== undefined) return this.latest = known
    const before = Option.getOrUndefined(HashMap.get(this.base.participants, id))
    return this.latest = this.participants.add({ id, before, after: before ?? emptyParticipant(participant) })
  }

  private sessionsEntry({ trackType, userId }: TrackKey): Entry<Sessions> {
    const id = sessionsId(trackType, userId)
    const known = this.sessionEntries.get(id)
    if (known !== undefined) return known
    const before = Option.getOrUndefined(HashMap.get(this.base.sessions, id))
    return this.sessionEntries.add({ id, before, after: before ?? emptySessions })
  }

  // --- Pending tracks ---------------------------------------------------------------------------------------------

  /** Adds a track that has no location. With `former` it keeps its place in the order and its time to live. */
  addPending(track: TrackRecord, former?: Pending): void {
    const pending: Pending = former === undefined
      ? { _tag: "Pending", track, pendingOrder: this.next(), expiresAt: this.expiry(OrderedMap.last(this.pending)) }
      : { ...former, track }
    this.tracks = HashMap.set(this.tracks, track.trackId, pending)
    this.pending = OrderedMap.set(this.pending, pending.pendingOrder, pending)
    this.reindex(track, (index) => OrderedMap.set(index, track.order, track))
  }

  removePending({ pendingOrder, track }: Pending): void {
    this.tracks = HashMap.remove(this.tracks, track.trackId)
    this.pending = OrderedMap.remove(this.pending, pendingOrder)
    this.reindex(track, (index) => OrderedMap.remove(index, track.order))
  }

  /** Edits the index that holds pending tracks with this track's evidence. */
  private reindex(
    track: TrackRecord,
    edit: (index: OrderedMap.OrderedMap<TrackRecord>) => OrderedMap.OrderedMap<TrackRecord>
  ): void {
    const { kind, participant, trackType } = track
    if (participant === undefined) {
      const pool = trackType ?? kind
      this.anonymous = { ...this.anonymous, [pool]: edit(this.anonymous[pool]) }
      return
    }
    const entry = this.participantEntry(participant)
    const { keys, kindOnly } = entry.after
    if (trackType === undefined) {
      entry.after = { ...entry.after, kindOnly: { ...kindOnly, [kind]: edit(kindOnly[kind]) } }
    } else {
      const key = keys[trackType]
      entry.after = { ...entry.after, keys: { ...keys, [trackType]: { ...key, exact: edit(key.exact) } } }
    }
  }

  // If the clock steps back, a later start must not expire before an earlier one: the first in order expires first.
  private expiry(latest: { readonly expiresAt: number } | undefined): number {
    return Math.max(this.now + this.policy.timeToLive, latest?.expiresAt ?? 0)
  }

  // --- Keys -------------------------------------------------------------------------------------------------------

  /** Edits a key, and with it the indexes of waiting and bound keys. */
  editKey(key: TrackKey, change: Partial<Pick<KeyState, "inFlight" | "binding">>): void {
    const entry = this.participantEntry(key)
    const before = entry.after.keys[key.trackType]
    const after: KeyState = { ...before, ...change }
    entry.after = { ...entry.after, keys: { ...entry.after.keys, [key.trackType]: after } }
    this.reindexWaiting(key, before, after)
    if (before.binding?.bindingOrder !== after.binding?.bindingOrder) this.reindexBound(key, before, after)
  }

  private reindexWaiting(key: TrackKey, before: KeyState, after: KeyState): void {
    const waited = isWaiting(before)
    if (waited === isWaiting(after)) return
    const { generation } = (waited ? before : after).inFlight!
    const edit = (keys: OrderedMap.OrderedMap<TrackKey>) =>
      waited ? OrderedMap.remove(keys, generation) : OrderedMap.set(keys, generation, key)
    this.waiting = { ...this.waiting, [key.trackType]: edit(this.waiting[key.trackType]) }
    this.editSessions(key, (sessions) => ({ ...sessions, waiting: edit(sessions.waiting) }))
  }

  private reindexBound(key: TrackKey, before: KeyState, after: KeyState): void {
    if (before.binding !== undefined) {
      const { bindingOrder, track } = before.binding
      this.boundCount--
      this.tracks = HashMap.remove(this.tracks, track.trackId)
      this.editSessions(key, (sessions) => ({ ...sessions, live: OrderedMap.remove(sessions.live, bindingOrder) }))
    }
    if (after.binding !== undefined) {
      const { bindingOrder, track } = after.binding
      this.boundCount++
      this.tracks = HashMap.set(this.tracks, track.trackId, { _tag: "Bound", key })
      this.editSessions(key, (sessions) => ({ ...sessions, live: OrderedMap.set(sessions.live, bindingOrder, key) }))
    }
  }

  private editSessions(key: TrackKey, edit: (sessions: Sessions) => Sessions): void {
    if (this.policy.sessionMigration === "never") return
    const entry = this.sessionsEntry(key)
    entry.after = edit(entry.after)
  }

  // --- Inheritable tracks -----------------------------------------------------------------------------------------

  /** Adds a track that has no location because the participant of its key left. */
  addInheritable(key: TrackKey, { bindingOrder, track }: KeyBinding): void {
    const leaveOrder = this.next()
    const expiresAt = this.expiry(OrderedMap.last(this.inheritable))
    const inheritable: Inheritable = { _tag: "Inheritable", track, key, bindingOrder, leaveOrder, expiresAt }
    this.tracks = HashMap.set(this.tracks, track.trackId, inheritable)
    this.inheritable = OrderedMap.set(this.inheritable, leaveOrder, inheritable)
    this.editSessions(key, (sessions) => ({
      ...sessions,
      left: OrderedMap.set(sessions.left, bindingOrder, inheritable)
    }))
  }

  removeInheritable({ bindingOrder, key, leaveOrder, track }: Inheritable): void {
    this.tracks = HashMap.remove(this.tracks, track.trackId)
    this.inheritable = OrderedMap.remove(this.inheritable, leaveOrder)
    this.editSessions(key, (sessions) => ({ ...sessions, left: OrderedMap.remove(sessions.left, bindingOrder) }))
  }
}
