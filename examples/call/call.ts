/**
 * A whole call: people play a script on a stage, an edge follows it, and in the end what the edge has told is held
 * against what was so.
 */
import { StreamEdge } from "effect-track-resolver"
import type { EdgeError, LaggedError, PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Log from "../log.ts"
import * as Account from "./CallLog.ts"
import { CallFailed, mediaFaults, standingFaults } from "./Check.ts"
import type { Stage } from "./Harness.ts"
import { play } from "./Harness.ts"
import type { Part } from "./Script.ts"
import { truthOf } from "./Script.ts"
import { table } from "./Table.ts"

export interface CallOptions<E> {
  readonly stage: Stage<E>
  /** What the edge joins with. */
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  /** The session id that the edge joins under. */
  readonly sessionId: string
  readonly parts: ReadonlyArray<Part>
  /** What happens while the script is played. */
  readonly alongside?: ((say: Log.Log) => Effect.Effect<void>) | undefined
  /** Who is in the call, the edge aside, by session. */
  readonly people: Effect.Effect<ReadonlyArray<string>>
  readonly senderOf: (payload: Uint8Array) => string
  /** Comes after the verdict and before everybody leaves. */
  readonly encore?: Effect.Effect<void> | undefined
}

/** How long the last that happened may take to reach the edge. */
const grace = { schedule: Schedule.spaced("100 millis"), times: 50 }

export const call = <E>(
  { alongside, encore, layer, parts, people, senderOf, sessionId, stage }: CallOptions<E>
): Effect.Effect<void, E | EdgeError | LaggedError | CallFailed, Scope.Scope> =>
  Effect.gen(function*() {
    const say = yield* Log.make
    const truth = truthOf(parts)
    const edge = yield* StreamEdge
    const account = yield* Account.keep(edge, say, senderOf)

    const check = (standing: typeof truth.standing) =>
      Effect.gen(function*() {
        const faults = [...mediaFaults(truth, account), ...standingFaults(standing, yield* people, account)]
        if (faults.length > 0) return yield* new CallFailed({ faults })
      }).pipe(Effect.retry(grace))

    yield* Effect.scoped(Effect.gen(function*() {
      yield* Effect.all([play(stage, parts, say), alongside?.(say) ?? Effect.void], { concurrency: 2 })
      yield* check(truth.standing)
      yield* Console.log(["", ...table(account)].join("\n"))
      yield* encore ?? Effect.void
      yield* Console.log("")
      yield* say("everybody leaves")
    }))
    yield* check([])
    yield* Console.log("\nevery packet reached its owner; nothing is missing, and nothing is left over")
  }).pipe(Effect.provide(StreamEdge.layer({ sessionId }).pipe(Layer.provide(layer))))
