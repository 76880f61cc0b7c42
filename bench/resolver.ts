/**
 * `npm run bench:resolver`: the cost of the resolver and of its alternatives, measured in one run. Compare ratios rather than
 * microseconds, because machines differ and are shared.
 */
import { Correlation, kindOf, TrackResolver } from "effect-track-resolver"
import type { IncomingTrack, ResolveError, TrackId, TrackKey } from "effect-track-resolver"
import type * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { Contestant } from "./contestants.ts"
import { floor, polling, promises, resolver } from "./contestants.ts"
import { goal } from "./goals.ts"
import { cost, heapMegabytes, inTurns, latency, median, processorMicros } from "./measure.ts"

const keyOf = (n: number): TrackKey => ({ userId: `user${n}`, sessionId: `session${n}`, trackType: "Video" })
const trackOf = (key: TrackKey): IncomingTrack => ({
  trackId: `track of ${key.userId}`,
  kind: kindOf(key.trackType),
  participant: { userId: key.userId, sessionId: key.sessionId },
  trackType: key.trackType
})

const start = <A, E>(effect: Effect.Effect<A, E>) => Effect.forkChild(effect, { startImmediately: true })

const iterations = 20_000

const row = (name: string, ...cells: ReadonlyArray<string>) =>
  Console.log(`  ${name.padEnd(46)}${cells.map((cell) => cell.padStart(14)).join("")}`)
const micros = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} us`
const ratio = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)}x`

/** A resolve waits, a register answers it, and the track is retired. */
const resolveOnce = ({ register, resolve, retire }: Contestant) => (times: number) =>
  Effect.gen(function*() {
    for (let n = 0; n < times; n++) {
      const track = trackOf(keyOf(n))
      const waiting = yield* start(resolve(keyOf(n)))
      yield* register(track)
      yield* Fiber.join(waiting)
      yield* retire(track.trackId)
    }
  })

// --- One waiting resolve ----------------------------------------------------------------------------------------------

const oneResolve = Effect.gen(function*() {
  yield* Console.log("\nfrom register to answer, with one waiting resolve")
  yield* row("", "time", "", "whole cost", "")
  const contestants: ReadonlyArray<readonly [string, Contestant, times: number]> = [
    ["Deferred with Effect.timeout: the floor", yield* floor, iterations],
    ["this library", yield* resolver, iterations],
    ["Map, Promise and setTimeout", yield* promises, iterations],
    ["polling every 10 ms", yield* polling, 50]
  ]
  const wholes = yield* inTurns(
    11,
    contestants.map(([, contestant, times]) =>
      Effect.map(processorMicros(resolveOnce(contestant)(times)), (micros) => micros / times)
    )
  )
  const measured = yield* Effect.forEach(contestants, ([name, contestant, times], at) =>
    Effect.gen(function*() {
      let n = 0
      const time = yield* latency(times, (measured) =>
        Effect.gen(function*() {
          const key = keyOf(n++)
          const track = trackOf(key)
          const waiting = yield* start(contestant.resolve(key))
          yield* measured(Effect.andThen(contestant.register(track), Fiber.join(waiting)))
          yield* contestant.retire(track.trackId)
        }))
      return { name, time, whole: wholes[at]! }
    }))
  const [lowest, ours, , polled] = measured
  for (const { name, time, whole } of measured) {
    yield* row(name, micros(time), ratio(time / lowest!.time), micros(whole), ratio(whole / lowest!.whole))
  }
  yield* goal({ what: "the time of polling, of ours", unit: "x", value: polled!.time / ours!.time, atLeast: 100 })
  yield* goal({ what: "a waiting resolve, of the floor", unit: "x", value: ours!.whole / lowest!.whole, atMost: 2.2 })
})

// --- What each part costs ---------------------------------------------------------------------------------------------

const parts = Effect.gen(function*() {
  yield* Console.log("\nwhat each part of that costs")
  const lock = yield* Semaphore.make(1)
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const inScope = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.withFiber((fiber) => {
      Fiber.runIn(fiber, scope)
      return effect
    })
  const deadline = <A>(effect: Effect.Effect<A>) => Effect.timeout(effect, "10 seconds")
  const shapes: ReadonlyArray<
    readonly [string, (answer: Effect.Effect<number>) => Effect.Effect<number, Cause.TimeoutError>]
  > = [
    ["a fiber that awaits a Deferred", (answer) => answer],
    ["... with Effect.timeout", deadline],
    ["... in a participant's scope", (answer) => deadline(inScope(answer))],
    ["... behind a semaphore", (answer) => deadline(inScope(lock.withPermit(answer)))]
  ]
  let sum = 0
  for (const [name, shape] of shapes) {
    const whole = yield* cost(iterations, (times) =>
      Effect.gen(function*() {
        for (let n = 0; n < times; n++) {
          const answer = Deferred.makeUnsafe<number>()
          const waiting = yield* start(shape(Deferred.await(answer)))
          Deferred.doneUnsafe(answer, Effect.succeed(n))
          yield* Fiber.join(waiting)
        }
      }))
    yield* row(name, micros(whole), `+ ${micros(whole - sum)}`)
    sum = whole
  }
  yield* row("the steps: Resolve, Acquire, Register, Retire", micros(yield* cost(iterations, steps(0))))
})

/** `Correlation` alone, with this many other waiting keys and as many pending tracks. */
const steps = (others: number) => {
  let state = Correlation.empty({
    timeToLive: Infinity,
    capacity: Infinity,
    sessionMigration: "never",
    anonymousTracks: "never"
  })
  const apply = <C extends Correlation.Command>(command: C) => {
    const step = Correlation.step(state, command, 0)
    state = step.state
    return step.reply
  }
  for (let n = 0; n < others; n++) {
    const key = keyOf(n + 1_000_000)
    apply({ _tag: "Resolve", key })
    apply({ _tag: "Register", track: trackOf(keyOf(n + 2_000_000)) })
  }
  return (times: number) =>
    Effect.sync(() => {
      for (let n = 0; n < times; n++) {
        const key = keyOf(n)
        const reply = apply({ _tag: "Resolve", key })
        if (reply._tag === "Waiting") apply({ _tag: "Acquire", key, generation: reply.generation })
        const track = trackOf(key)
        apply({ _tag: "Register", track })
        apply({ _tag: "Retire", trackId: track.trackId })
      }
    })
}

// --- With others waiting ----------------------------------------------------------------------------------------------

const withOthers = Effect.gen(function*() {
  yield* Console.log("\nthe same, with other resolves waiting and as many tracks pending")
  yield* row("", "whole", "", "step alone", "")
  const costs = yield* Effect.forEach([10, 1_000, 100_000], (others) =>
    Effect.scoped(Effect.gen(function*() {
      const service = yield* TrackResolver.make({
        timeout: "1 hour",
        pendingCapacity: Infinity,
        pendingTimeToLive: "1 hour"
      })
      for (let n = 0; n < others; n++) {
        yield* start(Effect.exit(service.resolve(keyOf(n + 1_000_000))))
        yield* service.register(trackOf(keyOf(n + 2_000_000)))
      }
      return {
        others,
        whole: yield* cost(iterations, resolveOnce(service)),
        step: yield* cost(iterations, steps(others))
      }
    })))
  for (const { others, step, whole } of costs) {
    const [{ step: leastStep, whole: least }] = costs as [typeof costs[0]]
    yield* row(
      `${others.toLocaleString("en")} others`,
      micros(whole),
      ratio(whole / least),
      micros(step),
      ratio(step / leastStep)
    )
  }
  const value = costs.at(-1)!.whole / costs[0]!.whole
  yield* goal({ what: "a waiting resolve beside 100,000, of beside 10", unit: "x", value, atMost: 2 })
})

// --- Bursts -----------------------------------------------------------------------------------------------------------

/** In microseconds for each resolve, with 1,000, 10,000 and 100,000 at once. */
const printBursts = Effect.fnUntraced(function*<E>(
  burst: (service: TrackResolver["Service"], size: number) => Effect.Effect<unknown, E>
) {
  const costs = yield* Effect.forEach([1_000, 10_000, 100_000], (size) =>
    Effect.gen(function*() {
      const micros = yield* Effect.forEach([1, 2, 3], () =>
        Effect.scoped(
          Effect.flatMap(TrackResolver.make({ timeout: "1 hour" }), (service) => processorMicros(burst(service, size)))
        ))
      return { size, each: median(micros) / size }
    }))
  for (const { each, size } of costs) {
    yield* row(`${size.toLocaleString("en")}`, micros(each), ratio(each / costs[0]!.each))
  }
  return costs
})

const bursts = Effect.gen(function*() {
  yield* Console.log("\na burst of resolves, then a burst of registers: cost of each pair")
  yield* printBursts((service, size) =>
    Effect.gen(function*() {
      const waiting = yield* Effect.forEach(
        Array.from({ length: size }, (_, n) => n),
        (n) => start(service.resolve(keyOf(n)))
      )
      for (let n = 0; n < size; n++) yield* service.register(trackOf(keyOf(n)))
      yield* Fiber.joinAll(waiting)
    })
  )
})

const duplicates = Effect.gen(function*() {
  yield* Console.log("\nduplicates of one key, answered by one track: cost of each")
  const [, some, many] = yield* printBursts((service, size) =>
    Effect.gen(function*() {
      const waiting: Array<Fiber.Fiber<TrackId, ResolveError>> = []
      for (let n = 0; n < size; n++) waiting.push(yield* start(service.resolve(keyOf(0))))
      yield* service.register(trackOf(keyOf(0)))
      yield* Fiber.joinAll(waiting)
    })
  )
  const value = (many!.each * many!.size) / (some!.each * some!.size)
  yield* goal({ what: "100,000 duplicates, of 10,000", unit: "x", value, atMost: 12 })
})

// --- Memory -----------------------------------------------------------------------------------------------------------

const memory = Effect.gen(function*() {
  const size = 20_000
  yield* Console.log("\nmemory of each waiting resolve")
  const bytes = (contestant: Contestant) =>
    Effect.gen(function*() {
      // The tasks of what was interrupted before hold memory until they have run.
      yield* Effect.sleep("10 millis")
      const before = heapMegabytes()
      const waiting: Array<Fiber.Fiber<TrackId, Effect.Error<ReturnType<Contestant["resolve"]>>>> = []
      for (let n = 0; n < size; n++) waiting.push(yield* start(contestant.resolve(keyOf(n))))
      const after = heapMegabytes()
      yield* Fiber.interruptAll(waiting)
      return (after - before) * 1_048_576 / size
    })
  const least = yield* bytes(yield* floor)
  const ours = yield* bytes(yield* resolver)
  yield* row("Deferred with Effect.timeout: the floor", `${least.toFixed(0)} B`, ratio(1))
  yield* row("this library", `${ours.toFixed(0)} B`, ratio(ours / least))
  yield* goal({ what: "the memory of a waiting resolve, of the floor", unit: "x", value: ours / least, atMost: 1.5 })
})

// --- What is left -----------------------------------------------------------------------------------------------------

const known = Effect.gen(function*() {
  yield* Console.log("\na resolve whose answer is known")
  const service = yield* TrackResolver.make()
  const key = keyOf(0)
  yield* service.register(trackOf(key))
  yield* service.resolve(key)
  const { fibers, locks, scopes, timers } = yield* service.sizes
  const each = yield* cost(20_000, (times) =>
    Effect.gen(function*() {
      for (let n = 0; n < times; n++) yield* service.resolve(key)
    }))
  yield* row("a resolve", micros(each))
  yield* goal({ what: "a known answer", unit: "us", value: each, atMost: 1.2 })
  yield* Console.log(`  fibers ${fibers}, scopes ${scopes}, locks ${locks}, timers ${timers}`)
})

const cycles = Effect.gen(function*() {
  const times = 100_000
  yield* Console.log(`\nafter ${times.toLocaleString("en")} participants joined, published and left`)
  const service = yield* TrackResolver.make({ pendingTimeToLive: 0 })
  const cycle = (n: number) =>
    Effect.gen(function*() {
      const key = keyOf(n)
      const waiting = yield* start(service.resolve(key))
      yield* service.register(trackOf(key))
      yield* Fiber.join(waiting)
      yield* service.cancel(key)
    })
  for (let n = 0; n < times / 10; n++) yield* cycle(n)
  const before = heapMegabytes()
  for (let n = 0; n < times; n++) yield* cycle(n)
  const after = heapMegabytes()
  yield* row("heap, before and after", `${before.toFixed(1)} MB`, `${after.toFixed(1)} MB`)
  const sizes = Object.entries(yield* service.sizes).map(([name, size]) => `${name} ${size}`)
  yield* Console.log(`  ${sizes.join(", ")}`)
})

const main = Effect.gen(function*() {
  yield* Console.log(`Node ${process.version}; cost is processor time of the thread, medians`)
  yield* Effect.scoped(oneResolve)
  yield* Effect.scoped(parts)
  yield* withOthers
  yield* bursts
  yield* duplicates
  yield* Effect.scoped(memory)
  yield* Effect.scoped(known)
  yield* Effect.scoped(cycles)
})

await Effect.runPromise(main)
