/**
 * The options by which an application names a call and signs its tokens, and the mistakes in them that each layer refuses.
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

export const rightOptions = {
  apiKey: "key 1",
  callType: "default",
  callId: "stand/up",
  userId: "alice",
  secret: Redacted.make("s")
}

const mistakes = [
  { callId: "" },
  { callId: ".." },
  { callType: "." },
  { apiKey: "" },
  { userId: "" },
  { secret: Redacted.make("") },
  { maxFrameBytes: 0 }
]

/** How the layer is built with each mistake. */
export const exitsOfMistakes = <A, E>(
  layerOf: (options: typeof rightOptions & { readonly maxFrameBytes?: number }) => Layer.Layer<A, E>
): Effect.Effect<
  ReadonlyArray<{ readonly mistake: string; readonly exit: Exit.Exit<unknown, E> }>,
  never,
  Scope.Scope
> =>
  Effect.forEach(mistakes, (mistake) =>
    Effect.map(
      Effect.exit(Layer.build(layerOf({ ...rightOptions, ...mistake }))),
      (exit) => ({ mistake: JSON.stringify(mistake), exit })
    ))
