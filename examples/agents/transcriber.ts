/**
 * A transcriber: the words of each person, under their name, in the order in which the utterances ended.
 */
import { StreamEdge } from "effect-track-resolver"
import { Speech } from "effect-track-resolver/media"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** A service that turns speech into text. */
export class SpeechToText extends Context.Service<SpeechToText, {
  /** Mono, 16,000 samples a second. Returns an empty text if it understands nothing. */
  readonly transcribe: (samples: Int16Array) => Effect.Effect<string>
}>()("effect-track-resolver/examples/agents/transcriber/SpeechToText") {}

export interface Line {
  readonly name: string
  readonly text: string
  /** When the utterance began, in milliseconds of the `Clock`. */
  readonly at: number
}

/** How many utterances are transcribed at once. */
const concurrency = 8

export const transcriber = Effect.fnUntraced(function*(write: (line: Line) => Effect.Effect<void>) {
  const edge = yield* StreamEdge
  const { transcribe } = yield* SpeechToText
  // Not `forEachTrack`: it interrupts a body with its track, and the words before a mute or a leave would be lost.
  yield* edge.tracks({ trackType: "Audio", isOwnUser: false }).pipe(
    Stream.flatMap(
      (track) =>
        Speech.segments(track, { sampleRate: 16_000 }).pipe(
          Stream.map((segment) => ({ ...segment, name: track.participant.name ?? track.key.userId })),
          // One microphone that cannot be decoded is no reason to stop.
          Stream.catch((error) => Stream.fromEffectDrain(Effect.logWarning(`${track.key.userId}: ${error.message}`)))
        ),
      { concurrency: "unbounded" }
    ),
    Stream.mapEffect(
      ({ begin, ending, name, samples }) =>
        Effect.map(transcribe(samples), (text): Line => ({
          name,
          // The microphone was switched off, or its owner has left, before the end of the sentence.
          text: ending === "EndOfTrack" && text !== "" ? `${text} ...` : text,
          at: begin
        })),
      { concurrency }
    ),
    Stream.filter(({ text }) => text !== ""),
    Stream.runForEach(write)
  )
})
