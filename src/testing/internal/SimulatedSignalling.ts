/**
 * The signalling messages of a simulated call: schedules the messages of an action, with the faults of the action.
 *
 * Messages of one session and track type keep their order, and so do the messages about one session. A message contains the
 * state of the moment at which it is sent.
 */
import * as Effect from "effect/Effect"
import type { SfuEvent, SfuParticipant, SfuPublication, UnpublishCause } from "../../edge/SfuClient.ts"
import { TrackType } from "../../Track.ts"
import * as EventQueue from "./EventQueue.ts"
import type { ActionFaults } from "./ScriptedAction.ts"
import type { Session, SimulatedRoom } from "./SimulatedRoom.ts"

export interface SimulatedSignalling {
  readonly room: SimulatedRoom
  readonly queue: EventQueue.EventQueue
  readonly emit: (event: SfuEvent) => Effect.Effect<void>
}

/** The participant in a message that is sent now: from now on, what it contains is reported. */
export const participantOf = (
  { dominant }: SimulatedRoom,
  session: Session,
  { namesPrefix = session.namesPrefix, published = session.published.keys() }: {
    readonly namesPrefix?: boolean
    readonly published?: Iterable<TrackType> | undefined
  } = {}
): SfuParticipant => {
  const publishedTracks = Array.from(published)
  session.isKnown = true
  session.isUnreported = false
  if (namesPrefix) session.isPrefixUnreported = false
  for (const trackType of publishedTracks) session.unreportedTypes.delete(trackType)
  return {
    ...session.profile,
    connectionQuality: session.connectionQuality,
    isSpeaking: session.isSpeaking,
    audioLevel: session.audioLevel,
    isDominantSpeaker: session.sessionId === dominant,
    userId: session.userId,
    sessionId: session.sessionId,
    joinedAt: session.joinedAt,
    streamIdPrefix: namesPrefix ? session.streamIdPrefix : undefined,
    publishedTracks
  }
}

/** The participants of a join response. */
export const participantsOf = (room: SimulatedRoom): ReadonlyArray<SfuParticipant> =>
  Array.from(room.sessions.values())
    .filter(({ isUnannounced }) => !isUnannounced)
    .map((session) => participantOf(room, session))

/** No message about this stay overtakes one about the former stay of the session. */
export const beginStay = ({ queue }: SimulatedSignalling, now: number, session: Session): void =>
  void EventQueue.reserve(queue, now, allSequencesOf(session))

/** A session that was in the call before sends no track event before this message. */
export const sendJoined = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void => {
  const sequences = session.isReturning ? allSequencesOf(session) : [sequenceOf(session)]
  send(
    signalling,
    now,
    faults,
    sequences,
    () => ({ _tag: "ParticipantJoined", participant: participantOf(signalling.room, session) })
  )
}

/** Nothing of a session that has left. */
const sendIfPresent = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults,
  sequence: string,
  eventOf: () => SfuEvent | undefined
): void => send(signalling, now, faults, [sequence], () => isPresent(signalling, session) ? eventOf() : undefined)

/** After a change of the profile. */
export const sendUpdated = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void =>
  sendIfPresent(signalling, now, session, faults, sequenceOf(session), () => ({
    _tag: "ParticipantUpdated",
    participant: participantOf(signalling.room, session)
  }))

export const sendLevel = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void =>
  sendIfPresent(signalling, now, session, faults, activitySequenceOf(session), () => {
    const { audioLevel: level, isSpeaking, sessionId } = session
    return { _tag: "AudioLevelsChanged", levels: [{ sessionId, level, isSpeaking }] }
  })

export const sendQuality = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void =>
  sendIfPresent(signalling, now, session, faults, activitySequenceOf(session), () => {
    const { connectionQuality: quality, sessionId } = session
    return quality && { _tag: "ConnectionQualityChanged", qualities: [{ sessionId, quality }] }
  })

export const sendDominant = (signalling: SimulatedSignalling, now: number, faults: ActionFaults): void =>
  send(signalling, now, faults, ["the dominant speaker"], () => {
    const { dominant: sessionId } = signalling.room
    return sessionId === undefined ? undefined : { _tag: "DominantSpeakerChanged", sessionId }
  })

/** The SFU pauses only what it sends: nothing of a participant whom no message has named yet. */
export const sendPause = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults
): void =>
  send(signalling, now, faults, [sequenceOf(session, trackType)], () => {
    if (!session.isKnown) session.paused.delete(trackType)
    const { paused, sessionId } = session
    return session.isKnown && isPresent(signalling, session)
      ? { _tag: "VideoPauseChanged", states: [{ sessionId, trackType, isPaused: paused.has(trackType) }] }
      : undefined
  })

const isPresent = ({ room }: SimulatedSignalling, session: Session): boolean =>
  room.sessions.get(session.sessionId) === session

/** The message contains the tracks that are published now, not those at the time at which it is sent. */
export const sendMigrated = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void => {
  const published = Array.from(session.published.keys())
  send(signalling, now, faults, [sequenceOf(session)], () => ({
    _tag: "ParticipantJoined",
    participant: participantOf(signalling.room, session, { published })
  }))
}

export const sendLeft = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  faults: ActionFaults
): void =>
  send(signalling, now, faults, [sequenceOf(session)], () => ({
    _tag: "ParticipantLeft",
    participant: participantOf(signalling.room, session)
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
    return { _tag: "ParticipantUpdated", participant: participantOf(signalling.room, session) }
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
    publication: publicationOf(signalling.room, session, trackType, faults)
  }))
}

export const sendUnpublished = (
  signalling: SimulatedSignalling,
  now: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults,
  cause: UnpublishCause
): void => {
  session.typesInEvents.add(trackType)
  send(signalling, now, faults, [sequenceOf(session, trackType)], () => ({
    _tag: "TrackUnpublished",
    publication: publicationOf(signalling.room, session, trackType, faults),
    cause
  }))
}

/** An anonymous event does not show that a session has returned, so a session whose join is not reported sends none. */
const publicationOf = (
  room: SimulatedRoom,
  session: Session,
  trackType: TrackType,
  { isAnonymous = false, isStale = false, prefix }: ActionFaults
): SfuPublication => {
  const { isReturning, isUnannounced, sessionId, userId } = session
  if (isAnonymous && !(isReturning && isUnannounced)) return { sessionId, trackType }
  const participant = participantOf(room, session, {
    namesPrefix: prefix === undefined && session.namesPrefix,
    published: isStale
      ? Array.from(session.typesInEvents).filter((type) => !session.published.has(type))
      : session.published.keys()
  })
  return { userId, sessionId, trackType, participant }
}

const sequenceOf = ({ sessionId }: Session, trackType?: TrackType): string => `${sessionId} ${trackType ?? ""}`

/** Of levels and qualities. */
const activitySequenceOf = ({ sessionId }: Session): string => `${sessionId} activity`

const allSequencesOf = (session: Session): ReadonlyArray<string> => [
  sequenceOf(session),
  activitySequenceOf(session),
  ...TrackType.literals.map((trackType) => sequenceOf(session, trackType))
]

/** Schedules a message and its copies. No message overtakes an earlier one of its sequences. */
const send = (
  { emit, queue }: SimulatedSignalling,
  now: number,
  { copies = 0, signallingDelay = 0 }: ActionFaults,
  sequences: ReadonlyArray<string>,
  event: () => SfuEvent | undefined
): void => {
  let at = now
  for (let copy = 0; copy <= copies; copy++) {
    at = EventQueue.reserve(queue, at + signallingDelay, sequences)
    EventQueue.add(queue, { at, isMessage: true, perform: () => Effect.suspend(() => emitIfAny(emit, event())) })
  }
}

const emitIfAny = (emit: SimulatedSignalling["emit"], event: SfuEvent | undefined): Effect.Effect<void> =>
  event === undefined ? Effect.void : emit(event)
