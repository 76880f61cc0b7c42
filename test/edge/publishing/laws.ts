/**
 * Laws of publishing as programs of a few concurrent callers, each with what the SFU has to believe in the end, in every
 * schedule. What is left behind when the scope closes fails it as well.
 */
import { Explore } from "effect-explore"
import { type ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { assert } from "vitest"
import { begun, belief, type Ending, publish, type Stage, stage } from "./Harness.ts"

export interface Law {
  readonly law: string
  readonly program: Effect.Effect<void>
}

const withStage = (body: (stage: Stage) => Effect.Effect<void, Ending, Scope.Scope>): Effect.Effect<void> =>
  Effect.orDie(Effect.scoped(Effect.flatMap(stage(), body)))

/** At once, each under its name. */
const together = <E, R>(fibers: { readonly [name: string]: Effect.Effect<unknown, E, R> }) =>
  Effect.all(Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), {
    concurrency: "unbounded",
    discard: true
  })

/** The worker has nothing more to do once nobody else has. */
const settled = Effect.sleep(1)

const withdrawn = withStage((stage) =>
  Effect.gen(function*() {
    yield* stage.begin()
    const audio = yield* publish(stage, "Audio")
    yield* together({
      "hang up": audio.leave,
      moderator: stage.publishing.onEvent({
        _tag: "TrackUnpublished",
        publication: { userId: "agent", sessionId: "agent", trackType: "Audio" },
        cause: "Moderation"
      }),
      camera: publish(stage, "Video")
    })
    yield* settled
    assert.deepStrictEqual(belief(stage.call), { announced: ["Video"], unmuted: ["Video"] })
    assert.deepStrictEqual((yield* stage.publishing.announced).map(({ trackType }) => trackType), ["Video"])
  })
)

const rejoined = withStage((stage) =>
  Effect.gen(function*() {
    const first = yield* stage.begin()
    yield* publish(stage, "Audio")
    yield* together({
      camera: publish(stage, "Video"),
      rejoin: Effect.andThen(first.close, stage.begin("again"))
    })
    yield* settled
    assert.deepStrictEqual(belief(stage.call), { announced: ["Audio", "Video"], unmuted: ["Audio", "Video"] })
    const tags = stage.call.calls.map(({ _tag }) => _tag)
    const count = (tag: ScriptedCall.RecordedCall["_tag"]) => tags.filter((one) => one === tag).length
    assert.strictEqual(count("OpenedPublisher") - count("ClosedPublisher"), 1)
  })
)

const resumed = withStage((stage) =>
  Effect.gen(function*() {
    yield* stage.begin()
    const audio = yield* publish(stage, "Audio")
    const session = yield* stage.join
    yield* together({
      camera: publish(stage, "Video"),
      "hang up": audio.leave,
      socket: stage.publishing.resume(session)
    })
    yield* settled
    assert.deepStrictEqual(belief(stage.call), { announced: ["Video"], unmuted: ["Video"] })
    const offers = stage.call.calls.flatMap((deed) => deed._tag === "SetPublisher" ? [deed.iceRestart] : [])
    assert.include(offers, true, "ICE was restarted")
  })
)

const interrupted = withStage((stage) =>
  Effect.gen(function*() {
    yield* stage.begin()
    const scope = yield* Scope.fork(yield* Effect.scope)
    const asking = yield* begun(
      Explore.named("caller")(
        Scope.provide(stage.publishing.publish({ trackType: "Audio", media: Stream.never }), scope)
      )
    )
    yield* together({ "hang up": Fiber.interrupt(asking) })
    yield* Scope.close(scope, Exit.void)
    assert.deepStrictEqual(belief(stage.call), { announced: [], unmuted: [] })
    // Its type is free again.
    yield* publish(stage, "Audio")
    assert.deepStrictEqual(belief(stage.call), { announced: ["Audio"], unmuted: ["Audio"] })
  })
)

const muted = withStage((stage) =>
  Effect.gen(function*() {
    const first = yield* stage.begin()
    const audio = yield* publish(stage, "Audio")
    yield* together({
      listener: Effect.andThen(audio.mute, audio.unmute),
      speaker: audio.mute,
      rejoin: Effect.andThen(first.close, stage.begin("again"))
    })
    yield* settled
    const [track] = yield* stage.publishing.announced
    assert.deepStrictEqual(belief(stage.call), { announced: ["Audio"], unmuted: track!.muted ? [] : ["Audio"] })
  })
)

export const laws: ReadonlyArray<Law> = [
  { law: "who hangs up, a moderator and another publish end in what is left", program: withdrawn },
  { law: "a publish and a rejoin end in one connection with all of it", program: rejoined },
  { law: "a publish, an unpublish and another socket end in what is left, with ICE restarted", program: resumed },
  { law: "an interrupted publish leaves nothing announced", program: interrupted },
  { law: "others are told of the last mute, in whichever epoch", program: muted }
]
