/**
 * The remote side of a DTLS handshake as a man in the middle or a careless SFU plays it, and what a stranger sends into one.
 */
import * as Effect from "effect/Effect"
import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto"
import { CipherContext, type DtlsSocket, RTCCertificate, type RTCDtlsTransport } from "werift"

const sha256 = 4
const algorithms = { RSA: 1, ECDSA: 3 } as const
export type Algorithm = keyof typeof algorithms

export const makeCertificate = (algorithm: Algorithm): Effect.Effect<RTCCertificate> =>
  Effect.promise(async () => {
    const { certPem, keyPem, signatureHash } = await CipherContext.createSelfSignedCertificateWithKey({
      signature: algorithms[algorithm],
      hash: sha256
    })
    return new RTCCertificate(keyPem, certPem, signatureHash)
  })

/** Each with a key of its own. */
export const makeTwoCertificates = (): Promise<readonly [RTCCertificate, RTCCertificate]> =>
  Effect.runPromise(Effect.all([makeCertificate("ECDSA"), makeCertificate("ECDSA")]))

/** The certificate, which is public, with another private key. */
export const withForgedKey = ({ certPem, signatureHash }: RTCCertificate): RTCCertificate => {
  const { privateKey } = signatureHash.signature === algorithms.RSA
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : generateKeyPairSync("ec", { namedCurve: "P-256" })
  return new RTCCertificate(privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certPem, signatureHash)
}

/** The line `a=fingerprint` of a certificate. */
export const fingerprintOf = (
  { certPem }: RTCCertificate,
  hash: "sha-1" | "sha-256" | "sha-512" = "sha-256"
): string => {
  const { fingerprint, fingerprint256, fingerprint512 } = new X509Certificate(certPem)
  const value = { "sha-1": fingerprint, "sha-256": fingerprint256, "sha-512": fingerprint512 }[hash]
  return `a=fingerprint:${hash} ${value}`
}

/** Replaces the fingerprints of an SDP. */
export const withFingerprints = (sdp: string, lines: ReadonlyArray<string>): string =>
  sdp.replace(/a=fingerprint:.*\r\n/g, lines.map((line) => `${line}\r\n`).join(""))

/** Changes a DTLS socket before it sends or receives. */
export const onHandshake = (transport: RTCDtlsTransport, change: (socket: DtlsSocket) => void): void => {
  const { start } = transport
  transport.start = () => {
    const starting = start.call(transport)
    change(transport.dtls!)
    return starting
  }
}

export const record = (type: number, epoch: number, body: Buffer): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt8(type, 0)
  header.writeUInt16BE(0xfefd, 1)
  header.writeUInt16BE(epoch, 3)
  header.writeUIntBE(9, 5, 6)
  header.writeUInt16BE(body.length, 11)
  return Buffer.concat([header, body])
}

export const fragment = (type: number, sequence: number, body: Buffer, offset = 0, length = body.length): Buffer => {
  const header = Buffer.alloc(12)
  header.writeUInt8(type, 0)
  header.writeUIntBE(length, 1, 3)
  header.writeUInt16BE(sequence, 4)
  header.writeUIntBE(offset, 6, 3)
  header.writeUIntBE(body.length, 9, 3)
  return Buffer.concat([header, body])
}

export const handshakeRecord = (type: number, sequence: number, body: Buffer): Buffer =>
  record(22, 0, fragment(type, sequence, body))

/** The bodies of messages that are well-formed and say nothing that is true. */
export const hello = (cookie?: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([0xfe, 0xfd]),
    randomBytes(32),
    Buffer.alloc(1),
    ...(cookie === undefined ? [] : [Buffer.from([cookie.length]), cookie]),
    // A ClientHello has lists of cipher suites and compressions, a ServerHello has one of each.
    cookie === undefined ? Buffer.from([0xc0, 0x2b, 0]) : Buffer.from([0, 2, 0xc0, 0x2b, 1, 0]),
    Buffer.alloc(2)
  ])
export const keyExchange = (): Buffer =>
  Buffer.concat([
    Buffer.from([3, 0, 29, 32]),
    randomBytes(32),
    Buffer.from([4, 3, 0, 70]),
    randomBytes(70)
  ])
export const verifyRequest = (): Buffer => Buffer.concat([Buffer.from([0xfe, 0xff, 20]), randomBytes(20)])
export const clientKeyExchange = (): Buffer => Buffer.concat([Buffer.from([32]), randomBytes(32)])
export const certificateVerify = (): Buffer => Buffer.concat([Buffer.from([4, 3, 0, 70]), randomBytes(70)])

/** What a stranger can send without a key, at any time. */
export const anybodysDatagrams = (): ReadonlyArray<Buffer> => [
  record(21, 0, Buffer.from([1, 0])),
  record(21, 0, Buffer.from([2, 40])),
  record(21, 0, Buffer.from([1, 100])),
  record(21, 1, Buffer.from([1, 0])),
  record(21, 1, randomBytes(40)),
  record(21, 7, Buffer.from([1, 0])),
  record(20, 0, Buffer.from([1])),
  record(23, 0, randomBytes(60)),
  record(23, 1, randomBytes(60)),
  record(22, 1, randomBytes(60)),
  record(24, 0, randomBytes(10)),
  record(63, 0, randomBytes(10)),
  Buffer.alloc(13, 21),
  Buffer.from([21]),
  Buffer.from([22]),
  handshakeRecord(3, 0, verifyRequest()),
  ...[0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16, 20, 99].flatMap((type) =>
    [0, 1, 2, 3, 4, 5, 6, 65_535].flatMap((sequence) => [
      handshakeRecord(type, sequence, randomBytes(60)),
      record(22, 0, fragment(type, sequence, randomBytes(60), 0, 0xffffff)),
      record(22, 0, fragment(type, sequence, randomBytes(60), 30, 200))
    ])
  ),
  ...[0, 1, 2, 3].flatMap((sequence) => [
    handshakeRecord(1, sequence, hello(Buffer.alloc(0))),
    handshakeRecord(1, sequence, hello(randomBytes(20))),
    handshakeRecord(2, sequence, hello()),
    handshakeRecord(12, sequence + 2, keyExchange()),
    handshakeRecord(16, sequence, clientKeyExchange()),
    handshakeRecord(15, sequence + 1, certificateVerify()),
    handshakeRecord(20, sequence + 2, randomBytes(12))
  ])
]

export const derOf = ({ certPem }: RTCCertificate): Buffer => new X509Certificate(certPem).raw

export const sha256Of = ({ certPem }: RTCCertificate) => ({
  algorithm: "sha-256",
  value: new X509Certificate(certPem).fingerprint256
})

const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(3)
  length.writeUIntBE(bytes.length, 0, 3)
  return Buffer.concat([length, bytes])
}

/** The body of a Certificate message. */
export const certificatesOf = (certificate: Buffer): Buffer => withLength(withLength(certificate))

/** The body of a CertificateRequest. */
export const certificateRequest = Buffer.from([2, 1, 64, 0, 4, 4, 1, 4, 3, 0, 0])
