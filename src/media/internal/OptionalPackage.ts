/**
 * Loads a package that may be missing. Nothing of `effect-track-resolver/media` imports one statically, so a program
 * installs only what it uses.
 */
import * as Effect from "effect/Effect"
import { MissingPackageError } from "../MissingPackageError.ts"

const firstLine = (text: string): string => text.split("\n", 1)[0]!

/**
 * `load` is `() => import("<package>" as string)`. The assertion keeps the compiler from reading the package's types, which a
 * user without it does not have. The caller names the parts that it uses.
 */
export const load = <A>(name: string, load: () => Promise<A>): Effect.Effect<A, MissingPackageError> =>
  Effect.tryPromise({
    try: load,
    catch: (cause) =>
      new MissingPackageError({
        package: name,
        detail: firstLine(cause instanceof Error ? cause.message : String(cause))
      })
  })
