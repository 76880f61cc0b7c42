/**
 * Answers to the SFU's offers: one in flight, in the order of the calls, and no retry once a newer offer arrives (SFU
 * protocol, section 12).
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"
import type { SfuRequestError } from "../../edge/SfuClient.ts"

interface Answer {
  readonly sdp: string
  readonly negotiationId: number
}

export interface AnswerQueue {
  readonly send: (answer: Answer) => Effect.Effect<void, SfuRequestError>
  readonly onOffer: (negotiationId: number) => Effect.Effect<void>
}

/** `request` sends one answer. `abortRetry` completes when the answer is superseded by a newer offer. */
export const make = (
  request: (answer: Answer & { readonly abortRetry: Effect.Effect<void> }) => Effect.Effect<void, SfuRequestError>
): AnswerQueue => {
  const semaphore = Semaphore.makeUnsafe(1)
  let newestOffer: number | undefined
  let inFlight: { readonly negotiationId: number; readonly superseded: Latch.Latch } | undefined

  return {
    send: ({ negotiationId, sdp }) =>
      Effect.suspend(() => {
        const superseded = Latch.makeUnsafe(newestOffer !== undefined && newestOffer !== negotiationId)
        inFlight = { negotiationId, superseded }
        return request({ sdp, negotiationId, abortRetry: superseded.await })
      }).pipe(semaphore.withPermit),
    onOffer: (negotiationId) =>
      Effect.suspend(() => {
        newestOffer = negotiationId
        return inFlight === undefined || inFlight.negotiationId === negotiationId
          ? Effect.void
          : Effect.asVoid(inFlight.superseded.open)
      })
  }
}
