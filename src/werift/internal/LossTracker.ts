/**
 * The packets of one SSRC that are missing, and when to request each again (generic NACK, RFC 4585, section 6.2.1). Pure.
 *
 * The faults of werift's own tracker: it keeps one sequence for all SSRCs of an m-line, so a second SSRC looks like
 * thousands of lost packets; and it requests a packet ten times in 50 milliseconds and then never again.
 */
import * as ReplayWindow from "./ReplayWindow.ts"

export interface LossTracker {
  /** A packet or its retransmission arrived. False if it had arrived before. `now` in milliseconds. */
  readonly receive: (sequenceNumber: number, now: number) => boolean
  /** The sequence numbers to request now, oldest first. Each counts as requested. */
  readonly request: (now: number) => ReadonlyArray<number>
  /** Whether the packet is missing and may still be requested. */
  readonly isMissing: (sequenceNumber: number) => boolean
  /** The number of packets that are missing and may still be requested. */
  readonly size: () => number
}

/** In milliseconds. Packets that only change their order arrive within this time. */
export const reorderDelay = 20
/** In milliseconds: a round trip. A request that is repeated earlier is answered twice. */
export const repeatDelay = 100
/** After this number of requests the packet is too late for its frame, and the consumer may request a key frame. */
export const maxRequests = 5
/** A longer gap is an outage: only a key frame helps. */
export const maxMissing = 256

interface Missing {
  dueAt: number
  requests: number
}

export const make = (): LossTracker => {
  const window = ReplayWindow.make()
  /** By index, in ascending order. */
  const missing = new Map<number, Missing>()
  let newest: number | undefined

  const addGap = (from: number, to: number, now: number): void => {
    if (to - from > maxMissing) return missing.clear()
    for (let index = from; index < to; index++) missing.set(index, { dueAt: now + reorderDelay, requests: 0 })
    for (const index of Array.from(missing.keys()).slice(0, -maxMissing)) missing.delete(index)
  }

  return {
    receive: (sequenceNumber, now) => {
      const index = window.indexOf(sequenceNumber)
      if (!window.isNew(index)) return false
      window.record(index)
      missing.delete(index)
      if (newest !== undefined && index > newest + 1) addGap(newest + 1, index, now)
      newest = Math.max(newest ?? index, index)
      return true
    },
    request: (now) => {
      const due: Array<number> = []
      for (const [index, one] of missing) {
        if (one.dueAt > now) continue
        if (one.requests >= maxRequests) {
          missing.delete(index)
          continue
        }
        due.push(index % 0x1_0000)
        one.requests++
        one.dueAt = now + repeatDelay
      }
      return due
    },
    isMissing: (sequenceNumber) => missing.has(window.indexOf(sequenceNumber)),
    size: () => missing.size
  }
}
