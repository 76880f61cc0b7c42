/**
 * A video sampler: a picture of each camera and screen every second, as PNG files, for a moderator or a vision model.
 */
import { StreamEdge } from "effect-track-resolver"
import { Frames } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import { encode } from "fast-png"
import * as FileNames from "./FileNames.ts"

export interface Picture {
  readonly name: string
  readonly file: string
  readonly width: number
  readonly height: number
}

/** In pixels. The SFU is asked for no more either, so nothing larger is received and decoded. */
const size = { width: 640, height: 360 }

/** The files of a camera are numbered, over mutes and reconnections. */
export const videoSampler = Effect.fnUntraced(function*(
  folder: string,
  report: (picture: Picture) => Effect.Effect<void>
) {
  const edge = yield* StreamEdge
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const nameOf = FileNames.make()
  const counts = new Map<string, number>()
  yield* files.makeDirectory(folder, { recursive: true })

  /** Under another name first: who looks into the folder, also after a crash, finds whole pictures only. */
  const write = (file: string, bytes: Uint8Array) =>
    Effect.uninterruptible(
      Effect.andThen(
        files.writeFile(path.join(folder, `.${file}.part`), bytes),
        files.rename(path.join(folder, `.${file}.part`), path.join(folder, file))
      )
    )

  // Video only: no sound is received.
  yield* edge.subscribe(({ trackType }) => trackType === "Video" || trackType === "ScreenShare" ? size : false)
  yield* edge.forEachTrack({ kind: "video" }, (track) =>
    Frames.stream(track, { fps: 1, format: "RGBA", size }).pipe(
      Stream.runForEach(({ data, height, width }) =>
        Effect.gen(function*() {
          const { sessionId, trackType, userId } = track.key
          const name = track.participant.name ?? userId
          const camera = nameOf(`${sessionId} ${trackType}`, `${name}-${trackType}`)
          const count = (counts.get(camera) ?? 0) + 1
          counts.set(camera, count)
          const file = `${camera}-${String(count).padStart(4, "0")}.png`
          yield* write(file, encode({ width, height, data, channels: 4 }))
          yield* report({ name, file, width, height })
        })
      )
    ))
})
