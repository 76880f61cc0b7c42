/**
 * What an application ought to know after these facts, once everything has had its time: law 13 and the protocol's rules
 * of identity, told by going through the facts once. Shares no code with the edge.
 */
import type { TrackType } from "effect-track-resolver"

/** Somebody, in the session that is their first letter and a number; a prefix may be missing, and a type unpublished. */
export type Fact =
  | {
    readonly _tag: "Joined" | "Updated"
    readonly session: string
    readonly prefix?: string | undefined
    readonly types: ReadonlyArray<TrackType>
  }
  | { readonly _tag: "Left"; readonly session: string }
  | {
    readonly _tag: "Published" | "Unpublished"
    readonly session: string
    readonly type: TrackType
    readonly prefix?: string | undefined
  }
  /** The m-lines that send: mid and stream id. */
  | { readonly _tag: "Offer"; readonly lines: ReadonlyArray<readonly [mid: string, streamId: string]> }
  | { readonly _tag: "Wait" }

interface Somebody {
  isNamed: boolean
  prefix: string | undefined
  claimedAt: number
  readonly spoken: Map<TrackType, boolean>
}

interface Line {
  readonly streamId: string
  owner: string | undefined
  since: number
}

/** For each session that is there the mids of its tracks, by type. */
export const expected = (facts: ReadonlyArray<Fact>): ReadonlyMap<string, ReadonlyMap<TrackType, string>> => {
  const people = new Map<string, Somebody>()
  const left = new Set<string>()
  const lines = new Map<string, Line>()

  const ownerOf = (prefix: string) =>
    Array.from(people)
      .filter(([, { prefix: theirs }]) => theirs === prefix)
      .sort(([, a], [, b]) => b.claimedAt - a.claimedAt)[0]?.[0]

  const give = (line: Line, at: number) => {
    const owner = ownerOf(line.streamId.split(":")[0]!)
    if (owner === undefined || owner === line.owner) return
    line.owner = owner
    line.since = at
  }

  const meet = (session: string, revives: boolean) => {
    if (left.has(session) && !revives) return undefined
    left.delete(session)
    const known = people.get(session) ?? { isNamed: false, prefix: undefined, claimedAt: 0, spoken: new Map() }
    people.set(session, known)
    return known
  }

  const name = (session: string, prefix: string | undefined, at: number, revives: boolean) => {
    const somebody = meet(session, revives)
    if (somebody === undefined) return undefined
    somebody.isNamed = true
    if (prefix === undefined || prefix === somebody.prefix) return somebody
    const before = somebody.prefix
    somebody.prefix = prefix
    somebody.claimedAt = at
    for (const claimed of [prefix, before]) {
      for (const line of lines.values()) if (line.streamId.split(":")[0] === claimed) give(line, at)
    }
    return somebody
  }

  facts.forEach((fact, at) => {
    switch (fact._tag) {
      case "Joined": {
        const somebody = name(fact.session, fact.prefix, at, true)
        for (const type of fact.types) if (!somebody!.spoken.has(type)) somebody!.spoken.set(type, true)
        break
      }
      case "Updated": {
        name(fact.session, fact.prefix, at, false)
        break
      }
      case "Published":
      case "Unpublished": {
        if (fact.prefix !== undefined) name(fact.session, fact.prefix, at, false)
        meet(fact.session, false)?.spoken.set(fact.type, fact._tag === "Published")
        break
      }
      case "Left": {
        people.delete(fact.session)
        left.add(fact.session)
        for (const line of lines.values()) {
          if (line.owner !== fact.session) continue
          line.owner = undefined
          give(line, at)
        }
        break
      }
      case "Offer": {
        const now = new Map(fact.lines)
        for (const [mid, { streamId }] of lines) if (now.get(mid) !== streamId) lines.delete(mid)
        for (const [mid, streamId] of now) {
          if (lines.has(mid)) continue
          const line: Line = { streamId, owner: undefined, since: at }
          lines.set(mid, line)
          give(line, at)
        }
        break
      }
      case "Wait":
        break
    }
  })

  const tracks = (session: string, { spoken }: Somebody) =>
    new Map(
      Array.from(spoken).flatMap(([type, isPublished]): ReadonlyArray<[TrackType, string]> => {
        const newest = Array.from(lines)
          .filter(([, { owner, streamId }]) => owner === session && streamId.split(":")[1] === type)
          .reduce<readonly [string, Line] | undefined>(
            (a, b) => a !== undefined && a[1].since > b[1].since ? a : b,
            undefined
          )
        return isPublished && newest !== undefined ? [[type, newest[0]]] : []
      })
    )

  return new Map(
    Array.from(people)
      .filter(([, { isNamed }]) => isNamed)
      .map(([session, somebody]) => [session, tracks(session, somebody)])
  )
}
