/**
 * A path that dies without a word, while the signalling is alive (RFC 7675).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openCall, opus, sendUntilReceived } from "./AnsweringSfu.ts"
import { cut, only, openSfu, openSubscriber, receiveTexts, statesOf, untilState } from "./Sfu.ts"

/** A subscriber that is connected, and its only track. */
const openConnected = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const sender = sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
  const media = only(yield* sfu.exchange(subscriber))
  yield* untilState(subscriber, "connected")
  return { media, sender, sfu, subscriber }
})

describe("H14: werift reports a dead path after 30 seconds", () => {
  it.live(
    "a subscriber is disconnected in ten seconds, and an ICE restart connects it again",
    () =>
      Effect.gen(function*() {
        const { media, sender, sfu, subscriber } = yield* openConnected
        yield* receiveTexts(media, () => sender.send("before"))
        const path = cut(sfu.connection)
        yield* untilState(subscriber, "disconnected").pipe(Effect.timeout("10 seconds"))
        path.heal()
        yield* sfu.exchange(subscriber, { iceRestart: true })
        yield* untilState(subscriber, "connected")
        yield* receiveTexts(media, () => sender.send("after"))
      })
  )

  it.live(
    "a publisher is disconnected in ten seconds, and connected when the answers arrive again",
    () =>
      Effect.gen(function*() {
        const { negotiate, publisher, sfu } = yield* openCall
        const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
        yield* negotiate
        yield* untilState(publisher, "connected")
        yield* sendUntilReceived(sfu, track, "before")
        const path = cut(sfu.connection)
        yield* untilState(publisher, "disconnected").pipe(Effect.timeout("10 seconds"))
        path.heal()
        yield* untilState(publisher, "connected").pipe(Effect.timeout("3 seconds"))
        yield* sendUntilReceived(sfu, track, "after")
      })
  )

  it.live("a check without an answer does not end the connection: more checks follow it", () =>
    Effect.gen(function*() {
      const { sfu, subscriber } = yield* openConnected
      const states = yield* statesOf(subscriber)
      // werift checks four to six seconds after the last answer, and again four to six seconds later.
      const path = cut(sfu.connection)
      yield* Effect.sleep("6200 millis")
      path.heal()
      yield* Effect.sleep("4 seconds")
      assert.deepStrictEqual(states, ["connected"])
    }))

  it.live("a connection without media, or whose publisher is muted, stays connected", () =>
    Effect.gen(function*() {
      const { subscriber } = yield* openConnected
      const states = yield* statesOf(subscriber)
      yield* Effect.sleep("16 seconds")
      assert.deepStrictEqual(states, ["connected"])
    }))
})
