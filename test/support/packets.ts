/**
 * Packets of a track, and a media section with them, that say nothing in particular.
 */
import type { RemoteMediaSection, RtpPacket } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"

export const packetOf = (sequenceNumber: number): RtpPacket => ({
  ssrc: 1,
  payloadType: 96,
  sequenceNumber,
  timestamp: 0,
  marker: false,
  payload: new Uint8Array(),
  receivedAt: 0,
  droppedBefore: 0
})

export const mediaOf = (rtp: Stream.Stream<RtpPacket>): RemoteMediaSection => ({
  mid: "0",
  kind: "audio",
  streamId: "p",
  codecs: [],
  rtp,
  arrivals: rtp,
  reception: () => undefined,
  restartReception: () => {},
  requestKeyFrame: Effect.void
})
