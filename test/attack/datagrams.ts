/** What somebody without a key sends to the UDP port of a connection. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { randomBytes, randomInt } from "node:crypto"
import type { RTCPeerConnection } from "werift"
import { nextTurn } from "../support/nextTurn.ts"
import { openCall, opus, sendUntilReceived } from "../werift/AnsweringSfu.ts"
import { only, openSfu, openSubscriber, receiveTexts, untilState } from "../werift/Sfu.ts"
import { binding, check, openStranger, portOf, rtpWithExtension, single, stun } from "../werift/StrangeDatagrams.ts"
import type { Attack, Changes } from "./Attack.ts"

/** A connection with media, and the sockets of the attackers. */
interface Target {
  readonly stranger: (datagram: Buffer) => void
  /** Writes with the address of the SFU, as somebody on the path does. */
  readonly onPath: (datagram: Buffer) => void
  /** Sends it as RTCP of the SFU, authenticated: what the SFU forwards of another participant. */
  readonly forwarded: (compound: Buffer) => void
  /** What the SFU has sent, for somebody on the path to repeat. */
  readonly recorded: ReadonlyArray<Buffer>
  /** What differs from a connection that nobody attacks. */
  readonly changes: Effect.Effect<Changes>
}

type Open = Effect.Effect<Target, never, Scope.Scope>

const targetOf = Effect.fnUntraced(function*(options: {
  readonly sfu: RTCPeerConnection
  readonly port: number
  readonly state: Effect.Effect<string | undefined>
  readonly receive: Effect.Effect<unknown>
}): Effect.fn.Return<Target, never, Scope.Scope> {
  const { port, receive, sfu, state } = options
  const { socket } = yield* openStranger
  let answers = 0
  socket.on("message", () => answers++)
  const { transport } = sfu.iceTransports[0]!.connection.nominated!.protocol as unknown as {
    readonly transport: { readonly socket: typeof socket; send: (data: Buffer, to: unknown) => Promise<void> }
  }
  const recorded: Array<Buffer> = []
  const { send } = transport
  transport.send = (data, to) => {
    if (recorded.length < 1_000) recorded.push(Buffer.from(data))
    return send(data, to)
  }
  yield* receive
  // A publisher gets receiver reports and consent checks only.
  yield* Effect.repeat(Effect.sleep("20 millis"), { while: () => recorded.length === 0 })
  return {
    stranger: (datagram) => socket.send(datagram, port, "127.0.0.1"),
    onPath: (datagram) => transport.socket.send(datagram, port, "127.0.0.1"),
    forwarded: (compound) => {
      const [dtls] = sfu.dtlsTransports
      dtls!.iceTransport.connection.send(dtls!.srtcp.encrypt(compound)).catch(() => {})
    },
    recorded,
    changes: Effect.gen(function*() {
      const found: Array<string> = []
      const isDeaf = Option.isNone(yield* Effect.timeoutOption(receive, "5 seconds"))
      if (isDeaf) found.push("no packet arrives")
      const current = yield* state
      if (current !== "connected") found.push(`it is ${current}`)
      if (answers > 0) found.push(`${answers} answers to a stranger`)
      return found
    })
  }
})

const subscriber: Open = Effect.gen(function*() {
  const sfu = yield* openSfu
  const connection = yield* Effect.orDie(openSubscriber())
  const sender = sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
  const { media, sdp } = yield* Effect.orDie(connection.answer(yield* sfu.offer()))
  yield* sfu.accept(sdp)
  yield* untilState(connection, "connected")
  return yield* targetOf({
    sfu: sfu.connection,
    port: portOf(sdp),
    state: Effect.map(Stream.runHead(connection.states), Option.getOrUndefined),
    receive: receiveTexts(only(media), () => sender.send("packet"))
  })
})

const publisher: Open = Effect.gen(function*() {
  const { negotiate, publisher, sfu } = yield* openCall.pipe(Effect.orDie)
  const track = yield* Effect.orDie(publisher.addTrack({ kind: "audio", codec: opus }))
  yield* Effect.orDie(negotiate)
  yield* untilState(publisher, "connected")
  let round = 0
  return yield* targetOf({
    sfu: sfu.connection,
    port: portOf(sfu.offers[0]!.sdp),
    state: Effect.map(Stream.runHead(publisher.states), Option.getOrUndefined),
    receive: Effect.suspend(() => sendUntilReceived(sfu, track, `round ${++round}`))
  })
})

/**
 * Node reads up to 32 datagrams of a socket in one turn of its loop. More than that fills the buffer of the socket, and the
 * system drops the packets of the SFU as well: a flood that no program can prevent.
 */
const batch = 16

const attack = (options: {
  readonly attacker: "Stranger" | "OnPath" | "Peer"
  readonly name: string
  readonly inputs: Attack["inputs"]
  readonly open: Open
  readonly make: (n: number, target: Target) => Buffer
}): Attack => ({
  attacker: options.attacker,
  name: options.name,
  unit: "datagrams",
  inputs: options.inputs,
  prepare: Effect.map(options.open, (target) => (inputs) =>
    Effect.gen(function*() {
      const write = { Stranger: target.stranger, OnPath: target.onPath, Peer: target.forwarded }[options.attacker]
      for (let sent = 0; sent < inputs;) {
        for (const end = Math.min(inputs, sent + batch); sent < end; sent++) write(options.make(sent, target))
        yield* nextTurn
      }
      return yield* target.changes
    }))
})

/** A datagram of which some bytes have changed, or its end is missing. */
const mutated = (datagram: Buffer): Buffer => {
  const copy = Buffer.from(datagram)
  for (let n = randomInt(1, 4); n > 0 && copy.length > 0; n--) copy[randomInt(copy.length)] = randomInt(256)
  return randomInt(4) === 0 ? copy.subarray(0, randomInt(copy.length + 1)) : copy
}

const oneOf = (n: number): Buffer => single[n % single.length]![1]

const random = (): Buffer => {
  const datagram = randomBytes(randomInt(1, 1_400))
  // A quarter each: STUN, DTLS, RTP, and anything.
  const [low, high] = [[0, 4], [20, 64], [128, 192], [0, 256]][randomInt(4)] as [number, number]
  datagram[0] = randomInt(low, high)
  return datagram
}

const unsignedChecks = Array.from(
  { length: 256 },
  (_, n) => stun(binding.request, check(`${n}:x`), n % 2 === 0 ? {} : { password: "guessed" })
)
/** Compound RTCP of 1,200 bytes: many headers without content, runs of lost packets, random content, a length that does not fit. */
const compounds = [
  () => Buffer.concat(Array.from({ length: 300 }, () => Buffer.from([0x8f, 205, 0, 0]))),
  () => Buffer.concat([Buffer.from([0x8f, 205, 1, 43]), Buffer.alloc(10), Buffer.alloc(1_186, 0xff)]),
  () => Buffer.concat([Buffer.from([0x80 + randomInt(32), randomInt(200, 208), 1, 43]), randomBytes(1_196)]),
  () => Buffer.concat([Buffer.from([0x81, 202, 0xff, 0xff]), randomBytes(1_196)])
]
const longExtensions = [5, 100, 1_000, 5_000, 65_535].map((words) => rtpWithExtension(words))

export const datagramAttacks: ReadonlyArray<Attack> = [
  ...([["subscriber", subscriber], ["publisher", publisher]] as const).flatMap(([side, open]) => [
    attack({
      attacker: "Stranger",
      name: `alerts, records, media to a ${side}`,
      inputs: { short: 10_000, long: 100_000 },
      open,
      make: oneOf
    }),
    attack({
      attacker: "OnPath",
      name: `alerts, records, media to a ${side}`,
      inputs: { short: 5_000, long: 100_000 },
      open,
      make: oneOf
    }),
    attack({
      attacker: "OnPath",
      name: `changed datagrams of the SFU to a ${side}`,
      inputs: { short: 5_000, long: 200_000 },
      open,
      make: (n, { recorded }) => mutated(recorded[n % recorded.length]!)
    })
  ]),
  attack({
    attacker: "Stranger",
    name: "connectivity checks without our password",
    inputs: { short: 10_000, long: 100_000 },
    open: subscriber,
    make: (n) => unsignedChecks[n % unsignedChecks.length]!
  }),
  attack({
    attacker: "OnPath",
    name: "RTP whose extension is longer than the packet",
    inputs: { short: 10_000, long: 100_000 },
    open: subscriber,
    make: (n) => longExtensions[n % longExtensions.length]!
  }),
  attack({
    attacker: "Peer",
    name: "RTCP whose lengths do not fit, forwarded by the SFU",
    inputs: { short: 2_000, long: 50_000 },
    open: publisher,
    make: (n) => compounds[n % compounds.length]!()
  }),
  attack({
    attacker: "Stranger",
    name: "random datagrams",
    inputs: { short: 10_000, long: 100_000 },
    open: subscriber,
    make: random
  }),
  attack({
    attacker: "OnPath",
    name: "random datagrams",
    inputs: { short: 10_000, long: 200_000 },
    open: subscriber,
    make: random
  })
]
