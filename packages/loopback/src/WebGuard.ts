/**
 * Refuses each request that a page of another website can have made, before any route sees it, and adds the headers that
 * keep other websites from reading or framing a response.
 */
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { IncomingMessage } from "node:http"
import * as WebAccess from "./WebAccess.ts"

const refusals: {
  readonly [refusal in WebAccess.Refusal]: { readonly status: number; readonly code: string; readonly message: string }
} = {
  Target: { status: 400, code: "bad_target", message: "the request target has to be a path" },
  Host: { status: 421, code: "unknown_host", message: "Host has to be the loopback address and port of this server" },
  Origin: { status: 403, code: "forbidden_origin", message: "pages of this origin are not allowed" },
  Site: { status: 403, code: "forbidden_site", message: "pages of other sites are not allowed" }
}

/** Names no value of the request: its text is the sender's. */
const refused = (refusal: WebAccess.Refusal): HttpServerResponse.HttpServerResponse => {
  const { code, message, status } = refusals[refusal]
  return HttpServerResponse.jsonUnsafe({ code, message }, { status })
}

/** A response has its own value of a header, if it sets it. */
const responseHeaders = Headers.fromRecordUnsafe({
  // Another origin cannot load a response as an image, a script or a style, and learns nothing from its size or time.
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
})

/** As node received it: Effect's request has a target without its server, and one of several `Host` headers. */
const receivedOf = ({ method, source }: HttpServerRequest.HttpServerRequest): WebAccess.ReceivedRequest => {
  const { headersDistinct: headers, url: target = "" } = source as IncomingMessage
  return { method, target, headers }
}

export const guard = (access: WebAccess.WebAccess) =>
<E, R>(
  app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R | HttpServerRequest.HttpServerRequest> =>
  HttpServerRequest.HttpServerRequest.pipe(
    Effect.flatMap((request) => {
      const refusal = WebAccess.refusalOf(access, receivedOf(request))
      return refusal === undefined ? app : Effect.succeed(refused(refusal))
    }),
    Effect.map((response) => HttpServerResponse.setHeaders(response, Headers.merge(responseHeaders, response.headers)))
  )
