/**
 * One session with an SFU on one socket: opens the socket, joins, delivers events, checks that the connection is alive, and
 * leaves.
 *
 * One fiber in the session's scope runs everything that the socket needs. Three effects race in that fiber:
 * `deliverEvents`, `sendHealthChecks` and `watchSilence`. When one of them ends, the other two are interrupted. Closing
 * the scope leaves the call, unless the session was detached.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import type { SfuConnectionError, SfuEvent, SfuSession } from "../../edge/SfuClient.ts"
import { SfuJoinError } from "../../edge/SfuClient.ts"
import * as Arguments from "../../internal/Arguments.ts"
import * as ChildScope from "../../internal/ChildScope.ts"
import * as ErrorCode from "../wire/ErrorCode.ts"
import type { JoinResponse, SfuError } from "../wire/SignalMessage.ts"
import * as SignalRequest from "../wire/SignalRequest.ts"
import * as StreamId from "../wire/StreamId.ts"
import * as Endpoint from "./Endpoint.ts"
import * as EventQueue from "./EventQueue.ts"
import type * as Http from "./Http.ts"
import * as Join from "./Join.ts"
import type * as Limits from "./Limits.ts"
import * as Liveness from "./Liveness.ts"
import * as Redaction from "./Redaction.ts"
import * as Requests from "./Requests.ts"
import type { SfuAccess } from "./SfuAccess.ts"
import * as SignalChannel from "./SignalChannel.ts"
import * as SignalSocket from "./SignalSocket.ts"
import * as Twirp from "./Twirp.ts"

interface Options {
  readonly access: SfuAccess
  readonly limits: Limits.Limits
  readonly send: Http.Send
  readonly joinOptions: Join.JoinOptions
}

/** The state that the parts of a session share. */
interface State {
  readonly sessionId: string
  readonly channel: SignalChannel.SignalChannel
  readonly requests: Requests.Requests
  readonly events: EventQueue.EventQueue
  readonly redact: Redaction.Redact
  /** False after the connection is lost. */
  healthy: boolean
  /** Another socket (`Resume`) or another SFU (`Migrate`) continues this session; `undefined` if neither does. */
  detachedTo: "Resume" | "Migrate" | undefined
}

const args = Arguments.forService("SfuClient.join")

/** How long the leave may wait for the SFU to close the socket too. */
const leaveTimeout = "1 second"

export const join = Effect.fnUntraced(
  function*(options: Options): Effect.fn.Return<SfuSession, SfuJoinError, Scope.Scope | Socket.WebSocketConstructor> {
    args.nonEmpty("sessionId", options.joinOptions.sessionId)
    return yield* ChildScope.run(establish(options))
  }
)

const establish = Effect.fnUntraced(function*(options: Options) {
  const state = yield* openState(options)
  const { access, joinOptions } = options
  const response = yield* Join.join({ ...state, access, joinOptions, deliver: (event) => deliver(state, event) })
  if (response.unusable > 0) yield* Effect.logDebug(`${response.unusable} participants without a user id or session id`)
  // Added before the fiber is forked, so the finalizer runs after the fiber has ended and no longer reads the socket.
  yield* Effect.addFinalizer(() => close(state))
  yield* Effect.forkScoped(run(state), { startImmediately: true })
  return sessionOf(state, access, response)
})

const openState = Effect.fnUntraced(function*({ access, joinOptions, limits, send }: Options) {
  const { token, url, webSocketUrl } = access
  // The URL of the requests is checked before the join: a session without requests receives no media, in silence.
  const invalid = Endpoint.invalid(Endpoint.twirp(url))
  if (invalid !== undefined) {
    return yield* new SfuJoinError({ reason: "Unreachable", detail: invalid, shouldRetry: false })
  }
  const { sessionId } = joinOptions
  const credentials = access.iceServers.flatMap(({ credential }) => credential ?? [])
  const redact = Redaction.make(token, ...credentials, ...(access.secrets ?? []))
  const twirp = Twirp.make({ send, url, token, maxResponseBytes: limits.maxBytes, redact })
  const requests = Requests.make(twirp, sessionId)
  const events = yield* EventQueue.make(limits.maxEventsBehind)
  const socket = yield* SignalSocket.open(webSocketUrl, { maxFrameBytes: limits.maxBytes, redact })
  const channel = SignalChannel.make(socket, { maxFrameBytes: limits.maxBytes, redact })
  const state: State = { sessionId, channel, requests, events, redact, healthy: true, detachedTo: undefined }
  return state
})

// --- Events ---

const deliver = ({ events, requests }: State, event: SfuEvent): Effect.Effect<void, SfuConnectionError> =>
  event._tag === "SubscriberOffer"
    ? Effect.andThen(events.offer(event), requests.onOffer(event.negotiationId))
    : events.offer(event)

const failedEvent = ({ code, detail, reconnectStrategy }: SfuError, redact: Redaction.Redact): SfuEvent => ({
  _tag: "Failed",
  reason: ErrorCode.failureReason(code),
  code,
  detail: redact.text(detail),
  reconnectStrategy
})

/** Ends after `CallEnded`: the SFU then closes the socket, and that is not a loss (SFU protocol, section 13). */
const deliverEvents = (state: State): Effect.Effect<void, SfuConnectionError> =>
  Effect.gen(function*() {
    while (true) {
      const message = yield* state.channel.receive
      switch (message._tag) {
        case "Event":
          yield* deliver(state, message.event)
          if (message.event._tag === "CallEnded") return
          break
        case "SfuError":
          yield* deliver(state, failedEvent(message, state.redact))
          break
        case "JoinResponse":
        case "Ignored":
          break
      }
    }
  })

// --- Life and end ---

const onLost = (state: State, error: SfuConnectionError): Effect.Effect<void> =>
  Effect.suspend(() => {
    state.healthy = false
    return Effect.andThen(
      state.events.fail(error),
      error.reason === "Silent" ? state.channel.close(4001, error.detail) : Effect.void
    )
  })

const run = (state: State): Effect.Effect<void> =>
  Effect.raceAllFirst<Effect.Effect<void, SfuConnectionError>>([
    deliverEvents(state),
    Liveness.sendHealthChecks(state.channel),
    Liveness.watchSilence(state.channel)
  ]).pipe(
    Effect.matchEffect({
      onSuccess: () => state.events.end,
      onFailure: (error) => onLost(state, error)
    }),
    Effect.andThen(state.channel.awaitClosed)
  )

/** Close codes: SFU protocol, section 4. */
const close = Effect.fnUntraced(function*(state: State) {
  const { channel, events, requests, sessionId } = state
  yield* events.end
  yield* requests.end
  // After 4100 the SFU keeps the session's resources. That holds for a session whose connection is already lost, too.
  if (state.detachedTo === "Resume") return yield* channel.close(4100, "another socket takes over")
  if (state.detachedTo === "Migrate") return yield* channel.close(1000, "another SFU takes over")
  if (!state.healthy) return
  yield* Effect.ignore(channel.send(SignalRequest.leaveCallRequest({ sessionId, reason: "left" })))
  yield* channel.close(1000, "left")
  yield* Effect.timeoutOption(channel.awaitClosed, leaveTimeout)
})

const sessionOf = (state: State, access: SfuAccess, response: JoinResponse): SfuSession => {
  const { events, requests } = state
  return {
    participants: response.participants,
    iceServers: access.iceServers,
    ...(access.sfuId === undefined ? {} : { sfuId: access.sfuId }),
    reconnected: response.reconnected,
    fastReconnectDeadline: response.fastReconnectDeadline,
    publishOptions: response.publishOptions,
    ...(access.grants === undefined ? {} : { grants: access.grants }),
    endToEndEncrypted: response.endToEndEncrypted,
    identify: StreamId.parse,
    events: events.stream,
    sendAnswer: requests.sendAnswer,
    sendOffer: requests.sendOffer,
    updateMuteStates: requests.updateMuteStates,
    sendIceCandidate: requests.sendIceCandidate,
    updateSubscriptions: requests.updateSubscriptions,
    restartIce: requests.restartIce,
    detach: (to) => Effect.sync(() => void (state.detachedTo = to))
  }
}
