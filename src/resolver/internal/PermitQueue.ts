/**
 * One permit, and the callers that wait for it: first in, first out. The contract is that of `withPermit` of Effect's
 * `Semaphore` with one permit. Every operation takes constant time; Effect's walks over all waiters, see
 * docs/upstream-effect.md.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

export interface PermitQueue {
  /**
   * Runs the effect while it holds the permit. An interrupted waiter leaves its place, an interrupted holder releases the
   * permit. The next holder runs in a turn of its own, not inside the fiber that releases.
   */
  readonly withPermit: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** One run of `withPermit`. Linked with its neighbours while it waits, so that it can leave from any place. */
interface Turn {
  phase: "Outside" | "Waiting" | "Holding"
  resume: (effect: Effect.Effect<void>) => void
  previous: Turn | undefined
  next: Turn | undefined
}

export const make = (): PermitQueue => {
  /** Held, or on its way to the next holder: a caller that comes in between waits behind the others. */
  let isTaken = false
  let first: Turn | undefined
  let last: Turn | undefined

  const append = (turn: Turn): void => {
    turn.phase = "Waiting"
    turn.previous = last
    if (last === undefined) first = turn
    else last.next = turn
    last = turn
  }

  const remove = (turn: Turn): void => {
    const { next, previous } = turn
    if (previous === undefined) first = next
    else previous.next = next
    if (next === undefined) last = previous
    else next.previous = previous
  }

  const take = (turn: Turn): Effect.Effect<void> =>
    Effect.callback((resume) => {
      turn.resume = resume
      if (isTaken) return append(turn)
      isTaken = true
      turn.phase = "Holding"
      resume(Effect.void)
    })

  const passOn = (): void => {
    const turn = first
    if (turn === undefined) {
      isTaken = false
      return
    }
    remove(turn)
    turn.phase = "Holding"
    turn.resume(Effect.void)
  }

  const leave = (turn: Turn): void => {
    if (turn.phase === "Waiting") remove(turn)
    else if (turn.phase === "Holding" && first === undefined) isTaken = false
    else if (turn.phase === "Holding") Fiber.getCurrent()!.currentDispatcher.scheduleTask(passOn, 0)
  }

  return {
    withPermit: (effect) =>
      Effect.uninterruptibleMask((restore) => {
        const turn: Turn = { phase: "Outside", resume: () => {}, previous: undefined, next: undefined }
        return Effect.ensuring(
          restore(Effect.andThen(take(turn), effect)),
          Effect.sync(() => leave(turn))
        )
      })
  }
}
