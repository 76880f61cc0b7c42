/**
 * `npm run bench:levels`: what the audio levels of 100 participants cost an edge, in microseconds of CPU for each update. An SFU
 * sends about ten updates a second.
 */
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const updates = 5_000
const participants = Array.from({ length: 100 }, (_, n) => ({ userId: `user ${n}`, sessionId: `session ${n}` }))

const main = Effect.gen(function*() {
  const call = yield* ScriptedCall.make()

  const measure = Effect.gen(function*() {
    const before = process.cpuUsage()
    for (let update = 0; update < updates; update++) {
      const level = (update % 10) / 10
      const levels = participants.map(({ sessionId }) => ({ sessionId, level, isSpeaking: false }))
      yield* call.emit({ _tag: "AudioLevelsChanged", levels })
      yield* Effect.yieldNow
    }
    yield* ScriptedCall.flush
    const { system, user } = process.cpuUsage(before)
    return (user + system) / updates
  })

  const report = (name: string, baseline: number, micros: number, received: number) =>
    Console.log(
      `${name.padEnd(26)} ${micros.toFixed(0).padStart(5)} us (${(micros / baseline).toFixed(1)}x) ${received} received`
    )

  const program = Effect.gen(function*() {
    const edge = yield* StreamEdge
    for (const participant of participants) {
      yield* call.emit({ _tag: "ParticipantJoined", participant: { ...participant, publishedTracks: [] } })
    }
    yield* ScriptedCall.flush
    yield* measure
    const baseline = yield* measure
    yield* report("nobody listens", baseline, baseline, 0)
    const withSubscribers = <A, E>(name: string, count: number, stream: Stream.Stream<A, E>) =>
      Effect.scoped(Effect.gen(function*() {
        let received = 0
        const listen = Stream.runForEach(stream, () => Effect.sync(() => received++))
        for (let n = 0; n < count; n++) yield* Effect.forkScoped(Effect.ignore(listen), { startImmediately: true })
        yield* ScriptedCall.flush
        received = 0
        yield* report(name, baseline, yield* measure, received)
      }))
    yield* withSubscribers("100 listen to the events", 100, edge.events)
    yield* withSubscribers("one to the levels", 1, edge.audioLevels)
  })
  yield* Effect.provide(Effect.scoped(program), Layer.provide(StreamEdge.layer(), call.layer))
})

await Effect.runPromise(main)
