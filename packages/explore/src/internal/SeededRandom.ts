/**
 * Pseudo-random numbers (Mulberry32, 32 bits of state): the same seed gives the same numbers on any machine.
 */

/** Returns the next number, at least 0 and less than 1. */
export type SeededRandom = () => number

export const make = (seed: number): SeededRandom => {
  let state = (seed ^ 0x9e3779b9) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let hash = Math.imul(state ^ (state >>> 15), state | 1)
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61)
    return ((hash ^ (hash >>> 14)) >>> 0) / 4_294_967_296
  }
}
