/**
 * Faults in random order, each once before any comes again.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

export interface DrawnFault<Name> {
  readonly name: Name
  /** The fault could not be injected: the next draw returns it again. */
  readonly putBack: () => void
}

/** Returns the next fault; shuffles all of them again when none is left. */
export const make = <Name>(names: ReadonlyArray<Name>): Effect.Effect<DrawnFault<Name>> => {
  let left: Array<Name> = []
  return Effect.gen(function*() {
    if (left.length === 0) left = yield* Random.shuffle(names)
    const name = left.pop()!
    return { name, putBack: () => void left.push(name) }
  })
}
