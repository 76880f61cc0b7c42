/**
 * Media through a TURN server, coturn, on 127.0.0.1: each way to reach it, and each way in which that fails.
 */
import { assert, describe, it } from "@effect/vitest"
import type { IceServer, PeerConnection } from "effect-track-resolver"
import { PeerConnectionFactory } from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { AddressInfo, Server, Socket } from "node:net"
import { createConnection, createServer } from "node:net"
import type { StunOverTurnProtocol, UdpTransport } from "werift"
import * as Telemetry from "../stream-sfu/Telemetry.ts"
import { freePort } from "../support/freePort.ts"
import { openSfu as openAnsweringSfu, opus, sendUntilReceived } from "../werift/AnsweringSfu.ts"
import type { Sfu } from "../werift/Sfu.ts"
import {
  answeringConnections,
  only,
  openSfu,
  openSubscriber,
  receiveTexts,
  unhandledErrors,
  untilState
} from "../werift/Sfu.ts"
import { openStranger, portOf, single, stun } from "../werift/StrangeDatagrams.ts"
import * as Coturn from "./Coturn.ts"

const servers = (urls: ReadonlyArray<string>, credential = Coturn.password): ReadonlyArray<IceServer> => [
  { urls, username: Coturn.username, credential: Redacted.make(credential) }
]

const candidatesOf = (sdp: string): ReadonlyArray<string> =>
  Array.from(sdp.matchAll(/^a=candidate:\S+ \d+ (\S+) \d+ (\S+) \d+ typ (\S+)/gm), ([, ...parts]) => parts.join(" "))

/** The type of the candidate of ours that the SFU sends to. */
const usedCandidate = ({ connection }: Pick<Sfu, "connection">): string | undefined =>
  connection.iceTransports[0]!.connection.nominated?.remoteCandidate.type

/** Connects a subscriber, receives media, and returns the candidates of the answer and the warnings of the log. */
const connect = (iceServers: ReadonlyArray<IceServer>, relayOnly = true) =>
  Effect.gen(function*() {
    const telemetry = Telemetry.make()
    return yield* telemetry.record(Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber({ iceServers, relayOnly })
      const sender = sfu.publish("video", "alice:TRACK_TYPE_VIDEO:x")
      const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      const receive = (text: string) => receiveTexts(only(media), () => sender.send(text), 10)
      yield* receive("through the relay")
      const warnings = telemetry.records.flat().filter((line) => typeof line === "string")
        .filter((line) => line.includes("is not used"))
      return { sfu, sdp, subscriber, receive, candidates: candidatesOf(sdp), warnings, telemetry }
    }))
  })

/** No candidate: the answer alone. */
const answerOnly = (iceServers: ReadonlyArray<IceServer>) =>
  Effect.gen(function*() {
    const telemetry = Telemetry.make()
    return yield* telemetry.record(Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber: PeerConnection = yield* openSubscriber({ iceServers, relayOnly: true })
      sfu.publish("video", "alice:TRACK_TYPE_VIDEO:x")
      const { sdp } = yield* subscriber.answer(yield* sfu.offer())
      const lines = telemetry.records.flat().filter((line) => typeof line === "string")
      return { candidates: candidatesOf(sdp), lines }
    }))
  })

const relay = "udp 127.0.0.1 relay"

const transports: ReadonlyArray<readonly [name: string, url: (server: Coturn.Coturn) => string]> = [
  ["turn: over UDP", ({ port }) => `turn:127.0.0.1:${port}`],
  ["turn:...?transport=udp over UDP", ({ port }) => `turn:127.0.0.1:${port}?transport=udp`],
  ["turn:...?transport=tcp over TCP", ({ port }) => `turn:127.0.0.1:${port}?transport=tcp`],
  ["turns: over TLS", ({ tlsPort }) => `turns:127.0.0.1:${tlsPort}`],
  ["turns:...?transport=tcp over TLS", ({ tlsPort }) => `turns:127.0.0.1:${tlsPort}?transport=tcp`]
]

describe("Media flows through the relay only", () => {
  for (const [name, url] of transports) {
    it.live(name, () =>
      Effect.gen(function*() {
        const server = yield* Coturn.open()
        const { candidates, sfu, warnings } = yield* connect(servers([url(server)]))
        assert.deepStrictEqual(candidates, [relay])
        assert.strictEqual(usedCandidate(sfu), "relay")
        assert.deepStrictEqual(warnings, [])
        assert.strictEqual(server.allocations(), 1)
      }).pipe(Effect.scoped))
  }

  it.live("over UDP with the receive buffer of every socket", () =>
    Effect.gen(function*() {
      const answering = yield* answeringConnections
      const server = yield* Coturn.open()
      yield* connect(servers([`turn:127.0.0.1:${server.port}?transport=udp`]))
      const transports = only(answering).iceTransports.flatMap(({ connection }) =>
        (connection as unknown as { readonly protocols: ReadonlyArray<StunOverTurnProtocol> }).protocols.map((
          { turn }
        ) => turn.transport as UdpTransport)
      )
      const { socket } = only(transports)
      const size = socket.getRecvBufferSize()
      // The system may give less than that: then it gives the same again.
      socket.setRecvBufferSize(4_194_304)
      assert.strictEqual(size, socket.getRecvBufferSize())
    }).pipe(Effect.scoped))

  it.live("of a publisher", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const sfu = yield* openAnsweringSfu
      const publisher = yield* PeerConnectionFactory.use((factory) =>
        factory.openPublisher({ iceServers: servers([`turn:127.0.0.1:${server.port}?transport=tcp`]) })
      ).pipe(Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true, relayOnly: true })))
      const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
      yield* publisher.negotiate({ exchange: sfu.answer })
      yield* untilState(publisher, "connected")
      yield* sendUntilReceived(sfu, track, "through the relay")
      assert.strictEqual(usedCandidate(sfu), "relay")
    }).pipe(Effect.scoped))
})

describe("Every server is tried", () => {
  it.live("a dead one before an alive one, of other entries too, delays little and is logged", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const dead = yield* Coturn.silent()
      const startedAt = performance.now()
      const { candidates, warnings } = yield* connect([
        ...servers([`turn:127.0.0.1:${dead}?transport=udp`]),
        ...servers([`turn:127.0.0.1:${server.port}?transport=udp`])
      ])
      assert.deepStrictEqual(candidates, [relay])
      assert.deepStrictEqual(warnings, [`turn:127.0.0.1:${dead}?transport=udp is not used: no answer in time`])
      assert.isBelow(performance.now() - startedAt, 4_000)
    }).pipe(Effect.scoped))

  it.live("a port without a server before an alive one", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const port = yield* freePort
      const { candidates, warnings } = yield* connect(
        servers([`turn:127.0.0.1:${port}?transport=tcp`, `turns:127.0.0.1:${server.tlsPort}`])
      )
      assert.deepStrictEqual(candidates, [relay])
      assert.deepStrictEqual(warnings, [
        `turn:127.0.0.1:${port}?transport=tcp is not used: the connection is refused (ECONNREFUSED)`
      ])
    }).pipe(Effect.scoped))

  it.live("all that are alive give a candidate each, besides that of the host", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const { candidates, warnings } = yield* connect(
        servers([
          `turn:127.0.0.1:${server.port}?transport=udp`,
          `turn:127.0.0.1:${server.port}?transport=tcp`,
          `turns:127.0.0.1:${server.tlsPort}`,
          `turns:127.0.0.1:${server.tlsPort}?transport=tcp`
        ]),
        false
      )
      // The last two are the same server over the same transport.
      assert.sameMembers([...candidates], ["udp 127.0.0.1 host", relay, relay, relay])
      assert.deepStrictEqual(warnings, [])
    }).pipe(Effect.scoped))

  it.live("a URL without a transport is tried over TCP where UDP is blocked", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open({ without: ["udp"] })
      yield* Coturn.silent(server.port)
      const { candidates, warnings } = yield* connect(servers([`turn:127.0.0.1:${server.port}`]))
      assert.deepStrictEqual(candidates, [relay])
      assert.deepStrictEqual(warnings, [])
    }).pipe(Effect.scoped))
})

describe("A server that cannot be used is logged with its host and the reason", () => {
  it.live("wrong credentials, which are not in the log", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const wrong = "the-wrong-password"
      const urls = [`turn:127.0.0.1:${server.port}?transport=udp`, `turns:127.0.0.1:${server.tlsPort}`]
      const { candidates, lines } = yield* answerOnly(servers(urls, wrong))
      assert.deepStrictEqual(candidates, [])
      for (const url of urls) assert.include(lines, `${url} is not used: the username or the credential is wrong (401)`)
      for (const line of lines) {
        assert.notInclude(line, wrong)
        assert.notInclude(line, Coturn.username)
      }
    }).pipe(Effect.scoped))

  it.live("a certificate that nobody trusts", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open({ trusted: false })
      const { candidates, lines } = yield* answerOnly(servers([`turns:127.0.0.1:${server.tlsPort}`]))
      assert.deepStrictEqual(candidates, [])
      assert.include(
        lines,
        `turns:127.0.0.1:${server.tlsPort} is not used: the certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`
      )
    }).pipe(Effect.scoped))
})

describe("Somebody without a key changes nothing", () => {
  for (const [name, url] of transports.slice(0, 4)) {
    it.live(`what it sends to the relayed address: ${name}`, () =>
      Effect.gen(function*() {
        const server = yield* Coturn.open()
        const { receive, sdp, subscriber } = yield* connect(servers([url(server)]))
        const stranger = yield* openStranger
        let answers = 0
        stranger.socket.on("message", () => answers++)
        for (const [what, datagram] of single) {
          yield* stranger.send(datagram, portOf(sdp))
          yield* receive(what)
        }
        yield* untilState(subscriber, "connected")
        assert.strictEqual(answers, 0)
      }).pipe(Effect.scoped))
  }

  it.live("what it sends to the socket for the server, as channel data and as data of a peer", () =>
    Effect.gen(function*() {
      const answering = yield* answeringConnections
      const server = yield* Coturn.open()
      const { receive, sdp, subscriber } = yield* connect(servers([`turn:127.0.0.1:${server.port}`]))
      const { protocol } = only(answering).iceTransports[0]!.connection.nominated!
      let relayed = 0
      const { onData } = (protocol as unknown as StunOverTurnProtocol).turn
      onData.subscribe((data) => {
        if (single.some(([, datagram]) => datagram.length > 1 && datagram.equals(data))) relayed++
      })
      const port = Number(/^a=candidate:.* raddr 127\.0\.0\.1 rport (\d+)/m.exec(sdp)![1])
      const stranger = yield* openStranger
      for (const [what, datagram] of single) {
        const header = Buffer.from([0x40, 0, datagram.length >> 8, datagram.length & 0xff])
        yield* stranger.send(Buffer.concat([header, datagram]), port)
        const peerAddress = Buffer.from([0, 1, 0x21 ^ 9, 0x12, 0x7f ^ 0x21, 0x12, 0xa4, 0x01 ^ 0x42])
        yield* stranger.send(stun(0x0017, [[0x0012, peerAddress], [0x0013, datagram]]), port)
        yield* receive(what)
      }
      yield* untilState(subscriber, "connected")
      assert.strictEqual(relayed, 0)
    }).pipe(Effect.scoped))

  it.live("a stream that is no longer one of frames is closed, and not kept", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const proxy = yield* openProxy(server.port)
      const { subscriber } = yield* connect(servers([`turn:127.0.0.1:${proxy.port}?transport=tcp`]))
      proxy.inject(Buffer.alloc(100_000, 0xff))
      yield* proxy.closed.pipe(Effect.timeout("5 seconds"))
      assert.isDefined(subscriber)
    }).pipe(Effect.scoped))
})

/** A path over TCP to the server, on which somebody writes to the client. `closed`: the client has closed its stream. */
const openProxy = (serverPort: number) =>
  Effect.gen(function*() {
    const closed = yield* Deferred.make<void>()
    const clients: Array<Socket> = []
    const proxy = yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const proxy = createServer((client) => {
          clients.push(client)
          const upstream = createConnection(serverPort, "127.0.0.1")
          for (const socket of [client, upstream]) socket.on("error", () => {})
          client.pipe(upstream)
          upstream.pipe(client)
          client.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        }).listen(0, "127.0.0.1", () => resume(Effect.succeed(proxy)))
      }),
      (proxy) =>
        Effect.callback<void>((resume) => {
          for (const client of clients) client.destroy()
          proxy.close(() => resume(Effect.void))
        })
    )
    return {
      port: (proxy.address() as AddressInfo).port,
      inject: (bytes: Buffer) => clients.forEach((client) => client.write(bytes)),
      closed: Deferred.await(closed)
    }
  })

describe("The life of an allocation", () => {
  it.live("an ICE restart uses it again", () =>
    Effect.gen(function*() {
      const server = yield* Coturn.open()
      const { receive, sfu, subscriber } = yield* connect(servers([`turn:127.0.0.1:${server.port}?transport=tcp`]))
      const { sdp } = yield* subscriber.answer(yield* sfu.offer({ iceRestart: true }))
      assert.deepStrictEqual(candidatesOf(sdp), [relay])
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      yield* receive("after the restart")
      assert.strictEqual(server.allocations(), 1)
    }).pipe(Effect.scoped))

  it.live("a server that ends during the call throws nothing, and an ICE restart connects to its successor", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const server = yield* Coturn.open()
      const { receive, sfu, subscriber } = yield* connect(servers([`turn:127.0.0.1:${server.port}?transport=tcp`]))
      yield* server.stop
      yield* Effect.sleep("1 second")
      const successor = yield* Coturn.open({ port: server.port })
      const { sdp } = yield* subscriber.answer(yield* sfu.offer({ iceRestart: true }))
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      yield* receive("through the successor")
      assert.strictEqual(successor.allocations(), 1)
      assert.deepStrictEqual(errors, [])
    }).pipe(Effect.scoped))
})
