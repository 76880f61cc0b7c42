import { StreamEdge } from "effect-track-resolver"
import * as Effect from "effect/Effect"

/** The first picture of Alice's camera, as the packets of a key frame. */
export const waitForAlice = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const camera = yield* edge.waitForTrack({ userId: "alice", trackType: "Video" }, { timeout: "1 minute" })
  return yield* camera.keyFrame
})
