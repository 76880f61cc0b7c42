/**
 * What has to be minded of HTTP by whoever asks with it: an answer may be without end, a refusal may pass, and a token that
 * cannot be a header is quoted by clients in what they throw.
 */
import * as Effect from "effect/Effect"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

const joined = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}

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
  return joined(chunks, length)
})

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** What refuses may pass: the time was too short, the requests too many, or the other side has troubles of its own. */
export const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** Visible ASCII: other characters may not be in a header (RFC 9110, section 5.5), or would have to be trimmed. */
export const isToken = (input: string): boolean => /^[\x21-\x7e]+$/.test(input)
