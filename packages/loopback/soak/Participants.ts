/**
 * Who publishes in the call, and what they do: publish, mute, take back, come and go, and come back. Each in a scope of
 * their own, so that somebody whose SFU is gone can be given up.
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
export interface Person {
  readonly userId: string
  readonly sessionId: string
  node: string
  actor: SimulatedParticipant
  scope: Scope.Closeable
  readonly tracks: Map<TrackType, "live" | "muted">
}

export interface Cast {
  readonly people: ReadonlySet<Person>
  /** Publications whose packets are on their way, by name. */
  readonly sending: ReadonlySet<string>
  readonly join: (userId?: string) => Effect.Effect<Person | undefined>
  /** One of the things that people do all the time. */
  readonly act: (person: Person) => Effect.Effect<void>
  /** Mutes everything, and unmutes it after `pause`. */
  readonly toggle: (person: Person, pause: Effect.Effect<void>) => Effect.Effect<void>
  readonly leave: (person: Person) => Effect.Effect<void>
  /** True, if it did. */
  readonly mishaps: { readonly [name in Mishap]: (person: Person) => Effect.Effect<boolean> }
  /** Their SFU is gone. */
  readonly lose: (node: string) => Effect.Effect<void>
}

/** What happens to people. */
export const mishaps = [
  "socket lost, and back in time",
  "new session, the old one leaves first",
  "new session, the old one leaves last",
  "new session, the old one stays for its deadline",
  "gone without a word",
  "migration to another SFU",
  "a second device",
  "another prefix",
  "ICE restart of a publisher",
  "taken back by the SFU"
] as const

export type Mishap = typeof mishaps[number]

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo"]

const types: ReadonlyArray<TrackType> = TrackTypes.literals

/** Most that anybody publishes at once. */
const most = 3

/** Few packets, and often enough to be missed soon. */
const packetInterval = "150 millis"

/** Where people join mostly: on SFUs that are not the agents'. */
const stage = ["loopback-3", "loopback-4"] as const
const anywhere = ["loopback-1", "loopback-2", "loopback-3", "loopback-4"] as const

export const make = Effect.fnUntraced(function*(options: {
  readonly sfu: LoopbackSfu["Service"]
  readonly note: (line: string) => void
  /** Before a track is published. */
  readonly onPublish: (key: TrackKey) => void
}): Effect.fn.Return<Cast, never, Scope.Scope> {
  const { note, onPublish, sfu } = options
  const home = yield* Effect.scope
  const people = new Set<Person>()
  const sending = new Set<string>()
  let sessions = 0

  const keyOf = ({ sessionId, userId }: Person, trackType: TrackType): TrackKey => ({ userId, sessionId, trackType })

  const hush = (person: Person): void => {
    for (const type of types) sending.delete(formatTrackKey(keyOf(person, type)))
  }

  const giveUp = (person: Person): Effect.Effect<void> =>
    Effect.suspend(() => {
      people.delete(person)
      hush(person)
      return Scope.close(person.scope, Exit.void)
    })

  /** Somebody who cannot do what they are to do is out of the call: an SFU that is gone tells nobody. */
  const doing = <A>(person: Person, what: string, deed: Effect.Effect<A, SimulationError>) =>
    Effect.suspend(() => {
      note(`${person.sessionId} ${what}`)
      return deed
    }).pipe(
      Effect.as(true),
      Effect.catch((error) => {
        note(`${person.sessionId} is given up: ${error.message}`)
        return Effect.as(giveUp(person), false)
      })
    )

  const newScope = Scope.fork(home)

  const join: Cast["join"] = Effect.fnUntraced(function*(userId) {
    const name = userId ?? `${names[sessions % names.length]!}`
    const sessionId = `${name}-${++sessions}`
    const node = yield* Random.choice((yield* Random.next) < 0.85 ? stage : anywhere)
    const scope = yield* newScope
    note(`${sessionId} joins on ${node}`)
    const joined = yield* Effect.result(
      Scope.provide(sfu.participant({ userId: name, sessionId, node, packetInterval }), scope)
    )
    if (joined._tag === "Failure") {
      note(`${sessionId} does not get in: ${joined.failure.message}`)
      yield* Scope.close(scope, Exit.void)
      return undefined
    }
    const person: Person = { userId: name, sessionId, node, actor: joined.success, scope, tracks: new Map() }
    people.add(person)
    return person
  })

  const begin = (person: Person, type: TrackType, how: "publish" | "unmute") => {
    const key = keyOf(person, type)
    return doing(
      person,
      `${how} ${type}`,
      Effect.suspend(() => {
        onPublish(key)
        return Effect.map(person.actor[how](type), () => {
          person.tracks.set(type, "live")
          sending.add(formatTrackKey(key))
        })
      })
    )
  }

  const end = (person: Person, type: TrackType, how: "unpublish" | "mute") =>
    doing(
      person,
      `${how} ${type}`,
      Effect.suspend(() => {
        sending.delete(formatTrackKey(keyOf(person, type)))
        if (how === "mute") person.tracks.set(type, "muted")
        else person.tracks.delete(type)
        return person.actor[how](type)
      })
    )

  type Deed = () => Effect.Effect<boolean>

  const deedsOf = (person: Person): ReadonlyArray<Deed> => {
    const { tracks } = person
    const are = (state: "live" | "muted") => Array.from(tracks).flatMap(([type, is]) => is === state ? [type] : [])
    const rest = tracks.size < most ? types.filter((type) => !tracks.has(type)) : []
    const again = (type: TrackType, one: "unpublish" | "mute", other: "publish" | "unmute"): Deed => () =>
      Effect.flatMap(end(person, type, one), (isThere) => isThere ? begin(person, type, other) : Effect.succeed(false))
    return [
      ...rest.map((type): Deed => () => begin(person, type, "publish")),
      ...are("muted").flatMap((type): ReadonlyArray<Deed> => [
        () => begin(person, type, "unmute"),
        () => begin(person, type, "unmute"),
        () => end(person, type, "unpublish")
      ]),
      ...are("live").flatMap((type): ReadonlyArray<Deed> => [
        again(type, "mute", "unmute"),
        again(type, "unpublish", "publish"),
        () => end(person, type, tracks.size > 1 ? "unpublish" : "mute")
      ])
    ]
  }

  const act: Cast["act"] = Effect.fnUntraced(function*(person) {
    const possible = deedsOf(person)
    yield* possible[yield* Random.nextIntBetween(0, possible.length - 1)]!()
  })

  const toggle: Cast["toggle"] = Effect.fnUntraced(function*(person, pause) {
    const live = Array.from(person.tracks).flatMap(([type, state]) => state === "live" ? [type] : [])
    for (const type of live) if (people.has(person)) yield* end(person, type, "mute")
    yield* pause
    for (const type of live) if (people.has(person)) yield* begin(person, type, "unmute")
  })

  const leave: Cast["leave"] = (person) =>
    Effect.andThen(
      doing(person, "leaves", Effect.andThen(Effect.sync(() => hush(person)), person.actor.leave)),
      giveUp(person)
    )

  const rejoin = (order: "before" | "after" | "never") => (person: Person) =>
    Effect.gen(function*() {
      const { actor, node, tracks, userId } = person
      const sessionId = `${userId}-${++sessions}`
      const next = yield* newScope
      const again: Person = { userId, sessionId, node, actor, scope: next, tracks: new Map(tracks) }
      const rejoined = yield* doing(
        person,
        `comes back as ${sessionId}, and ${order === "never" ? "never leaves" : `leaves ${order}`}`,
        Effect.suspend(() => {
          hush(person)
          for (const [type, state] of tracks) if (state === "live") onPublish(keyOf(again, type))
          return Effect.map(Scope.provide(actor.rejoin({ leave: order, sessionId }), next), (actor) => {
            again.actor = actor
          })
        })
      )
      if (!rejoined) {
        yield* Scope.close(next, Exit.void)
        return false
      }
      yield* giveUp(person)
      people.add(again)
      for (const [type, state] of tracks) if (state === "live") sending.add(formatTrackKey(keyOf(again, type)))
      return true
    })

  const migrate = Effect.fnUntraced(function*(person: Person) {
    const node = person.node === stage[0] ? stage[1] : stage[0]
    const next = yield* newScope
    const { scope } = person
    const migrated = yield* doing(
      person,
      `migrates to ${node}`,
      Effect.map(Scope.provide(person.actor.migrate(node), next), (actor) => {
        person.actor = actor
        person.node = node
        person.scope = next
      })
    )
    yield* Scope.close(migrated ? scope : next, Exit.void)
    return migrated
  })

  const withLive = (run: (person: Person, type: TrackType) => Effect.Effect<boolean>) => (person: Person) =>
    Effect.suspend(() => {
      const type = Array.from(person.tracks).find(([, state]) => state === "live")?.[0]
      return type === undefined ? Effect.succeed(false) : run(person, type)
    })

  const isThere = ({ sessionId }: Person) =>
    Effect.map(
      sfu.groundTruth,
      ({ participants }) => participants.some((other) => other.sessionId === sessionId && other.connected)
    )

  const ifThere = (run: (person: Person) => Effect.Effect<unknown>) => (person: Person) =>
    Effect.flatMap(isThere(person), (is) => is ? Effect.as(run(person), true) : Effect.succeed(false))

  const mishaps: Cast["mishaps"] = {
    "socket lost, and back in time": (person) => doing(person, "loses the socket, and is back", person.actor.reconnect),
    "new session, the old one leaves first": rejoin("before"),
    "new session, the old one leaves last": rejoin("after"),
    "new session, the old one stays for its deadline": rejoin("never"),
    "gone without a word": (person) =>
      Effect.andThen(doing(person, "is gone without a word", person.actor.dropSocket), Effect.as(giveUp(person), true)),
    "migration to another SFU": migrate,
    "a second device": ({ userId }) => Effect.map(join(userId), (person) => person !== undefined),
    "another prefix": ifThere(({ sessionId }) =>
      Effect.flatMap(Random.nextIntBetween(0, 2 ** 48), (number) =>
        Effect.suspend(() => {
          note(`${sessionId} gets another prefix`)
          return sfu.control.changePrefix(sessionId, number.toString(16).padStart(12, "0"))
        }))
    ),
    "ICE restart of a publisher": ifThere(({ sessionId }) =>
      Effect.suspend(() => {
        note(`${sessionId} restarts ICE`)
        return sfu.control.restartIce(sessionId, "Publisher")
      })
    ),
    "taken back by the SFU": withLive((person, type) =>
      Effect.flatMap(isThere(person), (is) => {
        if (!is) return Effect.succeed(false)
        note(`${person.sessionId}'s ${type} is taken back`)
        sending.delete(formatTrackKey(keyOf(person, type)))
        person.tracks.set(type, "muted")
        return Effect.as(sfu.control.unpublishTrack(person.sessionId, type, "Moderation"), true)
      })
    )
  }

  return {
    people,
    sending,
    join,
    act,
    toggle,
    leave,
    mishaps,
    lose: (node) =>
      Effect.forEach(Array.from(people).filter((person) => person.node === node), giveUp, { discard: true })
  }
})
