/**
 * The page that lets people into the call with a browser: its files, and a user's token for whoever asks. It joins like any
 * other client, from the coordinator on and by the wire alone; no SFU knows of it.
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import { files } from "./PageFiles.ts"

const tokenPath = "/page/token"

const Asked = Schema.Struct({ userId: Schema.NonEmptyString.check(Schema.isMaxLength(64)) })

const pathOf = (url: string): string => url.split("?")[0]!

export const isAt = (url: string): boolean => files.has(pathOf(url)) || pathOf(url) === tokenPath

const file = (path: string): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const found = files.get(path)
  if (found === undefined) return Effect.succeed(HttpServerResponse.empty({ status: 404 }))
  const { contentType, read } = found
  const headers = { "cache-control": "no-store" }
  return Effect.map(
    Effect.promise(read),
    (body) =>
      typeof body === "string"
        ? HttpServerResponse.text(body, { contentType, headers })
        : HttpServerResponse.uint8Array(body, { contentType, headers })
  )
}

/** The name is enough: on the loopback anybody is who they say. */
const token = (apiKey: string, userToken: (userId: string) => Effect.Effect<string>) =>
  HttpServerRequest.schemaBodyJson(Asked).pipe(
    Effect.flatMap(({ userId }) => userToken(userId)),
    Effect.map((token) => HttpServerResponse.jsonUnsafe({ apiKey, token })),
    Effect.catch(() => Effect.succeed(HttpServerResponse.jsonUnsafe({ error: "a user id" }, { status: 400 })))
  )

/** What the coordinator wants to see, and what makes a user's token for it. */
export const handle = (
  apiKey: string,
  userToken: (userId: string) => Effect.Effect<string>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function*() {
    const { method, url } = yield* HttpServerRequest.HttpServerRequest
    const path = pathOf(url)
    if (path === tokenPath) {
      return method === "POST" ? yield* token(apiKey, userToken) : HttpServerResponse.empty({ status: 405 })
    }
    return method === "GET" ? yield* file(path) : HttpServerResponse.empty({ status: 405 })
  })
