/**
 * The receive buffers of the sockets that a publisher and a subscriber of the library open, and of sockets whose system gives
 * less.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import type { StunProtocol } from "werift"
import * as ReceiveBuffer from "../../src/werift/internal/ReceiveBuffer.ts"
import { openPublisher, opus } from "./AnsweringSfu.ts"
import { openSubscriber } from "./Sfu.ts"
import { weriftConnections } from "./weriftConnections.ts"

/** Private in werift's types. Without TURN all are sockets. */
interface IceAgent {
  readonly protocols: ReadonlyArray<StunProtocol>
}

/** What the system gives a socket that asks for as much, in bytes. */
const given = Effect.promise(async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1")
  await once(socket, "listening")
  socket.setRecvBufferSize(ReceiveBuffer.size)
  const size = socket.getRecvBufferSize()
  socket.close()
  return size
})

it.live("each socket of a connection has the buffer", () =>
  Effect.gen(function*() {
    const connections = yield* weriftConnections
    const [publisher, subscriber] = [yield* openPublisher(), yield* openSubscriber()]
    yield* publisher.addTrack({ kind: "audio", codec: opus })
    yield* publisher.negotiate({ exchange: ({ sdp }) => Effect.map(subscriber.answer(sdp), (answer) => answer.sdp) })
    const sockets = Array.from(connections).flatMap(({ iceTransports }) =>
      iceTransports.flatMap(({ connection }) =>
        (connection as unknown as IceAgent).protocols.map(({ transport }) => transport.socket.getRecvBufferSize())
      )
    )
    const expected = yield* given
    assert.deepStrictEqual(sockets, [expected, expected])
  }))

/** A socket of a system with a limit. */
const limited = (limit: number, isRefusing: boolean) => {
  const reported = process.platform === "linux" ? 2 : 1
  let size = 65_536
  const asked: Array<number> = []
  return {
    asked,
    getRecvBufferSize: () => size * reported,
    setRecvBufferSize: (value: number) => {
      asked.push(value)
      if (isRefusing && value > limit) throw new Error("ENOBUFS")
      size = Math.min(value, limit)
    }
  }
}

const closed = {
  getRecvBufferSize: (): number => {
    throw new Error("EBADF")
  },
  setRecvBufferSize: (): void => {
    throw new Error("EBADF")
  }
}

it.effect("less than asked for is logged once, and a closed socket is left alone", () => {
  const lines: Array<unknown> = []
  return Effect.gen(function*() {
    const enlarge = yield* ReceiveBuffer.make
    const capped = limited(1_000_000, false)
    ;[closed, limited(ReceiveBuffer.size, false), capped, capped].forEach(enlarge)
    assert.deepStrictEqual(lines, [
      ["a UDP socket has a receive buffer of 1000000 bytes instead of 4194304: the limit is net.core.rmem_max on Linux"]
    ])
  }).pipe(
    Effect.provide(Logger.layer([Logger.make(({ message }) => lines.push(message))])),
    Effect.provideService(References.MinimumLogLevel, "Debug")
  )
})

it.effect("a system that refuses more than its limit is asked for half as much", () =>
  Effect.gen(function*() {
    const enlarge = yield* ReceiveBuffer.make
    const [refusing, large] = [limited(1_500_000, true), limited(9_000_000, true)]
    enlarge(refusing)
    assert.deepStrictEqual(refusing.asked, [4_194_304, 2_097_152, 1_048_576])
    large.setRecvBufferSize(8_000_000)
    enlarge(large)
    assert.deepStrictEqual(large.asked, [8_000_000])
  }))
