/**
 * The programs of the documents in a call, each in a process of its own, with both behaviours of an SFU: every microphone
 * unasked, so that the media section of a muted one stays; and only what a client subscribes to.
 */
import { assert, describe, it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { SettingsOptions } from "effect-track-resolver-loopback"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import * as Echo from "../../../examples/09-echo.ts"
import * as CallProcess from "./support/CallProcess.ts"
import * as Client from "./support/Client.ts"
import * as EventLog from "./support/EventLog.ts"

/** The only TypeScript block of the document that contains `text`. */
const programOf = (document: string, text: string): string => {
  const blocks = Array.from(readFileSync(document, "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm), ([, code]) => code!)
  const found = blocks.filter((code) => code.includes(text))
  assert.strictEqual(found.length, 1, `${document} has one program with ${text}`)
  return found[0]!
}

/** Runs an exported program of a document with the layers of README's quick start. */
const runner = (name: string): string => `
import * as Http from "@effect/platform-node/NodeHttpClient"
import * as Node from "@effect/platform-node/NodeRuntime"
import * as Socket from "@effect/platform-node/NodeSocket"
import * as Run from "effect/Effect"
import * as Layers from "effect/Layer"
import { StreamEdge as Edges } from "effect-track-resolver"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
const edge = Edges.layer().pipe(
  Layers.provide([StreamCall.layerConfig(), WeriftPeerConnection.layer()]),
  Layers.provide([Http.layerUndici, Socket.layerWebSocketConstructor])
)
Node.runMain(Run.provide(Run.scoped(${name}), edge))
`

/** The lines that the program prints. It ends with the scope. */
const start = Effect.fnUntraced(function*(userId: string, code: string) {
  const lines = EventLog.make<string>()
  const child = yield* CallProcess.start({
    args: ["--input-type=module-typescript", "--eval", code],
    callId: "programs",
    userId,
    stderr: "inherit"
  })
  CallProcess.readLines(child.stdout!, lines)
  return lines
})

/** Each test joins a program, and ends within a minute on a busy machine. */
const underBoth = <E>(name: string, test: Effect.Effect<unknown, E, Effect.Services<ReturnType<typeof start>>>) => {
  for (const implicitAudio of [true, false]) {
    const how = implicitAudio ? "every microphone unasked" : "only subscriptions"
    it.live(`${name}: ${how}`, () => test.pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ implicitAudio }))))
  }
}

const userIn = (userId: string) =>
  Effect.flatMap(
    LoopbackSfu,
    ({ waitUntil }) =>
      waitUntil(({ participants }) => participants.some((participant) => participant.userId === userId))
  )

/** Since alice began to publish. */
interface Sound {
  /** Packets that the SFU has forwarded to the program. */
  readonly forwarded: number
  /** In milliseconds. */
  readonly elapsed: number
}

/**
 * Alice speaks, mutes and unmutes twice. The program has then printed at most `most` lines; one that hears twice after the first
 * unmute, and three times after the second, exceeds that.
 */
const mutes = (code: string, isHeard: RegExp, most: (sound: Sound) => number) =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const lines = yield* start("agent", code)
    yield* userIn("agent")
    const alice = yield* sfu.participant({ userId: "alice" })
    const heard = (items: ReadonlyArray<string>): number => items.filter((line) => isHeard.test(line)).length
    const hear = Effect.suspend(() => {
      const before = heard(lines.items)
      return lines.waitUntil((items) => heard(items) >= before + 120)
    })
    const startedAt = performance.now()
    yield* alice.publish("Audio")
    yield* hear
    for (let count = 0; count < 2; count++) {
      yield* alice.mute("Audio")
      yield* Effect.sleep("300 millis")
      yield* alice.unmute("Audio")
      yield* hear
    }
    const printed = heard(lines.items)
    const elapsed = performance.now() - startedAt
    const { forwarded } = yield* sfu.groundTruth
    const packets = forwarded.find(({ to }) => to.userId === "agent")?.packets ?? 0
    assert.isAtMost(printed, most({ forwarded: packets, elapsed }))
  })

describe("README's agent", () => {
  // The frames of each track have no hole, so their number follows the time, however late the packets are.
  const frames = ({ elapsed }: Sound) => elapsed / 20 + 3
  underBoth(
    "prints each moment once",
    mutes(programOf("README.md", "NodeRuntime.runMain(agent"), /^alice \d+$/, frames)
  )
})

describe("the program of listening", () => {
  const code = programOf("docs/listening.md", "export const listen ") + runner("listen")
  underBoth("prints each packet once", mutes(code, /^alice\/\S+ Audio \d+$/, ({ forwarded }) => forwarded))
})

describe("the program of speaking", () => {
  underBoth(
    "echoes one speaker, and then the next",
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const observer = yield* Client.join({ userId: "observer" })
      yield* start("robot", programOf("docs/speaking.md", "export const echo ") + runner("echo"))
      yield* userIn("robot")
      const speakers = yield* Effect.forEach(
        ["alice", "bob"],
        Effect.fnUntraced(function*(userId) {
          const speaker = yield* sfu.participant({ userId })
          yield* speaker.publish("Audio")
          return speaker
        })
      )
      const { published } = yield* sfu.waitUntil(({ published }) => published.some(({ userId }) => userId === "robot"))
      yield* observer.subscribe(published.find(({ userId }) => userId === "robot")!)
      const { participants } = yield* sfu.groundTruth
      const prefix = participants.find(({ userId }) => userId === "robot")!.prefix
      const isEchoOf = (userId: string) => (packets: ReturnType<typeof observer.packets>) =>
        packets.some(({ mark, streamId }) => streamId?.startsWith(prefix) === true && mark?.key.userId === userId)
      yield* observer.waitUntilPackets((packets) => isEchoOf("alice")(packets) || isEchoOf("bob")(packets))
      const [first, second] = isEchoOf("alice")(observer.packets()) ? ["alice", "bob"] : ["bob", "alice"]
      yield* speakers.find(({ userId }) => userId === first)!.mute("Audio")
      yield* observer.waitUntilPackets(isEchoOf(second!))
    })
  )
})

describe("the program of reconnecting", () => {
  underBoth(
    "prints each state",
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const code = programOf("docs/reconnecting.md", "export const watch ")
      const lines = yield* start("agent", code + runner("watch"))
      yield* lines.waitUntil((items) => items.includes("Joined"))
      const { participants } = yield* sfu.groundTruth
      yield* sfu.control.closeSocket(participants[0]!.sessionId)
      yield* lines.waitUntil((items) => items.filter((line) => line === "Joined").length === 2)
    })
  )
})

describe("the example echo", () => {
  const silent = { ...globalThis.console, log: () => {} }
  for (const settings of [{ implicitAudio: true }, { implicitAudio: false }] satisfies ReadonlyArray<SettingsOptions>) {
    it.live(`echoes alice, then bob, with implicitAudio ${settings.implicitAudio}`, () =>
      Effect.provideService(Echo.live(settings), Console.Console, silent))
  }
})
