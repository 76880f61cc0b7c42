import { StreamEdge } from "effect-track-resolver"
import { Recorder } from "effect-track-resolver/media"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

export const recordEach = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const files = yield* FileSystem.FileSystem
  const startsAt = yield* Clock.currentTimeMillis
  yield* edge.forEachParticipant({}, ({ sessionId }) =>
    Recorder.record(
      edge.tracks({ sessionId, trackType: "Audio" }),
      files.sink(`${encodeURIComponent(sessionId)}.ogg`),
      { startsAt }
    ))
})
