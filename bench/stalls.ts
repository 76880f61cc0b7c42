/**
 * `npm run bench:stalls`: which share of the packets is lost that arrive while the event loop stands still, with the system's
 * receive buffer and with ours. The load is that of 20 microphones and 5 cameras: of 2,500 packets a second two fifths have 120
 * bytes, and the others 1,140.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { createSocket } from "node:dgram"
import type { Socket } from "node:dgram"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { isMainThread, Worker, workerData } from "node:worker_threads"
import * as ReceiveBuffer from "../src/werift/internal/ReceiveBuffer.ts"
import { goal } from "./goals.ts"

const packetsPerSecond = 2_500

interface Order {
  readonly port: number
  readonly packets: number
  readonly done: Int32Array
}

/** Sends the packets of a stall, and ends the stall when the kernel has them all. */
const send = ({ done, packets, port }: Order) =>
  Effect.gen(function*() {
    const socket = createSocket("udp4")
    for (let n = 0; n < packets; n++) {
      const packet = Buffer.alloc(n % 5 < 2 ? 120 : 1_140)
      yield* Effect.callback<void>((resume) => socket.send(packet, port, "127.0.0.1", () => resume(Effect.void)))
    }
    socket.close()
    Atomics.store(done, 0, 1)
    Atomics.notify(done, 0)
  })

/** In percent of the packets. */
const lossOf = Effect.fnUntraced(function*(millis: number, enlarge: (socket: Socket) => void) {
  const socket = createSocket("udp4").bind(0, "127.0.0.1")
  yield* Effect.promise(() => once(socket, "listening"))
  enlarge(socket)
  let received = 0
  socket.on("message", () => received++)
  const packets = packetsPerSecond * millis / 1_000
  const done = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { port: socket.address().port, packets, done } satisfies Order
  })
  const ended = once(worker, "exit")
  Atomics.wait(done, 0, 0)
  yield* Effect.promise(() => ended)
  for (let before = -1; before !== received;) {
    before = received
    yield* Effect.sleep("50 millis")
  }
  socket.close()
  return 100 * (1 - received / packets)
})

/** In bytes: Linux's own limit, of which it gives twice as much. */
const limitOfLinux = 212_992

const main = Effect.gen(function*() {
  const ways: ReadonlyArray<readonly [name: string, enlarge: (socket: Socket) => void]> = [
    ["default", () => {}],
    [`limit of ${limitOfLinux}`, (socket) => socket.setRecvBufferSize(limitOfLinux)],
    ["this library", yield* ReceiveBuffer.make]
  ]
  if (process.platform === "linux") {
    const limit = (name: string) => readFileSync(`/proc/sys/net/core/${name}`, "utf8").trim()
    yield* Console.log(`net.core.rmem_default ${limit("rmem_default")}, net.core.rmem_max ${limit("rmem_max")}`)
  }
  const row = (cells: ReadonlyArray<string>) => Console.log(cells.map((cell) => cell.padStart(18)).join(""))
  yield* row(["stall", ...ways.map(([name]) => name)])
  for (const millis of [20, 50, 100, 200]) {
    const losses = yield* Effect.forEach(ways, ([, enlarge]) => lossOf(millis, enlarge))
    yield* row([`${millis} ms`, ...losses.map((loss) => `${loss.toFixed(0)} %`)])
    if (millis >= 100) {
      yield* goal({ what: `lost in a stall of ${millis} ms`, unit: "%", value: losses[2]!, atMost: 0.1 })
    }
  }
})

await Effect.runPromise(isMainThread ? main : send(workerData as Order))
