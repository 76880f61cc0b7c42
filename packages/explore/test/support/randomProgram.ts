/**
 * Random programs of many fibers that log what they do. The same seed gives the same program. Each run appends to the log.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Semaphore from "effect/Semaphore"

/** A linear congruential generator: returns an integer from 0 up to `sides - 1`. */
const seededRandom = (seed: number) => {
  let state = (seed * 2_654_435_761) >>> 0
  return (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * sides)
  }
}

export interface RandomProgram {
  readonly log: Array<string>
  readonly program: Effect.Effect<void>
}

export const randomProgram = (seed: number): RandomProgram => {
  const random = seededRandom(seed)
  const log: Array<string> = []
  const write = (entry: string) => Effect.sync(() => void log.push(entry))
  /** Drawn before the program runs: the steps of a fiber must not depend on the schedule. */
  const plans = Array.from({ length: 6 }, () => Array.from({ length: 5 }, () => random(11)))

  const program = Effect.gen(function*() {
    const deferreds = [yield* Deferred.make<number>(), yield* Deferred.make<number>()]
    const lock = yield* Semaphore.make(1)
    const queue = yield* Queue.bounded<number>(1)
    const latch = yield* Latch.make(false)
    const pubsub = yield* PubSub.unbounded<number>()

    const step = (name: string, kind: number, index: number): Effect.Effect<unknown> => {
      const orYield = <A>(effect: Effect.Effect<A>) => Effect.raceFirst(Effect.asVoid(effect), Effect.yieldNow)
      const deferred = deferreds[index % 2]!
      switch (kind) {
        case 0:
          return Effect.yieldNow
        case 1:
          return Deferred.succeed(deferred, index)
        case 2:
          return orYield(Deferred.await(deferred))
        case 3:
          return lock.withPermit(Effect.andThen(Effect.yieldNow, write(`${name} holds`)))
        case 4:
          return orYield(Queue.offer(queue, index))
        case 5:
          return orYield(Queue.take(queue))
        case 6:
          return Effect.andThen(latch.open, latch.close)
        case 7:
          return orYield(latch.await)
        case 8:
          return Effect.flatMap(
            Effect.forkChild(
              Effect.onInterrupt(
                Effect.andThen(Effect.yieldNow, write(`${name} child`)),
                () => write(`${name} child interrupted`)
              )
            ),
            (child) => index % 2 === 0 ? Fiber.interrupt(child) : Fiber.join(child)
          )
        case 9:
          return PubSub.publish(pubsub, index)
        default:
          return Effect.yieldNowWith(index % 2)
      }
    }

    const worker = (name: string, plan: ReadonlyArray<number>) =>
      Effect.gen(function*() {
        for (const [index, kind] of plan.entries()) {
          yield* write(`${name} ${kind}`)
          yield* step(name, kind, index)
        }
        yield* write(`${name} ends`)
      })

    yield* Effect.forkChild(Effect.scoped(Effect.gen(function*() {
      const subscription = yield* PubSub.subscribe(pubsub)
      while (true) yield* write(`receives ${yield* PubSub.take(subscription)}`)
    })))
    const [a, b, c, d, e, f] = plans as [Array<number>, Array<number>, Array<number>, ...Array<Array<number>>]
    yield* Effect.all([worker("a", a), worker("b", b), worker("c", c)], { concurrency: "unbounded" })
    const forked = yield* Effect.forEach(
      [["d", d!], ["e", e!], ["f", f!]] as const,
      ([name, plan]) => Effect.forkChild(worker(name, plan))
    )
    yield* Fiber.joinAll(forked)
  })
  return { log, program }
}
