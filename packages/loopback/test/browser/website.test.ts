/**
 * A page of another website in a Chromium, while the loopback SFU runs: it neither gets a token nor opens a socket.
 */
import { assert, layer } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import { listen } from "../../../../test/support/httpServer.ts"
import { Chromium } from "./Browser.ts"

/** A website on another port of this machine, which is another origin. */
const openWebsite = Effect.map(
  listen((_, response) => void response.setHeader("content-type", "text/html").end("<p>a website")),
  ({ url }) => `${url}/`
)

/** What a script of the page at `from` can do to the server at `origin`. Even with the secret, it is not to read a token. */
const attack = (from: string, origin: string, secret: string) =>
  Effect.gen(function*() {
    const browser = yield* Chromium
    const page = yield* Effect.acquireRelease(
      Effect.promise(() => browser.newPage()),
      (page) => Effect.promise(() => page.close())
    )
    yield* Effect.promise(() => page.goto(from))
    const script = `(async (origin, secret) => {
      const read = (path, options) => fetch(origin + path, options).then((response) => response.text(), () => "blocked")
      const open = (path) => new Promise((resume) => {
        const socket = new WebSocket(origin.replace("http", "ws") + path)
        socket.onopen = () => resume("open")
        socket.onerror = () => resume("blocked")
      })
      const body = JSON.stringify({ userId: "ada" })
      const authorization = "Bearer " + secret
      return {
        page: await read("/"),
        token: await read("/page/token", { method: "POST", body, headers: { authorization, "content-type": "application/json" } }),
        simple: await read("/page/token", { method: "POST", body }),
        opaque: await read("/page/token", { method: "POST", body, mode: "no-cors" }),
        signalling: await open("/loopback-1/ws"),
        coordinator: await open("/video/connect")
      }
    })(${JSON.stringify(origin)}, ${JSON.stringify(secret)})`
    return yield* Effect.promise(() => page.evaluate<Readonly<Record<string, string>>>(script))
  })

layer(Chromium.layer, { excludeTestServices: true, timeout: "1 minute" })((it) => {
  it.effect("a page of another origin reads no token and opens no socket", () =>
    Effect.gen(function*() {
      const { pageUrl } = yield* LoopbackSfu
      const { hash, origin } = new URL(pageUrl)
      const website = yield* openWebsite
      const blocked = "blocked"
      assert.deepStrictEqual(yield* attack(website, origin, hash.slice(1)), {
        page: blocked,
        token: blocked,
        simple: blocked,
        opaque: blocked,
        signalling: blocked,
        coordinator: blocked
      })
      // The same script in the server's own page succeeds, so it is the origin that makes the difference.
      const own = yield* attack(`${origin}/`, origin, hash.slice(1))
      assert.include(own["token"], "apiKey")
      assert.deepStrictEqual([own["signalling"], own["coordinator"]], ["open", "open"])
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))
})
