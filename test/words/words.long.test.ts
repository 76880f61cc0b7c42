/**
 * Words of an SFU, of a coordinator and of a participant: hostile text in every field of every message, through signalling,
 * peer connection, resolver and edge. No log line, error, span, trace or metric has an unsafe character, a secret, or a text
 * of any length.
 */
import { assert, describe, it } from "@effect/vitest"
import type { IceCandidate } from "effect-track-resolver"
import {
  NegotiationError,
  PeerConnectionFactory,
  SfuClient,
  SfuConnectionError,
  SfuJoinError,
  SfuRequestError,
  StreamEdge,
  TrackResolver
} from "effect-track-resolver"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as FakeSfu from "../stream-sfu/FakeSfu.ts"
import { genericSdps } from "../stream-sfu/Harness.ts"
import { begin } from "../support/resolver.ts"
import * as HostileMessages from "./HostileMessages.ts"
import { candidates, sdps } from "./HostileSdp.ts"
import * as Overheard from "./Overheard.ts"

const token = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoicm9ib3QifQ.SflKxwRJ+SMeKKF2QT4fwpMeJf36POk6"
const userToken = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYWdlbnQifQ.yJV_adQssw5c-RJSMeKKF2QT4fwpMZ"
const credential = "credential of the TURN server: p@ss+word"

const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("base64url")
]

const secrets = [token, userToken, credential].flatMap(formsOf)

const controls = "\u001b[2J\u009b31m\u202egpj\u2028\u2029\u200b\0\n[12:00:00.000] INFO (#1): payment accepted\r\n"

const words: { readonly [name: string]: string } = {
  "control characters": controls,
  "the token": `${token} `,
  "a part of the token, and control characters": `${controls}${token.slice(10, 40)}`,
  "the token in base64": Buffer.from(token).toString("base64"),
  "the credential in a URL": `x${encodeURIComponent(credential)}`,
  "100,000 characters": "m".repeat(100_000)
}

const plain = (word: string): HostileMessages.TextOf => (field) => {
  if (field === "sdp") return sdps(word)[0]!
  return field === "iceCandidate" ? candidates(word)[1]! : word
}

// --- The stack --------------------------------------------------------------------------------------------------------

const iceServers = (word: string) => [
  { urls: [`turn:${word}`, `stun:${word}:3478`, word], username: word, credential: Redacted.make(credential) }
]

const sfuClient = (sfu: FakeSfu.FakeSfu, word: string) =>
  StreamSfuClient.layer({ ...FakeSfu.options, token: Redacted.make(token), iceServers: iceServers(word) }).pipe(
    Layer.provide(sfu.layer)
  )

/** Fails the test with the faults, and if nothing was read from one of these places. */
const expectSafe = ({ counts, faults }: Overheard.Overheard, ...places: ReadonlyArray<string>): void => {
  assert.deepStrictEqual(faults, [])
  for (const place of places) assert.isAbove(counts.get(place) ?? 0, 0, `nothing was read from: ${place}`)
}

/** Lets the pauses before retries pass. */
const untilDone = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const fiber = yield* begin(effect)
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

const session = SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps }))

/** A frame that the edge handles after all frames before it. */
const marker = { participantJoined: { participant: { userId: "marker", sessionId: "marker-1" } } }

/** An edge in a call with this SFU. Sends the frames, and waits until the edge has handled them or has ended. */
const playOnEdge = (options: {
  readonly heard: Overheard.Overheard
  readonly word: string
  readonly sfu: FakeSfu.FakeSfu
  readonly frames: ReadonlyArray<Uint8Array>
  readonly close?: string
}) => {
  const { close, frames, heard, sfu, word } = options
  const listening = Effect.gen(function*() {
    const edge = yield* StreamEdge
    yield* Effect.forkScoped(Stream.runForEach(edge.states, (state) =>
      Effect.sync(() => {
        heard.data(state)
        if ("error" in state) heard.error(state.error)
      })))
    yield* Effect.forkScoped(Effect.ignore(Effect.tapCause(
      edge.publish({ trackType: "Audio", media: Stream.never }),
      (cause) => Effect.sync(() => heard.cause(cause))
    )))
    const socket = sfu.sockets.at(-1)!
    yield* Effect.forkScoped(Effect.suspend(() => {
      for (const frame of frames) socket.sendFrame(frame)
      socket.sendEvents(marker)
      if (close !== undefined) socket.closeByServer(4_000, close)
      return Effect.void
    }))
    yield* edge.events.pipe(
      Stream.tap((event) =>
        Effect.sync(() => {
          heard.data(event)
          if (event._tag === "TrackUnresolved") heard.error(event.error)
        })
      ),
      Stream.takeUntil((event) =>
        close === undefined && event._tag === "ParticipantJoined" && event.participant.userId === "marker"
      ),
      Stream.runDrain
    )
    // The offers are answered one after the other, after their events.
    yield* Effect.sleep(close === undefined ? "300 millis" : 0)
  })
  const layer = StreamEdge.layer({ maxReconnects: 0, timeout: "50 millis" }).pipe(
    Layer.provide([
      sfuClient(sfu, word),
      // The end of a publication waits until its connection has connected or failed.
      WeriftPeerConnection.layer({ loopbackOnly: true, connectTimeout: "500 millis" })
    ])
  )
  return listening.pipe(
    Effect.scoped,
    Effect.provide(layer),
    Effect.tapCause((cause) => Effect.sync(() => heard.cause(cause))),
    Effect.exit,
    heard.listen
  )
}

const hostileSfu = (word: string): FakeSfu.FakeSfu => {
  const sfu = FakeSfu.make()
  sfu.onRequest = (request, socket) => {
    if (request.joinRequest) socket.sendFrame(HostileMessages.frameOf("joinResponse", plain(word), joinable))
  }
  sfu.respond = ({ url }) => {
    const method = url.split("/").at(-1)!
    return FakeSfu.protobuf(HostileMessages.responseOf(method, plain(word), method === "UpdateSubscriptions"))
  }
  return sfu
}

/** Otherwise the hostile options refuse our own track before it is offered. */
const joinable = { publishOptions: [] }

const ends = new Set(["error", "goAway", "callEnded"])

describe("Hostile text in every field of every message", () => {
  it("is made for each payload and method of the schema", () => {
    assert.isAtLeast(HostileMessages.payloads.length, 23)
    assert.isAtLeast(HostileMessages.methods.length, 6)
    const bytes = Buffer.from(HostileMessages.frameOf("participantJoined", () => "HOSTILE")).toString("latin1")
    assert.strictEqual(bytes.split("HOSTILE").length - 1, 9)
  })

  for (const [name, word] of Object.entries(words)) {
    it.live(`in each event: ${name}`, () =>
      Effect.gen(function*() {
        const heard = Overheard.make(secrets)
        const frames = HostileMessages.payloads.filter((payload) => !ends.has(payload)).map((payload) =>
          HostileMessages.frameOf(payload, plain(word))
        )
        yield* playOnEdge({ heard, word, sfu: hostileSfu(word), frames })
        expectSafe(heard, "log", "trace", "span")
      }))

    it.live(`in each event that ends the call, and in the close: ${name}`, () =>
      Effect.gen(function*() {
        const heard = Overheard.make(secrets)
        for (const payload of ends) {
          const frames = [HostileMessages.frameOf(payload, plain(word))]
          yield* playOnEdge({ heard, word, sfu: hostileSfu(word), frames, close: word })
        }
        yield* playOnEdge({ heard, word, sfu: hostileSfu(word), frames: [], close: word })
        expectSafe(heard, "log", "error", "cause")
      }))

    it.live(`in SDPs and candidates: ${name}`, () =>
      Effect.gen(function*() {
        // The peer connection has no secrets. The client of the SFU masks them before.
        const heard = Overheard.make([])
        yield* Effect.gen(function*() {
          const factory = yield* PeerConnectionFactory
          for (const sdp of sdps(word)) {
            yield* Effect.scoped(Effect.gen(function*() {
              const peer = yield* factory.open({ iceServers: iceServers(word) })
              yield* Effect.matchCause(peer.answer(sdp), { onFailure: heard.cause, onSuccess: () => {} })
              for (const candidate of candidates(word)) {
                const result = yield* Effect.exit(Effect.try(() => JSON.parse(candidate) as IceCandidate))
                if (result._tag === "Success") yield* peer.addIceCandidate(result.value)
              }
            }))
          }
        }).pipe(Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true })), heard.listen)
        expectSafe(heard, "log", "error", "cause")
      }))

    it.effect(`in each response of a request: ${name}`, () =>
      Effect.gen(function*() {
        const heard = Overheard.make(secrets)
        const json = (status: number) => new Response(JSON.stringify({ code: word, msg: word }), { status })
        const responses: ReadonlyArray<(method: string) => Response> = [
          (method) => FakeSfu.protobuf(HostileMessages.responseOf(method, plain(word), true)),
          (method) => FakeSfu.protobuf(HostileMessages.responseOf(method, plain(word), false)),
          (method) => FakeSfu.protobuf(HostileMessages.responseOf(method, plain(word), true).subarray(0, 9)),
          () => json(400),
          () => json(404),
          () => new Response(word, { status: 403 }),
          () => new Response(word, { headers: { "content-type": "text/html" } })
        ]
        const sfu = hostileSfu(word)
        yield* Effect.gen(function*() {
          const { restartIce, sendAnswer, sendIceCandidate, sendOffer, updateMuteStates, updateSubscriptions } =
            yield* session
          for (const respond of responses) {
            sfu.respond = ({ url }) => respond(url.split("/").at(-1)!)
            const requests: ReadonlyArray<Effect.Effect<unknown, SfuRequestError>> = [
              sendAnswer({ sdp: "", negotiationId: 1 }),
              sendOffer({ sdp: "", tracks: [] }),
              updateMuteStates([]),
              updateSubscriptions([]),
              sendIceCandidate("Subscriber", { candidate: "" }),
              restartIce
            ]
            for (const request of requests) {
              yield* Effect.matchCause(request, { onFailure: heard.cause, onSuccess: heard.data })
            }
          }
        }).pipe(Effect.scoped, Effect.provide(sfuClient(sfu, word)), heard.listen, untilDone)
        expectSafe(heard, "error", "span")
      }))

    it.effect(`in the refusal of a join: ${name}`, () =>
      Effect.gen(function*() {
        const heard = Overheard.make(secrets)
        const answers: ReadonlyArray<(socket: FakeSfu.FakeSocket) => void> = [
          (socket) => socket.sendFrame(HostileMessages.frameOf("error", plain(word))),
          (socket) => socket.closeByServer(4_000, word),
          (socket) => socket.sendFrame(HostileMessages.frameOf("joinResponse", plain(word)).subarray(0, 99))
        ]
        for (const answer of answers) {
          const sfu = hostileSfu(word)
          sfu.onRequest = (_, socket) => answer(socket)
          yield* Effect.matchCause(Effect.scoped(session), { onFailure: heard.cause, onSuccess: heard.data }).pipe(
            Effect.provide(sfuClient(sfu, word)),
            heard.listen,
            untilDone
          )
        }
        expectSafe(heard, "error", "span")
      }))

    it.effect(`in the ids of a resolver: ${name}`, () =>
      Effect.gen(function*() {
        // A resolver has no secrets. Whoever has them masks them before.
        const heard = Overheard.make([])
        const key = { userId: word, sessionId: word, trackType: "Audio" } as const
        yield* Effect.gen(function*() {
          const resolver = yield* TrackResolver
          for (const trackId of [word, `${word}2`, `${word}3`]) {
            yield* resolver.register({ trackId, kind: "audio", participant: { userId: word, sessionId: word } })
          }
          heard.error(yield* Effect.flip(resolver.resolve(key, { timeout: 0 })))
          const waiting = yield* Effect.forkScoped(Effect.exit(resolver.resolve(key)), { startImmediately: true })
          yield* resolver.unpublish(key)
          yield* resolver.cancel(key)
          yield* resolver.retire(word)
          const exit = yield* Effect.flatMap(Effect.succeed(waiting), (fiber) => Effect.sync(() => fiber.pollUnsafe()))
          if (exit?._tag === "Success" && exit.value._tag === "Failure") heard.cause(exit.value.cause)
        }).pipe(Effect.scoped, Effect.provide(TrackResolver.layer({ pendingCapacity: 2 })), heard.listen)
        expectSafe(heard, "log", "error", "error as JSON", "trace")
      }))
  }
})

describe("Hostile text in every field", () => {
  for (const [name, word] of Object.entries({ ...words, "the user's token": `${userToken}\u001b` })) {
    const coordinators: ReadonlyArray<readonly [string, ReadonlyArray<() => Response>, ReadonlyArray<string>]> = [
      ["in the response of the coordinator", accesses(word), secrets],
      // A token that we have not received yet is unknown to us.
      ["in the refusal of the coordinator", refusals(word), formsOf(userToken)]
    ]
    for (const [where, responses, known] of coordinators) {
      it.effect(`${where}: ${name}`, () =>
        Effect.gen(function*() {
          const heard = Overheard.make(known)
          for (const response of responses) {
            const sfu = hostileSfu(word)
            sfu.respond = response
            const layer = StreamCall.layerUserToken({
              apiKey: "key",
              callType: "default",
              callId: "1",
              userToken: Effect.succeed(Redacted.make(userToken))
            }).pipe(Layer.provide(sfu.layer))
            const shown = Effect.map(
              session,
              ({ iceServers, participants, sfuId }) => [sfuId, iceServers.map(({ urls }) => urls), participants]
            )
            yield* Effect.matchCause(Effect.scoped(shown), { onFailure: heard.cause, onSuccess: heard.data }).pipe(
              Effect.provide(layer),
              heard.listen,
              untilDone
            )
          }
          expectSafe(heard, "error", "span")
        }))
    }
  }
})

describe("The message of an error of a port", () => {
  it("is safe, whatever an implementation puts into its fields", () => {
    const heard = Overheard.make([])
    for (const word of Object.values(words)) {
      const errors = [
        new SfuJoinError({ reason: "Refused", detail: word, shouldRetry: false }),
        new SfuConnectionError({ reason: "Broken", detail: word }),
        new SfuRequestError({ method: "SendAnswer", reason: "Failed", code: word, detail: word, attempts: 1 }),
        new NegotiationError({ step: "Open", detail: word })
      ]
      for (const { message } of errors) heard.error({ message })
      for (const { message } of errors) assert.notMatch(message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }
    expectSafe(heard, "error")
  })
})

// --- The coordinator --------------------------------------------------------------------------------------------------

type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [name: string]: Json }

const accepted: Json = {
  own_capabilities: ["send-audio"],
  credentials: {
    token,
    server: { edge_name: "one", url: "https://one.test/twirp", ws_endpoint: "wss://one.test/ws" },
    ice_servers: [{ urls: ["turn:one.test"], username: "alice", password: credential }]
  }
}

const refusal: Json = { code: 17, message: "no", unrecoverable: true, StatusCode: 403, duration: "1ms", more_info: "x" }

/** Copies of the value, in each of which one text, or its end, is the word. */
const replacements = (value: Json, word: string): ReadonlyArray<Json> => {
  if (typeof value === "string") return [word, `${value}/${word}`, `${value}.${word}`]
  if (typeof value !== "object" || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((element: Json, n) => replacements(element, word).map((one) => value.with(n, one) as Json))
  }
  return Object.entries(value as { readonly [name: string]: Json }).flatMap(([name, field]) =>
    replacements(field, word).map((one): Json => ({ ...value, [name]: one }))
  )
}

const accesses = (word: string): ReadonlyArray<() => Response> =>
  replacements(accepted, word).map((body) => () => new Response(JSON.stringify(body), { status: 201 }))

const refusals = (word: string): ReadonlyArray<() => Response> => [
  ...replacements(refusal, word).map((body) => () => new Response(JSON.stringify(body), { status: 403 })),
  ...[200, 302, 403].map((status) => () => new Response(word, { status }))
]
