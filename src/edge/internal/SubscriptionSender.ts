/**
 * Sends the publications that we want to receive to the SFU, whenever they have changed.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { kindOf } from "../../Track.ts"
import type { SfuSession, Subscription } from "../SfuClient.ts"
import type { CallState } from "./CallState.ts"

/** The pause after which subscriptions that could not be sent are sent again. */
const retryDelay: Duration.Input = "10 seconds"

/** `dimension` is the size of all video, in pixels. */
export const subscriptions = (
  callState: CallState,
  dimension: Subscription["dimension"]
): ReadonlyArray<Subscription> =>
  callState.wantedKeys().map((key) => kindOf(key.trackType) === "video" ? { key, dimension } : { key })

/** Does not wait for responses. A retry always sends the newest set. */
export const run = (
  callState: CallState,
  session: SfuSession,
  dimension: Subscription["dimension"]
): Effect.Effect<never> => {
  const send = Effect.suspend(() => session.updateSubscriptions(subscriptions(callState, dimension))).pipe(
    Effect.catch((error) =>
      Effect.logWarning("subscriptions were not updated", error).pipe(
        Effect.andThen(Effect.sleep(retryDelay)),
        Effect.andThen(Queue.offer(callState.wantedChanged, undefined))
      )
    )
  )
  return Effect.forever(Effect.andThen(Queue.take(callState.wantedChanged), Effect.forkChild(send)))
}
