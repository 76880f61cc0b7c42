/**
 * The adapter with a real WebSocket and real HTTP, and a small server on 127.0.0.1.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import { SfuClient } from "effect-track-resolver"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { createServer } from "node:http"
import { decodeRequest, encodeEvent, joinResponse, secret } from "./FakeSfu.ts"
import { genericSdps } from "./Harness.ts"
import * as ProtobufWire from "./ProtobufWire.ts"

interface Server {
  /** The requests on the socket and the HTTP requests, in order, and last the close. */
  readonly log: Queue.Queue<string>
  readonly socket: Deferred.Deferred<Socket.Writer>
}

const routes = ({ socket, log }: Server) =>
  Layer.mergeAll(
    HttpRouter.add(
      "GET",
      "/ws",
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const connection = yield* request.upgrade
        const writer = yield* connection.writer
        const { pull } = yield* connection.reader
        yield* Deferred.succeed(socket, writer)
        const serve = Effect.flatMap(pull, (frames) =>
          Effect.forEach(frames, (frame) => {
            const request = decodeRequest(frame as Uint8Array)
            return Effect.andThen(
              Queue.offer(log, request.requestPayload!),
              request.joinRequest ? writer.write(encodeEvent(joinResponse)) : Effect.void
            )
          }))
        yield* Effect.forever(serve).pipe(
          Effect.catch(({ reason }) => Queue.offer(log, `${reason._tag} ${reason.message}`))
        )
        return HttpServerResponse.empty()
      }).pipe(Effect.scoped)
    ),
    HttpRouter.add(
      "POST",
      "/video/call/:type/:id/join",
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const { id, type } = yield* HttpRouter.params
        const { authorization, "stream-auth-type": auth } = request.headers
        const { user_id: userId } = JSON.parse(Buffer.from(authorization!.split(".")[1]!, "base64url").toString())
        yield* Queue.offer(log, `join ${type} ${id} as ${userId} ${auth} ${yield* request.text}`)
        const { host } = request.headers
        return HttpServerResponse.jsonUnsafe({
          credentials: {
            token: secret,
            server: { edge_name: "one", url: `http://${host}/twirp`, ws_endpoint: `ws://${host}/ws` },
            ice_servers: []
          }
        }, { status: 201 })
      })
    ),
    HttpRouter.add(
      "POST",
      "/twirp/stream.video.sfu.signal.SignalServer/:method",
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const body = new Uint8Array(yield* request.arrayBuffer)
        const { method } = yield* HttpRouter.params
        const { authorization, "content-type": type } = request.headers
        yield* Queue.offer(log, `${method} ${type} ${authorization} ${ProtobufWire.read(body).length} fields`)
        return method === "IceRestart"
          ? HttpServerResponse.jsonUnsafe({ code: "not_found", msg: "no such session" }, { status: 404 })
          : HttpServerResponse.uint8Array(new Uint8Array(), { contentType: "application/protobuf" })
      })
    )
  )

const client = (twirpPath: string) =>
  Effect.map(HttpServer.HttpServer, ({ address }) => {
    if (address._tag === "UnixPathAddress") throw new Error("not on a port")
    const config = {
      SFU_URL: `http://127.0.0.1:${address.port}/${twirpPath}`,
      SFU_WS: `ws://127.0.0.1:${address.port}/ws`,
      SFU_TOKEN: secret,
      STREAM_BASE_URL: `http://127.0.0.1:${address.port}/video`,
      STREAM_API_KEY: "key",
      STREAM_API_SECRET: "the secret of the application",
      STREAM_CALL_TYPE: "default",
      STREAM_CALL_ID: "stand up",
      STREAM_USER_ID: "alice"
    }
    return Layer.provide([
      NodeHttpClient.layerUndici,
      NodeSocket.layerWebSocketConstructor,
      ConfigProvider.layer(ConfigProvider.fromUnknown(config))
    ])
  })

const ofSfu = StreamSfuClient.layerConfig({
  url: Config.String("SFU_URL"),
  webSocketUrl: Config.String("SFU_WS"),
  token: Config.Redacted("SFU_TOKEN")
})

const withServer = <A, E>(
  test: (server: Server) => Effect.Effect<A, E, SfuClient>,
  clientLayer: typeof ofSfu = ofSfu,
  twirpPath = "twirp"
) =>
  Effect.gen(function*() {
    const server: Server = { log: yield* Queue.unbounded<string>(), socket: yield* Deferred.make<Socket.Writer>() }
    const serverLayer = HttpRouter.serve(routes(server), { disableListenLog: true, disableLogger: true }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )
    const sfu = Layer.unwrap(Effect.map(client(twirpPath), (provide) => provide(clientLayer)))
    return yield* Effect.provide(test(server), Layer.provide(sfu, serverLayer))
  })

describe("Real WebSocket and real HTTP", () => {
  it.live("a session joins, receives, sends requests, and leaves with 1000", () =>
    withServer(({ socket, log }) =>
      Effect.gen(function*() {
        const sfu = yield* SfuClient
        yield* Effect.gen(function*() {
          const session = yield* sfu.join({ sessionId: "alice-1", genericSdps })
          assert.deepStrictEqual(session.participants.map(({ userId }) => userId), ["alice", "bob"])
          const writer = yield* Deferred.await(socket)
          yield* writer.write("text")
          yield* writer.write(encodeEvent({ subscriberOffer: { sdp: "v=0", negotiationId: 1 } }))
          const [offer] = yield* session.events.pipe(Stream.take(1), Stream.runCollect)
          assert.deepInclude(offer, { _tag: "SubscriberOffer", sdp: "v=0", negotiationId: 1 })
          yield* session.sendAnswer({ sdp: "v=0", negotiationId: 1 })
          yield* session.updateSubscriptions([])
          const error = yield* Effect.flip(session.restartIce)
          assert.deepInclude(error, { code: "not_found", detail: "no such session", attempts: 1 })
        }).pipe(Effect.scoped)
        assert.deepStrictEqual(yield* Queue.takeN(log, 6), [
          "joinRequest",
          `SendAnswer application/protobuf Bearer ${secret} 4 fields`,
          `UpdateSubscriptions application/protobuf Bearer ${secret} 1 fields`,
          `IceRestart application/protobuf Bearer ${secret} 2 fields`,
          "leaveCallRequest",
          "SocketCloseError 1000: left"
        ])
      })
    ))

  it.live("StreamCall joins a call with options from the configuration, and leaves it", () =>
    withServer(
      ({ log }) =>
        Effect.gen(function*() {
          const sfu = yield* SfuClient
          yield* Effect.scoped(Effect.gen(function*() {
            const session = yield* sfu.join({ sessionId: "alice-1", genericSdps })
            assert.strictEqual(session.sfuId, "one")
            yield* session.updateSubscriptions([])
          }))
          assert.deepStrictEqual(yield* Queue.takeN(log, 4), [
            "join default stand up as alice jwt {\"location\":\"auto\"}",
            "joinRequest",
            `UpdateSubscriptions application/protobuf Bearer ${secret} 1 fields`,
            "leaveCallRequest"
          ])
        }),
      StreamCall.layerConfig()
    ))

  it.live("a session detached to resume closes with 4100 and sends no leave request", () =>
    withServer(({ log }) =>
      Effect.gen(function*() {
        const sfu = yield* SfuClient
        yield* sfu.join({ sessionId: "alice-1", genericSdps }).pipe(
          Effect.flatMap(({ detach }) => detach("Resume")),
          Effect.scoped
        )
        assert.deepStrictEqual(yield* Queue.takeN(log, 2), [
          "joinRequest",
          "SocketCloseError 4100: another socket takes over"
        ])
      })
    ))

  it.live("the coordinator's URL in place of the Twirp service: each request says so", () =>
    withServer(
      () =>
        Effect.gen(function*() {
          const sfu = yield* SfuClient
          const session = yield* sfu.join({ sessionId: "alice-1", genericSdps })
          const error = yield* Effect.flip(session.updateSubscriptions([]))
          assert.deepInclude(error, { code: "bad_route", attempts: 1 })
          assert.match(
            error.detail,
            /^the SFU's Twirp service \(url\) at 127\.0\.0\.1:\d+ answers HTTP 404; url must be the root of the SFU's/
          )
        }).pipe(Effect.scoped),
      ofSfu,
      "video"
    ))

  it.live("a connection that the server closes fails the events", () =>
    withServer(({ socket }) =>
      Effect.gen(function*() {
        const sfu = yield* SfuClient
        const session = yield* sfu.join({ sessionId: "alice-1", genericSdps })
        const writer = yield* Deferred.await(socket)
        yield* writer.write(new Socket.CloseEvent(4007, "go"))
        const error = yield* Effect.flip(Stream.runDrain(session.events))
        assert.deepInclude(error, { reason: "Closed", closeCode: 4007, detail: "go" })
      }).pipe(Effect.scoped)
    ))
})
