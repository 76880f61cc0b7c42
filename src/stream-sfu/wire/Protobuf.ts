/**
 * Decodes protobuf without exceptions.
 */
import * as Result from "effect/Result"

/** The failure is the decoder's own message. It may quote field names, but no content. */
export const decode = <A>(decoder: (bytes: Uint8Array) => A, bytes: Uint8Array): Result.Result<A, string> =>
  Result.try({ try: () => decoder(bytes), catch: (error) => error instanceof Error ? error.message : String(error) })
