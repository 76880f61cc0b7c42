/**
 * `npm run fleet`: ten calls, three processes that share them, and what happens to the calls when something happens to a process.
 * Needs PostgreSQL.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Rounds from "./rounds.ts"

const count = (name: string, standard: number) =>
  Flag.Int(name).pipe(
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
    Flag.withDefault(standard)
  )

const command = Command.make(
  "fleet",
  { rounds: count("rounds", 1), calls: count("calls", 10) },
  ({ calls, rounds }) => Rounds.run(rounds, calls)
).pipe(
  Command.withDescription("Agents for ten calls on three processes, which are killed, stopped, paused and cut off.")
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
