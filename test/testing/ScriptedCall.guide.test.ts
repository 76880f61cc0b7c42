import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

it.effect("the edge resolves alice's microphone", () =>
  Effect.gen(function*() {
    const call = yield* ScriptedCall.make()

    const program = Effect.gen(function*() {
      const { events } = yield* StreamEdge
      const tracks = Stream.filter(events, (event) => event._tag === "TrackAdded")
      const firstTrack = yield* Effect.forkScoped(Stream.runHead(tracks))

      // The SFU signals that alice joined with a published microphone, then offers its media section.
      yield* call.emit({
        _tag: "ParticipantJoined",
        participant: { userId: "alice", sessionId: "a1", streamIdPrefix: "prefix", publishedTracks: ["Audio"] }
      })
      yield* call.offer([ScriptedCall.mediaSection("0", "prefix", "Audio")])

      const { key } = yield* Effect.fromOption(yield* Fiber.join(firstTrack))
      assert.deepStrictEqual(key, { userId: "alice", sessionId: "a1", trackType: "Audio" })
      assert.deepInclude(call.calls, { _tag: "Answered", negotiationId: 1 })
    })

    const edge = StreamEdge.layer().pipe(Layer.provide(call.layer))
    yield* program.pipe(Effect.provide(edge), Effect.scoped)
  }))
