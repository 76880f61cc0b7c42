/**
 * DTLS handshakes over ICE on 127.0.0.1: what the remote side has to prove, and what anybody else can send meanwhile.
 */
import { assert, describe, it } from "@effect/vitest"
import type { PeerConnection, PeerConnectionState } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { randomBytes } from "node:crypto"
import { type RTCCertificate, type RTCDtlsTransport, RTCPeerConnection } from "werift"
import { until } from "../support/until.ts"
import { openPublisher, openSfu as openAnsweringSfu, opus, packetOf, sendUntilReceived } from "./AnsweringSfu.ts"
import {
  type Algorithm,
  anybodysDatagrams,
  fingerprintOf,
  handshakeRecord,
  makeCertificate,
  onHandshake,
  verifyRequest,
  withFingerprints,
  withForgedKey
} from "./Handshake.ts"
import { holdAnswers, only, openSfu, openSubscriber, receiveTexts, textOf, unhandledErrors, untilState } from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_AUDIO:1"

const firstOf = ({ dtlsTransports }: RTCPeerConnection): RTCDtlsTransport => dtlsTransports[0]!

interface Remote {
  /** Presents this certificate instead of its own. */
  readonly certificate?: RTCCertificate
  /** The lines of the description, if not those of the certificate. */
  readonly fingerprints?: (certificate: RTCCertificate) => ReadonlyArray<string>
  /** Uses another private key than the certificate's. */
  readonly isForged?: boolean
  /** Changes its handshake. */
  readonly change?: Parameters<typeof onHandshake>[1]
}

/** Prepares the remote transport after it has made its description, and edits the description. */
const prepare = (transport: RTCDtlsTransport, remote: Remote, sdp: string): string => {
  const certificate = remote.certificate ?? transport.localCertificate!
  transport.localCertificate = remote.isForged === true ? withForgedKey(certificate) : certificate
  if (remote.change !== undefined) onHandshake(transport, remote.change)
  return withFingerprints(sdp, remote.fingerprints?.(certificate) ?? [fingerprintOf(certificate)])
}

const connectTimeout = "4 seconds"

interface Connection {
  readonly states: Pick<PeerConnection, "states">
  /** Waits until packets arrive. */
  readonly packets: Effect.Effect<unknown>
  /** Whether a packet has arrived, or could be sent. */
  readonly isOpen: Effect.Effect<boolean>
}

/** A subscriber, which is the DTLS client, and its SFU. */
const subscribe = (remote: Remote) =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber({ connectTimeout })
    const sender = sfu.publish("audio", alice)
    const edit = (offer: string): string => prepare(firstOf(sfu.connection), remote, offer)
    const media = only(yield* sfu.exchange(subscriber, { edit }))
    const texts: Array<string> = []
    yield* Effect.forkScoped(Stream.runForEach(media.rtp, (packet) => Effect.sync(() => texts.push(textOf(packet)))))
    const connection: Connection = {
      states: subscriber,
      packets: receiveTexts(media, () => sender.send("words")),
      isOpen: Effect.gen(function*() {
        for (let n = 0; n < 5; n++) {
          yield* Effect.andThen(Effect.sync(() => sender.send("words")), Effect.sleep("10 millis"))
        }
        return texts.length > 0
      })
    }
    return connection
  })

/** A publisher, which is the DTLS server, and its SFU. */
const publish = (remote: Remote) =>
  Effect.gen(function*() {
    const sfu = yield* openAnsweringSfu
    const publisher = yield* openPublisher({ connectTimeout })
    const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
    const exchange = (offer: { readonly sdp: string }) =>
      Effect.map(sfu.answer(offer), (answer) => prepare(firstOf(sfu.connection), remote, answer))
    yield* publisher.negotiate({ exchange })
    const connection: Connection = {
      states: publisher,
      packets: sendUntilReceived(sfu, track, "words"),
      isOpen: Effect.map(track.send(packetOf(1, "words")), (results) => results.includes("Sent"))
    }
    return connection
  })

/** The transports of the connections that create an offer while the scope is open. */
const watchOffers = (transports: Array<RTCDtlsTransport>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const { createOffer } = RTCPeerConnection.prototype
      RTCPeerConnection.prototype.createOffer = async function(options) {
        const offer = await createOffer.call(this, options)
        transports.push(...this.dtlsTransports)
        return offer
      }
      return createOffer
    }),
    (createOffer) => Effect.sync(() => void (RTCPeerConnection.prototype.createOffer = createOffer))
  )

const roles = { client: subscribe, server: publish } as const

/** Runs with the warnings of the connection. */
const withWarnings = <A, E, R>(run: (warnings: ReadonlyArray<string>) => Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const warnings: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      if (logLevel === "Warn") warnings.push(String(message))
    })
    return Effect.provide(run(warnings), Logger.layer([logger]))
  })

const connects = (role: keyof typeof roles, remote: Remote) =>
  withWarnings((warnings) =>
    Effect.gen(function*() {
      const { packets, states } = yield* roles[role](remote)
      yield* untilState(states, "connected")
      yield* packets
      assert.deepStrictEqual(warnings, [])
    })
  )

/** The connection fails when its timeout has passed, has no keys for media, and has logged the reason. */
const isRefused = (role: keyof typeof roles, reason: string, remote: Remote) =>
  withWarnings((warnings) =>
    Effect.gen(function*() {
      const { isOpen, states } = yield* roles[role](remote)
      const seen: Array<PeerConnectionState> = []
      yield* Stream.runDrain(Stream.takeUntil(
        Stream.tap(states.states, (state) => Effect.sync(() => seen.push(state))),
        (state) => state === "failed"
      ))
      assert.notInclude(seen, "connected")
      assert.deepStrictEqual(warnings, reason === "" ? [] : [`DTLS message dropped: ${reason}`])
      assert.isFalse(yield* isOpen)
    })
  )

describe("H21: a DTLS peer proves nothing to werift", () => {
  it.live.each(["ECDSA", "RSA"] as const)(
    "a peer with its own key (%s) connects, in both roles",
    (algorithm: Algorithm) =>
      Effect.gen(function*() {
        const certificate = yield* makeCertificate(algorithm)
        yield* Effect.all([connects("client", { certificate }), connects("server", { certificate })], {
          concurrency: "unbounded"
        })
      })
  )

  it.live.each(["ECDSA", "RSA"] as const)(
    "a peer with a certificate and another key (%s) is refused, in both roles",
    (algorithm: Algorithm) =>
      Effect.gen(function*() {
        const certificate = yield* makeCertificate(algorithm)
        const remote = { certificate, isForged: true }
        yield* Effect.all([
          isRefused("client", "the key exchange is not signed with the key of the certificate", remote),
          isRefused("server", "the handshake is not signed with the key of the certificate", remote)
        ], { concurrency: "unbounded" })
      })
  )

  it.live("a peer whose Finished does not fit the handshake is refused, in both roles", () => {
    const change: Remote["change"] = ({ cipher }) => void (cipher.verifyData = () => Buffer.alloc(12))
    const reason = "the handshake was changed on its way"
    return Effect.all([isRefused("client", reason, { change }), isRefused("server", reason, { change })], {
      concurrency: "unbounded"
    })
  })

  it.live("a client without a certificate, and a server that requests none, are refused", () =>
    Effect.all([
      isRefused("server", "the client presents no certificate", {
        change: ({ dtls }) =>
          void Object.defineProperty(dtls, "requestedCertificateTypes", { get: () => [], set: () => {} })
      }),
      isRefused("client", "the server requests no certificate", {
        change: (socket) => void (socket.options.certificateRequest = false)
      })
    ], { concurrency: "unbounded" }))

  const wrong = (hash: "sha-1" | "sha-256" | "sha-512") => (certificate: RTCCertificate): string =>
    fingerprintOf(certificate, hash).replace(/..$/, (byte) => byte === "00" ? "11" : "00")
  const fingerprints: ReadonlyArray<
    readonly [string, (certificate: RTCCertificate) => ReadonlyArray<string>, boolean]
  > = [
    ["SHA-1", (certificate) => [fingerprintOf(certificate, "sha-1")], true],
    [
      "SHA-512 and a wrong SHA-256",
      (certificate) => [wrong("sha-256")(certificate), fingerprintOf(certificate, "sha-512")],
      true
    ],
    [
      "a wrong SHA-512 and SHA-256",
      (certificate) => [wrong("sha-512")(certificate), fingerprintOf(certificate)],
      false
    ],
    [
      "two of SHA-256, one of them wrong",
      (certificate) => [wrong("sha-256")(certificate), fingerprintOf(certificate)],
      true
    ],
    ["a wrong SHA-1", (certificate) => [wrong("sha-1")(certificate)], false]
  ]
  it.live.each(fingerprints)(
    "the fingerprints %s decide about the certificate, in both roles",
    ([, lines, isAccepted]) => {
      const remote = { fingerprints: lines }
      const reason = "the certificate has no fingerprint of the remote description"
      return Effect.all(
        (["client", "server"] as const).map((role) =>
          isAccepted ? connects(role, remote) : isRefused(role, reason, remote)
        ),
        { concurrency: "unbounded" }
      )
    }
  )

  it.live("a description with a fingerprint of an unknown hash does not connect, and one with none is refused", () => {
    const md5 = { fingerprints: () => ["a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"] }
    const reason = "the certificate has no fingerprint of the remote description"
    const refusal = (role: keyof typeof roles) =>
      Effect.map(
        Effect.flip(roles[role]({ fingerprints: () => [] })),
        (error) => assert.include(String(error), "fingerprint")
      )
    return Effect.all([
      isRefused("client", reason, md5),
      isRefused("server", reason, md5),
      refusal("client"),
      refusal("server")
    ], {
      concurrency: "unbounded"
    })
  })

  it.live("werift alone connects with a forged key: when this fails, werift has its own check", () =>
    Effect.gen(function*() {
      const [offering, answering] = [yield* openSfu, yield* openAnsweringSfu]
      offering.publish("audio", alice)
      const sdp = yield* offering.offer()
      firstOf(offering.connection).localCertificate = withForgedKey(firstOf(offering.connection).localCertificate!)
      const answer = yield* answering.answer({ sdp })
      firstOf(answering.connection).localCertificate = withForgedKey(firstOf(answering.connection).localCertificate!)
      yield* offering.accept(answer)
      const isConnected = () =>
        [offering.connection, answering.connection].every((connection) => firstOf(connection).state === "connected")
      yield* until(isConnected)
    }))
})

describe("Nobody but the peer ends a DTLS handshake, or the connection after it", () => {
  /** Delivers datagrams as if they came from the network, whenever the connection has sent a DTLS datagram. */
  const attack = (transport: RTCDtlsTransport) =>
    Effect.sync(() => {
      const { onData } = transport.iceTransport.connection
      const state = { rounds: 0 }
      onHandshake(transport, ({ transport: { socket } }) => {
        const { send } = socket
        socket.send = async (datagram, address) => {
          await send(datagram, address)
          // The answer to a hostile ClientHello is no reason for another attack.
          if (++state.rounds > 12) return
          anybodysDatagrams().forEach((hostile) => onData.execute(hostile))
        }
      })
      return state
    })

  /** As every stack but werift does (RFC 6347, section 4.2.1). */
  const ignoreRepeatedCookies: Remote["change"] = ({ transport: { socket } }) => {
    const { onData } = socket
    let cookies = 0
    socket.onData = (datagram, address) => {
      const isCookie = datagram[0] === 22 && datagram[13] === 3
      if (!isCookie || ++cookies === 1) onData(datagram, address)
    }
  }

  const afterwards = (transport: RTCDtlsTransport): void => {
    const { onData } = transport.iceTransport.connection
    anybodysDatagrams().forEach((hostile) => onData.execute(hostile))
    for (const type of [3, 11, 12, 13]) {
      for (let n = 0; n < 8; n++) onData.execute(handshakeRecord(type, n, randomBytes(60)))
    }
    onData.execute(handshakeRecord(3, 0, verifyRequest()))
  }

  it.live("a subscriber connects and receives while a stranger sends messages at every moment", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      const { go, held } = yield* holdAnswers
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("audio", alice)
      const exchange = yield* Effect.forkChild(sfu.exchange(subscriber))
      const connection = yield* Deferred.await(held)
      const attacked = yield* attack(firstOf(connection))
      yield* Deferred.succeed(go, undefined)
      const media = only(yield* Fiber.join(exchange))
      yield* untilState(subscriber, "connected")
      assert.isAbove(attacked.rounds, 1)
      yield* receiveTexts(media, () => sender.send("before"))
      afterwards(firstOf(connection))
      yield* receiveTexts(media, () => sender.send("after"))
      assert.deepStrictEqual(yield* Stream.runHead(subscriber.states), Option.some("connected"))
      assert.deepStrictEqual(errors, [])
    }))

  it.live("a publisher connects and sends while a stranger sends messages at every moment", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const transports: Array<RTCDtlsTransport> = []
      yield* watchOffers(transports)
      const sfu = yield* openAnsweringSfu
      const publisher = yield* openPublisher()
      const track = yield* publisher.addTrack({ kind: "audio", codec: opus })
      const attacks: Array<{ rounds: number }> = []
      const exchange = (offer: { readonly sdp: string }) =>
        Effect.gen(function*() {
          attacks.push(yield* attack(transports[0]!))
          const answer = yield* sfu.answer(offer)
          onHandshake(firstOf(sfu.connection), ignoreRepeatedCookies)
          return answer
        })
      yield* publisher.negotiate({ exchange })
      yield* untilState(publisher, "connected")
      assert.isAbove(attacks[0]!.rounds, 1)
      yield* sendUntilReceived(sfu, track, "before")
      afterwards(transports[0]!)
      yield* sendUntilReceived(sfu, track, "after")
      assert.deepStrictEqual(yield* Stream.runHead(publisher.states), Option.some("connected"))
      assert.deepStrictEqual(errors, [])
    }))
})
