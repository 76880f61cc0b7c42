/** Datagrams of somebody who has no key. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHmac, randomBytes } from "node:crypto"
import type { Socket } from "node:dgram"
import { createSocket } from "node:dgram"

/** A DTLS record (RFC 6347, section 4.1). */
export const record = (type: number, epoch: number, fragment: Uint8Array, sequenceNumber = 9): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt8(type, 0)
  header.writeUInt16BE(0xfefd, 1)
  header.writeUInt16BE(epoch, 3)
  header.writeUIntBE(sequenceNumber, 5, 6)
  header.writeUInt16BE(fragment.length, 11)
  return Buffer.concat([header, fragment])
}

/** A handshake message in one fragment (RFC 6347, section 4.2.2). */
export const handshake = (type: number, sequence: number, body: Uint8Array): Buffer => {
  const header = Buffer.alloc(12)
  header.writeUInt8(type, 0)
  header.writeUIntBE(body.length, 1, 3)
  header.writeUInt16BE(sequence, 4)
  header.writeUIntBE(body.length, 9, 3)
  return Buffer.concat([header, body])
}

const attribute = (type: number, value: Uint8Array): Buffer => {
  const header = Buffer.alloc(4)
  header.writeUInt16BE(type, 0)
  header.writeUInt16BE(value.length, 2)
  return Buffer.concat([header, value, Buffer.alloc(-value.length & 3)])
}

/** The message types of STUN. */
export const binding = { request: 0x0001, indication: 0x0011, response: 0x0101, error: 0x0111 } as const

/** Attributes of STUN, by type. */
export type Attributes = ReadonlyArray<readonly [type: number, value: Uint8Array]>

/** A STUN message (RFC 8489). With a password it is signed, and `unsigned` follows the signature. */
export const stun = (type: number, attributes: Attributes, options: {
  readonly password?: string
  readonly unsigned?: Attributes
  readonly transactionId?: Buffer
} = {}): Buffer => {
  const { password, transactionId = randomBytes(12), unsigned = [] } = options
  const encode = (all: Attributes): Buffer => Buffer.concat(all.map(([type, value]) => attribute(type, value)))
  const header = (length: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt16BE(type, 0)
    bytes.writeUInt16BE(length, 2)
    bytes.writeUInt32BE(0x2112a442, 4)
    return Buffer.concat([bytes, transactionId])
  }
  const signed = encode(attributes)
  const rest = encode(unsigned)
  if (password === undefined) return Buffer.concat([header(signed.length + rest.length), signed, rest])
  const integrity = createHmac("sha1", password).update(header(signed.length + 24)).update(signed).digest()
  return Buffer.concat([header(signed.length + 24 + rest.length), signed, attribute(0x0008, integrity), rest])
}

const number32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A connectivity check with a role, which nominates (RFC 8445, section 7.1). */
export const check = (username: string, role: "controlled" | "controlling" = "controlling"): Attributes => [
  [0x0006, Buffer.from(username)],
  [0x0024, number32(1)],
  [0x0025, Buffer.alloc(0)],
  [role === "controlling" ? 0x802a : 0x8029, Buffer.alloc(8, 0xff)]
]

/** An RTP packet whose header extension claims this many words. */
export const rtpWithExtension = (words: number, length = 60): Buffer => {
  const packet = Buffer.alloc(length)
  packet[0] = 0x90
  packet[1] = 96
  packet.writeUInt16BE(0xbede, 12)
  packet.writeUInt16BE(words, 14)
  return packet
}

const media = (payloadType: number): Buffer => {
  const packet = randomBytes(60)
  packet[0] = 0x80
  packet[1] = payloadType
  return packet
}

/** One datagram each that ended or stopped a connection, or could. */
export const single: ReadonlyArray<readonly [name: string, datagram: Buffer]> = [
  ["close_notify in the clear", record(21, 0, Buffer.from([1, 0]))],
  ["a fatal handshake_failure in the clear", record(21, 0, Buffer.from([2, 40]))],
  ["no_renegotiation in the clear", record(21, 0, Buffer.from([1, 100]))],
  ["an alert of epoch 1 with random content", record(21, 1, randomBytes(40))],
  ["an alert of epoch 1 with 2 bytes", record(21, 1, Buffer.from([1, 0]))],
  ["an alert of epoch 7", record(21, 7, Buffer.from([1, 0]))],
  ["a random ClientHello", record(22, 0, handshake(1, 0, randomBytes(60)))],
  ["a random ServerHello", record(22, 0, handshake(2, 0, randomBytes(60)))],
  ["a random HelloVerifyRequest", record(22, 0, handshake(3, 0, randomBytes(60)))],
  ["a random Certificate", record(22, 0, handshake(11, 1, randomBytes(60)))],
  ["a random ServerKeyExchange", record(22, 0, handshake(12, 2, randomBytes(60)))],
  ["a random CertificateRequest", record(22, 0, handshake(13, 3, randomBytes(60)))],
  ["a random Finished in the clear", record(22, 0, handshake(20, 3, randomBytes(12)))],
  ["a HelloRequest", record(22, 0, handshake(0, 0, new Uint8Array()))],
  ["a fragment of a handshake message", record(22, 0, handshake(11, 1, randomBytes(60)).fill(9, 2, 3))],
  ["random application data of epoch 1", record(23, 1, randomBytes(60))],
  ["application data in the clear", record(23, 0, randomBytes(60))],
  ["a ChangeCipherSpec", record(20, 0, Buffer.from([1]))],
  ["a record of type 24", record(24, 0, randomBytes(10))],
  ["a record of type 63", record(63, 0, randomBytes(10))],
  ["13 bytes of 21", Buffer.alloc(13, 21)],
  ["one byte 20", Buffer.from([20])],
  ["one byte 21", Buffer.from([21])],
  ["one byte 22", Buffer.from([22])],
  ["random RTP", media(96)],
  ["random RTCP", media(203)],
  ["RTP whose extension claims 65,535 words", rtpWithExtension(65_535)],
  ["RTCP that claims 65,535 words", Buffer.concat([Buffer.from([0x81, 205, 0xff, 0xff]), Buffer.alloc(40)])],
  ["a connectivity check without a signature", stun(binding.request, check("ufrag:x"))],
  ["a connectivity check without a username", stun(binding.request, [])],
  ["a response without a request", stun(binding.response, [[0x0020, Buffer.alloc(8, 1)]])],
  ["an indication", stun(binding.indication, [])],
  ["TURN channel data", Buffer.from([0x40, 0, 0, 4, 21, 0xfe, 0xfd, 0])],
  ["nothing", Buffer.alloc(0)]
]

/** A socket on 127.0.0.1 that no candidate names. */
export const openStranger: Effect.Effect<
  { readonly socket: Socket; readonly send: (datagram: Buffer, port: number) => Effect.Effect<void> },
  never,
  Scope.Scope
> = Effect.map(
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const socket = createSocket("udp4")
      socket.bind(0, "127.0.0.1", () => resume(Effect.succeed(socket)))
    }),
    (socket) => Effect.callback<void>((resume) => void socket.close(() => resume(Effect.void)))
  ),
  (socket) => ({
    socket,
    send: (datagram, port) =>
      Effect.callback<void>((resume) => void socket.send(datagram, port, "127.0.0.1", () => resume(Effect.void)))
  })
)

/** The port of the first candidate in an SDP. */
export const portOf = (sdp: string): number => Number(/^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+)/im.exec(sdp)![1])
