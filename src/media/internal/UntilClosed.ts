/**
 * A resource of a library, which lives as long as its scope.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * What `open` gives, until the scope closes. Afterwards it is freed, and nothing refers to it: its use throws, which is a
 * defect of the caller. `name` is for that error.
 */
export const make = <A>(
  name: string,
  open: () => A,
  free: (resource: A) => void
): Effect.Effect<() => A, never, Scope.Scope> => {
  let current: { readonly resource: A } | undefined
  const acquire = Effect.sync(() => {
    current = { resource: open() }
    return (): A => {
      if (current === undefined) throw new Error(`the scope of this ${name} has closed`)
      return current.resource
    }
  })
  return Effect.acquireRelease(acquire, () =>
    Effect.sync(() => {
      if (current !== undefined) free(current.resource)
      current = undefined
    }))
}
