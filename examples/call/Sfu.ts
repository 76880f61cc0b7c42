/**
 * The SFU's side of a subscriber's connection: a sendonly m-line for each publication, with the stream id that says whose
 * and which it is, and RTP on it as long as the publication stands.
 */
import { kindOf } from "effect-track-resolver"
import type { TrackKey, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Schedule from "effect/Schedule"
import { MediaStream, MediaStreamTrack, RtpHeader, RtpPacket } from "werift"
import * as Mark from "./Mark.ts"
import * as Peer from "./Peer.ts"

const wireTypes: { readonly [type in TrackType]: string } = {
  Audio: "TRACK_TYPE_AUDIO",
  Video: "TRACK_TYPE_VIDEO",
  ScreenShare: "TRACK_TYPE_SCREEN_SHARE",
  ScreenShareAudio: "TRACK_TYPE_SCREEN_SHARE_AUDIO"
}

/** Opus and VP8, as both sides have them by default. */
const payloadTypes = { audio: 96, video: 97 }

export const open = Effect.gen(function*() {
  const { connection, negotiate } = yield* Peer.open
  const sending = yield* FiberMap.make<string>()
  const senders = new Map<string, ReturnType<typeof connection.addTransceiver>>()

  /** Forwards what a participant publishes: from the next offer on. */
  const publish = (prefix: string, key: TrackKey) =>
    Effect.gen(function*() {
      const kind = kindOf(key.trackType)
      const track = new MediaStreamTrack({ kind })
      const id = `${prefix}:${wireTypes[key.trackType]}:${crypto.randomUUID().slice(0, 8)}`
      const transceiver = connection.addTransceiver(track, {
        direction: "sendonly",
        streams: [new MediaStream({ id })]
      })
      senders.set(Mark.nameOf(key), transceiver)
      let sequence = 0
      const send = Effect.sync(() => {
        sequence++
        const header = new RtpHeader({
          sequenceNumber: sequence & 0xffff,
          timestamp: sequence * 960,
          payloadType: payloadTypes[kind]
        })
        track.writeRtp(new RtpPacket(header, Mark.write(key)))
      })
      yield* FiberMap.run(sending, Mark.nameOf(key), Effect.repeat(send, Schedule.spaced("20 millis")))
    })

  /** Stops forwarding: the next offer has the m-line inactive. */
  const unpublish = (key: TrackKey) =>
    Effect.andThen(
      FiberMap.remove(sending, Mark.nameOf(key)),
      Effect.sync(() => senders.get(Mark.nameOf(key))?.setDirection("inactive"))
    )

  const offer = negotiate("offer", async (connection) => Peer.describe(connection, await connection.createOffer()))

  const accept = (sdp: string) =>
    negotiate("accept", (connection) => connection.setRemoteDescription({ type: "answer", sdp }))

  return { publish, unpublish, offer, accept }
})
