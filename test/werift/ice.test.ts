/**
 * ICE on 127.0.0.1: servers, candidates, restarts, timeouts and states.
 */
import { assert, describe, it } from "@effect/vitest"
import type { PeerConnection, PeerConnectionState } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { createSocket, Socket } from "node:dgram"
import { promises as dns } from "node:dns"
import { syncBuiltinESMExports } from "node:module"
import type { AddressInfo } from "node:net"
import os from "node:os"
import { classes, Message, methods, parseMessage } from "werift"
import {
  answeringConnections,
  only,
  openLiteSfu,
  openSfu,
  openSubscriber,
  receiveTexts,
  unhandledErrors,
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
        // Before the SFU has the answer, no connectivity check succeeds.
        assert.deepStrictEqual(yield* Stream.runHead(subscriber.states), Option.some("connecting"))
        yield* sfu.accept(sdp)
        yield* untilState(subscriber, "connected")
        yield* receiveTexts(media!, () => sender.send("after"), 10)
      })
      yield* restart
      other.transceiver.setDirection("inactive")
      yield* sfu.exchange(subscriber)
      yield* restart
      yield* restart
      const again = ["connecting", "connected"] as const
      assert.deepStrictEqual(states, ["connected", ...again, ...again, ...again])
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
      yield* untilState(subscriber, "connected")
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
  it.live("a close_notify of the remote side makes the state failed at once", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const answering = yield* answeringConnections
      const subscriber = yield* openSubscriber()
      sfu.publish("video", alice)
      yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      // werift sends no close_notify, so this calls the listener for a received one.
      only(answering).dtlsTransports[0]!.dtls!.onClose.execute()
      yield* untilState(subscriber, "failed")
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
