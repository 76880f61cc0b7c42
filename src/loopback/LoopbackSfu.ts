/**
 * A real SFU on 127.0.0.1, as a test double: HTTP, a WebSocket, Twirp in protobuf, rooms of participants with prefixes,
 * and RTP that goes from real connections to real connections. It listens nowhere else.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { createServer } from "node:http"
import type { Socket } from "node:net"
import type { IceServer } from "../PeerConnection.ts"
import * as Call from "./Call.ts"
import * as Control from "./Control.ts"
import * as Page from "./Page.ts"
import type { SettingsOptions } from "./Settings.ts"
import * as Signalling from "./Signalling.ts"
import * as SimulatedParticipant from "./SimulatedParticipant.ts"
import * as Token from "./Token.ts"
import * as Traffic from "./Traffic.ts"
import type { Truth } from "./Truth.ts"
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

const path = "/ws"

/** Bytes of a frame, or of a request. */
const longest = 1 << 20

/** How long clients may take to say good-bye, before their sockets are destroyed. */
const parting = "250 millis"

/**
 * @example
 * ```ts
 * import { Effect } from "effect"
 * import { LoopbackSfu } from "effect-track-resolver/loopback"
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
  /** The root of Twirp: `http://127.0.0.1:<port>/twirp`. */
  readonly url: string
  readonly webSocketUrl: string
  /** Where people join with a browser. */
  readonly pageUrl: string
  /** None: candidates on 127.0.0.1 are all there is. */
  readonly iceServers: ReadonlyArray<IceServer>
  /** What to join with, as this user. Expires after `timeToLive`, which is an hour if it is left out. */
  token(userId: string, options?: { readonly timeToLive?: Duration.Input | undefined }): Effect.Effect<string>
  /** Somebody joins who publishes, and leaves with the scope. Twice the same user is a user on two devices. */
  participant(options: {
    readonly userId: string
    readonly sessionId?: string | undefined
  }): Effect.Effect<
    SimulatedParticipant.SimulatedParticipant,
    SimulatedParticipant.SimulationError,
    Scope.Scope
  >
  readonly control: Control.Control
  /** What is so, right now. */
  readonly truth: Effect.Effect<Truth>
  /** Waits until something is so. */
  until(isSo: (truth: Truth) => boolean): Effect.Effect<Truth>
}>()("effect-track-resolver/loopback/LoopbackSfu") {
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
  const scope = yield* Effect.scope
  const callScope = yield* Scope.fork(scope)
  // What the server opens later on still closes after the good-byes below: its sockets' server waits for them.
  const serverScope = yield* Scope.fork(scope)
  const call = yield* Scope.provide(Call.make(options), callScope)
  const requests = yield* Traffic.make<Twirp.Request>(({ admitted }) => {
    Deferred.doneUnsafe(admitted, Effect.void)
  })
  const refusals = Control.refusals()
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
  const signalling = Signalling.handle(call, secret)
  // A server's handlers are not interrupted, unless they ask for it: a request that a test drops waits for ever otherwise.
  const twirp = Effect.interruptible(Twirp.handle(call, secret, requests, refusals))
  const page = Page.handle(secret)
  const app = Effect.flatMap(
    HttpServerRequest.HttpServerRequest,
    ({ headers, url }) => {
      if (url.split("?")[0] === path && headers["upgrade"] !== undefined) return signalling
      return Page.isAt(url) ? page : twirp
    }
  ).pipe(Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(longest)))
  yield* Scope.provide(server.serve(app), serverScope)
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
  const url = `http://${host}:${port}${Twirp.root}`
  const webSocketUrl = `ws://${host}:${port}${path}`
  const token: LoopbackSfu["Service"]["token"] = (userId, options) =>
    Effect.map(
      Clock.currentTimeMillis,
      (now) => Token.issue(secret, userId, now + Duration.toMillis(options?.timeToLive ?? "1 hour"))
    )

  return {
    url,
    webSocketUrl,
    pageUrl: `http://${host}:${port}/`,
    iceServers: [],
    token,
    participant: (who) =>
      Effect.flatMap(
        token(who.userId),
        (token) => SimulatedParticipant.make({ url, webSocketUrl, token, client, ...who })
      ),
    control: Control.make(call, requests.faults, refusals.refuse),
    truth: Effect.sync(call.truth),
    until: call.until
  }
})
