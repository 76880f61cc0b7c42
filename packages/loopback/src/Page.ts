/**
 * The page that lets people into the call with a browser: its files, and a user's token for whoever asks. It joins like any
 * other client, from the coordinator on and by the wire alone; no SFU knows of it.
 */
import { moduleUrl } from "effect-track-resolver/stream-sfu/protocol"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"

const types = { html: "text/html", css: "text/css", js: "text/javascript" } as const

type Extension = keyof typeof types

const own = (name: `${string}.${Extension}`): URL => new URL(`page/${name}`, import.meta.url)

/** What is served, and nothing else is: no path of a request becomes one of the disk. */
const files: ReadonlyMap<string, string | URL> = new Map<string, string | URL>([
  ["/", own("index.html")],
  ["/page/style.css", own("style.css")],
  ...[
    "call.js",
    "media.js",
    "main.js",
    "protobuf.js",
    "publisher.js",
    "roster.js",
    "subscriber.js",
    "view.js",
    "wire.js"
  ]
    .map((name) => [`/page/${name}`, own(name as `${string}.js`)] as const),
  ["/page/sfu.js", moduleUrl],
  ["/page/protobuf.min.js", createRequire(import.meta.url).resolve("protobufjs/dist/minimal/protobuf.min.js")]
])

const tokenPath = "/page/token"

const Asked = Schema.Struct({ userId: Schema.NonEmptyString.check(Schema.isMaxLength(64)) })

const pathOf = (url: string): string => url.split("?")[0]!

export const isAt = (url: string): boolean => files.has(pathOf(url)) || pathOf(url) === tokenPath

const file = (path: string): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const from = files.get(path)
  if (from === undefined) return Effect.succeed(HttpServerResponse.empty({ status: 404 }))
  const contentType = types[String(from).split(".").at(-1) as Extension]
  return Effect.map(
    Effect.promise(() => readFile(from)),
    (body) =>
      HttpServerResponse.uint8Array(body, {
        contentType: `${contentType}; charset=utf-8`,
        headers: { "cache-control": "no-store" }
      })
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
