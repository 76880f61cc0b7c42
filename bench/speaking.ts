/**
 * `npm run bench:speaking`: how exact the times of a speaker are on the live clock, over half a minute of Opus: the time of each
 * packet against the first one's plus a multiple of 20 ms, and the interval between two packets against 20 ms.
 */
import { StreamEdge } from "effect-track-resolver"
import { AudioCodec, Speaker } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { replaceSend } from "../test/support/publisher.ts"

const seconds = 30
const sampleRate = 48_000

/** In milliseconds, from the smallest. */
const percentiles = (values: ReadonlyArray<number>): string => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`
}

const main = Effect.gen(function*() {
  const call = yield* ScriptedCall.make()
  const times: Array<number> = []
  const recorded = replaceSend((send) => (packet) => {
    times.push(performance.now())
    return send(packet)
  }).pipe(Layer.provideMerge(call.layer))

  const program = Effect.gen(function*() {
    const { drained, write } = yield* Speaker.make(yield* StreamEdge, { sampleRate })
    const cpu = process.cpuUsage()
    for (let second = 0; second < seconds; second++) yield* write(new Int16Array(sampleRate))
    yield* drained
    const { system, user } = process.cpuUsage(cpu)
    const [first = 0] = times
    yield* Console.log(`late:     ${percentiles(times.map((time, index) => time - first - 20 * index))}`)
    const intervals = times.slice(1).map((time, index) => Math.abs(time - times[index]! - 20))
    yield* Console.log(`interval: ${percentiles(intervals)}`)
    yield* Console.log(`CPU:      ${((user + system) / times.length).toFixed(0)} us a frame`)
  })
  yield* Effect.provide(Effect.scoped(program), [
    StreamEdge.layer().pipe(Layer.provide(recorded)),
    AudioCodec.AudioCodecs.layer
  ])
})

await Effect.runPromise(main)
