/**
 * Tests your agent without an SFU, in calls that are generated from a seed, without a network and under virtual time.
 * Participants with several devices join, publish, mute, publish again, share screens, migrate, reconnect and leave. The SFU
 * delivers messages, offers and packets late, out of order, twice, incomplete or not at all, within limits. The test compares
 * the agent with the ground truth. `SimulatedCall` implements the ports `SfuClient` and `PeerConnectionFactory`, so the real
 * `StreamEdge` and `TrackResolver` run on it.
 *
 * The test runs the agent in a call, and compares whenever the call is idle, that is, when everything was delivered.
 *
 * ```ts
 * import { it } from "@effect/vitest"
 * import { StreamEdge } from "effect-track-resolver"
 * import type { Participant, TrackId, TrackKey } from "effect-track-resolver"
 * import { SimulatedCall } from "effect-track-resolver/testing"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * // Your agent.
 * const startNotetaker = Effect.gen(function*() {
 *   const { events } = yield* StreamEdge
 *   const participants = new Map<string, Participant>()
 *   const tracks = new Map<TrackId, TrackKey>()
 *   const onEvent = Stream.runForEach(events, (event) =>
 *     Effect.sync(() => {
 *       if (event._tag === "ParticipantJoined") participants.set(event.participant.sessionId, event.participant)
 *       if (event._tag === "ParticipantLeft") participants.delete(event.participant.sessionId)
 *       if (event._tag === "TrackAdded") tracks.set(event.trackId, event.key)
 *       if (event._tag === "TrackRemoved") tracks.delete(event.trackId)
 *     }))
 *   yield* Effect.forkScoped(onEvent)
 *   return { participants, tracks }
 * })
 *
 * const notetakerInACall = Effect.gen(function*() {
 *   const call = yield* SimulatedCall.SimulatedCall
 *   const { participants, tracks } = yield* startNotetaker
 *   yield* call.run((groundTruth) =>
 *     SimulatedCall.assertMatches(groundTruth, { participants: participants.values(), tracks: tracks.values() })
 *   )
 * }).pipe(Effect.provide(StreamEdge.layer()))
 *
 * it.effect("the notetaker knows every participant and track", () => SimulatedCall.check(notetakerInACall))
 * ```
 *
 * `check` plays 100 calls. If one fails, `check` searches for the smallest call that also fails, and prints its actions
 * and its seed. `seeds: [17]` plays exactly that call again, and `actions` plays the smallest one. Each packet carries
 * the track key of its publication, which `ownerOf` reads: an agent that receives the packet under another key mixes up
 * two publications.
 *
 * `FaultProfile` limits the faults: `defaultFaults` has more faults than a real call, `noFaults` has none.
 *
 * - Delays: each message up to `signallingDelay`, each offer up to `offerDelay`. So a track can arrive before the message
 *   that identifies it, a publication before its participant, and a leave during a negotiation.
 * - Order: kept among the joins, updates and leaves of one session; among the publications and unpublications of one
 *   session and track type; and among offers, each of which contains the current media sections. Any other message can
 *   overtake earlier ones. A late message about a former stay arrives before the same session joins again.
 * - Duplicates: each message and each offer has up to `maxCopies` copies. A copy keeps the order of its message, so a
 *   publication never arrives after its end.
 * - Missing data: the participant and the user id of a track event; a stream id prefix, for some time or always; the msid of a
 *   media section. A publication that nothing identifies is `unidentified` in the ground truth, and an edge must not guess.
 * - Large calls: a session is missing from the join response, or no `ParticipantJoined` reports it. The first message that
 *   contains its participant does. A participant whom no message contains is `unreported` in the ground truth.
 * - Activity: a level, a quality or a pause that arrives before its participant is lost. The first message that contains the
 *   participant contains its profile and activity of that moment.
 * - Stale lists: the participant in a track event lists the tracks that have ended, and none that is published.
 * - Drops: the first `TrackPublished` of a type, which later messages list; a `TrackUnpublished` before a leave; packets.
 *   Nothing else is dropped, because no edge could recover it.
 * - Media sections: a publication takes the first free media section of its kind, also one that still sends for a session
 *   that left. A muted publication keeps its media section, and an unmute causes no offer. A media section sends packets
 *   only after its offer was answered. After its publication has ended it stops or continues: an application must not
 *   receive these packets.
 *
 * Not simulated: refused joins, lost sockets, lost connections, failed requests, and subscriptions (the SFU offers every
 * track). Use `ScriptedCall` for these.
 *
 * @stability stable
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
import * as Arguments from "../internal/Arguments.ts"
import type { TrackKey } from "../Track.ts"
import { generate } from "./internal/ActionGenerator.ts"
import type { FaultProfile } from "./internal/FaultProfile.ts"
import { defaultFaults } from "./internal/FaultProfile.ts"
import type { GroundTruth } from "./internal/GroundTruth.ts"
import * as PacketPayload from "./internal/PacketPayload.ts"
import type { ScriptedAction } from "./internal/ScriptedAction.ts"
import { format } from "./internal/ScriptedAction.ts"
import { shrink } from "./internal/Shrink.ts"
import * as SimulatedSfu from "./internal/SimulatedSfu.ts"

export { defaultFaults, type FaultProfile, noFaults } from "./internal/FaultProfile.ts"
export {
  assertMatches,
  differences,
  type GroundTruth,
  MismatchError,
  type Observed,
  type TrueParticipant
} from "./internal/GroundTruth.ts"
export type { Action, ActionFaults, ScriptedAction } from "./internal/ScriptedAction.ts"

/**
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface SimulatedCallOptions {
  /** Determines the actions and the lost packets. Default 0. */
  readonly seed?: number | undefined
  /** The number of users. Each one has one device or two. Default 4. */
  readonly participants?: number | undefined
  /** The approximate duration of the call. Default 20 seconds. */
  readonly duration?: Duration.Input | undefined
  /** Replaces fields of `defaultFaults`. */
  readonly faults?: Partial<FaultProfile> | undefined
  /** Replaces the actions that the seed generates. */
  readonly actions?: ReadonlyArray<ScriptedAction> | undefined
}

// --- One call ---------------------------------------------------------------------------------------------------------

/**
 * A call that can be joined once and played once.
 *
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class SimulatedCall extends Context.Service<SimulatedCall, {
  readonly seed: number
  readonly actions: ReadonlyArray<ScriptedAction>
  /** The ports, for the layer of an edge. */
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  readonly groundTruth: Effect.Effect<GroundTruth>
  /**
   * Plays the call to its end. Runs `whenIdle` each time when all messages of all actions so far were sent, all offers were
   * answered, and 600 ms have passed; the last time just before the call ends.
   */
  readonly run: <E = never, R = never>(
    whenIdle?: (groundTruth: GroundTruth) => Effect.Effect<void, E, R>
  ) => Effect.Effect<void, E, R>
}>()("effect-track-resolver/testing/SimulatedCall") {}

const args = Arguments.forService("SimulatedCall")

/**
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: SimulatedCallOptions = {}): Effect.Effect<SimulatedCall["Service"]> =>
  Effect.suspend(() => {
    const { participants = 4, seed = 0 } = args.object("options", options)
    args.count("participants", participants)
    if (!Number.isInteger(seed)) throw Arguments.error("SimulatedCall", "seed", "an integer", seed)
    const faults = { ...defaultFaults, ...Arguments.optional(args.object)("faults", options.faults) }
    for (const [fault, value] of Object.entries(faults)) args.count(`faults.${fault}`, value)
    const duration = Duration.toMillis(args.duration("duration", options.duration ?? "20 seconds"))
    const actions = Arguments.optional(args.list<ScriptedAction>)("actions", options.actions) ??
      generate({ seed, participants, duration, faults })
    return Effect.map(
      SimulatedSfu.make(actions, faults, seed),
      (sfu) => SimulatedCall.of({ ...sfu, seed, actions })
    )
  })

/**
 * The ports, and the call behind them. Provide this layer below the layer of the edge.
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (
  options?: SimulatedCallOptions
): Layer.Layer<SimulatedCall | SfuClient | PeerConnectionFactory> =>
  Layer.unwrap(Effect.map(make(options), (call) => Layer.merge(Layer.succeed(SimulatedCall, call), call.layer)))

/**
 * The publication that sent a packet, read from the payload. For checks only: an agent has no such information.
 *
 * @stability stable
 * @category ground truth
 * @since 0.1.0
 */
export const ownerOf = ({ payload }: RtpPacket): TrackKey => PacketPayload.decode(payload)

// --- Many calls -------------------------------------------------------------------------------------------------------

/**
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface CheckOptions extends Omit<SimulatedCallOptions, "seed"> {
  /** The seeds of the calls, or their number: 3 means the seeds 0, 1 and 2. Default 100. */
  readonly seeds?: number | ReadonlyArray<number> | undefined
  /** The maximum number of calls that are played to find the smallest failing one. Default 1,000. */
  readonly maxShrinks?: number | undefined
  /** The limit of virtual time: an agent that runs longer fails. Default 10 minutes. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * An agent failed in a call. The error contains the smallest call found in which the agent also fails.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class FailingCallError extends Data.TaggedError("FailingCallError")<{
  readonly seed: number
  /** The actions of the smallest call. As the option `actions`, with the same seed, they play this call again. */
  readonly actions: ReadonlyArray<ScriptedAction>
  /** Why the agent failed in the smallest call. */
  readonly cause: Cause.Cause<unknown>
  /** The number of calls that passed before. */
  readonly passed: number
  /** The number of actions of the call before it was made smaller. */
  readonly originalActions: number
  /** The number of smaller calls that were played. */
  readonly shrinks: number
}> {
  override get message(): string {
    const { actions, cause, originalActions, passed, seed, shrinks } = this
    return [
      `seed ${seed} fails; ${passed} calls before it passed. The smallest failing call has ${actions.length} of its ` +
      `${originalActions} actions (${shrinks} smaller calls played):`,
      ...(actions.length === 0 ? ["   no action"] : actions.map(format)),
      Cause.prettyErrors(cause).map(({ message, name }) => `${name}: ${message}`).join("\n"),
      `To play the whole call: seeds: [${seed}]. The smallest: seeds: [${seed}], actions: ${JSON.stringify(actions)}`
    ].join("\n")
  }
}

/** Each call has its own clock, which jumps to the next timer. So the same seed gives the same run. */
const withVirtualTime = <A, E, R>(agent: Effect.Effect<A, E, R>, timeout: Duration.Duration): Effect.Effect<A, E, R> =>
  Effect.raceFirst(
    agent,
    Effect.andThen(
      TestClock.adjust(timeout),
      Effect.die(new Error(`the agent did not end within ${Duration.format(timeout)} of virtual time`))
    )
  ).pipe(Effect.provide(TestClock.layer()))

/**
 * Runs an agent in one call after the other, each under its own virtual clock. If the agent fails, dies or does not end
 * in a call, searches for the smallest call in which the agent does not succeed either, and fails with that call.
 *
 * The agent plays the call by `SimulatedCall.run`, and provides its own edge. Its scope closes at the end of the call.
 *
 * @stability stable
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
    const { maxShrinks = 1_000, seeds = 100 } = options
    const timeout = Duration.fromInputUnsafe(options.timeout ?? "10 minutes")

    const play = (seed: number, actions: ReadonlyArray<ScriptedAction>) =>
      agent.pipe(
        Effect.provide(layerTest({ ...options, seed, actions })),
        Effect.scoped,
        (agent) => withVirtualTime(agent, timeout),
        Effect.exit
      )

    const all = typeof seeds === "number" ? Array.from({ length: seeds }, (_, seed) => seed) : seeds
    for (const [passed, seed] of all.entries()) {
      const { actions } = yield* make({ ...options, seed })
      const exit = yield* play(seed, actions)
      if (Exit.isSuccess(exit)) continue
      const failing = { actions, cause: exit.cause }
      const { attempts, ...smallest } = yield* shrink(failing, (smaller) => play(seed, smaller), maxShrinks)
      return yield* new FailingCallError({
        ...smallest,
        seed,
        passed,
        originalActions: actions.length,
        shrinks: attempts
      })
    }
  })
