/**
 * What an application ought to know after these facts, once everything has had its time: law 13 and the protocol's rules
 * of identity, told by going through the facts once. Shares no code with the edge.
 */
import type { TrackType } from "effect-track-resolver"

/** The session that the edge itself joined under. */
export const own = "agent"

/**
 * Somebody, in the session that is their first letter and a number; a prefix may be missing, and a type unpublished.
 * `as` is who the message says they are.
 */
export type Fact =
  | Presence & { readonly _tag: "Joined" | "Updated" }
  | { readonly _tag: "Left"; readonly session: string }
  | {
    readonly _tag: "Published" | "Unpublished"
    readonly session: string
    readonly type: TrackType
    readonly as: string
    /** There is a participant in the message. */
    readonly snapshot?: { readonly as: string; readonly prefix: string } | undefined
  }
  /** The m-lines that send: mid and stream id; of what kind they are may contradict that. */
  | {
    readonly _tag: "Offer"
    readonly lines: ReadonlyArray<readonly [mid: string, streamId: string, isContrary: boolean]>
  }
  | { readonly _tag: "Wait" }
  /** We were gone and are back: on another socket, in another session, or on another SFU. These are there. */
  | { readonly _tag: "Resumed" | "Rejoined" | "Migrated"; readonly people: ReadonlyArray<Presence> }

export interface Presence {
  readonly session: string
  readonly as: string
  readonly prefix?: string | undefined
  readonly types: ReadonlyArray<TrackType>
}

interface Somebody {
  isNamed: boolean
  user: string | undefined
  prefix: string | undefined
  claimedAt: number
  readonly spoken: Map<TrackType, boolean>
}

interface Line {
  readonly streamId: string
  readonly isContrary: boolean
  owner: string | undefined
  since: number
}

export interface Known {
  readonly userId: string
  /** The mids of their tracks. */
  readonly tracks: ReadonlyMap<TrackType, string>
  /** What they publish and have no track of. */
  readonly missing: ReadonlySet<TrackType>
}

const prefixOf = ({ streamId }: Line): string => streamId.split(":")[0]!

/** By session. */
export const expected = (facts: ReadonlyArray<Fact>): ReadonlyMap<string, Known> => {
  const people = new Map<string, Somebody>()
  const left = new Set<string>()
  const lines = new Map<string, Line>()

  const ownerOf = (prefix: string) =>
    Array.from(people)
      .filter(([, { prefix: theirs }]) => theirs === prefix)
      .sort(([, a], [, b]) => b.claimedAt - a.claimedAt)[0]?.[0]

  const give = (line: Line, at: number) => {
    const owner = line.isContrary ? undefined : ownerOf(prefixOf(line))
    if (owner === undefined || owner === line.owner) return
    line.owner = owner
    line.since = at
  }

  const take = (session: string): ReadonlyArray<Line> => {
    const theirs = Array.from(lines.values()).filter(({ owner }) => owner === session)
    for (const line of theirs) line.owner = undefined
    return theirs
  }

  const meet = (session: string, revives: boolean) => {
    if (left.has(session) && !revives) return undefined
    left.delete(session)
    const known = people.get(session) ?? {
      isNamed: false,
      user: undefined,
      prefix: undefined,
      claimedAt: 0,
      spoken: new Map()
    }
    people.set(session, known)
    return known
  }

  const name = (session: string, as: string, prefix: string | undefined, at: number, revives: boolean) => {
    const somebody = meet(session, revives)
    if (somebody === undefined) return undefined
    // Whoever it was has left, and somebody else is there, who publishes the same.
    if (somebody.user !== undefined && somebody.user !== as) take(session)
    somebody.isNamed = true
    somebody.user = as
    const before = somebody.prefix
    if (prefix !== undefined && prefix !== before) {
      somebody.prefix = prefix
      somebody.claimedAt = at
    }
    for (const claimed of [somebody.prefix, before]) {
      for (const line of lines.values()) if (prefixOf(line) === claimed) give(line, at)
    }
    return somebody
  }

  const come = ({ as, prefix, session, types }: Presence, at: number) => {
    const somebody = name(session, as, prefix, at, true)
    for (const type of types) if (!somebody!.spoken.has(type)) somebody!.spoken.set(type, true)
  }

  facts.forEach((fact, at) => {
    switch (fact._tag) {
      case "Joined": {
        come(fact, at)
        break
      }
      case "Resumed":
      case "Rejoined":
      case "Migrated": {
        if (fact._tag !== "Resumed") {
          lines.clear()
          for (const somebody of people.values()) somebody.prefix = undefined
        }
        for (const session of people.keys()) {
          if (fact.people.some((presence) => presence.session === session)) continue
          people.delete(session)
          for (const line of take(session)) give(line, at)
        }
        for (const { spoken } of people.values()) spoken.clear()
        // Each claims a prefix after the one before.
        fact.people.forEach((presence, n) => come(presence, at + n / fact.people.length))
        break
      }
      case "Updated": {
        name(fact.session, fact.as, fact.prefix, at, false)
        break
      }
      case "Published":
      case "Unpublished": {
        const { _tag, as, session, snapshot, type } = fact
        if (snapshot !== undefined) name(session, snapshot.as, snapshot.prefix, at, false)
        const somebody = meet(session, false)
        if (somebody === undefined) break
        somebody.user ??= as
        somebody.spoken.set(type, _tag === "Published")
        break
      }
      case "Left": {
        if (fact.session === own) break
        people.delete(fact.session)
        left.add(fact.session)
        for (const line of take(fact.session)) give(line, at)
        break
      }
      case "Offer": {
        const now = new Map(fact.lines.map(([mid, ...line]) => [mid, line]))
        for (const [mid, { isContrary, streamId }] of lines) {
          const [offered, contrary] = now.get(mid) ?? []
          if (offered !== streamId || contrary !== isContrary) lines.delete(mid)
        }
        for (const [mid, [streamId, isContrary]] of now) {
          if (lines.has(mid)) continue
          const line: Line = { streamId, isContrary, owner: undefined, since: at }
          lines.set(mid, line)
          give(line, at)
        }
        break
      }
      case "Wait":
        break
    }
  })

  const known = (session: string, { spoken, user }: Somebody): Known => {
    const tracks = new Map<TrackType, string>()
    const missing = new Set<TrackType>()
    for (const [type, isPublished] of spoken) {
      if (!isPublished) continue
      const newest = Array.from(lines)
        .filter(([, { owner, streamId }]) => owner === session && streamId.split(":")[1] === type)
        .reduce<readonly [string, Line] | undefined>(
          (a, b) => a !== undefined && a[1].since > b[1].since ? a : b,
          undefined
        )
      if (newest === undefined) missing.add(type)
      else tracks.set(type, newest[0])
    }
    return { userId: user!, tracks, missing }
  }

  return new Map(
    Array.from(people)
      .filter(([session, { isNamed }]) => isNamed && session !== own)
      .map(([session, somebody]) => [session, known(session, somebody)])
  )
}
