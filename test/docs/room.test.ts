import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const sessionId = "a1"

it.effect("alice speaks over a poor connection, and her video is paused", () =>
  Effect.gen(function*() {
    const call = yield* ScriptedCall.make()
    const participants = yield* StreamEdge.use((edge) =>
      Effect.gen(function*() {
        const alice = { userId: "alice", sessionId, name: "Alice", publishedTracks: ["Video" as const] }
        yield* call.emit({ _tag: "ParticipantJoined", participant: alice })
        yield* call.emit({ _tag: "AudioLevelsChanged", levels: [{ sessionId, level: 0.5, isSpeaking: true }] })
        yield* call.emit({ _tag: "ConnectionQualityChanged", qualities: [{ sessionId, quality: "Poor" }] })
        yield* call.emit({ _tag: "VideoPauseChanged", states: [{ sessionId, trackType: "Video", isPaused: true }] })
        yield* ScriptedCall.flush
        return yield* edge.participants
      })
    ).pipe(Effect.provide(StreamEdge.layer().pipe(Layer.provide(call.layer))))

    const [alice] = participants
    assert.deepInclude(alice, { name: "Alice", isSpeaking: true, audioLevel: 0.5, connectionQuality: "Poor" })
    assert.deepInclude(alice?.publications[0], { isMuted: false, isPaused: true })
  }))
