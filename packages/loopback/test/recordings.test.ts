/**
 * The recordings of simulated participants, and how their frames become RTP payloads at their times.
 */
import { assert, describe, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { RtpPacket } from "werift"
import { MediaStreamTrack, Vp8RtpPayload } from "werift"
import * as Ivf from "../src/Ivf.ts"
import * as Pacing from "../src/Pacing.ts"
import * as ParticipantMedia from "../src/ParticipantMedia.ts"
import * as RecordedLoop from "../src/RecordedLoop.ts"
import * as Recordings from "../src/Recordings.ts"
import * as Speech from "../src/Speech.ts"

const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]

const voices = Recordings.tones.map((_, voice) => voice)

const camera = Recordings.recordingOf("Video", 0)

describe("a recording", () => {
  it("of a picture has one key frame, its first, and each frame fits into a packet", () => {
    for (const voice of voices) {
      for (const type of ["Video", "ScreenShare"] as const) {
        const { codec, frames, rate } = Recordings.recordingOf(type, voice)
        assert.deepStrictEqual([codec, rate], ["VP80", Recordings.rates.video])
        // The lowest bit of a frame (RFC 6386, section 9.1): 0 for a key frame.
        assert.strictEqual(frames.findLastIndex(([first]) => (first! & 1) === 0), 0)
        assert.isBelow(Math.max(...frames.map(({ length }) => length)), Recordings.largestFrame)
      }
    }
  })

  it("of a tone has Opus packets of one mono frame of 20 ms", () => {
    for (const voice of voices) {
      const { codec, frames, rate } = Recordings.recordingOf("Audio", voice)
      assert.deepStrictEqual([codec, rate], ["OPUS", Recordings.rates.audio])
      // RFC 6716, section 3.1: the configurations of 20 ms of CELT in full band, mono, one frame.
      assert.deepStrictEqual(Array.from(new Set(frames.map(([first]) => first))), [0xf8])
    }
  })

  it("of each user has another tone and another picture, and a screen has another tone than its user", () => {
    const contents = voices.map((voice) => types.map((type) => Recordings.recordingOf(type, voice)))
    assert.strictEqual(new Set(contents.map(([audio]) => audio)).size, voices.length)
    assert.strictEqual(new Set(contents.map(([, video]) => video)).size, voices.length)
    for (const [audio, , , screenAudio] of contents) assert.notStrictEqual(audio, screenAudio)
    assert.strictEqual(Recordings.recordingOf("Video", voices.length), camera)
  })

  it("is read as it was written, and refused if it is damaged", () => {
    const recording: Ivf.Recording = {
      codec: "VP80",
      width: 320,
      height: 180,
      rate: 30,
      frames: [Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.from([4])]
    }
    const bytes = Ivf.serialize(recording)
    assert.deepStrictEqual(Ivf.parse(bytes), recording)
    assert.throws(() => Ivf.parse(bytes.subarray(0, -1)), "cut off")
    assert.throws(() => Ivf.parse(bytes.subarray(4)), "IVF")
  })
})

/** The payloads of the next frames. */
const play = (recording: Ivf.Recording, count: number, from: RecordedLoop.LoopState) => {
  const medias: Array<Uint8Array> = []
  let state = from
  for (let index = 0; index < count; index++) {
    const [after, media] = RecordedLoop.next(recording, state)
    state = after
    medias.push(media)
  }
  return { state, medias }
}

const parsed = (media: Uint8Array) => Vp8RtpPayload.deSerialize(Buffer.from(media))

describe("a loop", () => {
  it("repeats its frames, and its picture ids go on, up to 15 bits", () => {
    const { length } = camera.frames
    const { medias } = play(camera, 2 * length, { ...RecordedLoop.initial, pictureId: 0x7fff - length })
    const pictures = medias.map(parsed)
    assert.deepStrictEqual(
      pictures.map(({ pictureId }) => pictureId),
      pictures.map((_, index) => (0x7fff - length + index) % 0x8000)
    )
    assert.deepStrictEqual(
      pictures.flatMap(({ isKeyframe }, index) => isKeyframe ? [index] : []),
      [0, length]
    )
    for (const [index, { isPartitionHead, payload }] of pictures.entries()) {
      assert.isTrue(isPartitionHead)
      assert.deepStrictEqual(Array.from(payload), Array.from(camera.frames[index % length]!))
    }
  })

  it("of audio is its frames alone", () => {
    const tone = Recordings.recordingOf("Audio", 0)
    const { medias } = play(tone, 51, RecordedLoop.initial)
    assert.deepStrictEqual(medias, [...tone.frames, tone.frames[0]!])
  })

  it("begins again with its key frame at a request, at most once in ten frames", () => {
    const requested = RecordedLoop.requestKeyFrame(play(camera, 4, RecordedLoop.initial).state)
    const { medias, state } = play(camera, 20, requested)
    const keyFrames = medias.flatMap((media, index) => parsed(media).isKeyframe ? [index] : [])
    assert.deepStrictEqual(keyFrames, [6])
    assert.isFalse(state.isKeyFrameWanted)
    const ids = medias.map((media) => parsed(media).pictureId)
    assert.deepStrictEqual(ids, ids.map((_, index) => 4 + index))
    const again = play(camera, 1, RecordedLoop.requestKeyFrame(state))
    assert.isTrue(parsed(again.medias[0]!).isKeyframe)
  })
})

describe("the pace of a track", () => {
  const pace: Pacing.Pace = { interval: 20, ticks: 960 }
  const started = Pacing.start(pace, Pacing.initial, 1_005)

  it("has a frame due at once, and one for each interval", () => {
    const [first, slots] = Pacing.due(pace, started, 1_005)
    assert.deepStrictEqual(slots, [0])
    assert.strictEqual(Pacing.delay(pace, first, 1_005), 20)
    assert.deepStrictEqual(Pacing.due(pace, first, 1_024)[1], [])
    assert.strictEqual(Pacing.delay(pace, first, 1_024), 1)
    assert.deepStrictEqual(Pacing.due(pace, first, 1_025)[1], [1])
  })

  it("does not drift: a late frame delays none of the next ones", () => {
    const [late] = Pacing.due(pace, Pacing.due(pace, started, 1_005)[0], 1_039)
    assert.strictEqual(Pacing.delay(pace, late, 1_039), 6)
  })

  it("sends up to three frames at once, and leaves the slots out if more are due", () => {
    const [first] = Pacing.due(pace, started, 1_005)
    assert.deepStrictEqual(Pacing.due(pace, first, 1_065)[1], [1, 2, 3])
    const [after, slots] = Pacing.due(pace, first, 1_085)
    assert.deepStrictEqual(slots, [4])
    assert.strictEqual(after.next, 5)
  })

  it("goes on after a mute as if it had not stopped, without the frames of that time", () => {
    const [muted] = Pacing.due(pace, started, 1_005)
    const again = Pacing.start(pace, muted, 1_105)
    assert.deepStrictEqual(Pacing.due(pace, again, 1_105)[1], [5])
    // A mute and an unmute within one slot do not send it twice.
    assert.deepStrictEqual(Pacing.due(pace, Pacing.start(pace, muted, 1_006), 1_006)[1], [])
  })

  it("has timestamps of 32 bits", () => {
    assert.strictEqual(Pacing.timestampOf(pace, 3), 2_880)
    assert.strictEqual(Pacing.timestampOf(pace, 2 ** 32), 0)
    assert.strictEqual(Pacing.timestampOf(pace, 4_473_925), 704)
  })
})

describe("turns", () => {
  it("differ between the first six users, of which at most two speak at once", () => {
    const times = Array.from({ length: 90 }, (_, index) => index * 100)
    const speaking = times.map((now) => voices.filter((voice) => Speech.isSpeaking("inTurns", voice, now)))
    assert.deepStrictEqual(Array.from(new Set(speaking.map(({ length }) => length))).toSorted(), [1, 2])
    for (const voice of voices) assert.strictEqual(speaking.filter((turn) => turn.includes(voice)).length, 25)
    assert.isTrue(Speech.isSpeaking("always", 3, 0))
    assert.isFalse(Speech.isSpeaking("never", 0, 0))
  })
})

describe("the media of a participant", () => {
  const participant = { userId: "alice", sessionId: "alice" }
  const options = { participant, voice: 0, speech: "always", content: "recorded", packetInterval: undefined } as const

  const recorder = (trackType: TrackType) => {
    const packets: Array<RtpPacket> = []
    const track = new MediaStreamTrack({ kind: trackType.endsWith("Audio") ? "audio" : "video" })
    track.onReceiveRtp.subscribe((packet) => packets.push(packet))
    return { packets, sink: () => ({ track, audioLevelId: 5 }) }
  }

  it.effect("is 50 packets a second of audio and 30 of video, each marked, numbered and timed", () =>
    Effect.gen(function*() {
      const media = yield* ParticipantMedia.make(options)
      for (const [trackType, rate, ticks] of [["Audio", 50, 960], ["ScreenShare", 30, 3_000]] as const) {
        const { packets, sink } = recorder(trackType)
        yield* media.start(trackType, sink)
        yield* TestClock.adjust("2999 millis")
        yield* media.stop(trackType)
        yield* TestClock.adjust("1 second")
        assert.strictEqual(packets.length, 3 * rate)
        for (const [index, { header, payload }] of packets.entries()) {
          assert.deepStrictEqual(Payload.read(payload), { key: { ...participant, trackType }, index })
          assert.strictEqual(header.sequenceNumber, index)
          assert.strictEqual(header.timestamp, index * ticks)
          assert.strictEqual(header.marker, trackType === "ScreenShare")
        }
        assert.strictEqual((yield* media.written).get(trackType), 3 * rate)
      }
    }).pipe(Effect.scoped))

  it.effect("has timestamps at the rate of its clock, however often a packet is sent", () =>
    Effect.gen(function*() {
      const media = yield* ParticipantMedia.make({ ...options, packetInterval: "150 millis" })
      for (const [trackType, ticks] of [["Audio", 7_200], ["Video", 13_500]] as const) {
        const { packets, sink } = recorder(trackType)
        yield* media.start(trackType, sink)
        yield* TestClock.adjust("449 millis")
        assert.deepStrictEqual(packets.map(({ header }) => header.timestamp), [0, ticks, 2 * ticks])
      }
    }).pipe(Effect.scoped))

  it.effect("begins with a key frame after a mute, and its timestamps contain the time of the mute", () =>
    Effect.gen(function*() {
      const media = yield* ParticipantMedia.make(options)
      const { packets, sink } = recorder("Video")
      yield* media.start("Video", sink)
      yield* TestClock.adjust("99 millis")
      yield* media.stop("Video")
      yield* TestClock.adjust("901 millis")
      yield* media.start("Video", sink)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(packets.length, 4)
      const [, , last, first] = packets
      assert.isFalse(Vp8RtpPayload.deSerialize(last!.payload).isKeyframe)
      assert.isTrue(Vp8RtpPayload.deSerialize(first!.payload).isKeyframe)
      assert.strictEqual(first!.header.sequenceNumber, 3)
      assert.strictEqual(first!.header.timestamp, 90_000)
    }).pipe(Effect.scoped))

  it.effect("begins again with a key frame at a request, of that track only", () =>
    Effect.gen(function*() {
      const media = yield* ParticipantMedia.make(options)
      const [camera, screen] = [recorder("Video"), recorder("ScreenShare")]
      yield* media.start("Video", camera.sink)
      yield* media.start("ScreenShare", screen.sink)
      yield* TestClock.adjust("500 millis")
      media.requestKeyFrame("Video")
      yield* TestClock.adjust("500 millis")
      const keyFrames = ({ packets }: typeof camera) =>
        packets.filter(({ payload }) => Vp8RtpPayload.deSerialize(payload).isKeyframe).length
      assert.deepStrictEqual([keyFrames(camera), keyFrames(screen)], [2, 1])
    }).pipe(Effect.scoped))

  it.effect("is a tone while the participant speaks, and silence otherwise, with the level of each packet", () =>
    Effect.gen(function*() {
      const media = yield* ParticipantMedia.make({ ...options, speech: "inTurns" })
      const { packets, sink } = recorder("Audio")
      yield* media.start("Audio", sink)
      yield* TestClock.adjust("8999 millis")
      yield* media.stop("Audio")
      // Of the first user: the first two and a half seconds of nine.
      const heard = packets.map(({ payload }) => payload.length > 60)
      assert.deepStrictEqual(heard, packets.map((_, index) => index < 125))
      for (const [index, { header }] of packets.entries()) {
        assert.deepStrictEqual(header.extensions.map(({ id, payload }) => [id, ...payload]), [
          [5, index < 125 ? 0x80 | Recordings.toneLevel : 127]
        ])
      }
      yield* media.speak("always")
      yield* media.start("Audio", sink)
      yield* TestClock.adjust("1 millis")
      assert.isAbove(packets.at(-1)!.payload.length, 60)
    }).pipe(Effect.scoped))

  it.effect("of marks only is silence, and no picture", () =>
    Effect.gen(function*() {
      const media = yield* ParticipantMedia.make({ ...options, content: "marksOnly" })
      for (const trackType of ["Audio", "Video"] as const) {
        const { packets, sink } = recorder(trackType)
        yield* media.start(trackType, sink)
        yield* TestClock.adjust("1 millis")
        const mark = { key: { ...participant, trackType }, index: 0 }
        assert.deepStrictEqual(Array.from(packets[0]!.payload), Array.from(Payload.write(mark)))
      }
    }).pipe(Effect.scoped))
})
