/**
 * The packets of a track whose implementation delivers several at once.
 */
import { assert, it } from "@effect/vitest"
import type { RemoteMediaSection, RtpPacket } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TrackPackets from "../../src/edge/internal/TrackPackets.ts"

const packets = [0, 1, 2].map((sequenceNumber): RtpPacket => ({
  ssrc: 1,
  payloadType: 96,
  sequenceNumber,
  timestamp: 0,
  marker: false,
  payload: new Uint8Array(),
  receivedAt: 0,
  droppedBefore: 0
}))

it.effect("the rest of a chunk is dropped when the track is removed", () =>
  Effect.gen(function*() {
    const removed = Deferred.makeUnsafe<void>()
    const rtp = Stream.fromArray(packets)
    const media: RemoteMediaSection = {
      mid: "0",
      kind: "audio",
      streamId: "p",
      codecs: [],
      rtp,
      arrivals: rtp,
      reception: () => undefined,
      restartReception: () => {},
      requestKeyFrame: Effect.void
    }
    const received: Array<number> = []
    yield* Stream.runForEach(TrackPackets.rtp({ media, removed }), ({ sequenceNumber }) =>
      Effect.sync(() => {
        received.push(sequenceNumber)
        if (sequenceNumber === 1) Deferred.doneUnsafe(removed, Effect.void)
      }))
    assert.deepStrictEqual(received, [0, 1])
  }))
