/**
 * Counts packets by the mark they carry, and tells when there are enough.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Mark from "./Mark.ts"

export class Counter {
  readonly marks = new Map<string, number>()
  private total = 0
  private target = Infinity
  private reached = Deferred.makeUnsafe<void>()

  readonly count = (payload: Buffer): void => {
    const mark = Mark.read(payload)
    this.marks.set(mark, (this.marks.get(mark) ?? 0) + 1)
    if (++this.total === this.target) Deferred.doneUnsafe(this.reached, Effect.void)
  }

  /** Waits for so many more. */
  more(packets: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.target = this.total + packets
      this.reached = Deferred.makeUnsafe()
      return Deferred.await(this.reached)
    })
  }
}
