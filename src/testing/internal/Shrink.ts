/**
 * Searches for the smallest list of actions that still fails.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ScriptedAction } from "./ScriptedAction.ts"

export interface Shrunk {
  readonly actions: ReadonlyArray<ScriptedAction>
  readonly cause: Cause.Cause<unknown>
  /** How many smaller calls were played. */
  readonly attempts: number
}

/** Tries the candidates of the smallest call so far, until none of them fails or `maxAttempts` calls were played. */
export const shrink = <A, E, R>(
  failing: Omit<Shrunk, "attempts">,
  play: (actions: ReadonlyArray<ScriptedAction>) => Effect.Effect<Exit.Exit<A, E>, never, R>,
  maxAttempts: number
): Effect.Effect<Shrunk, never, R> =>
  Effect.gen(function*() {
    let smallest = failing
    let attempts = 0
    let untried = candidates(failing.actions)
    while (attempts < maxAttempts) {
      const next = untried.next()
      if (next.done === true) break
      attempts++
      const exit = yield* play(next.value)
      if (Exit.isSuccess(exit)) continue
      smallest = { actions: next.value, cause: exit.cause }
      untried = candidates(next.value)
    }
    return { ...smallest, attempts }
  })

/** Simpler lists of actions: with fewer actions, starting with the largest cut; with fewer faults; with shorter waits. */
const candidates = function*(
  actions: ReadonlyArray<ScriptedAction>
): Generator<ReadonlyArray<ScriptedAction>, void, undefined> {
  yield* withFewerActions(actions)
  yield* withFewerFaults(actions)
  yield* withShorterWaits(actions)
}

const withFewerActions = function*(actions: ReadonlyArray<ScriptedAction>) {
  for (let length = Math.max(1, actions.length >> 1); length >= 1; length >>= 1) {
    for (let end = actions.length; end > 0; end -= length) {
      yield [...actions.slice(0, Math.max(0, end - length)), ...actions.slice(end)]
    }
  }
}

/** Without one fault in all actions, then without one fault in one action. */
const withFewerFaults = function*(actions: ReadonlyArray<ScriptedAction>) {
  const names = new Set(actions.flatMap(({ faults = {} }) => Object.keys(faults)))
  for (const name of names) yield actions.map((action) => withoutFault(action, name))
  for (const [index, action] of actions.entries()) {
    for (const name of Object.keys(action.faults ?? {})) yield actions.with(index, withoutFault(action, name))
  }
}

/** Moves an action and all later ones to the time of the action before it, or to 100 ms after it. */
const withShorterWaits = function*(actions: ReadonlyArray<ScriptedAction>) {
  for (const [index, { at }] of actions.entries()) {
    const previous = Math.max(0, actions[index - 1]?.at ?? 0)
    for (const earlier of [previous, previous + 100]) {
      if (at <= earlier) continue
      yield actions.map((action, other) => other < index ? action : { ...action, at: action.at - at + earlier })
    }
  }
}

const withoutFault = ({ faults = {}, ...action }: ScriptedAction, name: string): ScriptedAction => {
  const others = Object.entries(faults).filter(([key]) => key !== name)
  return others.length === 0 ? action : { ...action, faults: Object.fromEntries(others) }
}
