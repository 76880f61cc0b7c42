/**
 * `npm run bench:packets`: what a packet costs on its way in, in processor time of the thread, with the keys of SRTP as bytes
 * and as objects: in werift alone and in this library. The load is that of 20 microphones and 5 cameras: 2,500 packets a
 * second. Compare ratios rather than microseconds, because machines differ and are shared.
 */
import type { RtpPacket } from "effect-track-resolver"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  RtpHeader,
  RtpPacket as WeriftPacket,
  SrtpSession
} from "werift"
import type { RTCPeerConnection } from "werift"
import * as TrackPackets from "../src/edge/internal/TrackPackets.ts"
import * as SrtpDecryption from "../src/werift/internal/SrtpDecryption.ts"
import * as SrtpIndices from "../src/werift/internal/SrtpIndices.ts"
import * as SrtpKeys from "../src/werift/internal/SrtpKeys.ts"
import { nextTurn } from "../test/support/nextTurn.ts"
import { answeringConnections, only, openSfu, openSubscriber, type Sfu, untilState } from "../test/werift/Sfu.ts"
import * as BareWerift from "./bareWerift.ts"
import { goal } from "./goals.ts"
import { cost, inTurns, processorMicros } from "./measure.ts"

const row = (name: string, ...cells: ReadonlyArray<string>) =>
  Console.log(`  ${name.padEnd(40)}${cells.map((cell) => cell.padStart(16)).join("")}`)
const against = (value: number, one: number) => `${value.toFixed(1)} us (${(value / one).toFixed(1)}x)`

const profiles = [
  ["AES-GCM", ProtectionProfileAeadAes128Gcm, 12],
  ["AES-CM", ProtectionProfileAes128CmHmacSha1_80, 14]
] as const

// --- Cipher -----------------------------------------------------------------------------------------------------------

interface Contestant {
  readonly prepare: (session: SrtpSession) => void
  readonly opener: (session: SrtpSession) => (datagram: Buffer) => unknown
}

const weriftsOpener = (session: SrtpSession) => (datagram: Buffer) =>
  WeriftPacket.deSerialize(session.decrypt(datagram))

const contestants: Record<string, Contestant> = {
  "werift alone": { prepare: () => {}, opener: weriftsOpener },
  "werift alone, keys as objects": { prepare: SrtpKeys.importOnce, opener: weriftsOpener },
  "this library": {
    prepare: (session) => {
      SrtpIndices.repairEncryption(session)
      SrtpKeys.importOnce(session)
    },
    opener: SrtpDecryption.make
  }
}

const batch = 2_500

/** Sealing, and opening with the header, of packets of 80 bytes. */
const cipher = (profile: number, saltLength: number, { opener, prepare }: Contestant) =>
  Effect.gen(function*() {
    const keys = (local: number, remote: number) => ({
      profile,
      keys: {
        localMasterKey: Buffer.alloc(16, local),
        localMasterSalt: Buffer.alloc(saltLength, local),
        remoteMasterKey: Buffer.alloc(16, remote),
        remoteMasterSalt: Buffer.alloc(saltLength, remote)
      }
    })
    const [sender, receiver] = [new SrtpSession(keys(1, 2) as never), new SrtpSession(keys(2, 1) as never)]
    prepare(sender)
    prepare(receiver)
    const open = opener(receiver)
    let sent = 0
    let sealed: ReadonlyArray<Buffer> = []
    const payload = Buffer.alloc(80)
    const seal = () => {
      sealed = Array.from(
        { length: batch },
        () => sender.encrypt(payload, new RtpHeader({ payloadType: 111, ssrc: 1, sequenceNumber: sent++ & 0xffff }))
      )
    }
    const sealing = yield* cost(batch, () => Effect.sync(seal))
    seal()
    const opening = yield* cost(
      batch,
      () => Effect.sync(() => sealed.forEach(open)),
      Effect.sync(seal)
    )
    return { sealing, opening }
  })

const ciphers = Effect.gen(function*() {
  for (const [name, profile, saltLength] of profiles) {
    yield* Console.log(`\n${name}, packets of 80 bytes`)
    yield* row("", "seal", "open")
    const costs = yield* Effect.forEach(
      Object.entries(contestants),
      ([name, contestant]) => Effect.map(cipher(profile, saltLength, contestant), (each) => ({ name, ...each }))
    )
    const [bare, , ours] = costs
    yield* goal({
      what: `${name}: a packet opened by bare werift, of ours`,
      unit: "x",
      value: bare!.opening / ours!.opening,
      atLeast: 2
    })
    for (const { name, opening, sealing } of costs) {
      yield* row(name, against(sealing, costs[1]!.sealing), against(opening, costs[1]!.opening))
    }
  }
})

// --- From the socket to the consumer ----------------------------------------------------------------------------------

interface Receiver {
  readonly connection: RTCPeerConnection
  /** Packets that consumers have got. */
  readonly received: () => number
}

const kinds = [...Array<"audio">(20).fill("audio"), ...Array<"video">(5).fill("video")]

/** What one of 100 parts of a second brings: 10 packets of microphones of 20, 15 of 5 cameras. */
const packetsOf = (sfu: Sfu, n: number): ReadonlyArray<Buffer> => {
  const { srtp } = sfu.connection.dtlsTransports[0]!
  const senders = sfu.connection.getTransceivers()
  const seal = (index: number, sequenceNumber: number, length: number) => {
    const { ssrc } = senders[index]!.sender
    const payloadType = kinds[index] === "audio" ? 96 : 97
    return srtp.encrypt(
      Buffer.alloc(length),
      new RtpHeader({ ssrc, payloadType, sequenceNumber: sequenceNumber & 0xffff, timestamp: sequenceNumber * 960 })
    )
  }
  const voices = Array.from({ length: 10 }, (_, at) => seal(n % 2 * 10 + at, Math.floor(n / 2), 80))
  const pictures = Array.from({ length: 15 }, (_, at) => seal(20 + at % 5, n * 3 + Math.floor(at / 5), 1_100))
  return [...voices, ...pictures]
}

const werift = (keys: "bytes" | "objects") => (sfu: Sfu) =>
  Effect.gen(function*() {
    const { answer, connection, received } = yield* Effect.acquireRelease(
      Effect.sync(BareWerift.open),
      ({ connection }) => Effect.promise(() => connection.close())
    )
    const offer = yield* sfu.offer()
    yield* sfu.accept(yield* Effect.promise(() => answer(offer)))
    yield* Effect.promise(() => connection.connectionStateChange.watch((state) => state === "connected"))
    if (keys === "objects") BareWerift.importKeys(connection)
    return { connection, received } satisfies Receiver
  })

/** `listeners` of each track. */
const library = (listeners: number) => (sfu: Sfu) =>
  Effect.gen(function*() {
    const answering = yield* answeringConnections
    const subscriber = yield* openSubscriber()
    const media = yield* sfu.exchange(subscriber)
    yield* untilState(subscriber, "connected")
    let received = 0
    const removed = yield* Deferred.make<void>()
    const listen = (packets: Stream.Stream<RtpPacket>) =>
      Effect.forkScoped(Stream.runForEach(packets, () => Effect.sync(() => void received++)), {
        startImmediately: true
      })
    for (const section of media) {
      for (let n = 0; n < listeners; n++) yield* listen(TrackPackets.rtp({ media: section, removed }))
    }
    return { connection: only(answering), received: () => received / listeners } satisfies Receiver
  })

/** Opens the path, and returns what measures a packet in one second of the load. Sealing it is not measured. */
const path = <E, R>(open: (sfu: Sfu) => Effect.Effect<Receiver, E, R>) =>
  Effect.gen(function*() {
    const sfu = yield* openSfu
    kinds.forEach((kind, n) => sfu.publish(kind, `${n}`))
    const { connection, received } = yield* open(sfu)
    const { protocol, remoteAddr } = connection.iceTransports[0]!.connection.nominated!
    const transport =
      (protocol as unknown as { readonly transport: { onData: (data: Buffer, from: unknown) => void } }).transport
    let part = 0
    let sent = 0
    return () => {
      const parts = Array.from({ length: 100 }, () => packetsOf(sfu, part++))
      return Effect.map(
        processorMicros(Effect.gen(function*() {
          for (const datagrams of parts) {
            for (const datagram of datagrams) transport.onData(datagram, remoteAddr)
            sent += datagrams.length
            // At least one: werift ends its work on a packet in promises, which run after this turn.
            do yield* nextTurn
            while (received() < sent)
          }
        })),
        (micros) => micros / batch
      )
    }
  })

const paths = Effect.scoped(Effect.gen(function*() {
  yield* Console.log("\nFrom the socket to one consumer of each of 25 tracks, AES-GCM")
  yield* row("", "a packet", "of a core")
  const opened = yield* Effect.all([
    path(werift("bytes")),
    path(werift("objects")),
    path(library(1)),
    path(library(10))
  ])
  const [bytes = 0, objects = 0, one = 0, ten = 0] = yield* inTurns(25, opened.map(Effect.suspend))
  const print = (name: string, micros: number) => row(name, against(micros, objects), `${(micros / 4).toFixed(1)} %`)
  yield* print("werift alone", bytes)
  yield* print("werift alone, keys as objects", objects)
  yield* print("this library, rtp of a track", one)
  yield* print("this library, ten consumers of each", ten)
  yield* goal({
    what: "from the socket to `rtp`, of werift with keys as objects",
    unit: "x",
    value: one / objects,
    atMost: 1.5
  })
  yield* goal({ what: "each further consumer of a packet", unit: "us", value: (ten - one) / 9, atMost: 2 })
}))

await Effect.runPromise(Effect.andThen(ciphers, paths))
// The connections are closed; werift's timers would keep the process for some seconds.
process.exit(0)
