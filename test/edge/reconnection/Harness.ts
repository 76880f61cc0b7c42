/**
 * An edge that may reconnect, in a scripted call whose joins are answered one after the other.
 */
import { it } from "@effect/vitest"
import { SfuConnectionError, SfuJoinError } from "effect-track-resolver"
import type {
  EdgeState,
  Reconnection,
  ReconnectStrategy,
  SfuEvent,
  SfuFailureReason,
  SfuParticipant,
  SfuSession,
  StreamEdgeOptions
} from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { alice } from "../../support/people.ts"
import type { Harness } from "../Harness.ts"
import { describeEvent, makeHarness, observe, sfuParticipant, whenIdle } from "../Harness.ts"

export const socketLost = new SfuConnectionError({ reason: "Closed", closeCode: 1006, detail: "" })

export const failure = (reconnectStrategy: ReconnectStrategy, reason: SfuFailureReason = "Other"): SfuEvent => ({
  _tag: "Failed",
  reason,
  code: 500,
  detail: "",
  reconnectStrategy
})

export const goAway: SfuEvent = { _tag: "GoAway", reason: "ShuttingDown" }

export const refusal = (shouldRetry: boolean, code = 500) =>
  new SfuJoinError({ reason: "Refused", code, detail: "", shouldRetry })

export const aliceWithCamera = [sfuParticipant(alice, "p", ["Video"])]

export interface ReconnectionHarness extends Harness {
  /** The events since the last call of this function. */
  readonly newEvents: () => ReadonlyArray<string>
  /** The end of the events. */
  readonly end: Effect.Effect<Exit.Exit<void, unknown>>
  readonly states: ReadonlyArray<EdgeState>
  /** The `reconnection` of every join after the first one. */
  readonly reconnections: () => ReadonlyArray<Reconnection>
  /** In the order of the joins. */
  readonly sessionIds: () => ReadonlyArray<string>
}

/** The answers to the joins, in their order; the last one answers every further join. */
type Joins = ReadonlyArray<ReadonlyArray<SfuParticipant> | SfuJoinError | Partial<SfuSession>>

export const testReconnection = <A, E>(
  name: string,
  joins: Joins,
  test: (harness: ReconnectionHarness) => Effect.Effect<A, E, never>,
  options?: StreamEdgeOptions
): void =>
  it.effect(name, () =>
    Effect.gen(function*() {
      let count = 0
      const onJoin = () => {
        const answer = joins[Math.min(count++, joins.length - 1)]!
        if (answer instanceof SfuJoinError) return Effect.fail(answer)
        return Effect.succeed<Partial<SfuSession>>("length" in answer ? { participants: answer } : answer)
      }
      const harness = yield* makeHarness({ onJoin }, { maxReconnects: 10, ...options })
      const { call, edge } = harness
      const { end, events } = yield* observe(edge)
      const states: Array<EdgeState> = []
      yield* Effect.forkScoped(Stream.runForEach(edge.states, (state) => Effect.sync(() => states.push(state))), {
        startImmediately: true
      })
      let read = 0
      const recordedJoins = () => call.calls.filter((recorded) => recorded._tag === "Joined")
      yield* whenIdle
      return yield* test({
        ...harness,
        end,
        states,
        newEvents: () => {
          const described = events.slice(read).map(describeEvent)
          read = events.length
          return described
        },
        reconnections: () => recordedJoins().flatMap(({ reconnection }) => reconnection ?? []),
        sessionIds: () => recordedJoins().map(({ sessionId }) => sessionId)
      })
    }))
