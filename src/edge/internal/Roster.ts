/**
 * The sessions in a call: the user, the stream id prefix and the publications of each, as far as the signalling has
 * reported them. Media are in `MediaLines`.
 *
 * Merges a message into its state and returns the changes as facts. The same user in another session is another entry.
 *
 * Signalling is late, duplicated and out of order. Therefore:
 * - a publication event about an unknown session creates an unnamed entry, which a participant message names later;
 * - a session that left stays absent until a participant-joined or a join response revives it;
 * - the list of published tracks in a participant message only fills in the types that no event has reported;
 * - a message without a prefix keeps the known prefix.
 */
import type { Participant } from "../../Track.ts"
import { TrackType } from "../../Track.ts"
import type { SfuEvent, SfuParticipant, SfuPublication } from "../SfuClient.ts"
import { PrefixOwners } from "./PrefixOwners.ts"
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

/** A change of the roster. The roster already has all changes of a message when it returns the first fact. */
export type RosterFact =
  | { readonly _tag: "Joined"; readonly participant: Participant }
  /**
   * Every publication of the entry ended, and its media lines have no owner. `participant` is absent for a session of
   * our own and for one whose user id was never reported.
   */
  | { readonly _tag: "Left"; readonly entry: RosterEntry; readonly participant: Participant | undefined }
  /** The media lines with this prefix may have another owner. */
  | { readonly _tag: "PrefixChanged"; readonly prefix: string }
  | { readonly _tag: "Published"; readonly entry: RosterEntry; readonly trackType: TrackType }
  | { readonly _tag: "Unpublished"; readonly entry: RosterEntry; readonly trackType: TrackType }

/** How many sessions that left, and how many unnamed entries, are kept. */
const maxRemembered = 1_024

export const trackTypes: ReadonlyArray<TrackType> = TrackType.literals

/** Adds an element as the newest one and removes the oldest one over the limit. */
const remember = (set: Set<string>, element: string): void => {
  set.delete(element)
  set.add(element)
  const [oldest] = set
  if (set.size > maxRemembered) set.delete(oldest!)
}

export class Roster {
  private readonly entries = new Map<string, RosterEntry>()
  /** The session ids that we have joined under. An SFU may still list one that a rejoin has replaced. */
  private readonly own = new Set<string>()
  private readonly unnamed = new Set<RosterEntry>()
  private readonly left = new Set<string>()
  private readonly prefixes = new PrefixOwners<RosterEntry>()

  get all(): ReadonlyArray<RosterEntry> {
    return Array.from(this.entries.values())
  }

  get(sessionId: string): RosterEntry | undefined {
    return this.entries.get(sessionId)
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
        this.mergeParticipant(event.participant, true, facts)
        break
      case "ParticipantUpdated":
        this.mergeParticipant(event.participant, false, facts)
        break
      case "ParticipantLeft": {
        const entry = this.entries.get(event.participant.sessionId)
        if (entry?.isOwn === true) break
        if (entry !== undefined) this.removeParticipant(entry, facts)
        remember(this.left, event.participant.sessionId)
        break
      }
      case "TrackPublished":
      case "TrackUnpublished": {
        const entry = this.publisherOf(event.publication, facts)
        if (entry !== undefined && !entry.isOwn) {
          this.setPublished(entry, event.publication.trackType, event._tag === "TrackPublished", facts)
        }
        break
      }
    }
    return facts
  }

  /**
   * The SFU has answered a join under `ownSessionId` with this complete list. A session that is missing from it left,
   * and may join again with any message. Publication events from before the join no longer count.
   */
  onJoinResponse(ownSessionId: string, participants: ReadonlyArray<SfuParticipant>): ReadonlyArray<RosterFact> {
    const facts: Array<RosterFact> = []
    remember(this.own, ownSessionId)
    if (!this.entries.has(ownSessionId)) this.entries.set(ownSessionId, new RosterEntry(ownSessionId, true))
    const listed = new Map(participants.map((participant) => [participant.sessionId, participant]))
    for (const entry of this.all) {
      const participant = listed.get(entry.sessionId)
      if (participant === undefined && entry.sessionId !== ownSessionId) this.removeParticipant(entry, facts)
      for (const trackType of trackTypes) {
        if (entry.publishes(trackType) && !participant?.publishedTracks.includes(trackType)) {
          this.setPublished(entry, trackType, false, facts)
        }
        if (!entry.publishes(trackType)) entry.published.delete(trackType)
      }
    }
    for (const participant of participants) this.mergeParticipant(participant, true, facts)
    return facts
  }

  /** The call is over for us. */
  removeAll(): ReadonlyArray<RosterFact> {
    const facts: Array<RosterFact> = []
    for (const entry of this.all) this.removeParticipant(entry, facts)
    return facts
  }

  /**
   * Merges a participant message. If `isPresence`, the message reports that the participant is in the call: it revives
   * a session that left, and its list of published tracks counts.
   */
  private mergeParticipant(participant: SfuParticipant, isPresence: boolean, facts: Array<RosterFact>): void {
    const { publishedTracks, sessionId, streamIdPrefix, userId } = participant
    const entry = this.findOrCreate(sessionId, isPresence, facts)
    if (entry === undefined) return
    const published = trackTypes.filter((trackType) =>
      entry.publishes(trackType) ||
      (isPresence && !entry.published.has(trackType) && publishedTracks.includes(trackType))
    )
    // The user id of a participant message replaces that of an event: the changes made for the event's user id are
    // reverted.
    const isRenamed = entry.userId !== undefined && entry.userId !== userId
    if (isRenamed) {
      const unpublished = trackTypes.filter((trackType) => entry.published.get(trackType) === false)
      this.clearPublications(entry, facts)
      for (const trackType of unpublished) entry.published.set(trackType, false)
    }
    const isNew = isRenamed || !entry.isNamed
    entry.isNamed = true
    entry.userId = userId
    this.unnamed.delete(entry)
    if (isNew && !entry.isOwn) facts.push({ _tag: "Joined", participant: { userId, sessionId } })
    this.mergePrefix(entry, streamIdPrefix, isNew, facts)
    for (const trackType of published) {
      if (isNew || !entry.publishes(trackType)) this.setPublished(entry, trackType, true, facts)
    }
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

  /** The entry that a publication event is about; absent if that session left. */
  private publisherOf(
    { participant, sessionId, userId }: SfuPublication,
    facts: Array<RosterFact>
  ): RosterEntry | undefined {
    if (participant?.sessionId === sessionId) this.mergeParticipant(participant, false, facts)
    const entry = this.findOrCreate(sessionId, false, facts)
    if (entry !== undefined) entry.userId ??= userId
    return entry
  }

  private findOrCreate(sessionId: string, isPresence: boolean, facts: Array<RosterFact>): RosterEntry | undefined {
    const known = this.entries.get(sessionId)
    if (known !== undefined) return known
    if (!isPresence && this.left.has(sessionId)) return undefined
    this.left.delete(sessionId)
    const entry = new RosterEntry(sessionId, this.own.has(sessionId))
    this.entries.set(sessionId, entry)
    this.unnamed.add(entry)
    const [oldest] = this.unnamed
    if (this.unnamed.size > maxRemembered) this.removeParticipant(oldest!, facts)
    return entry
  }

  private setPublished(
    entry: RosterEntry,
    trackType: TrackType,
    isPublished: boolean,
    facts: Array<RosterFact>
  ): void {
    entry.published.set(trackType, isPublished)
    facts.push({ _tag: isPublished ? "Published" : "Unpublished", entry, trackType })
  }

  private clearPublications(entry: RosterEntry, facts: Array<RosterFact>): void {
    entry.published.clear()
    facts.push({ _tag: "Left", entry, participant: entry.isOwn ? undefined : entry.participant })
  }

  private removeParticipant(entry: RosterEntry, facts: Array<RosterFact>): void {
    const { prefix } = entry
    this.clearPublications(entry, facts)
    this.entries.delete(entry.sessionId)
    this.unnamed.delete(entry)
    if (prefix === undefined) return
    this.prefixes.release(prefix, entry)
    // An earlier claimant of the prefix gets it back.
    facts.push({ _tag: "PrefixChanged", prefix })
  }
}
