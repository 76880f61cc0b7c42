/**
 * A call in memory whose SFU makes one mistake: `node test/examples/sabotaged.ts swap | ghost | leak | nothing`. Exits with 1
 * if the check finds the mistake, as `npm start` does.
 *
 * - `swap`: the microphones of alice and bob carry each other's packets.
 * - `ghost`: the SFU reports a participant who is not in the call.
 * - `leak`: the SFU does not end an unpublished track.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import type { SfuParticipant } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { call } from "../../examples/call/call.ts"
import type { Harness } from "../../examples/call/Harness.ts"
import * as Memory from "../../examples/call/Memory.ts"
import { generate } from "../../examples/call/Script.ts"
import { virtual } from "../../examples/virtual.ts"

const mistake = process.argv[2]

const swapped: { readonly [sessionId: string]: string } = { "alice-1": "bob-1", "bob-1": "alice-1" }

const mallory: SfuParticipant = {
  userId: "mallory",
  sessionId: "mallory-1",
  streamIdPrefix: "m",
  publishedTracks: ["Audio"]
}

const main = Effect.gen(function*() {
  const memory = yield* Memory.make((key) =>
    mistake === "swap" && key.trackType === "Audio"
      ? { ...key, sessionId: swapped[key.sessionId] ?? key.sessionId }
      : key
  )
  const harness: Harness<never> = {
    join: (participant) =>
      Effect.map(
        memory.harness.join(participant),
        (joined) => mistake === "leak" ? { ...joined, unpublish: () => Effect.void } : joined
      )
  }
  if (mistake === "ghost") {
    yield* memory.call.emit({ _tag: "ParticipantJoined", participant: mallory })
    yield* memory.call.offer([ScriptedCall.mediaSection("99", "m", "Audio")])
  }
  const script = yield* generate({ participants: 3, seconds: 10, seed: 1 })
  yield* call({
    harness,
    script,
    layer: memory.call.layer,
    participants: memory.participants,
    ownerOf: Memory.ownerOf,
    sessionId: "agent"
  })
}).pipe(Effect.scoped)

NodeRuntime.runMain(virtual(main))
