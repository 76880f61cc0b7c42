/** Waits for the next turn of the event loop. */
import * as Effect from "effect/Effect"

export const nextTurn = Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
