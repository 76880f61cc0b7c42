/**
 * Offers with many m-lines, over ICE and DTLS on 127.0.0.1: what each m-line costs werift, as counts of its work.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { RTCPeerConnection } from "werift"
import * as ManyMLines from "../../src/werift/internal/ManyMLines.ts"
import { replaceMethod } from "../support/operations.ts"
import { answeringConnections, only, openSubscriber } from "./Sfu.ts"

const session = (mLines: number): ReadonlyArray<string> => [
  "v=0",
  "o=- 1 1 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  `a=group:BUNDLE ${Array.from({ length: mLines }, (_, n) => n).join(" ")}`,
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdefghijklmnopqrstuvwx",
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`,
  "a=setup:actpass"
]

const offerOf = (mLines: number): string =>
  [
    ...session(mLines),
    ...Array.from({ length: mLines }, (_, n) => [
      "m=audio 9 UDP/TLS/RTP/SAVPF 96",
      "c=IN IP4 0.0.0.0",
      `a=mid:${n}`,
      "a=sendonly",
      "a=rtcp-mux",
      "a=rtpmap:96 opus/48000/2"
    ]).flat()
  ].join("\r\n") + "\r\n"

/** Replaces a method until the scope closes. Returns the number of its calls since the last call of the returned function. */
const countCalls = (owner: object, name: string): Effect.Effect<() => number, never, Scope.Scope> => {
  let calls = 0
  const counting = Effect.sync(() =>
    replaceMethod(owner, name, (original) =>
      function(...args) {
        calls++
        return Reflect.apply(original, this, args)
      })
  )
  return Effect.as(Effect.acquireRelease(counting, (restore) => Effect.sync(restore)), () => {
    const counted = calls
    calls = 0
    return counted
  })
}

/** Of an answer to an offer with 128 m-lines, compared with one to an offer with 16. A quadratic cost is 64. */
const growth = <E>(count: () => number, answer: (offer: string) => Effect.Effect<unknown, E, Scope.Scope>) =>
  Effect.gen(function*() {
    yield* answer(offerOf(2))
    const counts: Array<number> = []
    for (const mLines of [16, 128]) {
      count()
      yield* Effect.orDie(answer(offerOf(mLines)))
      counts.push(count())
    }
    return counts[1]! / counts[0]!
  })

const answer = (offer: string) => Effect.flatMap(openSubscriber(), (subscriber) => subscriber.answer(offer))

const setByWeriftAlone = (sdp: string) =>
  Effect.gen(function*() {
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => new RTCPeerConnection({ iceUseIpv4: false, iceUseIpv6: false })),
      (connection) => Effect.promise(() => connection.close())
    )
    yield* Effect.promise(() => connection.setRemoteDescription({ type: "offer", sdp }))
  })

describe("H22: werift's work for an offer", () => {
  it.live("transceivers are not searched for each m-line", () =>
    Effect.gen(function*() {
      const count = yield* countCalls(Set.prototype, "has")
      assert.isBelow(yield* growth(count, answer), 16)
      // werift alone searches them. If that changes, `ManyMLines` is no longer needed.
      assert.isAbove(yield* growth(count, setByWeriftAlone), 32)
    }))

  it.live("transports are not listed anew for each m-line", () =>
    Effect.gen(function*() {
      const count = yield* countCalls(Array.prototype, "includes")
      const ofLibrary = yield* growth(count, answer)
      assert.isBelow(ofLibrary, 16)
      assert.isAbove(yield* growth(count, setByWeriftAlone), 32)
    }))

  it.live("the fingerprint of a certificate is computed once", () =>
    Effect.gen(function*() {
      const connections = yield* answeringConnections
      yield* answer(offerOf(1))
      const certificate = only(connections).dtlsTransports[0]!.localCertificate!
      const count = yield* countCalls(certificate, "getFingerprints")
      const { sdp } = yield* answer(offerOf(16))
      assert.strictEqual(sdp.match(/^a=fingerprint:sha-256 \S+/gm)?.length, 16)
      assert.strictEqual(count(), 1)
    }))
})

describe("The transceiver of an m-line", () => {
  const kind = fc.constantFrom("audio", "video")
  const mid = fc.constantFrom("0", "1", "2")
  const transceiver = fc.record({
    kind,
    mid: fc.option(mid),
    mLineIndex: fc.option(fc.nat(2), { nil: undefined }),
    stopped: fc.boolean(),
    stopping: fc.boolean()
  })
  /** `isReplaced`: the transceiver loses its m-line, as a stopped one does to a new one. */
  const media = fc.record({
    kind,
    port: fc.constantFrom(0, 9),
    rtp: fc.record({ muxId: fc.option(mid, { nil: undefined }) }),
    isReplaced: fc.boolean()
  })

  it("is the one that werift's search finds", () => {
    const script = fc.record({
      transceivers: fc.array(transceiver, { maxLength: 6 }),
      sdps: fc.array(fc.array(media, { maxLength: 5 }), { maxLength: 2 })
    })
    fc.assert(fc.property(script, ({ sdps, transceivers }) => {
      const open = () => {
        const connection = new RTCPeerConnection()
        Object.assign(connection["transceiverManager"], { transceivers: transceivers.map((one) => ({ ...one })) })
        return connection
      }
      const [theirs, ours] = [open(), open()]
      ManyMLines.indexTransceivers(ours)
      const play = (connection: RTCPeerConnection): ReadonlyArray<number> =>
        sdps.flatMap((sdp) => {
          const associated = new Set<object>()
          return sdp.map((media, index) => {
            const all = connection.getTransceivers()
            const found: object | undefined = Reflect.apply(
              Reflect.get(connection, "findTransceiverForRemoteMedia"),
              connection,
              [
                media,
                index,
                associated
              ]
            )
            const at = all.findIndex((one) => one === found)
            if (found !== undefined) associated.add(found)
            if (media.isReplaced && all[index]?.stopped === true) all[index].mid = null
            return at
          })
        })
      assert.deepStrictEqual(play(ours), play(theirs))
    }))
  })
})

describe("An answer", () => {
  it.live("each step has a turn of the event loop of its own", () =>
    Effect.gen(function*() {
      let turn = 0
      let timer = setImmediate(function next() {
        turn++
        timer = setImmediate(next)
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => clearImmediate(timer)))
      const turns: Array<number> = []
      for (const step of ["setRemoteDescription", "createAnswer", "setLocalDescription"] as const) {
        const original = RTCPeerConnection.prototype[step]
        yield* Effect.acquireRelease(
          Effect.sync(() => {
            Object.assign(RTCPeerConnection.prototype, {
              [step](this: RTCPeerConnection, ...args: ReadonlyArray<unknown>) {
                turns.push(turn)
                return Reflect.apply(original, this, args)
              }
            })
          }),
          () => Effect.sync(() => void Object.assign(RTCPeerConnection.prototype, { [step]: original }))
        )
      }
      const before = turn
      yield* answer(offerOf(2))
      assert.strictEqual(new Set([before, ...turns]).size, 4)
    }))
})
