/**
 * A real SFU on 127.0.0.1 as a test double: a coordinator, signalling over WebSocket, Twirp in protobuf and JSON, and RTP
 * that is forwarded between real peer connections. It listens on no other address.
 *
 * @stability experimental
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { IceServer, ParticipantProfile } from "effect-track-resolver"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import * as AudioLevels from "./AudioLevels.ts"
import * as Call from "./Call.ts"
import * as Control from "./Control.ts"
import * as Coordinator from "./Coordinator.ts"
import type { GroundTruth } from "./GroundTruth.ts"
import * as Leaving from "./Leaving.ts"
import * as PageSecret from "./PageSecret.ts"
import * as Requests from "./Requests.ts"
import * as Routes from "./Routes.ts"
import * as Server from "./Server.ts"
import type { SettingsOptions } from "./Settings.ts"
import * as SettingsCheck from "./SettingsCheck.ts"
import * as SfuNode from "./SfuNode.ts"
import * as SimulatedParticipant from "./SimulatedParticipant.ts"
import type { SimulationError } from "./SimulationError.ts"
import type { Speech } from "./Speech.ts"
import * as Token from "./Token.ts"
import * as Twirp from "./Twirp.ts"
import * as WebAccess from "./WebAccess.ts"
import * as WebOptionsCheck from "./WebOptionsCheck.ts"

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface LoopbackSfuOptions extends SettingsOptions {
  /** Only 127.0.0.1 is accepted. */
  readonly host?: string | undefined
  /** Default: a free port. */
  readonly port?: number | undefined
  /** The number of SFUs of the call. Default 1. */
  readonly nodes?: number | undefined
  /**
   * The origins, such as `http://localhost:5173`, whose pages may send requests and open WebSockets. Default: none but that
   * of the SFU's own page. Clients other than browsers need no entry.
   */
  readonly allowedOrigins?: ReadonlyArray<string> | undefined
  /**
   * The secret in `pageUrl`, of at least 22 characters of base64url. Default: random. With the secret and the port of the last
   * server, a page that is still open rejoins.
   */
  readonly pageSecret?: Redacted.Redacted | undefined
}

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface ParticipantOptions {
  readonly userId: string
  /** Default: a random UUID. */
  readonly sessionId?: string | undefined
  /** The edge name of the SFU to join. Default: the first SFU. */
  readonly node?: string | undefined
  /** The encoding of its HTTP requests. Default `protobuf`. */
  readonly codec?: "protobuf" | "json" | undefined
  /** The time between two packets of a track, above zero. Default: 20 ms of audio, 33 ms of video. */
  readonly packetInterval?: Duration.Input | undefined
  /**
   * What it sends, always with a mark for `Payload.read`. `recorded`: a tone in Opus and a moving picture in VP8, of another
   * pitch and colour for each of the first six users. `marksOnly`: silent Opus, and video that no decoder can decode.
   * Default `recorded`.
   */
  readonly media?: "recorded" | "marksOnly" | undefined
  /** When its microphone is heard. Default `inTurns`. */
  readonly speech?: Speech | undefined
  /**
   * The name, image, roles and custom data of the user, as the coordinator knows them: of each later session of the user too.
   * Default: that of the user's last session, or a name that is the user id.
   */
  readonly profile?: ParticipantProfile | undefined
}

/** In bytes: of a WebSocket frame, and of a request body. */
const maxMessageSize = 1 << 20

/**
 * The SFU, its faults, and the state of its call.
 *
 * @example
 * ```ts
 * import { LoopbackSfu } from "effect-track-resolver-loopback"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sfu = yield* LoopbackSfu
 *   const held = yield* sfu.control.signalling.hold({ type: "trackPublished" })
 *   const alice = yield* sfu.participant({ userId: "alice" })
 *   yield* alice.publish("Audio")
 *   // A client that has joined with `sfu.token("agent")` now receives her microphone, and not yet `track_published`.
 *   yield* held.release()
 * }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer()))
 * ```
 *
 * @stability experimental
 * @category services
 * @since 0.1.0
 */
export class LoopbackSfu extends Context.Service<LoopbackSfu, {
  /** The SFUs of the call. A participant joins the first, unless it names another. */
  readonly nodes: ReadonlyArray<SfuNode.SfuAddress>
  /** The Twirp root of the first SFU. */
  readonly url: string
  /** The signalling socket of the first SFU. */
  readonly webSocketUrl: string
  /** The page that joins the call from a browser. Its fragment is a secret: who has this address can join under any name. */
  readonly pageUrl: string
  /** The root of the coordinator's REST API: `http://127.0.0.1:<port>/video`. */
  readonly coordinatorUrl: string
  /** The API key of the coordinator, random for each server. */
  readonly apiKey: string
  /** The secret that signs users' tokens for the coordinator, random for each server. */
  readonly apiSecret: Redacted.Redacted
  /** Empty: host candidates on 127.0.0.1 are enough. */
  readonly iceServers: ReadonlyArray<IceServer>
  /** A token for the SFUs, as the coordinator issues it. Expires after `timeToLive`: whole seconds, default one hour. */
  token(userId: string, options?: { readonly timeToLive?: Duration.Input | undefined }): Effect.Effect<string>
  /** A user's token for the coordinator. Expires after `timeToLive`: whole seconds, default one hour. */
  userToken(userId: string, options?: { readonly timeToLive?: Duration.Input | undefined }): Effect.Effect<string>
  /** Joins as a participant that publishes, and leaves with the scope. One user can join several times. */
  participant(
    options: ParticipantOptions
  ): Effect.Effect<SimulatedParticipant.SimulatedParticipant, SimulationError, Scope.Scope>
  /** The faults of the call. */
  readonly control: Control.Control
  /** The state of the call now. */
  readonly groundTruth: Effect.Effect<GroundTruth>
  /** Waits until the state of the call satisfies the condition, and returns that state. */
  waitUntil(holds: (state: GroundTruth) => boolean): Effect.Effect<GroundTruth>
}>()("effect-track-resolver-loopback/LoopbackSfu") {
  /**
   * Starts an SFU. Closing the scope closes every socket and every connection.
   *
   * @stability experimental
   * @since 0.1.0
   */
  static readonly make = (
    options?: LoopbackSfuOptions
  ): Effect.Effect<LoopbackSfu["Service"], Server.LoopbackSfuError, Scope.Scope> => make(options ?? {})

  /**
   * @stability experimental
   * @since 0.1.0
   */
  static readonly layer = (options?: LoopbackSfuOptions): Layer.Layer<LoopbackSfu, Server.LoopbackSfuError> =>
    Layer.effect(LoopbackSfu, LoopbackSfu.make(options))
}

const httpClient = Effect.map(
  Layer.build(NodeHttpClient.layerUndici),
  (context) => Context.get(context, HttpClient.HttpClient)
)

const issuer = (tokens: Token.Tokens): LoopbackSfu["Service"]["token"] => (userId, options) =>
  tokens.issue(userId, options?.timeToLive ?? "1 hour")

const addressesOn = (port: number) => (name: string): SfuNode.SfuAddress => ({
  name,
  url: `http://${Server.host}:${port}/${name}${Twirp.root}`,
  webSocketUrl: `ws://${Server.host}:${port}/${name}${Routes.socketPath}`
})

/** The address of an SFU by its edge name. An unknown name is a mistake of the test, so the effect dies. */
const nodeLookup = (nodes: ReadonlyArray<SfuNode.SfuAddress>) => (name: string): Effect.Effect<SfuNode.SfuAddress> =>
  Effect.suspend(() => {
    const node = nodes.find((other) => other.name === name)
    return node === undefined ? Effect.die(new TypeError(SfuNode.unknownName(name))) : Effect.succeed(node)
  })

const make = Effect.fnUntraced(function*(
  options: LoopbackSfuOptions
): Effect.fn.Return<LoopbackSfu["Service"], Server.LoopbackSfuError, Scope.Scope> {
  WebOptionsCheck.check(options)
  const sfuTokens = Token.make(randomBytes(32).toString("hex"))
  const apiKey = randomBytes(6).toString("hex")
  const apiSecret = Redacted.make(randomBytes(32).toString("hex"))
  const userTokens = Token.make(Redacted.value(apiSecret))
  const token = issuer(sfuTokens)
  const userToken = issuer(userTokens)
  const callScope = yield* Scope.fork(yield* Effect.scope)
  const call = yield* Scope.provide(Call.make(SfuNode.makeAll(options.nodes ?? 1), options), callScope)
  yield* Scope.provide(AudioLevels.run(call), callScope)
  const requests = yield* Requests.make
  const client = yield* httpClient
  const pageSecret = options.pageSecret ?? PageSecret.random()
  const server = yield* Server.make({
    host: options.host,
    port: options.port,
    maxFrameSize: maxMessageSize,
    onClose: () => Leaving.closeSockets(call)
  })
  const addressOf = addressesOn(server.port)
  const origin = `http://${Server.host}:${server.port}`
  const { app } = yield* Routes.make({
    access: WebAccess.make(Server.host, server.port, options.allowedOrigins ?? []),
    origin,
    pageSecret,
    call,
    apiKey,
    requests,
    sfuTokens,
    userTokens,
    userToken,
    addressOf: ({ name }) => addressOf(name),
    maxBodySize: maxMessageSize
  })
  yield* Scope.provide(server.httpServer.serve(app), server.scope)

  const first = addressOf(call.nodes[0].name)
  const nodes = call.nodes.map(({ name }) => addressOf(name))
  const nodeOf = nodeLookup(nodes)
  const control = Control.make(call, requests, sfuTokens)
  const voices = new Map<string, number>()
  const voiceOf = (userId: string): number => {
    const voice = voices.get(userId) ?? voices.size
    voices.set(userId, voice)
    return voice
  }

  const knowProfile = (userId: string, profile: ParticipantProfile | undefined): Effect.Effect<void> =>
    profile === undefined ? Effect.void : control.updateProfile(userId, profile)

  /** A wrong option is a mistake of the test, so the effect dies. */
  const checked = ({ packetInterval }: Pick<ParticipantOptions, "packetInterval">): Effect.Effect<void> =>
    Effect.sync(() => SettingsCheck.checkPacketInterval(packetInterval))

  return {
    pageUrl: `${origin}/#${Redacted.value(pageSecret)}`,
    nodes,
    url: first.url,
    webSocketUrl: first.webSocketUrl,
    coordinatorUrl: `${origin}${Coordinator.root}`,
    apiKey,
    apiSecret,
    iceServers: [],
    token,
    userToken,
    participant: ({ node: name = first.name, profile, ...participant }) =>
      Effect.flatMap(
        Effect.all([
          checked(participant),
          token(participant.userId),
          nodeOf(name),
          knowProfile(participant.userId, profile)
        ]),
        ([, token, node]) =>
          SimulatedParticipant.make({ ...participant, voice: voiceOf(participant.userId), token, client, node, nodeOf })
      ),
    control,
    groundTruth: Effect.sync(() => Call.groundTruth(call)),
    waitUntil: call.groundTruth.waitUntil
  }
})
