/**
 * Updates of the subscriptions: each sends the full set, one is in flight, and of the sets that wait only the newest is
 * sent (SFU protocol, section 10).
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import type { SfuRequestError, Subscription } from "../../edge/SfuClient.ts"

type Subscriptions = ReadonlyArray<Subscription>

export interface SubscriptionQueue {
  /** Returns the result of the request that sends this set or a newer one. */
  readonly update: (subscriptions: Subscriptions) => Effect.Effect<void, SfuRequestError>
}

/** `request` sends a set. It reads the newest one before each attempt. */
export const make = (
  request: (newest: () => Subscriptions) => Effect.Effect<void, SfuRequestError>
): SubscriptionQueue => {
  const semaphore = Semaphore.makeUnsafe(1)
  let newest: Subscriptions = []
  /** The version of `newest`: the number of calls so far. */
  let version = 0
  /** The version that the last request sent, and how the request ended. */
  let lastRequest: { readonly version: number; readonly exit: Exit.Exit<void, SfuRequestError> } | undefined

  return {
    update: (subscriptions) =>
      Effect.suspend(() => {
        newest = subscriptions
        const ownVersion = ++version
        const sendUnlessSent = Effect.suspend(() => {
          if (lastRequest !== undefined && lastRequest.version >= ownVersion) return lastRequest.exit
          let sentVersion = version
          const readNewest = () => {
            sentVersion = version
            return newest
          }
          return Effect.onExit(request(readNewest), (exit) =>
            Effect.sync(() => {
              if (!Exit.hasInterrupts(exit)) lastRequest = { version: sentVersion, exit }
            }))
        })
        return semaphore.withPermit(sendUnlessSent)
      })
  }
}
