/**
 * Rules of HTTP that both the coordinator's client and Twirp need. The rule: this library decides them, and not the HTTP
 * client that the application provides.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { RequestInit } from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** The client has followed a redirect: the response is not from the URL that we asked. */
export class Redirected extends Data.TaggedError("Redirected") {}

/** Sends a request. Closing the scope ends it: a response that is not read to its end would keep its connection open. */
export type Send = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError | Redirected, Scope.Scope>

/**
 * No redirect is followed: it would carry the request, and with it the token, to a server that nobody configured. `fetch`
 * follows redirects unless its options forbid it, so they do. Another client that has followed one is noticed by the URL of
 * the response. The other options of `fetch` that the application set stay.
 */
export const make = (client: HttpClient.HttpClient): Effect.Effect<Send> =>
  Effect.map(contextOf(client), (context) => {
    const requestInit: globalThis.RequestInit = {
      ...Context.getOrUndefined(context, RequestInit),
      redirect: "manual"
    }
    return (request) =>
      Effect.suspend(() => {
        let sent = request
        return HttpClient.mapRequest(client, (mapped) => sent = mapped).pipe(
          HttpClient.withScope,
          ({ execute }) => execute(request),
          Effect.provideService(RequestInit, requestInit),
          Effect.filterOrFail((response) => !isRedirected(sent, response), () => new Redirected())
        )
      })
  })

/** The context in which a client sends its requests: a layer of the client may have added options. Sends no request. */
const contextOf = (client: HttpClient.HttpClient): Effect.Effect<Context.Context<never>> =>
  Effect.suspend(() => {
    let context: Context.Context<never> = Context.empty()
    const withoutRequest = Effect.contextWith((its: Context.Context<never>) => {
      context = its
      return Effect.interrupt
    })
    return Effect.map(Effect.exit(client.postprocess(withoutRequest)), () => context)
  })

const withoutFragment = (url: URL): string => `${url.origin}${url.pathname}${url.search}`

const isRedirected = (
  sent: HttpClientRequest.HttpClientRequest,
  { url }: HttpClientResponse.HttpClientResponse
): boolean => {
  // The client does not report the URL.
  if (!URL.canParse(url)) return false
  const asked = HttpClientRequest.toUrl(sent)
  return Option.isSome(asked) && withoutFragment(asked.value) !== withoutFragment(new URL(url))
}

const concat = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** `size` is absent if the response does not declare it. The message names the option that sets the limit. */
export class TooLarge
  extends Data.TaggedError("TooLarge")<{ readonly limit: number; readonly size: number | undefined }>
{
  get detail(): string {
    const size = this.size === undefined ? "" : `${this.size} bytes, `
    return `the response has ${size}more than maxFrameBytes (${this.limit})`
  }
}

/** A client reports a response without a body as an error; to us it is one without bytes. */
const isWithoutBody = (error: HttpClientError.HttpClientError | TooLarge): boolean =>
  error._tag === "HttpClientError" && error.reason._tag === "EmptyBodyError"

/** Reads the body of a response. Stops and fails with `TooLarge` at more than `limit` bytes. */
export const body = Effect.fnUntraced(function*(
  response: HttpClientResponse.HttpClientResponse,
  limit: number
): Effect.fn.Return<Uint8Array, HttpClientError.HttpClientError | TooLarge> {
  const chunks: Array<Uint8Array> = []
  let length = 0
  const declared = Number(response.headers["content-length"])
  const tooLarge = () => new TooLarge({ limit, size: declared > limit ? declared : undefined })
  if (declared > limit) return yield* tooLarge()
  yield* Stream.runForEach(response.stream, (chunk): Effect.Effect<void, TooLarge> => {
    length += chunk.byteLength
    if (length > limit) return tooLarge()
    chunks.push(chunk)
    return Effect.void
  }).pipe(Effect.catchIf(isWithoutBody, () => Effect.void))
  return concat(chunks, length)
})

/**
 * Whether a response is protobuf. A message without content has no bytes, so only the content type distinguishes it from the
 * empty response of another server. A server that sends no content type has to send a message that can be decoded.
 */
export const isProtobuf = ({ headers }: HttpClientResponse.HttpClientResponse, bytes: Uint8Array): boolean => {
  const type = headers["content-type"]
  return type === undefined ? bytes.byteLength > 0 : /^application\/(x-)?protobuf\s*(;|$)/i.test(type)
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** True for a status that a retry may change: 408 (timeout), 429 (too many requests), and errors of the server. */
export const isTransient = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * True for visible ASCII. Other characters are invalid in a header, or trimmed from it (RFC 9110, section 5.5), and HTTP
 * clients quote an invalid header in the error that they throw.
 */
export const isToken = (input: string): boolean => /^[\x21-\x7e]+$/.test(input)
