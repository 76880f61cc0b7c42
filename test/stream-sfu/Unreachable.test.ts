/**
 * Each cause of a failed connection, made for real on 127.0.0.1: the error says where, why, and the cure, and it contains
 * no secret. With both WebSockets of Node, because each reports causes in its own way.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import { SfuClient, type SfuJoinError } from "effect-track-resolver"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import { createServer as createHttpServer } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import type { AddressInfo, Server, Socket as TcpSocket } from "node:net"
import { createServer as createTcpServer } from "node:net"
import { createSelfSignedCertificate } from "werift"
import { secret } from "./FakeSfu.ts"
import { genericSdps } from "./Harness.ts"

/** In the user, the path and the query of the URLs. Never in an error. */
const hidden = "hidden-in-the-url"

/** The port of a server on 127.0.0.1. Its connections end with the scope. */
const listen = (make: () => Server): Effect.Effect<number, never, Scope.Scope> =>
  Effect.gen(function*() {
    const sockets = new Set<TcpSocket>()
    const server = make().on("connection", (socket) => sockets.add(socket))
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          for (const socket of sockets) socket.destroy()
        })
    )
    return (server.address() as AddressInfo).port
  })

/** An HTTP server that answers everything with this status, also the opening of a WebSocket. */
const answering = (status: number, body = "") =>
  listen(() =>
    createHttpServer((request, response) => {
      request.resume()
      response.statusCode = status
      response.end(body)
    })
  )

const tls = Effect.gen(function*() {
  const { certPem, keyPem } = yield* Effect.promise(() => createSelfSignedCertificate({ signature: 3, hash: 4 }))
  return yield* listen(() => createHttpsServer({ cert: certPem, key: keyPem }, (_, response) => void response.end()))
})

/** Closes each connection at its first byte. */
const closing = listen(() =>
  createTcpServer((socket) => void socket.on("error", () => {}).once("data", () => socket.destroy()))
)

/** Answers in another protocol. */
const other = listen(() =>
  createTcpServer((socket) =>
    void socket.on("error", () => {}).on("data", () => socket.write("220 mail.example ESMTP\r\n"))
  )
)

/** A port on which nobody listens. */
const free = Effect.scoped(listen(createTcpServer))

const webSockets: { readonly [name: string]: Layer.Layer<Socket.WebSocketConstructor> } = {
  "Node's WebSocket": NodeSocket.layerWebSocketConstructor,
  "the WebSocket of ws": NodeWS.layerWebSocketConstructor
}

const joinError = (layer: Layer.Layer<SfuClient>) =>
  SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps })).pipe(
    Effect.scoped,
    Effect.flip,
    Effect.provide(layer)
  )

const noSecret = (error: SfuJoinError): void => {
  for (const text of [error.message, JSON.stringify(error)]) {
    assert.notInclude(text, hidden)
    assert.notInclude(text, secret)
  }
}

/** `PORT` in an expected sentence. */
const withPort = (text: string, port: number): string => text.replaceAll("PORT", String(port))

interface Case {
  readonly name: string
  readonly port: Effect.Effect<number, never, Scope.Scope>
  readonly url: (port: number) => string
  readonly detail: string | RegExp
  readonly shouldRetry?: boolean
}

const query = `/${hidden}?token=${hidden}`

const at = "the SFU's WebSocket (webSocketUrl) at 127.0.0.1:PORT"

const webSocketCases: ReadonlyArray<Case> = [
  {
    name: "a server that is down",
    port: free,
    url: (port) => `ws://user:${hidden}@127.0.0.1:${port}${query}`,
    detail: `${at} refuses the connection; check that the server runs, and the port (ECONNREFUSED)`
  },
  {
    name: "a host name that does not exist",
    port: Effect.succeed(0),
    url: () => `wss://sfu.invalid${query}`,
    detail:
      /^the SFU's WebSocket \(webSocketUrl\) at sfu\.invalid:443 has a host name that (cannot be resolved; check the name \(ENOTFOUND\)|could not be resolved now; .*\(EAI_AGAIN\))$/
  },
  {
    name: "another path",
    port: answering(404),
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail: `${at} answers HTTP 404; webSocketUrl must be the SFU's ws_endpoint`
  },
  {
    name: "a server that opens no WebSocket",
    port: answering(200),
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail: `${at} answers HTTP 200; webSocketUrl must be the SFU's ws_endpoint`
  },
  {
    name: "a refused token",
    port: answering(403),
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail: `${at} answers HTTP 403; check the token, and the proxy if there is one`
  },
  {
    name: "a proxy without a server",
    port: answering(502),
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail: `${at} answers HTTP 502; the server or a proxy before it fails`
  },
  {
    name: "TLS to a port without TLS",
    port: answering(404),
    url: (port) => `wss://127.0.0.1:${port}${query}`,
    detail: new RegExp(
      `^the SFU's WebSocket \\(webSocketUrl\\) at 127\\.0\\.0\\.1:PORT does not speak TLS; use ws:// if that is intended, `
        + `or check the port \\((ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)\\)$`
    )
  },
  {
    name: "no TLS to a port with TLS",
    port: tls,
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail: new RegExp(
      `^the SFU's WebSocket \\(webSocketUrl\\) at 127\\.0\\.0\\.1:PORT closes the connection; check the port, and use wss:// `
        + `if it is one of TLS \\((UND_ERR_SOCKET|ECONNRESET)\\)$`
    )
  },
  {
    name: "a certificate that nobody trusts",
    port: tls,
    url: (port) => `wss://127.0.0.1:${port}${query}`,
    detail: `${at} has a certificate that is not trusted; check the host name, or add the authority to `
      + "NODE_EXTRA_CA_CERTS (DEPTH_ZERO_SELF_SIGNED_CERT)"
  },
  {
    name: "a server that closes the connection",
    port: closing,
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail: /closes the connection; check the port/
  },
  {
    name: "a server of another protocol",
    port: other,
    url: (port) => `ws://127.0.0.1:${port}${query}`,
    detail:
      /does not answer with HTTP; check the port, and use wss:\/\/ if it is one of TLS \((HPE_\w+|HTTPParserError)\)$/
  },
  {
    name: "garbage",
    port: Effect.succeed(0),
    url: () => `no url, ${hidden}`,
    detail: "the SFU's WebSocket (webSocketUrl) has an invalid URL; it must begin with wss:// or ws://",
    shouldRetry: false
  },
  {
    name: "an empty URL",
    port: Effect.succeed(0),
    url: () => "",
    detail: "the SFU's WebSocket (webSocketUrl) has an empty URL; it must begin with wss:// or ws://",
    shouldRetry: false
  },
  {
    name: "the URL of the Twirp service",
    port: Effect.succeed(0),
    url: () => `https://sfu.example/twirp${query}`,
    detail:
      "the SFU's WebSocket (webSocketUrl) at sfu.example:443 has a URL with https://, and it must begin with wss:// or "
      + "ws://; another URL may be here by mistake",
    shouldRetry: false
  }
]

for (const [webSocketName, webSocket] of Object.entries(webSockets)) {
  describe(`A join over ${webSocketName}`, () => {
    for (const { detail, name, port, shouldRetry = true, url } of webSocketCases) {
      it.live(name, () =>
        Effect.gen(function*() {
          const number = yield* port
          const layer = StreamSfuClient.layer({
            url: "https://sfu.example/twirp",
            webSocketUrl: url(number),
            token: Redacted.make(secret)
          }).pipe(Layer.provide([NodeHttpClient.layerUndici, webSocket]))
          const error = yield* joinError(layer)
          assert.deepInclude(error, { _tag: "SfuJoinError", reason: "Unreachable", shouldRetry })
          if (typeof detail === "string") assert.strictEqual(error.detail, withPort(detail, number))
          else assert.match(error.detail.replace(`:${number} `, ":PORT "), detail)
          noSecret(error)
        }).pipe(Effect.scoped))
    }
  })
}

const twirpUrls: ReadonlyArray<readonly [name: string, url: string, detail: RegExp]> = [
  [
    "the URL of the WebSocket",
    `wss://sfu.example/ws${query}`,
    /^the SFU's Twirp service \(url\) at sfu.example:443 has a URL with wss:\/\//
  ],
  [
    "garbage",
    `no url, ${hidden}`,
    /^the SFU's Twirp service \(url\) has an invalid URL; it must begin with https:\/\/ or http:\/\/$/
  ],
  ["an empty URL", "", /^the SFU's Twirp service \(url\) has an empty URL/]
]

describe("A URL of the Twirp service that can never work fails the join", () => {
  for (const [name, url, detail] of twirpUrls) {
    it.live(name, () =>
      Effect.gen(function*() {
        const layer = StreamSfuClient.layer({ url, webSocketUrl: "wss://sfu.invalid/ws", token: Redacted.make(secret) })
          .pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
        const error = yield* joinError(layer)
        assert.deepInclude(error, { reason: "Unreachable", shouldRetry: false })
        assert.match(error.detail, detail)
        noSecret(error)
      }))
  }
})

const coordinator = "the coordinator (baseUrl) at 127.0.0.1:PORT"

interface CoordinatorCase extends Case {
  readonly reason: SfuJoinError["reason"]
}

const coordinatorCases: ReadonlyArray<CoordinatorCase> = [
  {
    name: "a server that is down",
    port: free,
    url: (port) => `http://user:${hidden}@127.0.0.1:${port}/${hidden}`,
    reason: "Unreachable",
    detail: `${coordinator} refuses the connection; check that the server runs, and the port (ECONNREFUSED)`
  },
  {
    name: "a host name that does not exist",
    port: Effect.succeed(443),
    url: () => "https://coordinator.invalid/video",
    reason: "Unreachable",
    detail:
      /^the coordinator \(baseUrl\) at coordinator\.invalid:443 has a host name that .* \((ENOTFOUND|EAI_AGAIN)\)$/
  },
  {
    name: "the SFU's Twirp service",
    port: answering(404, JSON.stringify({ code: "bad_route", msg: hidden })),
    url: (port) => `http://127.0.0.1:${port}/twirp`,
    reason: "Refused",
    detail: `${coordinator} answers HTTP 404; baseUrl must be the root of the coordinator's video API`,
    shouldRetry: false
  },
  {
    name: "a web page",
    port: answering(200, "<html>"),
    url: (port) => `http://127.0.0.1:${port}/`,
    reason: "Refused",
    detail: `${coordinator} answers with something else than expected; baseUrl must be the root of the coordinator's `
      + "video API",
    shouldRetry: false
  },
  {
    name: "TLS to a port without TLS",
    port: answering(404),
    url: (port) => `https://127.0.0.1:${port}/video`,
    reason: "Unreachable",
    detail:
      /does not speak TLS; use http:\/\/ if that is intended, or check the port \((ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)\)$/
  },
  {
    name: "no TLS to a port with TLS",
    port: tls,
    url: (port) => `http://127.0.0.1:${port}/video`,
    reason: "Unreachable",
    detail:
      /closes the connection; check the port, and use https:\/\/ if it is one of TLS \((UND_ERR_SOCKET|ECONNRESET)\)$/
  },
  {
    name: "a certificate that nobody trusts",
    port: tls,
    url: (port) => `https://127.0.0.1:${port}/video`,
    reason: "Unreachable",
    detail: `${coordinator} has a certificate that is not trusted; check the host name, or add the authority to `
      + "NODE_EXTRA_CA_CERTS (DEPTH_ZERO_SELF_SIGNED_CERT)"
  },
  {
    name: "the URL of a WebSocket",
    port: Effect.succeed(443),
    url: () => "wss://sfu.example/ws",
    reason: "Unreachable",
    detail:
      "the coordinator (baseUrl) at sfu.example:443 has a URL with wss://, and it must begin with https:// or http://; "
      + "another URL may be here by mistake",
    shouldRetry: false
  },
  {
    name: "an empty URL",
    port: Effect.succeed(0),
    url: () => "",
    reason: "Unreachable",
    detail: "the coordinator (baseUrl) has an empty URL; it must begin with https:// or http://",
    shouldRetry: false
  }
]

describe("A join through the coordinator", () => {
  for (const { detail, name, port, reason, shouldRetry = true, url } of coordinatorCases) {
    it.live(name, () =>
      Effect.gen(function*() {
        const number = yield* port
        const layer = StreamCall.layerUserToken({
          baseUrl: url(number),
          apiKey: "key",
          callType: "default",
          callId: "standup",
          userToken: Effect.succeed(Redacted.make(secret))
        }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
        // A join that reconnects has one attempt.
        const error = yield* SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps, reconnection }))
          .pipe(
            Effect.scoped,
            Effect.flip,
            Effect.provide(layer)
          )
        assert.deepInclude(error, { _tag: "SfuJoinError", reason, shouldRetry })
        if (typeof detail === "string") assert.strictEqual(error.detail, withPort(detail, number))
        else assert.match(error.detail, detail)
        noSecret(error)
      }).pipe(Effect.scoped))
  }
})

const reconnection = { strategy: "Rejoin", attempt: 1, announcedTracks: [], subscriptions: [], reason: "" } as const
