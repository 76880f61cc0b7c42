/**
 * The signalling of a scripted call: each join opens a socket, and the script chooses what the SFU sends on it.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type {
  Reconnection,
  SfuClient,
  SfuConnectionError,
  SfuEvent,
  SfuJoinError,
  SfuParticipant,
  SfuSession,
  StreamIdentity,
  Subscription
} from "../../edge/SfuClient.ts"
import { SfuRequestError } from "../../edge/SfuClient.ts"
import * as Arguments from "../../internal/Arguments.ts"
import { TrackType } from "../../Track.ts"
import type { CallRecorder } from "./CallRecorder.ts"
import * as Numbered from "./Numbered.ts"
import * as ScriptedSubscriber from "./ScriptedSubscriber.ts"

/**
 * The answers of the SFU's signalling.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SignallingScript {
  /** The participants that a join response contains. If it fails, the join fails. Default: no participant. */
  readonly participants?: Effect.Effect<ReadonlyArray<SfuParticipant>, SfuJoinError> | undefined
  /**
   * Replaces fields of the session that a join returns. If it fails, the join fails. Default: replaces nothing; the SFU
   * keeps a session for 10 seconds after it lost the socket, and resumes it at a `Fast` reconnection.
   */
  readonly onJoin?:
    | ((reconnection: Reconnection | undefined) => Effect.Effect<Partial<SfuSession>, SfuJoinError>)
    | undefined
  /**
   * Runs for each answer, before the answer is recorded. If it fails, the request fails. An SDP that the subscriber's
   * connection did not return as an answer is refused in any case.
   */
  readonly onAnswer?: ((negotiationId: number) => Effect.Effect<void, SfuRequestError>) | undefined
  /** Runs for each set of subscriptions, before the set is recorded. If it fails, the request fails. */
  readonly onSubscriptions?:
    | ((subscriptions: ReadonlyArray<Subscription>) => Effect.Effect<void, SfuRequestError>)
    | undefined
}

export interface ScriptedSignalling {
  readonly join: SfuClient["Service"]["join"]
  /** Sends an event on the socket of the newest join, or of the join with this number. */
  readonly emit: (event: SfuEvent, join?: number) => Effect.Effect<void>
  /** Sends an offer with the next negotiation id on the newest socket. */
  readonly offer: (sdp: string) => Effect.Effect<void>
  /** Fails the socket of the newest join, or of the join with this number. */
  readonly failSocket: (error: SfuConnectionError, join?: number) => Effect.Effect<void>
}

type PublisherRequests = Pick<SfuSession, "publishOptions" | "grants" | "sendOffer" | "updateMuteStates">

type SubscriberRequests = Pick<SfuSession, "sendAnswer" | "sendIceCandidate" | "updateSubscriptions" | "restartIce">

export const make = Effect.fnUntraced(function*(
  { record }: CallRecorder,
  script: SignallingScript,
  publisherRequests: PublisherRequests
): Effect.fn.Return<ScriptedSignalling> {
  const sockets = yield* Numbered.make(Queue.unbounded<SfuEvent, SfuConnectionError | Cause.Done>())
  const requests = subscriberRequests(record, script)
  let offers = 0

  const join: ScriptedSignalling["join"] = Effect.fnUntraced(function*({ reconnection, sessionId }) {
    const participants = yield* script.participants ?? Effect.succeed([])
    const replaced = yield* script.onJoin?.(reconnection) ?? Effect.succeed({})
    const detach = yield* recordStay(record, sessionId, reconnection)
    const socket = yield* sockets.open
    return {
      participants,
      iceServers: [],
      identify,
      reconnected: reconnection?.strategy === "Fast",
      fastReconnectDeadline: 10_000,
      events: Stream.fromQueue(socket),
      detach,
      ...publisherRequests,
      ...requests,
      ...replaced
    }
  })

  /** `undefined` if the session has ended: nothing reads from its socket. */
  const socketOf = (number: number | undefined) => {
    const socket = number === undefined ? sockets.newest() : sockets.at(number)
    if (socket === "Unknown") throw Arguments.error("ScriptedCall", "join", "the number of a join so far", number)
    return socket === "Closed" ? undefined : socket
  }

  const emit: ScriptedSignalling["emit"] = Effect.fnUntraced(function*(event, number) {
    const socket = socketOf(number)
    if (socket === undefined) return
    yield* Queue.offer(socket, event)
    if (event._tag === "CallEnded") yield* Queue.end(socket)
  })

  return {
    join,
    emit,
    offer: (sdp) =>
      Effect.suspend(() => emit({ _tag: "SubscriberOffer", sdp, negotiationId: ++offers, iceRestart: false })),
    failSocket: (error, number) =>
      Effect.suspend(() => {
        const socket = socketOf(number)
        return socket === undefined ? Effect.void : Effect.asVoid(Queue.fail(socket, error))
      })
  }
})

const notAnAnswer = new SfuRequestError({
  method: "SendAnswer",
  reason: "Refused",
  code: 400,
  detail: "the SDP is not an answer",
  attempts: 1
})

const subscriberRequests = (
  record: CallRecorder["record"],
  { onAnswer, onSubscriptions }: SignallingScript
): SubscriberRequests => ({
  sendAnswer: ({ negotiationId, sdp }) =>
    ScriptedSubscriber.isAnswer(sdp)
      ? Effect.andThen(onAnswer?.(negotiationId) ?? Effect.void, record({ _tag: "Answered", negotiationId }))
      : Effect.fail(notAnAnswer),
  sendIceCandidate: () => Effect.void,
  updateSubscriptions: (subscriptions) =>
    Effect.andThen(onSubscriptions?.(subscriptions) ?? Effect.void, record({ _tag: "Subscribed", subscriptions })),
  restartIce: record({ _tag: "RequestedIceRestart" })
})

/** Records the join now, and the leave when the scope closes, unless the session was detached before. */
const recordStay = (
  record: CallRecorder["record"],
  sessionId: string,
  reconnection: Reconnection | undefined
): Effect.Effect<SfuSession["detach"], never, Scope.Scope> =>
  Effect.suspend(() => {
    let isDetached = false
    return Effect.acquireRelease(
      Effect.as(
        record({ _tag: "Joined", sessionId, ...(reconnection === undefined ? {} : { reconnection }) }),
        (to: "Resume" | "Migrate") =>
          Effect.suspend(() => {
            isDetached = true
            return record({ _tag: "Detached", sessionId, to })
          })
      ),
      () => isDetached ? Effect.void : record({ _tag: "Left" })
    )
  })

const trackTypes: ReadonlyArray<string> = TrackType.literals

const isTrackType = (name: string): name is TrackType => trackTypes.includes(name)

const identify = (streamId: string): StreamIdentity | undefined => {
  const [streamIdPrefix = "", trackType = ""] = streamId.split(":")
  return isTrackType(trackType) ? { streamIdPrefix, trackType } : undefined
}
