/**
 * M-lines that cannot be used, over ICE, DTLS and SRTP on 127.0.0.1: each is rejected by itself.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { openSfu, openSubscriber, receiveTexts, unhandledErrors, untilState } from "./Sfu.ts"

const sectionsOf = (sdp: string): ReadonlyArray<string> => sdp.split(/^(?=m=)/m)

/** Edits the second of three m-lines, which is audio. */
const editSecond = (edit: (section: string) => string) => (sdp: string): string =>
  sectionsOf(sdp).map((section, n) => n === 2 ? edit(section) : section).join("")

/** Its payload types and their attributes. */
const withCodecs = (formats: string, ...lines: ReadonlyArray<string>) =>
  editSecond((section) =>
    section
      .replace(/^(m=audio \d+ \S+) .*/, `$1 ${formats}`)
      .replace(/a=(rtpmap|fmtp|rtcp-fb):.*\r\n/g, "")
    + lines.map((line) => `${line}\r\n`).join("")
  )

/** Its media type and protocol, with its mid and nothing else. */
const withMedia = (media: string, ...lines: ReadonlyArray<string>) =>
  editSecond((section) =>
    [media, "c=IN IP4 0.0.0.0", /a=mid:\S+/.exec(section)![0], ...lines].map((line) => `${line}\r\n`).join("")
  )

/** What makes the m-line unusable, the reason that is logged, and its line in the answer. */
const cases: ReadonlyArray<readonly [string, (sdp: string) => string, RegExp, RegExp]> = [
  ["PCMU without a=rtpmap", withCodecs("0"), /no payload type with a=rtpmap/, /^m=audio 0 UDP\/TLS\/RTP\/SAVPF 0\r$/m],
  [
    "PCMU, PCMA and G722 without a=rtpmap",
    withCodecs("0 8 9"),
    /no payload type with a=rtpmap/,
    /^m=audio 0 \S+ 0 8 9\r$/m
  ],
  ["PCMU with a=rtpmap", withCodecs("0", "a=rtpmap:0 PCMU/8000"), /no supported codec/, /^m=audio 0 \S+ 0\r$/m],
  ["an unknown codec", withCodecs("120", "a=rtpmap:120 theora/90000"), /no supported codec/, /^m=audio 0 \S+ 120\r$/m],
  ["a video codec in audio", withCodecs("120", "a=rtpmap:120 VP8/90000"), /no supported codec/, /^m=audio 0 /m],
  ["RTX alone", withCodecs("120", "a=rtpmap:120 rtx/48000", "a=fmtp:120 apt=96"), /no supported codec/, /^m=audio 0 /m],
  ["no codec", withCodecs("96"), /no payload type with a=rtpmap/, /^m=audio 0 \S+ 96\r$/m],
  ["a malformed a=rtpmap", withCodecs("96", "a=rtpmap:96 opus"), /no payload type with a=rtpmap/, /^m=audio 0 /m],
  [
    "text",
    withMedia("m=text 9 UDP/TLS/RTP/SAVPF 98", "a=rtpmap:98 t140/1000"),
    /media type text/,
    /^m=text 0 \S+ 98\r$/m
  ],
  ["text with port 0", withMedia("m=text 0 RTP/AVP 98"), /^$/, /^m=text 0 RTP\/AVP 98\r$/m],
  ["an unknown media type", withMedia("m=holography 9 X/Y 1"), /media type holography/, /^m=holography 0 X\/Y 1\r$/m],
  [
    "data channels without a port",
    withMedia("m=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
    /no SCTP port/,
    /^m=application 0 UDP\/DTLS\/SCTP webrtc-datachannel\r$/m
  ],
  [
    "an application of another protocol",
    withMedia("m=application 9 UDP/BFCP *"),
    /no SCTP port/,
    /^m=application 0 UDP\/BFCP \*\r$/m
  ],
  [
    "a protocol with digits, and a number of ports",
    withMedia("m=audio 9/2 RTP/X9 96", "a=rtpmap:96 opus/48000/2"),
    /malformed/,
    /^m=audio 0 RTP\/X9 96\r$/m
  ],
  [
    "a malformed address",
    editSecond((section) => section.replace(/c=.*\r\n/, "c=IN IP6\r\n")),
    /malformed/,
    /^m=audio 0 /m
  ],
  [
    "no mid",
    editSecond((section) => section.replace(/a=mid:.*\r\n/, "")),
    /m-line #1 rejected: no mid/,
    /^m=audio 0 /m
  ],
  [
    "no BUNDLE group and no transport",
    (sdp) =>
      editSecond((section) => section.replace(/a=(ice-|fingerprint|setup|candidate).*\r\n/g, ""))(
        sdp.replace("BUNDLE 0 1 2", "BUNDLE 0 2")
      ),
    /no ICE credentials or DTLS fingerprint/,
    /^m=audio 0 /m
  ]
]

/** Defects of an m-line that leave it usable. */
const harmless: ReadonlyArray<readonly [string, string]> = [
  ["a=fmtp without parameters", "a=fmtp:96"],
  ["a=fmtp without a payload type", "a=fmtp"],
  ["malformed parameters", "a=fmtp:96 ;;=;x==;__proto__=1"],
  ["an attribute without a value", "a=ssrc\r\na=ssrc-group\r\na=rid\r\na=extmap\r\na=msid\r\na=rtcp-fb\r\na=rtcp"],
  ["an RTCP port without an address", "a=rtcp:9"],
  ["a malformed header extension", "a=extmap:x urn:ietf:params:rtp-hdrext:sdes:mid"],
  ["a malformed fingerprint", "a=fingerprint:sha-256"],
  ["a static payload type besides", "a=rtpmap:0 PCMU/8000"],
  ["unknown attributes", "a=x\r\na=y:\r\nz=1"]
]

const call = Effect.gen(function*() {
  const sfu = yield* openSfu
  const subscriber = yield* openSubscriber()
  const voice = sfu.publish("audio", "alice")
  sfu.publish("audio", "bob")
  const camera = sfu.publish("video", "carol")
  const lines: Array<string> = []
  const answer = (edit: (sdp: string) => string) =>
    Effect.gen(function*() {
      const { media, sdp } = yield* subscriber.answer(edit(yield* sfu.offer()))
      return { media, answer: sdp }
    }).pipe(Effect.provide(Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])))
  return { sfu, subscriber, voice, camera, lines, answer }
})

describe("An m-line that cannot be used", () => {
  it.live.each(cases)(
    "is rejected by itself, and the others go on: %s",
    ([, edit, reason, line]) =>
      Effect.gen(function*() {
        const errors = yield* unhandledErrors
        const { answer, camera, lines, sfu, subscriber, voice } = yield* call
        const first = yield* answer(edit)
        assert.deepStrictEqual(first.media.map(({ streamId }) => streamId), ["alice", "carol"])
        assert.match(first.answer, line)
        assert.strictEqual(sectionsOf(first.answer).length, 4)
        assert.notInclude(/^a=group:BUNDLE (.*)\r$/m.exec(first.answer)![1]!.split(" "), "1")
        assert.match(lines.join(), reason)
        // werift, here as the SFU, parses no m-line of another kind.
        yield* sfu.accept(first.answer.replace(line, "m=audio 0 UDP/TLS/RTP/SAVPF 96\r"))
        yield* untilState(subscriber, "connected")
        yield* receiveTexts(first.media[0]!, () => voice.send("alice"), 1)
        yield* receiveTexts(first.media[1]!, () => camera.send("carol"), 1)
        assert.deepStrictEqual(errors, [])
      })
  )

  it.live("can be used if a later offer makes it usable, and is rejected again if a later one does not", () =>
    Effect.gen(function*() {
      const { answer, camera, sfu, subscriber } = yield* call
      const first = yield* answer(withCodecs("0"))
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      const second = yield* answer((sdp) => sdp)
      assert.deepStrictEqual(second.media.map(({ streamId }) => streamId), ["alice", "bob", "carol"])
      assert.deepStrictEqual(second.media.filter((_, n) => n !== 1), first.media)
      yield* sfu.accept(second.answer)
      yield* untilState(subscriber, "connected")
      const third = yield* answer(withCodecs("0"))
      assert.deepStrictEqual(third.media, first.media)
      yield* receiveTexts(third.media[1]!, () => camera.send("carol"), 1)
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      const fourth = yield* answer((sdp) => sdp)
      assert.deepStrictEqual(fourth.media.map(({ streamId }) => streamId), ["alice", "bob", "carol"])
    }))

  it.live("may be the first, and the only one that describes the transport of its BUNDLE group", () =>
    Effect.gen(function*() {
      const { answer, camera, sfu, subscriber } = yield* call
      const { answer: sdp, media } = yield* answer((sdp) =>
        sectionsOf(sdp).map((section, n) => {
          if (n === 0) return section
          if (n > 1) return section.replace(/a=(ice-|fingerprint|setup|candidate|end-of).*\r\n/g, "")
          return section.replace(/a=rtpmap:.*\r\n/g, "")
        }).join("")
      )
      assert.deepStrictEqual(media.map(({ streamId }) => streamId), ["bob", "carol"])
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(media[1]!, () => camera.send("carol"), 1)
    }))

  it.live("may be every one: the call stays, and a later offer connects", () =>
    Effect.gen(function*() {
      const { answer, camera, lines, sfu, subscriber } = yield* call
      const { answer: sdp, media } = yield* answer((sdp) => sdp.replace(/a=rtpmap:.*\r\n/g, ""))
      assert.deepStrictEqual(media, [])
      assert.strictEqual(sdp.match(/^m=\S+ 0 /gm)?.length, 3)
      assert.strictEqual(lines.length, 3)
      yield* Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      const all = yield* sfu.exchange(subscriber)
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(all[2]!, () => camera.send("carol"), 1)
    }))

  it.live("may be one that had port 0 before: it needs another mid", () =>
    Effect.gen(function*() {
      const { answer, lines, sfu } = yield* call
      const rollback = Effect.promise(() => sfu.connection.setLocalDescription({ type: "rollback" }))
      yield* answer((sdp) => sdp)
      yield* rollback
      yield* answer(editSecond((section) => section.replace(/^m=audio \d+/, "m=audio 0")))
      yield* rollback
      const { answer: sdp, media } = yield* answer((sdp) => sdp)
      assert.deepStrictEqual(media.map(({ streamId }) => streamId), ["alice", "carol"])
      assert.match(sdp, /^m=audio 0 /m)
      assert.deepStrictEqual(lines, ["m-line 1 rejected: it had port 0 before"])
    }))

  it.live("a second m-line of data channels is one", () =>
    Effect.gen(function*() {
      const { answer } = yield* call
      const data = (mid: string): string =>
        `m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:${mid}\r\na=sctp-port:5000\r\n`
      const { answer: sdp, media } = yield* answer((sdp) =>
        sdp.replace("BUNDLE 0 1 2", "BUNDLE 0 1 2 d e") + data("d") + data("e")
      )
      assert.strictEqual(media.length, 3)
      assert.deepStrictEqual(sdp.match(/^m=application (\d+)/gm), ["m=application 9", "m=application 0"])
    }))
})

describe("A defect that leaves its m-line usable", () => {
  it.live.each(harmless)("%s", ([, line]) =>
    Effect.gen(function*() {
      const { answer, camera, lines, sfu, subscriber } = yield* call
      const { answer: sdp, media } = yield* answer(editSecond((section) => `${section}${line}\r\n`))
      assert.deepStrictEqual(media.map(({ streamId }) => streamId), ["alice", "bob", "carol"])
      assert.deepStrictEqual(lines, [])
      yield* sfu.accept(sdp)
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(media[2]!, () => camera.send("carol"), 1)
    }))
})
