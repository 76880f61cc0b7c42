/**
 * A page of another website, in a browser of the machine on which the loopback SFU runs: it sends requests under a rebound
 * name, with its own origin, without the page's secret, and malformed ones of any program.
 */
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import { connect } from "node:net"
import * as RawHttp from "../../packages/loopback/test/support/RawHttp.ts"
import type { Attack, Changes } from "./Attack.ts"

const token = { method: "POST", target: "/page/token", body: JSON.stringify({ userId: "mallory" }) }
const json = { "content-type": "application/json" }
const targets: ReadonlyArray<RawHttp.RawRequest> = [
  { target: "/" },
  token,
  { method: "POST", target: "/video/call/default/standup/join", body: "{}" },
  { target: "/video/connect", headers: RawHttp.handshake },
  { target: "/loopback-1/ws", headers: RawHttp.handshake },
  { method: "POST", target: "/loopback-1/twirp/stream.video.sfu.signal.SignalServer/SendAnswer", body: "{}" }
]

interface Server {
  readonly port: number
  readonly secret: string
  readonly participants: Effect.Effect<number>
}

const server = LoopbackSfu.make().pipe(
  Effect.orDie,
  Effect.map(({ groundTruth, pageUrl }): Server => ({
    port: Number(new URL(pageUrl).port),
    secret: new URL(pageUrl).hash.slice(1),
    participants: Effect.map(groundTruth, ({ participants }) => participants.length)
  }))
)

const oneOf = <A>(values: ReadonlyArray<A>, index: number): A => values[index % values.length]!

/** One sentence for each wrong answer, once, and one if an honest request is not answered afterwards. */
const send = (
  { participants, port, secret }: Server,
  inputs: number,
  requestOf: (index: number) => RawHttp.RawRequest,
  isRight: (response: RawHttp.RawResponse) => boolean
): Effect.Effect<Changes> =>
  Effect.gen(function*() {
    const changes = new Set<string>()
    yield* Effect.forEach(
      Array.from({ length: inputs }, (_, index) => index),
      (index) => {
        const request = requestOf(index)
        return Effect.map(RawHttp.request(port, request), (response) => {
          if (!isRight(response)) changes.add(`${request.method ?? "GET"} ${request.target}: status ${response.status}`)
        })
      },
      { concurrency: 16, discard: true }
    )
    if ((yield* participants) > 0) changes.add("somebody has joined the call")
    const honest = { ...token, headers: { ...json, authorization: `Bearer ${secret}` } }
    const { status } = yield* RawHttp.request(port, honest)
    if (status !== 200) changes.add(`the page itself gets status ${status}`)
    return Array.from(changes)
  })

const attack = (
  name: string,
  requestOf: (server: Server, index: number) => RawHttp.RawRequest,
  isRight: (response: RawHttp.RawResponse) => boolean
): Attack => ({
  attacker: "WebPage",
  name,
  unit: "requests",
  inputs: { short: 300, long: 20_000 },
  prepare: Effect.map(
    server,
    (opened) => (inputs) => send(opened, inputs, (index) => requestOf(opened, index), isRight)
  )
})

const withHeaders = (headers: RawHttp.RawHeaders) => (_: Server, index: number): RawHttp.RawRequest => {
  const request = oneOf(targets, index)
  return { ...request, headers: { ...request.headers, ...headers } }
}

const hex = (index: number): string => (index % 256).toString(16).padStart(2, "0")

const malformed: ReadonlyArray<(server: Server, index: number) => RawHttp.RawRequest> = [
  (_, index) => ({ target: `/%${hex(index)}%ff` }),
  (_, index) => ({ target: `/video/call/%${hex(index)}/${"x".repeat(65 + index)}/join`, method: "POST", body: "{" }),
  ({ secret }, index) => ({
    ...token,
    headers: { ...json, authorization: `Bearer ${secret}` },
    body: `{"userId":${"[".repeat(index)}`
  }),
  ({ secret }, index) => ({
    ...token,
    headers: { ...json, authorization: `Bearer ${secret}` },
    body: "a".repeat(1_048_577 + index)
  }),
  (_, index) => ({ headers: { x: "a".repeat(16_384 + index) } }),
  (_, index) => ({ ...token, chunk: `${hex(index)}zz\r\n` }),
  (_, index) => ({
    target: "/loopback-1/ws",
    headers: { ...RawHttp.handshake, "sec-websocket-version": `${100 + index}` }
  }),
  (_, index) => ({ method: oneOf(["TRACE", "CONNECT", "PUT", "BREW"], index), target: "/page/token" })
]

/** Connections that stay in the middle of a request. */
const slow: Attack = {
  attacker: "WebPage",
  name: "connections that never finish a request",
  unit: "requests",
  inputs: { short: 500, long: 3_000 },
  prepare: Effect.map(server, (opened) => (inputs) =>
    Effect.gen(function*() {
      yield* Effect.forEach(Array.from({ length: inputs }, (_, index) => index), (index) =>
        Effect.acquireRelease(
          Effect.callback<ReturnType<typeof connect>>((resume) => {
            const socket = connect(opened.port, "127.0.0.1", () => {
              const bytes = RawHttp.format({
                ...token,
                headers: { host: `127.0.0.1:${opened.port}` },
                body: "x".repeat(50)
              })
              socket.write(bytes.slice(0, 10 + (index % (bytes.length - 10))))
              resume(Effect.succeed(socket))
            })
            socket.on("error", () => resume(Effect.succeed(socket)))
          }),
          (socket) => Effect.sync(() => socket.destroy())
        ), { concurrency: 16, discard: true })
      return yield* send(opened, 1, () => ({ target: "/" }), ({ status }) => status === 200)
    }))
}

export const website: ReadonlyArray<Attack> = [
  attack("requests under a rebound name", withHeaders({ host: "rebound.test" }), ({ status }) => status === 421),
  attack(
    "requests with another origin",
    withHeaders({ "origin": "http://website.test", "content-type": "text/plain" }),
    ({ status }) => status === 403
  ),
  attack(
    "guesses of the page's secret",
    ({ secret }, index) => ({
      ...token,
      headers: { ...json, authorization: `Bearer ${secret.slice(0, index % secret.length)}` }
    }),
    ({ status }) => status === 401
  ),
  attack(
    "malformed requests",
    (opened, index) => oneOf(malformed, index)(opened, index),
    ({ status }) => status >= 400 && status < 500
  ),
  slow
]
