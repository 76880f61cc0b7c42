/**
 * An answering agent: it answers whoever has spoken, and stops when anybody speaks.
 */
import { StreamEdge } from "effect-track-resolver"
import type { RemoteTrack } from "effect-track-resolver"
import { Pcm, Speaker, Speech, Vad } from "effect-track-resolver/media"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import * as Stream from "effect/Stream"

/** A service that knows what to say: speech to text, a language model, and text to speech. */
export class Answers extends Context.Service<Answers, {
  /**
   * The answer to an utterance of 16,000 samples a second, as speech of 24,000, in pieces of any length as they are made. Empty
   * if there is nothing to say.
   */
  readonly answer: (name: string, question: Int16Array) => Stream.Stream<Int16Array>
}>()("effect-track-resolver/examples/agents/answeringAgent/Answers") {}

/** Of the person who has asked, or who interrupts. */
export type Turn =
  | { readonly _tag: "Answering" | "Answered"; readonly name: string }
  /** `unsaid`: what was ready to be said, and is dropped. */
  | { readonly _tag: "Interrupted"; readonly name: string; readonly unsaid: Duration.Duration }

/** In frames of 20 ms. A click is shorter, and does not interrupt. */
const shortestSpeech = 3

const nameOf = ({ key, participant }: RemoteTrack): string => participant.name ?? key.userId

export const answeringAgent = Effect.fnUntraced(function*(report: (turn: Turn) => Effect.Effect<void>) {
  const edge = yield* StreamEdge
  const { answer } = yield* Answers
  const { detector } = yield* Vad.Vad
  const speaker = yield* Speaker.make(edge, { sampleRate: 24_000 })
  const answering = yield* FiberHandle.make<void>()
  let isAnswering = false

  const say = (name: string, question: Int16Array): Effect.Effect<void> =>
    Effect.gen(function*() {
      yield* Stream.runForEach(answer(name, question), (samples) =>
        Effect.gen(function*() {
          if (!isAnswering) yield* report({ _tag: "Answering", name })
          isAnswering = true
          yield* speaker.write(samples)
        }))
      if (!isAnswering) return
      yield* speaker.end
      yield* speaker.drained
      isAnswering = false
      yield* report({ _tag: "Answered", name })
    }).pipe(
      // No longer published: `speaker.done` says so too.
      Effect.ignore
    )

  const stop = (name: string) =>
    Effect.gen(function*() {
      if (!isAnswering) return
      isAnswering = false
      // At once: no frame is sent from here on. Ending the fiber may take longer, and it may have written until then.
      const queued = yield* speaker.clear
      yield* FiberHandle.clear(answering)
      const late = yield* speaker.clear
      yield* report({ _tag: "Interrupted", name, unsaid: Duration.sum(queued, late) })
    })

  /** The utterances of a microphone. Whenever there is speech, the agent stops. */
  const listenTo = (track: RemoteTrack) =>
    Stream.unwrap(Effect.gen(function*() {
      const name = nameOf(track)
      const { isSpeech } = yield* detector(16_000)
      let speech = 0
      const frames = Pcm.stream(track, { sampleRate: 16_000 }).pipe(
        Stream.tap(({ samples }) =>
          Effect.flatMap(isSpeech(samples), (isSpeech) => {
            speech = isSpeech ? speech + 1 : 0
            return speech < shortestSpeech ? Effect.void : stop(name)
          })
        )
      )
      return Stream.map(Speech.fromFrames(frames, { sampleRate: 16_000 }), ({ samples }) => ({ name, samples }))
    })).pipe(
      // One microphone that cannot be decoded is no reason to stop.
      Stream.catch((error) => Stream.fromEffectDrain(Effect.logWarning(`${track.key.userId}: ${error.message}`)))
    )

  // Not `forEachTrack`: it interrupts a body with its track, and the question of a person who mutes at once would be lost.
  const converse = edge.tracks({ trackType: "Audio", isOwnUser: false }).pipe(
    Stream.flatMap(listenTo, { concurrency: "unbounded" }),
    // The answer to the newest question replaces one that is being made.
    Stream.runForEach(({ name, samples }) => FiberHandle.run(answering, say(name, samples)))
  )
  // A moderator, or the loss of a permission, takes its voice.
  const silenced = Effect.catchIf(speaker.done, ({ reason }) => reason === "Ended", () => Effect.never)
  yield* Effect.raceFirst(converse, silenced)
}, Effect.scoped)
