/**
 * The packets that a simulated participant sends: recorded media in a loop. Each payload also contains its track key and its
 * index.
 */
import { kindOf } from "effect-track-resolver"
import type { Participant, TrackKind, TrackType } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import type * as Scope from "effect/Scope"
import type { MediaStreamTrack } from "werift"
import { RtpHeader, RtpPacket } from "werift"
import type { Recording } from "./Ivf.ts"
import * as LazyPeer from "./LazyPeer.ts"
import * as Pacing from "./Pacing.ts"
import * as Payload from "./Payload.ts"
import * as RecordedLoop from "./RecordedLoop.ts"
import * as Recordings from "./Recordings.ts"
import * as Speech from "./Speech.ts"

/** A negotiated track. */
export interface Sink {
  readonly track: MediaStreamTrack
  /** Of the header extension with the level of a packet. Undefined, if the SFU has not accepted it. */
  readonly audioLevelId: number | undefined
}

export interface ParticipantMedia {
  /** Sends packets until `stop`. Indexes continue where the last packet of this type ended. */
  readonly start: (trackType: TrackType, sink: () => Sink | undefined) => Effect.Effect<void>
  readonly stop: (trackType: TrackType) => Effect.Effect<void>
  readonly isStarted: (trackType: TrackType) => boolean
  /** The loop of this type begins again with its key frame. */
  readonly requestKeyFrame: (trackType: TrackType) => void
  /** When the microphone is heard from now on. */
  readonly speak: (speech: Speech.Speech) => Effect.Effect<void>
  readonly speech: () => Speech.Speech
  /** The number of packets, by type. */
  readonly written: Effect.Effect<ReadonlyMap<TrackType, number>>
}

export interface ParticipantMediaOptions {
  readonly participant: Participant
  /** The number of its tone and of its picture. */
  readonly voice: number
  readonly speech: Speech.Speech
  /** `marksOnly`: silence, and video that no decoder can decode. */
  readonly content: "recorded" | "marksOnly"
  /** The time between two packets of a track. Default: 20 ms of audio, 33 ms of video. */
  readonly packetInterval: Duration.Input | undefined
}

const paces: { readonly [kind in TrackKind]: Pacing.Pace } = {
  audio: { interval: 1_000 / Recordings.rates.audio, ticks: 48_000 / Recordings.rates.audio },
  video: { interval: 1_000 / Recordings.rates.video, ticks: 90_000 / Recordings.rates.video }
}

/** What was sent of one type, and what follows. */
interface SentTrack {
  readonly trackType: TrackType
  readonly recording: Recording
  readonly pace: Pacing.Pace
  /** Of the next packet. */
  index: number
  loop: RecordedLoop.LoopState
  pacing: Pacing.PacingState
}

const makeTrack = ({ packetInterval, voice }: ParticipantMediaOptions, trackType: TrackType): SentTrack => {
  const usual = paces[kindOf(trackType)]
  const interval = packetInterval === undefined ? usual.interval : Duration.toMillis(packetInterval)
  return {
    trackType,
    recording: Recordings.recordingOf(trackType, voice),
    // The clock of the timestamps runs as fast, however often a frame is sent.
    pace: { interval, ticks: usual.ticks * (interval / usual.interval) },
    index: 0,
    loop: RecordedLoop.initial,
    pacing: Pacing.initial
  }
}

const silence: LazyPeer.AudioLevel = { isVoice: false, level: 127 }

/** `isHeard`: the packet contains the next frame of the recording. Otherwise it contains silence, or no picture. */
const packetOf = (
  track: SentTrack,
  slot: number,
  { audioLevelId, isHeard, participant }: {
    readonly audioLevelId: number | undefined
    readonly isHeard: boolean
    readonly participant: Participant
  }
): RtpPacket => {
  const [loop, media] = RecordedLoop.next(track.recording, track.loop)
  const mark: Payload.Mark = { key: { ...participant, trackType: track.trackType }, index: track.index++ }
  track.loop = loop
  const isVideo = kindOf(track.trackType) === "video"
  const level = isHeard ? { isVoice: true, level: Recordings.toneLevel } : silence
  const header = new RtpHeader({
    sequenceNumber: mark.index & 0xffff,
    timestamp: Pacing.timestampOf(track.pace, slot),
    // The last packet of a frame, and each packet contains a whole one.
    marker: isVideo,
    // werift replaces this by the negotiated one.
    payloadType: 0,
    extensions: isVideo ? [] : LazyPeer.audioLevelExtensions(audioLevelId, level)
  })
  return new RtpPacket(header, Buffer.from(isHeard ? Payload.append(media, mark) : Payload.write(mark)))
}

/** In milliseconds, of a clock that is never set. */
const elapsedMillis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/** The first frame is due now, and a decoder can begin with it. */
const restart = (track: SentTrack): Effect.Effect<void> =>
  Effect.map(elapsedMillis, (now) => {
    track.loop = RecordedLoop.restart(track.loop)
    track.pacing = Pacing.start(track.pace, track.pacing, now)
  })

/** Sends each frame when it is due, without end. */
const sendLoop = (track: SentTrack, send: (slot: number, now: number) => void): Effect.Effect<never> => {
  const step = Effect.map(elapsedMillis, (now) => {
    const [pacing, slots] = Pacing.due(track.pace, track.pacing, now)
    track.pacing = pacing
    for (const slot of slots) send(slot, now)
    return Pacing.delay(track.pace, pacing, now)
  })
  return Effect.forever(Effect.flatMap(step, Effect.sleep))
}

export const make = Effect.fnUntraced(function*(
  options: ParticipantMediaOptions
): Effect.fn.Return<ParticipantMedia, never, Scope.Scope> {
  const { content, participant, voice } = options
  const fibers = yield* FiberMap.make<TrackType>()
  const tracks = new Map<TrackType, SentTrack>()
  let speech = options.speech

  const trackOf = (trackType: TrackType): SentTrack => {
    const track = tracks.get(trackType) ?? makeTrack(options, trackType)
    tracks.set(trackType, track)
    return track
  }

  const isHeard = (trackType: TrackType, now: number): boolean =>
    content === "recorded" && (trackType !== "Audio" || Speech.isSpeaking(speech, voice, now))

  return {
    start: (trackType, sink) =>
      Effect.suspend(() => {
        const track = trackOf(trackType)
        const send = (slot: number, now: number): void => {
          const { audioLevelId, track: output } = sink() ?? {}
          output?.writeRtp(packetOf(track, slot, { audioLevelId, isHeard: isHeard(trackType, now), participant }))
        }
        return Effect.asVoid(FiberMap.run(fibers, trackType, Effect.andThen(restart(track), sendLoop(track, send))))
      }),
    stop: (trackType) => FiberMap.remove(fibers, trackType),
    isStarted: (trackType) => FiberMap.hasUnsafe(fibers, trackType),
    requestKeyFrame: (trackType) => {
      const track = tracks.get(trackType)
      if (track !== undefined) track.loop = RecordedLoop.requestKeyFrame(track.loop)
    },
    speak: (next) => Effect.sync(() => void (speech = next)),
    speech: () => speech,
    written: Effect.sync(() => new Map(Array.from(tracks, ([type, { index }]) => [type, index])))
  }
})
