/**
 * One call: the room, with a socket and two connections for each who is in it. Runs what `Room` says.
 *
 * Whatever goes out to a client passes through `signalling`, `media` or `requests`, where a test may lay hands on it.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { randomBytes } from "node:crypto"
import type { Participant, TrackKey, TrackType } from "../Track.ts"
import type * as Lines from "./Lines.ts"
import * as Line from "./Lines.ts"
import * as Publisher from "./Publisher.ts"
import * as Room from "./Room.ts"
import * as Settings from "./Settings.ts"
import * as Subscriber from "./Subscriber.ts"
import * as Traffic from "./Traffic.ts"
import type * as Truth from "./Truth.ts"
import * as Wire from "./Wire.ts"

/**
 * An event on its way to a client.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signal {
  /** The session that it is for, and its user. */
  readonly to: string
  readonly toUser: string
  readonly type: Wire.EventType | undefined
  /** The session that it is about, if it is about one. */
  readonly about: string | undefined
  readonly trackType: TrackType | undefined
  readonly event: Wire.SfuEvent
}

/**
 * A packet on its way to a subscriber.
 *
 * @category models
 * @since 0.1.0
 */
export interface Packet {
  /** The session that it is for, and its user. */
  readonly to: string
  readonly toUser: string
  /** The session that sent it, and its user. */
  readonly from: string
  readonly fromUser: string
  readonly trackType: TrackType
  readonly media: Publisher.Media
}

/**
 * Where a session's events go: its socket.
 */
export interface Link {
  readonly send: (frame: Uint8Array) => void
  readonly close: (code: number, reason: string) => void
  /** Without a word. */
  readonly destroy: () => void
}

interface Session {
  readonly participant: Participant
  readonly scope: Scope.Closeable
  readonly subscriber: Subscriber.Subscriber
  readonly publisher: Publisher.Publisher
  /** Packets forwarded to it, by what `Room.nameOf` names. */
  readonly forwarded: Map<string, { readonly key: TrackKey; packets: number }>
  link: Link | undefined
  grace: Fiber.Fiber<void> | undefined
}

export interface Call {
  readonly signalling: Traffic.Traffic<Signal>
  readonly media: Traffic.Traffic<Packet>
  readonly settings: () => Settings.Settings
  readonly configure: (options: Settings.SettingsOptions) => void
  /** Told to all whom it concerns before this returns. */
  readonly run: (command: Room.Command) => void
  readonly join: (options: {
    readonly participant: Participant
    readonly receives: boolean
    readonly resume: boolean
    readonly link: Link
  }) => Effect.Effect<void>
  readonly leave: (sessionId: string) => Effect.Effect<void>
  /** The socket is gone, and nothing has been said of leaving. */
  readonly lose: (sessionId: string, link: Link) => Effect.Effect<void>
  /** Says good-bye to everybody. */
  readonly close: () => void
  readonly session: (sessionId: string) => Session | undefined
  readonly member: (sessionId: string) => Room.Member | undefined
  readonly size: () => number
  readonly tell: (to: string, event: Wire.SfuEvent) => void
  readonly truth: () => Truth.Truth
  /** Looked at again whenever anything has changed. */
  readonly until: (isSo: (truth: Truth.Truth) => boolean) => Effect.Effect<Truth.Truth>
}

const prefix = (): string => randomBytes(8).toString("hex")

export const make = Effect.fnUntraced(function*(
  options: Settings.SettingsOptions
): Effect.fn.Return<Call, never, Scope.Scope> {
  const callScope = yield* Effect.scope
  const joining = yield* Semaphore.make(1)
  const sessions = new Map<string, Session>()
  const waiters = new Set<
    { readonly isSo: (truth: Truth.Truth) => boolean; readonly met: Deferred.Deferred<Truth.Truth> }
  >()
  let settings = Settings.change(Settings.defaults, options)
  let room = Room.empty

  const signalling = yield* Traffic.make<Signal>(({ event, to }) => {
    sessions.get(to)?.link?.send(Wire.encodeEvent(event))
  })

  const media = yield* Traffic.make<Packet>(({ from, fromUser, media, to, trackType }) => {
    const session = sessions.get(to)
    const name = Room.nameOf(from, trackType)
    if (session === undefined || !session.subscriber.forward(name, media)) return
    const count = session.forwarded.get(name)
    if (count !== undefined) count.packets++
    else session.forwarded.set(name, { key: { userId: fromUser, sessionId: from, trackType }, packets: 1 })
    look()
  })

  const truth = (): Truth.Truth => ({
    participants: Array.from(room.values(), (member) => ({
      ...member.participant,
      prefix: member.prefix,
      published: Room.publishedBy(member),
      connected: sessions.get(member.participant.sessionId)?.link !== undefined
    })),
    published: Array.from(room.values()).flatMap((member) =>
      Room.publishedBy(member).map((trackType) => ({ ...member.participant, trackType }))
    ),
    forwarded: Array.from(sessions.values()).flatMap(({ forwarded, participant }) =>
      Array.from(forwarded.values(), ({ key, packets }) => ({ to: participant, key, packets }))
    ),
    lines: Array.from(sessions.values()).flatMap(({ participant, subscriber }) =>
      subscriber.lines().flatMap(({ stopped, track }) =>
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

  const tell = (to: string, event: Wire.SfuEvent): void =>
    signalling.pass({
      to,
      toUser: sessions.get(to)?.participant.userId ?? "",
      type: Wire.eventTypeOf(event),
      about: Wire.subjectOf(event),
      trackType: Wire.trackTypeOf((event.trackPublished ?? event.trackUnpublished)?.type),
      event
    })

  const run = (command: Room.Command): void => {
    const [next, told] = Room.step(room, command, settings)
    room = next
    for (const { event, to } of told) tell(to, event)
    for (const { subscriber } of sessions.values()) subscriber.renegotiate()
    look()
  }

  const forward = ({ sessionId, userId }: Participant, trackType: TrackType, packet: Publisher.Media): void => {
    const isFirst = settings.announce === "firstMedia" && room.get(sessionId)?.tracks.get(trackType) === "Ready"
    if (isFirst) run({ _tag: "ReceiveMedia", sessionId, trackType })
    if (room.get(sessionId)?.tracks.get(trackType) !== "Live") return
    for (const { participant, subscriber } of sessions.values()) {
      if (!subscriber.carries(Room.nameOf(sessionId, trackType))) continue
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

  const offer = (to: string, { iceRestart, negotiationId, sdp }: Subscriber.Offer): void => {
    if (!settings.trickle) return tell(to, { subscriberOffer: { sdp, negotiationId, iceRestart } })
    const lines = sdp.split("\r\n")
    const candidates = lines.filter((line) => line.startsWith("a=candidate:"))
    const bare = lines.filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line)).join("\r\n")
    const usernameFragment = /^a=ice-ufrag:(.+)$/m.exec(sdp)?.[1]?.trim()
    const sdpMid = /^a=mid:(.+)$/m.exec(sdp)?.[1]?.trim()
    tell(to, { subscriberOffer: { sdp: bare, negotiationId, iceRestart } })
    for (const candidate of new Set(candidates)) {
      const iceCandidate = JSON.stringify({
        candidate: candidate.slice("a=".length),
        sdpMid,
        sdpMLineIndex: 0,
        usernameFragment
      })
      tell(to, { iceTrickle: { peerType: Wire.PeerType.PEER_TYPE_SUBSCRIBER, iceCandidate, sessionId: to } })
    }
  }

  const begin = Effect.fnUntraced(function*(participant: Participant): Effect.fn.Return<Session> {
    const { sessionId } = participant
    const scope = yield* Scope.fork(callScope)
    const plan = (lines: Lines.Lines, forced: Lines.Forced): Lines.Lines =>
      Line.plan(lines, Room.wanted(room, sessionId, settings), settings, () => randomBytes(3).toString("hex"), forced)
    const subscriber = yield* Subscriber.make({
      scope,
      settings: () => settings,
      plan,
      send: (made) => offer(sessionId, made),
      onKeyFrameNeeded: (key) => sessions.get(key.sessionId)?.publisher.requestKeyFrame(key.trackType),
      onAnswered: look
    })
    const publisher = Publisher.make(scope, (trackType, packet) => forward(participant, trackType, packet))
    return { participant, scope, subscriber, publisher, forwarded: new Map(), link: undefined, grace: undefined }
  })

  const end = (sessionId: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      const session = sessions.get(sessionId)
      if (session === undefined) return Effect.void
      sessions.delete(sessionId)
      session.link?.close(1000, "")
      session.grace?.interruptUnsafe()
      return Scope.close(session.scope, Exit.void)
    })

  const leave = (sessionId: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      run({ _tag: "Leave", sessionId })
      return end(sessionId)
    })

  return {
    signalling,
    media,
    settings: () => settings,
    configure: (options) => {
      settings = Settings.change(settings, options)
      for (const { subscriber } of sessions.values()) subscriber.renegotiate()
    },
    run,
    // One after the other: two sockets may join one session at once.
    join: ({ link, participant, receives, resume }) =>
      joining.withPermit(Effect.gen(function*() {
        const { sessionId } = participant
        const known = sessions.get(sessionId)
        const goesOn = known !== undefined && resume
        known?.grace?.interruptUnsafe()
        const before = known?.link
        if (known !== undefined) known.link = undefined
        before?.close(4100, "replaced")
        // A session that is begun anew under an id that was there has left before it comes.
        if (!goesOn && known !== undefined) yield* leave(sessionId)
        const session = goesOn ? known : yield* begin(participant)
        session.link = link
        session.grace = undefined
        sessions.set(sessionId, session)
        run({ _tag: "Join", participant, prefix: prefix(), receives, resume })
        if (goesOn) session.subscriber.restartIce()
      })),
    leave,
    lose: (sessionId, link) =>
      Effect.suspend(() => {
        const session = sessions.get(sessionId)
        if (session === undefined || session.link !== link) return Effect.void
        session.link = undefined
        look()
        const expire = Effect.andThen(
          Effect.sleep(settings.reconnectDeadline),
          Effect.suspend(() => {
            session.grace = undefined
            return leave(sessionId)
          })
        )
        return Effect.map(Effect.forkIn(expire, callScope), (fiber) => void (session.grace = fiber))
      }),
    close: () => {
      for (const { link } of sessions.values()) link?.close(1001, "the SFU is going away")
    },
    session: (sessionId) => sessions.get(sessionId),
    member: (sessionId) => room.get(sessionId),
    size: () => room.size,
    tell,
    truth,
    until: (isSo) =>
      Effect.suspend(() => {
        const now = truth()
        if (isSo(now)) return Effect.succeed(now)
        const waiter = { isSo, met: Deferred.makeUnsafe<Truth.Truth>() }
        waiters.add(waiter)
        return Effect.ensuring(Deferred.await(waiter.met), Effect.sync(() => waiters.delete(waiter)))
      })
  }
})
