/**
 * What happens in a simulated call, as plain data: who does what and when, and what goes wrong in telling of it. A seed
 * makes a list of these; a failing list is made smaller. Knows no clock and no SFU.
 *
 * What goes wrong stands with the deed that it goes wrong with, so that to leave out one deed changes nothing for the
 * others.
 */
import type { Participant } from "../../Track.ts"
import { TrackType } from "../../Track.ts"
import type { Dice } from "./SeededRandom.ts"
import * as Dices from "./SeededRandom.ts"

/**
 * What somebody does. A deed that makes no sense (to publish what is published, to leave twice) is nothing.
 *
 * @category models
 * @since 0.1.0
 */
export type Deed =
  /** Again under the same session id, after they left: the same session comes back. */
  | { readonly _tag: "Joins" }
  | { readonly _tag: "Leaves" }
  /** Moves to another server: the same session is told of anew, under another prefix. */
  | { readonly _tag: "Migrates" }
  /** To mute takes a publication back as well, but leaves its m-line. */
  | { readonly _tag: "Publishes" | "Unpublishes" | "Mutes"; readonly trackType: TrackType }

/**
 * What goes wrong with a deed; what is absent does not. Times in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mishap {
  /** So much later the signalling tells of it. */
  readonly told?: number | undefined
  /** So much later the m-lines are offered as they are then. */
  readonly offered?: number | undefined
  /** So long the offer takes to be applied, and so long its answer to arrive. */
  readonly answered?: number | undefined
  /** So many more times the same is told, and offered. */
  readonly copies?: number | undefined
  /** The event says neither who the participant is nor which user. */
  readonly isAnonymous?: boolean | undefined
  /** A publication is told by no event, if a snapshot will still tell it; of a leave, only the leave itself is told. */
  readonly isDropped?: boolean | undefined
  /** Of a join or a migration: so much later the prefix is told. A track event that has any leaves the prefix out. */
  readonly prefix?: number | "never" | undefined
  /** The m-line has no msid. */
  readonly hasNoMsid?: boolean | undefined
  /** The m-line goes on sending, empty, though nobody publishes on it any more. */
  readonly keepsLine?: boolean | undefined
}

/**
 * A deed at so many milliseconds after we joined; before it, if that is negative: then the join's answer tells of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Happening extends Participant {
  readonly at: number
  readonly deed: Deed
  readonly mishap?: Mishap | undefined
}

/**
 * How much may go wrong. Times are in milliseconds and the most that there is, chances from 0 to 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Faults {
  /** How late the signalling tells of a deed. */
  readonly signallingDelay: number
  /** How late m-lines are offered, counted from the deed. */
  readonly offerDelay: number
  /** How long an offer takes to be applied, and how long its answer takes. */
  readonly negotiationDelay: number
  /** The chance that a thing is told, or offered, again; and how many more times. */
  readonly duplicated: number
  readonly mostCopies: number
  /** The chance that a publication is told by a snapshot only. */
  readonly dropped: number
  /** The chance that a track event names no participant. */
  readonly anonymous: number
  /**
   * The chances that a prefix is told later, by at most `signallingDelay`; and never. As often, a track event leaves it
   * out.
   */
  readonly latePrefix: number
  readonly noPrefix: number
  /** The chance that an m-line has no msid. */
  readonly noMsid: number
  /** The chance that an m-line outlives its publication. */
  readonly keptLine: number
  /** The chance, for each packet, that it is lost; comes twice; comes after the next one. */
  readonly packetLost: number
  readonly packetDoubled: number
  readonly packetSwapped: number
}

export interface ScriptOptions {
  readonly seed: number
  readonly participants: number
  readonly duration: number
  readonly faults: Faults
}

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"]

const nameOf = (n: number): string =>
  `${names[n % names.length]}${n < names.length ? "" : Math.floor(n / names.length)}`

const types: ReadonlyArray<TrackType> = TrackType.literals

/** How often each is shared. */
const often: ReadonlyArray<TrackType> = ["Audio", "Audio", "Video", "Video", "ScreenShare", "ScreenShareAudio"]

// --- Chance -----------------------------------------------------------------------------------------------------------

const below = (dice: Dice, most: number): number => Math.floor(dice() * most)

const oneOf = <A>(dice: Dice, all: readonly [A, ...ReadonlyArray<A>]): A => all[below(dice, all.length)] ?? all[0]

/** Draws the same numbers whatever the faults are. */
const mishap = (dice: Dice, faults: Faults): Mishap => {
  const chance = (probability: number): boolean => dice() < probability
  const upTo = (most: number): number | undefined => below(dice, most + 1) || undefined
  const [isLate, isNever] = [chance(faults.latePrefix), chance(faults.noPrefix)]
  const late = upTo(faults.signallingDelay)
  const copies = 1 + below(dice, faults.mostCopies)
  const all: Mishap = {
    told: upTo(faults.signallingDelay),
    offered: upTo(faults.offerDelay),
    answered: upTo(faults.negotiationDelay),
    copies: chance(faults.duplicated) ? copies : undefined,
    isAnonymous: chance(faults.anonymous) || undefined,
    isDropped: chance(faults.dropped) || undefined,
    prefix: isNever ? "never" : isLate ? late : undefined,
    hasNoMsid: chance(faults.noMsid) || undefined,
    keepsLine: chance(faults.keptLine) || undefined
  }
  return compact(all)
}

const compact = (mishap: Mishap): Mishap =>
  Object.fromEntries(Object.entries(mishap).filter(([, value]) => value !== undefined))

// --- A script ---------------------------------------------------------------------------------------------------------

/** A session as its user knows it. */
interface Device extends Participant {
  readonly shared: Set<TrackType>
}

interface User {
  readonly userId: string
  devices: ReadonlyArray<Device>
  sessions: number
}

/** At the most so many deeds each user does in a scene. */
const deedsInScene = 3

/**
 * Scenes in which everybody does something at once, with a rest after each that is long enough for all that was late.
 * The same options give the same list.
 */
export const script = ({ duration, faults, participants, seed }: ScriptOptions): ReadonlyArray<Happening> => {
  const dice = Dices.make(seed)
  const happenings: Array<Happening> = []
  const users = Array.from({ length: participants }, (_, n): User => ({ userId: nameOf(n), devices: [], sessions: 0 }))
  const gone: Array<Participant> = []

  const does = (at: number, { sessionId, userId }: Participant, deed: Deed): void => {
    happenings.push({ at, userId, sessionId, deed, mishap: mishap(dice, faults) })
  }

  const share = (at: number, device: Device, trackType: TrackType): void => {
    device.shared.add(trackType)
    does(at, device, { _tag: "Publishes", trackType })
  }

  const join = (at: number, user: User, session?: Participant): Device => {
    const sessionId = session?.sessionId ?? `${user.userId}-${++user.sessions}`
    const device: Device = { userId: user.userId, sessionId, shared: new Set() }
    user.devices = [...user.devices, device]
    does(at, device, { _tag: "Joins" })
    return device
  }

  const leave = (at: number, user: User, device: Device): void => {
    user.devices = user.devices.filter((other) => other !== device)
    gone.push(device)
    does(at, device, { _tag: "Leaves" })
  }

  /** What anybody may do next; the clock of a scene goes on. */
  const act = (at: number, user: User): void => {
    const [first] = user.devices
    if (first === undefined) {
      const former = gone.findIndex(({ userId }) => userId === user.userId)
      const session = former >= 0 && dice() < 0.4 ? gone.splice(former, 1)[0] : undefined
      const device = join(at, user, session)
      share(at, device, oneOf(dice, ["Audio", "Video"]))
      return
    }
    const device = oneOf(dice, [first, ...user.devices.slice(1)])
    const what = dice()
    if (what < 0.1) leave(at, user, device)
    else if (what < 0.2 && user.devices.length < 2) share(at, join(at, user), oneOf(dice, ["Audio", "Video"]))
    else if (what < 0.3) {
      // Reconnects: a new session with what the old one had, which is gone some time later.
      const again = join(at, user)
      for (const trackType of device.shared) share(at, again, trackType)
      leave(at + below(dice, 1_000), user, device)
    } else if (what < 0.36) does(at, device, { _tag: "Migrates" })
    else {
      const trackType = often[below(dice, often.length)] ?? "Audio"
      if (!device.shared.has(trackType)) share(at, device, trackType)
      else {
        device.shared.delete(trackType)
        does(at, device, { _tag: oneOf(dice, ["Unpublishes", "Mutes"]), trackType })
      }
    }
  }

  for (const user of users) {
    if (dice() >= 0.4) continue
    const device = join(-1, user)
    for (const trackType of types) if (dice() < 0.4) share(-1, device, trackType)
  }
  const rest = restAfter(faults)
  for (let start = 0; start < duration;) {
    const length = 1 + below(dice, 3_000)
    let end = start
    for (const user of users) {
      let at = start
      for (let count = below(dice, deedsInScene + 1); count > 0; count--) {
        at += below(dice, length / deedsInScene)
        act(at, user)
      }
      end = Math.max(end, at)
    }
    start = end + 1_000 + rest
  }
  return happenings.toSorted((a, b) => a.at - b.at)
}

/** After so long everything has been told, offered and answered that was done before: bounds may add up. */
export const restAfter = ({ mostCopies, negotiationDelay, offerDelay, signallingDelay }: Faults): number =>
  (mostCopies + 1) * (signallingDelay + offerDelay) + 40 * negotiationDelay + 500

// --- A smaller script -------------------------------------------------------------------------------------------------

/**
 * Scripts that are plainer than this one: without a stretch of it, the longest first; without what goes wrong; and
 * sooner. The search goes on from the first that fails as well.
 */
export const plainer = function*(
  happenings: ReadonlyArray<Happening>
): Generator<ReadonlyArray<Happening>, void, undefined> {
  for (let length = Math.max(1, happenings.length >> 1); length >= 1; length >>= 1) {
    for (let end = happenings.length; end > 0; end -= length) {
      yield [...happenings.slice(0, Math.max(0, end - length)), ...happenings.slice(end)]
    }
  }
  const kinds = Array.from(new Set(happenings.flatMap(({ mishap = {} }) => Object.keys(mishap))))
  for (const kind of kinds) yield happenings.map((happening) => without(happening, kind))
  for (const [at, happening] of happenings.entries()) {
    for (const kind of Object.keys(happening.mishap ?? {})) yield happenings.with(at, without(happening, kind))
  }
  const times = happenings.map(({ at }) => at)
  for (const [n, at] of times.entries()) {
    const former = Math.max(0, times[n - 1] ?? 0)
    for (const earlier of [former, former + 100]) {
      if (at <= earlier) continue
      yield happenings.map((one, other) => other < n ? one : { ...one, at: one.at - at + earlier })
    }
  }
}

const without = ({ mishap = {}, ...happening }: Happening, kind: string): Happening => {
  const rest = Object.entries(mishap).filter(([key]) => key !== kind)
  return rest.length === 0 ? happening : { ...happening, mishap: Object.fromEntries(rest) }
}

// --- In words ---------------------------------------------------------------------------------------------------------

export const describe = ({ at, deed, mishap = {}, sessionId }: Happening): string => {
  const { answered, copies, hasNoMsid, isAnonymous, isDropped, keepsLine, offered, prefix, told } = mishap
  const what = "trackType" in deed ? `${deed._tag.toLowerCase()} ${deed.trackType}` : deed._tag.toLowerCase()
  const mishaps = [
    told === undefined ? [] : [`told ${told} ms later`],
    copies === undefined ? [] : [`told ${copies + 1} times`],
    isDropped ? ["told by a snapshot only"] : [],
    isAnonymous ? ["told without the participant"] : [],
    prefix === undefined
      ? []
      : [prefix === "never" || "trackType" in deed ? "told without the prefix" : `prefix told ${prefix} ms later`],
    offered === undefined ? [] : [`offered ${offered} ms later`],
    answered === undefined ? [] : [`answered after ${answered} ms`],
    hasNoMsid ? ["no msid"] : [],
    keepsLine ? ["m-line stays"] : []
  ].flat()
  const when = at < 0 ? "before us" : `${at} ms`
  return `${when.padStart(9)}  ${sessionId} ${what}${mishaps.length > 0 ? ` (${mishaps.join(", ")})` : ""}`
}
