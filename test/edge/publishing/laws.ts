/**
 * Laws of publishing as programs of a few concurrent callers. Each asserts which tracks the SFU knows of in the end, in
 * every schedule. A resource that is left after the scope closed fails a program as well.
 */
import { Explore } from "effect-explore"
import { type ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { assert } from "vitest"
import { fork, type Harness, makeHarness, publish, sfuView, type TestError } from "./Harness.ts"

export interface Law {
  readonly law: string
  readonly program: Effect.Effect<void>
}

const withHarness = (body: (harness: Harness) => Effect.Effect<void, TestError, Scope.Scope>): Effect.Effect<void> =>
  Effect.orDie(Effect.scoped(Effect.flatMap(makeHarness(), body)))

/** Runs all concurrently, each as a fiber with its name. */
const together = <E, R>(fibers: { readonly [name: string]: Effect.Effect<unknown, E, R> }) =>
  Effect.all(Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), {
    concurrency: "unbounded",
    discard: true
  })

/** Time passes only when no fiber can run: the worker has performed all its steps. */
const whenIdle = Effect.sleep(1)

const unpublished = withHarness((harness) =>
  Effect.gen(function*() {
    yield* harness.begin()
    const audio = yield* publish(harness, "Audio")
    yield* together({
      unpublish: audio.unpublish,
      moderation: harness.publishing.onEvent({
        _tag: "TrackUnpublished",
        publication: { userId: "agent", sessionId: "agent", trackType: "Audio" },
        cause: "Moderation"
      }),
      publish: publish(harness, "Video")
    })
    yield* whenIdle
    assert.deepStrictEqual(sfuView(harness.call), { announced: ["Video"], unmuted: ["Video"] })
    assert.deepStrictEqual((yield* harness.publishing.announced).map(({ trackType }) => trackType), ["Video"])
  })
)

const rejoined = withHarness((harness) =>
  Effect.gen(function*() {
    const first = yield* harness.begin()
    yield* publish(harness, "Audio")
    yield* together({
      publish: publish(harness, "Video"),
      rejoin: Effect.andThen(first.close, harness.begin("again"))
    })
    yield* whenIdle
    assert.deepStrictEqual(sfuView(harness.call), { announced: ["Audio", "Video"], unmuted: ["Audio", "Video"] })
    const tags = harness.call.calls.map(({ _tag }) => _tag)
    const count = (tag: ScriptedCall.RecordedCall["_tag"]) => tags.filter((one) => one === tag).length
    assert.strictEqual(count("OpenedPublisher") - count("ClosedPublisher"), 1)
  })
)

const resumed = withHarness((harness) =>
  Effect.gen(function*() {
    yield* harness.begin()
    const audio = yield* publish(harness, "Audio")
    const session = yield* harness.join
    yield* together({
      publish: publish(harness, "Video"),
      unpublish: audio.unpublish,
      resume: harness.publishing.resume(session)
    })
    yield* whenIdle
    assert.deepStrictEqual(sfuView(harness.call), { announced: ["Video"], unmuted: ["Video"] })
    const offers = harness.call.calls.flatMap((recorded) =>
      recorded._tag === "SetPublisher" ? [recorded.iceRestart] : []
    )
    assert.include(offers, true, "an offer restarted ICE")
  })
)

const interrupted = withHarness((harness) =>
  Effect.gen(function*() {
    yield* harness.begin()
    const scope = yield* Scope.fork(yield* Effect.scope)
    const caller = yield* fork(
      Explore.named("caller")(
        Scope.provide(harness.publishing.publish({ trackType: "Audio", media: Stream.never }), scope)
      )
    )
    yield* together({ interrupt: Fiber.interrupt(caller) })
    yield* Scope.close(scope, Exit.void)
    assert.deepStrictEqual(sfuView(harness.call), { announced: [], unmuted: [] })
    // The track type is free again.
    yield* publish(harness, "Audio")
    assert.deepStrictEqual(sfuView(harness.call), { announced: ["Audio"], unmuted: ["Audio"] })
  })
)

const muted = withHarness((harness) =>
  Effect.gen(function*() {
    const first = yield* harness.begin()
    const audio = yield* publish(harness, "Audio")
    yield* together({
      "mute, unmute": Effect.andThen(audio.mute, audio.unmute),
      mute: audio.mute,
      rejoin: Effect.andThen(first.close, harness.begin("again"))
    })
    yield* whenIdle
    const [track] = yield* harness.publishing.announced
    assert.deepStrictEqual(sfuView(harness.call), { announced: ["Audio"], unmuted: track!.muted ? [] : ["Audio"] })
  })
)

export const laws: ReadonlyArray<Law> = [
  { law: "an unpublish, its moderation and another publish leave the other publication", program: unpublished },
  { law: "a publish and a rejoin end in one connection with both publications", program: rejoined },
  { law: "a publish, an unpublish and another socket leave the new publication, with ICE restarted", program: resumed },
  { law: "an interrupted publish leaves nothing announced", program: interrupted },
  { law: "after mutes and a rejoin the SFU has the last mute state", program: muted }
]
