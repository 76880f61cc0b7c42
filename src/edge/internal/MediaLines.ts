/**
 * The media lines: the m-lines that send, as the last applied offer lists them, and the owner of each. Independent of
 * what the signalling reports: an m-line is here from the offer that opens it until an offer that ends it or changes
 * its stream id, or until its connection closes.
 *
 * During a migration two connections are open. The m-lines of the former one keep their owners: the roster then has the
 * prefixes of the other SFU.
 */
import type { TrackId, TrackType } from "../../Track.ts"
import type { RemoteMediaSection } from "../PeerConnection.ts"
import type { StreamIdentity } from "../SfuClient.ts"
import type { RosterEntry } from "./RosterEntry.ts"
import { Succession } from "./Succession.ts"

/**
 * How many m-lines without an owner are kept. The first offer of a call of 1,000 people can arrive before the messages that
 * name them, with up to four m-lines for each.
 */
const maxUnassigned = 8_192

/**
 * How many m-lines with one prefix are kept. A session has four, and eight during a migration; several sessions of one
 * user may share a prefix. Each claim of a prefix moves all of them.
 */
const maxWithPrefix = 64

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
}

export class MediaLines {
  private readonly trackIdPrefix: string
  private readonly sections = new Map<ConnectionId, ReadonlySet<RemoteMediaSection>>()
  private current: ConnectionId | undefined
  private readonly lines = new Map<RemoteMediaSection, MediaLine>()
  private readonly byTrackId = new Map<TrackId, MediaLine>()
  private readonly byPrefix = new Map<string, Set<MediaLine>>()
  /** The m-lines without an owner, longest without one first. */
  private readonly unassigned = new Set<MediaLine>()
  /** In the order of the assignments. */
  private readonly byOwner = new Map<RosterEntry, Map<TrackType, Succession<MediaLine>>>()
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

  /**
   * Adds an m-line without an owner. Over the limit, the one that had no owner for the longest time is removed. Undefined
   * if there are too many m-lines with this prefix.
   */
  add(connection: ConnectionId, media: RemoteMediaSection, identity: StreamIdentity): MediaLine | undefined {
    const { streamIdPrefix } = identity
    const withPrefix = this.byPrefix.get(streamIdPrefix) ?? new Set()
    if (withPrefix.size >= maxWithPrefix) return undefined
    const line: MediaLine = { connection, media, identity, assignment: undefined, previous: undefined }
    this.byPrefix.set(streamIdPrefix, withPrefix.add(line))
    this.lines.set(media, line)
    this.unassigned.add(line)
    const [oldest] = this.unassigned
    if (this.unassigned.size > maxUnassigned) this.remove(oldest!)
    return line
  }

  remove(line: MediaLine): void {
    this.release(line)
    this.lines.delete(line.media)
    this.unassigned.delete(line)
    const { streamIdPrefix } = line.identity
    const withPrefix = this.byPrefix.get(streamIdPrefix)
    withPrefix?.delete(line)
    if (withPrefix?.size === 0) this.byPrefix.delete(streamIdPrefix)
  }

  assign(line: MediaLine, owner: RosterEntry): void {
    const { previous } = line
    const trackId = previous?.owner.sessionId === owner.sessionId
      ? previous.trackId
      : `${this.trackIdPrefix}-${line.media.mid}-${++this.assigned}`
    line.assignment = { owner, trackId }
    this.unassigned.delete(line)
    this.byTrackId.set(trackId, line)
    const { trackType } = line.identity
    let owned = this.byOwner.get(owner)
    if (owned === undefined) this.byOwner.set(owner, owned = new Map())
    let ofType = owned.get(trackType)
    if (ofType === undefined) owned.set(trackType, ofType = new Succession())
    ofType.add(line)
  }

  /** Ends the assignment of an m-line, which may be assigned again. */
  release(line: MediaLine): void {
    const { assignment } = line
    if (assignment === undefined) return
    line.assignment = undefined
    line.previous = assignment
    this.byTrackId.delete(assignment.trackId)
    this.unassigned.add(line)
    const owned = this.byOwner.get(assignment.owner)
    const ofType = owned?.get(line.identity.trackType)
    ofType?.remove(line)
    if (ofType?.size === 0) owned?.delete(line.identity.trackType)
    if (owned?.size === 0) this.byOwner.delete(assignment.owner)
  }

  /** Whether the m-line can be assigned. */
  isCurrent({ connection }: MediaLine): boolean {
    return connection === this.current
  }

  withPrefix(prefix: string): ReadonlyArray<MediaLine> {
    return Array.from(this.byPrefix.get(prefix) ?? [])
  }

  ownedBy(owner: RosterEntry): ReadonlyArray<MediaLine> {
    return Array.from(this.byOwner.get(owner)?.values() ?? []).flatMap((lines) => Array.from(lines))
  }

  /** The m-line of this owner and type that was assigned last. */
  newest(owner: RosterEntry, trackType: TrackType): MediaLine | undefined {
    return this.byOwner.get(owner)?.get(trackType)?.newest
  }

  /** The m-lines of this owner and type in former connections, which were assigned before those of the current one. */
  former(owner: RosterEntry, trackType: TrackType): ReadonlyArray<MediaLine> {
    const former: Array<MediaLine> = []
    for (const line of this.byOwner.get(owner)?.get(trackType) ?? []) {
      if (this.isCurrent(line)) break
      former.push(line)
    }
    return former
  }

  get(trackId: TrackId): MediaLine | undefined {
    return this.byTrackId.get(trackId)
  }
}
