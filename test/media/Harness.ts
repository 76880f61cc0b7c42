/**
 * A speaker in a scripted call, and what it sends: the packets with their times, in milliseconds of the clock.
 */
import { it } from "@effect/vitest"
import type { OutgoingPacket, PublishError } from "effect-track-resolver"
import { StreamEdge } from "effect-track-resolver"
import type { MissingPackageError, Speaker } from "effect-track-resolver/media"
import { AudioCodec, Speaker as Speakers } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { replaceSend } from "../support/publisher.ts"

export interface SentFrame {
  /** In milliseconds. */
  readonly at: number
  readonly packet: OutgoingPacket
  /** What the encoder was given. */
  readonly samples: ReadonlyArray<number>
}

export interface Harness {
  readonly call: ScriptedCall.ScriptedCall
  readonly edge: StreamEdge["Service"]
  readonly sent: ReadonlyArray<SentFrame>
  /** In a scope of its own. */
  readonly speaker: (options?: Partial<Speaker.SpeakerOptions>) => Effect.Effect<
    Speaker.Speaker & { readonly close: Effect.Effect<void> },
    PublishError | AudioCodec.UnsupportedCodecError | MissingPackageError
  >
  /** The calls of the encoders, in their order. */
  readonly encoders: ReadonlyArray<string>
  /** The process is busy so long, in milliseconds, when it encodes the frame of this number. */
  readonly stalls: Map<number, number>
}

/** A payload is the number of its frame; the samples are kept beside it. */
const codecs = (
  frames: Array<ReadonlyArray<number>>,
  calls: Array<string>,
  stalls: ReadonlyMap<number, number>
): AudioCodec.AudioCodecs["Service"] => ({
  decoder: () => Effect.die("no decoder"),
  encoder: ({ name }, { bitrate, sampleRate }) =>
    name === "none"
      ? Effect.fail(new AudioCodec.UnsupportedCodecError({ codec: name, detail: "a test" }))
      : Effect.acquireRelease(
        Effect.sync(() => {
          calls.push(`opens ${name} ${sampleRate}${bitrate === undefined ? "" : ` ${bitrate}`}`)
          return {
            encode: (samples: Int16Array) =>
              Effect.suspend(() => {
                if (samples.length !== sampleRate / 50) throw new TypeError(`a frame has ${samples.length} samples`)
                const number = frames.push(Array.from(samples)) - 1
                return Effect.as(
                  Effect.sleep(Duration.millis(stalls.get(number) ?? 0)),
                  Uint8Array.of(number >> 16, number >> 8, number)
                )
              })
          }
        }),
        () => Effect.sync(() => calls.push("frees"))
      )
})

/** Records when each packet is sent. */
const watch = (record: (packet: OutgoingPacket, at: number) => void) =>
  replaceSend((send) => (packet) =>
    Effect.flatMap(send(packet), (results) =>
      Effect.map(Clock.currentTimeMillis, (at) => {
        if (results.includes("Sent")) record(packet, at)
        return results
      }))
  )

export const makeHarness = Effect.fnUntraced(function*(
  publisher?: ScriptedCall.PublisherScript
): Effect.fn.Return<Harness, never, Scope.Scope> {
  const around = yield* Effect.scope
  const call = yield* ScriptedCall.make({ publisher })
  const frames: Array<ReadonlyArray<number>> = []
  const sent: Array<SentFrame> = []
  const encoders: Array<string> = []
  const stalls = new Map<number, number>()
  const ports = watch((packet, at) => {
    const [high = 0, middle = 0, low = 0] = packet.payload
    sent.push({ at, packet, samples: frames[(high << 16) + (middle << 8) + low]! })
  }).pipe(Layer.provideMerge(call.layer))
  const services = yield* Layer.build(StreamEdge.layer({ sessionId: "agent" }).pipe(Layer.provide(ports))).pipe(
    Effect.orDie
  )
  const edge = Context.get(services, StreamEdge)
  const speaker = Effect.fnUntraced(function*(options: Partial<Speaker.SpeakerOptions> = {}) {
    const scope = yield* Scope.fork(around)
    const made = yield* Speakers.make(edge, { sampleRate: 8_000, ...options }).pipe(
      Effect.provideService(AudioCodec.AudioCodecs, codecs(frames, encoders, stalls)),
      Scope.provide(scope)
    )
    return { ...made, close: Scope.close(scope, Exit.void) }
  })
  return { call, edge, sent, speaker, encoders, stalls }
})

export const withSpeakers = <E>(
  name: string,
  test: (harness: Harness) => Effect.Effect<unknown, E, Scope.Scope>,
  publisher?: ScriptedCall.PublisherScript
): void => it.effect(name, () => Effect.flatMap(makeHarness(publisher), test))

/** Samples 1, 2, 3, ... of so many milliseconds at 8 kHz. */
export const counting = (millis: number, from = 1): Int16Array =>
  Int16Array.from({ length: millis * 8 }, (_, index) => from + index)
