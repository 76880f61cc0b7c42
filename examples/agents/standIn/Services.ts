/**
 * Stand-ins for services that cost money: they know the language of `Words`. Replace them by yours.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Answers } from "../answeringAgent.ts"
import { SpeechToText } from "../transcriber.ts"
import * as Words from "./Words.ts"

export const speechToText = Layer.succeed(SpeechToText, {
  transcribe: (samples) => Effect.sync(() => Words.recognise(samples, 16_000))
})

/** Says thanks, and repeats the words: long answers give time to interrupt them. */
export const answers = Layer.succeed(Answers, {
  answer: (_, question) =>
    Stream.suspend(() => {
      const words = Words.recognise(question, 16_000).split(" ").filter((word) => word !== "" && word !== "?")
      if (words.length === 0) return Stream.empty
      return Stream.map(Stream.make("thanks", ...words, ...words), (word) => Words.say(word, 24_000))
    })
})
