/**
 * Decodes protobuf without exceptions, and a bounded number of fields.
 */
import * as Result from "effect/Result"
import { BoundedReader } from "./BoundedReader.ts"

/** The failure is the decoder's own message. It may quote field names, but no content. */
export const decode = <A>(decoder: (reader: BoundedReader) => A, bytes: Uint8Array): Result.Result<A, string> =>
  Result.try({
    try: () => decoder(new BoundedReader(bytes)),
    catch: (error) => error instanceof Error ? error.message : String(error)
  })
