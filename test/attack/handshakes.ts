/** What somebody on the path does with the DTLS handshake of a connection: takes a place in it, or fills its memory. */
import type { NegotiationError, PeerConnection } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { randomBytes, randomInt } from "node:crypto"
import type { RTCDtlsTransport, RTCPeerConnection } from "werift"
import { nextTurn } from "../support/nextTurn.ts"
import { openPublisher, openSfu as openAnsweringSfu, opus } from "../werift/AnsweringSfu.ts"
import { fragment, onHandshake, record, withForgedKey } from "../werift/Handshake.ts"
import { only, openSfu, openSubscriber, receiveTexts, untilState } from "../werift/Sfu.ts"
import { portOf } from "../werift/StrangeDatagrams.ts"
import type { Attack } from "./Attack.ts"

const transportOf = ({ dtlsTransports }: RTCPeerConnection): RTCDtlsTransport => dtlsTransports[0]!

const forge = (connection: RTCPeerConnection): void => {
  const transport = transportOf(connection)
  transport.localCertificate = withForgedKey(transport.localCertificate!)
}

const connectTimeout = "1500 millis"

/** A handshake of a subscriber with somebody who has the certificate of the SFU, and another private key. */
const subscribe = Effect.gen(function*() {
  const sfu = yield* openSfu
  sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
  const subscriber = yield* openSubscriber({ connectTimeout })
  const offer = yield* sfu.offer()
  forge(sfu.connection)
  yield* sfu.accept((yield* subscriber.answer(offer)).sdp)
  return subscriber
})

const publish = Effect.gen(function*() {
  const sfu = yield* openAnsweringSfu
  const publisher = yield* openPublisher({ connectTimeout })
  yield* publisher.addTrack({ kind: "audio", codec: opus })
  const exchange = (offer: { readonly sdp: string }) =>
    Effect.tap(sfu.answer(offer), () => Effect.sync(() => forge(sfu.connection)))
  yield* publisher.negotiate({ exchange })
  return publisher
})

const forgedKey = (
  side: string,
  open: Effect.Effect<Pick<PeerConnection, "states">, NegotiationError, Scope.Scope>
): Attack => {
  const attempt = Effect.scoped(Effect.gen(function*() {
    const { states } = yield* Effect.orDie(open)
    const isOver = (state: string): boolean => ["connected", "failed", "closed"].includes(state)
    const seen = yield* Stream.runCollect(Stream.takeUntil(states, isOver))
    return seen.includes("connected") ? ["it connects"] : []
  }))
  return {
    attacker: "OnPath",
    name: `the SFU's certificate with another key, to a ${side}`,
    unit: "handshakes",
    inputs: { short: 2, long: 100 },
    // The first one compiles the code of a connection.
    prepare: Effect.as(
      attempt,
      (inputs: number) =>
        Effect.map(
          Effect.all(Array.from({ length: inputs }, () => attempt), { concurrency: 2 }),
          (changes) => changes.flat()
        )
    )
  }
}

/**
 * Parts of messages that are never whole, and messages that prove nothing. Without HelloVerifyRequest: nothing in DTLS 1.2
 * proves who has sent it, so somebody on the path can send a wrong cookie, and this handshake gets no answer.
 */
const hostile = (n: number): Buffer => {
  const type = [1, 2, 11, 12, 13, 14, 15, 16, 20][n % 9]!
  const body = randomBytes(randomInt(1, 1_200))
  const length = n % 2 === 0 ? body.length : randomInt(body.length + 1, 0x5000)
  return record(22, 0, fragment(type, randomInt(20), body, 0, length))
}

/** The SFU answers no handshake message until `go` was called. */
const holdHandshake = (transport: RTCDtlsTransport): { go: () => void } => {
  const hold = { go: () => {} }
  onHandshake(transport, ({ transport: { socket } }) => {
    const { send } = socket
    socket.send = () => Promise.resolve()
    hold.go = () => void (socket.send = send)
  })
  return hold
}

const prepareFlood: Attack["prepare"] = Effect.gen(function*() {
  const sfu = yield* openSfu
  const sender = sfu.publish("audio", "alice:TRACK_TYPE_AUDIO:x")
  const subscriber = yield* Effect.orDie(openSubscriber({ connectTimeout: Infinity }))
  const { media, sdp } = yield* Effect.orDie(subscriber.answer(yield* sfu.offer()))
  const hold = holdHandshake(transportOf(sfu.connection))
  yield* sfu.accept(sdp)
  const ice = transportOf(sfu.connection).iceTransport.connection
  yield* Effect.repeat(Effect.sleep("20 millis"), {
    while: () => transportOf(sfu.connection).state !== "connecting" || ice.nominated === undefined
  })
  const port = portOf(sdp)
  const { transport } = ice.nominated!.protocol as unknown as {
    readonly transport: { readonly socket: { send: (data: Buffer, port: number, host: string) => void } }
  }
  return (inputs: number) =>
    Effect.gen(function*() {
      for (let n = 0; n < inputs; n++) {
        transport.socket.send(hostile(n), port, "127.0.0.1")
        if (n % 50 === 49) yield* nextTurn
      }
      hold.go()
      yield* untilState(subscriber, "connected")
      yield* receiveTexts(only(media), () => sender.send("packet"))
      return []
    })
})

export const handshakeAttacks: ReadonlyArray<Attack> = [
  forgedKey("subscriber", subscribe),
  forgedKey("publisher", publish),
  {
    attacker: "OnPath",
    name: "messages and unfinished fragments while it connects",
    unit: "datagrams",
    inputs: { short: 5_000, long: 20_000 },
    prepare: prepareFlood
  }
]
