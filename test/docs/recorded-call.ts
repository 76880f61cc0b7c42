/**
 * A process that records one call with the recorder of the README, in the working directory.
 */
import { Effect, Layer } from "effect"
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import { RecordedEdge } from "./record.ts"

const call = await Effect.runPromise(ScriptedCall.make())

await Effect.runPromise(
  StreamEdge.pipe(Effect.andThen(ScriptedCall.flush), Effect.provide(Layer.provide(RecordedEdge, call.layer)))
)
