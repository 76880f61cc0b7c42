/**
 * The packets of a track, and its key frame requests, between `TrackAdded` and `TrackRemoved`. The SFU keeps the m-line
 * of a muted track, and may keep sending on it.
 */
import { assert, describe } from "@effect/vitest"
import type { StreamEdge, TrackId } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { alice, bob, camera, microphone } from "../support/people.ts"
import { joined, left, published, receivePackets, sfuParticipant, testEdge, unpublished, whenIdle } from "./Harness.ts"
import { goAway, testReconnection } from "./reconnection/Harness.ts"

const { mediaSection } = ScriptedCall

const bytes = (text: string) => new TextEncoder().encode(text)

const text = (payload: Uint8Array) => new TextDecoder().decode(payload)

/** An agent that opens the packets of every added track, and closes none. Returns every packet that it receives. */
const openEveryTrack = Effect.fnUntraced(function*(edge: StreamEdge["Service"]) {
  const received: Array<string> = []
  yield* Effect.forkScoped(
    Stream.runForEach(edge.events, (event) =>
      event._tag === "TrackAdded"
        ? Effect.forkScoped(
          Stream.runForEach(edge.rtp(event.trackId), ({ payload }) => Effect.sync(() => received.push(text(payload)))),
          { startImmediately: true }
        )
        : Effect.void),
    { startImmediately: true }
  )
  return received
})

/** Alice's microphone on an m-line that stays, and bob's on another one. */
const offerMicrophones = (call: ScriptedCall.ScriptedCall) =>
  call.offer([mediaSection("0", "p", "Audio"), mediaSection("1", "q", "Audio")])

const trackId: TrackId = "agent-0-1"

describe("Law 16: packets flow from TrackAdded to TrackRemoved", () => {
  testEdge(
    "every unmute gives one stream of the packets, and a mute ends it",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const received = yield* openEveryTrack(edge)
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* offerMicrophones(call)
        yield* whenIdle
        yield* call.send("0", bytes("0"))
        for (const n of [1, 2, 3]) {
          yield* whenIdle
          yield* call.emit(unpublished(microphone(alice)))
          yield* whenIdle
          yield* call.send("0", bytes(`muted ${n}`))
          yield* whenIdle
          yield* call.emit(published(microphone(alice)))
          yield* whenIdle
          yield* call.send("0", bytes(String(n)))
        }
        yield* whenIdle
        assert.deepStrictEqual(received, ["0", "1", "2", "3"])
      })
  )

  testEdge(
    "an agent that listens to one track at a time comes to the next one when the track is muted",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const received: Array<string> = []
        yield* edge.events.pipe(
          Stream.filter((event) => event._tag === "TrackAdded"),
          Stream.flatMap(({ trackId }) => edge.rtp(trackId)),
          Stream.runForEach(({ payload }) => Effect.sync(() => received.push(text(payload)))),
          Effect.forkScoped
        )
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* call.emit(joined(bob, "q", ["Audio"]))
        yield* offerMicrophones(call)
        const say = (who: string) =>
          call.send("0", bytes(`alice ${who}`)).pipe(
            Effect.andThen(call.send("1", bytes(`bob ${who}`))),
            Effect.andThen(whenIdle)
          )
        yield* whenIdle
        yield* say("first")
        yield* call.emit(unpublished(microphone(alice)))
        yield* whenIdle
        yield* say("second")
        assert.deepStrictEqual(received, ["alice first", "bob second"])
      })
  )

  testEdge(
    "before TrackAdded and after TrackRemoved there are no packets and no key frame requests",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const requests = () => call.calls.filter(({ _tag }) => _tag === "RequestedKeyFrame").length
        const isEmpty = Effect.gen(function*() {
          const stream = yield* receivePackets(edge, trackId)
          yield* edge.requestKeyFrame(trackId)
          return stream.fiber.pollUnsafe() !== undefined && requests() === 0
        })
        yield* call.emit(joined(alice, "p"))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        assert.isTrue(yield* isEmpty)
        yield* call.emit(published(camera(alice)))
        yield* whenIdle
        yield* call.emit(unpublished(camera(alice)))
        yield* whenIdle
        assert.isTrue(yield* isEmpty)
        yield* call.emit(published(camera(alice)))
        yield* whenIdle
        assert.isFalse(yield* isEmpty)
        assert.strictEqual(requests(), 1)
      })
  )

  testEdge(
    "a publication that we do not subscribe to has no packets, although its m-line sends",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* offerMicrophones(call)
        yield* whenIdle
        const { fiber } = yield* receivePackets(edge, trackId)
        assert.isDefined(fiber.pollUnsafe())
      }),
    {},
    { subscribe: () => false }
  )

  testEdge("whoever receives TrackAdded receives every packet after it", ({ call, edge }) =>
    Effect.gen(function*() {
      const received = yield* openEveryTrack(edge)
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* offerMicrophones(call)
      yield* whenIdle
      for (let n = 0; n < 10; n++) yield* call.send("0", bytes(String(n)))
      yield* whenIdle
      assert.deepStrictEqual(received, Array.from({ length: 10 }, (_, n) => String(n)))
    }))

  testEdge(
    "packets that a slow consumer has not taken when the track is removed are dropped",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* offerMicrophones(call)
        yield* whenIdle
        const received: Array<string> = []
        const isReady = yield* Deferred.make<void>()
        const consumer = yield* Effect.forkScoped(
          Stream.runForEach(
            edge.rtp(trackId),
            ({ payload }) => Effect.andThen(Effect.sync(() => received.push(text(payload))), Deferred.await(isReady))
          )
        )
        yield* whenIdle
        for (const n of [1, 2, 3]) yield* call.send("0", bytes(String(n)))
        yield* whenIdle
        yield* call.emit(unpublished(microphone(alice)))
        yield* whenIdle
        yield* Deferred.succeed(isReady, undefined)
        yield* Fiber.join(consumer)
        assert.deepStrictEqual(received, ["1"])
      })
  )

  testEdge("a leave ends the packets, although the m-line stays", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* offerMicrophones(call)
      yield* whenIdle
      const { fiber, packets } = yield* receivePackets(edge, trackId)
      yield* call.emit(left(alice))
      yield* whenIdle
      yield* call.send("0", bytes("after"))
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(packets, [])
    }))

  testReconnection(
    "during a migration the packets of the former connection end with their TrackRemoved",
    [[sfuParticipant(alice, "p", ["Audio"])], [sfuParticipant(alice, "q", ["Audio"])]],
    ({ call, edge, newEvents }) =>
      Effect.scoped(Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Audio")])
        yield* whenIdle
        const { fiber } = yield* receivePackets(edge, trackId)
        yield* call.emit(goAway)
        yield* whenIdle
        assert.isUndefined(fiber.pollUnsafe())
        newEvents()
        yield* call.offer([mediaSection("0", "q", "Audio")])
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), ["a1 Audio removed: agent-0-1", "a1 Audio added: agent-0-2"])
        assert.isDefined(fiber.pollUnsafe())
        const { packets } = yield* receivePackets(edge, "agent-0-2")
        yield* call.send("0", bytes("from the other SFU"))
        yield* whenIdle
        assert.deepStrictEqual(packets, ["from the other SFU"])
      }))
  )
})
