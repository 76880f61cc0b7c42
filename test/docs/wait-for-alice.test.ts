import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"

const waitForAlice = StreamEdge.use((edge) =>
  edge.waitForTrack({ userId: "alice", trackType: "Video" }, { timeout: "1 minute" })
)

it.effect("the agent waits until alice has a camera", () =>
  Effect.gen(function*() {
    const call = yield* ScriptedCall.make()
    const edge = StreamEdge.layer().pipe(Layer.provide(call.layer))
    const agent = yield* Effect.forkChild(waitForAlice.pipe(Effect.provide(edge)))

    const alice = { userId: "alice", sessionId: "a1", streamIdPrefix: "p" }
    yield* call.emit({ _tag: "ParticipantJoined", participant: { ...alice, publishedTracks: ["Video"] } })
    yield* call.offer([ScriptedCall.mediaSection("0", "p", "Video")])

    const { key } = yield* Fiber.join(agent)
    assert.deepStrictEqual(key, { userId: "alice", sessionId: "a1", trackType: "Video" })
  }))
