/**
 * Answers the offers of an SFU for the subscriber connection, one at a time.
 *
 * Each offer is complete: it has every m-line, and the ICE credentials of a restart. So a newer offer replaces one that
 * waits, and an SFU ignores or refuses the answer to an offer that it has replaced (SFU protocol, section 12).
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import type { NegotiationResult, PeerConnection } from "../PeerConnection.ts"
import type { SfuEvent, SfuSession } from "../SfuClient.ts"
import type { ConnectionHealth } from "./ConnectionHealth.ts"
import { reactionTo } from "./RequestPolicy.ts"

export type SubscriberOffer = Extract<SfuEvent, { readonly _tag: "SubscriberOffer" }>

export interface Options {
  /** Contains the newest offer, unless it was taken. */
  readonly offers: Queue.Queue<SubscriberOffer>
  readonly peer: PeerConnection
  readonly session: SfuSession
  readonly health: ConnectionHealth
  /** Runs before the answer is sent: the SFU sends no new media before it has the answer. */
  readonly onNegotiated: (result: NegotiationResult) => Effect.Effect<void>
}

/** After a refused answer: how long to wait for a newer offer, which explains the refusal. */
const newerOfferDelay: Duration.Input = "1 second"

/** After a failed offer, requests an ICE restart: the SFU then sends another offer. */
export const run = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<never> {
  const { health, offers, session } = options
  while (true) {
    const answered = yield* Effect.result(answer(options, yield* Queue.take(offers)))
    if (Result.isSuccess(answered)) {
      yield* health.succeeded("Answer")
      continue
    }
    const error = answered.failure
    // An SFU refuses the answer to an offer that it has replaced. An ICE restart would replace the newer offer as well.
    const mayBeReplaced = error._tag === "SfuRequestError" && reactionTo("Answer", error.reason) === "Degrade"
    if (mayBeReplaced && (yield* hasNewerOffer(offers))) continue
    yield* health.failed("Answer", error)
    yield* restartIce(session, health)
  }
})

/** Requests an offer that restarts ICE from the SFU. */
export const restartIce = (session: SfuSession, health: ConnectionHealth): Effect.Effect<void> =>
  Effect.matchEffect(session.restartIce, {
    onFailure: (error) => health.failed("IceRestart", error),
    onSuccess: () => health.succeeded("IceRestart")
  })

const answer = Effect.fnUntraced(function*(
  { onNegotiated, peer, session }: Options,
  { negotiationId, sdp }: SubscriberOffer
) {
  const result = yield* peer.answer(sdp)
  yield* onNegotiated(result)
  yield* session.sendAnswer({ sdp: result.sdp, negotiationId })
})

const hasNewerOffer = (offers: Queue.Queue<SubscriberOffer>): Effect.Effect<boolean> =>
  Effect.map(Effect.timeoutOption(Queue.peek(offers), newerOfferDelay), Option.isSome)
