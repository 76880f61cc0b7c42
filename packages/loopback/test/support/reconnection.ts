/**
 * A reconnection of an edge.
 */
import type { StreamEdge } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"

/** Makes the edge reconnect, and waits until it has joined again. */
export const reconnection = <A, E, R>(
  { states }: StreamEdge["Service"],
  cause: Effect.Effect<A, E, R>
): Effect.Effect<void, E, R> =>
  Effect.gen(function*() {
    const joinedAgain = states.pipe(
      Stream.dropUntil(({ _tag }) => _tag === "Reconnecting"),
      Stream.takeUntil(({ _tag }) => _tag === "Joined"),
      Stream.runDrain
    )
    const returning = yield* Effect.forkChild(joinedAgain, { startImmediately: true })
    yield* cause
    yield* Fiber.join(returning)
  })
