/**
 * The media of a simulated call: offers the media sections of the room, and sends packets on those whose offer was answered.
 */
import * as Effect from "effect/Effect"
import type { ScriptedCall } from "../ScriptedCall.ts"
import * as EventQueue from "./EventQueue.ts"
import type { FaultProfile } from "./FaultProfile.ts"
import * as PacketPayload from "./PacketPayload.ts"
import type { ActionFaults } from "./ScriptedAction.ts"
import type { SeededRandom } from "./SeededRandom.ts"
import * as Random from "./SeededRandom.ts"
import type { Section, SimulatedRoom } from "./SimulatedRoom.ts"
import * as Room from "./SimulatedRoom.ts"

interface Offer {
  readonly sections: ReadonlyArray<Section | undefined>
  readonly negotiationDelay: number
}

export interface SimulatedMedia {
  /** By negotiation id, counted from 1. */
  readonly offers: Array<Offer>
  appliedOffers: number
  /** The sections of the last answered offer, by mid. */
  answered: Offer["sections"]
  /** When the negotiation of all sent offers is complete, in milliseconds from the start of the call. */
  busyUntil: number
}

export const make = (): SimulatedMedia => ({ offers: [], appliedOffers: 0, answered: [], busyUntil: 0 })

export const onOffer = (media: SimulatedMedia): Effect.Effect<void> =>
  Effect.suspend(() => Effect.sleep(media.offers[media.appliedOffers++]?.negotiationDelay ?? 0))

export const onAnswer = (media: SimulatedMedia, negotiationId: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    const offer = media.offers[negotiationId - 1]
    const answer = Effect.sync(() => {
      media.answered = offer?.sections ?? media.answered
    })
    return Effect.andThen(Effect.sleep(offer?.negotiationDelay ?? 0), answer)
  })

/** Schedules an offer and its copies. Each contains the media sections of the moment at which it is sent. */
export const scheduleOffer = (
  { call, media, queue, room }: {
    readonly call: Pick<ScriptedCall, "offer">
    readonly media: SimulatedMedia
    readonly queue: EventQueue.EventQueue
    readonly room: SimulatedRoom
  },
  now: number,
  { copies = 0, negotiationDelay = 0, offerDelay = 0 }: ActionFaults
): void => {
  let at = now
  for (let copy = 0; copy <= copies; copy++) {
    at += offerDelay
    const perform = (now: number) =>
      Effect.suspend(() => {
        media.offers.push({ sections: room.sections.slice(), negotiationDelay })
        media.busyUntil = Math.max(media.busyUntil, now) + 2 * negotiationDelay
        return call.offer(Room.offeredSections(room))
      })
    EventQueue.add(queue, { at, isMessage: true, perform })
  }
}

/**
 * Sends the next packet of each media section. A section whose offer was not answered sends nothing, and one whose
 * publication has ended sends only if it keeps sending.
 */
export const sendPackets = (
  { call, faults, media, room, seed }: {
    readonly call: Pick<ScriptedCall, "send">
    readonly faults: FaultProfile
    readonly media: SimulatedMedia
    readonly room: SimulatedRoom
    readonly seed: number
  },
  now: number
): Effect.Effect<void> =>
  Effect.forEach(room.sections, (section, index) => {
    if (section === undefined || media.answered[index] !== section || !Room.isSending(room, section)) {
      return Effect.void
    }
    const random = Random.make(Math.imul(seed + 1, 7_919) + now * 31 + index)
    const payload = PacketPayload.encode(section.key)
    return Effect.forEach(
      nextSequenceNumbers(section, random, faults),
      (sequenceNumber) => call.send(section.mid, payload, { sequenceNumber }),
      { discard: true }
    )
  }, { discard: true })

/** The sequence numbers of the packets that a section sends now: none, if its packet is lost or held back. */
const nextSequenceNumbers = (section: Section, random: SeededRandom, faults: FaultProfile): ReadonlyArray<number> => {
  const isLost = Random.chance(random, faults.packetLost)
  const isDuplicated = Random.chance(random, faults.packetDuplicated)
  const isReordered = Random.chance(random, faults.packetReordered)
  const next = section.sentPackets++
  const held = section.heldPacket
  section.heldPacket = undefined
  if (isReordered && held === undefined) {
    section.heldPacket = next
    return []
  }
  return [
    ...(isLost ? [] : isDuplicated ? [next, next] : [next]),
    ...(held === undefined ? [] : [held])
  ]
}
