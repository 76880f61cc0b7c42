/**
 * A signal socket that receives messages instead of frames, and fails with the port's error. Counts and logs the frames
 * that it cannot decode, and masks our secrets in the others. Fails if such a frame contains a message that the edge needs, because only a new join repeats it.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import type * as Socket from "effect/socket/Socket"
import { SfuConnectionError } from "../../edge/SfuClient.ts"
import * as SignalMessage from "../wire/SignalMessage.ts"
import * as Evidence from "./Evidence.ts"
import type { Redact } from "./Redaction.ts"
import type { SignalSocket } from "./SignalSocket.ts"

export interface SignalChannel extends Pick<SignalSocket, "close" | "awaitClosed" | "silence"> {
  /** The next message. One caller at a time. */
  readonly receive: Effect.Effect<SignalMessage.SignalMessage, SfuConnectionError>
  readonly send: (frame: Uint8Array) => Effect.Effect<void, SfuConnectionError>
}

const unreadableFrames = Metric.counter("stream_sfu_frames_unreadable", {
  description: "Frames of the SFU that could not be decoded",
  incremental: true
})

const countUnreadable = ({ payload, reason }: SignalMessage.Unreadable): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(unreadableFrames, { reason, payload }), 1)

const messageLost = ({ detail, payload, reason }: SignalMessage.Unreadable, redact: Redact): SfuConnectionError =>
  new SfuConnectionError({
    reason: reason === "Oversized" ? "TooLarge" : "Unreadable",
    detail: reason === "Oversized" ? `${payload} has ${detail}` : `${payload} cannot be decoded: ${redact.text(detail)}`
  })

/** The error event of Node's WebSocket has no cause; that of `ws` has a code. */
const broken = (cause: Socket.SocketErrorReason): SfuConnectionError => {
  const { code } = Evidence.ofCause(cause)
  return new SfuConnectionError({
    reason: "Broken",
    detail: `the WebSocket failed${code === undefined ? "" : ` (${code})`}`
  })
}

const connectionError = (redact: Redact) => ({ reason }: Socket.SocketError): SfuConnectionError =>
  reason._tag === "SocketCloseError"
    ? new SfuConnectionError({
      reason: "Closed",
      closeCode: reason.code,
      detail: redact.text(reason.closeReason ?? "")
    })
    : broken(reason)

/** A frame of more than `maxFrameBytes` is not decoded. Fails with `TooLarge` or `Unreadable` if that loses a message. */
export const make = (socket: SignalSocket, options: {
  readonly maxFrameBytes: number
  readonly redact: Redact
}): SignalChannel => {
  const { maxFrameBytes, redact } = options
  const toConnectionError = Effect.mapError(connectionError(redact))
  const warned = new Set<string>()

  /** Warns once about each kind, because an SFU may send such a frame every second. A newer SFU sends unknown payloads. */
  const logDropped = ({ detail, payload, reason }: SignalMessage.Unreadable): Effect.Effect<void> =>
    Effect.suspend(() => {
      const kind = `frame of the SFU dropped: ${reason}, payload ${payload}`
      const isNew = reason !== "Unknown" && !warned.has(kind)
      warned.add(kind)
      return (isNew ? Effect.logWarning : Effect.logDebug)(`${kind}: ${redact.text(detail)}`)
    })

  const receive: SignalChannel["receive"] = Effect.flatMap(toConnectionError(socket.receive), (frame) => {
    const message = SignalMessage.decode(frame, maxFrameBytes)
    if (Result.isSuccess(message)) return Effect.succeed(redact.data(message.success))
    const unreadable = message.failure
    return Effect.andThen(
      countUnreadable(unreadable),
      SignalMessage.isLoss(unreadable)
        ? Effect.fail(messageLost(unreadable, redact))
        : Effect.andThen(logDropped(unreadable), receive)
    )
  })
  return {
    receive,
    send: (frame) => toConnectionError(socket.send(frame)),
    close: socket.close,
    awaitClosed: socket.awaitClosed,
    silence: socket.silence
  }
}
