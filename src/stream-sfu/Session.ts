/**
 * One stay in a call on one socket: the join, the events, the signs of life, and the end.
 *
 * Everything that happens on the socket happens in one fiber of the session's scope, and of the three that race in it
 * (who listens, who asks for signs of life, who notices silence) none outlives the race. Closing the scope leaves, unless
 * the session was handed over.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Metric from "effect/Metric"
import * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import type { IceServer } from "../edge/PeerConnection.ts"
import type { Grants, SfuClient, SfuEvent, SfuSession } from "../edge/SfuClient.ts"
import { SfuConnectionError, SfuJoinError } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as ChildScope from "../internal/ChildScope.ts"
import * as ErrorCode from "./ErrorCode.ts"
import type * as Limits from "./Limits.ts"
import * as Wording from "./Redaction.ts"
import * as Requests from "./Requests.ts"
import * as Link from "./SignalSocket.ts"
import * as StreamId from "./StreamId.ts"
import * as Twirp from "./Twirp.ts"
import * as Wire from "./Wire.ts"

/** Where an SFU is and how it lets us in: what a coordinator gives. */
export interface Access {
  readonly url: string
  readonly webSocketUrl: string
  readonly token: Redacted.Redacted
  readonly iceServers: ReadonlyArray<IceServer>
  /** The name that the coordinator has for it. */
  readonly sfuId?: string | undefined
  readonly grants?: Grants | undefined
}

/** How a session begins: as the port has it. */
export type Entry = Parameters<SfuClient["Service"]["join"]>[0]

interface Options {
  readonly access: Access
  readonly limits: Limits.Limits
  readonly client: HttpClient.HttpClient
  readonly entry: Entry
}

/**
 * Codes of an SFU that goes down, is full, or has no place left in the call: another may do, and a coordinator that named
 * this one can name another.
 */
export const anotherSfu: ReadonlySet<number> = new Set([301, 600, 700])

const joinTimeout = "5 seconds"
const healthInterval = "5 seconds"
/** In milliseconds. */
const silenceLimit = 12_000
/** For the leave to get through. */
const leaveTimeout = "1 second"

const unreadableFrames = Metric.counter("stream_sfu_frames_unreadable", {
  description: "Frames of the SFU that could not be understood",
  incremental: true
})

const noted = ({ detail, payload, reason }: Wire.Unreadable, wording: Wording.Wording): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(unreadableFrames, { reason, payload }), 1),
    Effect.logDebug(`frame of the SFU passed over: ${reason}, payload ${payload}: ${wording(detail)}`)
  )

const notOpened = ({ reason }: Socket.SocketError): SfuJoinError =>
  reason._tag === "SocketOpenError" && reason.kind === "Timeout"
    ? new SfuJoinError({ reason: "TimedOut", detail: "the WebSocket did not open in time", shouldRetry: true })
    : new SfuJoinError({ reason: "Unreachable", detail: "the WebSocket could not be opened", shouldRetry: true })

const lost = ({ reason }: Socket.SocketError, wording: Wording.Wording): SfuConnectionError =>
  reason._tag === "SocketCloseError"
    ? new SfuConnectionError({
      reason: "Closed",
      closeCode: reason.code,
      detail: wording(reason.closeReason ?? "")
    })
    : new SfuConnectionError({ reason: "Broken", detail: "the WebSocket failed" })

const args = Arguments.forService("SfuClient.join")

export const join = Effect.fnUntraced(
  function*(options: Options): Effect.fn.Return<SfuSession, SfuJoinError, Scope.Scope | Socket.WebSocketConstructor> {
    args.nonEmpty("sessionId", options.entry.sessionId)
    return yield* ChildScope.run(establish(options))
  }
)

const establish = Effect.fnUntraced(function*(options: Options) {
  const { access, client, entry, limits } = options
  const { sessionId } = entry
  const { token } = access
  const wording = Wording.make(token, ...access.iceServers.flatMap(({ credential }) => credential ?? []))
  const twirp = Twirp.make({ client, url: access.url, token, limit: limits.bytes, wording })
  const requests = Requests.make(twirp, sessionId)
  const events = yield* Queue.bounded<SfuEvent, SfuConnectionError | Cause.Done>(limits.events)
  const link = yield* Effect.mapError(Link.open(access.webSocketUrl), notOpened)

  const heard: Effect.Effect<Wire.Message, SfuConnectionError> = link.next.pipe(
    Effect.mapError((error) => lost(error, wording)),
    Effect.flatMap((frame) => {
      const message = Wire.message(frame, limits.bytes)
      return Result.isSuccess(message)
        ? Effect.succeed(message.success)
        : Effect.andThen(noted(message.failure, wording), heard)
    })
  )

  /** The consumer is neither waited for, since silence is noticed by reading on, nor skipped. */
  const tell = (event: SfuEvent): Effect.Effect<void, SfuConnectionError> =>
    Effect.suspend(() => {
      if (!Queue.offerUnsafe(events, event)) {
        const detail = `the consumer of the events is more than ${limits.events} behind`
        return Effect.fail(new SfuConnectionError({ reason: "Broken", detail }))
      }
      return event._tag === "SubscriberOffer" ? requests.offered(event.negotiationId) : Effect.void
    })

  // --- The join ---

  const joined = yield* Effect.gen(function*() {
    yield* Effect.mapError(
      link.send(Wire.joinRequest({ token, ...entry })),
      (error) => lost(error, wording)
    )
    while (true) {
      const message = yield* heard
      switch (message._tag) {
        case "Joined":
          return message
        case "Failed":
          return yield* new SfuJoinError({
            reason: "Refused",
            ...(message.code === 0 ? {} : { code: message.code }),
            detail: wording(message.detail),
            shouldRetry: message.reconnectStrategy !== "Disconnect"
              && (message.shouldRetry || access.sfuId !== undefined && anotherSfu.has(message.code))
          })
        case "Told": {
          const { event } = message
          if (event._tag === "CallEnded") {
            const detail = `the call has ended: ${event.reason}`
            return yield* new SfuJoinError({ reason: "Refused", detail, shouldRetry: false })
          }
          yield* tell(event)
          break
        }
        case "Unneeded":
          break
      }
    }
  }).pipe(
    Effect.catchTag(
      "SfuConnectionError",
      ({ message }) => new SfuJoinError({ reason: "Unreachable", detail: message, shouldRetry: true })
    ),
    Effect.timeoutOrElse({
      duration: joinTimeout,
      orElse: () =>
        Effect.fail(
          new SfuJoinError({ reason: "TimedOut", detail: "the join was not answered in time", shouldRetry: true })
        )
    }),
    // Whoever interrupts a join goes, and that is a normal close.
    Effect.tapError(() => link.close(4101, "join failed"))
  )
  if (joined.unusable > 0) yield* Effect.logDebug(`${joined.unusable} participants without a name or a session`)

  // --- The stay ---

  const listen = Effect.gen(function*() {
    while (true) {
      const message = yield* heard
      switch (message._tag) {
        case "Told":
          yield* tell(message.event)
          if (message.event._tag === "CallEnded") return
          break
        case "Failed": {
          const { code, detail, reconnectStrategy } = message
          yield* tell({
            _tag: "Failed",
            reason: ErrorCode.failureReasonOf(code),
            code,
            detail: wording(detail),
            reconnectStrategy
          })
          break
        }
        case "Joined":
        case "Unneeded":
          break
      }
    }
  })

  const askForLife = Effect.sleep(healthInterval).pipe(
    Effect.andThen(Effect.suspend(() => link.send(Wire.healthCheckRequest()))),
    Effect.mapError((error) => lost(error, wording)),
    Effect.forever
  )

  const noticeSilence = Effect.gen(function*() {
    while (true) {
      const silence = yield* link.silence
      if (silence < silenceLimit) {
        yield* Effect.sleep(silenceLimit - silence)
        continue
      }
      // After a stall of the process, timers run before what came in meanwhile is read: that is read first.
      yield* Effect.yieldNow
      if ((yield* link.silence) < silenceLimit) continue
      const detail = `nothing for ${silenceLimit / 1_000} seconds`
      return yield* new SfuConnectionError({ reason: "Silent", detail })
    }
  })

  let healthy = true
  let handedOverTo: "Resume" | "Migrate" | undefined
  const stay = Effect.raceAllFirst<Effect.Effect<void, SfuConnectionError>>([listen, askForLife, noticeSilence]).pipe(
    Effect.matchEffect({
      onSuccess: () => Effect.asVoid(Queue.end(events)),
      onFailure: (error) =>
        Effect.suspend(() => {
          healthy = false
          return Effect.andThen(
            Queue.fail(events, error),
            error.reason === "Silent" ? link.close(4001, error.detail) : Effect.void
          )
        })
    }),
    Effect.andThen(link.closed)
  )

  // Before the fiber is forked, so that it runs once nobody else reads.
  yield* Effect.addFinalizer(() =>
    Effect.gen(function*() {
      yield* Queue.end(events)
      yield* requests.end
      // The SFU keeps what it has of a session whose socket is closed with 4100, even of one that was lost.
      if (handedOverTo === "Resume") return yield* link.close(4100, "another socket takes over")
      if (handedOverTo === "Migrate") return yield* link.close(1000, "another SFU takes over")
      if (!healthy) return
      yield* Effect.ignore(link.send(Wire.leaveCallRequest({ sessionId, reason: "left" })))
      yield* link.close(1000, "left")
      yield* Effect.timeoutOption(link.closed, leaveTimeout)
    })
  )
  yield* Effect.forkScoped(stay, { startImmediately: true })

  return {
    participants: joined.participants,
    iceServers: access.iceServers,
    ...(access.sfuId === undefined ? {} : { sfuId: access.sfuId }),
    reconnected: joined.reconnected,
    fastReconnectDeadline: joined.fastReconnectDeadline,
    publishOptions: joined.publishOptions,
    ...(access.grants === undefined ? {} : { grants: access.grants }),
    identify: StreamId.parse,
    events: Stream.fromQueue(events),
    sendAnswer: requests.sendAnswer,
    sendOffer: requests.sendOffer,
    updateMuteStates: requests.updateMuteStates,
    sendIceCandidate: requests.sendIceCandidate,
    updateSubscriptions: requests.updateSubscriptions,
    restartIce: requests.restartIce,
    detach: (to) => Effect.sync(() => void (handedOverTo = to))
  } satisfies SfuSession
})
