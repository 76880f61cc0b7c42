/**
 * Serves the files of the page that joins the call from a browser, and issues a user's token for any name. The page is
 * an ordinary client: it uses the coordinator and the wire protocol, and the SFUs treat it as any other client.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import type { PageFile } from "./PageFiles.ts"

export const tokenPath = "/page/token"

const TokenRequest = Schema.Struct({ userId: Schema.NonEmptyString.check(Schema.isMaxLength(64)) })

const methodNotAllowed = HttpServerResponse.empty({ status: 405 })

const onlyMethod = <R>(
  allowed: "GET" | "POST",
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
) =>
  Effect.flatMap(
    HttpServerRequest.HttpServerRequest,
    ({ method }) => method === allowed ? handler : Effect.succeed(methodNotAllowed)
  )

const headers = { "cache-control": "no-store" }

export const serve = ({ contentType, read }: PageFile) =>
  onlyMethod(
    "GET",
    Effect.map(
      Effect.promise(read),
      (body) =>
        typeof body === "string"
          ? HttpServerResponse.text(body, { contentType, headers })
          : HttpServerResponse.uint8Array(body, { contentType, headers })
    )
  )

/** The name alone is enough: there is no authentication on the loopback. */
export const issueToken = (apiKey: string, userToken: (userId: string) => Effect.Effect<string>) =>
  onlyMethod(
    "POST",
    HttpServerRequest.schemaBodyJson(TokenRequest).pipe(
      Effect.flatMap(({ userId }) => userToken(userId)),
      Effect.map((token) => HttpServerResponse.jsonUnsafe({ apiKey, token })),
      Effect.catch(() =>
        Effect.succeed(
          HttpServerResponse.jsonUnsafe({ error: "the body has to be JSON with a user id" }, { status: 400 })
        )
      )
    )
  )
