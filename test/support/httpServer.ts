/**
 * An HTTP server on 127.0.0.1 that answers as a test says. It closes with the scope, and with it its connections.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface HttpServer {
  /** Without a slash at its end. */
  readonly url: string
  /** What it was asked, in order. */
  readonly requests: ReadonlyArray<IncomingMessage>
}

export const listen = (
  respond: (request: IncomingMessage, response: ServerResponse) => void
): Effect.Effect<HttpServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const requests: Array<IncomingMessage> = []
    const server = createServer((request, response) => {
      requests.push(request)
      request.resume()
      respond(request, response)
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    )
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
  })
