/**
 * Who is in a call, under which prefix, and what they publish, as far as the signalling has said so. Sessions, not users:
 * the same user in another session is somebody else. Knows no media.
 *
 * Signalling is late, doubled and out of order. A session that was never named is remembered by what events said of it; one
 * that left is gone until a message brings it back that can; a snapshot fills in what no event has said, and an empty
 * prefix takes nothing away.
 */
import type { Participant, TrackKey, TrackType } from "../../Track.ts"

/** How many sessions are remembered that left, and how many that no participant message has named. */
const mostRemembered = 1_024

export class Session {
  readonly sessionId: string
  /** Ourselves. */
  readonly isOwn: boolean
  /** Whether a participant message has named them. */
  isNamed = false
  /** A participant message's; until there is one, an event's. */
  userId: string | undefined
  /** What the newest participant message said that said any. */
  prefix: string | undefined
  /** What is published and what is not; absent is what nobody has spoken of. */
  readonly published = new Map<TrackType, boolean>()

  constructor(sessionId: string, isOwn: boolean) {
    this.sessionId = sessionId
    this.isOwn = isOwn
  }

  /** Who they are, once we know whose session it is. */
  get participant(): Participant | undefined {
    const { sessionId, userId } = this
    return userId === undefined ? undefined : { userId, sessionId }
  }

  key(trackType: TrackType): TrackKey | undefined {
    return this.participant && { ...this.participant, trackType }
  }

  publishes(trackType: TrackType): boolean {
    return this.published.get(trackType) === true
  }
}

export class Roster {
  private readonly sessions = new Map<string, Session>()
  /** Every session of ours in this stay: the SFU may list one that a rejoin has replaced for a while. */
  private readonly own = new Set<string>()
  private readonly unnamed = new Set<Session>()
  private readonly left = new Set<string>()
  /** Whose each prefix is: the last of them claimed it last. Two sessions of one user may have the same. */
  private readonly claims = new Map<string, ReadonlyArray<Session>>()

  /** We are there, whether or not anybody says so. */
  join(ownSessionId: string): void {
    this.own.add(ownSessionId)
    const [oldest] = this.own
    if (this.own.size > mostRemembered) this.own.delete(oldest!)
    if (!this.sessions.has(ownSessionId)) this.sessions.set(ownSessionId, new Session(ownSessionId, true))
  }

  get(sessionId: string): Session | undefined {
    return this.sessions.get(sessionId)
  }

  get all(): ReadonlyArray<Session> {
    return Array.from(this.sessions.values())
  }

  ownerOf(prefix: string): Session | undefined {
    return this.claims.get(prefix)?.at(-1)
  }

  /** The session that a message is about: a new one, if it was unknown; none, if it left and this does not revive it. */
  meet(sessionId: string, revives: boolean): Session | undefined {
    const known = this.sessions.get(sessionId)
    if (known !== undefined) return known
    if (!revives && this.left.has(sessionId)) return undefined
    this.left.delete(sessionId)
    const session = new Session(sessionId, this.own.has(sessionId))
    this.sessions.set(sessionId, session)
    this.unnamed.add(session)
    return session
  }

  /** The unnamed session that nobody has named for longest, if there are too many. */
  get overdue(): Session | undefined {
    return this.unnamed.size > mostRemembered ? this.unnamed.values().next().value : undefined
  }

  /** A participant message has named the session. */
  name(session: Session, userId: string): void {
    session.isNamed = true
    session.userId = userId
    this.unnamed.delete(session)
  }

  /** True if it is news that this prefix is theirs. To say it again is none, and takes it from nobody. */
  claim(session: Session, prefix: string): boolean {
    if (session.prefix === prefix) return false
    this.disclaim(session)
    session.prefix = prefix
    this.claims.set(prefix, [...this.claims.get(prefix) ?? [], session])
    return true
  }

  /** What prefixes there were is no longer true: another SFU gives others. */
  forgetPrefixes(): void {
    this.claims.clear()
    for (const session of this.sessions.values()) session.prefix = undefined
  }

  /** They left, and whatever comes late of them is no news. */
  leave(sessionId: string): void {
    this.left.delete(sessionId)
    this.left.add(sessionId)
    const [oldest] = this.left
    if (this.left.size > mostRemembered) this.left.delete(oldest!)
    const session = this.sessions.get(sessionId)
    if (session !== undefined) this.forget(session)
  }

  forget(session: Session): void {
    this.disclaim(session)
    this.sessions.delete(session.sessionId)
    this.unnamed.delete(session)
  }

  private disclaim(session: Session): void {
    if (session.prefix === undefined) return
    const others = (this.claims.get(session.prefix) ?? []).filter((other) => other !== session)
    if (others.length === 0) this.claims.delete(session.prefix)
    else this.claims.set(session.prefix, others)
  }
}
