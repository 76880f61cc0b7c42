/**
 * The participants and tracks that an application has to know after a script of facts: law 13 and the protocol's rules
 * of identity, computed in one pass over the facts. Shares no code with the edge.
 */
import type { ConnectionQuality, SfuEvent, TrackKey, TrackType } from "effect-track-resolver"
import type { Fate } from "./SubscriptionSfu.ts"

/** The session id of the edge. */
export const own = "agent"

/** One message, offer, wait or reconnection. `as` is the user id in the message; absent if the message has none. */
export type Fact =
  | Presence & { readonly _tag: "Joined" | "Updated" }
  | { readonly _tag: "Left"; readonly session: string; readonly joinedAt?: number | undefined }
  | {
    readonly _tag: "Published" | "Unpublished"
    readonly session: string
    readonly type: TrackType
    readonly as: string | undefined
    /** The participant that the message contains. */
    readonly snapshot?: Omit<Presence, "session"> | undefined
  }
  /** All m-lines that send. The kind of a contrary one contradicts the type in its stream id. */
  | {
    readonly _tag: "Offer"
    readonly lines: ReadonlyArray<readonly [mid: string, streamId: string, isContrary: boolean]>
  }
  | { readonly _tag: "Wait" }
  /** The application replaces its policy. */
  | { readonly _tag: "Subscribed"; readonly wants: Wants }
  /** What the SFU measures. Adds no participant and no track. */
  | { readonly _tag: "Measured"; readonly event: SfuEvent }
  /** The fate of the next request for subscriptions. */
  | { readonly _tag: "Fate"; readonly fate: Fate }
  /**
   * The edge has reconnected: on another socket, in another session, or on another SFU. The join response lists
   * `people`.
   */
  | { readonly _tag: "Resumed" | "Rejoined" | "Migrated"; readonly people: ReadonlyArray<Presence> }

/** A policy: which types are wanted, of everybody but one session, and the size of video. */
export interface Wants {
  readonly types: ReadonlyArray<TrackType>
  readonly except: string | undefined
  readonly width: number | undefined
}

/** The policy at the beginning. */
export const everything: Wants = {
  types: ["Audio", "Video", "ScreenShare", "ScreenShareAudio"],
  except: undefined,
  width: undefined
}

export const isWanted = (
  { except, types }: Wants,
  { sessionId, trackType }: Pick<TrackKey, "sessionId" | "trackType">
): boolean => types.includes(trackType) && sessionId !== except

export interface Presence {
  readonly session: string
  readonly as: string
  readonly prefix?: string | undefined
  readonly types: ReadonlyArray<TrackType>
  readonly joinedAt?: number | undefined
  readonly name?: string | undefined
  readonly connectionQuality?: ConnectionQuality | undefined
}

interface ParticipantModel {
  isNamed: boolean
  user: string | undefined
  prefix: string | undefined
  prefixClaimedAt: number
  joinedAt: number | undefined
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
  /** The mid of each wanted track. */
  readonly tracks: ReadonlyMap<TrackType, string>
  /** Published and wanted types without a track. */
  readonly missing: ReadonlySet<TrackType>
}

const latest = (...times: ReadonlyArray<number | undefined>): number | undefined =>
  times.reduce((a, b) => a === undefined || (b !== undefined && b > a) ? b : a, undefined)

const prefixOf = ({ streamId }: LineModel): string => streamId.split(":")[0]!

/** By session id. */
export const expectedParticipants = (facts: ReadonlyArray<Fact>): ReadonlyMap<string, ExpectedParticipant> => {
  const people = new Map<string, ParticipantModel>()
  const left = new Map<string, number | undefined>()
  const lines = new Map<string, LineModel>()
  /** A rejoin replaces the session of the edge. Until then a join response that does not list it does not end it. */
  let hasRejoined = false
  let wants = everything

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
      joinedAt: undefined,
      published: new Map()
    }
    people.set(session, known)
    return known
  }

  /** Whether a message of a session that left, which is not about its join, shows that it is in the call again. */
  const hasReturned = (session: string, joinedAt: number | undefined, isPublishing: boolean) => {
    const former = left.get(session)
    return joinedAt === undefined || former === undefined ? isPublishing : joinedAt > former
  }

  /**
   * `about` is the type that the message is an event about. Returns what follows for the m-lines: of a join response with
   * several participants, after all of them are merged.
   */
  const mergeParticipant = (
    { as, joinedAt, prefix, session, types }: Presence,
    at: number,
    revives: boolean,
    about?: TrackType
  ): () => void => {
    const participant = findOrCreate(session, revives)
    if (participant === undefined) return () => {}
    const isRenamed = participant.user !== undefined && participant.user !== as
    participant.isNamed = true
    participant.user = as
    participant.joinedAt = latest(participant.joinedAt, joinedAt)
    const before = participant.prefix
    if (prefix !== undefined && prefix !== before) {
      participant.prefix = prefix
      participant.prefixClaimedAt = at
    }
    for (const type of types) {
      if (type !== about && !participant.published.has(type)) participant.published.set(type, true)
    }
    const prefixes = [participant.prefix, before]
    return () => {
      // The former user left, and the new one has the same publications.
      if (isRenamed) release(session)
      for (const claimed of prefixes) {
        for (const line of lines.values()) if (prefixOf(line) === claimed) assign(line, at)
      }
    }
  }

  facts.forEach((fact, at) => {
    switch (fact._tag) {
      case "Joined": {
        mergeParticipant(fact, at, true)()
        break
      }
      case "Resumed":
      case "Rejoined":
      case "Migrated": {
        if (fact._tag === "Rejoined") hasRejoined = true
        if (fact._tag !== "Resumed") {
          lines.clear()
          for (const participant of people.values()) participant.prefix = undefined
        }
        const lineChanges: Array<() => void> = []
        for (const session of people.keys()) {
          if (fact.people.some((presence) => presence.session === session)) continue
          if (session === own && !hasRejoined) continue
          people.delete(session)
          lineChanges.push(() => {
            for (const line of release(session)) assign(line, at)
          })
        }
        // The list is complete: each type that is missing from it has ended, as if by an event.
        for (const { session, types } of fact.people) {
          const published = people.get(session)?.published ?? new Map<TrackType, boolean>()
          for (const type of published.keys()) published.set(type, types.includes(type))
        }
        // Each participant claims its prefix after the one before it.
        fact.people.forEach((presence, n) =>
          lineChanges.push(mergeParticipant(presence, at + n / fact.people.length, true))
        )
        for (const change of lineChanges) change()
        break
      }
      case "Updated": {
        mergeParticipant(fact, at, hasReturned(fact.session, fact.joinedAt, false))()
        break
      }
      case "Published":
      case "Unpublished": {
        const { _tag, as, session, snapshot, type } = fact
        const isPublishing = _tag === "Published"
        if (snapshot !== undefined) {
          mergeParticipant({ ...snapshot, session }, at, hasReturned(session, snapshot.joinedAt, isPublishing), type)()
        }
        const participant = findOrCreate(session, false)
        if (participant === undefined) break
        participant.user ??= as
        if (isPublishing && participant.user !== undefined) participant.isNamed = true
        participant.published.set(type, isPublishing)
        break
      }
      case "Left": {
        if (fact.session === own) break
        left.set(
          fact.session,
          latest(fact.joinedAt, people.get(fact.session)?.joinedAt, left.get(fact.session))
        )
        people.delete(fact.session)
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
      case "Subscribed":
        wants = fact.wants
        break
      case "Wait":
      case "Measured":
      case "Fate":
        break
    }
  })

  const expectedOf = (session: string, { published, user }: ParticipantModel): ExpectedParticipant => {
    const tracks = new Map<TrackType, string>()
    const missing = new Set<TrackType>()
    for (const [type, isPublished] of published) {
      if (!isPublished || !isWanted(wants, { sessionId: session, trackType: type })) continue
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
