/**
 * An SFU that sends events faster than it accepts our requests gets no more requests.
 */
import { assert, describe } from "@effect/vitest"
import type { SfuEvent } from "effect-track-resolver"
import { SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { publish, withHarness } from "./Harness.ts"

const unreachable = new SfuRequestError({
  method: "UpdateMuteStates",
  reason: "Unreachable",
  code: "unavailable",
  detail: "no",
  attempts: 5
})

const events: ReadonlyArray<SfuEvent> = [
  { _tag: "PublishOptionsChanged", publishOptions: [] },
  { _tag: "PublishQualityChanged", qualities: [] },
  { _tag: "GrantsChanged", grants: { audio: true, video: true, screenShare: true } },
  { _tag: "TrackUnpublished", publication: { userId: "bob", sessionId: "b1", trackType: "Audio" }, cause: "UserMuted" }
]

describe("bounded: mute states", () => {
  let fails = false
  let attempts = 0
  withHarness(
    "a mute that does not reach the SFU is repeated after a pause, however many events the SFU sends",
    (harness) =>
      Effect.gen(function*() {
        yield* harness.begin()
        const publication = yield* publish(harness, "Audio")
        fails = true
        attempts = 0
        yield* publication.mute
        yield* ScriptedCall.flush
        for (let n = 0; n < 100; n++) {
          yield* harness.publishing.onEvent(events[n % events.length]!)
          yield* ScriptedCall.flush
        }
        assert.strictEqual(attempts, 1)
        // Another step is due: the pause ends.
        yield* publication.unmute
        yield* ScriptedCall.flush
        yield* publication.mute
        yield* ScriptedCall.flush
        assert.strictEqual(attempts, 2)
        fails = false
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual(attempts, 3)
      }),
    {
      onMuteStates: () =>
        Effect.suspend(() => {
          attempts++
          return fails ? Effect.fail(unreachable) : Effect.void
        })
    }
  )
})
