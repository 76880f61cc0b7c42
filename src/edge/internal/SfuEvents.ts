/**
 * Sends each event of an SFU to the part that it concerns.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type { BoundedForks } from "../../internal/BoundedForks.ts"
import * as PeerText from "../../internal/PeerText.ts"
import type { CallEnded } from "../EdgeEvent.ts"
import type { PeerConnection } from "../PeerConnection.ts"
import type { Publishing } from "../publishing/Publishing.ts"
import type { SfuEvent } from "../SfuClient.ts"
import { SfuConnectionError } from "../SfuClient.ts"
import type { CallState } from "./CallState.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import { lose } from "./ConnectionLost.ts"
import * as ReconnectPolicy from "./ReconnectPolicy.ts"
import type { SubscriberOffer } from "./SubscriberNegotiation.ts"

export interface Receivers {
  readonly callState: CallState
  readonly publishing: Publishing
  readonly peer: PeerConnection
  readonly offers: Queue.Queue<SubscriberOffer>
  /** The SFU that we have migrated to is ready. */
  readonly onMigrationCompleted: Effect.Effect<void>
  /** If false, a request of the SFU to reconnect is only logged. */
  readonly mayReconnect: boolean
  /** The remote candidates that are being added to `peer`. */
  readonly candidates: BoundedForks
}

/** Runs until the call ends, or the SFU requests a disconnection or a reconnection. */
export const run = <E>(
  receivers: Receivers,
  nextEvent: Effect.Effect<SfuEvent, E>
): Effect.Effect<CallEnded, SfuConnectionError | ConnectionLost | E> =>
  Effect.gen(function*() {
    while (true) {
      const ended = yield* dispatch(receivers, yield* nextEvent)
      if (Option.isSome(ended)) return ended.value
    }
  })

/** Returns the end of the call, if the event is its end. */
const dispatch = Effect.fnUntraced(function*(
  receivers: Receivers,
  event: SfuEvent
): Effect.fn.Return<Option.Option<CallEnded>, SfuConnectionError | ConnectionLost> {
  const { callState, candidates, mayReconnect, offers, onMigrationCompleted, peer, publishing } = receivers
  switch (event._tag) {
    case "SubscriberOffer": {
      yield* Queue.offer(offers, event)
      break
    }
    case "IceTrickle": {
      // In a fiber: a candidate may wait for the offer that it belongs to.
      if (event.peerType === "Subscriber") yield* candidates.fork(peer.addIceCandidate(event.candidate))
      else yield* publishing.onEvent(event)
      break
    }
    case "IceRestart":
    case "PublishOptionsChanged":
    case "PublishQualityChanged":
    case "GrantsChanged": {
      yield* publishing.onEvent(event)
      break
    }
    case "MigrationCompleted": {
      yield* onMigrationCompleted
      break
    }
    case "GoAway":
      return yield* comply(event, `the SFU requests a migration: ${event.reason}`, mayReconnect)
    case "Failed":
      return yield* comply(event, `the SFU reports ${event.code}: ${PeerText.quote(event.detail)}`, mayReconnect)
    case "CallEnded":
      return Option.some(event)
    case "AudioLevelsChanged":
    case "DominantSpeakerChanged":
    case "ConnectionQualityChanged":
    case "VideoPauseChanged": {
      yield* callState.onActivity(event)
      break
    }
    case "ParticipantJoined":
    case "ParticipantUpdated":
    case "ParticipantLeft":
    case "TrackPublished":
    case "TrackUnpublished": {
      yield* publishing.onEvent(event)
      yield* callState.onEvent(event)
    }
  }
  return Option.none()
})

/** Carries out the request that an event contains. */
const comply = (
  event: SfuEvent,
  detail: string,
  mayReconnect: boolean
): Effect.Effect<Option.Option<CallEnded>, SfuConnectionError | ConnectionLost> => {
  const request = ReconnectPolicy.requestOf(event)
  if (request === "Leave") return Effect.succeedSome({ _tag: "CallEnded", reason: "LiveEnded" })
  if (request === "Disconnect") return Effect.fail(new SfuConnectionError({ reason: "Disconnect", detail }))
  return request !== undefined && mayReconnect
    ? lose(request, new SfuConnectionError({ reason: "Reconnect", detail }))
    : Effect.as(Effect.logWarning(detail), Option.none())
}
