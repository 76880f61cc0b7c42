import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const alice = { userId: "alice", sessionId: "a1", streamIdPrefix: "p" }

it.effect("a listener of alice receives her packets and no packet of the next participant", () =>
  Effect.gen(function*() {
    const call = yield* ScriptedCall.make()
    const received = yield* StreamEdge.use(({ events, rtp }) =>
      events.pipe(
        Stream.filter((event) => event._tag === "TrackAdded"),
        Stream.flatMap(({ trackId }) => rtp(trackId)),
        Stream.runCollect
      )
    ).pipe(Effect.provide(StreamEdge.layer().pipe(Layer.provide(call.layer))), Effect.forkChild)

    yield* call.emit({ _tag: "ParticipantJoined", participant: { ...alice, publishedTracks: ["Audio"] } })
    yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
    yield* ScriptedCall.flush
    yield* call.send("0", Uint8Array.of(1))
    yield* call.offer([ScriptedCall.mediaSection("0", "another participant", "Audio")])
    yield* call.emit({ _tag: "CallEnded", reason: "Ended" })

    assert.deepStrictEqual((yield* Fiber.join(received)).map(({ payload }) => payload[0]), [1])
  }))
