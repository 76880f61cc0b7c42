/**
 * The decoders of one track: one for each of its codecs, opened for the first packet of the codec.
 */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { Codec } from "../../edge/PeerConnection.ts"

/** They are freed when the scope closes. */
export const make = <D, E>(
  open: (codec: Codec) => Effect.Effect<D, E, Scope.Scope>
): Effect.Effect<(codec: Codec) => Effect.Effect<D, E>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const decoders = new Map<number, D>()
    return Effect.fnUntraced(function*(codec) {
      const known = decoders.get(codec.payloadType)
      if (known !== undefined) return known
      const decoder = yield* Scope.provide(open(codec), scope)
      decoders.set(codec.payloadType, decoder)
      return decoder
    })
  })
