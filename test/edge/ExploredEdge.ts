/**
 * An edge in a scripted call, for programs that are explored.
 */
import { Explore } from "effect-explore"
import { SfuConnectionError, StreamEdge, TrackResolver } from "effect-track-resolver"
import type { EdgeEvent, EdgeState, TrackId } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { assert } from "vitest"
import { nothing } from "../support/resolver.ts"

const socketLost = new SfuConnectionError({ reason: "Closed", closeCode: 1006, detail: "" })

/** Runs named fibers concurrently. */
export const concurrently = (fibers: { readonly [name: string]: Effect.Effect<unknown> }) =>
  Effect.all(Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), {
    concurrency: "unbounded",
    discard: true
  })

export interface Harness {
  readonly call: ScriptedCall.ScriptedCall
  readonly edge: StreamEdge["Service"]
  readonly close: Effect.Effect<void>
  readonly events: ReadonlyArray<EdgeEvent>
  readonly states: ReadonlyArray<EdgeState>
}

/** Joins, runs `body`, closes the edge, and asserts that nothing of it is left. */
export const withEdge = (options: ScriptedCall.ScriptedCallOptions, body: (harness: Harness) => Effect.Effect<void>) =>
  Effect.scoped(Effect.gen(function*() {
    const call = yield* ScriptedCall.make(options)
    const scope = yield* Scope.make()
    const resolver = yield* TrackResolver.make({ sessionMigration: "never", anonymousTracks: "never" })
    const services = yield* Layer.buildWithScope(
      StreamEdge.layerNoDeps({ sessionId: "agent" }).pipe(
        Layer.provide(Layer.merge(call.layer, Layer.succeed(TrackResolver, resolver)))
      ),
      scope
    )
    const edge = Context.get(services, StreamEdge)
    const events: Array<EdgeEvent> = []
    const states: Array<EdgeState> = []
    yield* Effect.forkScoped(
      Effect.ignore(Stream.runForEach(edge.events, (event) => Effect.sync(() => events.push(event)))),
      {
        startImmediately: true
      }
    )
    yield* Effect.forkScoped(Stream.runForEach(edge.states, (state) => Effect.sync(() => states.push(state))), {
      startImmediately: true
    })
    const close = Scope.close(scope, Exit.void)
    yield* body({ call, edge, close, events, states })
    yield* close
    yield* ScriptedCall.flush
    assert.deepStrictEqual(yield* resolver.sizes, nothing)
    assert.strictEqual(states.at(-1)?._tag, "Left", "Left is the last state")
    assert.strictEqual(states.filter(({ _tag }) => _tag === "Left").length, 1)
    assert.strictEqual(tracks(events).size, 0, "every track was removed")
    nothingIsLeft(call)
  })).pipe(Effect.provideService(References.MinimumLogLevel, "None"))

/** The tracks that these events leave, by session id and type. Asserts that additions and removals alternate. */
export const tracks = (events: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, TrackId> => {
  const current = new Map<string, TrackId>()
  for (const event of events) {
    if (event._tag !== "TrackAdded" && event._tag !== "TrackRemoved") continue
    const name = `${event.key.sessionId} ${event.key.trackType}`
    if (event._tag === "TrackAdded") {
      assert.isUndefined(current.get(name), "added once")
      current.set(name, event.trackId)
    } else {
      assert.strictEqual(current.get(name), event.trackId, "the removed track is the added one")
      current.delete(name)
    }
  }
  return current
}

/** Every session was left or detached, and a detached one was joined again: otherwise the SFU would keep it. */
const nothingIsLeft = ({ calls }: ScriptedCall.ScriptedCall): void => {
  const count = (tag: ScriptedCall.RecordedCall["_tag"]) => calls.filter(({ _tag }) => _tag === tag).length
  assert.strictEqual(count("Joined"), count("Left") + count("Detached"), "each session was left or detached")
  const joins = Map.groupBy(calls.filter((recorded) => recorded._tag === "Joined"), ({ sessionId }) => sessionId)
  const detached = Map.groupBy(calls.filter((recorded) => recorded._tag === "Detached"), ({ sessionId }) => sessionId)
  for (const [sessionId, times] of detached) {
    assert.isBelow(times.length, joins.get(sessionId)!.length, "another socket joined the session")
  }
}

/** The loss that leads to each strategy. */
export const losses: { readonly [strategy: string]: (call: ScriptedCall.ScriptedCall) => Effect.Effect<void> } = {
  "Fast": (call) => call.failSocket(socketLost),
  "Rejoin": (call) =>
    call.emit({ _tag: "Failed", reason: "Other", code: 500, detail: "", reconnectStrategy: "Rejoin" }),
  "Migrate": (call) =>
    Effect.andThen(
      call.emit({ _tag: "GoAway", reason: "ShuttingDown" }),
      Effect.andThen(Effect.sleep("1 second"), call.emit({ _tag: "MigrationCompleted" }))
    )
}

export const strategies: ReadonlyArray<string> = Object.keys(losses)
