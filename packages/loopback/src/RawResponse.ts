/**
 * Responses below the protocols: a broken TCP connection, and a page of a web server.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { IncomingMessage } from "node:http"
import type { Failure } from "./Requests.ts"

/** Closes the TCP connection without a response. */
export const disconnect = Effect.map(HttpServerRequest.HttpServerRequest, ({ source }) => {
  const request = source as IncomingMessage
  request.socket.destroy()
  return HttpServerResponse.empty()
})

export type RawFailure = Extract<Failure, { readonly _tag: "Http" | "Disconnect" }>

/** A failure that is a response of the protocol. */
export type ProtocolFailure = Exclude<Failure, RawFailure>

export const isRaw = (failure: Failure): failure is RawFailure =>
  failure._tag === "Http" || failure._tag === "Disconnect"

/** The response to an HTTP request that fails in this way. */
export const of = (failure: RawFailure) =>
  failure._tag === "Disconnect"
    ? disconnect
    : Effect.succeed(HttpServerResponse.text(failure.body ?? `<h1>${failure.status}</h1>`, {
      status: failure.status,
      contentType: "text/html"
    }))
