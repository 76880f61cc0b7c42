import { it } from "effect-explore/vitest"
import { TrackResolver } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { expect } from "vitest"

const alice = { userId: "alice", sessionId: "a1" }
const camera = { ...alice, trackType: "Video" } as const

it.explore("a publication and its track find each other in each order", () =>
  Effect.gen(function*() {
    const resolver = yield* TrackResolver
    const answer = yield* Effect.forkChild(resolver.resolve(camera))
    yield* Effect.forkChild(
      resolver.register({ trackId: "t1", kind: "video", participant: alice, trackType: "Video" })
    )
    expect(yield* Fiber.join(answer)).toBe("t1")
  }).pipe(Effect.provide(TrackResolver.layer())))
