/**
 * Plays a script in a call, records what `StreamEdge` reports, and compares the record with the ground truth.
 */
import { StreamEdge } from "effect-track-resolver"
import type {
  EdgeError,
  LaggedError,
  Participant,
  PeerConnectionFactory,
  SfuClient,
  TrackKey
} from "effect-track-resolver"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Log from "../log.ts"
import * as CallLog from "./CallLog.ts"
import { CheckFailed, stateErrors, trackErrors } from "./Check.ts"
import type { Harness } from "./Harness.ts"
import { play } from "./Harness.ts"
import type { Script } from "./Script.ts"
import { groundTruthOf } from "./Script.ts"
import { table } from "./Table.ts"

export interface CallOptions<E> {
  readonly harness: Harness<E>
  readonly script: Script
  /** The ports of the edge. */
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  /** The session id with which the edge joins. */
  readonly sessionId: string
  /** The participants in the call now, without the edge. */
  readonly participants: Effect.Effect<ReadonlyArray<Participant>>
  /** Reads the owner of a packet from its payload. */
  readonly ownerOf: (payload: Uint8Array) => string
  /** Runs while the script plays. */
  readonly injectFaults?: ((log: Log.Log) => Effect.Effect<void>) | undefined
  /** Runs after the check, before the participants leave. */
  readonly afterCheck?: Effect.Effect<void> | undefined
}

/** The edge has 5 seconds to report the last action. */
const retries = { schedule: Schedule.spaced("100 millis"), times: 50 }

export const call = <E>(
  options: CallOptions<E>
): Effect.Effect<void, E | EdgeError | LaggedError | CheckFailed, Scope.Scope> =>
  Effect.gen(function*() {
    const { afterCheck = Effect.void, harness, injectFaults, ownerOf, script } = options
    const log = yield* Log.make
    const groundTruth = groundTruthOf(script)
    const callLog = yield* CallLog.record(yield* StreamEdge, log, ownerOf)

    const check = (tracks: ReadonlyArray<TrackKey>) =>
      Effect.gen(function*() {
        const participants = yield* options.participants
        const errors = [...trackErrors(groundTruth, callLog), ...stateErrors({ participants, tracks }, callLog)]
        if (errors.length > 0) return yield* new CheckFailed({ errors })
      }).pipe(Effect.retry(retries))

    yield* Effect.scoped(Effect.gen(function*() {
      yield* Effect.all([play(harness, script, log), injectFaults?.(log) ?? Effect.void], { concurrency: 2 })
      yield* check(groundTruth.tracks)
      yield* Console.log(["", ...table(callLog)].join("\n"))
      yield* afterCheck
      yield* Console.log("")
      yield* log("all participants leave")
    }))
    yield* check([])
    yield* Console.log(
      "\ncheck passed: every packet arrived on the track of its publication, and no participant or track was missing or left over"
    )
  }).pipe(Effect.provide(StreamEdge.layer({ sessionId: options.sessionId }).pipe(Layer.provide(options.layer))))
