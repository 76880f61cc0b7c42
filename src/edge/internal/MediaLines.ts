/**
 * The media lines: the m-lines that send, as the last applied offer lists them, and the owner of each. Independent of
 * what the signalling reports: an m-line is here from the offer that opens it until an offer that ends it or changes
 * its stream id, or until its connection closes.
 *
 * During a migration two connections are open. The m-lines of the former one keep their owners: the roster then has the
 * prefixes of the other SFU.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { TrackId, TrackType } from "../../Track.ts"
import type { RemoteMediaSection } from "../PeerConnection.ts"
import type { StreamIdentity } from "../SfuClient.ts"
import type { RosterEntry } from "./RosterEntry.ts"

/** How many m-lines without an owner are kept. */
const maxUnassigned = 1_024

/** One subscriber connection. */
export type ConnectionId = symbol

/** An m-line whose stream id contains a prefix and a track type. */
export interface MediaLine {
  readonly connection: ConnectionId
  readonly media: RemoteMediaSection
  readonly identity: StreamIdentity
  assignment: Assignment | undefined
  /** The last assignment that ended. If the same session gets the m-line again, its track keeps its id. */
  previous: Assignment | undefined
}

/** The owner of an m-line, and the id of its track: one id for each owner. */
export interface Assignment {
  readonly owner: RosterEntry
  readonly trackId: TrackId
  /** Completes when the assignment ends. */
  readonly ended: Deferred.Deferred<void>
}

export class MediaLines {
  private readonly trackIdPrefix: string
  private readonly sections = new Map<ConnectionId, ReadonlySet<RemoteMediaSection>>()
  private current: ConnectionId | undefined
  private readonly lines = new Map<RemoteMediaSection, MediaLine>()
  private readonly byTrackId = new Map<TrackId, MediaLine>()
  /** In the order of the assignments. */
  private readonly byOwner = new Map<RosterEntry, ReadonlyArray<MediaLine>>()
  private assigned = 0

  /** Track ids begin with `trackIdPrefix`, which has to be unique among the edges that share a resolver. */
  constructor(trackIdPrefix: string) {
    this.trackIdPrefix = trackIdPrefix
  }

  get connections(): ReadonlyArray<ConnectionId> {
    return Array.from(this.sections.keys())
  }

  /** From now on only m-lines of this connection get an owner. */
  begin(connection: ConnectionId): void {
    this.sections.set(connection, new Set())
    this.current = connection
  }

  /** The connection has closed. Returns the m-lines that ended with it. */
  end(connection: ConnectionId): ReadonlyArray<MediaLine> {
    this.sections.delete(connection)
    return Array.from(this.lines.values()).filter((line) => line.connection === connection)
  }

  /** Replaces the m-lines of a connection after an offer. Nothing changes if the connection has closed. */
  apply(connection: ConnectionId, media: ReadonlyArray<RemoteMediaSection>): {
    readonly ended: ReadonlyArray<MediaLine>
    readonly opened: ReadonlyArray<RemoteMediaSection>
  } {
    const before = this.sections.get(connection)
    if (before === undefined) return { ended: [], opened: [] }
    const now = new Set(media)
    this.sections.set(connection, now)
    return {
      ended: Array.from(this.lines.values()).filter((line) => line.connection === connection && !now.has(line.media)),
      opened: media.filter((section) => !before.has(section))
    }
  }

  /** Adds an m-line without an owner. Over the limit, the oldest one without an owner is removed. */
  add(connection: ConnectionId, media: RemoteMediaSection, identity: StreamIdentity): MediaLine {
    const line: MediaLine = { connection, media, identity, assignment: undefined, previous: undefined }
    this.lines.set(media, line)
    if (this.lines.size - this.byTrackId.size > maxUnassigned) {
      const oldest = this.lines.values().find(({ assignment }) => assignment === undefined)
      if (oldest !== undefined) this.lines.delete(oldest.media)
    }
    return line
  }

  remove(line: MediaLine): void {
    this.release(line)
    this.lines.delete(line.media)
  }

  assign(line: MediaLine, owner: RosterEntry): void {
    const { previous } = line
    const trackId = previous?.owner.sessionId === owner.sessionId
      ? previous.trackId
      : `${this.trackIdPrefix}-${line.media.mid}-${++this.assigned}`
    line.assignment = { owner, trackId, ended: Deferred.makeUnsafe() }
    this.byTrackId.set(trackId, line)
    this.byOwner.set(owner, [...this.ownedBy(owner), line])
  }

  /** Ends the assignment of an m-line, which may be assigned again. */
  release(line: MediaLine): void {
    const { assignment } = line
    if (assignment === undefined) return
    line.assignment = undefined
    line.previous = assignment
    this.byTrackId.delete(assignment.trackId)
    const others = this.ownedBy(assignment.owner).filter((other) => other !== line)
    if (others.length === 0) this.byOwner.delete(assignment.owner)
    else this.byOwner.set(assignment.owner, others)
    Deferred.doneUnsafe(assignment.ended, Effect.void)
  }

  /** Whether the m-line can be assigned. */
  isCurrent({ connection }: MediaLine): boolean {
    return connection === this.current
  }

  withPrefix(prefix: string): ReadonlyArray<MediaLine> {
    return Array.from(this.lines.values()).filter(({ identity }) => identity.streamIdPrefix === prefix)
  }

  ownedBy(owner: RosterEntry): ReadonlyArray<MediaLine> {
    return this.byOwner.get(owner) ?? []
  }

  /** The m-line of this owner and type that was assigned last. */
  newest(owner: RosterEntry, trackType: TrackType): MediaLine | undefined {
    return this.ownedBy(owner).findLast(({ identity }) => identity.trackType === trackType)
  }

  get(trackId: TrackId): MediaLine | undefined {
    return this.byTrackId.get(trackId)
  }
}
