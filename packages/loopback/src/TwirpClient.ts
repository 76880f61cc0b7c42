/**
 * A client's Twirp requests, in protobuf or in proto3 JSON.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Patience from "./Patience.ts"
import type { Method } from "./Requests.ts"
import type { SimulationError } from "./SimulationError.ts"
import * as Wire from "./Wire.ts"

export interface TwirpClientOptions {
  readonly client: HttpClient.HttpClient
  readonly url: string
  readonly token: string
  readonly codec: "protobuf" | "json"
  readonly failed: (step: string) => (detail: string) => SimulationError
}

export interface TwirpClient {
  /** Fails with an error of the response, of the transport, or after five seconds without a response. */
  readonly request: <In, Out extends { readonly error?: Wire.WireError | null }>(
    method: Method,
    types: readonly [Wire.Codec<In>, Wire.Codec<Out>],
    message: In
  ) => Effect.Effect<Out, SimulationError>
}

const responseTimeout = "5 seconds"

export const make = ({ client, codec, failed, token, url }: TwirpClientOptions): TwirpClient => ({
  request: (method, [requestType, responseType], message) =>
    Effect.gen(function*() {
      const response = yield* HttpClientRequest.post(`${url}/stream.video.sfu.signal.SignalServer/${method}`).pipe(
        HttpClientRequest.bearerToken(token),
        codec === "json"
          ? HttpClientRequest.bodyText(JSON.stringify(message), "application/json")
          : HttpClientRequest.bodyUint8Array(requestType.encode(message).finish(), "application/protobuf"),
        client.execute
      )
      if (response.status !== 200) return yield* failed(method)(yield* response.text)
      const answer = responseType.decode(
        codec === "json"
          ? Wire.bytesOfJson(responseType, yield* response.text)
          : new Uint8Array(yield* response.arrayBuffer)
      )
      return answer.error?.code ? yield* failed(method)(answer.error.message ?? "") : answer
    }).pipe(
      Effect.catchTag("HttpClientError", ({ message, reason }) =>
        Effect.fail(failed(method)(reason.cause instanceof Error ? `${message}: ${reason.cause.message}` : message))),
      // An exchange of descriptions is uninterruptible, but a request in it that a test drops has to end at the
      // timeout.
      Effect.interruptible,
      (response) =>
        Patience.timeoutOrElse(response, {
          duration: responseTimeout,
          orElse: () =>
            Effect.fail(failed(method)(`no response in ${responseTimeout}`))
        })
    )
})
