/**
 * The simulated participants of the soak, and what they do: publish, mute, unpublish, join, leave, reconnect. Each has a
 * scope of its own, so that a participant whose SFU was killed can be abandoned.
 */
import type { TrackKey, TrackType } from "effect-track-resolver"
import { TrackType as TrackTypes } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import type { LoopbackSfu, SimulatedParticipant, SimulationError } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"

/** One session of one user. */
export interface Member {
  readonly userId: string
  readonly sessionId: string
  node: string
  simulated: SimulatedParticipant
  scope: Scope.Closeable
  readonly tracks: Map<TrackType, "live" | "muted">
}

export interface Participants {
  readonly members: ReadonlySet<Member>
  /** Publications that send packets, by formatted key. */
  readonly sending: ReadonlySet<string>
  readonly join: (userId?: string) => Effect.Effect<Member | undefined>
  /** A random action of ordinary life. */
  readonly act: (member: Member) => Effect.Effect<void>
  /** Mutes every live track, and unmutes it after `pause`. */
  readonly toggle: (member: Member, pause: Effect.Effect<void>) => Effect.Effect<void>
  readonly leave: (member: Member) => Effect.Effect<void>
  /** Each returns whether the fault was injected. */
  readonly faults: { readonly [name in ParticipantFault]: (member: Member) => Effect.Effect<boolean> }
  /** Abandons the members of an SFU that was killed. */
  readonly abandonNode: (node: string) => Effect.Effect<void>
}

/** Faults of participants. */
export const participantFaults = [
  "socket lost, reconnected within the deadline",
  "new session, the old one leaves first",
  "new session, the old one leaves last",
  "new session, the old one stays for its deadline",
  "socket lost, never reconnected",
  "migration to another SFU",
  "a second session of the user",
  "another stream id prefix",
  "ICE restart of a publisher",
  "unpublished by a moderator"
] as const

export type ParticipantFault = typeof participantFaults[number]

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo"]

const types: ReadonlyArray<TrackType> = TrackTypes.literals

/** Tracks that a member publishes at once. */
const mostTracks = 3

/** Few packets, but frequent enough that their absence shows soon. */
const packetInterval = "150 millis"

/** Most members join SFUs that have no agents. */
const memberNodes = ["loopback-3", "loopback-4"] as const
const allNodes = ["loopback-1", "loopback-2", "loopback-3", "loopback-4"] as const

export const make = Effect.fnUntraced(function*(options: {
  readonly sfu: LoopbackSfu["Service"]
  readonly note: (line: string) => void
  /** Before a track is published. */
  readonly onPublish: (key: TrackKey) => void
}): Effect.fn.Return<Participants, never, Scope.Scope> {
  const { note, onPublish, sfu } = options
  const parent = yield* Effect.scope
  const members = new Set<Member>()
  const sending = new Set<string>()
  let sessions = 0

  const keyOf = ({ sessionId, userId }: Member, trackType: TrackType): TrackKey => ({ userId, sessionId, trackType })

  const stopSending = (member: Member): void => {
    for (const type of types) sending.delete(formatTrackKey(keyOf(member, type)))
  }

  const abandon = (member: Member): Effect.Effect<void> =>
    Effect.suspend(() => {
      members.delete(member)
      stopSending(member)
      return Scope.close(member.scope, Exit.void)
    })

  /** Runs an action. A member whose action fails is abandoned: a killed SFU announces no leave. */
  const perform = <A>(member: Member, description: string, action: Effect.Effect<A, SimulationError>) =>
    Effect.suspend(() => {
      note(`${member.sessionId} ${description}`)
      return action
    }).pipe(
      Effect.as(true),
      Effect.catch((error) => {
        note(`${member.sessionId} is abandoned: ${error.message}`)
        return Effect.as(abandon(member), false)
      })
    )

  const newScope = Scope.fork(parent)

  const join: Participants["join"] = Effect.fnUntraced(function*(userId) {
    const name = userId ?? `${names[sessions % names.length]!}`
    const sessionId = `${name}-${++sessions}`
    const node = yield* Random.choice((yield* Random.next) < 0.85 ? memberNodes : allNodes)
    const scope = yield* newScope
    note(`${sessionId} joins on ${node}`)
    const joined = yield* Effect.result(
      Scope.provide(sfu.participant({ userId: name, sessionId, node, packetInterval }), scope)
    )
    if (joined._tag === "Failure") {
      note(`${sessionId} could not join: ${joined.failure.message}`)
      yield* Scope.close(scope, Exit.void)
      return undefined
    }
    const member: Member = { userId: name, sessionId, node, simulated: joined.success, scope, tracks: new Map() }
    members.add(member)
    return member
  })

  const begin = (member: Member, type: TrackType, how: "publish" | "unmute") => {
    const key = keyOf(member, type)
    return perform(
      member,
      `${how} ${type}`,
      Effect.suspend(() => {
        onPublish(key)
        return Effect.map(member.simulated[how](type), () => {
          member.tracks.set(type, "live")
          sending.add(formatTrackKey(key))
        })
      })
    )
  }

  const end = (member: Member, type: TrackType, how: "unpublish" | "mute") =>
    perform(
      member,
      `${how} ${type}`,
      Effect.suspend(() => {
        sending.delete(formatTrackKey(keyOf(member, type)))
        if (how === "mute") member.tracks.set(type, "muted")
        else member.tracks.delete(type)
        return member.simulated[how](type)
      })
    )

  type Action = () => Effect.Effect<boolean>

  const actionsOf = (member: Member): ReadonlyArray<Action> => {
    const { tracks } = member
    const are = (state: "live" | "muted") => Array.from(tracks).flatMap(([type, is]) => is === state ? [type] : [])
    const rest = tracks.size < mostTracks ? types.filter((type) => !tracks.has(type)) : []
    const again = (type: TrackType, one: "unpublish" | "mute", other: "publish" | "unmute"): Action => () =>
      Effect.flatMap(
        end(member, type, one),
        (succeeded) => succeeded ? begin(member, type, other) : Effect.succeed(false)
      )
    return [
      ...rest.map((type): Action => () => begin(member, type, "publish")),
      ...are("muted").flatMap((type): ReadonlyArray<Action> => [
        () => begin(member, type, "unmute"),
        () => begin(member, type, "unmute"),
        () => end(member, type, "unpublish")
      ]),
      ...are("live").flatMap((type): ReadonlyArray<Action> => [
        again(type, "mute", "unmute"),
        again(type, "unpublish", "publish"),
        () => end(member, type, tracks.size > 1 ? "unpublish" : "mute")
      ])
    ]
  }

  const act: Participants["act"] = Effect.fnUntraced(function*(member) {
    const possible = actionsOf(member)
    yield* possible[yield* Random.nextIntBetween(0, possible.length - 1)]!()
  })

  const toggle: Participants["toggle"] = Effect.fnUntraced(function*(member, pause) {
    const live = Array.from(member.tracks).flatMap(([type, state]) => state === "live" ? [type] : [])
    for (const type of live) if (members.has(member)) yield* end(member, type, "mute")
    yield* pause
    for (const type of live) if (members.has(member)) yield* begin(member, type, "unmute")
  })

  const leave: Participants["leave"] = (member) =>
    Effect.andThen(
      perform(member, "leaves", Effect.andThen(Effect.sync(() => stopSending(member)), member.simulated.leave)),
      abandon(member)
    )

  const rejoin = (order: "before" | "after" | "never") => (member: Member) =>
    Effect.gen(function*() {
      const { simulated, node, tracks, userId } = member
      const sessionId = `${userId}-${++sessions}`
      const next = yield* newScope
      const again: Member = { userId, sessionId, node, simulated, scope: next, tracks: new Map(tracks) }
      const rejoined = yield* perform(
        member,
        `rejoins as ${sessionId}; the former session leaves ${order}`,
        Effect.suspend(() => {
          stopSending(member)
          for (const [type, state] of tracks) if (state === "live") onPublish(keyOf(again, type))
          return Effect.map(Scope.provide(simulated.rejoin({ leave: order, sessionId }), next), (simulated) => {
            again.simulated = simulated
          })
        })
      )
      if (!rejoined) {
        yield* Scope.close(next, Exit.void)
        return false
      }
      yield* abandon(member)
      members.add(again)
      for (const [type, state] of tracks) if (state === "live") sending.add(formatTrackKey(keyOf(again, type)))
      return true
    })

  const migrate = Effect.fnUntraced(function*(member: Member) {
    const node = member.node === memberNodes[0] ? memberNodes[1] : memberNodes[0]
    const next = yield* newScope
    const { scope } = member
    const migrated = yield* perform(
      member,
      `migrates to ${node}`,
      Effect.map(Scope.provide(member.simulated.migrate(node), next), (simulated) => {
        member.simulated = simulated
        member.node = node
        member.scope = next
      })
    )
    yield* Scope.close(migrated ? scope : next, Exit.void)
    return migrated
  })

  const withLive = (run: (member: Member, type: TrackType) => Effect.Effect<boolean>) => (member: Member) =>
    Effect.suspend(() => {
      const type = Array.from(member.tracks).find(([, state]) => state === "live")?.[0]
      return type === undefined ? Effect.succeed(false) : run(member, type)
    })

  const isConnected = ({ sessionId }: Member) =>
    Effect.map(
      sfu.groundTruth,
      ({ participants }) => participants.some((other) => other.sessionId === sessionId && other.connected)
    )

  const ifConnected = (run: (member: Member) => Effect.Effect<unknown>) => (member: Member) =>
    Effect.flatMap(isConnected(member), (is) => is ? Effect.as(run(member), true) : Effect.succeed(false))

  const faults: Participants["faults"] = {
    "socket lost, reconnected within the deadline": (member) =>
      perform(member, "loses the socket and reconnects", member.simulated.reconnect),
    "new session, the old one leaves first": rejoin("before"),
    "new session, the old one leaves last": rejoin("after"),
    "new session, the old one stays for its deadline": rejoin("never"),
    "socket lost, never reconnected": (member) =>
      Effect.andThen(
        perform(member, "loses the socket for good", member.simulated.dropSocket),
        Effect.as(abandon(member), true)
      ),
    "migration to another SFU": migrate,
    "a second session of the user": ({ userId }) => Effect.map(join(userId), (member) => member !== undefined),
    "another stream id prefix": ifConnected(({ sessionId }) =>
      Effect.flatMap(Random.nextIntBetween(0, 2 ** 48), (number) =>
        Effect.suspend(() => {
          note(`${sessionId} gets another stream id prefix`)
          return sfu.control.changePrefix(sessionId, number.toString(16).padStart(12, "0"))
        }))
    ),
    "ICE restart of a publisher": ifConnected(({ sessionId }) =>
      Effect.suspend(() => {
        note(`${sessionId} restarts ICE`)
        return sfu.control.restartIce(sessionId, "Publisher")
      })
    ),
    "unpublished by a moderator": withLive((member, type) =>
      Effect.flatMap(isConnected(member), (is) => {
        if (!is) return Effect.succeed(false)
        note(`${member.sessionId}'s ${type} is unpublished by a moderator`)
        sending.delete(formatTrackKey(keyOf(member, type)))
        member.tracks.set(type, "muted")
        return Effect.as(sfu.control.unpublishTrack(member.sessionId, type, "Moderation"), true)
      })
    )
  }

  return {
    members,
    sending,
    join,
    act,
    toggle,
    leave,
    faults,
    abandonNode: (node) =>
      Effect.forEach(Array.from(members).filter((member) => member.node === node), abandon, { discard: true })
  }
})
