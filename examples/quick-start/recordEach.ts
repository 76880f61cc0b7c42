import { Clock, Effect, FileSystem } from "effect"
import { StreamEdge } from "effect-track-resolver"
import { Recorder } from "effect-track-resolver/media"

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
