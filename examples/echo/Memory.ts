/**
 * The echo's call in memory, for `TestClock`: one scripted call for each of the two edges. The packets that the robot sends
 * in its call are received by Eve in hers.
 */
import type { SfuEvent } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { EchoCall } from "./EchoCall.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const speakerOf = (payload: Uint8Array): string => new TextDecoder().decode(payload)

const joined = (userId: string): SfuEvent => ({
  _tag: "ParticipantJoined",
  participant: { userId, sessionId: userId, streamIdPrefix: userId, publishedTracks: [] }
})

const published = (userId: string): SfuEvent => ({
  _tag: "TrackPublished",
  publication: { userId, sessionId: userId, trackType: "Audio" }
})

/** The speakers send packets as long as the scope is open. */
export const make = Effect.gen(function*() {
  /** The number of packets of each speaker. The mid of its media section is its user id. */
  const speakers = new Map<string, number>()
  const sectionOf = (userId: string) => ScriptedCall.mediaSection(userId, userId, "Audio")
  let isRobotPublished = false
  /** The number of the robot's packets that Eve has received. */
  let forwarded = 0

  const eve = yield* ScriptedCall.make()
  const robot = yield* ScriptedCall.make({
    publisher: {
      onMuteStates: Effect.fnUntraced(function*() {
        isRobotPublished = true
        yield* Effect.forEach([joined("robot"), published("robot")], (event) => eve.emit(event))
        yield* offer
      })
    }
  })

  const offer: Effect.Effect<void> = Effect.suspend(() => {
    const sections = Array.from(speakers.keys(), sectionOf)
    return Effect.andThen(
      robot.offer(sections),
      eve.offer(isRobotPublished ? [...sections, sectionOf("robot")] : sections)
    )
  })

  const emit = (event: SfuEvent) => Effect.andThen(robot.emit(event), eve.emit(event))

  const send = Effect.gen(function*() {
    for (const [name, count] of speakers) {
      speakers.set(name, count + 1)
      yield* robot.send(name, bytes(name))
      yield* eve.send(name, bytes(name))
    }
    for (; forwarded < robot.sentPackets.length; forwarded++) {
      yield* eve.send("robot", robot.sentPackets[forwarded]!.packet.payload)
    }
  })
  yield* Effect.forkScoped(Effect.repeat(send, Schedule.spaced("20 millis")))

  const call: EchoCall<never> = {
    layer: (userId) => Layer.suspend(() => userId === "robot" ? robot.layer : eve.layer),
    speak: Effect.fnUntraced(function*(userId) {
      yield* emit(joined(userId))
      yield* emit(published(userId))
      speakers.set(userId, 0)
      yield* offer
      let sent = 0
      return {
        stop: Effect.suspend(() => {
          sent = speakers.get(userId) ?? 0
          speakers.delete(userId)
          return Effect.andThen(
            emit({
              _tag: "TrackUnpublished",
              publication: { userId, sessionId: userId, trackType: "Audio" },
              cause: "UserMuted"
            }),
            offer
          )
        }),
        sent: Effect.sync(() => speakers.get(userId) ?? sent)
      }
    }),
    speakerOf
  }
  return call
})
