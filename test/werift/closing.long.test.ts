/**
 * The end of a connection: it may come at any moment, takes a bounded time, and releases everything that was opened.
 */
import { assert, describe, it } from "@effect/vitest"
import { PeerConnectionFactory } from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { RTCPeerConnection } from "werift"
import {
  answeringConnections,
  collectTexts,
  holdAnswers,
  only,
  openSfu,
  openSubscriber,
  unhandledErrors,
  untilState
} from "./Sfu.ts"

const alice = "alice:TRACK_TYPE_VIDEO:x"

/** Never completes if a socket has leaked. */
const noSocketLeft = Effect.repeat(Effect.yieldNow, {
  while: () => process.getActiveResourcesInfo().includes("UDPWrap"),
  schedule: Schedule.spaced("5 millis")
})

const open = Effect.gen(function*() {
  const scope = yield* Scope.make()
  const subscriber = yield* Scope.provide(openSubscriber(), scope)
  return { subscriber, close: Scope.close(scope, Exit.void) }
})

/** Advances the clock by 15 seconds at a time, with werift's own work in between, until `isOver`. */
const elapse = (isOver: () => boolean) =>
  Effect.repeat(
    Effect.andThen(Effect.promise(() => new Promise(setImmediate)), TestClock.adjust("15 seconds")),
    { while: () => !isOver() }
  )

/** Prints if the process goes on for 10 seconds after the program has ended. */
const untilExit = `
  const endedAt = performance.now()
  process.on("exit", () => { if (performance.now() - endedAt > 10_000) console.log("the process did not end") })
`

/** The output of a program in a process of its own, which has to end by itself. */
const run = (program: string) =>
  Effect.promise(() => {
    const source = program + untilExit
    const flags = ["--conditions=effect-track-resolver:source", "--input-type=module-typescript", "--eval", source]
    return promisify(execFile)(process.execPath, flags, { timeout: 200_000 })
  })

describe("H6, H7: a close during a description leaks its socket and leaves the description unsettled", () => {
  it.live("a close at any moment of an answer leaves no open socket, no unsettled answer and no unended stream", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const outcomes = new Set<string>()
      yield* Effect.scoped(Effect.gen(function*() {
        const sfu = yield* openSfu
        sfu.publish("video", alice)
        const offer = yield* sfu.offer()
        for (let ticks = 0; ticks < 60; ticks++) {
          const { close, subscriber } = yield* open
          const answering = yield* Effect.forkChild(Effect.exit(subscriber.answer(offer)), { startImmediately: true })
          yield* Effect.promise(async () => {
            // oxlint-disable-next-line no-await-in-loop -- each microtask runs after the one before
            for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
          })
          yield* close
          const exit = yield* Fiber.join(answering)
          outcomes.add(Exit.isSuccess(exit) ? exit._tag : String(exit.cause))
          if (Exit.isSuccess(exit)) yield* Stream.runDrain(only(exit.value.media).rtp)
          assert.deepStrictEqual(yield* Stream.runCollect(subscriber.states), ["closed"])
        }
      }))
      yield* noSocketLeft
      assert.include(outcomes, "Success")
      assert.deepStrictEqual(errors, [])
    }))

  it.live("an answer that waits for another one does not begin after the close has begun", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      sfu.publish("video", alice)
      const offer = yield* sfu.offer()
      const { go, held } = yield* holdAnswers
      const { close, subscriber } = yield* open
      const begun = yield* Effect.forkChild(subscriber.answer(offer), { startImmediately: true })
      const waiting = yield* Effect.forkChild(Effect.exit(subscriber.answer(offer)), { startImmediately: true })
      yield* Deferred.await(held)
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      yield* Deferred.succeed(go, undefined)
      assert.strictEqual((yield* Fiber.join(begun)).media.length, 1)
      assert.match(String(yield* Fiber.join(waiting)), /the connection is closed/)
      yield* Fiber.join(closing)
    }))
})

describe("H7: some promises of werift never settle", () => {
  it.effect("a step fails after 15 seconds, and a close ends after 15 seconds", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const { close, subscriber } = yield* open
      sfu.publish("video", alice)
      const offer = yield* sfu.offer()
      const prototype = RTCPeerConnection.prototype
      const { close: werifts, createAnswer } = prototype
      const stuck: Array<RTCPeerConnection> = []
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          prototype.createAnswer = function() {
            stuck.push(this)
            return new Promise(() => {})
          }
          prototype.close = () => new Promise(() => {})
        }),
        () =>
          Effect.promise(() => {
            Object.assign(prototype, { close: werifts, createAnswer })
            return only(stuck).close()
          })
      )
      const answering = yield* Effect.forkChild(Effect.flip(subscriber.answer(offer)), { startImmediately: true })
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      yield* elapse(() => answering.pollUnsafe() !== undefined)
      assert.deepInclude(yield* Fiber.join(answering), { step: "CreateAnswer", detail: "not settled in 15 seconds" })
      yield* elapse(() => closing.pollUnsafe() !== undefined)
      yield* Fiber.join(closing)
      assert.deepStrictEqual(yield* Stream.runCollect(subscriber.states), ["closed"])
    }))
})

describe("H18: the tracks of a closed connection stay live", () => {
  it.live("a closed connection has ended its streams and tracks, fails an answer and ignores a candidate", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const answering = yield* answeringConnections
      const { close, subscriber } = yield* open
      sfu.publish("video", alice)
      const offer = yield* sfu.offer()
      const { media, sdp } = yield* subscriber.answer(offer)
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      const states = yield* Effect.forkChild(Stream.runCollect(subscriber.states), { startImmediately: true })
      const aliceTexts = yield* collectTexts(only(media))
      yield* close
      assert.deepStrictEqual(yield* Fiber.join(states), ["connected", "closed"])
      assert.deepStrictEqual(yield* Fiber.join(aliceTexts), [])
      const tracks = only(answering).getReceivers().flatMap(({ tracks }) => tracks)
      assert.deepStrictEqual(tracks.map(({ readyState }) => readyState), ["ended"])
      assert.deepInclude(yield* Effect.flip(subscriber.answer(offer)), { _tag: "NegotiationError" })
      yield* subscriber.addIceCandidate({ candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0" })
      assert.deepStrictEqual(yield* Stream.runCollect(only(media).rtp), [])
      yield* only(media).requestKeyFrame
    }))
})

describe("Sockets and the process", () => {
  it.live("50 calls leave no open socket", () =>
    Effect.gen(function*() {
      const one = Effect.scoped(Effect.gen(function*() {
        const sfu = yield* openSfu
        const subscriber = yield* openSubscriber()
        sfu.publish("video", alice)
        yield* sfu.exchange(subscriber)
        yield* untilState(subscriber, "connected")
      }))
      yield* Effect.all(Array.from({ length: 50 }, () => one), { concurrency: 4, discard: true })
      yield* noSocketLeft
    }))

  it.live("H20: no socket is left of a transport whose DTLS the remote side has closed", () =>
    Effect.gen(function*() {
      const answering = yield* answeringConnections
      yield* Effect.scoped(Effect.gen(function*() {
        const subscriber = yield* openSubscriber()
        const first = yield* openSfu
        first.publish("video", alice)
        yield* first.exchange(subscriber)
        yield* untilState(subscriber, "connected")
        const [transport] = only(answering).dtlsTransports
        transport!.dtls!.onClose.execute()
        yield* untilState(subscriber, "closed")
        const second = yield* openSfu
        second.publish("video", alice)
        yield* second.exchange(subscriber)
        assert.notStrictEqual(only(answering).dtlsTransports[0], transport)
      }))
      yield* noSocketLeft
    }))

  it.live("a process ends by itself after its connections have closed", () =>
    Effect.gen(function*() {
      const output = yield* run(`
        import { PeerConnectionFactory } from "effect-track-resolver"
        import { WeriftPeerConnection } from "effect-track-resolver/werift"
        import * as Effect from "effect/Effect"
        const call = Effect.gen(function*() {
          const factory = yield* PeerConnectionFactory
          const { publisherSdp } = yield* factory.genericSdps
          const subscriber = yield* factory.open({ iceServers: [] })
          return (yield* subscriber.answer(publisherSdp)).media.length
        })
        console.log(await Effect.runPromise(Effect.scoped(call).pipe(Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true })))))
      `)
      assert.deepStrictEqual(output, { stdout: "2\n", stderr: "" })
    }))

  it.live("a process ends by itself if its connection closes during the DTLS handshake, or as the handshake begins", () =>
    Effect.gen(function*() {
      const outputOf = (moment: "handshakeBegins" | "handshakeArrives") =>
        run(`
          import { PeerConnectionFactory } from "effect-track-resolver"
          import { WeriftPeerConnection } from "effect-track-resolver/werift"
          import * as Effect from "effect/Effect"
          import { RTCDtlsTransport, RTCPeerConnection } from "werift"
          import { onLoopback } from "./test/support/onLoopback.ts"
          const silent = new RTCPeerConnection(onLoopback)
          silent.addTransceiver("video", { direction: "sendonly" })
          await silent.setLocalDescription(await silent.createOffer())
          const [transport] = silent.dtlsTransports
          const handshakeArrives = new Promise((resolve) => transport.iceTransport.connection.onData.subscribe(resolve))
          const { start } = RTCDtlsTransport.prototype
          const handshakeBegins = new Promise((resolve) => {
            RTCDtlsTransport.prototype.start = function() {
              if (this === transport) return new Promise(() => {})
              resolve()
              return start.call(this)
            }
          })
          const call = Effect.gen(function*() {
            const factory = yield* PeerConnectionFactory
            const subscriber = yield* factory.open({ iceServers: [] })
            const { sdp } = yield* subscriber.answer(silent.localDescription.sdp)
            yield* Effect.promise(() => silent.setRemoteDescription({ type: "answer", sdp }))
            yield* Effect.promise(() => ${moment})
          })
          await Effect.runPromise(Effect.scoped(call).pipe(Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true }))))
          await silent.close()
          console.log("closed")
        `)
      const outputs = yield* Effect.all([outputOf("handshakeBegins"), outputOf("handshakeArrives")], { concurrency: 2 })
      assert.deepStrictEqual(outputs, [{ stdout: "closed\n", stderr: "" }, { stdout: "closed\n", stderr: "" }])
    }))
})

describe("Generic SDPs and options", () => {
  it.live("the generic SDPs offer every codec in each direction, and open no socket", () =>
    Effect.gen(function*() {
      const before = process.getActiveResourcesInfo().filter((kind) => kind === "UDPWrap").length
      const { publisherSdp, subscriberSdp } = yield* PeerConnectionFactory.use(({ genericSdps }) => genericSdps)
      assert.strictEqual(process.getActiveResourcesInfo().filter((kind) => kind === "UDPWrap").length, before)
      for (const [sdp, direction] of [[subscriberSdp, "recvonly"], [publisherSdp, "sendonly"]] as const) {
        assert.strictEqual(sdp.match(new RegExp(`a=${direction}\r\n`, "g"))?.length, 2)
        for (const codec of ["opus", "VP8", "VP9", "H264", "AV1"]) {
          assert.match(sdp, new RegExp(`rtpmap:\\d+ ${codec}/`))
        }
      }
    }).pipe(Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true }))))

  it.effect("a negative or NaN connect timeout is a defect that names the option", () =>
    Effect.gen(function*() {
      for (const connectTimeout of [-1, NaN, "-1 second"] as const) {
        const exit = yield* Effect.exit(openSubscriber({ connectTimeout }))
        assert.match(
          String(Exit.isFailure(exit) && exit.cause),
          /WeriftPeerConnection: connectTimeout must be a duration of zero or more/
        )
      }
    }))
})
