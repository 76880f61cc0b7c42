/**
 * `npm run example NAME` runs an example in real time. `npm run example NAME -- --virtual` runs it under `TestClock`.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { examples } from "./examples.ts"
import { virtual } from "./virtual.ts"

const choices = examples.map(([name, live, inMemory = live]) => [name, { live, inMemory }] as const)

const main = Argument.ChoiceWithValue("name", choices).pipe(
  Argument.withDescription(`one of ${examples.map(([name]) => name).join(", ")}`)
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
