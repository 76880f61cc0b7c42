/**
 * One call: the room, and for each who is in it a leg on each SFU that has them. Runs what `Room` says.
 *
 * Whatever goes out to a client passes through `signalling` or `media`, where a test may lay hands on it.
 */
import type { CallEndedReason } from "effect-track-resolver"
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { randomBytes } from "node:crypto"
import type * as Truth from "./GroundTruth.ts"
import * as Leg from "./Leg.ts"
import type * as Lines from "./Lines.ts"
import * as Line from "./Lines.ts"
import type * as Publisher from "./Publisher.ts"
import * as Room from "./Room.ts"
import * as Settings from "./Settings.ts"
import type { Node, Nodes } from "./SfuNode.ts"
import * as Subscriber from "./Subscriber.ts"
import * as Traffic from "./Traffic.ts"
import * as Wire from "./Wire.ts"

/**
 * An event on its way to a client.
 *
 * @category models
 * @since 0.1.0
 */
export interface OutboundEvent {
  /** The session that it is for, and its user. */
  readonly to: string
  readonly toUser: string
  /** The SFU that says it. */
  readonly node: string
  readonly type: Wire.EventType | undefined
  /** The session that it is about, if it is about one. */
  readonly subject: string | undefined
  readonly trackType: TrackType | undefined
  readonly event: Wire.SfuEvent
}

/**
 * A packet on its way to a subscriber.
 *
 * @category models
 * @since 0.1.0
 */
export interface OutboundPacket {
  /** The session that it is for, and its user. */
  readonly to: string
  readonly toUser: string
  /** The session that sent it, and its user. */
  readonly from: string
  readonly fromUser: string
  readonly trackType: TrackType
  readonly media: Publisher.Media
}

interface Session {
  readonly participant: Participant
  /** The oldest first. None, if its SFU is down. */
  legs: ReadonlyArray<Leg.Leg>
  /** The leg that counts: until a migration is complete, the one that it began from. */
  leg: Leg.Leg | undefined
  /** The leg of a migration that is not complete. */
  migratesTo: Leg.Leg | undefined
  /** Which leg a track's packets are taken from: of two that send them the later. */
  readonly sources: Map<TrackType, Leg.Leg>
  /** Packets forwarded to it, by what `Room.nameOf` names. */
  readonly forwarded: Map<string, { readonly key: TrackKey; packets: number }>
  grace: Fiber.Fiber<void> | undefined
}

/** How a socket ended: its client said that it leaves; it was closed as if so, with code 1000; or neither. */
export type Ending = "Left" | "Closed" | "Lost"

export interface JoinOptions {
  readonly node: Node
  readonly participant: Participant
  readonly receives: boolean
  readonly reconnection: "Fast" | "Rejoin" | "Migrate" | undefined
  /** The session that this one is instead of. */
  readonly previousSessionId: string
  readonly announced: ReadonlyArray<TrackType>
  readonly link: Leg.Link
}

export interface Call {
  readonly nodes: Nodes
  readonly signalling: Traffic.Traffic<OutboundEvent>
  readonly media: Traffic.Traffic<OutboundPacket>
  readonly settings: () => Settings.Settings
  readonly configure: (options: Settings.SettingsOptions) => void
  /** Told to all whom it concerns before this returns. */
  readonly run: (command: Room.Command) => void
  readonly join: (options: JoinOptions) => Effect.Effect<void>
  readonly leave: (sessionId: string) => Effect.Effect<void>
  /** The socket is gone. */
  readonly ended: (sessionId: string, link: Leg.Link, ending: Ending) => Effect.Effect<void>
  /** The socket is lost, and the deadline has passed. */
  readonly expire: (sessionId: string) => Effect.Effect<void>
  /** Says good-bye to everybody. */
  readonly close: () => void
  /** The call is over for everybody. */
  readonly end: (reason: CallEndedReason) => Effect.Effect<void>
  /** Told before the answer to this user's next join. */
  readonly precedeJoin: (userId: string, events: ReadonlyArray<Wire.SfuEvent>) => void
  /** Every socket and every connection of an SFU ends. Without a code, without a word. */
  readonly takeDown: (node: Node, code?: number) => Effect.Effect<void>
  /** Tells everybody there to go, and takes the SFU down after `grace`. */
  readonly shutDown: (node: Node, grace: Duration.Input) => Effect.Effect<void>
  /** The leg that counts, or the latest on a given SFU. */
  readonly leg: (sessionId: string, node?: Node) => Leg.Leg | undefined
  /** What a publisher's connection carries from now on: of all of its tracks, every time. */
  readonly setTracks: (sessionId: string, leg: Leg.Leg, trackTypes: ReadonlyArray<TrackType>) => void
  readonly member: (sessionId: string) => Room.Member | undefined
  /** In the order of their joins. */
  readonly members: () => ReadonlyArray<Room.Member>
  /** On every socket of the session, or on this one. */
  readonly tell: (to: string, event: Wire.SfuEvent, leg?: Leg.Leg) => void
  readonly truth: () => Truth.GroundTruth
  /** Looked at again whenever anything has changed. */
  readonly until: (isSo: (truth: Truth.GroundTruth) => boolean) => Effect.Effect<Truth.GroundTruth>
}

export const make = Effect.fnUntraced(function*(
  nodes: Nodes,
  options: Settings.SettingsOptions
): Effect.fn.Return<Call, never, Scope.Scope> {
  const callScope = yield* Effect.scope
  const joining = yield* Semaphore.make(1)
  const sessions = new Map<string, Session>()
  const preludes = new Map<string, ReadonlyArray<Wire.SfuEvent>>()
  const waiters = new Set<
    { readonly isSo: (truth: Truth.GroundTruth) => boolean; readonly met: Deferred.Deferred<Truth.GroundTruth> }
  >()
  let settings = Settings.change(Settings.defaults, options)
  let room = Room.empty

  const legOf = (sessionId: string, node: string): Leg.Leg | undefined =>
    sessions.get(sessionId)?.legs.findLast((leg) => leg.node.name === node)

  const signalling = yield* Traffic.make<OutboundEvent>(({ event, node, to }) => {
    legOf(to, node)?.link?.send(Wire.encodeEvent(event))
  })

  const media = yield* Traffic.make<OutboundPacket>(({ from, fromUser, media, to, trackType }) => {
    const session = sessions.get(to)
    const name = Room.nameOf(from, trackType)
    const sent = session?.legs.filter(({ subscriber }) => subscriber.forward(name, media)) ?? []
    if (session === undefined || sent.length === 0) return
    const count = session.forwarded.get(name)
    if (count !== undefined) count.packets++
    else session.forwarded.set(name, { key: { userId: fromUser, sessionId: from, trackType }, packets: 1 })
    look()
  })

  const truth = (): Truth.GroundTruth => ({
    participants: Array.from(room.values(), (member) => {
      const leg = sessions.get(member.participant.sessionId)?.leg
      return {
        ...member.participant,
        prefix: member.prefix,
        published: Room.publishedBy(member),
        node: leg?.node.name,
        connected: leg?.link !== undefined
      }
    }),
    published: Array.from(room.values()).flatMap((member) =>
      Room.publishedBy(member).map((trackType) => ({ ...member.participant, trackType }))
    ),
    forwarded: Array.from(sessions.values()).flatMap(({ forwarded, participant }) =>
      Array.from(forwarded.values(), ({ key, packets }) => ({ to: participant, key, packets }))
    ),
    downTracks: Array.from(sessions.values()).flatMap(({ leg, participant }) =>
      (leg?.subscriber.lines() ?? []).flatMap(({ stopped, track }) =>
        track === undefined || stopped ? [] : [{ to: participant, key: track.key, streamId: track.streamId }]
      )
    )
  })

  const look = (): void => {
    if (waiters.size === 0) return
    const now = truth()
    for (const waiter of Array.from(waiters)) {
      if (!waiter.isSo(now)) continue
      waiters.delete(waiter)
      Deferred.doneUnsafe(waiter.met, Effect.succeed(now))
    }
  }

  const tell = (to: string, event: Wire.SfuEvent, only?: Leg.Leg): void => {
    const session = sessions.get(to)
    for (const { node } of only === undefined ? session?.legs ?? [] : [only]) {
      signalling.pass({
        to,
        toUser: session?.participant.userId ?? "",
        node: node.name,
        type: Wire.eventTypeOf(event),
        subject: Wire.subjectOf(event),
        trackType: Wire.trackTypeOf((event.trackPublished ?? event.trackUnpublished)?.type),
        event
      })
    }
  }

  const run = (command: Room.Command): void => {
    const [next, told] = Room.step(room, command, settings)
    room = next
    // Only the leg that joins is answered, and it is the latest.
    for (const { event, to } of told) tell(to, event, event.joinResponse ? sessions.get(to)?.legs.at(-1) : undefined)
    for (const { legs } of sessions.values()) legs.forEach(({ subscriber }) => subscriber.renegotiate())
    look()
  }

  const forward = (
    { sessionId, userId }: Participant,
    leg: Leg.Leg,
    trackType: TrackType,
    packet: Publisher.Media
  ): void => {
    const isFirst = settings.announce === "firstMedia" && room.get(sessionId)?.tracks.get(trackType) === "Ready"
    if (isFirst) run({ _tag: "ReceiveMedia", sessionId, trackType })
    const publisher = sessions.get(sessionId)
    if (publisher === undefined || room.get(sessionId)?.tracks.get(trackType) !== "Live") return
    const source = publisher.sources.get(trackType)
    if (source !== undefined && publisher.legs.indexOf(source) > publisher.legs.indexOf(leg)) return
    publisher.sources.set(trackType, leg)
    for (const { legs, participant } of sessions.values()) {
      if (!legs.some(({ subscriber }) => subscriber.carries(Room.nameOf(sessionId, trackType)))) continue
      media.pass({
        to: participant.sessionId,
        toUser: participant.userId,
        from: sessionId,
        fromUser: userId,
        trackType,
        media: packet
      })
    }
  }

  const offer = (to: string, leg: Leg.Leg, { iceRestart, negotiationId, sdp }: Subscriber.Offer): void => {
    if (!settings.trickle) return tell(to, { subscriberOffer: { sdp, negotiationId, iceRestart } }, leg)
    const lines = sdp.split("\r\n")
    const candidates = lines.filter((line) => line.startsWith("a=candidate:"))
    const bare = lines.filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line)).join("\r\n")
    const usernameFragment = /^a=ice-ufrag:(.+)$/m.exec(sdp)?.[1]?.trim()
    const sdpMid = /^a=mid:(.+)$/m.exec(sdp)?.[1]?.trim()
    tell(to, { subscriberOffer: { sdp: bare, negotiationId, iceRestart } }, leg)
    for (const candidate of new Set(candidates)) {
      const iceCandidate = JSON.stringify({
        candidate: candidate.slice("a=".length),
        sdpMid,
        sdpMLineIndex: 0,
        usernameFragment
      })
      tell(to, { iceTrickle: { peerType: Wire.PeerType.PEER_TYPE_SUBSCRIBER, iceCandidate, sessionId: to } }, leg)
    }
  }

  const makeLeg = (
    participant: Participant,
    node: Node,
    announced: ReadonlyArray<TrackType>
  ): Effect.Effect<Leg.Leg> => {
    const { sessionId } = participant
    const plan = (lines: Lines.Lines, forced: Lines.Forced): Lines.Lines =>
      Line.plan(lines, Room.wanted(room, sessionId, settings), settings, () => randomBytes(3).toString("hex"), forced)
    return Leg.make({
      node,
      scope: callScope,
      announced,
      subscriber: (scope, leg) =>
        Subscriber.make({
          scope,
          settings: () => settings,
          plan,
          send: (made) => offer(sessionId, leg(), made),
          onKeyFrameNeeded: (key) => {
            for (const { publisher } of sessions.get(key.sessionId)?.legs ?? []) {
              publisher.requestKeyFrame(key.trackType)
            }
          },
          onAnswered: () => {
            const session = sessions.get(sessionId)
            if (session !== undefined) completeMigration(session)
            look()
          }
        }),
      onMedia: (leg, trackType, packet) => forward(participant, leg, trackType, packet)
    })
  }

  const setTracks = ({ legs, participant }: Session): void => {
    const trackTypes = new Set(legs.flatMap(({ trackTypes }) => trackTypes))
    run({ _tag: "SetTracks", sessionId: participant.sessionId, trackTypes: Array.from(trackTypes) })
  }

  /** The session goes on without this leg. */
  const drop = (session: Session, leg: Leg.Leg): Effect.Effect<void> =>
    Effect.suspend(() => {
      session.legs = session.legs.filter((other) => other !== leg)
      if (session.leg === leg) session.leg = session.legs.at(-1)
      if (session.migratesTo === leg) session.migratesTo = undefined
      for (const [type, source] of session.sources) if (source === leg) session.sources.delete(type)
      leg.link?.close(1000, "")
      // What became of the tracks of a session without any leg is not known before it comes back, or its deadline passes.
      if (session.legs.length > 0) setTracks(session)
      look()
      return leg.close
    })

  const end = (session: Session): Effect.Effect<void> =>
    Effect.suspend(() => {
      sessions.delete(session.participant.sessionId)
      session.grace?.interruptUnsafe()
      for (const { link } of session.legs) link?.close(1000, "")
      return Effect.forEach(session.legs, ({ close }) => close, { discard: true })
    })

  const leave = (sessionId: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      run({ _tag: "Leave", sessionId })
      const session = sessions.get(sessionId)
      return session === undefined ? Effect.void : end(session)
    })

  /** It leaves at its deadline, unless it comes back before. */
  const forgive = (session: Session): Effect.Effect<void> =>
    Effect.suspend(() => {
      session.grace?.interruptUnsafe()
      const expire = Effect.andThen(
        Effect.sleep(settings.reconnectDeadline),
        Effect.suspend(() => {
          session.grace = undefined
          return leave(session.participant.sessionId)
        })
      )
      return Effect.map(Effect.forkIn(expire, callScope), (fiber) => void (session.grace = fiber))
    })

  const completeMigration = (session: Session): void => {
    const { leg, migratesTo, participant } = session
    const { migrationComplete, migrationCompletes } = settings
    if (migratesTo === undefined) return
    if (migrationCompletes === "onceAnswered" && !migratesTo.subscriber.isSettled()) return
    session.migratesTo = undefined
    // Who never hears of it stays where they were, until they give it up.
    if (migrationComplete === "never") return
    session.leg = migratesTo
    tell(
      participant.sessionId,
      { participantMigrationComplete: {} },
      migrationComplete === "oldSocket" ? leg : migratesTo
    )
  }

  const prefixOf = ({ userId }: Participant): string => {
    const namesake = Array.from(room.values()).find(({ participant }) => participant.userId === userId)
    return settings.prefix === "perUser" && namesake !== undefined ? namesake.prefix : randomBytes(8).toString("hex")
  }

  /** Answers the join. */
  const answer = ({ participant, receives }: JoinOptions, reconnection: "Fast" | "Migrate" | undefined): void => {
    const { sessionId, userId } = participant
    const leg = sessions.get(sessionId)?.legs.at(-1)
    for (const event of preludes.get(userId) ?? []) tell(sessionId, event, leg)
    preludes.delete(userId)
    run({ _tag: "Join", participant, prefix: prefixOf(participant), receives, reconnection })
  }

  const begin = Effect.fnUntraced(function*(options: JoinOptions) {
    const { announced, link, node, participant } = options
    const leg = yield* makeLeg(participant, node, announced)
    leg.link = link
    const session: Session = {
      participant,
      legs: [leg],
      leg,
      migratesTo: undefined,
      sources: new Map(),
      forwarded: new Map(),
      grace: undefined
    }
    sessions.set(participant.sessionId, session)
    answer(options, undefined)
    return session
  })

  /** The session goes on with another socket, and the connections that it had there. */
  const resume = Effect.fnUntraced(function*(session: Session, leg: Leg.Leg, options: JoinOptions) {
    leg.link = options.link
    for (const other of session.legs) if (other !== leg) yield* drop(session, other)
    answer(options, "Fast")
    leg.subscriber.restartIce()
  })

  /** The session has new connections beside the old ones, which stay as long as their socket. */
  const migrate = Effect.fnUntraced(function*(session: Session, options: JoinOptions) {
    const { announced, link, node, participant } = options
    for (const leg of session.legs) if (leg !== session.leg) yield* drop(session, leg)
    const leg = yield* makeLeg(participant, node, announced)
    leg.link = link
    session.legs = [...session.legs, leg]
    session.migratesTo = leg
    if (session.leg?.link === undefined) {
      if (session.leg !== undefined) yield* drop(session, session.leg)
      session.leg = leg
    }
    if (settings.prefix === "perNode") {
      run({ _tag: "ChangePrefix", sessionId: participant.sessionId, prefix: prefixOf(participant) })
    }
    answer(options, "Migrate")
    completeMigration(session)
  })

  const join = Effect.fnUntraced(function*(options: JoinOptions) {
    const { node, participant, previousSessionId, reconnection } = options
    const { sessionId, userId } = participant
    const known = sessions.get(sessionId)
    if (known !== undefined) {
      known.grace?.interruptUnsafe()
      known.grace = undefined
      if (reconnection === "Migrate") return yield* migrate(known, options)
      for (const leg of known.legs) {
        leg.link?.close(4100, "replaced")
        leg.link = undefined
      }
      const leg = legOf(sessionId, node.name)
      if (reconnection === "Fast" && leg !== undefined) return yield* resume(known, leg, options)
      // A session that is begun anew under an id that was there has left before it comes.
      yield* leave(sessionId)
    }
    const isOurs = reconnection === "Rejoin" && room.get(previousSessionId)?.participant.userId === userId
    const previous = isOurs ? sessions.get(previousSessionId) : undefined
    if (previous !== undefined && settings.previousSession === "leavesFirst") yield* leave(previousSessionId)
    const session = yield* begin(options)
    if (previous !== undefined && settings.previousSession === "leavesAfter") yield* leave(previousSessionId)
    if (previous !== undefined && settings.previousSession === "staysForDeadline") yield* forgive(previous)
    if (reconnection === "Migrate") {
      session.migratesTo = session.leg
      completeMigration(session)
    }
  })

  const takeDown = Effect.fnUntraced(function*(node: Node, code?: number) {
    node.change("Down")
    for (const session of Array.from(sessions.values())) {
      for (const leg of session.legs.filter((leg) => leg.node === node)) {
        if (code === undefined) leg.link?.destroy()
        else leg.link?.close(code, "the SFU is going away")
        leg.link = undefined
        yield* drop(session, leg)
      }
      if (session.legs.length === 0) yield* forgive(session)
    }
  })

  return {
    nodes,
    signalling,
    media,
    settings: () => settings,
    configure: (options) => {
      settings = Settings.change(settings, options)
      for (const { legs } of sessions.values()) legs.forEach(({ subscriber }) => subscriber.renegotiate())
    },
    run,
    // One after the other: two sockets may join one session at once.
    join: (options) => joining.withPermit(join(options)),
    leave,
    ended: (sessionId, link, ending) =>
      Effect.suspend(() => {
        const session = sessions.get(sessionId)
        const leg = session?.legs.find((leg) => leg.link === link)
        if (session === undefined || leg === undefined) return Effect.void
        if (ending === "Left") return leave(sessionId)
        leg.link = undefined
        // What a migration left behind, or where it did not get to.
        if (leg !== session.leg || leg !== session.legs.at(-1)) return drop(session, leg)
        if (ending === "Closed") return leave(sessionId)
        look()
        return forgive(session)
      }),
    expire: (sessionId) =>
      Effect.suspend(() => {
        for (const leg of sessions.get(sessionId)?.legs ?? []) {
          leg.link?.destroy()
          leg.link = undefined
        }
        return leave(sessionId)
      }),
    close: () => {
      for (const { legs } of sessions.values()) legs.forEach(({ link }) => link?.close(1001, "the SFU is going away"))
    },
    end: (reason) =>
      Effect.suspend(() => {
        run({ _tag: "End", reason })
        return Effect.forEach(Array.from(sessions.values()), end, { discard: true })
      }),
    precedeJoin: (userId, events) => void preludes.set(userId, events),
    takeDown,
    shutDown: (node, grace) =>
      Effect.suspend(() => {
        node.change("ShuttingDown")
        for (const [sessionId, { legs }] of sessions) {
          for (const leg of legs) if (leg.node === node) tell(sessionId, Wire.goAway("ShuttingDown"), leg)
        }
        const down = Effect.suspend(() => node.state() === "ShuttingDown" ? takeDown(node, 1001) : Effect.void)
        return Effect.asVoid(Effect.forkIn(Effect.andThen(Effect.sleep(grace), down), callScope))
      }),
    leg: (sessionId, node) => node === undefined ? sessions.get(sessionId)?.leg : legOf(sessionId, node.name),
    setTracks: (sessionId, leg, trackTypes) => {
      leg.trackTypes = trackTypes
      const session = sessions.get(sessionId)
      if (session !== undefined) setTracks(session)
    },
    member: (sessionId) => room.get(sessionId),
    members: () => Array.from(room.values()),
    tell,
    truth,
    until: (isSo) =>
      Effect.suspend(() => {
        const now = truth()
        if (isSo(now)) return Effect.succeed(now)
        const waiter = { isSo, met: Deferred.makeUnsafe<Truth.GroundTruth>() }
        waiters.add(waiter)
        return Effect.ensuring(Deferred.await(waiter.met), Effect.sync(() => waiters.delete(waiter)))
      })
  }
})
