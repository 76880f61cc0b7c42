/**
 * The SFU of a simulated call: it does what a list of happenings says, keeps the truth, and tells of it in a
 * `ScriptedCall`, as late and as badly as each happening says.
 *
 * One agenda, played by one fiber: what comes at the same time comes in the order in which it was entered.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { PeerConnectionFactory } from "../../edge/PeerConnection.ts"
import type { SfuClient, SfuEvent, SfuParticipant, SfuPublication } from "../../edge/SfuClient.ts"
import type { Participant, TrackKey, TrackKind } from "../../Track.ts"
import { kindOf, TrackType } from "../../Track.ts"
import type { ScriptedMediaSection } from "../ScriptedCall.ts"
import * as ScriptedCall from "../ScriptedCall.ts"
import type { Faults, Happening, Mishap } from "./ScriptedAction.ts"
import * as Dice from "./SeededRandom.ts"

/**
 * What is so, whatever has been told of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Truth {
  /** Who is in the call. */
  readonly participants: ReadonlyArray<Participant>
  /** What is published and not muted, and can be told apart by what the call says: what an edge knows once all is told. */
  readonly tracks: ReadonlyArray<TrackKey>
  /** What is published, but no m-line says whose it is: an edge must not guess. */
  readonly unidentified: ReadonlyArray<TrackKey>
  /** Whose each m-line is that sends. */
  readonly lines: ReadonlyArray<{ readonly mid: string; readonly key: TrackKey }>
}

export interface SimulatedSfu {
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  readonly truth: Effect.Effect<Truth>
  readonly run: <E = never, R = never>(
    atRest?: (truth: Truth) => Effect.Effect<void, E, R>
  ) => Effect.Effect<void, E, R>
}

/** Between two packets of an m-line, in milliseconds. */
const beat = 200

/** What each packet carries. */
export const mark = (key: TrackKey): Uint8Array =>
  new TextEncoder().encode(JSON.stringify([key.userId, key.sessionId, key.trackType]))

export const markedBy = (payload: Uint8Array): TrackKey => {
  const [userId, sessionId, trackType] = JSON.parse(new TextDecoder().decode(payload))
  return { userId, sessionId, trackType }
}

/** Somebody who is there, from one join to the next leave. */
interface Session extends Participant {
  prefix: string
  /** Whether messages name the prefix: not yet, if it is late; never, if it is withheld. */
  namesPrefix: boolean
  isWithheld: boolean
  /** Whether the join was told. */
  isTold: boolean
  readonly published: Map<TrackType, Line>
  /** The types of which an event spoke. */
  readonly spoken: Set<TrackType>
}

/** What an m-line carries, from the offer that opens it to the one that gives it to somebody else. */
interface Line {
  readonly mid: string
  readonly key: TrackKey
  readonly streamId: string | undefined
  sent: number
  /** A packet that comes after the next one. */
  held: number | undefined
}

interface Item {
  readonly at: number
  /** Told or offered, and not done. */
  readonly isMessage: boolean
  readonly perform: (now: number) => Effect.Effect<void>
}

const types: ReadonlyArray<TrackType> = TrackType.literals

export const make = (
  happenings: ReadonlyArray<Happening>,
  faults: Faults,
  seed: number
): Effect.Effect<SimulatedSfu> =>
  Effect.gen(function*() {
    const people = new Map<string, Session>()
    /** By session id, those who were there before: whoever comes back has the same prefix. */
    const former = new Map<string, Session>()
    const lines: Array<Line | undefined> = []
    const kinds: Array<TrackKind> = []
    let migrations = 0

    // --- What is to come --------------------------------------------------------------------------------------------

    const agenda: Array<Item> = []
    /** When the last message of each kind comes that has to keep its order. */
    const lanes = new Map<string, number>()
    let messages = 0

    const enter = (item: Item): void => {
      if (item.isMessage) messages++
      const later = agenda.findIndex(({ at }) => at > item.at)
      agenda.splice(later < 0 ? agenda.length : later, 0, item)
    }

    /** Tells something, and again as often as it goes wrong; nothing overtakes in one of these lanes. */
    const tell = (
      now: number,
      { copies = 0, told = 0 }: Mishap,
      inOrder: ReadonlyArray<string>,
      event: () => SfuEvent
    ) => {
      let at = now
      for (let copy = 0; copy <= copies; copy++) {
        at = Math.max(at + told, ...inOrder.map((lane) => lanes.get(lane) ?? 0))
        for (const lane of inOrder) lanes.set(lane, at)
        enter({ at, isMessage: true, perform: () => Effect.suspend(() => call.emit(event())) })
      }
    }

    // --- Media ------------------------------------------------------------------------------------------------------

    /** By offer: the table, and how long it takes. */
    const offers: Array<{ readonly table: ReadonlyArray<Line | undefined>; readonly takes: number }> = []
    let applied = 0
    let answered: ReadonlyArray<Line | undefined> = []
    let busyUntil = 0

    const onOffer = Effect.suspend(() => Effect.sleep(offers[applied++]?.takes ?? 0))

    const onAnswer = (negotiationId: number) =>
      Effect.suspend(() => {
        const offer = offers[negotiationId - 1]
        return Effect.andThen(
          Effect.sleep(offer?.takes ?? 0),
          Effect.sync(() => {
            answered = offer?.table ?? answered
          })
        )
      })

    const mediaOf = (line: Line | undefined): ReadonlyArray<ScriptedMediaSection> =>
      line === undefined
        ? []
        : [{ mid: line.mid, kind: kindOf(line.key.trackType), streamId: line.streamId }]

    /** The m-lines as they are when the offer is made. A later one never comes before an earlier one. */
    const offer = (now: number, { answered = 0, copies = 0, offered = 0 }: Mishap): void => {
      let at = now
      for (let copy = 0; copy <= copies; copy++) {
        at += offered
        enter({
          at,
          isMessage: true,
          perform: (now) =>
            Effect.suspend(() => {
              offers.push({ table: lines.slice(), takes: answered })
              busyUntil = Math.max(busyUntil, now) + 2 * answered
              return call.offer(lines.flatMap(mediaOf))
            })
        })
      }
    }

    const isPublished = (line: Line): boolean =>
      people.get(line.key.sessionId)?.published.get(line.key.trackType) === line

    /** The m-line that is still there for a publication, or the first that is free, or that nobody is there for. */
    const open = (owner: Session, trackType: TrackType, { hasNoMsid = false }: Mishap): Line => {
      const { prefix, sessionId, userId } = owner
      const kept = lines.find((line) => line?.key.sessionId === sessionId && line.key.trackType === trackType)
      if (kept !== undefined) return kept
      const kind = kindOf(trackType)
      const free = kinds.findIndex((other, mid) => {
        const line = lines[mid]
        return other === kind && (line === undefined || !people.has(line.key.sessionId))
      })
      const mid = free < 0 ? kinds.push(kind) - 1 : free
      const line: Line = {
        mid: String(mid),
        key: { userId, sessionId, trackType },
        streamId: hasNoMsid ? undefined : `${prefix}:${trackType}`,
        sent: 0,
        held: undefined
      }
      lines[mid] = line
      return line
    }

    const send = (line: Line, sequenceNumber: number) => call.send(line.mid, mark(line.key), sequenceNumber)

    /** Nothing is sent on an m-line before its offer was answered, and nothing that would come after its end. */
    const sendAll = (now: number) =>
      Effect.forEach(lines, (line, mid) => {
        if (line === undefined || answered[mid] !== line || !isPublished(line)) return Effect.void
        const dice = Dice.make(Math.imul(seed + 1, 7_919) + now * 31 + mid)
        const [isLost, isDouble, isSwapped] = [
          dice() < faults.packetLost,
          dice() < faults.packetDoubled,
          dice() < faults.packetSwapped
        ]
        const number = line.sent++
        const { held } = line
        line.held = undefined
        if (isSwapped && held === undefined) {
          line.held = number
          return Effect.void
        }
        const packets = [
          ...(isLost ? [] : isDouble ? [number, number] : [number]),
          ...(held === undefined ? [] : [held])
        ]
        return Effect.forEach(packets, (packet) => send(line, packet), { discard: true })
      }, { discard: true })

    // --- Signalling -------------------------------------------------------------------------------------------------

    const snapshot = (
      session: Session,
      published: Iterable<TrackType> = session.published.keys(),
      namesPrefix = session.namesPrefix
    ): SfuParticipant => ({
      userId: session.userId,
      sessionId: session.sessionId,
      streamIdPrefix: namesPrefix ? session.prefix : undefined,
      publishedTracks: Array.from(published)
    })

    const laneOf = ({ sessionId }: Participant, trackType?: TrackType): string => `${sessionId} ${trackType ?? ""}`

    const tellJoin = (
      now: number,
      session: Session,
      mishap: Mishap,
      inOrder: ReadonlyArray<string>,
      isFresh: boolean
    ) => {
      const published = isFresh ? undefined : Array.from(session.published.keys())
      tell(now, mishap, [laneOf(session), ...inOrder], () => {
        session.isTold = true
        return { _tag: "ParticipantJoined", participant: snapshot(session, published) }
      })
    }

    /** Messages name the prefix from now on; or later, and then one of them says so; or never. */
    const withhold = (now: number, session: Session, { prefix }: Mishap): void => {
      session.namesPrefix = prefix === undefined
      session.isWithheld = prefix === "never"
      if (prefix === undefined || prefix === "never") return
      const late = session.prefix
      tell(Math.max(0, now), { told: prefix }, [laneOf(session)], () => {
        if (session.prefix === late) session.namesPrefix = true
        return { _tag: "ParticipantUpdated", participant: snapshot(session) }
      })
    }

    const publication = (
      session: Session,
      trackType: TrackType,
      { isAnonymous = false, prefix }: Mishap
    ): SfuPublication => {
      const { sessionId, userId } = session
      if (isAnonymous) return { sessionId, trackType }
      const namesPrefix = prefix === undefined && session.namesPrefix
      return { userId, sessionId, trackType, participant: snapshot(session, undefined, namesPrefix) }
    }

    const tellPublished = (now: number, session: Session, trackType: TrackType, mishap: Mishap): void => {
      session.spoken.add(trackType)
      tell(now, mishap, [laneOf(session, trackType)], () => ({
        _tag: "TrackPublished",
        publication: publication(session, trackType, mishap)
      }))
    }

    const tellUnpublished = (now: number, session: Session, trackType: TrackType, mishap: Mishap, isMute: boolean) => {
      session.spoken.add(trackType)
      tell(now, mishap, [laneOf(session, trackType)], () => ({
        _tag: "TrackUnpublished",
        publication: publication(session, trackType, mishap),
        cause: isMute ? "UserMuted" : "Unspecified"
      }))
    }

    // --- What people do ---------------------------------------------------------------------------------------------

    /** Before we have joined nothing is told but what the join's answer says. */
    const join = ({ at, mishap = {}, sessionId, userId }: Happening): void => {
      if (people.has(sessionId)) return
      const before = former.get(sessionId)
      const session: Session = {
        userId,
        sessionId,
        prefix: before?.prefix ?? `prefix-${sessionId}`,
        namesPrefix: true,
        isWithheld: false,
        isTold: at < 0,
        published: new Map(),
        spoken: new Set()
      }
      people.set(sessionId, session)
      // Nothing of somebody's former stay comes in the new one, and nothing of the new one before it is told.
      const inOrder = before === undefined ? [] : types.map((trackType) => laneOf(session, trackType))
      if (at >= 0) tellJoin(at, session, mishap, inOrder, true)
      withhold(at, session, mishap)
    }

    const leave = ({ at, mishap = {}, sessionId }: Happening): void => {
      const session = people.get(sessionId)
      if (session === undefined) return
      people.delete(sessionId)
      former.set(sessionId, session)
      for (const trackType of session.published.keys()) {
        if (!mishap.isDropped) tellUnpublished(at, session, trackType, mishap, false)
      }
      session.published.clear()
      tell(at, mishap, [laneOf(session)], () => ({ _tag: "ParticipantLeft", participant: snapshot(session) }))
      if (mishap.keepsLine) return
      for (const [mid, line] of lines.entries()) if (line?.key.sessionId === sessionId) lines[mid] = undefined
      offer(at, mishap)
    }

    const migrate = ({ at, mishap = {}, sessionId }: Happening): void => {
      const session = people.get(sessionId)
      if (session === undefined) return
      session.prefix = `prefix-${sessionId}-${++migrations}`
      withhold(at, session, mishap)
      for (const [mid, line] of lines.entries()) {
        if (line?.key.sessionId !== sessionId) continue
        const { key, streamId } = line
        const renamed: Line = { ...line, streamId: streamId && `${session.prefix}:${key.trackType}`, held: undefined }
        lines[mid] = renamed
        if (session.published.has(key.trackType)) session.published.set(key.trackType, renamed)
      }
      tellJoin(at, session, mishap, [], false)
      offer(at, mishap)
    }

    const publish = ({ at, mishap = {}, sessionId }: Happening, trackType: TrackType): void => {
      const session = people.get(sessionId)
      if (session === undefined || session.published.has(trackType)) return
      const isNew = !lines.some((line) => line?.key.sessionId === sessionId && line.key.trackType === trackType)
      session.published.set(trackType, open(session, trackType, mishap))
      const isInSnapshot = at < 0 || !session.isTold
      if (!mishap.isDropped || !isInSnapshot || session.spoken.has(trackType)) {
        tellPublished(Math.max(0, at), session, trackType, mishap)
      }
      if (isNew) offer(Math.max(0, at), mishap)
    }

    const unpublish = ({ at, mishap = {}, sessionId }: Happening, trackType: TrackType, isMute: boolean): void => {
      const session = people.get(sessionId)
      const line = session?.published.get(trackType)
      if (session === undefined || line === undefined) return
      session.published.delete(trackType)
      tellUnpublished(at, session, trackType, mishap, isMute)
      if (isMute || mishap.keepsLine) return
      lines[Number(line.mid)] = undefined
      offer(at, mishap)
    }

    const happen = (happening: Happening): void => {
      const { deed } = happening
      switch (deed._tag) {
        case "Joins":
          return join(happening)
        case "Leaves":
          return leave(happening)
        case "Migrates":
          return migrate(happening)
        case "Publishes":
          return publish(happening, deed.trackType)
        case "Unpublishes":
        case "Mutes":
          return unpublish(happening, deed.trackType, deed._tag === "Mutes")
      }
    }

    for (const happening of happenings) {
      if (happening.at < 0) happen(happening)
      else {
        const perform = () => Effect.sync(() => happen(happening))
        enter({ at: happening.at, isMessage: false, perform })
      }
    }

    const call: ScriptedCall.ScriptedCall = yield* ScriptedCall.make({
      participants: Effect.sync(() => Array.from(people.values(), (session) => snapshot(session))),
      onOffer,
      onAnswer
    })

    // --- The truth --------------------------------------------------------------------------------------------------

    const truth = Effect.sync((): Truth => {
      const published = Array.from(people.values()).flatMap((session) =>
        Array.from(session.published.values(), (line) => ({ session, line }))
      )
      const isIdentified = ({ line, session }: typeof published[number]) =>
        line.streamId !== undefined && !session.isWithheld
      return {
        participants: Array.from(people.values(), ({ sessionId, userId }) => ({ userId, sessionId })),
        tracks: published.filter(isIdentified).map(({ line }) => line.key),
        unidentified: published.filter((one) => !isIdentified(one)).map(({ line }) => line.key),
        lines: lines.flatMap((line) =>
          line !== undefined && isPublished(line) ? [{ mid: line.mid, key: line.key }] : []
        )
      }
    })

    // --- From the join to the end -----------------------------------------------------------------------------------

    const run = <E = never, R = never>(atRest: (truth: Truth) => Effect.Effect<void, E, R> = () => Effect.void) =>
      Effect.gen(function*() {
        const start = yield* Clock.currentTimeMillis
        let last = 0
        let isRested = false
        let nextBeat = beat
        while (true) {
          const next = agenda[0]
          const restAt = Math.max(last, busyUntil) + 3 * beat
          const rests = !isRested && messages === 0 && (next === undefined || next.at > restAt)
          const until = rests ? restAt : next?.at
          if (until === undefined) break
          const now = Math.min(nextBeat, until)
          yield* sleepUntil(start + now)
          if (now === nextBeat) {
            nextBeat += beat
            yield* sendAll(now)
          } else if (rests) {
            isRested = true
            yield* Effect.flatMap(truth, atRest)
          } else {
            agenda.shift()
            last = now
            isRested = false
            if (next!.isMessage) messages--
            yield* next!.perform(now)
          }
        }
        people.clear()
        lines.fill(undefined)
        yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      })

    return { layer: call.layer, truth, run }
  })

const sleepUntil = (at: number) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => at > now ? Effect.sleep(at - now) : Effect.void)
