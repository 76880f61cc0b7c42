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
import type { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
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
  /** Each state as a short string. */
  readonly phases: () => ReadonlyArray<string>
  /** The `reconnection` of every join after the first one. */
  readonly reconnections: () => ReadonlyArray<Reconnection>
  /** In the order of the joins. */
  readonly sessionIds: () => ReadonlyArray<string>
}

/** `Reconnecting` as its strategy and attempt. */
const describeState = (state: EdgeState): string =>
  state._tag === "Reconnecting" ? `${state.strategy} ${state.attempt}` : state._tag

/** Every pause has this place in its range, from 0 to 1. At 0 the pauses are 0, 250 ms, 2 and 3.75 seconds. */
const pausesAt = (place: number) => Random.Random.of({ nextDoubleUnsafe: () => place, nextIntUnsafe: () => 0 })

/** The answers to the joins, in their order; the last one answers every further join. */
type Joins = ReadonlyArray<ReadonlyArray<SfuParticipant> | SfuJoinError | Partial<SfuSession>>

export const testReconnection = <A, E>(
  name: string,
  joins: Joins,
  test: (harness: ReconnectionHarness) => Effect.Effect<A, E, Scope.Scope>,
  options?: StreamEdgeOptions
): void => it.effect(name, () => runReconnection(joins, test, options))

export const runReconnection = <A, E>(
  joins: Joins,
  test: (harness: ReconnectionHarness) => Effect.Effect<A, E, Scope.Scope>,
  options?: StreamEdgeOptions,
  callOptions?: ScriptedCall.ScriptedCallOptions,
  placeOfPauses = 0
) => Effect.provideService(runWithPauses(joins, test, options, callOptions), Random.Random, pausesAt(placeOfPauses))

const runWithPauses = Effect.fnUntraced(function*<A, E>(
  joins: Joins,
  test: (harness: ReconnectionHarness) => Effect.Effect<A, E, Scope.Scope>,
  options: StreamEdgeOptions | undefined,
  callOptions: ScriptedCall.ScriptedCallOptions | undefined
) {
  let count = 0
  const onJoin = () => {
    const answer = joins[Math.min(count++, joins.length - 1)]!
    if (answer instanceof SfuJoinError) return Effect.fail(answer)
    return Effect.succeed<Partial<SfuSession>>("length" in answer ? { participants: answer } : answer)
  }
  const harness = yield* makeHarness({ onJoin, ...callOptions }, { maxReconnects: 10, ...options })
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
    phases: () => states.map(describeState),
    newEvents: () => {
      const described = events.slice(read).map(describeEvent)
      read = events.length
      return described
    },
    reconnections: () => recordedJoins().flatMap(({ reconnection }) => reconnection ?? []),
    sessionIds: () => recordedJoins().map(({ sessionId }) => sessionId)
  })
})
