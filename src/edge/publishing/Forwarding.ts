/**
 * Passes the packets of one publication to the track that carries it, and counts what becomes of them.
 *
 * A packet that is dropped because no receiver expects it (`Muted`, `NotConnected`) leaves no gap in the sequence numbers:
 * a receiver would treat it as packet loss. Any other dropped packet is a loss, and leaves a gap.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { DropReason, PublicationStats } from "../LocalPublication.ts"
import type { OutgoingPacket, PacketResult } from "../PeerConnection.ts"
import * as Packet from "./Packet.ts"
import type { OutgoingTrack, PublicationState } from "./Publications.ts"
import * as RealTime from "./RealTime.ts"

export interface Forwarding {
  /** Takes any value, also an invalid packet of untyped code. Never fails. */
  readonly forward: (packet: unknown) => Effect.Effect<void>
  readonly stats: Effect.Effect<PublicationStats>
}

export interface Options extends RealTime.Options {
  readonly find: () => PublicationState | undefined
  /** For the log. */
  readonly trackType: string
}

/**
 * After this number of packets, other fibers and the sockets get a turn: a stream that emits a long chunk would keep the
 * process busy.
 */
const packetsPerTurn = 32

export const make = (options: Options): Forwarding => {
  const { find, trackType } = options
  const dropped: { [reason in DropReason]: number } = {
    Invalid: 0,
    TooLarge: 0,
    Muted: 0,
    NotConnected: 0,
    TooEarly: 0,
    OutOfOrder: 0,
    Failed: 0
  }
  let sent = 0
  let given = 0
  /** By how much sequence numbers are reduced. */
  let skipped = 0
  let realTime: RealTime.RealTime | undefined

  const drop = (reason: DropReason, detail: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (isExpected(reason)) skipped++
      return dropped[reason]++ > 0 ? Effect.void : logFirst(trackType, reason, detail)
    })

  const count = (result: PacketResult): Effect.Effect<void> => {
    if (result !== "Sent") return drop(result, details[result])
    sent++
    return Effect.void
  }

  const send = (outgoing: OutgoingTrack, packet: OutgoingPacket): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const { ifDropped, ifSent, isTooEarly } = RealTime.next(realTime, packet.timestamp, now, options)
      realTime = ifDropped
      if (isTooEarly) return drop("TooEarly", details.TooEarly)
      // 16 bits (RFC 3550, section 5.1).
      const numbered = { ...packet, sequenceNumber: (packet.sequenceNumber - skipped) & 0xffff }
      return Effect.flatMap(sendOn(outgoing, numbered), (results) => {
        if (!results.includes("NotConnected")) realTime = ifSent
        return Effect.forEach(results, count, { discard: true })
      })
    })

  const forward = (input: unknown): Effect.Effect<void> =>
    Effect.suspend(() => {
      const checked = Packet.check(input)
      if (checked._tag !== "Valid") return drop(checked._tag, checked.detail)
      const publication = find()
      if (publication?.outgoing === undefined || publication.phase === "Ending") {
        return drop("NotConnected", details.NotConnected)
      }
      return publication.isMuted ? drop("Muted", details.Muted) : send(publication.outgoing, checked.packet)
    })

  return {
    forward: (packet) =>
      ++given % packetsPerTurn === 0 ? Effect.andThen(Effect.yieldNow, forward(packet)) : forward(packet),
    stats: Effect.sync(() => ({ sent, dropped: { ...dropped } }))
  }
}

/** While the track of this epoch cannot send yet, that of the former epoch carries the publication, if it still can. */
const sendOn = (
  { former, track }: OutgoingTrack,
  packet: OutgoingPacket
): Effect.Effect<ReadonlyArray<PacketResult>> => {
  if (former === undefined) return track.send(packet)
  return Effect.flatMap(
    track.send(packet),
    (results) => results.includes("NotConnected") ? former.send(packet) : Effect.succeed(results)
  )
}

/** In ordinary life: a track is muted, or a connection is being made. */
const isExpected = (reason: DropReason): boolean => reason === "Muted" || reason === "NotConnected"

const details = {
  Muted: "the track is muted",
  NotConnected: "the track cannot send now",
  TooEarly: `the media is more than ${RealTime.mostAhead / 1_000} s ahead of real time`,
  OutOfOrder: "its sequence number was sent before, or it is older than the first packet of its source",
  Failed: "the network did not take it"
}

const logFirst = (trackType: string, reason: DropReason, detail: string): Effect.Effect<void> => {
  const message = `a packet of our ${trackType} track was dropped (${reason}): ${detail}. Further ones are only counted`
  return isExpected(reason) ? Effect.logDebug(message) : Effect.logWarning(message)
}
