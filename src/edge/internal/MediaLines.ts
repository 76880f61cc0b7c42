/**
 * The m-lines that send, as the last applied offer has them, and whose each is. The truth about media: an m-line is here
 * from the offer that opens it to the one that ends it or gives it to somebody else, or to the end of its connection,
 * whatever the signalling says.
 *
 * During a migration there are two connections. The m-lines of the former stay whose they are: the prefixes that the roster
 * knows by then are those of another SFU.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { TrackId, TrackType } from "../../Track.ts"
import type { RemoteMediaSection } from "../PeerConnection.ts"
import type { StreamIdentity } from "../SfuClient.ts"
import type { Session } from "./Roster.ts"

/** How many m-lines may wait for somebody to claim their prefix. */
const mostUnclaimed = 1_024

/** An m-line whose stream id names a prefix and a type. */
export interface Line {
  readonly connection: object
  readonly media: RemoteMediaSection
  readonly identity: StreamIdentity
  claim: Claim | undefined
  /** The last claim, if they left: should the same session come back, its track has the same name. */
  former: Claim | undefined
}

/** Whose an m-line is, and what its track is called: one name for each owner. */
export interface Claim {
  readonly owner: Session
  readonly trackId: TrackId
  /** Completed when it is theirs no more. */
  readonly ended: Deferred.Deferred<void>
}

export class MediaLines {
  private readonly sessionId: string
  private readonly tables = new Map<object, ReadonlySet<RemoteMediaSection>>()
  private current: object | undefined
  private readonly lines = new Map<RemoteMediaSection, Line>()
  private readonly byTrackId = new Map<TrackId, Line>()
  /** In the order in which they became theirs. */
  private readonly byOwner = new Map<Session, ReadonlyArray<Line>>()
  private minted = 0

  /** Ours: no other edge's tracks have the same names. */
  constructor(sessionId: string) {
    this.sessionId = sessionId
  }

  get connections(): ReadonlyArray<object> {
    return Array.from(this.tables.keys())
  }

  /** A connection on which m-lines may open, and from now on the only one. */
  begin(connection: object): void {
    this.tables.set(connection, new Set())
    this.current = connection
  }

  /** The connection is void: the lines that ended with it. */
  end(connection: object): ReadonlyArray<Line> {
    this.tables.delete(connection)
    return Array.from(this.lines.values()).filter((line) => line.connection === connection)
  }

  /** An offer was applied: the lines that ended with it, and what is new. Nothing, if its connection is void. */
  apply(connection: object, media: ReadonlyArray<RemoteMediaSection>): {
    readonly ended: ReadonlyArray<Line>
    readonly opened: ReadonlyArray<RemoteMediaSection>
  } {
    const before = this.tables.get(connection)
    if (before === undefined) return { ended: [], opened: [] }
    const now = new Set(media)
    this.tables.set(connection, now)
    return {
      ended: Array.from(this.lines.values()).filter((line) => line.connection === connection && !now.has(line.media)),
      opened: media.filter((line) => !before.has(line))
    }
  }

  /** Nobody's yet. Too many of these, and the one that waited longest goes. */
  add(connection: object, media: RemoteMediaSection, identity: StreamIdentity): Line {
    const line: Line = { connection, media, identity, claim: undefined, former: undefined }
    this.lines.set(media, line)
    if (this.lines.size - this.byTrackId.size > mostUnclaimed) {
      for (const other of this.lines.values()) {
        if (other.claim === undefined) return this.lines.delete(other.media), line
      }
    }
    return line
  }

  remove(line: Line): void {
    this.release(line)
    this.lines.delete(line.media)
  }

  claim(line: Line, owner: Session): void {
    const { former } = line
    const trackId = former?.owner.sessionId === owner.sessionId
      ? former.trackId
      : `${this.sessionId}-${line.media.mid}-${++this.minted}`
    line.claim = { owner, trackId, ended: Deferred.makeUnsafe() }
    this.byTrackId.set(trackId, line)
    this.byOwner.set(owner, [...this.ownedBy(owner), line])
  }

  /** It may be claimed again as long as it sends. */
  release(line: Line): void {
    const { claim } = line
    if (claim === undefined) return
    line.claim = undefined
    line.former = claim
    this.byTrackId.delete(claim.trackId)
    const others = this.ownedBy(claim.owner).filter((other) => other !== line)
    if (others.length === 0) this.byOwner.delete(claim.owner)
    else this.byOwner.set(claim.owner, others)
    Deferred.doneUnsafe(claim.ended, Effect.void)
  }

  /** Whether it may be given to somebody. */
  isCurrent({ connection }: Line): boolean {
    return connection === this.current
  }

  withPrefix(prefix: string): ReadonlyArray<Line> {
    return Array.from(this.lines.values()).filter(({ identity }) => identity.streamIdPrefix === prefix)
  }

  ownedBy(session: Session): ReadonlyArray<Line> {
    return this.byOwner.get(session) ?? []
  }

  /** The line of theirs and of this type that became theirs last. */
  newest(session: Session, trackType: TrackType): Line | undefined {
    return this.ownedBy(session).findLast(({ identity }) => identity.trackType === trackType)
  }

  get(trackId: TrackId): Line | undefined {
    return this.byTrackId.get(trackId)
  }
}
