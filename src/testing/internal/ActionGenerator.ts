/**
 * Generates the actions of a simulated call from a seed. The same options give the same actions.
 *
 * A call is a sequence of scenes. In a scene every user acts at about the same time; the pause after it is long enough to
 * deliver everything that the scene delayed.
 */
import type { Participant } from "../../Track.ts"
import { TrackType } from "../../Track.ts"
import type { FaultProfile } from "./FaultProfile.ts"
import { settlingTime } from "./FaultProfile.ts"
import type { Action, ActionFaults, ScriptedAction } from "./ScriptedAction.ts"
import type { SeededRandom } from "./SeededRandom.ts"
import * as Random from "./SeededRandom.ts"

export interface GeneratorOptions {
  readonly seed: number
  readonly participants: number
  /** In milliseconds. */
  readonly duration: number
  readonly faults: FaultProfile
}

interface Session extends Participant {
  readonly published: Set<TrackType>
}

interface User {
  readonly userId: string
  /** The sessions in the call. */
  sessions: ReadonlyArray<Session>
  sessionCount: number
}

interface Generator {
  readonly random: SeededRandom
  readonly faults: FaultProfile
  readonly actions: Array<ScriptedAction>
  /** Sessions that have left and can return. */
  readonly left: Array<Participant>
}

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"]

const userIdOf = (index: number): string =>
  `${names[index % names.length]}${index < names.length ? "" : Math.floor(index / names.length)}`

const trackTypes: ReadonlyArray<TrackType> = TrackType.literals

/** Microphones and cameras are published twice as often as screens. */
const weightedTrackTypes: ReadonlyArray<TrackType> = [
  "Audio",
  "Audio",
  "Video",
  "Video",
  "ScreenShare",
  "ScreenShareAudio"
]

const maxActionsPerScene = 3

export const generate = ({ duration, faults, participants, seed }: GeneratorOptions): ReadonlyArray<ScriptedAction> => {
  const generator: Generator = { random: Random.make(seed), faults, actions: [], left: [] }
  const users = Array.from(
    { length: participants },
    (_, index): User => ({ userId: userIdOf(index), sessions: [], sessionCount: 0 })
  )
  addInitialSessions(generator, users)
  const pause = 1_000 + settlingTime(faults)
  for (let start = 0; start < duration;) start = addScene(generator, users, start) + pause
  return generator.actions.toSorted((a, b) => a.at - b.at)
}

/** Some users are in the call before the agent joins. */
const addInitialSessions = (generator: Generator, users: ReadonlyArray<User>): void => {
  const { random } = generator
  for (const user of users) {
    if (!Random.chance(random, 0.4)) continue
    const session = join(generator, -1, user)
    for (const trackType of trackTypes) if (Random.chance(random, 0.4)) publish(generator, -1, session, trackType)
  }
}

/** Returns the time of the last action of the scene. */
const addScene = (generator: Generator, users: ReadonlyArray<User>, start: number): number => {
  const { random } = generator
  const length = 1 + Random.below(random, 3_000)
  let end = start
  for (const user of users) {
    let at = start
    for (let count = Random.below(random, maxActionsPerScene + 1); count > 0; count--) {
      at += Random.below(random, length / maxActionsPerScene)
      act(generator, at, user)
      if (Random.chance(random, 0.4)) addActivity(generator, at, user)
    }
    end = Math.max(end, at)
  }
  return end
}

const act = (generator: Generator, at: number, user: User): void => {
  const { random } = generator
  const [first, ...others] = user.sessions
  if (first === undefined) return enter(generator, at, user)
  const session = Random.oneOf(random, [first, ...others])
  const choice = random()
  if (choice < 0.1) leave(generator, at, user, session)
  else if (choice < 0.2 && user.sessions.length < 2) {
    publish(generator, at, join(generator, at, user), Random.oneOf(random, ["Audio", "Video"]))
  } else if (choice < 0.3) rejoin(generator, at, user, session)
  else if (choice < 0.36) add(generator, at, session, { _tag: "Migrate" })
  else toggle(generator, at, session)
}

const addActivity = (generator: Generator, at: number, user: User): void => {
  const { random } = generator
  const [first, ...others] = user.sessions
  if (first === undefined) return
  const session = Random.oneOf(random, [first, ...others])
  const trackType = Random.oneOf<TrackType>(random, ["Video", "ScreenShare"])
  add(
    generator,
    at,
    session,
    Random.oneOf<Action>(random, [
      { _tag: "Update", profile: { name: `${session.userId} ${Random.below(random, 100)}` } },
      { _tag: "Speak", level: Random.below(random, 100) / 100 },
      { _tag: "FallSilent" },
      { _tag: "Dominate" },
      { _tag: "ChangeQuality", quality: Random.oneOf(random, ["Poor", "Good", "Excellent"]) },
      { _tag: "Pause", trackType },
      { _tag: "Pause", trackType },
      { _tag: "Resume", trackType }
    ])
  )
}

/** Joins with a new session, or with one that left before. */
const enter = (generator: Generator, at: number, user: User): void => {
  const { left, random } = generator
  const index = left.findIndex(({ userId }) => userId === user.userId)
  const former = index >= 0 && Random.chance(random, 0.4) ? left.splice(index, 1)[0] : undefined
  publish(generator, at, join(generator, at, user, former), Random.oneOf(random, ["Audio", "Video"]))
}

/** A new session publishes what the old one had, and the old session leaves within a second. */
const rejoin = (generator: Generator, at: number, user: User, session: Session): void => {
  const next = join(generator, at, user)
  for (const trackType of session.published) publish(generator, at, next, trackType)
  leave(generator, at + Random.below(generator.random, 1_000), user, session)
}

const toggle = (generator: Generator, at: number, session: Session): void => {
  const { random } = generator
  const trackType = weightedTrackTypes[Random.below(random, weightedTrackTypes.length)] ?? "Audio"
  if (!session.published.has(trackType)) return publish(generator, at, session, trackType)
  session.published.delete(trackType)
  add(
    generator,
    at,
    session,
    Random.oneOf<Action>(random, [
      { _tag: "Unpublish", trackType },
      { _tag: "Unpublish", trackType, cause: Random.oneOf(random, ["PermissionRevoked", "Moderation"]) },
      { _tag: "Mute", trackType },
      { _tag: "Mute", trackType }
    ])
  )
}

const join = (generator: Generator, at: number, user: User, former?: Participant): Session => {
  const sessionId = former?.sessionId ?? `${user.userId}-${++user.sessionCount}`
  const session: Session = { userId: user.userId, sessionId, published: new Set() }
  user.sessions = [...user.sessions, session]
  add(generator, at, session, { _tag: "Join", profile: { name: user.userId, roles: ["user"] } })
  return session
}

const leave = (generator: Generator, at: number, user: User, session: Session): void => {
  user.sessions = user.sessions.filter((other) => other !== session)
  generator.left.push(session)
  add(generator, at, session, { _tag: "Leave" })
}

const publish = (generator: Generator, at: number, session: Session, trackType: TrackType): void => {
  session.published.add(trackType)
  add(generator, at, session, { _tag: "Publish", trackType })
}

const add = ({ actions, faults, random }: Generator, at: number, participant: Participant, action: Action): void => {
  const { sessionId, userId } = participant
  actions.push({ at, userId, sessionId, action, faults: drawFaults(random, faults) })
}

/** Draws the same number of random numbers for every profile, so that a seed gives the same actions in all profiles. */
const drawFaults = (random: SeededRandom, profile: FaultProfile): ActionFaults => {
  const upTo = (limit: number): number | undefined => Random.below(random, limit + 1) || undefined
  const flag = (probability: number): true | undefined => Random.chance(random, probability) || undefined
  const [isLate, isNever] = [flag(profile.latePrefix), flag(profile.noPrefix)]
  const prefixDelay = upTo(profile.signallingDelay)
  const copies = 1 + Random.below(random, profile.maxCopies)
  const all: ActionFaults = {
    signallingDelay: upTo(profile.signallingDelay),
    offerDelay: upTo(profile.offerDelay),
    negotiationDelay: upTo(profile.negotiationDelay),
    copies: flag(profile.duplicated) && copies,
    isAnonymous: flag(profile.anonymous),
    isDropped: flag(profile.dropped),
    prefix: isNever ? "never" : isLate && prefixDelay,
    hasNoMsid: flag(profile.noMsid),
    keepsMediaSection: flag(profile.keptMediaSection),
    isUnannounced: flag(profile.unannounced),
    isStale: flag(profile.staleSnapshot),
    keepsSending: flag(profile.keptSending)
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
