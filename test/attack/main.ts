/**
 * `npm run attack`: everything that somebody without the right to do so can send, against real sockets on 127.0.0.1. Exits
 * with 1 if an input changed something, or blocked the event loop for longer than the limit.
 *
 * `npm run attack -- --long` sends a million datagrams, and `--only alert` runs the attacks whose name contains that.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Command, Flag } from "effect/cli"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import type { Attack } from "./Attack.ts"
import { attacks } from "./attacks.ts"
import { measure } from "./measure.ts"

/** Of processor time: the largest offer takes 470 ms, everything else far less. */
const blockLimitMillis = 750

class AttackSucceeded extends Data.TaggedError("AttackSucceeded")<{ readonly message: string }> {}

/** A rejection or an exception that nobody handles ends an application. */
const unhandled: Array<string> = []
process.on("unhandledRejection", (reason) => void unhandled.push(`unhandled rejection: ${reason}`))
process.on("uncaughtException", (error) => void unhandled.push(`uncaught exception: ${error}`))

const megabytes = (bytes: number) => `${(Math.max(0, bytes) / 1e6).toFixed(1)} MB`
const row = (cells: ReadonlyArray<string>) =>
  Console.log(cells.map((cell, n) => n < 2 ? cell.padEnd([10, 58][n]!) : cell.padStart(19)).join(""))

const play = Effect.fn(function*(attack: Attack, isLong: boolean) {
  const inputs = isLong ? attack.inputs.long : attack.inputs.short
  const [changes, { kept, peak, worstBlock }] = yield* Effect.scoped(
    Effect.flatMap(attack.prepare, (send) => measure(send(inputs)))
  )
  yield* row([
    attack.attacker,
    attack.name,
    `${inputs.toLocaleString("en-US")} ${attack.unit}`,
    `${changes.length} changes`,
    `${worstBlock.toFixed(0)} ms`,
    megabytes(kept),
    megabytes(peak)
  ])
  const blocked = worstBlock > blockLimitMillis ? [`blocked the event loop for ${worstBlock.toFixed(0)} ms`] : []
  const problems = [...changes, ...blocked, ...unhandled.splice(0)]
  yield* Effect.forEach(problems, (problem) => Console.log(`  ${problem}`))
  return problems.length
})

const flags = {
  long: Flag.Boolean("long").pipe(Flag.withDefault(false), Flag.withDescription("the long run: about half an hour")),
  only: Flag.String("only").pipe(Flag.withDefault(""), Flag.withDescription("the attacks whose name contains this"))
}

const command = Command.make("attack", flags, ({ long, only }) =>
  Effect.gen(function*() {
    yield* row(["attacker", "input", "", "effect", "worst block", "memory kept", "memory peak"])
    const selected = attacks.filter(({ name }) => name.includes(only))
    const problems = yield* Effect.forEach(selected, (attack) => play(attack, long))
    const failed = problems.filter((count) => count > 0).length
    yield* Console.log(`\n${selected.length} attacks, ${failed} of them succeeded`)
    if (failed > 0) return yield* new AttackSucceeded({ message: `${failed} attacks succeeded` })
  }))

Command.run(command, { version: "0.1.0" }).pipe(
  // The log of the library is what an attack may fill; the attacks that concern it read it themselves.
  Effect.provide([NodeServices.layer, Logger.layer([])]),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
