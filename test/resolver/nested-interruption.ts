/**
 * Without this library: fibers of which each, when it is interrupted, interrupts the next one and waits for it. Prints how
 * many have ended once nothing runs any more.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

const length = Number(process.argv[2])
const fibers: Array<Fiber.Fiber<never>> = []
for (let n = 0; n < length; n++) {
  const next = Effect.suspend(() => n + 1 < length ? Fiber.interrupt(fibers[n + 1]!) : Effect.void)
  fibers.push(Effect.runFork(Effect.onInterrupt(Effect.never, () => next)))
}
fibers[0]!.interruptUnsafe()
setTimeout(() => process.stdout.write(`${fibers.filter((fiber) => fiber.pollUnsafe() !== undefined).length}\n`), 10)
