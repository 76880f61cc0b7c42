/**
 * The programs of `examples/agents`, each in a process of its own: what they print and write, and how they end.
 */
import { assert, describe, it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { AudioCodec } from "effect-track-resolver/media"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { decode } from "fast-png"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Conversation from "../../../../examples/agents/standIn/Conversation.ts"
import * as Words from "../../../../examples/agents/standIn/Words.ts"
import * as AgentProcess from "../support/AgentProcess.ts"

const services = Layer.merge(LoopbackSfu.layer(), AudioCodec.AudioCodecs.layer)

/** On an idle machine a test takes a tenth of it. */
const patience = 240_000

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "agents-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/**
 * Waits for the line, and acts again as long as it does not come: on a busy machine, media is lost. Dies if the program ends
 * without it.
 */
const until = <E, R>(
  { errors, exitCode, output }: AgentProcess.AgentProcess,
  line: RegExp,
  act: Effect.Effect<unknown, E, R>,
  interval: Duration.Input = "1500 millis"
) =>
  Effect.gen(function*() {
    const isFound = (lines: ReadonlyArray<string>) => lines.some((text) => line.test(text))
    const found = output.waitUntil(isFound)
    const ended = Effect.flatMap(exitCode, (code) =>
      isFound(output.items)
        ? Effect.void
        : Effect.die(new Error(`ended with ${code} before ${line}: ${errors.items.join("\n")}`)))
    const acting = Effect.gen(function*() {
      while (Option.isNone(yield* Effect.timeoutOption(found, interval))) yield* act
    })
    yield* Effect.raceFirst(acting, ended)
  })

/** The pictures in the folder, of which each is whole. */
const picturesIn = (folder: string) =>
  readdirSync(folder).map((file) => {
    assert.match(file, /^[^.]+\.png$/)
    return decode(readFileSync(join(folder, file)))
  })

/** The last page of an Ogg file ends its stream (RFC 3533, section 6). */
const isComplete = (file: string): boolean => {
  const bytes = readFileSync(file)
  return (bytes[bytes.lastIndexOf("OggS") + 5]! & 0x04) !== 0
}

/** Each has printed something, and then the call goes on without them. */
const joinAll = Effect.fnUntraced(function*(limit: ReadonlyArray<string>) {
  const { participant } = yield* LoopbackSfu
  const pictures = yield* folder
  const recordings = yield* folder
  const agents = yield* Effect.all({
    whoSpeaks: AgentProcess.start("who-speaks", limit),
    transcriber: AgentProcess.start("transcriber", limit),
    answering: AgentProcess.start("answering-agent", limit),
    sampler: AgentProcess.start("video-sampler", [...limit, "--folder", pictures]),
    recorder: AgentProcess.start("recorder", [...limit, "--folder", recordings])
  })
  yield* (yield* participant({ userId: "carol" })).publish("Video")
  const alice = yield* Conversation.person("Alice", "transcriber", yield* Conversation.ports)
  const { say } = yield* alice.microphone
  yield* until(agents.whoSpeaks, /Alice/, say("hello"))
  yield* until(agents.transcriber, /Alice: hello/, say("hello"))
  yield* until(agents.answering, /answering Alice/, say("hello"))
  yield* until(agents.sampler, /carol: carol-Video-0001\.png/, Effect.void)
  yield* until(agents.recorder, /recording Alice: Alice\.ogg/, Effect.void)
  return { agents, pictures, recordings }
})

describe("the programs", () => {
  const ends = [
    ["on Ctrl-C", 130, /in the call/],
    ["at the end of the call", 0, /the call has ended \(LiveEnded\)/],
    ["when the SFU is killed", 1, /reconnecting/]
  ] as const

  for (const [when, exitCode, error] of ends) {
    it.live(`end ${when} with ${exitCode}, and leave whole files`, () =>
      Effect.gen(function*() {
        const { control, nodes } = yield* LoopbackSfu
        const { agents, pictures, recordings } = yield* joinAll(exitCode === 1 ? ["--give-up-after", "2"] : [])
        const all = Object.values(agents)
        if (exitCode === 130) yield* Effect.forEach(all, ({ interrupt }) => interrupt)
        if (exitCode === 0) yield* control.endCall("LiveEnded")
        if (exitCode === 1) yield* control.killNode(nodes[0]!.name)
        for (const agent of all) {
          assert.strictEqual(yield* agent.exitCode, exitCode, agent.errors.items.join("\n"))
          assert.isTrue(agent.errors.items.some((line) => error.test(line)), agent.errors.items.join("\n"))
          // No stack trace.
          assert.notMatch(agent.errors.items.join("\n"), /^\s+at /m)
        }
        assert.include(agents.whoSpeaks.output.items.join("\n"), "talk time of ")
        assert.isAbove(picturesIn(pictures).length, 0)
        assert.isTrue(isComplete(join(recordings, "Alice.ogg")))
      }).pipe(Effect.scoped, Effect.provide(services)), patience)
  }

  it.live("who cannot join ends with 1, and says why", () =>
    Effect.gen(function*() {
      const { control } = yield* LoopbackSfu
      yield* control.outage()
      const { errors, exitCode } = yield* AgentProcess.start("transcriber")
      assert.strictEqual(yield* exitCode, 1)
      assert.notMatch(errors.items.join("\n"), /^\s+at /m)
      assert.isAbove(errors.items.join("").length, 0)
    }).pipe(Effect.scoped, Effect.provide(services)), patience)
})

describe("the transcriber", () => {
  const vocabularies = {
    Alice: ["hello", "goodbye", "please", "thanks"],
    Bob: ["red", "green", "blue", "congratulations"]
  }

  it.live(
    "prints each person's words under their name, over a mute, another microphone, reconnections and a leave",
    () =>
      Effect.gen(function*() {
        const { control, groundTruth } = yield* LoopbackSfu
        const agent = yield* AgentProcess.start("transcriber")
        const ports = yield* Conversation.ports
        const alice = yield* Conversation.person("Alice", "transcriber", ports)
        const sessionOf = Effect.map(
          groundTruth,
          ({ participants }) => participants.findLast(({ userId }) => userId === "transcriber")!.sessionId
        )
        yield* Effect.scoped(Effect.gen(function*() {
          const hers = yield* alice.microphone
          yield* until(agent, /Alice: hello/, hers.say("hello"))
          yield* hers.mute
          yield* hers.unmute
          yield* until(agent, /Alice: goodbye/, hers.say("goodbye"))
        }))
        const hers = yield* alice.microphone
        yield* until(agent, /Alice: please/, hers.say("please"))
        yield* Effect.scoped(Effect.gen(function*() {
          const bob = yield* Conversation.person("Bob", "transcriber", ports)
          const his = yield* bob.microphone
          yield* until(agent, /Bob: red/, his.say("red"))
          yield* control.closeSocket(yield* sessionOf)
          yield* until(agent, /Bob: green/, his.say("green"))
          yield* control.expireSession(yield* sessionOf)
          yield* until(agent, /Bob: blue/, his.say("blue"))
        }))
        yield* until(agent, /Alice: thanks/, hers.say("thanks"))
        const leaveInAWord = Effect.scoped(Effect.gen(function*() {
          const bob = yield* Conversation.person("Bob", "transcriber", ports)
          const his = yield* bob.microphone
          yield* his.heard
          yield* his.write(Words.say("congratulations", 16_000))
          yield* Effect.sleep(Words.durationOf("congratulations") / 2)
        }))
        yield* until(agent, /Bob: congratulations \.\.\./, leaveInAWord)
        yield* control.endCall("Ended")
        assert.strictEqual(yield* agent.exitCode, 0)
        for (const line of agent.output.items) {
          const [, name, text] = /^\d\d:\d\d:\d\d {2}(Alice|Bob): (.*)$/.exec(line) ?? assert.fail(line)
          for (const word of text!.split(" ")) {
            assert.include(["...", ...vocabularies[name as keyof typeof vocabularies]], word, line)
          }
        }
      }).pipe(Effect.scoped, Effect.provide(services)),
    patience
  )
})

describe("the answering agent", () => {
  it.live("answers, and stops when somebody else speaks", () =>
    Effect.gen(function*() {
      const agent = yield* AgentProcess.start("answering-agent")
      const ports = yield* Conversation.ports
      const alice = yield* Conversation.person("Alice", "answering-agent", ports)
      const bob = yield* Conversation.person("Bob", "answering-agent", ports)
      const hers = yield* alice.microphone
      const his = yield* bob.microphone
      // Her next word would interrupt the answer, which takes two seconds.
      yield* until(agent, /^answered Alice$/, hers.say("hello"), "6 seconds")
      const interrupt = Effect.gen(function*() {
        yield* hers.say("please red green blue yellow")
        yield* Effect.sleep("1 second")
        yield* his.say("no never")
      })
      yield* until(agent, /^Bob speaks: stopped, with [1-9]\d*\.\d s unsaid$/, interrupt)
      yield* until(agent, /^answering Bob$/, interrupt)
    }).pipe(Effect.scoped, Effect.provide(services)), patience)
})

it.live("with --loopback, a program ends with the conversation", () =>
  Effect.gen(function*() {
    const agent = yield* AgentProcess.start("who-speaks", ["--loopback"])
    assert.strictEqual(yield* agent.exitCode, 0, agent.errors.items.join("\n"))
    assert.match(agent.output.items.join("\n"), /talk time of 2 people\n {2}Alice/)
  }).pipe(Effect.scoped, Effect.provide(services)), patience)
