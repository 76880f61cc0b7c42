/**
 * Answers the offers of an SFU for the subscriber connection, one at a time in their order.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import type { NegotiationResult, PeerConnection } from "../PeerConnection.ts"
import type { SfuEvent, SfuSession } from "../SfuClient.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import { lose } from "./ConnectionLost.ts"
import { restartIce } from "./SubscriberMedia.ts"

export type SubscriberOffer = Extract<SfuEvent, { readonly _tag: "SubscriberOffer" }>

export interface Options {
  readonly offers: Queue.Queue<SubscriberOffer>
  readonly peer: PeerConnection
  readonly session: SfuSession
  /** Runs before the answer is sent: the SFU sends no new media before it has the answer. */
  readonly onNegotiated: (result: NegotiationResult) => Effect.Effect<void>
}

/** After this number of failed offers in a row the connection is lost. */
const maxFailedOffers = 3

/** After a refused answer: how long to wait for a newer offer, which explains the refusal. */
const newerOfferDelay: Duration.Input = "1 second"

/** After a failed offer, requests an ICE restart: the SFU then sends another offer. */
export const run = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<never, ConnectionLost> {
  const { offers, session } = options
  let failed = 0
  while (true) {
    const answered = yield* Effect.result(answer(options, yield* Queue.take(offers)))
    if (Result.isSuccess(answered)) {
      failed = 0
      continue
    }
    const error = answered.failure
    // An SFU refuses the answer to an offer that it has replaced. An ICE restart would replace the newer offer as well.
    const isReplaced = error._tag === "SfuRequestError" && (yield* hasNewerOffer(offers))
    if (isReplaced) continue
    if (++failed === maxFailedOffers) return yield* lose("Rejoin", error)
    yield* Effect.logWarning("an offer could not be answered", error)
    yield* restartIce(session)
  }
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
