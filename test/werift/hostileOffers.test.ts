/**
 * Offers, answers and trickled candidates of an SFU that sends too much of something, over sockets on 127.0.0.1.
 * `OfferLimits.test.ts` has the limits themselves.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import type { RTCPeerConnection } from "werift"
import { openCall, opus } from "./AnsweringSfu.ts"
import {
  answeringConnections,
  holdAnswers,
  only,
  openSfu,
  openSubscriber,
  receiveTexts,
  unhandledErrors,
  untilState
} from "./Sfu.ts"

/** Port 9 of the loopback answers nothing. */
const candidateOf = (n: number, port = 9): string => `candidate:${n} 1 udp 1 127.0.0.1 ${port} typ srflx`

const candidates = (count: number, firstPort = 1_024): string =>
  Array.from({ length: count }, (_, n) => `a=${candidateOf(n, firstPort + n % 60_000)}\r\n`).join("")

const remoteCandidatesOf = ({ iceTransports }: RTCPeerConnection) => iceTransports[0]!.connection.remoteCandidates

/** Otherwise werift takes no candidate that comes later. */
const withoutEnd = (sdp: string): string => sdp.replaceAll("a=end-of-candidates\r\n", "")

/** Collects what is logged as warnings or information. */
const collectLog = Effect.sync(() => {
  const lines: Array<string> = []
  const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
    if (logLevel !== "Debug") lines.push(String(message))
  })
  return { lines, provide: Effect.provide(Logger.layer([logger])) }
})

const open = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const voice = sfu.publish("audio", "alice")
  return { sfu, subscriber, voice, connections: yield* answeringConnections, log: yield* collectLog }
})

describe("Candidates of an offer", () => {
  it.live("candidates beyond the limit are ignored, with one warning, and the call connects", () =>
    Effect.gen(function*() {
      const { connections, log, sfu, subscriber, voice } = yield* open
      const edit = (sdp: string): string => `${sdp}${candidates(50_000)}`
      const [media] = yield* log.provide(sfu.exchange(subscriber, { edit }))
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(media!, () => voice.send("alice"), 1)
      assert.isAtMost(remoteCandidatesOf(only(connections)).length, 100)
      yield* log.provide(sfu.exchange(subscriber, { edit }))
      assert.isAtMost(remoteCandidatesOf(only(connections)).length, 100)
      assert.deepStrictEqual(log.lines, ["remote candidates beyond maxCandidates (100) are skipped"])
    }))

  it.live("a malformed candidate is skipped with one warning, and the others connect", () =>
    Effect.gen(function*() {
      const { log, sfu, subscriber, voice } = yield* open
      const malformed = [
        "a=candidate:1 1 udp 1 127.0.0.1 9",
        "a=candidate:1 1 udp 1 127.0.0.1 9 host",
        "a=candidate"
      ]
      const edit = (sdp: string): string => sdp.replace("a=candidate", `${malformed.join("\r\n")}\r\na=candidate`)
      for (const _ of [1, 2]) {
        const [media] = yield* log.provide(sfu.exchange(subscriber, { edit }))
        yield* untilState(subscriber, "connected")
        yield* receiveTexts(media!, () => voice.send("alice"), 1)
      }
      assert.deepStrictEqual(log.lines, ["remote candidates are malformed (RFC 8839, section 5.1), and skipped"])
    }))

  it.live("a candidate that is repeated in later offers counts once, and others up to the limit", () =>
    Effect.gen(function*() {
      const { connections, sfu, subscriber, voice } = yield* open
      const [media] = yield* sfu.exchange(subscriber, { edit: withoutEnd })
      yield* untilState(subscriber, "connected")
      const before = remoteCandidatesOf(only(connections)).length
      for (let n = 0; n < 5; n++) yield* sfu.exchange(subscriber, { edit: withoutEnd })
      assert.strictEqual(remoteCandidatesOf(only(connections)).length, before)
      for (let n = 0; n < 5; n++) {
        yield* sfu.exchange(subscriber, { edit: (sdp) => `${withoutEnd(sdp)}${candidates(50, 2_000 + 50 * n)}` })
      }
      assert.strictEqual(remoteCandidatesOf(only(connections)).length, 100)
      yield* receiveTexts(media!, () => voice.send("alice"), 1)
    }))
})

describe("Trickled candidates", () => {
  it.live("those beyond the limit are ignored, with one warning, and malformed ones with another", () =>
    Effect.gen(function*() {
      const errors = yield* unhandledErrors
      const { connections, log, sfu, subscriber, voice } = yield* open
      const add = (candidate: string, rest?: object) =>
        log.provide(subscriber.addIceCandidate({ candidate, sdpMid: "0", ...rest }))
      const hostile = Effect.gen(function*() {
        for (let n = 0; n < 1_000; n++) yield* add(candidateOf(n, 2_000 + n))
        for (let n = 0; n < 1_000; n++) yield* add(candidateOf(n, 2_000 + n), { usernameFragment: `unknown-${n}` })
        for (let n = 0; n < 10; n++) yield* add("candidate:1 1 udp 1 127.0.0.1 9")
        yield* add(`${candidateOf(1)} ${"x".repeat(100_000)}`)
        yield* add(candidateOf(1), { sdpMid: "x".repeat(256) })
        yield* add(candidateOf(1), { usernameFragment: "x".repeat(257) })
        yield* add("")
        yield* add(candidateOf(1), { sdpMid: "unknown" })
        yield* add(candidateOf(1), { sdpMid: undefined, sdpMLineIndex: 65_535 })
      })
      yield* hostile
      const [media] = yield* sfu.exchange(subscriber, { edit: withoutEnd })
      yield* untilState(subscriber, "connected")
      yield* hostile
      assert.strictEqual(remoteCandidatesOf(only(connections)).length, 100)
      yield* receiveTexts(media!, () => voice.send("alice"), 1)
      assert.deepStrictEqual(log.lines, [
        "remote candidates are malformed (RFC 8839, section 5.1), and skipped",
        "remote candidates beyond maxCandidates (100) are skipped"
      ])
      assert.deepStrictEqual(errors, [])
    }))

  it.live("a bounded number of them waits while an offer is answered", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("audio", "alice")
      const { go, held } = yield* holdAnswers
      const answering = yield* Effect.forkChild(sfu.exchange(subscriber))
      yield* Deferred.await(held)
      let dropped = 0
      for (let n = 0; n < 1_000; n++) {
        yield* Effect.forkScoped(
          Effect.andThen(
            subscriber.addIceCandidate({ candidate: candidateOf(n, 2_000 + n), sdpMid: "0" }),
            Effect.sync(() => dropped++)
          ),
          { startImmediately: true }
        )
      }
      assert.strictEqual(dropped, 1_000 - 256)
      yield* Deferred.succeed(go, undefined)
      yield* Effect.exit(Fiber.join(answering))
    }))
})

describe("Offers", () => {
  it.live("rejected m-lines are logged up to a limit", () =>
    Effect.gen(function*() {
      const { log, sfu, subscriber } = yield* open
      for (const run of [1, 2]) {
        const more = Array.from({ length: 100 }, (_, n) => `m=text 9 X 1\r\na=mid:${run}-${n}\r\n`).join("")
        const exit = yield* Effect.exit(log.provide(subscriber.answer(`${yield* sfu.offer()}${more}`)))
        assert.isTrue(Exit.isSuccess(exit))
      }
      assert.strictEqual(log.lines.length, 101)
      assert.strictEqual(log.lines[100], "further m-lines are not logged")
    }))

  it.live("beyond a limit an offer fails with the limit, and the next one is answered", () =>
    Effect.gen(function*() {
      const { sfu, subscriber } = yield* open
      const sdp = yield* sfu.offer()
      const exit = yield* Effect.exit(subscriber.answer(`${sdp}${"a=x\r\n".repeat(200_001)}`))
      assert.match(String(Exit.isFailure(exit) && exit.cause), /maxLines: 200001 lines, more than 200000/)
      yield* sfu.accept((yield* subscriber.answer(sdp)).sdp)
      yield* untilState(subscriber, "connected")
    }))

  it.live("closing does not search werift's routing table for each m-line", () =>
    Effect.gen(function*() {
      const { connections, sfu, subscriber } = yield* open
      let searches = 0
      yield* Effect.scoped(Effect.gen(function*() {
        const other = yield* openSubscriber()
        yield* other.answer(yield* sfu.offer())
        const [connection] = connections
        connection!["router"].unregisterTransceiver = () => void searches++
      }))
      assert.strictEqual(searches, 0)
      void subscriber
    }))
})

describe("Answers to a publisher", () => {
  const negotiate = (edit: (sdp: string) => string) =>
    Effect.gen(function*() {
      const { publisher, sfu } = yield* openCall
      const log = yield* collectLog
      yield* publisher.addTrack({ kind: "audio", codec: opus })
      const exit = yield* Effect.exit(
        log.provide(publisher.negotiate({ exchange: (offer) => Effect.map(sfu.answer(offer), edit) }))
      )
      return { exit, log, publisher }
    })

  it.live("candidates beyond the limit are ignored, with one warning, and the call connects", () =>
    Effect.gen(function*() {
      const { exit, log, publisher } = yield* negotiate((sdp) => `${sdp}${candidates(50_000)}`)
      assert.isTrue(Exit.isSuccess(exit))
      yield* untilState(publisher, "connected")
      assert.deepStrictEqual(log.lines, ["remote candidates beyond maxCandidates (100) are skipped"])
    }))

  it.live.each<readonly [RegExp, (sdp: string) => string]>([
    [/maxLines: 200001 lines/, (sdp) => `${sdp}${"a=x\r\n".repeat(200_001)}`],
    [/m-line 0: maxSectionLines/, (sdp) => `${sdp}${"a=x\r\n".repeat(2_000)}`],
    [/2 m-lines in the answer to 1/, (sdp) => sdp + sdp.slice(sdp.indexOf("m=")).replace(/a=mid:.*/, "a=mid:x")]
  ])("%s", ([reason, edit]) =>
    Effect.gen(function*() {
      const { exit } = yield* negotiate(edit)
      assert.match(String(Exit.isFailure(exit) && exit.cause), reason)
    }))
})
