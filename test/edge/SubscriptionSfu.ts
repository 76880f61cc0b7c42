/**
 * The subscriptions of an SFU that handles one request after the other.
 */
import type { Subscription } from "effect-track-resolver"
import { SfuRequestError } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"

/**
 * What happens to a request. `lost`: it does not arrive. `answer lost`: it is applied, and its answer does not arrive. `slow`: it
 * is applied, and its answer takes a second.
 */
export type Fate = "accepted" | "refused" | "lost" | "answer lost" | "slow"

export interface SubscriptionSfu {
  /** What the session is subscribed to. */
  subscribed: ReadonlyArray<Subscription>
  /** The fates of the next requests. Later requests are accepted. */
  readonly fates: Array<Fate>
  /** The requests that are not answered. */
  open: number
  mostOpen: number
  /** Whether the last request was accepted, or no request has arrived. */
  hasAccepted: boolean
  readonly onSubscriptions: (subscriptions: ReadonlyArray<Subscription>) => Effect.Effect<void, SfuRequestError>
}

/** `delay` is the time before a request is applied, and again before it is answered. */
export const make = (delay: Effect.Effect<void>, fates: ReadonlyArray<Fate> = []): Effect.Effect<SubscriptionSfu> =>
  Effect.map(Semaphore.make(1), (turn) => {
    const sfu: SubscriptionSfu = {
      subscribed: [],
      fates: [...fates],
      open: 0,
      mostOpen: 0,
      hasAccepted: true,
      onSubscriptions: (subscriptions) => {
        const request = Effect.gen(function*() {
          const fate = sfu.fates.shift() ?? "accepted"
          sfu.hasAccepted = false
          yield* delay
          if (fate !== "refused" && fate !== "lost") sfu.subscribed = subscriptions
          yield* fate === "slow" ? Effect.sleep("1 second") : delay
          if (fate === "accepted" || fate === "slow") return sfu.hasAccepted = true
          return yield* new SfuRequestError({
            method: "UpdateSubscriptions",
            reason: fate === "refused" ? "Refused" : "Unreachable",
            code: 0,
            detail: "",
            attempts: 1
          })
        })
        return Effect.acquireUseRelease(
          Effect.sync(() => sfu.mostOpen = Math.max(sfu.mostOpen, ++sfu.open)),
          () => turn.withPermit(request),
          () => Effect.sync(() => sfu.open--)
        )
      }
    }
    return sfu
  })
