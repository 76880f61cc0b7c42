/**
 * A speaker over real sockets: another edge in the call hears the tones that it says, in order, over a mute and a
 * reconnection; without these also whole.
 */
import { assert, it } from "@effect/vitest"
import type { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { AudioCodec, Speaker } from "effect-track-resolver/media"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { amplitudeOf, tone } from "../../../../test/support/sound.ts"
import { enter } from "../support/agentIn.ts"
import * as EventLog from "../support/EventLog.ts"
import { reconnection } from "../support/reconnection.ts"

interface Heard {
  readonly sequenceNumber: number
  readonly samples: Int16Array
}

/** Each packet of every track of the call, decoded at 16 kHz. */
const listen = Effect.fnUntraced(function*(edge: StreamEdge["Service"]) {
  const heard = EventLog.make<Heard>()
  yield* edge.events.pipe(
    Stream.filter((event) => event._tag === "TrackAdded"),
    Stream.runForEach(({ trackId }) =>
      Effect.gen(function*() {
        const decoder = yield* AudioCodec.AudioCodecs.use(({ decoder }) =>
          decoder({ name: "opus", clockRate: 48_000, channels: 2 }, 16_000)
        )
        const decode = Stream.runForEach(edge.rtp(trackId), ({ payload, sequenceNumber }) =>
          Effect.map(decoder.decode(payload), (samples) =>
            heard.add({ sequenceNumber, samples })))
        yield* Effect.forkScoped(decode, { startImmediately: true })
      })
    ),
    Effect.forkScoped
  )
  return heard
})

const said = (frequency: number, millis: number): Int16Array =>
  tone(frequency, 22_050, Math.round(22.05 * millis), 1, 10_000)

const isOf = (frequency: number, samples: ReadonlyArray<number>): void => {
  const others = [440, 660, 880].filter((other) => other !== frequency)
  assert.isAbove(amplitudeOf(samples, frequency, 16_000), 5_000)
  for (const other of others) assert.isBelow(amplitudeOf(samples, other, 16_000), 500)
}

it.live("a tone that is said is heard in order, over a mute and a reconnection", () =>
  Effect.gen(function*() {
    const { control } = yield* LoopbackSfu
    const robot = yield* enter("speaking", "robot")
    const heard = yield* listen(yield* enter("speaking", "eve"))
    const speaker = yield* Speaker.make(robot, { sampleRate: 22_050 })
    const hears = (count: number) => heard.next(count, () => true)
    /** Returns what was said since and heard, when its last packet has come. */
    const utterance = Effect.fnUntraced(
      function*(frequency: number, say: Effect.Effect<unknown, Speaker.SpeakerStoppedError>) {
        const before = heard.items.length
        yield* say
        yield* speaker.drained
        const { sent } = yield* speaker.stats
        yield* heard.waitUntil((packets) => packets.at(-1)!.sequenceNumber === sent - 1)
        const packets = heard.items.slice(before)
        const numbers = packets.map(({ sequenceNumber }) => sequenceNumber)
        assert.deepStrictEqual(numbers, numbers.toSorted((one, other) => one - other))
        isOf(frequency, packets.slice(-20, -1).flatMap(({ samples }) => Array.from(samples)))
        return packets.length
      }
    )
    /** Says a tone until this has happened. */
    const during = (frequency: number, happens: Effect.Effect<unknown>) =>
      utterance(
        frequency,
        Effect.andThen(
          Effect.raceFirst(happens, Effect.forever(speaker.write(said(frequency, 1_000)))),
          speaker.clear
        )
      )

    // Her own connection to the track is made while the robot speaks already.
    yield* during(440, hears(50))
    const whole = Effect.andThen(speaker.write(said(660, 1_000)), speaker.end)
    assert.strictEqual(yield* utterance(660, whole), 50)
    // The SFU sends to her again once she has subscribed to the unmuted track again.
    const pause = Effect.andThen(speaker.mute, Effect.delay(speaker.unmute, "100 millis"))
    yield* during(880, hears(10).pipe(Effect.andThen(pause), Effect.andThen(hears(25))))
    yield* during(
      440,
      hears(10).pipe(Effect.andThen(reconnection(robot, control.closeSocket("robot"))), Effect.andThen(hears(25)))
    )
    // The frames that are on their way when the track is muted, or when a connection is replaced, are dropped.
    const { dropped: { Muted: _, NotConnected: __, ...others } } = yield* speaker.stats
    assert.strictEqual(Object.values(others).reduce((sum, count) => sum + count), 0)
    assert.deepStrictEqual(yield* speaker.queued, Duration.zero)
  }).pipe(
    Effect.scoped,
    Effect.provide([LoopbackSfu.layer({ previousSession: "leavesAfter" }), AudioCodec.AudioCodecs.layer])
  ))
