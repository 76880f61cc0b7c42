/**
 * The sessions in a call: the user, the profile, the activity, the stream id prefix and the publications of each, as far as
 * the signalling has reported them. Media are in `MediaLines`.
 *
 * Merges a message into its state and returns the changes as facts. The same user in another session is another entry.
 *
 * Signalling is late, duplicated and out of order, and in a large call the SFU leaves people and joins out. Therefore:
 * - any message that contains a participant can be the first one about that session;
 * - the list of published tracks in such a message adds the types that no event has reported. It may be older than the
 *   events: it never ends a publication, nor does it begin one that an event has ended. Only the list of a join response
 *   is complete;
 * - a track-published event without a participant announces the session if its user is known. A publication event whose
 *   user is unknown creates an unnamed entry, which a later message names;
 * - a session that left stays absent until a message shows that it has returned (`hasReturned`);
 * - a message without a prefix keeps the known prefix, and so does each field of the profile;
 * - what a participant message says of activity can be older than the activity events: it counts as long as no event has
 *   reported that field since the last join response.
 */
import type { Participant } from "../../Track.ts"
import { TrackType } from "../../Track.ts"
import type { TrackRemovedReason } from "../EdgeEvent.ts"
import type { ParticipantActivity, SfuEvent, SfuParticipant, SfuPublication, UnpublishCause } from "../SfuClient.ts"
import { PrefixOwners } from "./PrefixOwners.ts"
import type { PublicationState } from "./RosterEntry.ts"
import { RosterEntry } from "./RosterEntry.ts"

/** The events of an SFU about participants and their publications. */
export type RosterEvent = Extract<
  SfuEvent,
  {
    readonly _tag:
      | "ParticipantJoined"
      | "ParticipantUpdated"
      | "ParticipantLeft"
      | "TrackPublished"
      | "TrackUnpublished"
  }
>

/** The events of an SFU about what it measures. They add no session. */
export type ActivityEvent = Extract<
  SfuEvent,
  {
    readonly _tag:
      | "AudioLevelsChanged"
      | "DominantSpeakerChanged"
      | "ConnectionQualityChanged"
      | "VideoPauseChanged"
  }
>

/** A change of the roster. The roster already has all changes of a message when it returns the first fact. */
export type RosterFact =
  | { readonly _tag: "Joined"; readonly entry: RosterEntry; readonly participant: Participant }
  /**
   * Every publication of the entry ended, and its media lines have no owner. `participant` is absent for a session of
   * our own and for one whose user id was never reported.
   */
  | { readonly _tag: "Left"; readonly entry: RosterEntry; readonly participant: Participant | undefined }
  /** The media lines with this prefix may have another owner. */
  | { readonly _tag: "PrefixChanged"; readonly prefix: string }
  | { readonly _tag: "Published"; readonly entry: RosterEntry; readonly trackType: TrackType }
  | {
    readonly _tag: "Unpublished"
    readonly entry: RosterEntry
    readonly trackType: TrackType
    readonly reason: TrackRemovedReason
  }
  /** For the first time, a session was ignored because the roster is full. */
  | { readonly _tag: "Full" }

/**
 * How many sessions are kept, ourselves included: a hundred times the largest call that we allow for. Further sessions are
 * ignored until others leave; then the next message about such a session adds it.
 */
export const maxSessions = 131_072

/** How many sessions that left, and how many unnamed entries, are kept: in a large call several thousand. */
const maxRemembered = 8_192

export const trackTypes: ReadonlyArray<TrackType> = TrackType.literals

/** Adds an element as the newest one and removes the oldest one over the limit. */
const remember = <A>(map: Map<string, A>, key: string, value: A): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > maxRemembered) map.delete(oldest!)
}

/** The later of two times, of which either may be unknown. */
const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

const reasons: { readonly [cause in UnpublishCause]: TrackRemovedReason } = {
  Unspecified: "Unpublished",
  UserMuted: "Muted",
  PermissionRevoked: "PermissionRevoked",
  Moderation: "Moderation"
}

/** The fields that are not absent. */
const known = <A extends object>(fields: A): Partial<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<A>

const activityOf = ({ audioLevel, connectionQuality, isSpeaking }: ParticipantActivity): RosterEntry["activity"] =>
  known({ audioLevel, connectionQuality, isSpeaking })

/** How a message about a participant is merged. */
interface Merge {
  /** Whether the message shows that the session is in the call, also if it left. */
  readonly isInCall: boolean
  /** The track type of an event: the event itself, and not the list in it, reports whether this type is published. */
  readonly about?: TrackType
}

export class Roster {
  private readonly entries = new Map<string, RosterEntry>()
  /** The session ids that we have joined under. An SFU may still list one that a rejoin has replaced. */
  private readonly own = new Map<string, true>()
  private readonly unnamed = new Set<RosterEntry>()
  /** The session ids that left, and when each joined, if known. */
  private readonly left = new Map<string, number | undefined>()
  private readonly prefixes = new PrefixOwners<RosterEntry>()
  /** From the newest message about a session of our own. */
  private ownUserId: string | undefined
  /** The session id of the dominant speaker. */
  private dominant: string | undefined
  /** The entries that may have changed since `takeTouched`. */
  private touched = new Set<RosterEntry>()
  private wasFull = false

  get all(): ReadonlyArray<RosterEntry> {
    return Array.from(this.entries.values())
  }

  get(sessionId: string): RosterEntry | undefined {
    return this.entries.get(sessionId)
  }

  isDominantSpeaker({ sessionId }: RosterEntry): boolean {
    return sessionId === this.dominant
  }

  /** Whether a session is one of our user: one of this edge, or of another client. */
  isOfOwnUser({ userId }: RosterEntry): boolean {
    return userId !== undefined && userId === this.ownUserId
  }

  /** Something about the entry may have changed that the roster does not know. */
  touch(entry: RosterEntry): void {
    this.touched.add(entry)
  }

  takeTouched(): ReadonlySet<RosterEntry> {
    const { touched } = this
    if (touched.size > 0) this.touched = new Set()
    return touched
  }

  ownerOf(prefix: string): RosterEntry | undefined {
    return this.prefixes.ownerOf(prefix)
  }

  /** Another SFU assigns other prefixes. */
  forgetPrefixes(): void {
    this.prefixes.clear()
    for (const entry of this.entries.values()) entry.prefix = undefined
  }

  onEvent(event: RosterEvent): ReadonlyArray<RosterFact> {
    const facts: Array<RosterFact> = []
    switch (event._tag) {
      case "ParticipantJoined":
        this.mergeParticipant(event.participant, { isInCall: true }, facts)
        break
      case "ParticipantUpdated":
        this.mergeParticipant(event.participant, { isInCall: this.hasReturned(event.participant, false) }, facts)
        break
      case "ParticipantLeft": {
        const { joinedAt, sessionId } = event.participant
        const entry = this.entries.get(sessionId)
        if (entry?.isOwn === true) break
        if (entry !== undefined) this.removeParticipant(entry, facts)
        // Also of a session that no message has named.
        else if (sessionId === this.dominant) this.dominant = undefined
        remember(this.left, sessionId, latest(latest(entry?.joinedAt, joinedAt), this.left.get(sessionId)))
        break
      }
      case "TrackPublished":
        this.mergePublication(event.publication, "Live", "Unpublished", facts)
        break
      case "TrackUnpublished": {
        const { cause, publication } = event
        this.mergePublication(publication, cause === "UserMuted" ? "Muted" : "Ended", reasons[cause], facts)
      }
    }
    return facts
  }

  onActivity(event: ActivityEvent): void {
    switch (event._tag) {
      case "AudioLevelsChanged": {
        for (const { isSpeaking, level: audioLevel, sessionId } of event.levels) {
          const entry = this.entries.get(sessionId)
          if (entry === undefined) continue
          // Levels change all the time, and have a stream of their own.
          if (entry.activity.isSpeaking !== isSpeaking) this.touch(entry)
          entry.activity = { ...entry.activity, isSpeaking, audioLevel }
        }
        break
      }
      case "ConnectionQualityChanged": {
        for (const { quality: connectionQuality, sessionId } of event.qualities) {
          const entry = this.entries.get(sessionId)
          if (entry === undefined) continue
          entry.activity = { ...entry.activity, connectionQuality }
          this.touch(entry)
        }
        break
      }
      case "DominantSpeakerChanged":
        this.setDominant(event.sessionId)
        break
      case "VideoPauseChanged": {
        for (const { isPaused, sessionId, trackType } of event.states) {
          const entry = this.entries.get(sessionId)
          if (entry === undefined) continue
          if (isPaused) entry.paused.add(trackType)
          else entry.paused.delete(trackType)
          this.touch(entry)
        }
      }
    }
  }

  private setDominant(sessionId: string | undefined): void {
    for (const id of [this.dominant, sessionId]) {
      const entry = id === undefined ? undefined : this.entries.get(id)
      if (entry !== undefined) this.touch(entry)
    }
    this.dominant = sessionId
  }

  /**
   * The SFU has answered a join under `ownSessionId` with this complete list. A session that is missing from it left,
   * and may join again with any message. The list overrules the publication events from before the join.
   */
  onJoinResponse(ownSessionId: string, participants: ReadonlyArray<SfuParticipant>): ReadonlyArray<RosterFact> {
    const facts: Array<RosterFact> = []
    remember(this.own, ownSessionId, true)
    if (!this.entries.has(ownSessionId)) this.entries.set(ownSessionId, new RosterEntry(ownSessionId, true))
    this.setDominant(undefined)
    const listed = new Map(participants.map((participant) => [participant.sessionId, participant]))
    for (const entry of this.all) {
      const participant = listed.get(entry.sessionId)
      if (participant === undefined && entry.sessionId !== ownSessionId) this.removeParticipant(entry, facts)
      // This connection has its own bandwidth, and the list is newer than the events.
      entry.paused.clear()
      entry.activity = {}
      this.touch(entry)
      for (const trackType of trackTypes) {
        if (participant?.publishedTracks.includes(trackType)) {
          if (!entry.publishes(trackType)) entry.publications.delete(trackType)
        } else if (entry.publishes(trackType)) {
          this.endPublication(entry, trackType, "Ended", "Unpublished", facts)
        }
      }
    }
    for (const participant of participants) this.mergeParticipant(participant, { isInCall: true }, facts)
    return facts
  }

  /** The call is over for us. */
  removeAll(): ReadonlyArray<RosterFact> {
    const facts: Array<RosterFact> = []
    for (const entry of this.all) this.removeParticipant(entry, facts)
    return facts
  }

  /**
   * Whether a session that left has returned, by a message that contains its participant and is not a participant-joined.
   * A message of the stay that ended can arrive late; its participant has the same `joinedAt`. Without that evidence only
   * a track-published event counts: the SFU sends a track-unpublished for each track of a participant who leaves, so a
   * late one is common.
   */
  private hasReturned({ joinedAt, sessionId }: SfuParticipant, isPublishing: boolean): boolean {
    const former = this.left.get(sessionId)
    return joinedAt === undefined || former === undefined ? isPublishing : joinedAt > former
  }

  /** Merges a message that contains a participant. */
  private mergeParticipant(participant: SfuParticipant, { about, isInCall }: Merge, facts: Array<RosterFact>): void {
    const { joinedAt, publishedTracks, sessionId, streamIdPrefix, userId } = participant
    const entry = this.findOrCreate(sessionId, isInCall, facts)
    if (entry === undefined) return
    entry.joinedAt = latest(entry.joinedAt, joinedAt)
    const published = trackTypes.filter((trackType) =>
      entry.publishes(trackType) ||
      (trackType !== about && !entry.publications.has(trackType) && publishedTracks.includes(trackType))
    )
    // The user id of a participant message replaces that of an event: the changes made for the event's user id are
    // reverted.
    const isRenamed = entry.userId !== undefined && entry.userId !== userId
    if (isRenamed) {
      const ended = Array.from(entry.publications).filter(([trackType]) => !entry.publishes(trackType))
      this.clearPublications(entry, facts)
      for (const [trackType, state] of ended) entry.publications.set(trackType, state)
    }
    const isNew = isRenamed || !entry.isNamed
    entry.isNamed = true
    entry.userId = userId
    if (entry.isOwn) this.setOwnUser(userId)
    this.mergeDetails(entry, participant)
    this.unnamed.delete(entry)
    if (isNew && !entry.isOwn) facts.push({ _tag: "Joined", entry, participant: { userId, sessionId } })
    this.mergePrefix(entry, streamIdPrefix, isNew, facts)
    for (const trackType of published) {
      if (isNew || !entry.publishes(trackType)) this.beginPublication(entry, trackType, facts)
    }
  }

  private setOwnUser(userId: string): void {
    if (userId === this.ownUserId) return
    this.ownUserId = userId
    for (const entry of this.entries.values()) this.touch(entry)
  }

  private mergeDetails(entry: RosterEntry, participant: SfuParticipant): void {
    const { custom, image, isDominantSpeaker, name, roles } = participant
    entry.profile = { ...entry.profile, ...known({ custom, image, name, roles }) }
    entry.activity = { ...activityOf(participant), ...entry.activity }
    if (isDominantSpeaker === true && this.dominant === undefined) this.setDominant(entry.sessionId)
    this.touch(entry)
  }

  /** A repeated claim is a no-op: a later claimant keeps the prefix. */
  private mergePrefix(
    entry: RosterEntry,
    reported: string | undefined,
    isNew: boolean,
    facts: Array<RosterFact>
  ): void {
    const before = entry.prefix
    const prefix = reported ?? before
    if (prefix === undefined) return
    if (prefix !== before) {
      if (before !== undefined) this.prefixes.release(before, entry)
      this.prefixes.claim(prefix, entry)
      entry.prefix = prefix
    }
    if (isNew || prefix !== before) facts.push({ _tag: "PrefixChanged", prefix })
    // An earlier claimant of the released prefix gets it back.
    if (before !== undefined && before !== prefix) facts.push({ _tag: "PrefixChanged", prefix: before })
  }

  private mergePublication(
    { participant, sessionId, trackType, userId }: SfuPublication,
    state: PublicationState,
    reason: TrackRemovedReason,
    facts: Array<RosterFact>
  ): void {
    const isPublished = state === "Live"
    if (participant?.sessionId === sessionId) {
      const isInCall = this.hasReturned(participant, isPublished)
      this.mergeParticipant(participant, { isInCall, about: trackType }, facts)
    }
    const entry = this.findOrCreate(sessionId, false, facts)
    if (entry === undefined || entry.isOwn) return
    entry.userId ??= userId
    if (isPublished) {
      this.nameByEvent(entry, facts)
      this.beginPublication(entry, trackType, facts)
    } else {
      this.endPublication(entry, trackType, state, reason, facts)
    }
  }

  /**
   * Announces a session that publishes and whose user is known, without a participant message: its publications can be
   * resolved, or time out. A track-unpublished does not: it may be the last message of a participant who was never announced.
   */
  private nameByEvent(entry: RosterEntry, facts: Array<RosterFact>): void {
    const { participant } = entry
    if (entry.isNamed || participant === undefined) return
    entry.isNamed = true
    this.unnamed.delete(entry)
    facts.push({ _tag: "Joined", entry, participant })
    for (const trackType of trackTypes) {
      if (entry.publishes(trackType)) facts.push({ _tag: "Published", entry, trackType })
    }
  }

  private findOrCreate(sessionId: string, isInCall: boolean, facts: Array<RosterFact>): RosterEntry | undefined {
    const known = this.entries.get(sessionId)
    if (known !== undefined) return known
    if (!isInCall && this.left.has(sessionId)) return undefined
    if (this.entries.size >= maxSessions) {
      if (!this.wasFull) facts.push({ _tag: "Full" })
      this.wasFull = true
      return undefined
    }
    this.left.delete(sessionId)
    const entry = new RosterEntry(sessionId, this.own.has(sessionId))
    this.entries.set(sessionId, entry)
    this.unnamed.add(entry)
    const [oldest] = this.unnamed
    if (this.unnamed.size > maxRemembered) this.removeParticipant(oldest!, facts)
    return entry
  }

  private beginPublication(entry: RosterEntry, trackType: TrackType, facts: Array<RosterFact>): void {
    entry.publications.set(trackType, "Live")
    this.touch(entry)
    facts.push({ _tag: "Published", entry, trackType })
  }

  private endPublication(
    entry: RosterEntry,
    trackType: TrackType,
    state: PublicationState,
    reason: TrackRemovedReason,
    facts: Array<RosterFact>
  ): void {
    entry.publications.set(trackType, state)
    entry.paused.delete(trackType)
    this.touch(entry)
    facts.push({ _tag: "Unpublished", entry, trackType, reason })
  }

  private clearPublications(entry: RosterEntry, facts: Array<RosterFact>): void {
    entry.publications.clear()
    facts.push({ _tag: "Left", entry, participant: entry.isOwn ? undefined : entry.participant })
  }

  private removeParticipant(entry: RosterEntry, facts: Array<RosterFact>): void {
    const { prefix } = entry
    this.clearPublications(entry, facts)
    this.entries.delete(entry.sessionId)
    this.unnamed.delete(entry)
    this.touched.delete(entry)
    if (this.isDominantSpeaker(entry)) this.dominant = undefined
    if (prefix === undefined) return
    this.prefixes.release(prefix, entry)
    // An earlier claimant of the prefix gets it back.
    facts.push({ _tag: "PrefixChanged", prefix })
  }
}
