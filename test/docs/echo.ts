import { Effect, Stream } from "effect"
import { StreamEdge } from "effect-track-resolver"

/** Echoes one speaker at a time: packets cannot be mixed. */
export const echo = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const speeches = edge.events.pipe(
    Stream.filter((event) => event._tag === "TrackAdded"),
    Stream.filter(({ key }) => key.trackType === "Audio" && key.userId !== "robot"),
    Stream.buffer({ capacity: "unbounded" }),
    Stream.flatMap(({ trackId }) => edge.rtp(trackId))
  )
  const { done } = yield* edge.publish({ trackType: "Audio", media: speeches })
  yield* done
})
