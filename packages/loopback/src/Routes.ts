/**
 * The HTTP routes of the server: the page, the coordinator, and each SFU under its edge name.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { IncomingMessage } from "node:http"
import * as Coordinator from "./Coordinator.ts"
import * as Page from "./Page.ts"
import { files } from "./PageFiles.ts"
import type { SfuNode } from "./SfuNode.ts"
import * as Signalling from "./Signalling.ts"
import * as Twirp from "./Twirp.ts"

export interface RoutesOptions extends Coordinator.Coordinator {
  /** The secret of the SFUs' tokens. */
  readonly secret: string
  readonly userToken: (userId: string) => Effect.Effect<string>
  /** The maximum size of a request body, in bytes. */
  readonly maxBodySize: number
}

export const socketPath = "/ws"

const crossOrigin = HttpMiddleware.cors()

/** Closes the TCP connection without a response. */
const dropRequest = Effect.map(HttpServerRequest.HttpServerRequest, ({ source }) => {
  const request = source as IncomingMessage
  request.socket.destroy()
  return HttpServerResponse.empty()
})

/** A node that is down answers no request, not even a request that it received before. */
const whileUp = <E, R>(node: SfuNode, handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.suspend(() =>
    node.state() === "Down"
      ? dropRequest
      : Effect.raceFirst(handler, Effect.andThen(node.untilDown, dropRequest))
  )

const addNode = Effect.fnUntraced(function*(
  router: HttpRouter.HttpRouter,
  { call, requests, secret }: RoutesOptions,
  node: SfuNode
) {
  const options = { call, node, requests, secret }
  const badRoute = whileUp(node, crossOrigin(Twirp.badRoute))
  const signalling = Effect.suspend(() => node.state() === "Down" ? dropRequest : Signalling.handle(options))
  yield* router.add(
    "GET",
    `/${node.name}${socketPath}`,
    ({ headers }) => headers["upgrade"] === undefined ? Effect.interruptible(badRoute) : signalling,
    { uninterruptible: true }
  )
  yield* router.add("POST", `/${node.name}${Twirp.methodPath}`, whileUp(node, crossOrigin(Twirp.handle(options))))
  yield* router.add("*", `/${node.name}/*`, badRoute)
})

const addCoordinator = Effect.fnUntraced(function*(
  router: HttpRouter.HttpRouter,
  coordinator: Coordinator.Coordinator
) {
  for (const root of Coordinator.roots) {
    yield* router.add("POST", `${root}${Coordinator.joinPath}`, crossOrigin(Coordinator.join(coordinator)))
    yield* router.add("*", `${root}/*`, crossOrigin(Coordinator.notFound))
  }
})

const addPage = Effect.fnUntraced(function*(router: HttpRouter.HttpRouter, { apiKey, userToken }: RoutesOptions) {
  for (const [path, file] of files) yield* router.add("*", path as `/${string}`, Page.serve(file))
  yield* router.add("*", Page.tokenPath, Page.issueToken(apiKey, userToken))
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
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(options.maxBodySize))
  )
  return { app }
})
