/**
 * Who speaks: the level of each person now, and how long each has talked.
 */
import { StreamEdge } from "effect-track-resolver"
import { AudioLevel, Pcm, Vad } from "effect-track-resolver/media"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

/** A person of the call. Several devices of one user are one person. */
export interface Talker {
  readonly name: string
  /** The loudest level since the last report, in dBov: from -127, silence, to 0. */
  readonly level: number
  /** Whether there was speech since the last report. */
  readonly isSpeaking: boolean
  /** In milliseconds. */
  readonly talked: number
}

/** Of 20 ms: what voice detection judges at once. */
const frameMillis = 20

const silent = { level: -127, isSpeaking: false }

/** Reports everyone who has had a microphone, four times a second. At its end it prints how long each has talked. */
export const whoSpeaks = Effect.fnUntraced(function*(report: (people: ReadonlyArray<Talker>) => Effect.Effect<void>) {
  const edge = yield* StreamEdge
  const { detector } = yield* Vad.Vad
  /** By user id. Who has left stays, for the summary. */
  const people = new Map<string, Talker>()

  const listen = edge.forEachTrack({ kind: "audio" }, (track) =>
    Effect.gen(function*() {
      const { userId } = track.key
      const name = track.participant.name ?? userId
      // Of this track: it adapts to the noise of its microphone.
      const { isSpeech } = yield* detector(16_000)
      yield* Pcm.stream(track, { sampleRate: 16_000, frame: frameMillis }).pipe(
        Stream.mapEffect((frame) => Effect.map(isSpeech(frame.samples), (isSpeech) => ({ frame, isSpeech }))),
        Stream.runForEach(({ frame, isSpeech }) =>
          Effect.sync(() => {
            const { isSpeaking, level, talked } = people.get(userId) ?? { ...silent, talked: 0 }
            people.set(userId, {
              name,
              level: Math.max(level, AudioLevel.ofFrame(frame)),
              isSpeaking: isSpeaking || isSpeech,
              talked: talked + (isSpeech ? frameMillis : 0)
            })
          })
        )
      )
    }))

  const next = Effect.suspend(() => {
    const now = Array.from(people.values())
    for (const [userId, person] of people) people.set(userId, { ...person, ...silent })
    return report(now)
  })

  const summary = Effect.suspend(() => Console.log(summaryOf(Array.from(people.values()))))

  yield* Effect.raceFirst(listen, Effect.repeat(next, Schedule.spaced("250 millis"))).pipe(
    // The levels of who was speaking at the end are reported too.
    Effect.ensuring(Effect.andThen(next, summary))
  )
})

/** Who has talked most comes first. */
const summaryOf = (people: ReadonlyArray<Talker>): string => {
  const width = Math.max(0, ...people.map(({ name }) => name.length))
  return [
    `talk time of ${people.length} people`,
    ...people
      .toSorted((one, other) => other.talked - one.talked)
      .map(({ name, talked }) => `  ${name.padEnd(width)} ${secondsOf(talked).padStart(8)}`)
  ].join("\n")
}

export const secondsOf = (millis: number): string => `${(millis / 1_000).toFixed(1)} s`
