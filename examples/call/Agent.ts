/**
 * The agent's side: what an offer says of each m-line goes to the resolver as evidence, what signalling says as resolves
 * and leaves, and what comes in on a resolved track is counted.
 */
import { kindOf, TrackResolver } from "effect-track-resolver"
import type { IncomingTrack, Participant, TrackId, TrackKey, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import { SessionDescription } from "werift"
import type { MediaStreamTrack } from "werift"
import { Counter } from "./Counter.ts"
import * as Mark from "./Mark.ts"
import * as Peer from "./Peer.ts"

const trackTypes: { readonly [wire: string]: TrackType } = {
  TRACK_TYPE_AUDIO: "Audio",
  TRACK_TYPE_VIDEO: "Video",
  TRACK_TYPE_SCREEN_SHARE: "ScreenShare",
  TRACK_TYPE_SCREEN_SHARE_AUDIO: "ScreenShareAudio"
}

/** A live m-line: its mid and its stream id name the track, its SSRC finds its packets. */
interface Line {
  readonly mid: string
  readonly streamId: string
  readonly ssrc: number | undefined
}

const linesOf = (sdp: string): ReadonlyArray<Line> =>
  SessionDescription.parse(sdp).media.flatMap(({ direction, msid, port, rtp, ssrc }) =>
    port !== 0 && direction === "sendonly" && rtp.muxId !== undefined
      ? [{ mid: rtp.muxId, streamId: msid?.split(" ")[0] ?? "", ssrc: ssrc[0]?.ssrc }]
      : []
  )

const idOf = ({ mid, streamId }: Line): TrackId => `${mid} ${streamId}`

/** `roster` says whose each prefix is. */
export const join = (roster: ReadonlyMap<string, Participant>) =>
  Effect.gen(function*() {
    const resolver = yield* TrackResolver
    const { connection, negotiate } = yield* Peer.open
    const media = new Map<TrackId, MediaStreamTrack>()
    const counters = new Map<string, Counter>()
    let known: ReadonlyArray<Line> = []

    const evidenceOf = (line: Line): IncomingTrack | undefined => {
      const [prefix, wireType] = line.streamId.split(":")
      const trackType = trackTypes[wireType ?? ""]
      const participant = roster.get(prefix ?? "")
      return trackType && participant && { trackId: idOf(line), kind: kindOf(trackType), participant, trackType }
    }

    const mediaOf = ({ mid, ssrc }: Line): MediaStreamTrack => {
      const { receiver } = connection.getTransceivers().find((transceiver) => transceiver.mid === mid)!
      return receiver.trackBySSRC[ssrc ?? -1] ?? receiver.track
    }

    /** werift tells of new tracks only; an m-line that goes inactive or changes hands shows in the offer alone. */
    const answer = (sdp: string) =>
      Effect.gen(function*() {
        const answer = yield* negotiate("answer", async (connection) => {
          await connection.setRemoteDescription({ type: "offer", sdp })
          return Peer.describe(connection, await connection.createAnswer())
        })
        const lines = linesOf(sdp)
        for (const gone of known.filter((line) => lines.every((other) => idOf(other) !== idOf(line)))) {
          media.delete(idOf(gone))
          yield* resolver.retire(idOf(gone))
        }
        for (const line of lines) {
          const evidence = evidenceOf(line)
          if (evidence === undefined) continue
          media.set(evidence.trackId, mediaOf(line))
          yield* resolver.register(evidence)
        }
        known = lines
        return answer
      })

    /** Resolves a publication, and counts what comes in on its track from then on. */
    const published = (key: TrackKey) =>
      Effect.gen(function*() {
        const trackId = yield* resolver.resolve(key)
        const counter = new Counter()
        counters.set(Mark.nameOf(key), counter)
        media.get(trackId)?.onReceiveRtp.subscribe(({ payload }) => counter.count(payload))
        const binding = yield* Effect.flatMap(resolver.binding(key), Effect.fromOption)
        return { binding, counter }
      })

    return { answer, published, left: resolver.cancel, counters }
  })
