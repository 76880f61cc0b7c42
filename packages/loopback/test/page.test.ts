/**
 * What a browser is served before it joins: files, and a token.
 */
import { assert, describe } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import { readdirSync } from "node:fs"
import { join } from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

const ask = (path: string, init?: RequestInit) =>
  Effect.flatMap(LoopbackSfu, ({ pageUrl }) =>
    Effect.promise(async () => {
      const response = await fetch(new URL(path, pageUrl), init)
      return { status: response.status, type: response.headers.get("content-type"), text: await response.text() }
    }))

const askToken = (body: unknown) =>
  Effect.flatMap(LoopbackSfu, ({ pageUrl }) =>
    ask("/page/token", {
      method: "POST",
      headers: { "content-type": "application/json", "authorization": `Bearer ${new URL(pageUrl).hash.slice(1)}` },
      body: JSON.stringify(body)
    }))

describe("the page", () => {
  inCall("is served with everything it imports, and no other file", () =>
    Effect.gen(function*() {
      const page = yield* ask("/")
      assert.strictEqual(page.type, "text/html; charset=utf-8")
      const own = readdirSync("packages/loopback/src/page")
        .filter((name) => name !== "index.html")
        .map((name) => name.replace(/\.ts$/, ".js"))
      for (const name of [...own, "sfu.js", "protobuf.min.js"]) {
        const { status, text, type } = yield* ask(`/page/${name}`)
        assert.deepStrictEqual({ name, status }, { name, status: 200 })
        assert.match(type ?? "", name.endsWith("css") ? /^text\/css/ : /^text\/javascript/)
        assert.notMatch(text, /from "\.\/\w+\.ts"/)
      }
      for (
        const path of [
          "/page/",
          "/page/index.html",
          "/page/..%2fPage.ts",
          "/page/../Page.ts",
          "/Page.ts",
          "/page/main.ts"
        ]
      ) {
        assert.deepStrictEqual({ path, status: (yield* ask(path)).status }, { path, status: 404 })
      }
      assert.strictEqual((yield* ask("/", { method: "POST" })).status, 405)
    }))

  inCall("issues a token that the coordinator accepts", (sfu) =>
    Effect.gen(function*() {
      const { status, text } = yield* askToken({ userId: "ada" })
      assert.strictEqual(status, 200)
      const { apiKey, token } = JSON.parse(text)
      const joined = yield* ask(`/video/call/default/loopback/join?api_key=${apiKey}`, {
        method: "POST",
        headers: { authorization: token },
        body: JSON.stringify({ location: "auto" })
      })
      const { joinReply } = yield* join({ userId: "ada", token: JSON.parse(joined.text).credentials.token })
      assert.isOk(joinReply.joinResponse)
      assert.deepStrictEqual((yield* sfu.groundTruth).participants.map(({ userId }) => userId), ["ada"])
      for (const body of [{}, { userId: "" }, { userId: 7 }, { userId: "a".repeat(65) }, "ada"]) {
        assert.strictEqual((yield* askToken(body)).status, 400)
      }
      assert.strictEqual((yield* ask("/page/token")).status, 405)
    }))
})

describe("a browser's answer", () => {
  inCall("is applied without the lines that harm werift", (sfu) =>
    Effect.gen(function*() {
      const client = yield* join({ userId: "agent", answers: false })
      const alice = yield* sfu.participant({ userId: "alice" })
      yield* alice.publish("Audio")
      const key = { userId: "alice", sessionId: alice.sessionId, trackType: "Audio" } as const
      yield* client.subscribe(key)
      const [offer] = yield* client.awaitEvents("subscriberOffer")
      const { negotiationId, sdp } = offer!.subscriberOffer!
      const answer = yield* client.apply(sdp!)
      // werift resolves a browser's mDNS candidate by a multicast query, and fails on an fmtp of an unknown payload type.
      const hidden = "a=candidate:1 1 udp 2122260223 0b7e6f4e-1111-4222-8333-444455556666.local 50000 typ host\r\n"
      const { error } = yield* client.sendAnswer(`${answer}${hidden}a=fmtp:120 apt=119\r\n`, negotiationId!)
      assert.isNotOk(error)
      yield* client.awaitPackets(key, 3)
    }))
})
