/**
 * An edge that reconnects, as programs of what may come at once: a lost socket, an SFU that goes away, somebody who
 * unpublishes or leaves, an offer, and the end of the edge. Each with what has to be true of it in every schedule.
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
import { alice, bob, camera } from "../support/people.ts"
import { nothing } from "../support/resolver.ts"
import { left, published, sfuParticipant, unpublished } from "./Harness.ts"

const { mediaSection: media } = ScriptedCall

const lost = new SfuConnectionError({ reason: "Closed", closeCode: 1006, detail: "" })

const bothThere = [sfuParticipant(alice, "p", ["Video"]), sfuParticipant(bob, "q", ["Video"])]

/** At once, each under its name. */
const together = (fibers: { readonly [name: string]: Effect.Effect<unknown> }) =>
  Effect.all(Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), {
    concurrency: "unbounded",
    discard: true
  })

interface Stage {
  readonly call: ScriptedCall.ScriptedCall
  readonly edge: StreamEdge["Service"]
  readonly close: Effect.Effect<void>
  readonly events: ReadonlyArray<EdgeEvent>
  readonly states: ReadonlyArray<EdgeState>
}

/** Joined, with whoever listens; then `body`; then closed, and nothing of it is left. */
const withEdge = (options: ScriptedCall.ScriptedCallOptions, body: (stage: Stage) => Effect.Effect<void>) =>
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
    assert.strictEqual(tracks(events).size, 0, "whoever had a track has none")
    nothingIsLeft(call)
  })).pipe(Effect.provideService(References.MinimumLogLevel, "None"))

/** What is had by whom; in between, each is added and removed in turns. */
const tracks = (events: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, TrackId> => {
  const had = new Map<string, TrackId>()
  for (const event of events) {
    if (event._tag === "TrackAdded") {
      assert.isUndefined(had.get(event.key.sessionId), "added once")
      had.set(event.key.sessionId, event.trackId)
    } else if (event._tag === "TrackRemoved") {
      assert.strictEqual(had.get(event.key.sessionId), event.trackId, "removed is what was added")
      had.delete(event.key.sessionId)
    }
  }
  return had
}

/** Every join has ended, and no session was handed over to nobody: the SFU would keep it. */
const nothingIsLeft = ({ calls }: ScriptedCall.ScriptedCall): void => {
  const count = (tag: ScriptedCall.RecordedCall["_tag"]) => calls.filter(({ _tag }) => _tag === tag).length
  assert.strictEqual(count("Joined"), count("Left") + count("Detached"), "each session is left or handed over")
  const joins = Map.groupBy(calls.filter((deed) => deed._tag === "Joined"), ({ sessionId }) => sessionId)
  const handedOver = Map.groupBy(calls.filter((deed) => deed._tag === "Detached"), ({ sessionId }) => sessionId)
  for (const [sessionId, times] of handedOver) {
    assert.isBelow(times.length, joins.get(sessionId)!.length, "another socket has it")
  }
}

/** What happens to the connection, and what may follow it. */
const losses: { readonly [way: string]: (call: ScriptedCall.ScriptedCall) => Effect.Effect<void> } = {
  "Fast": (call) => call.failSocket(lost),
  "Rejoin": (call) =>
    call.emit({ _tag: "Failed", reason: "Other", code: 500, detail: "", reconnectStrategy: "Rejoin" }),
  "Migrate": (call) =>
    Effect.andThen(
      call.emit({ _tag: "GoAway", reason: "ShuttingDown" }),
      Effect.andThen(Effect.sleep("1 second"), call.emit({ _tag: "MigrationCompleted" }))
    )
}

export const ways = Object.keys(losses)

/** We go while it comes back. A join takes a while. */
export const closing = (way: string) =>
  withEdge({ participants: Effect.as(Effect.yieldNow, bothThere) }, ({ call, close }) =>
    Effect.gen(function*() {
      yield* call.offer([media("0", "p", "Video")])
      yield* ScriptedCall.flush
      yield* together({ sfu: losses[way]!(call), application: close })
    }))

/** Whatever comes first: in the end the application has what the SFU has. */
export const comingBack = (way: string) =>
  Effect.suspend(() => {
    let there = bothThere
    /** Who is there when the socket is: nothing is told in between. */
    const onJoin = () =>
      Effect.succeed({
        get participants() {
          return there
        }
      })
    return withEdge({ onJoin }, ({ call, events, states }) =>
      Effect.gen(function*() {
        yield* call.offer([media("0", "p", "Video"), media("1", "q", "Video")])
        yield* ScriptedCall.flush
        yield* together({
          sfu: losses[way]!(call),
          people: Effect.suspend(() => {
            there = [sfuParticipant(alice, "p")]
            return Effect.andThen(call.emit(unpublished(camera(alice))), call.emit(left(bob)))
          }),
          media: call.offer([media("0", "q", "Video")])
        })
        yield* Effect.sleep("1 minute")
        assert.strictEqual(states.at(-1)?._tag, "Joined")
        assert.strictEqual(tracks(events).size, 0, "nobody who publishes nothing has a track")
        yield* call.emit(published(camera(alice)))
        yield* call.offer([media("2", "p", "Video")])
        yield* Effect.sleep("1 second")
        assert.deepStrictEqual(Array.from(tracks(events).keys()), [alice.sessionId])
        const subscribed = call.calls.findLast((deed) => deed._tag === "Subscribed")
        assert.deepStrictEqual(subscribed?.subscriptions.map(({ key }) => key), [camera(alice)])
      }))
  })
