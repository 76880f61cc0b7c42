/**
 * `npm run example NAME` runs an example in real time. `npm run example NAME -- --virtual` runs it under `TestClock`.
 * `npm run example fleet` needs PostgreSQL and real time.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { examples } from "./examples.ts"
import { virtual } from "./virtual.ts"

const fleet = Effect.flatMap(Effect.promise(() => import("./fleet/rounds.ts")), ({ run }) => run(1, 10))

const choices = [
  ...examples.map(([name, live, inMemory = live]) => [name, { live, inMemory }] as const),
  ["fleet", { live: fleet, inMemory: Effect.fail("the processes of a fleet need real time") }] as const
]

const main = Argument.ChoiceWithValue("name", choices).pipe(
  Argument.withDescription(`one of ${choices.map(([name]) => name).join(", ")}`)
)
const isVirtual = Flag.Boolean("virtual").pipe(
  Flag.withDefault(false),
  Flag.withDescription("under TestClock: without waiting, and with the same output each time")
)

const command = Command.make(
  "example",
  { main, isVirtual },
  ({ isVirtual, main }) => isVirtual ? virtual(main.inMemory) : main.live
)

Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
