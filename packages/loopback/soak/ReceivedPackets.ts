/**
 * The last packets of each SSRC, to notice a packet that is delivered twice. Pure, and bounded.
 */

export interface ReceivedPackets {
  /** False, if the packet was received before. */
  readonly add: (ssrc: number, sequenceNumber: number) => boolean
}

/** More than the distance at which the soak replays a packet. */
const packetsOfSsrc = 1_024

const mostSsrcs = 512

/** Adds to a set, and removes its oldest element above `capacity`. */
const addBounded = <A>(set: Set<A>, value: A, capacity: number): void => {
  set.add(value)
  if (set.size > capacity) set.delete(set.values().next().value!)
}

export const make = (): ReceivedPackets => {
  const bySsrc = new Map<number, Set<number>>()
  return {
    add: (ssrc, sequenceNumber) => {
      const known = bySsrc.get(ssrc) ?? new Set<number>()
      if (known.has(sequenceNumber)) return false
      addBounded(known, sequenceNumber, packetsOfSsrc)
      bySsrc.set(ssrc, known)
      if (bySsrc.size > mostSsrcs) bySsrc.delete(bySsrc.keys().next().value!)
      return true
    }
  }
}
