/**
 * What werift does with ICE, on 127.0.0.1: whom it asks, whom it believes, and when it gives up.
 */
import { assert, it } from "@effect/vitest"
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
import { connections, marksOf, only, openLiteSfu, openSfu, openSubscriber, unhandled, until } from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"

/**
 * Where datagrams go, which names are looked up, and which addresses are bound, or the port of multicast DNS, for as long
 * as the scope. None of it leaves the loopback, so that it is the same on a machine without a network.
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
          return Promise.reject(new Error(`who is ${name}?`))
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

/** The machine's only address, to whoever is not told to stay on the loopback. */
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

/** A socket on the loopback, and how to answer what comes. */
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

/** An offer of something that is there and says nothing. */
const deafOffer = Effect.gen(function*() {
  const sfu = yield* openSfu
  const deaf = yield* server(() => {})
  sfu.publish("video", alice)
  const offer = withoutCandidates(yield* sfu.offer())
  return { sfu, offer: `${offer}a=candidate:1 1 udp 2130706431 127.0.0.1 ${portOf(deaf)} typ host\r\n` }
})

/** The states from now on, as they come. */
const statesOf = (subscriber: PeerConnection) =>
  Effect.gen(function*() {
    const states: Array<PeerConnectionState> = []
    yield* Effect.forkScoped(Stream.runForEach(subscriber.states, (state) => Effect.sync(() => states.push(state))), {
      startImmediately: true
    })
    return states
  })

it.live("no STUN server is asked that nobody named", () =>
  Effect.gen(function*() {
    const { named, sent } = yield* traffic
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    sfu.publish("video", alice)
    yield* sfu.exchange(subscriber)
    yield* until(subscriber, "connected")
    assert.deepStrictEqual(named, new Set())
    assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
  }))

it.live("a STUN server that is named is asked, and on the loopback none that is elsewhere", () =>
  Effect.gen(function*() {
    const { sent } = yield* traffic
    let asked = 0
    const stun = yield* server((datagram, reply) => {
      const request = parseMessage(datagram)
      if (request === undefined) return
      asked++
      const response = new Message(methods.BINDING, classes.RESPONSE, request.transactionId)
      reply(response.setAttribute("XOR-MAPPED-ADDRESS", ["127.0.0.1", 4]).addFingerprint().bytes)
    })
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber({
      iceServers: [{ urls: ["stun:192.0.2.1:3478", `stun:127.0.0.1:${portOf(stun)}`] }]
    })
    sfu.publish("video", alice)
    yield* sfu.exchange(subscriber)
    yield* until(subscriber, "connected")
    assert.strictEqual(asked, 1)
    assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
  }))

it.live("on the loopback nothing else is offered, and nothing else believed", () =>
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
    yield* until(subscriber, "connected")
    assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
    assert.deepStrictEqual(bound, new Set(["127.0.0.1"]))
  }))

it.live("a candidate by name is looked up by nobody, binds nothing and delays nothing", () =>
  Effect.gen(function*() {
    const causes = yield* unhandled
    const { bound, named, sent } = yield* traffic
    // Who stays on the loopback believes no name anyway.
    yield* networkIs("127.0.0.1")
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber({ loopbackOnly: false })
    sfu.publish("video", alice)
    const local = "candidate:1 1 udp 2113937151 6ad0d8f0-4a4c-4bd1-a3e6-1d0a8f0e5c11.local 54400 typ host"
    yield* subscriber.addIceCandidate({ candidate: local, sdpMid: "0" })
    yield* sfu.exchange(subscriber, { edit: (sdp) => `${sdp}a=${local}\r\n` })
    yield* subscriber.addIceCandidate({ candidate: local, sdpMid: "0" })
    yield* subscriber.addIceCandidate({ candidate: local.replace(/\S+\.local/, "host.invalid"), sdpMid: "0" })
    yield* until(subscriber, "connected")
    assert.notInclude(bound, "5353")
    assert.deepStrictEqual(named, new Set())
    assert.deepStrictEqual(sent, new Set(["127.0.0.1"]))
    assert.deepStrictEqual(causes, [])
  }))

it.live("who has none but candidates that are dropped is waited for, whatever they say of the end of them", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    sfu.publish("video", alice)
    const offer = (yield* sfu.offer()).replaceAll(/^(a=candidate:.*) 127\.0\.0\.1 /gm, "$1 sfu.invalid ")
    assert.include(offer, " sfu.invalid ")
    assert.include(offer, "a=end-of-candidates")
    const { sdp } = yield* subscriber.answer(offer)
    yield* sfu.accept(sdp)
    yield* until(subscriber, "connected")
  }))

it.live("a candidate that nothing can be made of fails no offer, whenever it comes", () =>
  Effect.gen(function*() {
    const causes = yield* unhandled
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    sfu.publish("video", alice)
    const good = "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"
    const bad = [
      { candidate: "garbage", sdpMid: "0" },
      { candidate: "", sdpMid: "0" },
      { candidate: "candidate:1 1 udp nothing 127.0.0.1 everything typ host", sdpMid: "0" },
      { candidate: good, sdpMid: "of nobody" },
      { candidate: good, sdpMLineIndex: 77 },
      { candidate: good }
    ]
    yield* Effect.forEach(bad, subscriber.addIceCandidate)
    assert.strictEqual((yield* sfu.exchange(subscriber)).length, 1)
    yield* Effect.forEach(bad, subscriber.addIceCandidate)
    yield* until(subscriber, "connected")
    assert.deepStrictEqual(causes, [])
  }))

it.live("a candidate that comes before its offer waits for it", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    sfu.publish("video", alice)
    const offer = yield* sfu.offer()
    for (const candidate of candidatesOf(offer)) {
      yield* subscriber.addIceCandidate({ candidate, sdpMid: "0", usernameFragment: ufragOf(offer) })
    }
    const { sdp } = yield* subscriber.answer(withoutCandidates(offer))
    // The SFU knows none of ours: only we can find it.
    yield* sfu.accept(withoutCandidates(sdp))
    yield* until(subscriber, "connected")
  }))

it.live("an ICE restart brings the media back, also after an m-line was inactive and also twice", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const sender = sfu.publish("video", alice)
    const other = sfu.publish("audio", alice)
    const [media] = yield* sfu.exchange(subscriber)
    yield* until(subscriber, "connected")
    const states = yield* statesOf(subscriber)
    const restart = Effect.gen(function*() {
      const { media: [same], sdp } = yield* subscriber.answer(yield* sfu.offer({ iceRestart: true }))
      assert.strictEqual(same, media)
      // Until it has the answer, no check of the SFU's can succeed.
      assert.deepStrictEqual(yield* Stream.runHead(subscriber.states), Option.some("connecting"))
      yield* sfu.accept(sdp)
      yield* until(subscriber, "connected")
      yield* marksOf(media!, () => sender.send("after"), 10)
    })
    yield* restart
    other.transceiver.setDirection("inactive")
    yield* sfu.exchange(subscriber)
    yield* restart
    yield* restart
    const again = ["connecting", "connected"] as const
    assert.deepStrictEqual(states, ["connected", ...again, ...again, ...again])
  }))

it.live("an ICE-lite SFU is found and, after a restart, found again", () =>
  Effect.gen(function*() {
    const sfu = yield* openLiteSfu
    const subscriber = yield* openSubscriber()
    const sender = sfu.publish("video", alice)
    const media = only(yield* sfu.exchange(subscriber))
    yield* until(subscriber, "connected")
    yield* marksOf(media, () => sender.send("before"))
    yield* sfu.exchange(subscriber, { iceRestart: true })
    yield* until(subscriber, "connected")
    yield* marksOf(media, () => sender.send("after"))
  }))

it.live("what comes from strangers is nothing", () =>
  Effect.gen(function*() {
    const causes = yield* unhandled
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const sender = sfu.publish("video", alice)
    const { media, sdp } = yield* subscriber.answer(yield* sfu.offer())
    yield* sfu.accept(sdp)
    yield* until(subscriber, "connected")
    const port = Number(candidatesOf(sdp)[0]!.split(" ")[5])
    const stranger = yield* server(() => {})
    // STUN, DTLS, SRTP, SRTCP and nothing (RFC 7983), none of them whole.
    for (const first of [0, 1, 20, 22, 63, 128, 129, 255]) {
      for (const size of [1, 2, 12, 20, 60, 1_200]) {
        const datagram = Buffer.alloc(size, first)
        stranger.send(datagram, port, "127.0.0.1")
        datagram[1] = 200
        stranger.send(datagram, port, "127.0.0.1")
      }
    }
    assert.deepStrictEqual(
      new Set(yield* marksOf(only(media), () => sender.send("alice"), 20)),
      new Set(["alice"])
    )
    assert.deepStrictEqual(causes, [])
  }))

it.live("an ICE restart in an offer that is refused leaves ICE as it was", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const sender = sfu.publish("video", alice)
    const media = only(yield* sfu.exchange(subscriber))
    yield* until(subscriber, "connected")
    const offer = (yield* sfu.offer()).replace(/a=group:BUNDLE.*\r\n/, "").replace(ufragOf(yield* sfu.offer()), "else")
    assert.deepInclude(yield* Effect.flip(subscriber.answer(offer)), { step: "SetRemoteDescription" })
    assert.strictEqual((yield* marksOf(media, () => sender.send("alice"))).length, 5)
  }))

it.effect("a connection that does not connect in time is failed, and may still be restarted", () =>
  Effect.gen(function*() {
    const subscriber = yield* openSubscriber({ connectTimeout: "20 seconds" })
    const { offer, sfu } = yield* deafOffer
    const states = yield* statesOf(subscriber)
    yield* subscriber.answer(offer)
    yield* until(subscriber, "connecting")
    yield* TestClock.adjust("19999 millis")
    assert.deepStrictEqual(states, ["new", "connecting"])
    yield* TestClock.adjust("1 millis")
    assert.deepStrictEqual(states, ["new", "connecting", "failed"])
    yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
    yield* sfu.exchange(subscriber, { iceRestart: true })
    yield* until(subscriber, "connected")
    assert.deepStrictEqual(states, ["new", "connecting", "failed", "connecting", "connected"])
    yield* TestClock.adjust("1 hour")
    assert.strictEqual(states.at(-1), "connected")
  }))

it.live("an offer that comes while it still connects does not make it failed", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const subscriber = yield* openSubscriber()
    const sender = sfu.publish("video", alice)
    const states = yield* statesOf(subscriber)
    const media = only(yield* sfu.exchange(subscriber))
    sfu.publish("audio", alice)
    yield* sfu.exchange(subscriber)
    yield* until(subscriber, "connected")
    yield* marksOf(media, () => sender.send("alice"))
    assert.deepStrictEqual(states, ["new", "connecting", "connected"])
  }))

it.live("the other side's close_notify makes it failed at once", () =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const made = yield* connections
    const subscriber = yield* openSubscriber()
    sfu.publish("video", alice)
    yield* sfu.exchange(subscriber)
    yield* until(subscriber, "connected")
    // werift sends none itself, so it is played into its ear.
    only(made).dtlsTransports[0]!.dtls!.onClose.execute()
    yield* until(subscriber, "failed")
  }))
