/**
 * The laws as a program, written to be read and not to be fast: two flat lists, and every question answered by looking at
 * all of them. It shares no code with the library. The tests compare the library with it after every event.
 */
import type { Evidence, IncomingTrack, Participant, TrackKey } from "effect-track-resolver"
import { formatParticipant, formatTrackKey, kindOf } from "effect-track-resolver"
import { fits, isKey, isSameUserAndType, isSession, namesAnother, newEvidence, ranks } from "./Event.ts"
import type { Call, Event, Options, Track } from "./Event.ts"

/** The state after an event, the bindings that the event changed, and the track that it returned. */
export interface Result {
  /** Pending tracks are in the order in which they became pending. */
  readonly tracks: ReadonlyArray<Track>
  readonly calls: ReadonlyArray<Call>
  readonly changes: ReadonlyArray<string>
  readonly reply: Track | undefined
  /** The changes, and what else the event ended: pending tracks and callers. In order. */
  readonly facts: ReadonlyArray<string>
  /** Why the pending tracks that came near the key of a caller that ends were not bound to it. Best first. */
  readonly rejections: ReadonlyArray<string>
  /** When the next track expires, in milliseconds. */
  readonly nextExpiry: number
}

interface BoundTrack extends Track {
  readonly location: "bound"
  readonly key: TrackKey
}

interface Pair {
  readonly track: Track
  readonly key: TrackKey
  readonly evidence: Evidence
}

const isPair = (a: Pair, b: Pair): boolean => a.track.trackId === b.track.trackId && isKey(a.key, b.key)

class Model {
  private readonly options: Options
  private tracks: ReadonlyArray<Track> = []
  private calls: ReadonlyArray<Call> = []
  private lastOrder = 0
  private now = 0
  private changes: Array<string> = []
  private facts: Array<string> = []
  private rejections: ReadonlyArray<string> = []
  /** Keys that look for a track beyond the pending ones: at their first call, or when another session left (laws 7, 8). */
  private searching: ReadonlyArray<TrackKey> = []
  /** The track that this event registered with new evidence. */
  private arrived: string | undefined

  constructor(options: Options) {
    this.options = options
  }

  apply(event: Event): Result {
    this.now = event.at
    this.changes = []
    this.facts = []
    this.rejections = []
    this.searching = []
    this.arrived = undefined
    this.expire()
    const before = this.possiblePairs()
    let reply = this.handle(event)
    // Law 4: an arrival makes the pairs that are possible now and were not before, and every pair of the arrived track. A
    // departure makes no pair, except by inheritance, which is possible only for a key that searches.
    const isArrival = event._tag === "Register" || event._tag === "Call"
    this.makePairs(isArrival ? before : this.possiblePairs().filter(({ evidence }) => evidence !== "Inherited"))
    if (event._tag === "Call") {
      reply = this.boundTo(event.key)
      if (reply !== undefined) this.update(reply, { unpublishOrder: undefined })
    }
    this.evict()
    const nextExpiry = Math.min(
      ...this.tracks.flatMap(({ location, since }) => location === "bound" ? [] : [since + this.options.timeToLive]),
      Infinity
    )
    const { calls, changes, facts, rejections, tracks } = this
    return { tracks, calls, changes, reply, facts, rejections, nextExpiry }
  }

  private handle(event: Event): Track | undefined {
    switch (event._tag) {
      case "Register": {
        this.register(event.track)
        return undefined
      }
      case "Call": {
        const isFirst = this.calls.every(({ key }) => !isKey(key, event.key))
        if (isFirst) this.searching = [event.key]
        this.calls = [...this.calls, event]
        return undefined
      }
      case "End": {
        const ended = this.calls.find(({ call }) => call === event.call)
        if (ended !== undefined) this.rejections = this.rejectionsOf(ended.key)
        this.calls = this.calls.filter(({ call }) => call !== event.call)
        return ended === undefined ? undefined : this.boundTo(ended.key)
      }
      case "Unpublish":
        return this.unpublish(event.key)
      case "Leave": {
        this.leave(event.participant)
        return undefined
      }
      case "Retire":
        return this.retire(event.trackId)
      case "Tick":
        return undefined
    }
  }

  // --- Events -----------------------------------------------------------------------------------------------------

  /** Law 5. Law 8: a track whose participant left starts anew. */
  private register(incoming: IncomingTrack): void {
    const known = this.tracks.find(({ location, trackId }) => trackId === incoming.trackId && location !== "left")
    if (known === undefined) {
      this.arrived = incoming.trackId
      this.put({
        ...incoming,
        location: "pending",
        since: this.now,
        registrationOrder: this.nextOrder(),
        bindingOrder: 0
      })
      return
    }
    const evidence = newEvidence(known, incoming)
    if (evidence === undefined) return
    this.arrived = incoming.trackId
    const track = { ...known, ...evidence }
    if (track.key === undefined || track.location === "pending") {
      this.update(known, evidence)
    } else if (namesAnother(evidence, track.key)) {
      this.unbind(track, "Contradicted")
    } else {
      const { key } = track
      const better = ranks.find((rank) => rank === fits(track, key) || rank === track.evidence)
      this.update(known, { ...evidence, evidence: better })
      if (better === "Exact") this.dropInheritable(key)
    }
  }

  /** Law 10. */
  private unpublish(key: TrackKey): Track | undefined {
    const bound = this.boundTo(key)
    const callers = this.calls.filter((call) => isKey(call.key, key)).length
    if (callers > 0) this.facts.push(`${formatTrackKey(key)} unpublished, callers: ${callers}`)
    this.calls = this.calls.filter((call) => !isKey(call.key, key))
    if (bound === undefined || bound.unpublishOrder !== undefined) return undefined
    this.update(bound, { unpublishOrder: this.nextOrder() })
    return bound
  }

  /** Laws 8 and 9. */
  private leave(participant: Participant): void {
    const formerKeys = this.keysInUse().filter((key) => isSession(key, participant))
    const callers = this.calls.filter(({ key }) => isSession(key, participant)).length
    const pending = this.tracks.filter((track) =>
      track.location === "pending" && track.participant !== undefined && isSession(track.participant, participant)
    )
    this.calls = this.calls.filter(({ key }) => !isSession(key, participant))
    this.remove((track) => pending.includes(track))
    for (const trackType of ["Audio", "Video", "ScreenShare", "ScreenShareAudio"] as const) {
      const bound = this.boundTo({ ...participant, trackType })
      if (bound !== undefined) this.unbind(bound, "Left")
    }
    if (formerKeys.length + callers + pending.length > 0) {
      this.facts.push(`${formatParticipant(participant)} left, callers: ${callers}, pending: ${pending.length}`)
    }
    if (this.options.sessionMigration !== "afterLeave") return
    this.searching = formerKeys.flatMap((formerKey) => {
      const [heir, ...others] = this.waitingKeys().filter((key) => isSameUserAndType(key, formerKey))
      return heir !== undefined && others.every((other) => isKey(other, heir)) ? [heir] : []
    })
  }

  private retire(trackId: string): Track | undefined {
    const bound = this.boundTracks().find((track) => track.trackId === trackId)
    if (bound !== undefined) this.unbind(bound, "Retired")
    this.remove((track) => track.trackId === trackId)
    return bound
  }

  /** Law 12. */
  private expire(): void {
    const expired = this.tracks.filter(({ location, since }) =>
      location !== "bound" && since + this.options.timeToLive <= this.now
    )
    for (const { location, trackId } of expired) if (location === "pending") this.facts.push(`${trackId} expired`)
    this.remove((track) => expired.includes(track))
  }

  /** Law 12. */
  private evict(): void {
    const pending = this.tracks.filter(({ location }) => location === "pending")
    const evicted = pending.slice(0, Math.max(0, pending.length - this.options.capacity))
    for (const { trackId } of evicted) this.facts.push(`${trackId} evicted`)
    this.remove((track) => evicted.includes(track))
  }

  // --- Which pairs are possible -----------------------------------------------------------------------------------

  /** Laws 3, 4, 7 and 8: every pair that may be made, the best evidence first, then the track that was registered first. */
  private possiblePairs(): ReadonlyArray<Pair> {
    return ranks.flatMap((evidence) =>
      this.keysInUse().flatMap((key) => {
        const track = this.possibleTrack(key, evidence)
        return track === undefined ? [] : [{ track, key, evidence }]
      }).sort((a, b) => a.track.registrationOrder - b.track.registrationOrder)
    )
  }

  private possibleTrack(key: TrackKey, evidence: Evidence): Track | undefined {
    const [track] = this.fitting(key, evidence)
    if (track === undefined) return undefined
    const bound = this.boundTo(key)
    const isPossible = bound === undefined
      ? !this.isBlocked(key, evidence) && this.mayBind(track, key, evidence)
      : this.maySupersede(bound, track, key, evidence)
    return isPossible ? track : undefined
  }

  /** The tracks that fit a key by this evidence, the newest first. */
  private fitting(key: TrackKey, evidence: Evidence): ReadonlyArray<Track> {
    return evidence === "Inherited"
      ? this.tracks
        .filter((track) => this.isInheritable(track, key))
        .toSorted((a, b) => b.bindingOrder - a.bindingOrder)
      : this.tracks
        .filter((track) => track.location === "pending" && fits(track, key) === evidence)
        .toSorted((a, b) => b.registrationOrder - a.registrationOrder)
  }

  /** Law 8. */
  private isInheritable(track: Track, key: TrackKey): boolean {
    if (track.location === "pending" || track.key === undefined) return false
    const isAnotherSession = isSameUserAndType(track.key, key) && !isKey(track.key, key)
    const isAvailable = track.location === "left" || this.options.sessionMigration === "takeOver"
    return this.isSearching(key) && isAnotherSession && isAvailable
  }

  /** Law 4: better evidence blocks, even if it may not bind. */
  private isBlocked(key: TrackKey, evidence: Evidence): boolean {
    const better = ranks.slice(0, ranks.indexOf(evidence))
    return better.some((rank) => this.fitting(key, rank).length > 0)
  }

  /** Laws 3 and 4, for a key that waits. */
  private mayBind(track: Track, key: TrackKey, evidence: Evidence): boolean {
    switch (evidence) {
      case "Exact":
      case "Inherited":
        return true
      case "Kind":
        return this.isUnique(track, key, evidence)
      case "Anonymous":
        return this.options.anonymousTracks === "unique" && this.isUnique(track, key, evidence)
    }
  }

  /** Law 7, for a key that is bound. */
  private maySupersede(bound: Track, track: Track, key: TrackKey, evidence: Evidence): boolean {
    switch (evidence) {
      case "Exact":
        return bound.evidence !== "Exact" || track.registrationOrder > bound.registrationOrder
      case "Kind": {
        const { unpublishOrder } = bound
        if (unpublishOrder === undefined || !this.isSearching(key)) return false
        const isExactSince = bound.evidence === "Exact" && bound.registrationOrder > unpublishOrder
        return track.registrationOrder > unpublishOrder && !isExactSince && this.isUnique(track, key, evidence)
      }
      case "Inherited":
      case "Anonymous":
        return false
    }
  }

  /** Law 4: no other track fits the key by this evidence, and the track fits no other waiting key. */
  private isUnique(track: Track, key: TrackKey, evidence: Evidence): boolean {
    const isOnlyTrack = this.fitting(key, evidence).length === 1
    const isOnlyKey = this.waitingKeys().every((other) => isKey(other, key) || fits(track, other) === undefined)
    return isOnlyTrack && isOnlyKey
  }

  /** Law 4: for a key that waits. */
  private rejectionsOf(key: TrackKey): ReadonlyArray<string> {
    if (this.boundTo(key) !== undefined) return []
    const byRegistration = this.tracks.filter(({ location }) => location === "pending")
      .toSorted((a, b) => a.registrationOrder - b.registrationOrder)
    const fitting = (evidence: Evidence) => byRegistration.filter((track) => fits(track, key) === evidence)
    const anonymous = fitting("Anonymous")
    const isOfOtherType = (track: Track): boolean =>
      track.trackType !== undefined && track.trackType !== key.trackType
      && fits(track, { ...key, trackType: track.trackType }) === "Exact" && kindOf(key.trackType) === track.kind
    const otherSessions = this.boundTracks()
      .filter((track) => isSameUserAndType(track.key, key))
      .toSorted((a, b) => a.bindingOrder - b.bindingOrder)
    const why = (track: Track, evidence: Evidence): string => {
      if (evidence === "Exact") return "LeftUnique"
      if (evidence === "Anonymous" && this.options.anonymousTracks === "never") return "Disabled"
      if (this.isBlocked(key, evidence)) return "Outranked"
      if (this.fitting(key, evidence).length > 1) return "NotTheOnlyTrack"
      return this.isUnique(track, key, evidence) ? "LeftUnique" : "NotTheOnlyKey"
    }
    return [
      ...ranks.filter((rank) => rank === "Exact" || rank === "Kind").flatMap((rank) =>
        fitting(rank).map((track) => `${track.trackId} ${why(track, rank)}`)
      ),
      ...[
        ...anonymous.filter(({ trackType }) => trackType !== undefined),
        ...anonymous.filter(({ trackType }) => trackType === undefined)
      ].map((track) => `${track.trackId} ${why(track, "Anonymous")}`),
      ...byRegistration.filter(isOfOtherType).map(({ trackId }) => `${trackId} AnotherType`),
      // Under "never" no other session is looked for.
      ...(this.options.sessionMigration === "never"
        ? []
        : otherSessions.map(({ trackId }) => `${trackId} AnotherSession`))
    ]
  }

  // --- Making pairs -----------------------------------------------------------------------------------------------

  /** Makes every possible pair that `excluded` does not contain. Each one can make others possible. */
  private makePairs(excluded: ReadonlyArray<Pair>): void {
    const next = () => {
      const pairs = this.possiblePairs()
      return pairs.find(({ track }) => track.trackId === this.arrived)
        ?? pairs.find((pair) => !excluded.some((other) => isPair(pair, other)))
    }
    for (let pair = next(); pair !== undefined; pair = next()) {
      const bound = this.boundTo(pair.key)
      if (bound === undefined) this.bind(pair)
      else this.supersede(bound, pair)
    }
  }

  /** Law 7: the superseded track and the older exact ones are forgotten; the key stays unpublished. */
  private supersede(bound: Track, pair: Pair): void {
    const { key, track } = pair
    this.remove((older) =>
      older.location === "pending" && older.registrationOrder < track.registrationOrder && fits(older, key) === "Exact"
    )
    this.unbind(bound, "Superseded")
    this.bind(pair, bound.unpublishOrder)
  }

  private bind({ evidence, key, track }: Pair, unpublishOrder?: number): void {
    if (track.location === "bound") this.unbind(track, "Migrated")
    this.change(`+ ${formatTrackKey(key)} ${track.trackId} ${evidence}`)
    const bindingOrder = this.nextOrder()
    this.put({ ...track, location: "bound", since: this.now, key, evidence, bindingOrder, unpublishOrder })
    if (evidence === "Exact" || evidence === "Inherited") this.dropInheritable(key)
  }

  private unbind(track: Track, why: string): void {
    const key = track.key!
    this.change(`- ${formatTrackKey(key)} ${track.trackId} ${why}`)
    const isForgotten = (why === "Left" && this.options.sessionMigration === "never")
      || (why === "Superseded" && !namesAnother(track, key))
    if (isForgotten) this.remove(({ trackId }) => trackId === track.trackId)
    else this.put({ ...track, location: why === "Left" ? "left" : "pending", since: this.now })
  }

  private change(change: string): void {
    this.changes.push(change)
    this.facts.push(change)
  }

  /** Law 8: the other tracks of the user and type that are left. */
  private dropInheritable(key: TrackKey): void {
    this.remove((track) => track.location === "left" && track.key !== undefined && isSameUserAndType(track.key, key))
  }

  // --- Tracks and keys --------------------------------------------------------------------------------------------

  private nextOrder(): number {
    return ++this.lastOrder
  }

  /** Adds a track at the end, or moves it there. */
  private put(track: Track): void {
    this.tracks = [...this.tracks.filter(({ trackId }) => trackId !== track.trackId), track]
  }

  private update(track: Track, change: Partial<Track>): void {
    this.tracks = this.tracks.map((other) => other === track ? { ...track, ...change } : other)
  }

  private remove(isRemoved: (track: Track) => boolean): void {
    this.tracks = this.tracks.filter((track) => !isRemoved(track))
  }

  private boundTracks(): ReadonlyArray<BoundTrack> {
    return this.tracks.filter((track): track is BoundTrack => track.location === "bound")
  }

  private boundTo(key: TrackKey): Track | undefined {
    return this.boundTracks().find((track) => isKey(track.key, key))
  }

  /** One entry for each call. */
  private waitingKeys(): ReadonlyArray<TrackKey> {
    return this.calls.map(({ key }) => key).filter((key) => this.boundTo(key) === undefined)
  }

  private keysInUse(): ReadonlyArray<TrackKey> {
    return [...this.waitingKeys(), ...this.boundTracks().map(({ key }) => key)]
  }

  private isSearching(key: TrackKey): boolean {
    return this.searching.some((other) => isKey(other, key))
  }
}

/** Applies the events to the laws, and returns one result for each. */
export const model = (events: ReadonlyArray<Event>, options: Options): ReadonlyArray<Result> => {
  const laws = new Model(options)
  return events.map((event) => laws.apply(event))
}
