/**
 * The packets of one audio track on a timeline without a hole: through the jitter buffer, as the consumer pulls.
 *
 * A fiber moves the packets into a queue with the bounds of `RemoteMediaSection.rtp`, so that it is known at once whether one
 * has arrived: only then may time be filled.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Codec, RtpPacket } from "../../edge/PeerConnection.ts"
import type { RemoteTrack } from "../../edge/RemoteTrack.ts"
import * as PacketFanout from "../../internal/PacketFanout.ts"
import * as JitterBuffer from "./JitterBuffer.ts"

/** In milliseconds. */
export interface Options {
  /** Packets that arrived before the subscription by more than this are ignored. */
  readonly preRoll: number
  /** How long a missing packet is waited for: at least, by default `JitterBuffer.leastDelay`, and at most. */
  readonly minWait?: number | undefined
  readonly maxWait: number
}

/** What a consumer makes of a packet with audio. */
export interface Audio<A> {
  /** In units of its codec's clock rate. `undefined`: it does not say how long it is, and the duration of the one before counts. */
  readonly duration: number | undefined
  readonly content: A
}

/** Ends after the last packet of the track. May be empty. */
export type Pull<A, E> = Effect.Effect<ReadonlyArray<JitterBuffer.Output<A>>, E | Cause.Done>

/** Payloads that only accompany audio: tones of a keypad (RFC 4733), comfort noise (RFC 3389), and copies (RFC 2198). */
const withoutAudio = new Set(["telephone-event", "cn", "red"])

/** In seconds, for a payload that does not say how long it is. */
const usualDuration = 0.02

/** In milliseconds: if a wait took longer by this, the process was busy, and packets may still be in the sockets. */
const mostOversleep = 20

/** `open` runs when the consumer pulls a packet, in the order of the arrivals. */
export const make = Effect.fnUntraced(function*<A, E>(
  { codecs, rtp }: Pick<RemoteTrack, "codecs" | "rtp">,
  { maxWait, minWait, preRoll }: Options,
  open: (packet: RtpPacket, codec: Codec) => Effect.Effect<Audio<A>, E>
): Effect.fn.Return<Pull<A, E>, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const now = (): number => clock.currentTimeMillisUnsafe()
  const arrived = Latch.makeUnsafe(false)
  const queue = PacketFanout.makeQueue<RtpPacket>(now, () => arrived.openUnsafe(), yield* PacketFanout.onDrop)
  let buffer = JitterBuffer.make<A | undefined>(maxWait, minWait)
  let hasEnded = false
  let isFinished = false
  /** Until when nothing has arrived, although a packet was waited for. In milliseconds. */
  let quietUntil = -Infinity
  /** Of the last packet with a known duration, in seconds. */
  let lastDuration = usualDuration

  const receive = (oldest: number): Effect.Effect<void> =>
    Stream.runForEach(rtp, (packet) =>
      Effect.sync(() => {
        if (packet.receivedAt >= oldest) queue.offer(packet)
      })).pipe(
        Effect.ensuring(Effect.sync(() => {
          hasEnded = true
          arrived.openUnsafe()
        }))
      )

  const step = (input: JitterBuffer.Input<A | undefined>, at: number) => {
    const { outputs, state } = JitterBuffer.step(buffer, input, at)
    buffer = state
    // What is output as a packet has audio, and so a content.
    return outputs as ReadonlyArray<JitterBuffer.Output<A>>
  }

  const take = (packet: RtpPacket): Effect.Effect<ReadonlyArray<JitterBuffer.Output<A>>, E> => {
    const { droppedBefore, payloadType, receivedAt, sequenceNumber, ssrc, timestamp } = packet
    const codec = codecs.find((codec) => codec.payloadType === payloadType)
    const header = { _tag: "Packet", ssrc, sequenceNumber, timestamp, droppedBefore } as const
    if (codec === undefined || withoutAudio.has(codec.name.toLowerCase())) {
      const clockRate = buffer.source?.clockRate ?? JitterBuffer.unitsPerSecond
      return Effect.sync(() => step({ ...header, clockRate, duration: 0, content: undefined }, receivedAt))
    }
    const { clockRate } = codec
    return Effect.map(open(packet, codec), ({ content, duration }) => {
      if (duration !== undefined) lastDuration = duration / clockRate
      return step({ ...header, clockRate, duration: lastDuration * clockRate, content }, receivedAt)
    })
  }

  /** Waits for a packet, at most until `time`. */
  const waitUntil = (time: number): Effect.Effect<void> => {
    arrived.closeUnsafe()
    quietUntil = time
    const packet = arrived.await
    return time === Infinity ? packet : Effect.raceFirst(packet, Effect.sleep(time - now()))
  }

  const pull: Pull<A, E> = Effect.suspend(() => {
    const packet = queue.take()
    if (packet !== undefined) {
      quietUntil = -Infinity
      return take(packet)
    }
    const time = now()
    if (hasEnded) {
      if (isFinished) return Cause.done()
      isFinished = true
      return Effect.succeed(step({ _tag: "End" }, time))
    }
    const due = JitterBuffer.dueAt(buffer) ?? Infinity
    if (due > time) return Effect.andThen(waitUntil(due), pull)
    if (time - quietUntil > mostOversleep) return Effect.andThen(waitUntil(time + 1), pull)
    return Effect.succeed(step({ _tag: "Tick" }, time))
  })

  yield* Effect.forkScoped(receive(now() - preRoll), { startImmediately: true })
  return pull
})
