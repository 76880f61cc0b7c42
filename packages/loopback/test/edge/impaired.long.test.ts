/**
 * Hearing over a bad network: real sockets, and between the SFU and the agent loss, delay, a narrow path and an outage. The samples
 * of each person are their RTP time, what is filled is what the path dropped, and the rest has their tone and nobody else's.
 */
import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { OutboundDatagram } from "effect-track-resolver-loopback"
import { AudioCodec, Pcm } from "effect-track-resolver/media"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { amplitudeOf } from "../../../../test/support/sound.ts"
import { tones } from "../../src/Recordings.ts"
import { agentIn } from "../support/agentIn.ts"
import * as EventLog from "../support/EventLog.ts"

const users = ["alice", "bob"] as const
const sampleRate = 16_000
/** 20 ms. */
const frameTicks = 960
const opusPayloadType = 111

const agent = agentIn("impaired")

type Sfu = LoopbackSfu["Service"]
type Impair = (sfu: Sfu) => Effect.Effect<unknown, never, Scope.Scope>

const isMedia = ({ kind, to }: OutboundDatagram): boolean => to === "agent" && kind === "rtp"

/** Every `n`th datagram of media, so that the loss is the same in each run. */
const lose = (n: number): Impair => ({ control }) => {
  let count = 0
  return control.datagrams.drop((datagram) => isMedia(datagram) && ++count % n === 0)
}

/** Drops what is more than a quarter of a second ahead of the rate, in bits per second. */
const narrow = (rate: number): Impair => ({ control }) =>
  Effect.flatMap(Clock.Clock, (clock) => {
    let sentUntil = 0
    return control.datagrams.drop((datagram) => {
      if (!isMedia(datagram)) return false
      const now = clock.currentTimeMillisUnsafe()
      if (sentUntil > now + 250) return true
      sentUntil = Math.max(sentUntil, now) + datagram.bytes.length * 8_000 / rate
      return false
    })
  })

const networks: ReadonlyArray<Impair> = [
  () => Effect.void,
  lose(100),
  lose(20),
  // Of round trip: the way to the SFU takes no time.
  ({ control }) => control.datagrams.delay(({ to }) => to === "agent", "200 millis"),
  // For 170 kbit/s of media.
  narrow(100_000)
]

type Frames = EventLog.EventLog<Pcm.PcmFrame>

const isWhole = ({ filled }: Pcm.PcmFrame): boolean => filled === 0

/** A microphone and a camera of each user. */
const publish = Effect.gen(function*() {
  const sfu = yield* LoopbackSfu
  for (const userId of users) {
    const participant = yield* sfu.participant({ userId, speech: "always" })
    yield* participant.publish("Audio")
    yield* participant.publish("Video")
  }
  return sfu
})

/** The frames of each user from now on. */
const listen = Effect.gen(function*() {
  const edge = yield* StreamEdge
  yield* Effect.forkScoped(edge.forEachTrack({ kind: "video" }, ({ rtp }) => Stream.runDrain(rtp)))
  return yield* Effect.forEach(users, (userId) =>
    Effect.gen(function*() {
      const frames: Frames = EventLog.make()
      const track = yield* edge.waitForTrack({ userId, kind: "audio" })
      const pcm = Pcm.stream(track, { sampleRate })
      yield* Effect.forkScoped(Stream.runForEach(pcm, (frame) => Effect.sync(() => frames.add(frame))))
      return frames
    }))
})

/** Every sample is at its RTP time: none is missing, none is there twice. */
const isOneTimeline = (frames: ReadonlyArray<Pcm.PcmFrame>): void => {
  for (const [n, { reasons, rtpTimestamp }] of frames.entries()) {
    const last = frames[n - 1]
    // A machine that stands still for seconds makes a new source of a sender.
    if (last === undefined || reasons.includes("Interrupted")) continue
    assert.strictEqual((rtpTimestamp - last.rtpTimestamp) >>> 0, frameTicks, `frame ${n}`)
  }
}

/** 20 ms do not tell neighbouring tones apart completely, but their means do. */
const hasTone = (frames: ReadonlyArray<Pcm.PcmFrame>, voice: number): void => {
  const sum = (tone: number): number =>
    frames.reduce((sum, { samples }) => sum + amplitudeOf(samples, tone, sampleRate), 0)
  const own = sum(tones[voice]!)
  for (const other of tones.filter((_, index) => index !== voice)) assert.isBelow(sum(other), own / 2)
}

const inBadNetwork = <E>(
  name: string,
  body: (sfu: Sfu, heard: ReadonlyArray<Frames>) => Effect.Effect<unknown, E, Scope.Scope>
): void => {
  it.live(name, () =>
    Effect.gen(function*() {
      const sfu = yield* publish
      yield* Effect.flatMap(listen, (heard) => body(sfu, heard)).pipe(Effect.scoped, Effect.provide(yield* agent))
    }).pipe(Effect.scoped, Effect.provide([LoopbackSfu.layer(), AudioCodec.AudioCodecs.layer])))
}

inBadNetwork(
  "what is heard in a bad network is the time of each person, and only their voice",
  (sfu, heard) =>
    Effect.gen(function*() {
      for (const impair of networks) {
        const before = heard.map(({ items }) => items.length)
        const listened = Effect.forEach(heard, (frames, voice) =>
          frames.waitUntil((items) => {
            const since = items.slice(before[voice])
            return since.length >= 150 && since.filter(isWhole).length >= 50
          }))
        yield* Effect.scoped(Effect.andThen(impair(sfu), listened))
      }
      for (const [voice, { items }] of heard.entries()) {
        isOneTimeline(items)
        hasTone(items.filter(isWhole), voice)
      }
    })
)

inBadNetwork("what is dropped is filled, and nothing else is heard", (sfu, heard) =>
  Effect.gen(function*() {
    yield* Effect.forEach(heard, (frames) => frames.waitUntil((items) => items.some(isWhole)))
    const before = heard.map(({ items }) => items.length)
    // A payload of Opus is sent in 20 ms: what passes is heard in as many frames, and what is dropped is filled.
    let passed = 0
    let dropped = 0
    yield* Effect.scoped(Effect.andThen(
      sfu.control.datagrams.drop((datagram) => {
        if (!isMedia(datagram) || (datagram.bytes[1]! & 0x7f) !== opusPayloadType) return false
        const isDropped = (passed + dropped) % 3 === 0
        if (isDropped) dropped++
        else passed++
        return isDropped
      }),
      // A sender on a busy machine sends less than it is heard.
      Effect.forEach(heard, (frames, voice) =>
        frames.waitUntil(({ length }) => dropped > 150 && length >= before[voice]! + 250))
    ))
    const frames = heard.flatMap(({ items }, voice) =>
      items.slice(before[voice])
    )
    // What was on its way at the beginning and at the end: much, on a busy machine.
    assert.isAtMost(frames.filter(isWhole).length, passed + 100)
    assert.isAtLeast(frames.length - frames.filter(isWhole).length, dropped - 100)
    for (const { items } of heard) isOneTimeline(items)
  }))

inBadNetwork(
  "an outage of two seconds is filled, and what is sent after it is heard again",
  (sfu, heard) =>
    Effect.gen(function*() {
      yield* Effect.forEach(heard, (frames) => frames.waitUntil((items) => items.some(isWhole)))
      const { restore } = yield* sfu.control.breakPath("agent")
      yield* Effect.sleep("2 seconds")
      const after = heard.map(({ items }) => items.length)
      yield* restore
      const recovery = Effect.forEach(
        heard,
        (frames, voice) => frames.waitUntil((items) => items.slice(after[voice]).some(isWhole))
      )
      const [duration] = yield* Effect.timed(recovery)
      assert.isBelow(Duration.toMillis(duration), 10_000)
      yield* Effect.forEach(heard, (frames, voice) =>
        frames.waitUntil((items) => items.slice(after[voice]).filter(isWhole).length >= 25))
      for (const [voice, { items }] of heard.entries()) {
        assert.isAbove(
          items.filter((frame) =>
            !isWhole(frame)
          ).length,
          75
        )
        isOneTimeline(items)
        hasTone(items.filter(isWhole), voice)
      }
    })
)
