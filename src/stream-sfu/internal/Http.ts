/**
 * Rules of HTTP that both the coordinator's client and Twirp need.
 */
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

const concat = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** Reads the body of a response. Stops and fails with `TooLong` at more than `limit` bytes. */
export const body = Effect.fnUntraced(function*(
  response: HttpClientResponse.HttpClientResponse,
  limit: number
): Effect.fn.Return<Uint8Array, HttpClientError.HttpClientError | "TooLong"> {
  const chunks: Array<Uint8Array> = []
  let length = 0
  yield* Stream.runForEach(response.stream, (chunk): Effect.Effect<void, "TooLong"> => {
    length += chunk.byteLength
    if (length > limit) return Effect.fail("TooLong")
    chunks.push(chunk)
    return Effect.void
  })
  return concat(chunks, length)
})

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** True for a status that a retry may change: 408 (timeout), 429 (too many requests), and errors of the server. */
export const isTransient = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * True for visible ASCII. Other characters are invalid in a header, or trimmed from it (RFC 9110, section 5.5), and HTTP
 * clients quote an invalid header in the error that they throw.
 */
export const isToken = (input: string): boolean => /^[\x21-\x7e]+$/.test(input)
