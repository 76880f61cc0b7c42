/**
 * A process that records one call with the recorder of the README, in the working directory.
 */
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RecordedEdge } from "./record.ts"

const call = await Effect.runPromise(ScriptedCall.make())

await Effect.runPromise(
  StreamEdge.pipe(Effect.andThen(ScriptedCall.flush), Effect.provide(Layer.provide(RecordedEdge, call.layer)))
)
