/**
 * What the programs print.
 */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Turn } from "./answeringAgent.ts"
import type { RecordedFile } from "./recorder.ts"
import type { Line } from "./transcriber.ts"
import type { Picture } from "./videoSampler.ts"
import { secondsOf } from "./whoSpeaks.ts"
import type { Talker } from "./whoSpeaks.ts"

/** Names come from peers: without the characters that steer a terminal. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, "?")

const barLength = 20

/** In dBov: what an empty bar means. */
const lowest = -60

const barOf = (level: number): string => {
  const length = Math.round(barLength * Math.max(0, 1 - level / lowest))
  return "#".repeat(length).padEnd(barLength, ".")
}

const rowOf = ({ isSpeaking, level, name, talked }: Talker): string =>
  `${printable(name).padEnd(16)} ${barOf(level)} ${String(level).padStart(4)} dB ${secondsOf(talked).padStart(8)} ${
    isSpeaking ? "speaks" : ""
  }`

/** Draws the rows over those of before. */
const table = (write: (text: string) => void) => {
  let height = 0
  return (people: ReadonlyArray<Talker>): Effect.Effect<void> =>
    Effect.sync(() => {
      const up = height === 0 ? "" : `\u001b[${height}A`
      height = people.length
      write(up + people.map((person) => `${rowOf(person)}\u001b[K\n`).join(""))
    })
}

/** A line whenever somebody begins or stops to speak. */
const changes = () => {
  let before: ReadonlyArray<string> = []
  return (people: ReadonlyArray<Talker>): Effect.Effect<void> => {
    const now = people.filter(({ isSpeaking }) => isSpeaking).map(({ name }) => printable(name))
    if (now.join("\n") === before.join("\n")) return Effect.void
    before = now
    return Console.log(
      now.length === 0 ? "nobody speaks" : `${now.join(", ")} ${now.length === 1 ? "speaks" : "speak"}`
    )
  }
}

export const talkers = (output: typeof process.stdout) =>
  output.isTTY ? table((text) => void output.write(text)) : changes()

const timeOf = (millis: number): string => new Date(millis).toISOString().slice(11, 19)

export const line = ({ at, name, text }: Line) => Console.log(`${timeOf(at)}  ${printable(name)}: ${text}`)

export const turn = (turn: Turn): Effect.Effect<void> => {
  const name = printable(turn.name)
  switch (turn._tag) {
    case "Answering":
      return Console.log(`answering ${name}`)
    case "Answered":
      return Console.log(`answered ${name}`)
    case "Interrupted":
      return Console.log(`${name} speaks: stopped, with ${secondsOf(Duration.toMillis(turn.unsaid))} unsaid`)
  }
}

export const picture = ({ file, height, name, width }: Picture) =>
  Console.log(`${printable(name)}: ${file} (${width} x ${height})`)

export const file = ({ file, length, name }: RecordedFile) =>
  Console.log(
    length === undefined
      ? `recording ${printable(name)}: ${file}`
      : `${printable(name)}: ${file} (${secondsOf(Duration.toMillis(length.duration))}, of which ${
        secondsOf(Duration.toMillis(length.silence))
      } without sound)`
  )
