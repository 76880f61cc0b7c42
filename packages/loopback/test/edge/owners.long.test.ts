/**
 * What an agent hears and sees of each participant, over real sockets: samples with their owner's tone and nobody else's,
 * pictures in their owner's colour.
 */
import { it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { AudioCodec, VideoCodec } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import { hues, tones } from "../../src/Recordings.ts"
import { agentIn } from "../support/agentIn.ts"
import { assertHue, assertTone } from "../support/perception.ts"

const users = ["alice", "bob", "carol"] as const

const agent = agentIn("owners")

it.live("each participant is heard in their own tone, and seen in their own colour", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    for (const userId of users) {
      const participant = yield* sfu.participant({ userId })
      yield* participant.publish("Audio")
      yield* participant.publish("Video")
    }
    yield* Effect.forEach(users.entries(), ([voice, userId]) =>
      Effect.all([
        assertTone({ userId, trackType: "Audio" }, tones[voice]!, tones),
        assertHue({ userId, trackType: "Video" }, hues[voice]!)
      ], { concurrency: 2 }), { concurrency: "unbounded", discard: true }).pipe(Effect.provide(yield* agent))
  }).pipe(
    Effect.provide([
      LoopbackSfu.layer(),
      AudioCodec.AudioCodecs.layer,
      VideoCodec.VideoCodecs.layer
    ])
  ))
