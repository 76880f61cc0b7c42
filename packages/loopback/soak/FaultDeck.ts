/**
 * A pack of cards, shuffled again when it is used up: chance that leaves nothing out.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

export interface Card<Name> {
  readonly name: Name
  /** It could not be played, and comes next. */
  readonly giveBack: () => void
}

export const make = <Name>(names: ReadonlyArray<Name>): Effect.Effect<Card<Name>> => {
  let left: Array<Name> = []
  return Effect.gen(function*() {
    if (left.length === 0) left = yield* Random.shuffle(names)
    const name = left.pop()!
    return { name, giveBack: () => void left.push(name) }
  })
}
