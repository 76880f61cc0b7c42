/**
 * Health checks, and the detection of a dead connection (SFU protocol, section 6).
 */
import * as Effect from "effect/Effect"
import { SfuConnectionError } from "../../edge/SfuClient.ts"
import * as SignalRequest from "../wire/SignalRequest.ts"
import type { SignalChannel } from "./SignalChannel.ts"

const healthCheckInterval = "5 seconds"

/** In milliseconds. */
const silenceLimit = 12_000

/** Sends the first health check after one interval. */
export const sendHealthChecks = (channel: SignalChannel): Effect.Effect<never, SfuConnectionError> =>
  Effect.sleep(healthCheckInterval).pipe(
    Effect.andThen(Effect.suspend(() => channel.send(SignalRequest.healthCheckRequest()))),
    Effect.forever
  )

/** Fails after 12 seconds without a frame of any kind. */
export const watchSilence = (channel: SignalChannel): Effect.Effect<never, SfuConnectionError> =>
  Effect.gen(function*() {
    while (true) {
      const silence = yield* channel.silence
      if (silence < silenceLimit) {
        yield* Effect.sleep(silenceLimit - silence)
        continue
      }
      // After the process stalls, expired timers run before the frames that arrived during the stall are read.
      yield* Effect.yieldNow
      if ((yield* channel.silence) < silenceLimit) continue
      const detail = `no frame for ${silenceLimit / 1_000} seconds`
      return yield* new SfuConnectionError({ reason: "Silent", detail })
    }
  })
