/**
 * A real SFU on 127.0.0.1, as a test double: a coordinator, a WebSocket, Twirp in protobuf and JSON, rooms of participants with prefixes,
 * and RTP that goes from real connections to real connections. It listens nowhere else.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { IceServer } from "effect-track-resolver"
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { createServer } from "node:http"
import type { Socket } from "node:net"
import * as Call from "./Call.ts"
import * as Control from "./Control.ts"
import * as Coordinator from "./Coordinator.ts"
import type { GroundTruth } from "./GroundTruth.ts"
import * as Page from "./Page.ts"
import * as Requests from "./Requests.ts"
import type { SettingsOptions } from "./Settings.ts"
import * as Node from "./SfuNode.ts"
import * as Signalling from "./Signalling.ts"
import * as SimulatedParticipant from "./SimulatedParticipant.ts"
import * as Token from "./Token.ts"
import * as Twirp from "./Twirp.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface LoopbackSfuOptions extends SettingsOptions {
  /** 127.0.0.1, whatever else is asked for is refused. */
  readonly host?: string | undefined
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** How many SFUs this call has. Default 1. */
  readonly nodes?: number | undefined
}

/**
 * One of a call's SFUs.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuAddress {
  /** Its edge name: `loopback-1`. */
  readonly name: string
  /** The root of its Twirp: `http://127.0.0.1:<port>/loopback-1/twirp`. */
  readonly url: string
  readonly webSocketUrl: string
}

/**
 * The SFU does not listen: it was asked to listen elsewhere, or the port is taken.
 *
 * @category errors
 * @since 0.1.0
 */
export class LoopbackSfuError extends Schema.TaggedError<LoopbackSfuError>()("LoopbackSfuError", {
  reason: Schema.Literals(["NotLoopback", "NotListening"]),
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.reason}: ${this.detail}`
  }
}

const host = "127.0.0.1"

const socketPath = "/ws"

/** Bytes of a frame, or of a request. */
const longest = 1 << 20

/** A page of another origin may ask. */
const crossOrigin = HttpMiddleware.cors()

/** How long clients may take to say good-bye, before their sockets are destroyed. */
const parting = "250 millis"

/**
 * @example
 * ```ts
 * import { Effect } from "effect"
 * import { LoopbackSfu } from "effect-track-resolver-loopback"
 *
 * const program = Effect.gen(function*() {
 *   const sfu = yield* LoopbackSfu
 *   const held = yield* sfu.control.signalling.hold({ type: "trackPublished" })
 *   const alice = yield* sfu.participant({ userId: "alice" })
 *   yield* alice.publish("Audio")
 *   // The agent, who joined as `sfu.token("agent")` says, has her microphone by now, and has not heard of it.
 *   yield* held.release()
 * }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ implicitAudio: true })))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class LoopbackSfu extends Context.Service<LoopbackSfu, {
  /** The SFUs of the call. The first is where everybody joins who does not say where. */
  readonly nodes: ReadonlyArray<SfuAddress>
  /** The root of the first one's Twirp. */
  readonly url: string
  /** The first one's. */
  readonly webSocketUrl: string
  /** Where people join with a browser. */
  readonly pageUrl: string
  /** The root of the coordinator's REST API: `http://127.0.0.1:<port>/video`. */
  readonly coordinatorUrl: string
  /** What the coordinator wants to see, and what its users' tokens are signed with: minted for each SFU. */
  readonly apiKey: string
  readonly apiSecret: Redacted.Redacted
  /** None: candidates on 127.0.0.1 are all there is. */
  readonly iceServers: ReadonlyArray<IceServer>
  /** What to join an SFU with, as this user; what the coordinator hands out. Expires after `timeToLive`, which is an hour if it is left out. */
  token(userId: string, options?: { readonly timeToLive?: Duration.Input | undefined }): Effect.Effect<string>
  /** What to ask the coordinator with, as this user. Expires likewise. */
  userToken(userId: string, options?: { readonly timeToLive?: Duration.Input | undefined }): Effect.Effect<string>
  /** Somebody joins who publishes, and leaves with the scope. Twice the same user is a user on two devices. */
  participant(options: {
    readonly userId: string
    readonly sessionId?: string | undefined
    /** The SFU to join. Default: the first. */
    readonly node?: string | undefined
    /** Of what they ask over HTTP. Default `protobuf`. */
    readonly codec?: "protobuf" | "json" | undefined
    /** Between two packets of a track. Default: 20 ms of audio, 33 ms of video. */
    readonly packetInterval?: Duration.Input | undefined
  }): Effect.Effect<
    SimulatedParticipant.SimulatedParticipant,
    SimulatedParticipant.SimulationError,
    Scope.Scope
  >
  readonly control: Control.Control
  /** What is so, right now. */
  readonly groundTruth: Effect.Effect<GroundTruth>
  /** Waits until something is so. */
  waitUntil(isSo: (truth: GroundTruth) => boolean): Effect.Effect<GroundTruth>
}>()("effect-track-resolver-loopback/LoopbackSfu") {
  /**
   * An SFU that lives as long as the scope. Closing it closes every socket and every connection.
   *
   * @since 0.1.0
   */
  static readonly make = (
    options?: LoopbackSfuOptions
  ): Effect.Effect<LoopbackSfu["Service"], LoopbackSfuError, Scope.Scope> => make(options ?? {})

  /**
   * @since 0.1.0
   */
  static readonly layer = (options?: LoopbackSfuOptions): Layer.Layer<LoopbackSfu, LoopbackSfuError> =>
    Layer.effect(LoopbackSfu, LoopbackSfu.make(options))
}

const make = Effect.fnUntraced(function*(
  options: LoopbackSfuOptions
): Effect.fn.Return<LoopbackSfu["Service"], LoopbackSfuError, Scope.Scope> {
  if (options.host !== undefined && options.host !== host) {
    return yield* new LoopbackSfuError({ reason: "NotLoopback", detail: `asked to listen on ${options.host}` })
  }
  const secret = randomBytes(32).toString("hex")
  const apiKey = randomBytes(6).toString("hex")
  const apiSecret = Redacted.make(randomBytes(32).toString("hex"))
  const scope = yield* Effect.scope
  const callScope = yield* Scope.fork(scope)
  // What the server opens later on still closes after the good-byes below: its sockets' server waits for them.
  const serverScope = yield* Scope.fork(scope)
  const call = yield* Scope.provide(Call.make(Node.nodes(options.nodes ?? 1), options), callScope)
  const requests = yield* Requests.make
  const client = yield* Effect.map(
    Layer.build(NodeHttpClient.layerUndici),
    (context) => Context.get(context, HttpClient.HttpClient)
  )

  const sockets = new Set<Socket>()
  const listening = createServer()
  listening.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  const server = yield* NodeHttpServer.make(() => listening, {
    host,
    port: options.port ?? 0,
    gracefulShutdownTimeout: "1 second",
    websocket: { maxPayload: longest }
  }).pipe(
    Scope.provide(serverScope),
    Effect.mapError(({ cause }) =>
      new LoopbackSfuError({ reason: "NotListening", detail: cause instanceof Error ? cause.message : String(cause) })
    )
  )
  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      call.close()
      const look = (): void => {
        if (sockets.size === 0) resume(Effect.void)
      }
      for (const socket of sockets) socket.once("close", look)
      listening.closeIdleConnections()
      look()
    }).pipe(
      Effect.timeoutOption(parting),
      Effect.andThen(Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
    )
  )

  const address = listening.address()
  const port = typeof address === "object" ? address?.port : undefined
  const addressOf = (name: string): SfuAddress => ({
    name,
    url: `http://${host}:${port}/${name}${Twirp.root}`,
    webSocketUrl: `ws://${host}:${port}/${name}${socketPath}`
  })
  const nodes = call.nodes.map(({ name }) => addressOf(name))
  const issue = (key: string): LoopbackSfu["Service"]["token"] => (userId, options) =>
    Effect.map(
      Clock.currentTimeMillis,
      (now) => Token.issue(key, userId, now + Duration.toMillis(options?.timeToLive ?? "1 hour"))
    )
  const token = issue(secret)
  const coordinator: Coordinator.Coordinator = {
    call,
    apiKey,
    apiSecret,
    requests,
    token,
    addressOf: ({ name }) => addressOf(name)
  }

  const atNode = (node: Node.Node, path: string, { headers, source }: HttpServerRequest.HttpServerRequest) => {
    const broken = Effect.sync(() => {
      ;(source as IncomingMessage).socket.destroy()
      return HttpServerResponse.empty()
    })
    if (node.state() === "Down") return broken
    if (path === socketPath && headers["upgrade"] !== undefined) return Signalling.handle(call, node, secret, requests)
    const answered = crossOrigin(Twirp.handle(call, node, path, secret, requests))
    return Effect.interruptible(Effect.raceFirst(answered, Effect.andThen(node.died, broken)))
  }
  const page = Page.handle(apiKey, issue(Redacted.value(apiSecret)))
  // A server's handlers are not interrupted, unless they ask for it: a request that a test drops waits for ever otherwise.
  const app = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    const path = request.url.split("?")[0] ?? ""
    if (Page.isAt(path)) return page
    if (Coordinator.isOurs(path)) return Effect.interruptible(crossOrigin(Coordinator.handle(coordinator, path)))
    const node = call.nodes.find(({ name }) => path.startsWith(`/${name}/`))
    if (node !== undefined) return atNode(node, path.slice(`/${node.name}`.length), request)
    return Effect.succeed(HttpServerResponse.empty({ status: 404 }))
  }).pipe(Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(longest)))
  yield* Scope.provide(server.serve(app), serverScope)

  const nodeOf = (name: string | undefined) =>
    Effect.suspend(() => {
      const node = name === undefined ? nodes[0] : nodes.find((other) => other.name === name)
      return node === undefined
        ? Effect.die(new TypeError(`LoopbackSfu: sfu must be the name of an SFU of this call, got "${name}"`))
        : Effect.succeed(node)
    })
  const first = yield* nodeOf(undefined)

  return {
    pageUrl: `http://${host}:${port}/`,
    nodes,
    url: first.url,
    webSocketUrl: first.webSocketUrl,
    coordinatorUrl: `http://${host}:${port}${Coordinator.root}`,
    apiKey,
    apiSecret,
    iceServers: [],
    token,
    userToken: issue(Redacted.value(apiSecret)),
    participant: ({ node, ...who }) =>
      Effect.flatMap(
        Effect.all([token(who.userId), nodeOf(node)]),
        ([token, node]) => SimulatedParticipant.make({ ...who, token, client, node, nodeOf })
      ),
    control: Control.make(call, requests),
    groundTruth: Effect.sync(call.truth),
    waitUntil: call.until
  }
})
