/**
 * `npm run bench:libwebrtc`: what it costs to receive audio, in processor time of the receiving process, and what is lost, beside
 * libwebrtc. Each receiver is a process of its own, and gets packets of 80 bytes on 25 tracks over real sockets: 2,500 a second, then
 * 5,000. All receive at the same time, because the speed of a shared machine changes from minute to minute; the sender shares it too.
 * What a call costs is measured when V8 has compiled the code of a packet; what the first seconds of a process cost is a column of its
 * own. Linux only: the network namespace keeps libwebrtc from the addresses of the machine.
 */
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { fork } from "node:child_process"
import type { Socket } from "node:dgram"
import { once } from "node:events"
import { setLocal, wrtc } from "../packages/loopback/test/peers/wrtc.ts"
import * as TrackPackets from "../src/edge/internal/TrackPackets.ts"
import * as ReceiveBuffer from "../src/werift/internal/ReceiveBuffer.ts"
import { openSfu, openSubscriber } from "../test/werift/Sfu.ts"
import * as BareWerift from "./bareWerift.ts"
import { goal } from "./goals.ts"
import { median } from "./measure.ts"

const tracks = 25
const seconds = 5

/** In milliseconds: the packets before the last handshake message are not measured. */
const handshake = 1_500

/** In milliseconds: V8 compiles the code of a packet in the meantime. */
const warmUp = 20_000

// --- Receivers --------------------------------------------------------------------------------------------------------

interface Receiver {
  readonly answer: (offer: string) => Promise<string>
  readonly received: () => Promise<number>
}

const libwebrtc = (): Receiver => {
  const connection = new wrtc.RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })
  return {
    answer: async (sdp) => {
      await connection.setRemoteDescription({ type: "offer", sdp })
      return setLocal(connection, await connection.createAnswer())
    },
    received: async () => {
      const stats = Array.from((await connection.getStats()).values())
      return stats.reduce((sum, { packetsReceived, type }) => type === "inbound-rtp" ? sum + packetsReceived! : sum, 0)
    }
  }
}

/** With the receive buffer and the key objects of this library. */
const werift = (): Receiver => {
  const { answer, connection, received } = BareWerift.open()
  connection.connectionStateChange.subscribe((state) => state === "connected" && BareWerift.importKeys(connection))
  return {
    answer: async (offer) => {
      const sdp = await answer(offer)
      const enlarge = await Effect.runPromise(ReceiveBuffer.make)
      for (const { connection: ice } of connection.iceTransports) {
        const protocols: ReadonlyArray<{ readonly transport: { readonly socket: Socket } }> = Reflect.get(
          ice,
          "protocols"
        )
        for (const { transport } of protocols) enlarge(transport.socket)
      }
      return sdp
    },
    received: async () => received()
  }
}

const library = (): Receiver => {
  let received = 0
  const listening = (offer: string) =>
    Effect.gen(function*() {
      const subscriber = yield* openSubscriber()
      const { media, sdp } = yield* subscriber.answer(offer)
      const removed = yield* Deferred.make<void>()
      for (const section of media) {
        yield* Effect.forkScoped(
          Stream.runForEach(TrackPackets.rtp({ media: section, removed }), () => Effect.sync(() => void received++))
        )
      }
      answered.resolve(sdp)
      return yield* Effect.never
    })
  const answered = Promise.withResolvers<string>()
  return {
    answer: (offer) => {
      Effect.runPromise(Effect.scoped(listening(offer))).catch(answered.reject)
      return answered.promise
    },
    received: async () => received
  }
}

const receivers = { libwebrtc, werift, "this library": library }

type Name = keyof typeof receivers

type Request = { readonly _tag: "Answer"; readonly offer: string } | { readonly _tag: "Report" }

/** `micros`: of all threads, since the last report. */
interface Report {
  readonly micros: number
  readonly received: number
}

/** Runs until the parent ends it. */
const receive = (name: Name): void => {
  const receiver = receivers[name]()
  let last = process.cpuUsage()
  const reply = async (request: Request): Promise<string | Report> => {
    if (request._tag === "Answer") return receiver.answer(request.offer)
    const { system, user } = process.cpuUsage(last)
    last = process.cpuUsage()
    return { micros: system + user, received: await receiver.received() }
  }
  process.on("message", (request: Request) => void reply(request).then((answer) => process.send!(answer)))
}

// --- Sender -----------------------------------------------------------------------------------------------------------

interface Measured {
  /** In percent of a core, in the first seconds. */
  readonly first: number
  /** In percent of a core, later. */
  readonly core: number
  /** In percent of the packets. */
  readonly lost: number
}

const measure = Effect.fnUntraced(function*(name: Name, packetsPerSecond: number) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => fork(new URL(import.meta.url), [name])),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const ask = <A>(request: Request) =>
    Effect.promise(async () => {
      const reply = once(child, "message")
      child.send(request)
      return (await reply)[0] as A
    })
  const sfu = yield* openSfu
  const senders = Array.from({ length: tracks }, (_, n) => sfu.publish("audio", `${n}`))
  yield* sfu.accept(yield* ask<string>({ _tag: "Answer", offer: yield* sfu.offer() }))
  yield* Effect.promise(() => sfu.connection.connectionStateChange.watch((state) => state === "connected"))

  const payload = "x".repeat(80)
  let sent = 0
  /** Each 10 ms what is due since the beginning, so that a late timer loses none. */
  const send = (time: number) =>
    Effect.gen(function*() {
      const [before, began] = [sent, performance.now()]
      for (let passed = 0; passed < time; passed = performance.now() - began) {
        for (const due = before + Math.min(passed, time) * packetsPerSecond / 1_000; sent < due; sent++) {
          senders[sent % tracks]!.send(payload)
        }
        yield* Effect.sleep("10 millis")
      }
    })
  const settled = Effect.andThen(Effect.sleep("300 millis"), ask<Report>({ _tag: "Report" }))
  const percentOfCore = Effect.gen(function*() {
    yield* send(seconds * 1_000)
    const { micros } = yield* ask<Report>({ _tag: "Report" })
    return micros / (seconds * 10_000)
  })
  yield* send(handshake)
  const before = yield* settled
  const sentBefore = sent
  const first = yield* percentOfCore
  yield* send(warmUp)
  yield* settled
  const core = yield* percentOfCore
  const after = yield* settled
  const measured: Measured = {
    first,
    core,
    lost: 100 * (1 - (after.received - before.received) / (sent - sentBefore))
  }
  return measured
}, Effect.scoped)

const percent = (value: number): string => `${value.toFixed(1)} %`

const main = Effect.gen(function*() {
  const names: ReadonlyArray<Name> = ["libwebrtc", "werift", "this library"]
  const row = (cells: ReadonlyArray<string>) => Console.log(cells.map((cell) => cell.padStart(18)).join(""))
  for (const packetsPerSecond of [2_500, 5_000]) {
    yield* Console.log(`\n${packetsPerSecond.toLocaleString("en")} packets of 80 bytes a second`)
    yield* row(["", `first ${seconds} s`, "of a core", "lost"])
    const turns = yield* Effect.forEach(
      [1, 2, 3],
      () => Effect.forEach(names, (name) => measure(name, packetsPerSecond), { concurrency: "unbounded" })
    )
    const medianOf = (value: (turn: ReadonlyArray<Measured>) => number): number => median(turns.map(value))
    for (const [n, name] of names.entries()) {
      const columns = (["first", "core", "lost"] as const).map((field) => medianOf((turn) => turn[n]![field]))
      yield* row([name, ...columns.map(percent)])
    }
    const what = `${packetsPerSecond.toLocaleString("en")} packets/s against werift with a large buffer and key objects`
    const ratio = medianOf(([, bare, ours]) => ours!.core / bare!.core)
    yield* goal({ what, unit: "x", value: ratio, atMost: 1.2 })
    const lostMore = medianOf(([, bare, ours]) => Math.max(0, ours!.lost - bare!.lost))
    yield* goal({ what: `${what}: lost more`, unit: "%", value: lostMore, atMost: 0.1 })
  }
})

const [, , name] = process.argv
if (name === undefined) await Effect.runPromise(main)
else receive(name as Name)
