/**
 * Follows the choices of a known path.
 */
import type { Search } from "../Search.ts"

export interface ReplaySearch extends Search {
  /** Whether the program no longer has this path: a choice had no such candidate, or the program ended before the path. */
  readonly isStale: () => boolean
}

/** After the end of the choices it follows the stock runtime. */
export const replayPath = (choices: ReadonlyArray<number>): ReplaySearch => {
  let position = 0
  let hasLostPath = false
  return {
    next: () => {
      position = 0
      return true
    },
    choose: ({ candidates }) => {
      const choice = choices[position++] ?? 0
      if (choice < candidates.length) return choice
      hasLostPath = true
      return candidates.length - 1
    },
    finish: () => {},
    exhausted: () => undefined,
    isStale: () => hasLostPath || position < choices.length
  }
}
