/**
 * What a session asks of its SFU, and in which order: two requests of one kind are never on their way at the same time,
 * since the older might arrive last and undo the newer.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"
import { SfuRequestError, type SfuSession, type Subscription } from "../edge/SfuClient.ts"
import type * as Twirp from "./Twirp.ts"
import * as Wire from "./Wire.ts"

export interface Requests extends
  Pick<
    SfuSession,
    "sendAnswer" | "sendOffer" | "updateMuteStates" | "sendIceCandidate" | "updateSubscriptions" | "restartIce"
  >
{
  /** An offer came: answers to older ones are not repeated any more. */
  readonly offered: (negotiationId: number) => Effect.Effect<void>
  /** The session is over: what is on its way is broken off, and nothing follows. */
  readonly end: Effect.Effect<void>
}

export const make = (twirp: Twirp.Twirp, sessionId: string): Requests => {
  const over = Deferred.makeUnsafe<void>()

  const during = (method: Wire.Call["method"]) => <A>(request: Effect.Effect<A, SfuRequestError>) =>
    Effect.suspend(() => {
      const cut = Effect.fail(
        new SfuRequestError({
          method,
          reason: "SessionEnded",
          code: "canceled",
          detail: "the session is over",
          attempts: 0
        })
      )
      return Deferred.isDoneUnsafe(over)
        ? cut
        : Effect.raceFirst(request, Effect.andThen(Deferred.await(over), cut))
    })

  // --- Answers ---

  const answers = Semaphore.makeUnsafe(1)
  let newestOffer: number | undefined
  /** The answer that is on its way. */
  let answering: { readonly negotiationId: number; readonly overtaken: Latch.Latch } | undefined

  const sendAnswer: Requests["sendAnswer"] = ({ negotiationId, sdp }) =>
    Effect.suspend(() => {
      const overtaken = Latch.makeUnsafe(newestOffer !== undefined && newestOffer !== negotiationId)
      answering = { negotiationId, overtaken }
      return twirp.call({
        request: () => Wire.sendAnswer({ sessionId, sdp, negotiationId }),
        attempts: 3,
        pointless: overtaken.await
      })
    }).pipe(answers.withPermit, during("SendAnswer"))

  // --- What we publish ---

  const offers = Semaphore.makeUnsafe(1)

  const sendOffer: Requests["sendOffer"] = ({ sdp, tracks }) =>
    Effect.suspend(() => twirp.call({ request: () => Wire.setPublisher({ sessionId, sdp, tracks }), attempts: 3 }))
      .pipe(offers.withPermit, during("SetPublisher"))

  const muting = Semaphore.makeUnsafe(1)

  const updateMuteStates: Requests["updateMuteStates"] = (states) =>
    Effect.suspend(() => twirp.call({ request: () => Wire.updateMuteStates({ sessionId, states }), attempts: 5 })).pipe(
      muting.withPermit,
      during("UpdateMuteStates")
    )

  // --- Subscriptions ---

  const updates = Semaphore.makeUnsafe(1)
  let wanted: ReadonlyArray<Subscription> = []
  let version = 0
  /** How the last update ended, and the newest set that it sent. */
  let settled: { readonly version: number; readonly exit: Exit.Exit<void, SfuRequestError> } | undefined

  /** Whoever finds, after waiting, that a set as new as theirs has been sent meanwhile takes over how that ended. */
  const updateSubscriptions: Requests["updateSubscriptions"] = (subscriptions) =>
    Effect.suspend(() => {
      wanted = subscriptions
      const mine = ++version
      const update = Effect.suspend(() => {
        if (settled !== undefined && settled.version >= mine) return settled.exit
        let sent = version
        const request = () => {
          sent = version
          return Wire.updateSubscriptions({ sessionId, subscriptions: wanted })
        }
        return Effect.onExit(twirp.call({ request, attempts: 5 }), (exit) =>
          Effect.sync(() => {
            if (!Exit.hasInterrupts(exit)) settled = { version: sent, exit }
          }))
      })
      return update.pipe(updates.withPermit, during("UpdateSubscriptions"))
    })

  // --- ICE ---

  const restarts = Semaphore.makeUnsafe(1)

  return {
    sendAnswer,
    sendOffer,
    updateMuteStates,
    updateSubscriptions,
    // Candidates may arrive in any order, so they do not wait for each other.
    sendIceCandidate: (peerType, candidate) =>
      twirp.call({ request: () => Wire.sendIceCandidate({ sessionId, peerType, candidate }), attempts: 5 }).pipe(
        during("IceTrickle")
      ),
    restartIce: Effect.suspend(() => twirp.call({ request: () => Wire.restartIce({ sessionId }), attempts: 5 })).pipe(
      restarts.withPermit,
      during("IceRestart")
    ),
    offered: (negotiationId) =>
      Effect.suspend(() => {
        newestOffer = negotiationId
        return answering === undefined || answering.negotiationId === negotiationId
          ? Effect.void
          : Effect.asVoid(answering.overtaken.open)
      }),
    end: Effect.asVoid(Deferred.succeed(over, undefined))
  }
}
