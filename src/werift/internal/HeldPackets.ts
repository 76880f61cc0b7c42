/**
 * Packets that wait for an offer or a subscriber. Pure.
 *
 * Bounded in number, bytes and time: the oldest packets are lost first.
 */
export interface HeldPackets<A> {
  /** `bytes` is the size of the packet, `now` in milliseconds. */
  readonly add: (packet: A, bytes: number, now: number) => void
  /** Removes all packets and returns those that are at most `maxAge` old, oldest first. */
  readonly take: (now: number) => ReadonlyArray<Held<A>>
  readonly size: () => number
}

export interface Held<A> {
  readonly packet: A
  readonly bytes: number
  /** In milliseconds. */
  readonly addedAt: number
}

/** About a second of video. */
export const maxPackets = 512
export const maxBytes = 512 * 1_024
/** In milliseconds: longer than an offer or a subscription takes, and short enough for a call. */
export const maxAge = 1_000

export const make = <A>(): HeldPackets<A> => {
  let held: Array<Held<A>> = []
  let bytes = 0

  const isTooMuch = (now: number): boolean => held.length > maxPackets || bytes > maxBytes || isOld(held[0], now)

  return {
    add: (packet, size, now) => {
      held.push({ packet, bytes: size, addedAt: now })
      bytes += size
      while (isTooMuch(now)) bytes -= held.shift()!.bytes
    },
    take: (now) => {
      const taken = held.filter((one) => !isOld(one, now))
      held = []
      bytes = 0
      return taken
    },
    size: () => held.length
  }
}

const isOld = (held: Held<unknown> | undefined, now: number): boolean =>
  held !== undefined && now - held.addedAt > maxAge
