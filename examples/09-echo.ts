/**
 * An agent that speaks: it echoes what others say back into the call, one speaker at a time. Eve, another edge in the same
 * call, listens to it; whose words come back to her is read off each packet, which nobody else does.
 *
 * With real connections on 127.0.0.1; `--virtual` plays the same in memory.
 */
import { StreamEdge } from "effect-track-resolver"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Stage } from "./echo/Harness.ts"
import * as Live from "./echo/Live.ts"
import * as Memory from "./echo/Memory.ts"
import * as Log from "./log.ts"

// --- The agent --------------------------------------------------------------------------------------------------------

const robot = "robot"

/** Packets cannot be mixed: whoever begins while another speaks has to wait until that track ends. */
const echo = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const speeches = edge.events.pipe(
    Stream.filter((event) => event._tag === "TrackAdded"),
    // The edge tells of no track of our own; but two robots in one call would echo each other for ever.
    Stream.filter(({ key }) => key.trackType === "Audio" && key.userId !== robot),
    // Events are not waited for: they are read while somebody speaks.
    Stream.buffer({ capacity: "unbounded" }),
    // The packets end with the track; a track that has ended meanwhile has none.
    Stream.flatMap(({ trackId }) => edge.rtp(trackId))
  )
  const { done } = yield* edge.publish({ trackType: "Audio", media: speeches })
  yield* done
})

// --- A call that it is in ---------------------------------------------------------------------------------------------

class EchoFailed extends Data.TaggedError("EchoFailed")<{ readonly message: string }> {}

/** So many packets, a second's worth of sound, are enough to believe that somebody comes back. */
const enough = 50

const call = <E>({ layer, senderOf, speak }: Stage<E>) =>
  Effect.gen(function*() {
    const say = yield* Log.make
    const edge = (userId: string) => StreamEdge.layer({ sessionId: userId }).pipe(Layer.provide(layer(userId)))

    const arriving = yield* Queue.unbounded<string>()
    const listen = StreamEdge.use(({ events, rtp }) =>
      events.pipe(
        Stream.filter((event) => event._tag === "TrackAdded"),
        Stream.filter(({ key }) => key.userId === robot),
        Stream.flatMap(({ trackId }) => rtp(trackId)),
        Stream.runForEach(({ payload }) => Queue.offer(arriving, senderOf(payload)))
      )
    )

    /** Whose packets came back, in their order. */
    const heard: Array<string> = []
    const hear = Effect.fnUntraced(function*(name: string) {
      for (let count = 0; count < enough;) {
        const sender = yield* Queue.take(arriving)
        heard.push(sender)
        if (sender === name) count++
      }
      yield* say(`    eve hears ${name} from ${robot}`)
    }, (hearing, name) =>
      Effect.timeoutOrElse(hearing, {
        duration: "20 seconds",
        orElse: () => new EchoFailed({ message: `${name} does not come back` })
      }))

    const conversation = Effect.gen(function*() {
      yield* say("alice speaks")
      const alice = yield* speak("alice")
      yield* hear("alice")
      yield* say("bob speaks, too")
      const bob = yield* speak("bob")
      yield* hear("alice")
      yield* say("alice says no more")
      yield* alice.stop
      yield* hear("bob")
      yield* bob.stop
      const came = (name: string) => heard.filter((sender) => sender === name).length
      yield* Console.log("\n  speaker    spoken    came back")
      for (const [name, { spoken }] of [["alice", alice], ["bob", bob]] as const) {
        const cells = [String(yield* spoken).padStart(6), String(came(name)).padStart(13)]
        yield* Console.log(`  ${name.padEnd(11)}${cells.join("")}`)
      }
    })

    yield* Effect.raceAllFirst([
      Effect.provide(Effect.scoped(echo), edge(robot)),
      Effect.provide(listen, edge("eve")),
      conversation
    ])
    const turns = heard.filter((sender, at) => sender !== heard[at - 1])
    if (turns.join() !== "alice,bob") {
      return yield* new EchoFailed({ message: `came back, one after the other: ${turns.slice(0, 5).join(", ")}` })
    }
    yield* Console.log(`\n${robot} has echoed one after the other, and nobody else`)
  })

export const main = Effect.flatMap(Live.make, call).pipe(Effect.scoped, Effect.provide(Live.sfu))

export const inMemory = Effect.scoped(Effect.flatMap(Memory.make, call))
