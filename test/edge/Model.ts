/**
 * The participants and tracks that an application has to know after a script of facts: law 13 and the protocol's rules
 * of identity, computed in one pass over the facts. Shares no code with the edge.
 */
import type { TrackType } from "effect-track-resolver"

/** The session id of the edge. */
export const own = "agent"

/** One message, offer, wait or reconnection. `as` is the user id in the message. */
export type Fact =
  | Presence & { readonly _tag: "Joined" | "Updated" }
  | { readonly _tag: "Left"; readonly session: string }
  | {
    readonly _tag: "Published" | "Unpublished"
    readonly session: string
    readonly type: TrackType
    readonly as: string
    /** The participant that the message contains. */
    readonly snapshot?: { readonly as: string; readonly prefix: string } | undefined
  }
  /** All m-lines that send. The kind of a contrary one contradicts the type in its stream id. */
  | {
    readonly _tag: "Offer"
    readonly lines: ReadonlyArray<readonly [mid: string, streamId: string, isContrary: boolean]>
  }
  | { readonly _tag: "Wait" }
  /**
   * The edge has reconnected: on another socket, in another session, or on another SFU. The join response lists
   * `people`.
   */
  | { readonly _tag: "Resumed" | "Rejoined" | "Migrated"; readonly people: ReadonlyArray<Presence> }

export interface Presence {
  readonly session: string
  readonly as: string
  readonly prefix?: string | undefined
  readonly types: ReadonlyArray<TrackType>
}

interface ParticipantModel {
  isNamed: boolean
  user: string | undefined
  prefix: string | undefined
  prefixClaimedAt: number
  readonly published: Map<TrackType, boolean>
}

interface LineModel {
  readonly streamId: string
  readonly isContrary: boolean
  owner: string | undefined
  ownedSince: number
}

export interface ExpectedParticipant {
  readonly userId: string
  /** The mid of each track. */
  readonly tracks: ReadonlyMap<TrackType, string>
  /** Published types without a track. */
  readonly missing: ReadonlySet<TrackType>
}

const prefixOf = ({ streamId }: LineModel): string => streamId.split(":")[0]!

/** By session id. */
export const expectedParticipants = (facts: ReadonlyArray<Fact>): ReadonlyMap<string, ExpectedParticipant> => {
  const people = new Map<string, ParticipantModel>()
  const left = new Set<string>()
  const lines = new Map<string, LineModel>()

  const ownerOf = (prefix: string) =>
    Array.from(people)
      .filter(([, participant]) => participant.prefix === prefix)
      .sort(([, a], [, b]) => b.prefixClaimedAt - a.prefixClaimedAt)[0]?.[0]

  const assign = (line: LineModel, at: number) => {
    const owner = line.isContrary ? undefined : ownerOf(prefixOf(line))
    if (owner === undefined || owner === line.owner) return
    line.owner = owner
    line.ownedSince = at
  }

  const release = (session: string): ReadonlyArray<LineModel> => {
    const owned = Array.from(lines.values()).filter(({ owner }) => owner === session)
    for (const line of owned) line.owner = undefined
    return owned
  }

  const findOrCreate = (session: string, revives: boolean) => {
    if (left.has(session) && !revives) return undefined
    left.delete(session)
    const known = people.get(session) ?? {
      isNamed: false,
      user: undefined,
      prefix: undefined,
      prefixClaimedAt: 0,
      published: new Map()
    }
    people.set(session, known)
    return known
  }

  const mergeParticipant = (session: string, as: string, prefix: string | undefined, at: number, revives: boolean) => {
    const participant = findOrCreate(session, revives)
    if (participant === undefined) return undefined
    // The former user left, and the new one has the same publications.
    if (participant.user !== undefined && participant.user !== as) release(session)
    participant.isNamed = true
    participant.user = as
    const before = participant.prefix
    if (prefix !== undefined && prefix !== before) {
      participant.prefix = prefix
      participant.prefixClaimedAt = at
    }
    for (const claimed of [participant.prefix, before]) {
      for (const line of lines.values()) if (prefixOf(line) === claimed) assign(line, at)
    }
    return participant
  }

  const joinParticipant = ({ as, prefix, session, types }: Presence, at: number) => {
    const participant = mergeParticipant(session, as, prefix, at, true)
    for (const type of types) if (!participant!.published.has(type)) participant!.published.set(type, true)
  }

  facts.forEach((fact, at) => {
    switch (fact._tag) {
      case "Joined": {
        joinParticipant(fact, at)
        break
      }
      case "Resumed":
      case "Rejoined":
      case "Migrated": {
        if (fact._tag !== "Resumed") {
          lines.clear()
          for (const participant of people.values()) participant.prefix = undefined
        }
        for (const session of people.keys()) {
          if (fact.people.some((presence) => presence.session === session)) continue
          people.delete(session)
          for (const line of release(session)) assign(line, at)
        }
        for (const { published } of people.values()) published.clear()
        // Each participant claims its prefix after the one before it.
        fact.people.forEach((presence, n) => joinParticipant(presence, at + n / fact.people.length))
        break
      }
      case "Updated": {
        mergeParticipant(fact.session, fact.as, fact.prefix, at, false)
        break
      }
      case "Published":
      case "Unpublished": {
        const { _tag, as, session, snapshot, type } = fact
        if (snapshot !== undefined) mergeParticipant(session, snapshot.as, snapshot.prefix, at, false)
        const participant = findOrCreate(session, false)
        if (participant === undefined) break
        participant.user ??= as
        participant.published.set(type, _tag === "Published")
        break
      }
      case "Left": {
        if (fact.session === own) break
        people.delete(fact.session)
        left.add(fact.session)
        for (const line of release(fact.session)) assign(line, at)
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
          const line: LineModel = { streamId, isContrary, owner: undefined, ownedSince: at }
          lines.set(mid, line)
          assign(line, at)
        }
        break
      }
      case "Wait":
        break
    }
  })

  const expectedOf = (session: string, { published, user }: ParticipantModel): ExpectedParticipant => {
    const tracks = new Map<TrackType, string>()
    const missing = new Set<TrackType>()
    for (const [type, isPublished] of published) {
      if (!isPublished) continue
      const newest = Array.from(lines)
        .filter(([, { owner, streamId }]) => owner === session && streamId.split(":")[1] === type)
        .reduce<readonly [string, LineModel] | undefined>(
          (a, b) => a !== undefined && a[1].ownedSince > b[1].ownedSince ? a : b,
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
      .map(([session, participant]) => [session, expectedOf(session, participant)])
  )
}
