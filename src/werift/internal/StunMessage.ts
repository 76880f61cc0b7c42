/**
 * STUN messages (RFC 8489): their lengths, and their authentication. Knows no socket and no connection.
 *
 * The faults: werift answers a request before it looks at MESSAGE-INTEGRITY, which it never checks in a request; it takes
 * attributes that follow MESSAGE-INTEGRITY, which anybody on the path can append; and it decodes an address byte by byte,
 * with a copy for each, however long it is.
 */
import { createHmac, timingSafeEqual } from "node:crypto"

export type Class = "Request" | "Indication" | "Response" | "Error"

export interface StunMessage {
  readonly class: Class
  /** The message: as it arrived, or without the attributes that no integrity protects. */
  readonly bytes: Buffer
  /** As werift names a transaction: in hexadecimal digits. */
  readonly transactionId: string
  /** The part of USERNAME before the first colon: the ufrag of the receiver of a request (RFC 8445, section 7.2.2). */
  readonly ufrag: string | undefined
  /** Whether MESSAGE-INTEGRITY is present and was made with this password. */
  readonly isSignedWith: (password: string | Uint8Array) => boolean
}

const headerLength = 20
const magicCookie = 0x2112a442
const username = 0x0006
const messageIntegrity = 0x0008
const fingerprint = 0x8028
const integrityLength = 24
const fingerprintLength = 8

/** Those that contain an address: XOR-PEER-ADDRESS, XOR-RELAYED-ADDRESS, XOR-MAPPED-ADDRESS. The longest is one of IPv6. */
const addresses = new Set([0x0012, 0x0016, 0x0020])
const maxAddress = 20

/** In bytes. A message of ICE or of a STUN server fits one packet of a path that WebRTC can use. */
export const maxLength = 1_500

/** A connectivity check has eight attributes. */
const maxAttributes = 32

/** RFC 8489, section 14.3. */
const maxUsername = 513

const classes: { readonly [bits: number]: Class } = {
  0: "Request",
  0x10: "Indication",
  0x100: "Response",
  0x110: "Error"
}

/** `undefined` if a length does not fit, or is far more than any message needs. */
export const read = (data: Buffer, limit: number = maxLength): StunMessage | undefined => {
  if (data.length < headerLength || data.length > limit || data[0]! > 0x3f) return undefined
  if (data.readUInt32BE(4) !== magicCookie || data.readUInt16BE(2) !== data.length - headerLength) return undefined
  let ufrag: string | undefined
  let attributes = 0
  for (let at = headerLength; at < data.length;) {
    if (++attributes > maxAttributes || data.length < at + 4) return undefined
    const type = data.readUInt16BE(at)
    const length = data.readUInt16BE(at + 2)
    const value = at + 4
    const end = value + Math.ceil(length / 4) * 4
    if (end > data.length || addresses.has(type) && length > maxAddress) return undefined
    if (type === messageIntegrity) {
      return length === integrityLength - 4 ? make(data, ufrag, at) : undefined
    }
    // It covers what precedes it, so it is the last one.
    if (type === fingerprint && end !== data.length) return undefined
    if (type === username) {
      if (length > maxUsername) return undefined
      ufrag = data.toString("utf8", value, value + length).split(":", 1)[0]
    }
    at = end
  }
  return make(data, ufrag, undefined)
}

const make = (data: Buffer, ufrag: string | undefined, integrityAt: number | undefined): StunMessage => ({
  class: classes[data.readUInt16BE(0) & 0x0110]!,
  bytes: integrityAt === undefined ? data : protectedPart(data, integrityAt + integrityLength),
  transactionId: data.toString("hex", 8, headerLength),
  ufrag,
  isSignedWith: (password) => {
    if (integrityAt === undefined) return false
    // The length counts up to MESSAGE-INTEGRITY, itself included (RFC 8489, section 14.5).
    const header = Buffer.from(data.subarray(0, 4))
    header.writeUInt16BE(integrityAt + integrityLength - headerLength, 2)
    const expected = createHmac("sha1", password).update(header).update(data.subarray(4, integrityAt)).digest()
    return timingSafeEqual(expected, data.subarray(integrityAt + 4, integrityAt + integrityLength))
  }
})

/** Of what follows MESSAGE-INTEGRITY only FINGERPRINT counts (RFC 8489, section 14.5). werift checks it. */
const protectedPart = (data: Buffer, end: number): Buffer => {
  if (end === data.length) return data
  const isFingerprint = end + fingerprintLength === data.length && data.readUInt16BE(end) === fingerprint
  if (isFingerprint) return data
  const part = Buffer.from(data.subarray(0, end))
  part.writeUInt16BE(end - headerLength, 2)
  return part
}
