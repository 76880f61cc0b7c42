/**
 * Replay protection (RFC 3711, section 3.3.2): which packets of a source were received already. Pure.
 *
 * A packet has an index of 48 bits: its sequence number and the rollovers before it (`indexOf`). `isNew` changes nothing.
 * Call `record` only after the packet was authenticated: a forged packet must not move the window.
 *
 * A test that needs a receiver as strict as libsrtp asks this for each packet that arrives:
 *
 * ```ts
 * const received = ReplayWindow.forSources()
 * const accepts = (ssrc: number, sequenceNumber: number): boolean => {
 *   const index = received.indexOf(ssrc, sequenceNumber)
 *   const isNew = received.isNew(ssrc, index)
 *   if (isNew) received.record(ssrc, index)
 *   return isNew
 * }
 * ```
 */

/** The packets of one source. */
export interface ReplayWindow {
  /** False if the packet was recorded, or is older than the window. */
  readonly isNew: (index: number) => boolean
  readonly record: (index: number) => void
  /** The index closest to the newest recorded packet (RFC 3711, section 3.3.1). */
  readonly indexOf: (sequenceNumber: number) => number
}

/** The same for several sources, by SSRC. Only a recorded packet makes a source known. */
export interface ReplayWindows {
  readonly isNew: (ssrc: number, index: number) => boolean
  readonly record: (ssrc: number, index: number) => void
  readonly indexOf: (ssrc: number, sequenceNumber: number) => number
  readonly size: () => number
}

/**
 * In packets; a multiple of 32. RFC 3711 demands 64, which one key frame of video fills. A retransmission comes up to
 * about a second late, and a second of 10 Mbit/s is about 1,000 packets. A window takes 128 bytes.
 */
export const defaultSize = 1_024

/** Beyond this number of sources, the one that has been silent longest is forgotten. */
export const defaultCapacity = 4_096

const rollover = 0x1_0000

/** How often the sequence number has wrapped before this index. */
export const rolloversOf = (index: number): number => Math.floor(index / rollover)

export const make = (size: number = defaultSize): ReplayWindow => {
  const words = new Uint32Array(size / 32)
  let newest = -1

  const wordOf = (index: number): number => Math.floor(index % size / 32)
  const bitOf = (index: number): number => 1 << (index % 32)

  return {
    isNew: (index) => index > newest || (index > newest - size && (words[wordOf(index)]! & bitOf(index)) === 0),
    record: (index) => {
      for (let n = Math.max(newest + 1, index - size + 1); n <= index; n++) words[wordOf(n)]! &= ~bitOf(n)
      if (index > newest - size) words[wordOf(index)]! |= bitOf(index)
      newest = Math.max(newest, index)
    },
    indexOf: (sequenceNumber) => {
      if (newest < 0) return sequenceNumber
      const rollovers = rolloversOf(newest)
      const distance = sequenceNumber - newest % rollover
      if (distance < -rollover / 2) return (rollovers + 1) * rollover + sequenceNumber
      // Before the first rollover there is no earlier index: the sequence number has jumped ahead.
      return (distance > rollover / 2 && rollovers > 0 ? rollovers - 1 : rollovers) * rollover + sequenceNumber
    }
  }
}

export const forSources = (
  options?: { readonly size?: number; readonly capacity?: number }
): ReplayWindows => {
  const capacity = options?.capacity ?? defaultCapacity
  const unknown = make(options?.size)
  /** The source that was silent longest is first. */
  const windows = new Map<number, ReplayWindow>()
  const windowOf = (ssrc: number): ReplayWindow => windows.get(ssrc) ?? unknown

  return {
    isNew: (ssrc, index) => windowOf(ssrc).isNew(index),
    indexOf: (ssrc, sequenceNumber) => windowOf(ssrc).indexOf(sequenceNumber),
    record: (ssrc, index) => {
      const window = windows.get(ssrc) ?? make(options?.size)
      windows.delete(ssrc)
      windows.set(ssrc, window)
      window.record(index)
      if (windows.size > capacity) windows.delete(windows.keys().next().value!)
    },
    size: () => windows.size
  }
}
