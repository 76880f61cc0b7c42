/**
 * The HTTP routes of the server: the page, the coordinator, and each SFU under its edge name.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Redacted from "effect/Redacted"
import * as Coordinator from "./Coordinator.ts"
import * as CoordinatorSocket from "./CoordinatorSocket.ts"
import * as Page from "./Page.ts"
import { files } from "./PageFiles.ts"
import * as RawResponse from "./RawResponse.ts"
import type { SfuNode } from "./SfuNode.ts"
import * as Signalling from "./Signalling.ts"
import * as Twirp from "./Twirp.ts"
import type * as WebAccess from "./WebAccess.ts"
import * as WebGuard from "./WebGuard.ts"

export interface RoutesOptions extends Coordinator.Coordinator {
  readonly userToken: (userId: string) => Effect.Effect<string>
  readonly access: WebAccess.WebAccess
  readonly pageSecret: Redacted.Redacted
  /** The address of the server: `http://127.0.0.1:<port>`. */
  readonly origin: string
  /** The maximum size of a request body, in bytes. */
  readonly maxBodySize: number
}

export const socketPath = "/ws"

/** The CORS headers of the own and the allowed origins. A request of another origin does not come this far. */
const crossOriginBy = ({ origins }: WebAccess.WebAccess) =>
  HttpMiddleware.cors({ allowedOrigins: (origin) => origins.has(origin) })

const isWebSocket = (headers: Headers.Headers): boolean => headers["upgrade"]?.toLowerCase() === "websocket"

/** A node that is down answers no request, not even a request that it received before. */
const whileUp = <E, R>(node: SfuNode, handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.suspend(() =>
    node.state() === "Down"
      ? RawResponse.disconnect
      : Effect.raceFirst(handler, Effect.andThen(node.untilDown, RawResponse.disconnect))
  )

const addNode = Effect.fnUntraced(function*(
  router: HttpRouter.HttpRouter,
  { access, call, requests, sfuTokens: tokens }: RoutesOptions,
  node: SfuNode
) {
  const crossOrigin = crossOriginBy(access)
  const options = { call, node, requests, tokens }
  const badRoute = whileUp(node, crossOrigin(Twirp.badRoute))
  const signalling = Effect.suspend(() => node.state() === "Down" ? RawResponse.disconnect : Signalling.handle(options))
  yield* router.add(
    "GET",
    `/${node.name}${socketPath}`,
    ({ headers }) => isWebSocket(headers) ? signalling : Effect.interruptible(badRoute),
    { uninterruptible: true }
  )
  yield* router.add("POST", `/${node.name}${Twirp.methodPath}`, whileUp(node, crossOrigin(Twirp.handle(options))))
  yield* router.add("*", `/${node.name}/*`, badRoute)
})

const addCoordinator = Effect.fnUntraced(function*(
  router: HttpRouter.HttpRouter,
  coordinator: RoutesOptions
) {
  const crossOrigin = crossOriginBy(coordinator.access)
  const socket = CoordinatorSocket.handle(coordinator)
  for (const root of Coordinator.roots) {
    yield* router.add("POST", `${root}${Coordinator.joinPath}`, crossOrigin(Coordinator.join(coordinator)))
    yield* router.add("GET", `${root}${Coordinator.callPath}`, crossOrigin(Coordinator.getCall(coordinator)))
    for (const { handler, path } of Coordinator.moderation(coordinator)) {
      yield* router.add("POST", `${root}${path}`, crossOrigin(handler))
    }
    yield* router.add(
      "GET",
      `${root}${CoordinatorSocket.path}`,
      ({ headers }) => isWebSocket(headers) ? socket : crossOrigin(Coordinator.upgradeRequired)
    )
    yield* router.add("*", `${root}/*`, crossOrigin(Coordinator.notFound))
  }
})

const addPage = Effect.fnUntraced(function*(router: HttpRouter.HttpRouter, options: RoutesOptions) {
  for (const [path, file] of files) yield* router.add("*", path as `/${string}`, Page.serve(file, options.origin))
  yield* router.add("*", Page.tokenPath, Page.issueToken(options))
})

const internalError = HttpServerResponse.empty({ status: 500 })

/** Paths are compared exactly. */
const exactPaths = {
  caseSensitive: true,
  ignoreDuplicateSlashes: false,
  ignoreTrailingSlash: false,
  maxParamLength: Infinity
}

export const make = Effect.fnUntraced(function*(options: RoutesOptions) {
  const router = yield* Effect.provideService(HttpRouter.make, HttpRouter.RouterConfig, exactPaths)
  yield* addPage(router, options)
  yield* addCoordinator(router, options)
  for (const node of options.call.nodes) yield* addNode(router, options, node)
  yield* router.add("*", "/*", HttpServerResponse.empty({ status: 404 }))
  // The router types the error of every handler as unknown. `toResponseOrElse` handles each of them.
  // @effect-diagnostics-next-line anyUnknownInErrorContext:off
  const app = router.asHttpEffect().pipe(
    Effect.catch((error) => HttpServerRespondable.toResponseOrElse(error, internalError)),
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(options.maxBodySize)),
    WebGuard.guard(options.access)
  )
  return { app }
})
