/**
 * An SFU that lies: words in every field, floods of frames, frames that grow when they are decoded, answers of HTTP without
 * an end, redirects, and a connection that it does not close. Real WebSockets and real HTTP.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { SfuClient, StreamEdge } from "effect-track-resolver"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Socket } from "node:net"
import * as FakeSfu from "../stream-sfu/FakeSfu.ts"
import * as RawServer from "../stream-sfu/RawServer.ts"
import { nextTurn } from "../support/nextTurn.ts"
import * as HostileMessages from "../words/HostileMessages.ts"
import { sdps } from "../words/HostileSdp.ts"
import * as Overheard from "../words/Overheard.ts"
import type { Attack } from "./Attack.ts"

const token = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoicm9ib3QifQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6"

const words = [
  "\u001b[2J\u009b31m\u202egpj\u2028\u200b\0\n[12:00:00.000] INFO (#1): payment accepted\r\n",
  `${token}\u001b[2J`,
  Buffer.from(token).toString("base64"),
  "m".repeat(10_000)
]

const clientOf = (port: number, http = NodeHttpClient.layerUndici) =>
  StreamSfuClient.layer({
    url: `http://127.0.0.1:${port}/twirp`,
    webSocketUrl: `ws://127.0.0.1:${port}/ws`,
    token: Redacted.make(token)
  }).pipe(Layer.provide([http, NodeSocket.layerWebSocketConstructor]))

/** Waits while the other side does not take what was written. */
const write = (socket: Socket, data: Uint8Array): Effect.Effect<void> =>
  socket.write(data) ? nextTurn : Effect.callback((resume) => void socket.once("drain", () => resume(Effect.void)))

const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

/** A server whose socket has answered the join. */
const server = (onRequest: (socket: Socket) => void = (socket) => void socket.end(ok)) =>
  Effect.gen(function*() {
    const joined = yield* Deferred.make<Socket>()
    const raw = yield* RawServer.make((socket) => {
      socket.write(RawServer.frame(FakeSfu.encodeEvent(FakeSfu.joinResponse)))
      Deferred.doneUnsafe(joined, Effect.succeed(socket))
    }, onRequest)
    return { ...raw, socket: Deferred.await(joined) }
  })

const marker = RawServer.frame(
  FakeSfu.encodeEvent({ participantJoined: { participant: { userId: "marker", sessionId: "marker-1" } } })
)

/** An edge in a call with the server. `settled` ends when it has handled everything that was sent. */
const edgeOn = (port: number) =>
  Effect.gen(function*() {
    const layer = StreamEdge.layer({ maxReconnects: 0 }).pipe(
      Layer.provide([clientOf(port), WeriftPeerConnection.layer({ loopbackOnly: true })])
    )
    const edge = Context.get(yield* Effect.orDie(Layer.build(layer)), StreamEdge)
    const settled = edge.events.pipe(
      Stream.takeUntil((event) => event._tag === "ParticipantJoined" && event.participant.userId === "marker"),
      Stream.runDrain,
      Effect.match({
        onFailure: (error): ReadonlyArray<string> => [`the call ended: ${error.message}`],
        onSuccess: () => []
      }),
      Effect.timeoutOrElse({ duration: "5 minutes", orElse: () => Effect.succeed(["the frames were not handled"]) })
    )
    return { settled }
  })

const ends = new Set(["error", "goAway", "callEnded", "joinResponse"])

const hostileFrames = words.flatMap((word) =>
  HostileMessages.payloads.filter((payload) => !ends.has(payload)).map((payload) =>
    RawServer.frame(HostileMessages.frameOf(payload, (field) => field === "sdp" ? sdps(word)[0]! : word))
  )
)

const hostileWords: Attack = {
  attacker: "Sfu",
  name: "words with control characters and our token in every field",
  unit: "frames",
  inputs: { short: 1_000, long: 100_000 },
  prepare: Effect.gen(function*() {
    const heard = Overheard.make([token, Buffer.from(token).toString("base64")])
    const { port, socket } = yield* server()
    const { settled } = yield* edgeOn(port).pipe(heard.listen)
    const peer = yield* socket
    return (inputs) =>
      Effect.gen(function*() {
        for (let n = 0; n < inputs; n++) yield* write(peer, hostileFrames[n % hostileFrames.length]!)
        yield* write(peer, marker)
        return [...yield* settled, ...heard.faults.slice(0, 10)]
      })
  })
}

const floodFrame = (n: number): Uint8Array =>
  RawServer.frame(
    FakeSfu.encodeEvent({
      participantUpdated: { participant: { userId: `u${n % 100}`, sessionId: `s${n % 100}` } }
    })
  )

const flood: Attack = {
  attacker: "Sfu",
  name: "events, as fast as the network takes them",
  unit: "frames",
  inputs: { short: 50_000, long: 1_000_000 },
  prepare: Effect.gen(function*() {
    const { port, socket } = yield* server()
    const { settled } = yield* edgeOn(port)
    const peer = yield* socket
    const burst = Buffer.concat(Array.from({ length: 1_000 }, (_, n) => floodFrame(n)))
    return (inputs) =>
      Effect.gen(function*() {
        for (let n = 0; n < inputs; n += 1_000) yield* write(peer, burst)
        yield* write(peer, marker)
        return yield* settled
      })
  })
}

const megabyte = 1024 * 1024

/** Two bytes for each participant. */
const growing = RawServer.frame(
  Uint8Array.from(Buffer.concat([growingHead(), Buffer.alloc(megabyte, Buffer.from([0x0a, 0x00]))]))
)

function growingHead(): Buffer {
  const length = megabyte
  const varint = (value: number): ReadonlyArray<number> =>
    value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
  const inner = Buffer.from([0x0a, ...varint(length)])
  // SfuEvent.join_response = 13, JoinResponse.call_state = 1, CallState.participants = 1.
  return Buffer.concat([Buffer.from([0x6a, ...varint(length + inner.length)]), inner])
}

const growingFrames: Attack = {
  attacker: "Sfu",
  name: "join responses of 1 MiB with half a million empty participants",
  unit: "frames",
  inputs: { short: 3, long: 100 },
  prepare: Effect.succeed((inputs) =>
    Effect.gen(function*() {
      const changes: Array<string> = []
      for (let n = 0; n < inputs; n++) {
        const raw = yield* RawServer.make((socket) => void socket.write(growing))
        const join = SfuClient.use((client) =>
          client.join({ sessionId: "a", genericSdps: { subscriberSdp: "", publisherSdp: "" } })
        )
        const result = yield* Effect.result(Effect.scoped(join)).pipe(Effect.provide(clientOf(raw.port)))
        if (result._tag === "Success" || result.failure.reason !== "Refused") changes.push("the join was not refused")
      }
      return changes
    })
  )
}

const http = (
  name: string,
  layer: typeof FetchHttpClient.layer,
  respond: (socket: Socket, other: number) => void
): Attack => ({
  attacker: "Sfu",
  name,
  unit: "requests",
  inputs: { short: 20, long: 500 },
  prepare: Effect.gen(function*() {
    const other = yield* RawServer.make(() => {}, (socket) => void socket.end(ok))
    const { port } = yield* server((socket) => respond(socket, other.port))
    const services = yield* Layer.build(clientOf(port, layer))
    const session = yield* Effect.orDie(
      Context.get(services, SfuClient).join({ sessionId: "a", genericSdps: { subscriberSdp: "", publisherSdp: "" } })
    )
    return (inputs) =>
      Effect.gen(function*() {
        const changes: Array<string> = []
        for (let n = 0; n < inputs; n++) {
          const result = yield* Effect.result(session.restartIce)
          if (result._tag === "Success") changes.push("the request succeeded")
        }
        return other.requests.length > 0 ? [...changes, "another host got the request"] : changes
      })
  })
})

const endless = (socket: Socket): void => {
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/protobuf\r\nConnection: close\r\n\r\n")
  const chunk = Buffer.alloc(64 * 1024)
  const send = (): void => {
    if (!socket.writable) return
    if (socket.write(chunk)) setImmediate(send)
    else socket.once("drain", send)
  }
  send()
}

const redirect = (socket: Socket, other: number): void =>
  void socket.end(
    `HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:${other}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
  )

const empty = (socket: Socket): void =>
  void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

const silent: Attack = {
  attacker: "Sfu",
  name: "sessions whose connection it neither reads nor closes",
  unit: "handshakes",
  inputs: { short: 20, long: 500 },
  prepare: Effect.gen(function*() {
    const raw = yield* RawServer.make((socket) =>
      void socket.write(RawServer.frame(FakeSfu.encodeEvent(FakeSfu.joinResponse)))
    )
    const services = yield* Layer.build(clientOf(raw.port))
    const join = Context.get(services, SfuClient).join({
      sessionId: "a",
      genericSdps: { subscriberSdp: "", publisherSdp: "" }
    })
    return (inputs) =>
      Effect.gen(function*() {
        yield* Effect.forEach(Array.from({ length: inputs }), () => Effect.scoped(Effect.orDie(join)), {
          concurrency: 5,
          discard: true
        })
        yield* Effect.ignore(Effect.timeout(raw.untilOpen(0), "10 seconds"))
        return raw.open.size === 0 ? [] : [`${raw.open.size} connections stay open`]
      })
  })
}

export const wordAttacks: ReadonlyArray<Attack> = [
  hostileWords,
  flood,
  growingFrames,
  http("answers that never end", NodeHttpClient.layerUndici, endless),
  http("redirects to another host, to fetch", FetchHttpClient.layer, redirect),
  http("empty answers of HTTP 200 that are not Twirp's", FetchHttpClient.layer, empty),
  silent
]
