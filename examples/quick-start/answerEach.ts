import { StreamEdge } from "effect-track-resolver"
import { Speaker, Speech } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Answers each utterance. Samples of 16 bits, mono: utterances have 16,000 a second, answers 24,000. */
export const answerEach = Effect.fnUntraced(function*(answer: (utterance: Int16Array) => Effect.Effect<Int16Array>) {
  const edge = yield* StreamEdge
  const speaker = yield* Speaker.make(edge, { sampleRate: 24_000 })
  yield* edge.forEachTrack(
    { trackType: "Audio", isOwnUser: false },
    (track) =>
      Stream.runForEach(Speech.segments(track), ({ samples }) =>
        Effect.gen(function*() {
          yield* speaker.write(yield* answer(samples))
          yield* speaker.end
        }))
  )
}, Effect.scoped)
