/**
 * A wrong argument is a mistake in the calling program: a defect that says what is wrong, and nothing has happened.
 */
import { assert, it } from "@effect/vitest"
import { TrackResolver } from "effect-track-resolver"
import type { ResolveError, TrackResolverOptions } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { alice, anonymous, camera, exact } from "../support/people.ts"
import { begin, nothing, withResolver } from "../support/resolver.ts"

const defectOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "no defect")

withResolver("ids, types and kinds", (resolver) =>
  Effect.gen(function*() {
    const wrong: ReadonlyArray<readonly [Effect.Effect<unknown, ResolveError>, RegExp]> = [
      [resolver.register({ trackId: "", kind: "video" }), /not a track:.*trackId/s],
      [resolver.register({ trackId: "t1", kind: "film" as "video" }), /not a track:.*kind/s],
      [resolver.register({ trackId: "t1", kind: "audio", trackType: "Video" }), /audio track cannot be of type Video/],
      [resolver.register({ ...anonymous("t1"), participant: { userId: "u", sessionId: "" } }), /sessionId/],
      [resolver.resolve({ ...camera(alice), userId: "" }), /not a track key:.*userId/s],
      [resolver.resolve({ ...camera(alice), trackType: "Camera" as "Video" }), /not a track key:.*trackType/s],
      [resolver.unpublish({ ...camera(alice), sessionId: "" }), /not a track key:.*sessionId/s],
      [resolver.binding({ ...camera(alice), sessionId: "" }), /not a track key:.*sessionId/s],
      [resolver.cancel({ userId: "alice" } as typeof alice), /not a participant:.*sessionId/s],
      [resolver.retire(""), /not a track id/]
    ]
    for (const [effect, message] of wrong) assert.match(yield* defectOf(effect), message)
    assert.deepStrictEqual(yield* resolver.sizes, nothing)
  }))

withResolver(
  "a known track that comes back as another kind is a defect, and stays as it was",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      assert.match(
        yield* defectOf(resolver.register(anonymous("t1", "audio"))),
        /t1 was registered before.*not as audio/
      )
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
      assert.match(
        yield* defectOf(resolver.register(anonymous("t1", "audio"))),
        /t1 was registered before.*not as audio/
      )
    })
)

withResolver("a timeout that is no time", (resolver) =>
  Effect.gen(function*() {
    const wrong: ReadonlyArray<unknown> = [-1, NaN, "-2 seconds", { seconds: NaN }, [NaN, 0], "soon", null]
    for (const timeout of wrong as ReadonlyArray<Duration.Input>) {
      assert.match(yield* defectOf(resolver.resolve(camera(alice), { timeout })), /timeout has to be a duration/)
    }
    assert.match(yield* defectOf(resolver.resolve(camera(alice), { timeout: { seconds: -1 } })), /"seconds":-1/)
    assert.deepStrictEqual(yield* resolver.sizes, nothing)
  }))

it.effect("options that are none", () =>
  Effect.gen(function*() {
    const wrong: ReadonlyArray<readonly [TrackResolverOptions, RegExp]> = [
      [{ timeout: -1 }, /timeout has to be a duration of zero or more/],
      [{ pendingTimeToLive: NaN }, /pendingTimeToLive has to be a duration of zero or more/],
      [{ pendingCapacity: -1 }, /pendingCapacity has to be a number of zero or more/],
      [{ pendingCapacity: NaN }, /pendingCapacity has to be a number of zero or more/],
      [{ sessionMigration: "always" as "never" }, /sessionMigration/],
      [{ anonymousTracks: "all" as "never" }, /anonymousTracks/]
    ]
    for (const [options, message] of wrong) assert.match(yield* defectOf(TrackResolver.make(options)), message)
  }))

it.effect("options from Config", () => {
  const layer = TrackResolver.layerConfig({
    timeout: Config.Duration("TIMEOUT"),
    anonymousTracks: Config.Literals(["unique", "never"], "ANONYMOUS")
  })
  const provide = (values: Record<string, string>) =>
    Layer.provide(layer, ConfigProvider.layer(ConfigProvider.fromUnknown(values)))
  return Effect.gen(function*() {
    const error = yield* TrackResolver.use((resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(anonymous("t1"))
        const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
        yield* TestClock.adjust("3 seconds")
        return error.pollUnsafe()
      })
    ).pipe(Effect.provide(provide({ TIMEOUT: "3 seconds", ANONYMOUS: "never" })))
    assert.isTrue(error !== undefined && Exit.isSuccess(error))
    const bad = yield* Effect.flip(Layer.build(provide({ TIMEOUT: "soon", ANONYMOUS: "never" })))
    assert.strictEqual(bad._tag, "ConfigError")
  })
})
