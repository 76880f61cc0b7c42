/**
 * Testing your agent without an SFU: a call that a seed makes up, without a network and under virtual time. People with
 * several devices join, publish, mute, republish, share screens, migrate, reconnect and leave; the SFU and the WebRTC side
 * reorder, delay, duplicate, withhold and drop, within bounds; and the truth is there to check against. It implements the
 * ports `SfuClient` and `PeerConnectionFactory`, so the real `StreamEdge` and `TrackResolver` run on it.
 *
 * A test runs your agent in a call, plays the call, and compares whenever the call is at rest, when all that happened has
 * been told:
 *
 * ```ts
 * import { it } from "@effect/vitest"
 * import { Effect, Stream } from "effect"
 * import { StreamEdge } from "effect-track-resolver"
 * import type { Participant, TrackId, TrackKey } from "effect-track-resolver"
 * import { SimulatedCall } from "effect-track-resolver/testing"
 *
 * // Your agent.
 * const startNotetaker = Effect.gen(function*() {
 *   const { events } = yield* StreamEdge
 *   const people = new Map<string, Participant>()
 *   const listeningTo = new Map<TrackId, TrackKey>()
 *   const hear = Stream.runForEach(events, (event) =>
 *     Effect.sync(() => {
 *       if (event._tag === "ParticipantJoined") people.set(event.participant.sessionId, event.participant)
 *       if (event._tag === "ParticipantLeft") people.delete(event.participant.sessionId)
 *       if (event._tag === "TrackAdded") listeningTo.set(event.trackId, event.key)
 *       if (event._tag === "TrackRemoved") listeningTo.delete(event.trackId)
 *     }))
 *   yield* Effect.forkScoped(hear)
 *   return { people, listeningTo }
 * })
 *
 * const notetakerInACall = Effect.gen(function*() {
 *   const call = yield* SimulatedCall.SimulatedCall
 *   const { listeningTo, people } = yield* startNotetaker
 *   yield* call.run((truth) =>
 *     SimulatedCall.agree(truth, { participants: people.values(), tracks: listeningTo.values() })
 *   )
 * }).pipe(Effect.provide(StreamEdge.layer()))
 *
 * it.effect("the notetaker knows whom it listens to", () => SimulatedCall.check(notetakerInACall))
 * ```
 *
 * `check` plays a hundred calls. At the first that fails it looks for the smallest call that fails too, and prints what
 * happens in it, with its seed: `seeds: [17]` plays that call again, exactly, and `happenings` the small one. Each packet
 * carries its owner's key, which `ownerOf` reads: whoever hears a packet under another name has mixed up two people.
 *
 * What may go wrong, and by how much, says `Faults`; `defaultFaults` are harsher than life, and `noFaults` are none.
 *
 * - Told late: each message by up to `signallingDelay`, each offer by up to `offerDelay`. So tracks come before whose they
 *   are is known, and the other way round; a publication before its participant; a leave in the middle of a negotiation.
 * - In order stays: joins, updates and leaves of one session; the publications and unpublications of one session and type;
 *   offers, each with the m-lines as they are when it is made. Everything else may overtake. Whatever is late of somebody
 *   comes before they come back under the same session id.
 * - Twice, or more often: any message and any offer, at most `mostCopies` times more. A copy keeps the order that the
 *   message keeps, so what is published is never told after its end.
 * - Withheld: the participant of a track event; the user of it; a prefix, for a time or for good; an m-line's msid. What
 *   cannot be known then is `unidentified` in the truth, and may never be guessed.
 * - Dropped: a `track_published` that the participant's snapshot will still tell; the `track_unpublished` before a leave;
 *   packets. Nothing else: no edge could know.
 * - M-lines: the first free one of the kind is taken, also one that still sends for somebody who left, with nothing in
 *   between. A muted publication keeps its own, and its unmute brings no offer. No packet comes on an m-line before its
 *   offer was answered, nor of somebody whose publication has ended.
 *
 * What it does not do: refuse a join, lose the signalling or a connection, fail a request, or ask what you subscribe to: it
 * offers all there is. `ScriptedCall` does any of these at your word.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { PeerConnectionFactory, RtpPacket } from "../edge/PeerConnection.ts"
import type { SfuClient } from "../edge/SfuClient.ts"
import type { Participant, TrackKey } from "../Track.ts"
import type { Faults, Happening } from "./internal/ScriptedAction.ts"
import { describe, plainer, script } from "./internal/ScriptedAction.ts"
import type { Truth } from "./internal/SimulatedSfu.ts"
import * as SimulatedSfu from "./internal/SimulatedSfu.ts"

export type { Deed, Faults, Happening, Mishap } from "./internal/ScriptedAction.ts"
export type { Truth } from "./internal/SimulatedSfu.ts"

// --- Options ----------------------------------------------------------------------------------------------------------

/**
 * Nothing goes wrong, and nothing takes time.
 *
 * @category options
 * @since 0.1.0
 */
export const noFaults: Faults = {
  signallingDelay: 0,
  offerDelay: 0,
  negotiationDelay: 0,
  duplicated: 0,
  mostCopies: 0,
  dropped: 0,
  anonymous: 0,
  latePrefix: 0,
  noPrefix: 0,
  noMsid: 0,
  keptLine: 0,
  packetLost: 0,
  packetDoubled: 0,
  packetSwapped: 0
}

/**
 * @category options
 * @since 0.1.0
 */
export const defaultFaults: Faults = {
  signallingDelay: 500,
  offerDelay: 500,
  negotiationDelay: 50,
  duplicated: 0.2,
  mostCopies: 2,
  dropped: 0.2,
  anonymous: 0.4,
  latePrefix: 0.2,
  noPrefix: 0.05,
  noMsid: 0.05,
  keptLine: 0.2,
  packetLost: 0.05,
  packetDoubled: 0.05,
  packetSwapped: 0.05
}

/**
 * @category models
 * @since 0.1.0
 */
export interface SimulatedCallOptions {
  /** Makes the call up. Default 0. */
  readonly seed?: number | undefined
  /** How many people, each on one device or two. Default 4. */
  readonly participants?: number | undefined
  /** About how long. Default 20 seconds. */
  readonly duration?: Duration.Input | undefined
  /** Where these differ from `defaultFaults`. */
  readonly faults?: Partial<Faults> | undefined
  /** What happens, instead of what the seed makes up. */
  readonly happenings?: ReadonlyArray<Happening> | undefined
}

// --- The call ---------------------------------------------------------------------------------------------------------

/**
 * A call that can be joined and played once.
 *
 * @category services
 * @since 0.1.0
 */
export class SimulatedCall extends Context.Service<SimulatedCall, {
  readonly seed: number
  readonly happenings: ReadonlyArray<Happening>
  /** What an edge joins this call with. */
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  /** What is so right now, whatever has been told of it. */
  readonly truth: Effect.Effect<Truth>
  /**
   * Plays the call from now to its end. `atRest` runs whenever everything that has happened has been told, offered,
   * answered and heard; the last time just before the call ends.
   */
  readonly run: <E = never, R = never>(
    atRest?: (truth: Truth) => Effect.Effect<void, E, R>
  ) => Effect.Effect<void, E, R>
}>()("effect-track-resolver/testing/SimulatedCall") {}

/**
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: SimulatedCallOptions = {}): Effect.Effect<SimulatedCall["Service"]> =>
  Effect.suspend(() => {
    const { participants = 4, seed = 0 } = options
    const faults = { ...defaultFaults, ...options.faults }
    const duration = Duration.toMillis(options.duration ?? "20 seconds")
    const happenings = options.happenings ?? script({ seed, participants, duration, faults })
    return Effect.map(
      SimulatedSfu.make(happenings, faults, seed),
      (sfu) => SimulatedCall.of({ ...sfu, seed, happenings })
    )
  })

/**
 * The ports, and the call behind them: what a test provides to an agent that needs `StreamEdge`, below the edge's layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (
  options?: SimulatedCallOptions
): Layer.Layer<SimulatedCall | SfuClient | PeerConnectionFactory> =>
  Layer.unwrap(Effect.map(make(options), (call) => Layer.merge(Layer.succeed(SimulatedCall, call), call.layer)))

/**
 * Whose a packet is in truth. For checks: an agent can not know it.
 *
 * @category truth
 * @since 0.1.0
 */
export const ownerOf = ({ payload }: RtpPacket): TrackKey => SimulatedSfu.markedBy(payload)

/**
 * What an agent takes for true.
 *
 * @category truth
 * @since 0.1.0
 */
export interface Picture {
  readonly participants: Iterable<Participant>
  readonly tracks: Iterable<TrackKey>
}

const nameOf = ({ sessionId, userId }: Participant): string => `${userId} (${sessionId})`
const nameOfTrack = (key: TrackKey): string => `${nameOf(key)} ${key.trackType}`

/**
 * Where a picture and the truth differ, in words.
 *
 * @category truth
 * @since 0.1.0
 */
export const differences = (truth: Truth, picture: Picture): ReadonlyArray<string> => {
  const compare = <A>(name: (one: A) => string, ought: Iterable<A>, is: Iterable<A>): ReadonlyArray<string> => {
    const [expected, found] = [Array.from(ought, name), Array.from(is, name)]
    return [
      ...expected.filter((one) => !found.includes(one)).map((one) => `missing: ${one}`),
      ...found.filter((one) => !expected.includes(one)).map((one) => `left over: ${one}`),
      ...found.filter((one, at) => found.indexOf(one) !== at).map((one) => `twice: ${one}`)
    ]
  }
  return [
    ...compare(nameOf, truth.participants, picture.participants),
    ...compare(nameOfTrack, truth.tracks, picture.tracks)
  ]
}

/**
 * A picture is not the truth.
 *
 * @category errors
 * @since 0.1.0
 */
export class DisagreementError extends Data.TaggedError("DisagreementError")<{
  readonly differences: ReadonlyArray<string>
}> {
  override get message(): string {
    return this.differences.join("\n")
  }
}

/**
 * Fails where a picture and the truth differ.
 *
 * @category truth
 * @since 0.1.0
 */
export const agree = (truth: Truth, picture: Picture): Effect.Effect<void, DisagreementError> =>
  Effect.suspend(() => {
    const all = differences(truth, picture)
    return all.length === 0 ? Effect.void : Effect.fail(new DisagreementError({ differences: all }))
  })

// --- Many calls -------------------------------------------------------------------------------------------------------

/**
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions extends Omit<SimulatedCallOptions, "seed"> {
  /** The seeds of the calls, or how many from 0 on. Default 100. */
  readonly seeds?: number | ReadonlyArray<number> | undefined
  /** How many calls may be played to find the smallest that fails. Default 1,000. */
  readonly shrinks?: number | undefined
  /** Virtual time after which an agent that has not ended has failed. Default 10 minutes. */
  readonly limit?: Duration.Input | undefined
}

/**
 * An agent has failed in a call: the call of that seed, made as small as could be.
 *
 * @category errors
 * @since 0.1.0
 */
export class FailingCallError extends Data.TaggedError("FailingCallError")<{
  readonly seed: number
  /** Of the smallest call. Given as an option it plays that call again. */
  readonly happenings: ReadonlyArray<Happening>
  /** How the agent ended in the smallest call. */
  readonly cause: Cause.Cause<unknown>
  /** How many calls were played before this one, and how many happenings it had. */
  readonly played: number
  readonly found: number
  /** How many smaller calls were tried. */
  readonly shrinks: number
}> {
  override get message(): string {
    const { cause, found, happenings, played, seed, shrinks } = this
    return [
      `seed ${seed} fails, after ${played} that did not. ` +
      `The smallest call that does has ${happenings.length} of its ${found} happenings (${shrinks} tried):`,
      ...(happenings.length === 0 ? ["   nobody comes, and nothing happens"] : happenings.map(describe)),
      Cause.prettyErrors(cause).map(({ message, name }) => `${name}: ${message}`).join("\n"),
      `The whole call again: seeds: [${seed}]. The smallest: seeds: [${seed}], happenings: ${
        JSON.stringify(happenings)
      }`
    ].join("\n")
  }
}

/**
 * The clock jumps to whatever comes next. A fresh one for each call: the same seed takes the same steps.
 */
const underVirtualTime = <A, E, R>(agent: Effect.Effect<A, E, R>, limit: Duration.Duration): Effect.Effect<A, E, R> =>
  Effect.raceFirst(
    agent,
    Effect.andThen(
      TestClock.adjust(limit),
      Effect.die(new Error(`the agent did not end within ${Duration.format(limit)} of the call's time`))
    )
  ).pipe(Effect.provide(TestClock.layer()))

/**
 * Runs an agent in one call after the other, each on a virtual clock of its own. At the first in which it fails, dies or
 * does not end, looks for the smallest call in which it does not succeed either, and fails with that.
 *
 * The agent gets the ports, the call, and a scope that closes with it; it brings its own edge, and plays the call.
 *
 * @category testing
 * @since 0.1.0
 */
export const check = <A, E, R>(
  agent: Effect.Effect<A, E, R>,
  options: CheckOptions = {}
): Effect.Effect<
  void,
  FailingCallError,
  Exclude<Exclude<R, SimulatedCall | SfuClient | PeerConnectionFactory>, Scope.Scope>
> =>
  Effect.gen(function*() {
    const { shrinks: mostShrinks = 1_000 } = options
    const seeds = typeof options.seeds === "object"
      ? options.seeds
      : Array.from({ length: options.seeds ?? 100 }, (_, seed) => seed)
    const limit = Duration.fromInputUnsafe(options.limit ?? "10 minutes")

    const play = (seed: number, happenings: ReadonlyArray<Happening>) =>
      agent.pipe(
        Effect.provide(layerTest({ ...options, seed, happenings })),
        Effect.scoped,
        (agent) => underVirtualTime(agent, limit),
        Effect.exit
      )

    for (const [played, seed] of seeds.entries()) {
      const found = (yield* make({ ...options, seed })).happenings
      const exit = yield* play(seed, found)
      if (Exit.isSuccess(exit)) continue
      let smallest = { happenings: found, cause: exit.cause }
      let shrinks = 0
      let candidates = plainer(found)
      while (shrinks < mostShrinks) {
        const next = candidates.next()
        if (next.done === true) break
        shrinks++
        const exit = yield* play(seed, next.value)
        if (Exit.isSuccess(exit)) continue
        smallest = { happenings: next.value, cause: exit.cause }
        candidates = plainer(next.value)
      }
      return yield* new FailingCallError({ ...smallest, seed, played, found: found.length, shrinks })
    }
  })
