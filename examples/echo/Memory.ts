/**
 * The same in memory, for `TestClock`: a scripted call for each of the two edges, and what one of them sends is what the
 * other receives.
 */
import type { SfuEvent } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { Stage } from "./Harness.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const senderOf = (payload: Uint8Array): string => new TextDecoder().decode(payload)

const joined = (userId: string): SfuEvent => ({
  _tag: "ParticipantJoined",
  participant: { userId, sessionId: userId, streamIdPrefix: userId, publishedTracks: [] }
})

const published = (userId: string): SfuEvent => ({
  _tag: "TrackPublished",
  publication: { userId, sessionId: userId, trackType: "Audio" }
})

/** Packets go as long as the scope lives. */
export const make = Effect.gen(function*() {
  /** Who speaks, and how many packets so far. Everybody's m-line has their name. */
  const speaking = new Map<string, number>()
  const lineOf = (userId: string) => ScriptedCall.mediaSection(userId, userId, "Audio")
  let isPlaying = false
  let read = 0

  const eve = yield* ScriptedCall.make()
  const robot = yield* ScriptedCall.make({
    publisher: {
      onMuteStates: Effect.fnUntraced(function*() {
        isPlaying = true
        yield* Effect.forEach([joined("robot"), published("robot")], (event) => eve.emit(event))
        yield* offer
      })
    }
  })

  const offer: Effect.Effect<void> = Effect.suspend(() => {
    const lines = Array.from(speaking.keys(), lineOf)
    return Effect.andThen(robot.offer(lines), eve.offer(isPlaying ? [...lines, lineOf("robot")] : lines))
  })

  const tell = (event: SfuEvent) => Effect.andThen(robot.emit(event), eve.emit(event))

  const send = Effect.gen(function*() {
    for (const [name, count] of speaking) {
      speaking.set(name, count + 1)
      yield* robot.send(name, bytes(name))
      yield* eve.send(name, bytes(name))
    }
    for (; read < robot.sentPackets.length; read++) yield* eve.send("robot", robot.sentPackets[read]!.packet.payload)
  })
  yield* Effect.forkScoped(Effect.repeat(send, Schedule.spaced("20 millis")))

  const stage: Stage<never> = {
    layer: (userId) => Layer.suspend(() => userId === "robot" ? robot.layer : eve.layer),
    speak: Effect.fnUntraced(function*(userId) {
      yield* tell(joined(userId))
      yield* tell(published(userId))
      speaking.set(userId, 0)
      yield* offer
      let spoken = 0
      return {
        stop: Effect.suspend(() => {
          spoken = speaking.get(userId) ?? 0
          speaking.delete(userId)
          return Effect.andThen(
            tell({
              _tag: "TrackUnpublished",
              publication: { userId, sessionId: userId, trackType: "Audio" },
              cause: "UserMuted"
            }),
            offer
          )
        }),
        spoken: Effect.sync(() => speaking.get(userId) ?? spoken)
      }
    }),
    senderOf
  }
  return stage
})
