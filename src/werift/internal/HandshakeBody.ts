/**
 * The bodies of the DTLS handshake messages that prove who the peer is (RFC 5246, section 7.4; RFC 8422, section 5.4).
 * Each function returns `undefined` for a body that is not well-formed. Pure.
 */

/** The signature algorithm and hash of a signature, as two bytes of the wire: `0x0403` is SHA-256 with ECDSA. */
export type SignatureScheme = number

export interface ClientHello {
  readonly random: Buffer
  readonly cookie: Buffer
  /** The body without the cookie. */
  readonly withoutCookie: Buffer
}

export interface ServerHello {
  readonly random: Buffer
}

export interface Signed {
  readonly scheme: SignatureScheme
  readonly signature: Buffer
}

export interface ServerKeyExchange extends Signed {
  /** The curve and the public key, which are signed. */
  readonly parameters: Buffer
}

const dtls12 = 0xfefd
const randomLength = 32
const namedCurve = 3

/** The length of a public key on each curve that werift offers: x25519 and secp256r1. */
const keyLengths: ReadonlyMap<number, number> = new Map([[29, 32], [23, 65]])

class Malformed extends Error {}

interface Reader {
  readonly position: () => number
  readonly take: (length: number) => Buffer
  readonly number: (length: number) => number
  /** Bytes that follow their length, which has that many bytes. */
  readonly vector: (lengthBytes: number) => Buffer
  readonly end: () => void
}

const reading = <A>(body: Buffer, read: (reader: Reader) => A): A | undefined => {
  let position = 0
  const take = (length: number): Buffer => {
    if (position + length > body.length) throw new Malformed()
    return body.subarray(position, position += length)
  }
  const number = (length: number): number => take(length).readUIntBE(0, length)
  try {
    return read({
      position: () => position,
      take,
      number,
      vector: (lengthBytes) => take(number(lengthBytes)),
      end: () => {
        if (position !== body.length) throw new Malformed()
      }
    })
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

const demand = (condition: boolean): void => {
  if (!condition) throw new Malformed()
}

/** Extensions, each with a length that fits. */
const extensions = ({ vector }: Reader): void => {
  let rest = vector(2)
  while (rest.length > 0) {
    demand(rest.length >= 4 && rest.length >= 4 + rest.readUInt16BE(2))
    rest = rest.subarray(4 + rest.readUInt16BE(2))
  }
}

export const clientHello = (body: Buffer): ClientHello | undefined =>
  reading(body, (reader) => {
    const { end, number, position, take, vector } = reader
    demand(number(2) === dtls12)
    const random = take(randomLength)
    vector(1)
    const cookieStart = position()
    const cookie = vector(1)
    const cookieEnd = position()
    const suites = vector(2)
    demand(suites.length > 0 && suites.length % 2 === 0)
    demand(vector(1).length > 0)
    extensions(reader)
    end()
    const withoutCookie = Buffer.concat([body.subarray(0, cookieStart), Buffer.alloc(1), body.subarray(cookieEnd)])
    return { random, cookie, withoutCookie }
  })

export const serverHello = (body: Buffer): ServerHello | undefined =>
  reading(body, (reader) => {
    const { end, number, take, vector } = reader
    demand(number(2) === dtls12)
    const random = take(randomLength)
    vector(1)
    // The cipher suite and no compression.
    take(2)
    demand(number(1) === 0)
    extensions(reader)
    end()
    return { random }
  })

/** The cookie of a HelloVerifyRequest (RFC 6347, section 4.2.1). */
export const helloVerifyRequest = (body: Buffer): Buffer | undefined =>
  reading(body, ({ end, take, vector }) => {
    take(2)
    const cookie = vector(1)
    end()
    return cookie
  })

/** The certificate of the sender itself, in DER. `undefined` also for a message without a certificate. */
export const certificate = (body: Buffer): Buffer | undefined =>
  reading(body, ({ end, vector }) => {
    const list = vector(3)
    end()
    return reading(list, (certificates) => certificates.vector(3))
  })

export const serverKeyExchange = (body: Buffer): ServerKeyExchange | undefined =>
  reading(body, ({ end, number, position, vector }) => {
    demand(number(1) === namedCurve)
    const curve = number(2)
    demand(vector(1).length === keyLengths.get(curve))
    const parameters = body.subarray(0, position())
    const scheme = number(2)
    const signature = vector(2)
    end()
    return { parameters, scheme, signature }
  })

/** Whether the body is one public key. */
export const isClientKeyExchange = (body: Buffer): boolean =>
  reading(body, ({ end, vector }) => {
    const isKey = Array.from(keyLengths.values()).includes(vector(1).length)
    end()
    return isKey
  }) === true

/** Whether a server can ask for certificates in this way. */
export const isCertificateRequest = (body: Buffer): boolean =>
  reading(body, ({ end, vector }) => {
    const types = vector(1).length
    const schemes = vector(2).length
    vector(2)
    end()
    return types > 0 && schemes % 2 === 0
  }) === true

export const certificateVerify = (body: Buffer): Signed | undefined =>
  reading(body, ({ end, number, vector }) => {
    const scheme = number(2)
    const signature = vector(2)
    end()
    return { scheme, signature }
  })

/** The `verify_data` of a Finished message (RFC 5246, section 7.4.9). */
export const finished = (body: Buffer): Buffer | undefined => body.length === 12 ? body : undefined
