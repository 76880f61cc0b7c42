/**
 * One permit, and the callers that wait for it: first in, first out. A semaphore as Effect's with one permit, whose `enter`
 * is synchronous, so that a step can take a free permit. Every operation takes constant time; Effect's walks over all
 * waiters, see docs/upstream-effect.md.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** From `enter` to `leave`. Linked with its neighbours while it waits, so that it can leave from any place. */
export interface Turn {
  isHolder: boolean
  /** Undefined until the fiber waits. */
  resume: ((effect: Effect.Effect<void>) => void) | undefined
  previous: Turn | undefined
  next: Turn | undefined
}

export class PermitQueue {
  /** Held, or on its way to the next holder: a caller that comes in between waits behind the others. */
  private isTaken = false
  private first: Turn | undefined
  private last: Turn | undefined

  /** Takes the permit if it is free, and otherwise a place in the queue. Each `enter` needs one `leave`. */
  enter(): Turn {
    const turn: Turn = { isHolder: !this.isTaken, resume: undefined, previous: undefined, next: undefined }
    if (turn.isHolder) this.isTaken = true
    else this.append(turn)
    return turn
  }

  /**
   * Releases the permit, or leaves the queue. Only a fiber calls this: the next holder runs in a turn of its scheduler, and
   * not inside the fiber that releases.
   */
  leave(turn: Turn): void {
    if (!turn.isHolder) this.remove(turn)
    else if (this.first === undefined) this.isTaken = false
    else Fiber.getCurrent()!.currentDispatcher.scheduleTask(() => this.passOn(), 0)
  }

  private passOn(): void {
    const turn = this.first
    if (turn === undefined) {
      this.isTaken = false
      return
    }
    this.remove(turn)
    turn.isHolder = true
    turn.resume?.(Effect.void)
  }

  private append(turn: Turn): void {
    turn.previous = this.last
    if (this.last === undefined) this.first = turn
    else this.last.next = turn
    this.last = turn
  }

  private remove({ next, previous }: Turn): void {
    if (previous === undefined) this.first = next
    else previous.next = next
    if (next === undefined) this.last = previous
    else next.previous = previous
  }
}

/** Waits for the permit. The fiber may have yielded since it entered, and hold the permit already. */
export const wait = (turn: Turn): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (turn.isHolder) resume(Effect.void)
    else turn.resume = resume
  })
