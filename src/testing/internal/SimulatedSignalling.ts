/**
 * The signalling messages of a simulated call: schedules the messages of an action, with the faults of the action.
 *
 * Messages of one session and track type keep their order, and so do the messages about one session. A message contains the
 * state of the moment at which it is sent.
 */
import * as Effect from "effect/Effect"
import type { SfuEvent, SfuParticipant, SfuPublication } from "../../edge/SfuClient.ts"
import { TrackType } from "../../Track.ts"
import * as EventQueue from "./EventQueue.ts"
import type { ActionFaults } from "./ScriptedAction.ts"
import type { Session } from "./SimulatedRoom.ts"

export interface SimulatedSignalling {
  readonly queue: EventQueue.EventQueue
  readonly emit: (event: SfuEvent) => Effect.Effect<void>
}

export const participantOf = (
  session: Session,
  { namesPrefix = session.namesPrefix, published = session.published.keys() }: {
    readonly namesPrefix?: boolean
    readonly published?: Iterable<TrackType> | undefined
  } = {}
): SfuParticipant => ({
  userId: session.userId,
  sessionId: session.sessionId,
  streamIdPrefix: namesPrefix ? session.streamIdPrefix : undefined,
  publishedTracks: Array.from(published)
})

/** A session that was in the call before waits for the messages of its former stay. */
export const sendJoined = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults,
  isReturning: boolean
): void => {
  const trackSequences = isReturning ? TrackType.literals.map((trackType) => sequenceOf(session, trackType)) : []
  send(signalling, now, faults, [sequenceOf(session), ...trackSequences], () => {
    session.isReported = true
    return { _tag: "ParticipantJoined", participant: participantOf(session) }
  })
}

/** The message contains the tracks that are published now, not those at the time at which it is sent. */
export const sendMigrated = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void => {
  const published = Array.from(session.published.keys())
  send(signalling, now, faults, [sequenceOf(session)], () => {
    session.isReported = true
    return { _tag: "ParticipantJoined", participant: participantOf(session, { published }) }
  })
}

export const sendLeft = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void =>
  send(signalling, now, faults, [sequenceOf(session)], () => ({
    _tag: "ParticipantLeft",
    participant: participantOf(session)
  }))

/** Messages contain the prefix from now on; or after a `ParticipantUpdated` at a later time; or never. */
export const announcePrefix = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  { prefix }: ActionFaults
): void => {
  session.namesPrefix = prefix === undefined
  session.isPrefixWithheld = prefix === "never"
  if (prefix === undefined || prefix === "never") return
  const late = session.streamIdPrefix
  send(signalling, Math.max(0, now), { signallingDelay: prefix }, [sequenceOf(session)], () => {
    if (session.streamIdPrefix === late) session.namesPrefix = true
    return { _tag: "ParticipantUpdated", participant: participantOf(session) }
  })
}

export const sendPublished = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults
): void => {
  session.typesInEvents.add(trackType)
  send(signalling, now, faults, [sequenceOf(session, trackType)], () => ({
    _tag: "TrackPublished",
    publication: publicationOf(session, trackType, faults)
  }))
}

export const sendUnpublished = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults,
  cause: "UserMuted" | "Unspecified"
): void => {
  session.typesInEvents.add(trackType)
  send(signalling, now, faults, [sequenceOf(session, trackType)], () => ({
    _tag: "TrackUnpublished",
    publication: publicationOf(session, trackType, faults),
    cause
  }))
}

const publicationOf = (
  session: Session,
  trackType: TrackType,
  { isAnonymous = false, prefix }: ActionFaults
): SfuPublication => {
  const { sessionId, userId } = session
  if (isAnonymous) return { sessionId, trackType }
  const participant = participantOf(session, { namesPrefix: prefix === undefined && session.namesPrefix })
  return { userId, sessionId, trackType, participant }
}

const sequenceOf = ({ sessionId }: Session, trackType?: TrackType): string => `${sessionId} ${trackType ?? ""}`

/** Schedules a message and its copies. No message overtakes an earlier one of its sequences. */
const send = (
  { emit, queue }: SimulatedSignalling,
  now: number,
  { copies = 0, signallingDelay = 0 }: ActionFaults,
  sequences: ReadonlyArray<string>,
  event: () => SfuEvent
): void => {
  let at = now
  for (let copy = 0; copy <= copies; copy++) {
    at = EventQueue.reserve(queue, at + signallingDelay, sequences)
    EventQueue.add(queue, { at, isMessage: true, perform: () => Effect.suspend(() => emit(event())) })
  }
}
