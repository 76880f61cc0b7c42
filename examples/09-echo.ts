/**
 * An agent that publishes: it sends the audio of the others back into the call, one speaker at a time. Eve, another edge in
 * the same call, subscribes to it. In this example each packet names its speaker, so Eve can tell whose audio returns.
 *
 * With real connections on 127.0.0.1. `--virtual` runs the same in memory.
 */
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { SettingsOptions } from "effect-track-resolver-loopback"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { EchoCall } from "./echo/EchoCall.ts"
import * as Live from "./echo/Live.ts"
import * as Memory from "./echo/Memory.ts"
import * as Log from "./log.ts"

// --- The agent --------------------------------------------------------------------------------------------------------

const robot = "robot"

/** RTP packets of two speakers cannot be mixed, so a second track waits until the first one ends. */
const echo = Effect.gen(function*() {
  const edge = yield* StreamEdge
  // The edge never reports our own track. But two robots in one call would echo each other for ever.
  const media = edge.tracks({ trackType: "Audio", isOwnUser: false }).pipe(
    // Takes the next tracks while an earlier one is sent: a subscriber that lags fails.
    Stream.buffer({ capacity: "unbounded" }),
    // The stream of packets ends with the track. It is empty if the track has already ended.
    Stream.flatMap(({ rtp }) => rtp)
  )
  const { done } = yield* edge.publish({ trackType: "Audio", media })
  yield* done
})

// --- A call with two speakers -----------------------------------------------------------------------------------------

class EchoFailed extends Data.TaggedError("EchoFailed")<{ readonly message: string }> {}

/** One second of audio, at 20 ms a packet. */
const enoughPackets = 50

const run = <E>({ layer, speak, speakerOf }: EchoCall<E>) =>
  Effect.gen(function*() {
    const say = yield* Log.make
    const edge = (userId: string) => StreamEdge.layer({ sessionId: userId }).pipe(Layer.provide(layer(userId)))

    /** The speaker of each packet that Eve receives from the robot. */
    const arrivals = yield* Queue.unbounded<string>()
    const listen = StreamEdge.use(({ tracks }) =>
      tracks({ userId: robot }).pipe(
        Stream.flatMap(({ rtp }) => rtp),
        Stream.runForEach(({ payload }) => Queue.offer(arrivals, speakerOf(payload)))
      )
    )

    const echoed: Array<string> = []
    const awaitEcho = Effect.fnUntraced(function*(name: string) {
      for (let count = 0; count < enoughPackets;) {
        const speaker = yield* Queue.take(arrivals)
        echoed.push(speaker)
        if (speaker === name) count++
      }
      yield* say(`    ${robot} echoes ${name}`)
    }, (waiting, name) =>
      Effect.timeoutOrElse(waiting, {
        duration: "20 seconds",
        orElse: () => new EchoFailed({ message: `no echo of ${name} within 20 seconds` })
      }))

    const conversation = Effect.gen(function*() {
      yield* say("alice starts to speak")
      const alice = yield* speak("alice")
      yield* awaitEcho("alice")
      yield* say("bob starts to speak while alice does")
      const bob = yield* speak("bob")
      yield* awaitEcho("alice")
      yield* say("alice stops")
      yield* alice.stop
      yield* awaitEcho("bob")
      yield* bob.stop
      const countEchoes = (name: string) => echoed.filter((speaker) => speaker === name).length
      yield* Console.log("\n  speaker      sent       echoed")
      for (const [name, { sent }] of [["alice", alice], ["bob", bob]] as const) {
        const cells = [String(yield* sent).padStart(6), String(countEchoes(name)).padStart(13)]
        yield* Console.log(`  ${name.padEnd(11)}${cells.join("")}`)
      }
    })

    yield* Effect.raceAllFirst([
      Effect.provide(Effect.scoped(echo), edge(robot)),
      Effect.provide(listen, edge("eve")),
      conversation
    ])
    const turns = echoed.filter((speaker, index) => speaker !== echoed[index - 1])
    if (turns.join() !== "alice,bob") {
      return yield* new EchoFailed({ message: `the speakers were echoed in the order ${turns.slice(0, 5).join(", ")}` })
    }
    yield* Console.log(`\n${robot} echoed alice, then bob: one speaker at a time`)
  })

/** On an SFU with these settings. */
export const live = (options?: SettingsOptions) =>
  Effect.flatMap(Live.make, run).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer(options)))

export const main = live()

export const inMemory = Effect.scoped(Effect.flatMap(Memory.make, run))
