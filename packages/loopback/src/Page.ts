/**
 * Serves the files of the page that joins the call from a browser, and issues a user's token for any name to a page that
 * knows the secret of its address. The page is an ordinary client: it uses the coordinator and the wire protocol, and the
 * SFUs treat it as any other client.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as BodyError from "./BodyError.ts"
import type { PageFile } from "./PageFiles.ts"
import * as PageSecret from "./PageSecret.ts"

export const tokenPath = "/page/token"

const TokenRequest = Schema.Struct({ userId: Schema.NonEmptyString.check(Schema.isMaxLength(64)) })

type Method = "GET" | "HEAD" | "POST"

const onlyMethods = <R>(
  allowed: ReadonlyArray<Method>,
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
) =>
  Effect.flatMap(
    HttpServerRequest.HttpServerRequest,
    ({ method }) =>
      allowed.some((one) => one === method)
        ? handler
        : Effect.succeed(HttpServerResponse.empty({ status: 405, headers: { allow: allowed.join(", ") } }))
  )

/**
 * The page runs its own scripts only, sends only to this server, and is in no frame. `origin` is also the server's: a page
 * that was opened as `localhost` sends to 127.0.0.1.
 */
const contentSecurityPolicy = (origin: string, inlineScripts: ReadonlyArray<string>): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${inlineScripts.map((hash) => `'${hash}'`).join(" ")}`.trim(),
    "style-src 'self'",
    "img-src data:",
    `connect-src 'self' ${origin} ${origin.replace(/^http/, "ws")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join("; ")

export const serve = ({ contentType, inlineScripts, read }: PageFile, origin: string) => {
  const headers = {
    "cache-control": "no-store",
    "content-security-policy": contentSecurityPolicy(origin, inlineScripts),
    // A window that another site has opened cannot be reached from there.
    "cross-origin-opener-policy": "same-origin"
  }
  return onlyMethods(
    ["GET", "HEAD"],
    Effect.map(
      Effect.promise(read),
      (body) =>
        typeof body === "string"
          ? HttpServerResponse.text(body, { contentType, headers })
          : HttpServerResponse.uint8Array(body, { contentType, headers })
    )
  )
}

export interface TokenOptions {
  readonly apiKey: string
  readonly pageSecret: Redacted.Redacted
  readonly userToken: (userId: string) => Effect.Effect<string>
}

const refused = (status: number, message: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe({ message }, { status })

const isJson = ({ headers }: HttpServerRequest.HttpServerRequest): boolean =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "application/json"

/** The secret of the page's address is enough: there is no other authentication on the loopback. */
export const issueToken = ({ apiKey, pageSecret, userToken }: TokenOptions) =>
  onlyMethods(
    ["POST"],
    Effect.gen(function*() {
      const request = yield* HttpServerRequest.HttpServerRequest
      if (!PageSecret.matches(pageSecret, request.headers["authorization"] ?? "")) {
        return refused(401, "Open the address that the program printed. This one has no valid secret after the #.")
      }
      if (!isJson(request)) return refused(415, "the content type has to be application/json")
      const { userId } = yield* HttpServerRequest.schemaBodyJson(TokenRequest)
      return HttpServerResponse.jsonUnsafe({ apiKey, token: yield* userToken(userId) }, {
        headers: { "cache-control": "no-store" }
      })
    }).pipe(
      Effect.catch((error) =>
        Effect.succeed(
          BodyError.isTooLarge(error)
            ? refused(413, "the body is too large")
            : refused(400, "the body has to be JSON with a user id of 1 to 64 characters")
        )
      )
    )
  )
