/**
 * Reproducible random numbers: the same seed gives the same numbers on every machine. (Mulberry32, 32 bits of state.)
 */

/** A number from 0, inclusive, to 1, exclusive. */
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

/** An integer from 0, inclusive, to `limit`, exclusive. */
export const below = (random: SeededRandom, limit: number): number => Math.floor(random() * limit)

export const chance = (random: SeededRandom, probability: number): boolean => random() < probability

export const oneOf = <A>(random: SeededRandom, choices: readonly [A, ...ReadonlyArray<A>]): A =>
  choices[below(random, choices.length)] ?? choices[0]
