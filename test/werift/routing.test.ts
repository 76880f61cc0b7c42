/**
 * Whose packet it is, over ICE, DTLS and SRTP on 127.0.0.1 (RFC 8843, section 9.2). The rules themselves are tested in
 * `Demultiplexer.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RemoteMediaSection } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { PictureLossIndication, RtcpPayloadSpecificFeedback, type RtcpReceiverInfo, RtcpRrPacket } from "werift"
import { until } from "../support/until.ts"
import { openSfu, openSubscriber, type Sfu, textOf, untilState, withoutSsrc } from "./Sfu.ts"

const ridExtension = 9
const opus = 96
const vp8 = 97

const midExtensionOf = (sdp: string): number =>
  Number(/a=extmap:(\d+) urn:ietf:params:rtp-hdrext:sdes:mid/.exec(sdp)![1])

/** Edits each m-line of an SDP. */
const editSections = (sdp: string, edit: (section: string, index: number) => string): string =>
  sdp.split(/^(?=m=)/m).map((part, index) => index === 0 ? part : edit(part, index - 1)).join("")

const withSsrc = (section: string, ssrc?: number): string =>
  withoutSsrc(section) + (ssrc === undefined ? "" : `a=ssrc:${ssrc} cname:x\r\n`)

const withSimulcast = (section: string): string =>
  withSsrc(section)
  + `a=extmap:${ridExtension} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n`
  + "a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;f\r\n"

const withOwner = (section: string, owner: string): string => section.replace(/a=msid:\S+/, `a=msid:${owner}`)

interface Identity {
  readonly ssrc: number
  readonly mid?: string
  readonly rid?: string
  readonly payloadType?: number
}

/** Sends one packet whose payload is the text. */
const sendTo = (sfu: Sfu, sdp: string) => (text: string, { mid, payloadType = opus, rid, ssrc }: Identity): void => {
  const extensions = [
    ...(mid === undefined ? [] : [{ id: midExtensionOf(sdp), payload: Buffer.from(mid) }]),
    ...(rid === undefined ? [] : [{ id: ridExtension, payload: Buffer.from(rid) }])
  ]
  sfu.sendRaw(text, {
    ssrc,
    payloadType,
    extensions,
    extension: extensions.length > 0,
    extensionProfile: 0xbede
  })
}

/** The texts of an m-line's packets so far. */
const listen = (media: Pick<RemoteMediaSection, "rtp">): Effect.Effect<ReadonlyArray<string>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const texts: Array<string> = []
    yield* Effect.forkScoped(
      Stream.runForEach(media.rtp, (packet) => Effect.sync(() => void texts.push(textOf(packet)))),
      { startImmediately: true }
    )
    return texts
  })

/** Sends a last packet of each source and waits for it: on the loopback packets keep their order. */
const untilEnd = (
  send: (text: string, identity: Identity) => void,
  ...sources: ReadonlyArray<readonly [ReadonlyArray<string>, Identity]>
): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (const [, identity] of sources) send("end", identity)
    yield* until(() => sources.every(([texts]) => texts.includes("end")))
  })

/** A clock that a test sets. The sockets and timers are real. */
const makeClock = Effect.map(Clock.Clock, (clock) => {
  let now = 0
  return {
    clock: Clock.Clock.of({
      ...clock,
      sleep: (duration) => clock.sleep(duration),
      currentTimeMillisUnsafe: () => now,
      currentTimeMillis: Effect.sync(() => now)
    }),
    advance: (millis: number): void => void (now += millis)
  }
})

/** A call of audio m-lines, one of each owner. */
const call = (owners: ReadonlyArray<string>, edit: (section: string, index: number) => string) =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    const { advance, clock } = yield* makeClock
    const subscriber = yield* Effect.provideService(openSubscriber(), Clock.Clock, clock)
    for (const owner of owners) sfu.publish("audio", owner)
    const sdp = yield* sfu.offer()
    const { media, sdp: answer } = yield* subscriber.answer(editSections(sdp, edit))
    yield* sfu.accept(answer)
    yield* untilState(subscriber, "connected")
    return { sfu, subscriber, media, advance, send: sendTo(sfu, sdp) }
  })

describe("A mid decides", () => {
  it.live("packets that come before the offer with their m-line wait for it, and are nobody else's", () =>
    Effect.gen(function*() {
      const { media, send, sfu, subscriber } = yield* call(["alice"], (section) => withSsrc(section))
      const alice = yield* listen(media[0]!)
      send("alice", { ssrc: 111, mid: "0" })
      yield* until(() => alice.length === 1)
      for (const n of [1, 2, 3]) send(`bob early ${n}`, { ssrc: 222, mid: "1" })
      send("alice", { ssrc: 111 })
      yield* until(() => alice.length === 2)
      sfu.publish("audio", "bob")
      const all = yield* sfu.exchange(subscriber, { edit: (sdp) => editSections(sdp, (section) => withSsrc(section)) })
      const bob = yield* listen(all[1]!)
      send("bob", { ssrc: 222 })
      yield* untilEnd(send, [alice, { ssrc: 111, mid: "0" }], [bob, { ssrc: 222, mid: "1" }])
      assert.deepStrictEqual(alice, ["alice", "alice", "end"])
      assert.deepStrictEqual(bob, ["bob early 1", "bob early 2", "bob early 3", "bob", "end"])
    }))

  it.live("packets that wait longer than a second are nobody's", () =>
    Effect.gen(function*() {
      const { advance, media, send, sfu, subscriber } = yield* call(["alice"], (section) => withSsrc(section))
      const alice = yield* listen(media[0]!)
      send("bob early", { ssrc: 222, mid: "1" })
      send("alice", { ssrc: 111, mid: "0" })
      yield* until(() => alice.length === 1)
      advance(1_001)
      sfu.publish("audio", "bob")
      const all = yield* sfu.exchange(subscriber, { edit: (sdp) => editSections(sdp, (section) => withSsrc(section)) })
      const bob = yield* listen(all[1]!)
      yield* untilEnd(send, [alice, { ssrc: 111, mid: "0" }], [bob, { ssrc: 222, mid: "1" }])
      assert.deepStrictEqual([alice, bob], [["alice", "end"], ["end"]])
    }))

  it.live("of two m-lines that list one SSRC", () =>
    Effect.gen(function*() {
      const { media, send } = yield* call(["alice", "bob"], (section) => withSsrc(section, 7))
      const [alice, bob] = [yield* listen(media[0]!), yield* listen(media[1]!)]
      send("nobody", { ssrc: 7 })
      for (const n of [1, 2]) {
        send(`alice ${n}`, { ssrc: 7, mid: "0" })
        send(`bob ${n}`, { ssrc: 7, mid: "1" })
      }
      yield* untilEnd(send, [alice, { ssrc: 7, mid: "0" }], [bob, { ssrc: 7, mid: "1" }])
      assert.deepStrictEqual(alice, ["alice 1", "alice 2", "end"])
      assert.deepStrictEqual(bob, ["bob 1", "bob 2", "end"])
    }))

  it.live("over the SSRC that another m-line lists, and over what was learnt", () =>
    Effect.gen(function*() {
      const { media, send } = yield* call(["alice", "bob"], (section, index) => withSsrc(section, index + 1))
      const [alice, bob] = [yield* listen(media[0]!), yield* listen(media[1]!)]
      send("bob", { ssrc: 1, mid: "1" })
      send("alice", { ssrc: 3, mid: "0" })
      send("bob", { ssrc: 3, mid: "1" })
      yield* untilEnd(send, [alice, { ssrc: 1, mid: "0" }], [bob, { ssrc: 2 }])
      assert.deepStrictEqual([alice, bob], [["alice", "end"], ["bob", "bob", "end"]])
    }))

  it.live("of the layers of simulcast, where two m-lines have the same rids", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      for (const owner of ["alice", "bob"]) sfu.publish("video", owner)
      const sdp = yield* sfu.offer()
      const { media, sdp: answer } = yield* subscriber.answer(editSections(sdp, withSimulcast))
      yield* sfu.accept(answer)
      yield* untilState(subscriber, "connected")
      const send = sendTo(sfu, sdp)
      const [alice, bob] = [yield* listen(media[0]!), yield* listen(media[1]!)]
      const source = { payloadType: vp8 }
      send("alice f", { ...source, ssrc: 51, mid: "0", rid: "f" })
      send("bob f", { ...source, ssrc: 61, mid: "1", rid: "f" })
      send("alice q", { ...source, ssrc: 52, mid: "0", rid: "q" })
      send("nobody", { ...source, ssrc: 71, rid: "q" })
      send("alice f", { ...source, ssrc: 51 })
      send("bob f", { ...source, ssrc: 61, rid: "f" })
      yield* untilEnd(send, [alice, { ...source, ssrc: 52 }], [bob, { ...source, ssrc: 61 }])
      assert.deepStrictEqual(alice, ["alice f", "alice q", "alice f", "end"])
      assert.deepStrictEqual(bob, ["bob f", "bob f", "end"])
    }))
})

describe("A source that changes", () => {
  it.live("its SSRC in mid call keeps flowing if its packets carry their mid", () =>
    Effect.gen(function*() {
      const { media, send } = yield* call(["alice", "bob"], (section, index) => withSsrc(section, index + 1))
      const [alice, bob] = [yield* listen(media[0]!), yield* listen(media[1]!)]
      send("alice 1", { ssrc: 1, mid: "0" })
      for (const n of [2, 3, 4]) send(`alice ${n}`, { ssrc: 99, mid: "0" })
      send("alice 5", { ssrc: 99 })
      yield* untilEnd(send, [alice, { ssrc: 99 }], [bob, { ssrc: 2 }])
      assert.deepStrictEqual(alice, ["alice 1", "alice 2", "alice 3", "alice 4", "alice 5", "end"])
      assert.deepStrictEqual(bob, ["end"])
    }))

  const moves = [
    ["an earlier m-line, and the later one is inactive and lists the SSRC still", 0, (section: string) => section],
    ["an earlier m-line, and the later one is inactive", 0, (section: string) => withSsrc(section)],
    ["a later m-line, and the earlier one is inactive and lists the SSRC still", 1, (section: string) => section],
    [
      "a later m-line, and the earlier one has port 0",
      1,
      (section: string) => withSsrc(section).replace(/^m=audio \d+/, "m=audio 0")
    ]
  ] as const
  for (const [where, to, edit] of moves) {
    it.live(`to ${where}`, () =>
      Effect.gen(function*() {
        const { media, send, sfu, subscriber } = yield* call(
          ["first", "second"],
          (section, index) => withSsrc(section, index + 1)
        )
        const from = 1 - to
        const ssrc = from + 1
        const owner = ["first", "second"][from]!
        const before = yield* listen(media[from]!)
        send("before", { ssrc })
        yield* until(() => before.length === 1)
        const [moved] = yield* sfu.exchange(subscriber, {
          edit: (sdp) =>
            editSections(sdp, (section, index) =>
              index === to
                ? withOwner(withSsrc(section, ssrc), owner)
                : edit(withSsrc(section, ssrc).replace("a=sendonly", "a=inactive")))
        })
        assert.strictEqual(moved!.streamId, owner)
        const after = yield* listen(moved!)
        for (const n of [1, 2]) send(`after ${n}`, { ssrc })
        yield* untilEnd(send, [after, { ssrc, mid: `${to}` }])
        assert.deepStrictEqual([before, after], [["before"], ["after 1", "after 2", "end"]])
      }))
  }

  it.live("its m-line's owner: late packets of the former owner are nobody's", () =>
    Effect.gen(function*() {
      const { media, send, sfu, subscriber } = yield* call(["alice"], (section) => withSsrc(section))
      const alice = yield* listen(media[0]!)
      send("alice", { ssrc: 1 })
      yield* until(() => alice.length === 1)
      const [carols] = yield* sfu.exchange(subscriber, {
        edit: (sdp) => editSections(sdp, (section) => withOwner(withSsrc(section), "carol"))
      })
      const carol = yield* listen(carols!)
      send("alice, late", { ssrc: 1 })
      yield* untilEnd(send, [carol, { ssrc: 2, mid: "0" }])
      assert.deepStrictEqual([alice, carol], [["alice"], ["end"]])
    }))
})

describe("Feedback goes to the SSRC that sends", () => {
  it.live("key frame requests and receiver reports name the SSRC that a mid taught", () =>
    Effect.gen(function*() {
      const sfu = yield* openSfu
      const subscriber = yield* openSubscriber()
      sfu.publish("video", "alice")
      const sdp = yield* sfu.offer()
      const { media, sdp: answer } = yield* subscriber.answer(editSections(sdp, (section) => withSsrc(section, 1)))
      yield* sfu.accept(answer)
      yield* untilState(subscriber, "connected")
      const requested: Array<number> = []
      const reports: Array<RtcpReceiverInfo> = []
      sfu.connection.dtlsTransports[0]!.onRtcp.subscribe((rtcp) => {
        if (rtcp instanceof RtcpRrPacket) reports.push(...rtcp.reports)
        if (rtcp instanceof RtcpPayloadSpecificFeedback && rtcp.feedback instanceof PictureLossIndication) {
          requested.push(rtcp.feedback.mediaSsrc)
        }
      })
      const send = sendTo(sfu, sdp)
      const alice = yield* listen(media[0]!)
      send("alice", { ssrc: 99, mid: "0", payloadType: vp8 })
      yield* until(() => alice.length === 1)
      yield* media[0]!.requestKeyFrame
      yield* until(() => requested.length === 1 && reports.length > 0)
      assert.deepStrictEqual(requested, [99])
      assert.deepStrictEqual(new Set(reports.map(({ ssrc }) => ssrc)), new Set([99]))
      // An offer that still lists another SSRC changes nothing of it.
      yield* sfu.exchange(subscriber, { edit: (sdp) => editSections(sdp, (section) => withSsrc(section, 1)) })
      yield* media[0]!.requestKeyFrame
      yield* until(() => requested.length === 2)
      assert.deepStrictEqual(requested, [99, 99])
    }))

  it.live("the reports name no SSRC of a former owner, and 31 at most", () =>
    Effect.gen(function*() {
      const { media, send, sfu, subscriber } = yield* call(["alice"], (section) => withSsrc(section))
      const alice = yield* listen(media[0]!)
      for (let ssrc = 1; ssrc <= 40; ssrc++) send("alice", { ssrc, mid: "0" })
      yield* until(() => alice.length === 40)
      let reported: ReadonlyArray<number> = []
      sfu.connection.dtlsTransports[0]!.onRtcp.subscribe((rtcp) => {
        if (rtcp instanceof RtcpRrPacket) reported = rtcp.reports.map(({ ssrc }) => ssrc)
      })
      yield* until(() => reported.length > 0)
      assert.deepStrictEqual(reported, Array.from({ length: 31 }, (_, n) => n + 10))
      const [bobs] = yield* sfu.exchange(subscriber, {
        edit: (sdp) => editSections(sdp, (section) => withOwner(withSsrc(section), "bob"))
      })
      const bob = yield* listen(bobs!)
      send("bob", { ssrc: 50, mid: "0" })
      yield* until(() => bob.length === 1 && reported.length === 1)
      assert.deepStrictEqual(reported, [50])
    }))
})

describe("Packets before the first subscription", () => {
  it.live("the first subscriber gets those of the last second, later ones get none", () =>
    Effect.gen(function*() {
      const { advance, media, send } = yield* call(["alice", "bob"], (section, index) => withSsrc(section, index + 1))
      const bob = yield* listen(media[1]!)
      send("too old", { ssrc: 1 })
      yield* untilEnd(send, [bob, { ssrc: 2 }])
      advance(1_001)
      for (const n of [1, 2]) send(`early ${n}`, { ssrc: 1 })
      send("more", { ssrc: 2 })
      yield* until(() => bob.includes("more"))
      const [first, second] = [yield* listen(media[0]!), yield* listen(media[0]!)]
      yield* untilEnd(send, [first, { ssrc: 1 }], [second, { ssrc: 1 }])
      assert.deepStrictEqual(first.slice(0, 3), ["early 1", "early 2", "end"])
      assert.deepStrictEqual(second[0], "end")
    }))
  it.live("are held for ten seconds after the first one: media that nobody receives takes no memory", () =>
    Effect.gen(function*() {
      const { advance, media, send } = yield* call(["alice"], (section, index) => withSsrc(section, index + 1))
      const [section] = media
      send("first", { ssrc: 1 })
      yield* until(() => section!.reception()?.lastPacketAt === 0)
      advance(10_001)
      send("too late", { ssrc: 1 })
      yield* until(() => section!.reception()?.lastPacketAt === 10_001)
      const texts = yield* listen(section!)
      yield* untilEnd(send, [texts, { ssrc: 1 }])
      assert.strictEqual(texts[0], "end")
    }))

  it.live("an observer leaves them to the first subscriber, and receives those from its subscription on", () =>
    Effect.gen(function*() {
      const { media, send } = yield* call(["alice"], (section, index) => withSsrc(section, index + 1))
      const [section] = media
      send("early", { ssrc: 1 })
      yield* until(() => section!.reception() !== undefined)
      const observer = yield* listen({ rtp: section!.arrivals })
      const subscriber = yield* listen(section!)
      yield* untilEnd(send, [observer, { ssrc: 1 }], [subscriber, { ssrc: 1 }])
      assert.strictEqual(observer[0], "end")
      assert.deepStrictEqual(subscriber.slice(0, 2), ["early", "end"])
    }))

  it.live("the reception begins again when it is restarted", () =>
    Effect.gen(function*() {
      const { advance, media, send } = yield* call(["alice"], (section, index) => withSsrc(section, index + 1))
      const [section] = media
      const texts = yield* listen(section!)
      assert.isUndefined(section!.reception())
      send("one", { ssrc: 1 })
      yield* until(() => texts.length === 1)
      const first = section!.reception()!
      assert.strictEqual(first.lastPacketAt, first.firstPacketAt)
      advance(1_000)
      send("two", { ssrc: 1 })
      yield* until(() => texts.length === 2)
      assert.strictEqual(section!.reception()!.firstPacketAt, first.firstPacketAt)
      assert.isAtLeast(section!.reception()!.lastPacketAt, first.lastPacketAt + 1_000)
      section!.restartReception()
      assert.isUndefined(section!.reception())
      send("three", { ssrc: 1 })
      yield* until(() => texts.length === 3)
      assert.isAtLeast(section!.reception()!.firstPacketAt, first.firstPacketAt + 1_000)
    }))
})
