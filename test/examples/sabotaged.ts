/**
 * A call in memory in which the SFU does one thing wrong: `node test/examples/sabotaged.ts swap | ghost | leak`. Exits as
 * `npm start` does.
 */
import { NodeRuntime } from "@effect/platform-node"
import type { SfuParticipant } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { call } from "../../examples/call/call.ts"
import type { Stage } from "../../examples/call/Harness.ts"
import * as Memory from "../../examples/call/Memory.ts"
import { script } from "../../examples/call/Script.ts"
import { virtual } from "../../examples/virtual.ts"

const sabotage = process.argv[2]

const swapped: { readonly [sessionId: string]: string } = { "alice-1": "bob-1", "bob-1": "alice-1" }

const mallory: SfuParticipant = {
  userId: "mallory",
  sessionId: "mallory-1",
  streamIdPrefix: "m",
  publishedTracks: ["Audio"]
}

const main = Effect.gen(function*() {
  const memory = yield* Memory.make((key) =>
    sabotage === "swap" && key.trackType === "Audio"
      ? { ...key, sessionId: swapped[key.sessionId] ?? key.sessionId }
      : key
  )
  // What is unpublished goes on.
  const stage: Stage<never> = {
    join: (who) =>
      Effect.map(
        memory.stage.join(who),
        (actor) => sabotage === "leak" ? { ...actor, unpublish: () => Effect.void } : actor
      )
  }
  // Somebody is told of whom nobody knows.
  if (sabotage === "ghost") {
    yield* memory.call.emit({ _tag: "ParticipantJoined", participant: mallory })
    yield* memory.call.offer([ScriptedCall.mediaSection("99", "m", "Audio")])
  }
  const parts = yield* script({ participants: 3, seconds: 10, seed: 1 })
  yield* call({ ...memory, stage, layer: memory.call.layer, parts, senderOf: Memory.senderOf, sessionId: "agent" })
}).pipe(Effect.scoped)

NodeRuntime.runMain(virtual(main))
