/**
 * Sends each packet to every consumer, in order, and keeps for a slow one the newest packets that it has not taken: at most
 * 1,024, and none that arrived more than five seconds ago. The others are dropped, and the next packet that this consumer
 * takes has their number.
 *
 * A consumer takes one packet at a time: the packets of a chunk would wait in the consumer, where nothing bounds their age.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as Fanout from "./Fanout.ts"

/** About a second of video. */
export const maxPackets = 1_024

/** In milliseconds: longer than a consumer pauses that means to go on, and short enough for a conversation. */
export const maxAge = 5_000

export interface Packet {
  /** In milliseconds. */
  readonly receivedAt: number
  /** The number of packets directly before this one that the consumer has lost. */
  readonly droppedBefore: number
}

/** When packets were published, in milliseconds. */
export interface Reception {
  readonly firstPacketAt: number
  readonly lastPacketAt: number
}

export interface PacketFanout<A> extends Fanout.Fanout<A> {
  /** Since the beginning, or since `restartReception`. `undefined` before the first packet. */
  readonly reception: () => Reception | undefined
  readonly restartReception: () => void
}

const dropped = Metric.counter("rtp_packets_dropped", {
  description: "RTP packets that arrived and that a consumer lost, because it was slow",
  incremental: true
})

/** `now` returns milliseconds, of the clock of `receivedAt`. */
export const make = <A extends Packet>(
  now: () => number,
  initial: () => ReadonlyArray<A> = () => []
): PacketFanout<A> => {
  let reception: Reception | undefined
  const fanout = Fanout.make<A, never>(
    initial,
    Effect.gen(function*() {
      // Has an element if there may be a packet. Its end is the end of the packets.
      const bell = yield* Queue.sliding<void, Cause.Done>(1)
      const queue = makeQueue<A>(now, () => void Queue.offerUnsafe(bell, undefined), yield* onDrop)
      return makeSubscriber(queue, bell)
    })
  )
  return {
    ...fanout,
    publish: (packet) => {
      reception = { firstPacketAt: reception?.firstPacketAt ?? packet.receivedAt, lastPacketAt: packet.receivedAt }
      fanout.publish(packet)
    },
    reception: () => reception,
    restartReception: () => void (reception = undefined)
  }
}

/** What one consumer has not taken yet. */
export interface PacketQueue<A> {
  readonly offer: (packet: A) => void
  readonly take: () => A | undefined
}

export type DropReason = "TooMany" | "TooOld"

/** Counts a dropped packet in the metric of all consumers. */
export const onDrop: Effect.Effect<(reason: DropReason) => void> = Effect.map(
  Effect.context<never>(),
  (context) => (reason) => Metric.withAttributes(dropped, { reason }).updateUnsafe(1, context)
)

/** `onFirst` runs when the queue has become not empty. */
export const makeQueue = <A extends Packet>(
  now: () => number,
  onFirst: () => void,
  onDrop: (reason: DropReason) => void
): PacketQueue<A> => {
  const waiting: Array<A> = []
  /** Since the last packet that the consumer took. */
  let lost = 0

  const drop = (packet: A, reason: DropReason): void => {
    waiting.shift()
    lost += 1 + packet.droppedBefore
    onDrop(reason)
  }

  const dropOld = (at: number): void => {
    for (let oldest = waiting[0]; oldest !== undefined && at - oldest.receivedAt > maxAge; oldest = waiting[0]) {
      drop(oldest, "TooOld")
    }
  }

  const offer = (packet: A): void => {
    dropOld(packet.receivedAt)
    if (waiting.length >= maxPackets) drop(waiting[0]!, "TooMany")
    if (waiting.push(packet) === 1) onFirst()
  }

  const take = (): A | undefined => {
    dropOld(now())
    const packet = waiting.shift()
    if (packet === undefined || lost === 0) return packet
    const droppedBefore = packet.droppedBefore + lost
    lost = 0
    // The other consumers have the same object.
    return { ...packet, droppedBefore }
  }

  return { offer, take }
}

const makeSubscriber = <A extends Packet>(
  { offer, take }: PacketQueue<A>,
  bell: Queue.Queue<void, Cause.Done>
): Fanout.Subscriber<A> => {
  const pull: Effect.Effect<readonly [A], Cause.Done> = Effect.suspend(() => {
    const packet = take()
    return packet === undefined ? Effect.andThen(Queue.take(bell), pull) : Effect.succeed([packet] as const)
  })

  return {
    offer: (packet) => {
      offer(packet)
      return true
    },
    stream: (initial) => {
      initial.forEach(offer)
      return Stream.fromPull(Effect.succeed(pull))
    },
    end: () => void Queue.endUnsafe(bell)
  }
}
