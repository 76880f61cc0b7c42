/**
 * A recorder: one file of sound for each person, over mutes, other microphones and reconnections. The files line up: the time 0 of
 * each is the start of the recorder.
 */
import { StreamEdge } from "effect-track-resolver"
import { Recorder } from "effect-track-resolver/media"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import * as FileNames from "./FileNames.ts"

export interface RecordedFile {
  readonly name: string
  readonly file: string
  /** Absent at the beginning of the file. */
  readonly length?: { readonly duration: Duration.Duration; readonly silence: Duration.Duration }
}

/** A file begins with the first microphone of a user, and ends with the call. It replaces no file of an earlier recording. */
export const recorder = Effect.fnUntraced(function*(
  folder: string,
  report: (file: RecordedFile) => Effect.Effect<void>
) {
  const edge = yield* StreamEdge
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const startsAt = yield* Clock.currentTimeMillis
  const nameOf = FileNames.make()
  const known = new Set<string>()
  yield* files.makeDirectory(folder, { recursive: true })

  const record = (userId: string, name: string) =>
    Effect.gen(function*() {
      const file = `${nameOf(userId, name)}.ogg`
      yield* report({ name, file })
      const length = yield* Recorder.record(
        edge.tracks({ userId, trackType: "Audio" }),
        files.sink(path.join(folder, file), { flag: "wx" }),
        { startsAt }
      )
      yield* report({ name, file, length })
    }).pipe(
      // One microphone that is not Opus is no reason to stop. A disk that is full is one.
      Effect.catchTag("UnsupportedCodecError", (error) => Effect.logWarning(`${userId}: ${error.message}`))
    )

  yield* edge.subscribe(({ trackType }) => trackType === "Audio")
  yield* edge.tracks({ trackType: "Audio", isOwnUser: false }).pipe(
    Stream.filter(({ key: { userId } }) => !known.has(userId) && known.add(userId) !== undefined),
    Stream.mapEffect(({ key: { userId }, participant }) => record(userId, participant.name ?? userId), {
      concurrency: "unbounded",
      unordered: true
    }),
    Stream.runDrain
  )
})
