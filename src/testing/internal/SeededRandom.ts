/**
 * Chance that can be had again: the same seed gives the same numbers on any machine. (Mulberry32, 32 bits of state.)
 */
export type Dice = () => number

/** Numbers from 0 up to, and not, 1. */
export const make = (seed: number): Dice => {
  let state = (seed ^ 0x9e3779b9) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let hash = Math.imul(state ^ (state >>> 15), state | 1)
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61)
    return ((hash ^ (hash >>> 14)) >>> 0) / 4_294_967_296
  }
}
