/**
 * Sends each packet to every consumer, in order, and keeps for a slow one the newest packets that it has not taken: at most
 * 1,024, and none that arrived more than five seconds ago. The others are dropped, and the next packet that this consumer
 * takes has their number.
 *
 * A consumer takes one packet at a time: the packets of a chunk would wait in the consumer, where nothing bounds their age.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as EndableStream from "./EndableStream.ts"
import * as Fanout from "./Fanout.ts"
import * as Wakeable from "./Wakeable.ts"

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
  const { end, publish, stream } = Fanout.subscribers<A, never>()
  const streamFrom = (initial: () => ReadonlyArray<A>): Stream.Stream<A> =>
    EndableStream.make((end) => stream(initial, open(now, end)))
  return {
    stream: streamFrom(initial),
    changes: streamFrom(Fanout.none),
    publish: (packet) => {
      reception = { firstPacketAt: reception?.firstPacketAt ?? packet.receivedAt, lastPacketAt: packet.receivedAt }
      publish(packet)
    },
    end,
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

/** When `removal` is done, the consumer gets none of the packets that it has not taken. */
const open = Effect.fnUntraced(function*<A extends Packet>(
  now: () => number,
  removal: Deferred.Deferred<void> | undefined
): Effect.fn.Return<Fanout.Subscriber<A>, never, Scope.Scope> {
  let hasEnded = false
  const { offer, take } = makeQueue<A>(now, () => wake(), yield* onDrop)
  const { pull, wake } = yield* Wakeable.make<readonly [A], Cause.Done>(() => {
    if (removal !== undefined && Deferred.isDoneUnsafe(removal)) return Cause.done()
    const packet = take()
    if (packet !== undefined) return Effect.succeed([packet])
    return hasEnded ? Cause.done() : undefined
  })
  if (removal !== undefined) {
    yield* Effect.forkScoped(Effect.andThen(Deferred.await(removal), Effect.sync(wake)), { startImmediately: true })
  }

  return {
    offer: (packet) => {
      offer(packet)
      return true
    },
    stream: (initial) => {
      initial.forEach(offer)
      return Stream.fromPull(Effect.succeed(pull))
    },
    end: () => {
      hasEnded = true
      wake()
    }
  }
})
