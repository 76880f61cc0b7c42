/**
 * A signal socket that receives messages instead of frames, and fails with the port's error. Logs and counts the frames
 * that it cannot decode, and continues after them.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import type * as Socket from "effect/socket/Socket"
import { SfuConnectionError } from "../../edge/SfuClient.ts"
import * as SignalMessage from "../wire/SignalMessage.ts"
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

const recordUnreadable = (
  { detail, payload, reason }: SignalMessage.Unreadable,
  redact: Redact
): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(unreadableFrames, { reason, payload }), 1),
    Effect.logDebug(`unreadable frame of the SFU: ${reason}, payload ${payload}: ${redact(detail)}`)
  )

const connectionError = (redact: Redact) => ({ reason }: Socket.SocketError): SfuConnectionError =>
  reason._tag === "SocketCloseError"
    ? new SfuConnectionError({
      reason: "Closed",
      closeCode: reason.code,
      detail: redact(reason.closeReason ?? "")
    })
    : new SfuConnectionError({ reason: "Broken", detail: "the WebSocket failed" })

/** A frame of more than `maxFrameBytes` is not decoded. */
export const make = (socket: SignalSocket, options: {
  readonly maxFrameBytes: number
  readonly redact: Redact
}): SignalChannel => {
  const { maxFrameBytes, redact } = options
  const toConnectionError = Effect.mapError(connectionError(redact))
  const receive: SignalChannel["receive"] = Effect.flatMap(toConnectionError(socket.receive), (frame) => {
    const message = SignalMessage.decode(frame, maxFrameBytes)
    return Result.isSuccess(message)
      ? Effect.succeed(message.success)
      : Effect.andThen(recordUnreadable(message.failure, redact), receive)
  })
  return {
    receive,
    send: (frame) => toConnectionError(socket.send(frame)),
    close: socket.close,
    awaitClosed: socket.awaitClosed,
    silence: socket.silence
  }
}
