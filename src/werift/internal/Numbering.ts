/**
 * Numbers the packets of one SSRC, so that the receiver sees one source although the packets come from several. Pure.
 *
 * A number is sent once: a receiver drops a repeated one (RFC 3711, section 3.3.2), and SRTP would encrypt two packets
 * with one key and nonce. "Steps" are the difference of a given sequence number to that of the newest packet, "ticks" the
 * same difference of the timestamps:
 *
 * | packet                                                                | what it is                                |
 * | --------------------------------------------------------------------- | ----------------------------------------- |
 * | fewer than 100 steps ahead, ticks not backwards                       | the next of its source; a gap stays a gap |
 * | fewer than 100 steps back, its number never sent, its timestamp fits  | a late packet of its source               |
 * | fewer than 100 steps back, its number sent, or its source began later | suspect: held until the next packet       |
 * | anything else                                                         | the first of another source               |
 *
 * A suspect is a duplicate, unless the next packet is its successor and suspect too: then the source has started again
 * (RFC 3550, appendix A.1). The first packet of another source gets the number after the newest, and a timestamp that is
 * later by the elapsed time. So among all sent packets, a higher number never has a lower timestamp.
 */
import type { OutgoingPacket } from "../../edge/PeerConnection.ts"
import * as SerialNumber from "../../internal/SerialNumber.ts"

export type Numbers = Pick<OutgoingPacket, "sequenceNumber" | "timestamp">

/** Numbers that do not wrap: `number & 0xffff` and `timestamp >>> 0` are on the wire. */
interface Extended {
  readonly number: number
  readonly timestamp: number
}

interface Suspect<P> {
  readonly packet: P
  /** In milliseconds. */
  readonly at: number
}

export interface Numbering<P extends Numbers> {
  /** The numbers of the newest packet as its source gave them. Absent after `endSource`. */
  readonly given: Numbers | undefined
  /** The sent packets that are fewer than 100 numbers older than the newest, and one before them, by number. */
  readonly recent: ReadonlyArray<Extended>
  /** When the newest packet was sent, in milliseconds. */
  readonly sentAt: number
  /** The number of the first packet of the current source. */
  readonly first: number
  readonly suspect: Suspect<P> | undefined
}

export interface Step<P extends Numbers> {
  readonly numbering: Numbering<P>
  /** At most two packets, with the numbers to send them with. */
  readonly sends: ReadonlyArray<{ readonly packet: P; readonly numbers: Numbers }>
  /** The suspect was a duplicate. */
  readonly isSuspectDropped: boolean
}

/**
 * RFC 3550's MAX_MISORDER, in packets. Also the limit ahead, instead of RFC 3550's MAX_DROPOUT (3,000): at a longer gap
 * werift loses count of the wrap-arounds, and then encrypts with a nonce that it has used.
 */
const maxDistance = 100
/** How far the timestamps of a source may differ from the clock, in milliseconds. */
const timestampTolerance = 10_000
/** In milliseconds. A packet that goes back after a longer pause is not late, but of another source. */
const longPause = 1_000

/** `now` in milliseconds, `clockRate` in hertz. */
export const next = <P extends Numbers>(
  numbering: Numbering<P> | undefined,
  packet: P,
  now: number,
  clockRate: number
): Step<P> => {
  if (numbering === undefined) {
    return begin(undefined, packet, { number: packet.sequenceNumber, timestamp: packet.timestamp }, now)
  }
  const { suspect } = numbering
  const place = placeOf(numbering, packet, now, clockRate)
  if (place === "OtherSource") {
    const first = afterNewest(numbering, now, clockRate)
    return { ...begin(numbering, packet, first, now), isSuspectDropped: suspect !== undefined }
  }
  if (place !== "Suspect") {
    return { ...append(numbering, packet, place, now), isSuspectDropped: suspect !== undefined }
  }
  if (suspect === undefined || !isSuccessor(suspect.packet, packet)) {
    return {
      numbering: { ...numbering, suspect: { packet, at: now } },
      sends: [],
      isSuspectDropped: suspect !== undefined
    }
  }
  const restarted = begin(numbering, suspect.packet, afterNewest(numbering, suspect.at, clockRate), suspect.at)
  const following = next(restarted.numbering, packet, now, clockRate)
  return { ...following, sends: [...restarted.sends, ...following.sends] }
}

/** The next packet is the first of another source, whatever its numbers are. */
export const endSource = <P extends Numbers>(numbering: Numbering<P> | undefined): Numbering<P> | undefined =>
  numbering && { ...numbering, given: undefined, suspect: undefined }

// --- Which source -----------------------------------------------------------------------------------------------------

const placeOf = (
  numbering: Numbering<Numbers>,
  packet: Numbers,
  now: number,
  clockRate: number
): Extended | "Suspect" | "OtherSource" => {
  const { first, given, recent, sentAt } = numbering
  if (given === undefined) return "OtherSource"
  const newest = newestOf(numbering)
  const steps = stepsBetween(given, packet)
  const ticks = ticksBetween(given, packet)
  const elapsed = elapsedSince(sentAt, now)
  if (Math.abs(steps) >= maxDistance) return "OtherSource"
  if (Math.abs(ticks) > (elapsed + timestampTolerance) * clockRate / 1_000) return "OtherSource"
  const place: Extended = { number: newest.number + steps, timestamp: newest.timestamp + ticks }
  if (steps > 0) return ticks >= 0 ? place : "OtherSource"
  if (elapsed > longPause) return "OtherSource"
  if (place.number < first) return "Suspect"
  const index = recent.findIndex(({ number }) => number >= place.number)
  const atOrAfter = recent[index]
  if (atOrAfter?.number === place.number) {
    return atOrAfter.timestamp === place.timestamp ? "Suspect" : "OtherSource"
  }
  return isBetween(place.timestamp, recent[index - 1], atOrAfter) ? place : "OtherSource"
}

const stepsBetween = (from: Numbers, to: Numbers): number => SerialNumber.steps(from.sequenceNumber, to.sequenceNumber)

const ticksBetween = (from: Numbers, to: Numbers): number => SerialNumber.ticks(from.timestamp, to.timestamp)

const isSuccessor = (from: Numbers, to: Numbers): boolean => stepsBetween(from, to) === 1 && ticksBetween(from, to) >= 0

const elapsedSince = (sentAt: number, now: number): number => Math.max(0, now - sentAt)

const newestOf = ({ recent }: Numbering<Numbers>): Extended => recent[recent.length - 1]!

const isBetween = (timestamp: number, before: Extended | undefined, after: Extended | undefined): boolean =>
  (before === undefined || before.timestamp <= timestamp) && (after === undefined || timestamp <= after.timestamp)

// --- The next state ---------------------------------------------------------------------------------------------------

const afterNewest = (numbering: Numbering<Numbers>, now: number, clockRate: number): Extended => {
  const { number, timestamp } = newestOf(numbering)
  const ticks = Math.round(elapsedSince(numbering.sentAt, now) * clockRate / 1_000)
  return { number: number + 1, timestamp: timestamp + Math.max(1, ticks) }
}

/** The first packet of a source. */
const begin = <P extends Numbers>(
  numbering: Numbering<P> | undefined,
  packet: P,
  sent: Extended,
  now: number
): Step<P> => ({
  numbering: {
    given: packet,
    recent: insert(numbering?.recent ?? [], sent),
    sentAt: now,
    first: sent.number,
    suspect: undefined
  },
  sends: [{ packet, numbers: onWire(sent) }],
  isSuspectDropped: false
})

/** A further packet of the current source. A late one does not become the newest. */
const append = <P extends Numbers>(numbering: Numbering<P>, packet: P, sent: Extended, now: number): Step<P> => {
  const isNewest = sent.number > newestOf(numbering).number
  return {
    numbering: {
      ...numbering,
      ...(isNewest ? { given: packet, sentAt: now } : {}),
      recent: insert(numbering.recent, sent),
      suspect: undefined
    },
    sends: [{ packet, numbers: onWire(sent) }],
    isSuspectDropped: false
  }
}

const onWire = ({ number, timestamp }: Extended): Numbers => ({
  sequenceNumber: number & 0xffff,
  timestamp: timestamp >>> 0
})

const insert = (recent: ReadonlyArray<Extended>, sent: Extended): ReadonlyArray<Extended> => {
  const index = recent.findIndex(({ number }) => number > sent.number)
  const all = index < 0 ? [...recent, sent] : [...recent.slice(0, index), sent, ...recent.slice(index)]
  const oldest = all[all.length - 1]!.number - maxDistance
  const inWindow = all.findIndex(({ number }) => number > oldest)
  return all.slice(Math.max(0, inWindow - 1))
}
