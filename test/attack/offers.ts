/**
 * An SFU that sends hostile offers and candidates, and RTP packets with the names of others. Each attack ends with an
 * honest exchange: the call has to go on.
 */
import { PeerConnectionFactory } from "effect-track-resolver"
import type { PeerConnection, RemoteMediaSection } from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import {
  MediaStream,
  MediaStreamTrack,
  RTCPeerConnection,
  RtpHeader,
  useOPUS,
  useSdesMid,
  useSdesRTPStreamId,
  useVP8
} from "werift"
import { onLoopback } from "../support/onLoopback.ts"
import { makeRandom, mutate } from "../werift/MutatedSdp.ts"
import type { Random } from "../werift/MutatedSdp.ts"
import type { Attack } from "./Attack.ts"

const owners = ["alice", "bob"]

/** Of audio, because only simulcast needs video. */
const openSfu = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        codecs: { audio: [useOPUS()], video: [useVP8()] },
        headerExtensions: { audio: [useSdesMid()], video: [useSdesMid(), useSdesRTPStreamId()] }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  ),
  (connection) => {
    for (const owner of owners) {
      const streams = [new MediaStream({ id: owner })]
      connection.addTransceiver(new MediaStreamTrack({ kind: "video" }), { direction: "sendonly", streams })
    }
    return connection
  }
)

const openSubscriber = PeerConnectionFactory.use((factory) => factory.open({ iceServers: [] })).pipe(
  Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true })),
  Effect.orDie
)

const offerOf = (connection: RTCPeerConnection): Effect.Effect<string> =>
  Effect.promise(async () => {
    const offer = await connection.createOffer()
    for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
    await connection.setLocalDescription(offer)
    return connection.localDescription!.sdp
  })

interface Call {
  readonly connection: RTCPeerConnection
  readonly subscriber: PeerConnection
  readonly media: ReadonlyArray<RemoteMediaSection>
  readonly sdp: string
}

const open: Effect.Effect<Call, never, Scope.Scope> = Effect.gen(function*() {
  const connection = yield* openSfu
  const subscriber = yield* openSubscriber
  const sdp = yield* offerOf(connection)
  const { media, sdp: answer } = yield* Effect.orDie(subscriber.answer(sdp))
  yield* Effect.promise(() => connection.setRemoteDescription({ type: "answer", sdp: answer }))
  yield* Stream.runDrain(Stream.takeUntil(subscriber.states, (state) => state === "connected"))
  return { connection, subscriber, media, sdp }
})

const yieldLoop = Effect.promise(() => new Promise<void>((resume) => setImmediate(resume)))

/** What an offer must not end in. It has to be answered, or to fail with a typed error, within 15 seconds. */
const problemOf = (subscriber: PeerConnection, sdp: string): Effect.Effect<ReadonlyArray<string>> =>
  subscriber.answer(sdp).pipe(
    Effect.timeoutOption("15 seconds"),
    Effect.exit,
    Effect.map((exit) => {
      if (Exit.isSuccess(exit)) return exit.value._tag === "None" ? ["an offer had no answer in 15 seconds"] : []
      return /NegotiationError/.test(String(exit.cause)) ? [] : [`an offer ended with ${String(exit.cause)}`]
    })
  )

/** What differs after the attack. */
const afterwards = ({ media, sdp, subscriber }: Call): Effect.Effect<ReadonlyArray<string>> =>
  Effect.match(subscriber.answer(sdp), {
    onFailure: ({ detail }) => [`an honest offer fails: ${detail}`],
    onSuccess: (after) =>
      after.media.every((one, n) => one === media[n]) && after.media.length === media.length
        ? []
        : ["the m-lines are others"]
  })

const repeat = (line: string, count: number): string => `${line}\r\n`.repeat(count)
const numbered = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => `${line(n)}\r\n`).join("")

/** With this many m-lines more, in its BUNDLE group. */
const withMLines = (sdp: string, count: number): string =>
  sdp.replace(/^(a=group:BUNDLE .*)\r$/m, `$1${Array.from({ length: count }, (_, n) => ` x${n}`).join("")}\r`)
  + numbered(count, (n) => `m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:x${n}\r\na=sendonly\r\na=rtpmap:96 opus/48000/2`)

/** Too much of one thing, in the place where it costs most. */
const excesses: ReadonlyArray<(sdp: string) => string> = [
  (sdp) => sdp + numbered(50_000, (n) => `a=candidate:${n} 1 udp 1 127.0.0.1 ${1_024 + n} typ host`),
  (sdp) => sdp + repeat("a=candidate:1 1 udp 1 127.0.0.1 9", 50_000),
  (sdp) => sdp + repeat("a=x", 100_000),
  (sdp) => sdp + repeat("a=x", 250_000),
  (sdp) => sdp + numbered(50_000, (n) => `a=ssrc:${n} cname:x`),
  (sdp) => sdp + numbered(50_000, (n) => `a=rid:${n} send`),
  (sdp) => sdp + numbered(50_000, (n) => `a=rtpmap:${n} VP8/90000`),
  (sdp) => sdp + `a=x:${"x".repeat(4_000_000)}\r\n`,
  (sdp) => sdp.padEnd(9_000_000, "x"),
  (sdp) => sdp + numbered(1_025, (n) => `m=audio 9 X 0\r\na=mid:x${n}`),
  (sdp) => withMLines(sdp, 1_024 - owners.length),
  (sdp) => sdp + numbered(100, (n) => `m=holography 9 X 0\r\na=mid:x${n}`),
  (sdp) => sdp + repeat("m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 opus/48000/2\r\na=mid:x", 100),
  (sdp) => sdp.replace("t=0 0\r\n", `t=0 0\r\n${repeat(`a=group:BUNDLE ${"0 1 ".repeat(250)}`, 100)}`),
  (sdp) => sdp.replace("t=0 0\r\n", `t=0 0\r\n${repeat(`a=group:BUNDLE ${"0 1 ".repeat(16_000)}`, 100)}`),
  (sdp) => sdp.replace("t=0 0\r\n", `t=0 0\r\n${repeat("a=x", 100_000)}`)
]

const tooMuch: Attack = {
  attacker: "Sfu",
  name: "offers with too much of something",
  unit: "SDPs",
  inputs: { short: excesses.length, long: 20 * excesses.length },
  prepare: Effect.map(open, (call) => (inputs) =>
    Effect.gen(function*() {
      const problems: Array<string> = []
      for (let n = 0; n < inputs; n++) {
        const sdp = excesses[n % excesses.length]!(call.sdp)
        yield* yieldLoop
        const found = yield* Effect.scoped(Effect.flatMap(openSubscriber, (fresh) => problemOf(fresh, sdp)))
        problems.push(...found)
        yield* yieldLoop
      }
      return [...problems, ...yield* afterwards(call)]
    }))
}

/** So many offers each connection gets: an offer that is answered changes the connection. */
const offersOfConnection = 20

const mutated: Attack = {
  attacker: "Sfu",
  name: "offers with changed lines, fields and m-lines",
  unit: "SDPs",
  inputs: { short: 300, long: 100_000 },
  prepare: Effect.map(open, (call) => (inputs) =>
    Effect.gen(function*() {
      const problems: Array<string> = []
      for (let n = 0; n < inputs; n += offersOfConnection) {
        const scope = yield* Scope.make()
        const subscriber = yield* Scope.provide(openSubscriber, scope)
        for (let m = n; m < Math.min(n + offersOfConnection, inputs); m++) {
          const found = yield* problemOf(subscriber, mutate(call.sdp, makeRandom(m)))
          problems.push(...found.map((problem) => `seed ${m}: ${problem}`))
          yield* yieldLoop
        }
        yield* Scope.close(scope, Exit.void)
      }
      return [...problems, ...yield* afterwards(call)]
    }))
}

const burst: Attack = {
  attacker: "Sfu",
  name: "offers at once, each with a candidate more",
  unit: "SDPs",
  inputs: { short: 200, long: 2_000 },
  prepare: Effect.map(open, (call) => (inputs) =>
    Effect.gen(function*() {
      const sdps = Array.from({ length: inputs }, (_, n) =>
        `${call.sdp.replaceAll("a=end-of-candidates\r\n", "")}a=candidate:1 1 udp 1 127.0.0.1 ${
          1_024 + n
        } typ host\r\n`)
      const problems = yield* Effect.forEach(sdps, (sdp) => problemOf(call.subscriber, sdp), {
        // The edge answers one after the other.
        concurrency: 10
      })
      return [...problems.flat(), ...yield* afterwards(call)]
    }))
}

const candidateOf = (n: number, random: Random): string => {
  switch (n % 4) {
    case 0:
      return `candidate:${n} 1 udp 1 127.0.0.1 ${1_024 + n % 60_000} typ host`
    case 1:
      return `candidate:${n} 1 udp 1 127.0.0.1 9`
    case 2:
      return `candidate:${n} 1 udp 1 x${n}.local 9 typ host`
    default:
      return mutate("candidate:1 1 udp 2130706431 127.0.0.1 9 typ srflx raddr 0.0.0.0 rport 9", random)
  }
}

const trickled: Attack = {
  attacker: "Sfu",
  name: "trickled candidates, half of them of unknown generations",
  unit: "frames",
  inputs: { short: 20_000, long: 1_000_000 },
  prepare: Effect.map(open, (call) => (inputs) =>
    Effect.gen(function*() {
      const random = makeRandom(1)
      for (let n = 0; n < inputs; n += 100) {
        const candidates = Array.from({ length: 100 }, (_, m) => ({
          candidate: candidateOf(n + m, random),
          sdpMid: m % 3 === 0 ? `${m}` : "0",
          ...(m % 2 === 0 ? { usernameFragment: `x${n + m}` } : {})
        }))
        yield* Effect.forEach(candidates, call.subscriber.addIceCandidate, { concurrency: "unbounded", discard: true })
        yield* yieldLoop
      }
      return yield* afterwards(call)
    }))
}

/** `extmap` ids of the offer. */
const extensionOf = (sdp: string, name: string): number =>
  Number(new RegExp(`a=extmap:(\\d+) urn:ietf:params:rtp-hdrext:sdes:${name}`).exec(sdp)![1])

/** The payload of each packet is the mid that it carries, or `-`. Without a mid only SSRCs are used that no mid taught. */
const routed: Attack = {
  attacker: "Sfu",
  name: "RTP packets with the SSRC of one m-line and the mid of another",
  unit: "datagrams",
  inputs: { short: 5_000, long: 1_000_000 },
  prepare: Effect.map(open, (call) => (inputs) =>
    Effect.gen(function*() {
      const { connection, media, sdp } = call
      const [mid, rid] = [extensionOf(sdp, "mid"), extensionOf(sdp, "rtp-stream-id")]
      const ssrcs = Array.from(sdp.matchAll(/^a=ssrc:(\d+)/gm), ([, ssrc]) => Number(ssrc))
      const wrong = new Map<string, number>()
      const received = new Map<string, number>()
      for (const section of media) {
        const receive = ({ payload }: { readonly payload: Uint8Array }) =>
          Effect.sync(() => {
            const text = Buffer.from(payload).toString()
            received.set(section.mid, (received.get(section.mid) ?? 0) + 1)
            if (text !== section.mid) {
              wrong.set(`${text} at ${section.mid}`, (wrong.get(`${text} at ${section.mid}`) ?? 0) + 1)
            }
          })
        yield* Effect.forkScoped(Stream.runForEach(section.rtp, receive), { startImmediately: true })
      }
      const random = makeRandom(2)
      const below = (count: number): number => Math.floor(random() * count)
      const send = (text: string, header: Partial<RtpHeader>) =>
        connection.dtlsTransports[0]!.sendRtp(Buffer.from(text), new RtpHeader({ extensionProfile: 0xbede, ...header }))
      for (let n = 0; n < inputs; n += 50) {
        const sending = Array.from({ length: 50 }, (_, m) => {
          const text = ["0", "1", "-"][below(3)]!
          const extensions = [
            ...(text === "-" ? [] : [{ id: mid, payload: Buffer.from(text) }]),
            ...(random() < 0.5 ? [] : [{ id: rid, payload: Buffer.from(["f", "h", "__proto__"][below(3)]!) }])
          ]
          return send(text, {
            ssrc: text === "-" ? 100_000 + below(1_000) : random() < 0.5 ? ssrcs[below(ssrcs.length)]! : below(1_000),
            sequenceNumber: (n + m) & 0xffff,
            payloadType: below(4) === 0 ? below(128) : 97,
            extension: extensions.length > 0,
            extensions
          }).catch(() => {})
        })
        yield* Effect.promise(() => Promise.all(sending))
        yield* yieldLoop
      }
      yield* Effect.sleep("100 millis")
      const silent = media.filter((section) => !received.has(section.mid)).map((section) =>
        `nothing arrived at ${section.mid}`
      )
      return [
        ...silent,
        ...Array.from(wrong, ([what, count]) => `${count} packets of ${what}`),
        ...yield* afterwards(call)
      ]
    }))
}

export const offerAttacks: ReadonlyArray<Attack> = [tooMuch, mutated, burst, trickled, routed]
