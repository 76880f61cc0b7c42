/**
 * Each example under `TestClock`: its output equals the file of the same name in this folder, to the millisecond.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { examples } from "../../examples/examples.ts"
import { virtual } from "../../examples/virtual.ts"

for (const [name, main, inMemory = main] of examples) {
  test(name, async () => {
    const lines: Array<string> = []
    const console: Console.Console = { ...globalThis.console, log: (line) => void lines.push(String(line)) }
    await Effect.runPromise(virtual(inMemory).pipe(Effect.provideService(Console.Console, console)))
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`${name}.txt`)
  })
}
