/**
 * `npm start`: two peer connections on 127.0.0.1, real ICE, DTLS and SRTP. An SFU forwards the camera, the microphone and
 * the screen share of two people, its signalling and its media disagree about the order, one of them leaves in the
 * middle, and the resolver pairs the one with the other. Every packet carries the mark of who sent it, which nobody reads
 * but the check at the end.
 */
import { NodeRuntime } from "@effect/platform-node"
import { TrackResolver } from "effect-track-resolver"
import type { Binding, Participant, TrackKey, TrackType } from "effect-track-resolver"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Say from "../say.ts"
import * as Agent from "./Agent.ts"
import * as Check from "./Check.ts"
import * as Sfu from "./Sfu.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const bob: Participant = { userId: "bob", sessionId: "b1" }
const roster = new Map([["7f3a", alice], ["c04d", bob]])
const prefixOf = (participant: Participant) => participant === alice ? "7f3a" : "c04d"
const keyOf = (participant: Participant, trackType: TrackType): TrackKey => ({ ...participant, trackType })

/** Packets of each track that are enough: a second of them. */
const enough = 50

const call = Effect.gen(function*() {
  const say = yield* Say.begin
  const resolver = yield* TrackResolver
  const sfu = yield* Sfu.open
  const agent = yield* Agent.join(roster)
  const publish = (participant: Participant, ...types: ReadonlyArray<TrackType>) =>
    Effect.forEach(types, (type) => sfu.publish(prefixOf(participant), keyOf(participant, type)), { discard: true })
  const negotiate = Effect.flatMap(Effect.flatMap(sfu.offer, agent.answer), sfu.accept)

  const story = ({ calledAt, evidence, key, registeredAt, trackId }: Binding) => {
    const first = registeredAt < calledAt ? "the track" : "the announcement"
    const by = Math.abs(registeredAt - calledAt)
    return `  ${key.userId}'s ${key.trackType} is m-line ${trackId} (${evidence}; ${first} came first, by ${by} ms)`
  }

  /** Signalling tells of a publication. The resolve is forked: nothing waits for it here. */
  const announce = (participant: Participant, trackType: TrackType) =>
    Effect.andThen(
      say(`signalling: ${participant.userId} has published ${trackType}`),
      agent.published(keyOf(participant, trackType)).pipe(
        Effect.tap(({ binding }) => say(story(binding))),
        Effect.tap(({ counter }) => counter.more(enough)),
        (published) => Effect.forkScoped(published, { startImmediately: true })
      )
    )

  yield* say("--- camera and microphone: some are announced before their track comes, some after")
  const early = [yield* announce(bob, "Video"), yield* announce(alice, "Audio")]
  yield* publish(alice, "Video", "Audio")
  yield* publish(bob, "Audio", "Video")
  yield* negotiate
  const late = [yield* announce(bob, "Audio"), yield* announce(alice, "Video")]
  yield* Fiber.joinAll([...early, ...late])

  yield* say("--- both share their screens next to their cameras")
  yield* publish(bob, "ScreenShare")
  yield* publish(alice, "ScreenShare")
  const hers = yield* announce(alice, "ScreenShare")
  yield* negotiate
  const his = yield* announce(bob, "ScreenShare")
  yield* Fiber.joinAll([hers, his])

  yield* say("--- bob shares his screen's sound as well, and leaves before its track comes")
  const never = yield* Effect.forkScoped(
    Effect.flip(resolver.resolve(keyOf(bob, "ScreenShareAudio"))),
    { startImmediately: true }
  )
  yield* agent.left(bob)
  yield* say(`signalling: bob has left; who waited for his sound was told ${(yield* Fiber.join(never))._tag}`)
  yield* Effect.forEach(["Audio", "Video", "ScreenShare"] as const, (type) => sfu.unpublish(keyOf(bob, type)))
  yield* negotiate
  const going = Array.from(agent.counters).filter(([name]) => name.startsWith("alice"))
  yield* Effect.forEach(going, ([, counter]) => counter.more(enough), { concurrency: "unbounded" })
  yield* say(`alice goes on: ${enough} more packets of each of hers`)

  const all = [alice, bob].flatMap((who) =>
    (["Audio", "Video", "ScreenShare"] as const).map((type) => keyOf(who, type))
  )
  const standing = all.filter(({ userId }) => userId === "alice")
  const packets = new Map(Array.from(agent.counters, ([name, { marks }]) => [name, marks]))
  yield* Console.log("\npackets by resolved track and by the mark they carry")
  for (const [name, marks] of packets) {
    yield* Console.log(`  ${name.padEnd(22)} ${Array.from(marks, ([mark, count]) => `${count} of ${mark}`).join(", ")}`)
  }
  const snapshot = yield* resolver.snapshot
  const faults = Check.faults({ published: all, standing, enough }, { packets, snapshot })
  if (faults.length > 0) return yield* new Check.CallFailed({ faults })
  yield* Console.log("every packet reached its owner; nothing is missing or left over")
})

const main = call.pipe(
  Effect.scoped,
  Effect.provide(TrackResolver.layer({ sessionMigration: "never", anonymousTracks: "never" })),
  Effect.timeout("30 seconds")
)

NodeRuntime.runMain(main)
