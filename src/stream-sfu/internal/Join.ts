/**
 * The join: the first request on a socket, and the wait for its response (SFU protocol, section 5).
 */
import * as Effect from "effect/Effect"
import type { SfuClient, SfuConnectionError } from "../../edge/SfuClient.ts"
import { type SfuEvent, SfuJoinError } from "../../edge/SfuClient.ts"
import * as ErrorCode from "../wire/ErrorCode.ts"
import type { JoinResponse, SfuError } from "../wire/SignalMessage.ts"
import * as SignalRequest from "../wire/SignalRequest.ts"
import type { Redact } from "./Redaction.ts"
import type { SfuAccess } from "./SfuAccess.ts"
import type { SignalChannel } from "./SignalChannel.ts"

/** The port's options of a join. */
export type JoinOptions = Parameters<SfuClient["Service"]["join"]>[0]

/** The timeout of the response. The opening of the socket has its own timeout. */
const timeout = "5 seconds"

const refused = (error: SfuError, access: SfuAccess, redact: Redact): SfuJoinError => {
  const canUseAnotherSfu = access.sfuId !== undefined && ErrorCode.isJoinableElsewhere(error.code)
  return new SfuJoinError({
    reason: "Refused",
    ...(error.code === 0 ? {} : { code: error.code }),
    detail: redact.text(error.detail),
    shouldRetry: error.reconnectStrategy !== "Disconnect" && (error.shouldRetry || canUseAnotherSfu)
  })
}

/** A response that is too large, or that cannot be decoded, would be the same at the next attempt. */
const lost = ({ detail, message, reason }: SfuConnectionError): SfuJoinError => {
  switch (reason) {
    case "TooLarge":
      return new SfuJoinError({ reason: "TooLarge", detail: `the SFU: ${detail}`, shouldRetry: false })
    case "Unreadable":
      return new SfuJoinError({ reason: "Refused", detail: `the SFU: ${detail}`, shouldRetry: false })
    default:
      return new SfuJoinError({ reason: "Unreachable", detail: message, shouldRetry: true })
  }
}

/**
 * Sends the request and returns the response. Delivers the events that arrive before it. If the join fails, the socket is
 * closed with 4101; if it is interrupted, the scope of the socket closes it with 1000.
 */
export const join = (options: {
  readonly channel: SignalChannel
  readonly access: SfuAccess
  readonly joinOptions: JoinOptions
  readonly redact: Redact
  readonly deliver: (event: SfuEvent) => Effect.Effect<void, SfuConnectionError>
}): Effect.Effect<JoinResponse, SfuJoinError> => {
  const { access, channel, deliver, joinOptions, redact } = options

  const awaitResponse = Effect.gen(function*() {
    while (true) {
      const message = yield* channel.receive
      switch (message._tag) {
        case "JoinResponse":
          return message
        case "SfuError":
          return yield* refused(message, access, redact)
        case "Event": {
          const { event } = message
          if (event._tag === "CallEnded") {
            const detail = `the call has ended: ${event.reason}`
            return yield* new SfuJoinError({ reason: "Refused", detail, shouldRetry: false })
          }
          yield* deliver(event)
          break
        }
        case "Ignored":
          break
      }
    }
  })

  return channel.send(SignalRequest.joinRequest({ token: access.token, ...joinOptions })).pipe(
    Effect.andThen(awaitResponse),
    Effect.catchTag("SfuConnectionError", lost),
    Effect.timeoutOrElse({
      duration: timeout,
      orElse: () =>
        Effect.fail(
          new SfuJoinError({ reason: "TimedOut", detail: "no response to the join in time", shouldRetry: true })
        )
    }),
    Effect.tapError(() => channel.close(4101, "join failed"))
  )
}
