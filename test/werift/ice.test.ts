/**
 * ICE on 127.0.0.1: servers, candidates, restarts, timeouts and states.
 */
import { assert, describe, it } from "@effect/vitest"
import type { IceServer, PeerConnection, PeerConnectionState } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { createSocket, Socket } from "node:dgram"
import { promises as dns } from "node:dns"
import { syncBuiltinESMExports } from "node:module"
import type { AddressInfo } from "node:net"
import os from "node:os"
import { classes, Message, methods, parseMessage } from "werift"
import * as Telemetry from "../stream-sfu/Telemetry.ts"
import {
  answeringConnections,
  only,
  openLiteSfu,
  openSfu,
  openSubscriber,
  receiveTexts,
  unhandledErrors,
  untilSelected,
  untilState
} from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"

/**
 * Records, until the scope closes, the destinations of datagrams (`sent`), the bound addresses or the port of multicast
 * DNS (`bound`), and the resolved names (`named`). Nothing leaves the loopback, so a machine without a network gives
 * the same results.
 */
const traffic = Effect.gen(function*() {
  const sent = new Set<string>()
  const bound = new Set<string>()
  const named = new Set<string>()
  const { bind, send } = Socket.prototype
  const { lookup } = dns
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      Socket.prototype.send = function(this: Socket, ...args: ReadonlyArray<unknown>) {
        const host = args.findLast((arg) => typeof arg === "string")
        sent.add(String(host))
        if (host === "127.0.0.1") Reflect.apply(send, this, args)
      }
      Socket.prototype.bind = function(this: Socket, ...args: ReadonlyArray<unknown>) {
        const [options] = args
        const { address, port } = typeof options === "object" ? { ...options } : { address: args[1], port: options }
        bound.add(port === 5353 ? "5353" : String(address))
        if (port === 5353) throw new Error("multicast DNS")
        return Reflect.apply(bind, this, address === "127.0.0.1" ? args : [{ port, address: "127.0.0.1" }])
      }
      Object.assign(dns, {
        lookup: (name: string) => {
          named.add(name)
          return Promise.reject(new Error(`${name} is not resolved`))
        }
      })
    }),
    () =>
      Effect.sync(() => {
        Object.assign(Socket.prototype, { bind, send })
        Object.assign(dns, { lookup })
      })
  )
  return { sent, bound, named }
})

/** Makes this the only address of the machine. */
const networkIs = (address: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const { networkInterfaces } = os
      const network = { address, netmask: "255.255.255.0", cidr: `${address}/24`, mac: "00:00:00:00:00:00" }
      os.networkInterfaces = () => ({ eth0: [{ ...network, family: "IPv4", internal: false }] })
      syncBuiltinESMExports()
      return networkInterfaces
    }),
    (networkInterfaces) =>
      Effect.sync(() => {
        os.networkInterfaces = networkInterfaces
        syncBuiltinESMExports()
      })
  )

/** A UDP server on the loopback. */
const server = (answer: (datagram: Buffer, reply: (message: Buffer) => void) => void) =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const socket = createSocket("udp4", (datagram, { address, port }) =>
        answer(datagram, (message) => socket.send(message, port, address)))
      socket.bind(0, "127.0.0.1", () =>
        resume(Effect.succeed(socket)))
    }),
    (socket) => Effect.callback<void>((resume) => void socket.close(() => resume(Effect.void)))
  )

const portOf = (socket: Socket): number => (socket.address() satisfies AddressInfo).port

const withoutCandidates = (sdp: string): string => sdp.replace(/a=(candidate|end-of-candidates).*\r\n/g, "")

const candidatesOf = (sdp: string): ReadonlyArray<string> =>
  Array.from(sdp.matchAll(/^a=(candidate:.*)$/gm), ([, candidate]) => candidate!.trim())

const ufragOf = (sdp: string): string => /^a=ice-ufrag:(\S+)/m.exec(sdp)![1]!

/** An offer whose only candidate is a socket that does not answer. */
const unansweredOffer = Effect.gen(function*() {
  const sfu = yield* openSfu
  const silent = yield* server(() => {})
  sfu.publish("video", alice)
  const offer = withoutCandidates(yield* sfu.offer())
  return { sfu, offer: `${offer}a=candidate:1 1 udp 2130706431 127.0.0.1 ${portOf(silent)} typ host\r\n` }
})

/** Collects the states from now on. */
const statesOf = (subscriber: PeerConnection) =>
  Effect.gen(function*() {
    const states: Array<PeerConnectionState> = []
    yield* Effect.forkScoped(Stream.runForEach(subscriber.states, (state) => Effect.sync(() => states.push(state))), {
      startImmediately: true
    })
    return states
  })

describe("H1: without a STUN server werift uses Google's", () => {
  it.live("no STUN server is contacted if none is configured", () =>
    Effect.gen(function*() {
      const { named, sent } = yield* traffic
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      assert.deepStrictEqual(named, new Set())
      assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
    }))

  it.live("a configured STUN server is contacted; with loopbackOnly only one on the loopback", () =>
    Effect.gen(function*() {
      const { sent } = yield* traffic
      let requests = 0
      const stun = yield* server((datagram, reply) => {
        const request = parseMessage(datagram)
        if (request === undefined) return
        requests++
        const response = new Message(methods.BINDING, classes.RESPONSE, request.transactionId)
        reply(response.setAttribute("XOR-MAPPED-ADDRESS", ["127.0.0.1", 4]).addFingerprint().bytes)
      })
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber({
        iceServers: [{ urls: ["stun:192.0.2.1:3478", `stun:127.0.0.1:${portOf(stun)}`] }]
      })
      sfu.publish("video", alice)
      yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      assert.strictEqual(requests, 1)
      assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
    }))
})

/** Answers STUN as if the request came from this port. */
const stunServer = (mappedPort: number) =>
  server((datagram, reply) => {
    const request = parseMessage(datagram)
    if (request === undefined) return
    const response = new Message(methods.BINDING, classes.RESPONSE, request.transactionId)
    reply(response.setAttribute("XOR-MAPPED-ADDRESS", ["127.0.0.1", mappedPort]).addFingerprint().bytes)
  })

/** Answers an offer, and returns the types of the candidates and the log. */
const answerWith = (iceServers: ReadonlyArray<IceServer>, editOffer = (sdp: string) => sdp) =>
  Effect.gen(function*() {
    const telemetry = Telemetry.make()
    return yield* telemetry.record(Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber({ iceServers })
      sfu.publish("video", alice)
      const offers = [editOffer(yield* sfu.offer()), editOffer(yield* sfu.offer())]
      const sdps = yield* Effect.forEach(offers, (offer) => subscriber.answer(offer))
      const lines = telemetry.records.flat().filter((line) => typeof line === "string")
      const types = candidatesOf(sdps[0]!.sdp).map((candidate) => candidate.split(" ")[7])
      return { subscriber, types, lines, sdp: sdps[0]!.sdp }
    }))
  })

describe("werift uses the first STUN and the first TURN server, and reports none that fails", () => {
  it.live("every STUN server is asked, and each address that they see is one candidate", () =>
    Effect.gen(function*() {
      const silent = yield* server(() => {})
      const [first, second, third] = [yield* stunServer(4), yield* stunServer(4), yield* stunServer(5)]
      const { lines, sdp, types } = yield* answerWith([
        { urls: [`stun:127.0.0.1:${portOf(silent)}`, `stun:127.0.0.1:${portOf(first)}`] },
        { urls: [`stun:127.0.0.1:${portOf(second)}`, `stun:127.0.0.1:${portOf(third)}`] }
      ])
      assert.deepStrictEqual(types, ["host", "srflx", "srflx"])
      assert.sameMembers(candidatesOf(sdp).slice(1).map((candidate) => candidate.split(" ")[5]!), ["4", "5"])
      assert.include(lines, `stun:127.0.0.1:${portOf(silent)} is not used: no answer in time`)
    }))

  it.live("a URL that cannot be used is logged once, without the credential", () =>
    Effect.gen(function*() {
      const { lines, types } = yield* answerWith([
        { urls: ["nonsense", "stuns:127.0.0.1"] },
        { urls: ["turns:127.0.0.1?transport=udp"], username: "user", credential: Redacted.make("secret") },
        { urls: ["turn:127.0.0.1"], username: "user" }
      ])
      assert.deepStrictEqual(types, ["host"])
      assert.deepStrictEqual(lines.filter((line) => line.includes("is not used")), [
        "an ICE server is not used: the URL is invalid",
        "stuns:127.0.0.1:5349 is not used: STUN over TLS finds no address for media",
        "turns:127.0.0.1:5349?transport=udp is not used: TURN over DTLS is not supported",
        "turn:127.0.0.1:3478 is not used: it has no username or no credential"
      ])
    }))

  it.live("a server that no packet can be sent to throws nothing", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      yield* networkIs("127.0.0.1")
      const subscriber = yield* openSubscriber({
        loopbackOnly: false,
        iceServers: [
          { urls: ["stun:255.255.255.255"] },
          { urls: ["turn:255.255.255.255?transport=udp"], username: "user", credential: Redacted.make("secret") }
        ]
      })
      const sfu = yield* openSfu
      sfu.publish("video", alice)
      yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      assert.deepStrictEqual(errors, [])
    }))
})

/** Grants an allocation to the user, and answers the first request, which has no credentials, twice. */
const turnServer = server((datagram, reply) => {
  const request = parseMessage(datagram)
  if (request === undefined) return
  const hasCredentials = request.attributesKeys.includes("USERNAME")
  const response = new Message(
    request.messageMethod,
    hasCredentials ? classes.RESPONSE : classes.ERROR,
    request.transactionId
  )
  if (!hasCredentials) {
    response.setAttribute("ERROR-CODE", [401, "Unauthorized"]).setAttribute("NONCE", Buffer.from("nonce"))
    response.setAttribute("REALM", "test").addFingerprint()
    reply(response.bytes)
    return reply(response.bytes)
  }
  response.setAttribute("XOR-RELAYED-ADDRESS", ["127.0.0.1", 5]).setAttribute("XOR-MAPPED-ADDRESS", ["127.0.0.1", 6])
  response.setAttribute("LIFETIME", 600)
  response.addMessageIntegrity(createHash("md5").update("user:test:secret").digest()).addFingerprint()
  reply(response.bytes)
})

describe("A TURN server", () => {
  it.live("that refuses a repetition of the first request has not refused the credentials", () =>
    Effect.gen(function*() {
      const turn = yield* turnServer
      const { lines, types } = yield* answerWith([
        { urls: [`turn:127.0.0.1:${portOf(turn)}`], username: "user", credential: Redacted.make("secret") }
      ])
      assert.deepStrictEqual(types, ["host", "relay"])
      assert.deepStrictEqual(lines.filter((line) => line.includes("is not used")), [])
    }))
})

describe("ICE over TCP", () => {
  it.live("remote candidates of it are dropped, and logged once", () =>
    Effect.gen(function*() {
      const tcp = "candidate:9 1 tcp 1671430143 127.0.0.1 9 typ host tcptype passive"
      const { lines, subscriber } = yield* answerWith([], (sdp) => `${sdp}a=${tcp}\r\n`)
      yield* subscriber.addIceCandidate({ candidate: tcp, sdpMid: "0" })
      assert.deepStrictEqual(lines.filter((line) => line.includes("TCP")), [
        "remote candidates of ICE over TCP (RFC 6544) are not supported, and dropped"
      ])
    }))
})

describe("loopbackOnly", () => {
  it.live("only 127.0.0.1 is bound and offered, and candidates of other addresses are dropped", () =>
    Effect.gen(function*() {
      const { bound, sent } = yield* traffic
      yield* networkIs("192.0.2.2")
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      const elsewhere = "candidate:9 1 udp 2130706431 192.0.2.1 9 typ host"
      const offer = yield* sfu.offer()
      const { sdp } = yield* subscriber.answer(`${offer}a=${elsewhere}\r\n`)
      yield* subscriber.addIceCandidate({ candidate: elsewhere, sdpMid: "0" })
      assert.isNotEmpty(candidatesOf(sdp))
      for (const candidate of candidatesOf(sdp)) assert.include(candidate, " 127.0.0.1 ")
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
      assert.deepStrictEqual(bound, new Set(["127.0.0.1"]))
    }))
})

describe("H10: werift resolves the host names of candidates", () => {
  it.live("a candidate with a host name is not resolved, binds no port and delays nothing", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const { bound, named, sent } = yield* traffic
      // With loopbackOnly a host name would be dropped anyway.
      yield* networkIs("127.0.0.1")
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber({ loopbackOnly: false })
      sfu.publish("video", alice)
      const local = "candidate:1 1 udp 2113937151 6ad0d8f0-4a4c-4bd1-a3e6-1d0a8f0e5c11.local 54400 typ host"
      yield* subscriber.addIceCandidate({ candidate: local, sdpMid: "0" })
      yield* sfu.exchange(subscriber, { edit: (sdp) => `${sdp}a=${local}\r\n` })
      yield* subscriber.addIceCandidate({ candidate: local, sdpMid: "0" })
      yield* subscriber.addIceCandidate({ candidate: local.replace(/\S+\.local/, "host.invalid"), sdpMid: "0" })
      yield* untilState(subscriber, "connected")
      assert.notInclude(bound, "5353")
      assert.deepStrictEqual(named, new Set())
      assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
      assert.deepStrictEqual(errors, [])
    }))

  it.live("a remote side whose candidates are all dropped still connects, despite a=end-of-candidates", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      const offer = (yield* sfu.offer()).replaceAll(/^(a=candidate:.*) 127\.0\.0\.1 /gm, "$1 sfu.invalid ")
      assert.include(offer, " sfu.invalid ")
      assert.include(offer, "a=end-of-candidates")
      const { sdp } = yield* subscriber.answer(offer)
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
    }))
})

describe("H11: a bad candidate before a description fails the description", () => {
  it.live("a malformed candidate fails no offer, neither before nor after it", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      const good = "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"
      const bad = [
        { candidate: "garbage", sdpMid: "0" },
        { candidate: "", sdpMid: "0" },
        { candidate: "candidate:1 1 udp nothing 127.0.0.1 everything typ host", sdpMid: "0" },
        { candidate: good, sdpMid: "unknown" },
        { candidate: good, sdpMLineIndex: 77 },
        { candidate: good }
      ]
      yield* Effect.forEach(bad, subscriber.addIceCandidate)
      assert.strictEqual((yield* sfu.exchange(subscriber)).length, 1)
      yield* Effect.forEach(bad, subscriber.addIceCandidate)
      yield* untilState(subscriber, "connected")
      assert.deepStrictEqual(errors, [])
    }))

  it.live("a candidate that arrives before its offer is added with it", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      const offer = yield* sfu.offer()
      for (const candidate of candidatesOf(offer)) {
        yield* subscriber.addIceCandidate({ candidate, sdpMid: "0", usernameFragment: ufragOf(offer) })
      }
      const { sdp } = yield* subscriber.answer(withoutCandidates(offer))
      // The SFU gets no candidate of the subscriber, so only the subscriber can check connectivity.
      yield* sfu.accept(withoutCandidates(sdp))
      yield* untilState(subscriber, "connected")
    }))
})

describe("H12: after an ICE restart no packet arrives", () => {
  it.live("packets arrive after an ICE restart, also after an m-line was inactive and after a second restart", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("video", alice)
      const other = sfu.publish("audio", alice)
      const [media] = yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      const states = yield* statesOf(subscriber)
      const restart = Effect.gen(function*() {
        const { media: [same], sdp } = yield* subscriber.answer(yield* sfu.offer({ iceRestart: true }))
        assert.strictEqual(same, media)
        yield* sfu.accept(sdp)
        yield* untilSelected(sfu.connection)
        yield* receiveTexts(media!, () => sender.send("after"), 10)
      })
      yield* restart
      other.transceiver.setDirection("inactive")
      yield* sfu.exchange(subscriber)
      yield* restart
      yield* restart
      // The former path carries media until the SFU has the answer.
      assert.deepStrictEqual(states, ["connected"])
    }))

  it.live("an ICE-lite SFU connects, and connects again after a restart", () =>
    Effect.gen(function*() {
      const sfu = yield* openLiteSfu
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("video", alice)
      const media = only(yield* sfu.exchange(subscriber))
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(media, () => sender.send("before"))
      yield* sfu.exchange(subscriber, { iceRestart: true })
      yield* untilSelected(sfu.connection)
      yield* receiveTexts(media, () => sender.send("after"))
    }))

  it.live("an ICE restart in a rejected offer leaves ICE unchanged", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("video", alice)
      const media = only(yield* sfu.exchange(subscriber))
      yield* untilState(subscriber, "connected")
      const offer = (yield* sfu.offer()).replace(/a=group:BUNDLE.*\r\n/, "").replace(
        ufragOf(yield* sfu.offer()),
        "else"
      )
      assert.deepInclude(yield* Effect.flip(subscriber.answer(offer)), { step: "SetRemoteDescription" })
      assert.strictEqual((yield* receiveTexts(media, () => sender.send("alice"))).length, 5)
    }))
})

describe("H13: werift never gives up on candidates that do not answer", () => {
  it.effect("a connection that does not connect in time is failed, and a restart can still connect it", () =>
    Effect.gen(function*() {
      const subscriber = yield* openSubscriber({ connectTimeout: "20 seconds" })
      const { offer, sfu } = yield* unansweredOffer
      const states = yield* statesOf(subscriber)
      yield* subscriber.answer(offer)
      yield* untilState(subscriber, "connecting")
      yield* TestClock.adjust("19999 millis")
      assert.deepStrictEqual(states, ["new", "connecting"])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(states, ["new", "connecting", "failed"])
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      yield* sfu.exchange(subscriber, { iceRestart: true })
      yield* untilState(subscriber, "connected")
      assert.deepStrictEqual(states, ["new", "connecting", "failed", "connecting", "connected"])
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(states.at(-1), "connected")
    }))
})

describe("H14: the end of the remote side is noticed after 30 seconds", () => {
  it.live("a close_notify of the remote side makes the state closed at once", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const answering = yield* answeringConnections
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      // werift sends no close_notify, so this calls the listener for a received one.
      only(answering).dtlsTransports[0]!.dtls!.onClose.execute()
      yield* untilState(subscriber, "closed")
    }))
})

describe("A second offer while werift connects makes its state failed", () => {
  it.live("an offer that arrives while connecting does not make the state failed", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("video", alice)
      const states = yield* statesOf(subscriber)
      const media = only(yield* sfu.exchange(subscriber))
      sfu.publish("audio", alice)
      yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(media, () => sender.send("alice"))
      assert.deepStrictEqual(states, ["new", "connecting", "connected"])
    }))
})

describe("Datagrams of strangers", () => {
  it.live("malformed STUN, DTLS, SRTP and SRTCP of another address is ignored", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      const sender = sfu.publish("video", alice)
      const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      const port = Number(candidatesOf(sdp)[0]!.split(" ")[5])
      const stranger = yield* server(() => {})
      // The first bytes of STUN, DTLS, SRTP, SRTCP and of no protocol (RFC 7983); no datagram is valid.
      for (const first of [0, 1, 20, 22, 63, 128, 129, 255]) {
        for (const size of [1, 2, 12, 20, 60, 1_200]) {
          const datagram = Buffer.alloc(size, first)
          stranger.send(datagram, port, "127.0.0.1")
          datagram[1] = 200
          stranger.send(datagram, port, "127.0.0.1")
        }
      }
      assert.deepStrictEqual(
        new Set(yield* receiveTexts(only(media), () => sender.send("alice"), 20)),
        new Set(["alice"])
      )
      assert.deepStrictEqual(errors, [])
    }))
})
