/**
 * Acquires resources in a child scope, which closes at once if the acquisition fails or is interrupted. A failed
 * attempt then leaves nothing in the parent scope.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"

/** Closes `scope` if `effect` fails or is interrupted. */
export const closeOnFailure = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  scope: Scope.Closeable
): Effect.Effect<A, E, R> =>
  Effect.onExit(effect, (exit) => Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void)

/** Runs `effect` in a child scope, which it closes if `effect` fails or is interrupted. */
export const run = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, Exclude<R, Scope.Scope> | Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const scope = yield* Scope.fork(yield* Effect.scope)
      return yield* closeOnFailure(restore(Scope.provide(effect, scope)), scope)
    })
  )
