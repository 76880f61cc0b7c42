/**
 * The requests of a session, in order: each method has a queue of its own with one request in flight. With two in flight,
 * the older one could arrive last and undo the newer one (SFU protocol, section 12).
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { SfuRequestError, type SfuSession } from "../../edge/SfuClient.ts"
import * as SignalCall from "../wire/SignalCall.ts"
import * as AnswerQueue from "./AnswerQueue.ts"
import * as SubscriptionQueue from "./SubscriptionQueue.ts"
import type * as Twirp from "./Twirp.ts"

export interface Requests extends
  Pick<
    SfuSession,
    "sendAnswer" | "sendOffer" | "updateMuteStates" | "sendIceCandidate" | "updateSubscriptions" | "restartIce"
  >
{
  /** Has to be called for each offer of the SFU: an answer to an older offer is then no longer retried. */
  readonly onOffer: (negotiationId: number) => Effect.Effect<void>
  /** Ends the session: requests in flight are interrupted, and later ones fail. */
  readonly end: Effect.Effect<void>
}

/** Attempts of `SetPublisher` and `SendAnswer`. */
const negotiationAttempts = 3

/** Attempts of the other methods. */
const otherAttempts = 5

export const make = (twirp: Twirp.Twirp, sessionId: string): Requests => {
  const ended = Deferred.makeUnsafe<void>()

  const failWhenEnded = (method: SignalCall.SignalCall["method"]) => <A>(request: Effect.Effect<A, SfuRequestError>) =>
    Effect.suspend(() => {
      const sessionEnded = Effect.suspend(() =>
        Effect.fail(
          new SfuRequestError({
            method,
            reason: "SessionEnded",
            code: "canceled",
            detail: "the session has ended",
            attempts: 0
          })
        )
      )
      return Deferred.isDoneUnsafe(ended)
        ? sessionEnded
        : Effect.raceFirst(request, Effect.andThen(Deferred.await(ended), sessionEnded))
    })

  const answers = AnswerQueue.make(({ abortRetry, negotiationId, sdp }) =>
    twirp.call({
      request: () => SignalCall.sendAnswer({ sessionId, sdp, negotiationId }),
      attempts: negotiationAttempts,
      abortRetry
    })
  )
  const offers = Semaphore.makeUnsafe(1)
  const muteStates = Semaphore.makeUnsafe(1)
  const subscriptions = SubscriptionQueue.make((newest) =>
    twirp.call({
      request: () => SignalCall.updateSubscriptions({ sessionId, subscriptions: newest() }),
      attempts: otherAttempts
    })
  )
  const restarts = Semaphore.makeUnsafe(1)

  return {
    sendAnswer: (answer) => answers.send(answer).pipe(failWhenEnded("SendAnswer")),
    sendOffer: ({ sdp, tracks }) =>
      twirp.call({
        request: () => SignalCall.setPublisher({ sessionId, sdp, tracks }),
        attempts: negotiationAttempts
      }).pipe(offers.withPermit, failWhenEnded("SetPublisher")),
    updateMuteStates: (states) =>
      twirp.call({
        request: () => SignalCall.updateMuteStates({ sessionId, states }),
        attempts: otherAttempts
      }).pipe(muteStates.withPermit, failWhenEnded("UpdateMuteStates")),
    updateSubscriptions: (newest) => subscriptions.update(newest).pipe(failWhenEnded("UpdateSubscriptions")),
    // Candidates need no order, so they have no queue.
    sendIceCandidate: (peerType, candidate) =>
      twirp.call({
        request: () => SignalCall.sendIceCandidate({ sessionId, peerType, candidate }),
        attempts: otherAttempts
      }).pipe(failWhenEnded("IceTrickle")),
    restartIce: twirp.call({
      request: () => SignalCall.restartIce({ sessionId }),
      attempts: otherAttempts
    }).pipe(restarts.withPermit, failWhenEnded("IceRestart")),
    onOffer: answers.onOffer,
    end: Effect.asVoid(Deferred.succeed(ended, undefined))
  }
}
