/**
 * What a DTLS peer has to prove: that it has the certificate of the description, and that certificate's private key. With
 * Node's own cryptography; werift checks neither signature, and no Finished message (H21).
 */
import { createHash, createHmac, timingSafeEqual, verify, X509Certificate } from "node:crypto"
import type { Signed } from "./HandshakeBody.ts"

/** An `a=fingerprint` of the remote description (RFC 8122). */
export interface Fingerprint {
  readonly algorithm: string
  readonly value: string
}

/** The hashes of fingerprints, the strongest first. MD5 and MD2 are forbidden (RFC 8122, section 5). */
const hashes = ["sha512", "sha384", "sha256", "sha224", "sha1"]

const hashOf = ({ algorithm }: Fingerprint): string => algorithm.trim().toLowerCase().replace("-", "")

const hexOf = ({ value }: Fingerprint): string => value.replace(/[^0-9a-f]/gi, "").toLowerCase()

/**
 * Whether the certificate (DER) has one of the fingerprints. Only those of the strongest hash count (RFC 8122, section
 * 5.1). Without a fingerprint of a known hash no certificate has it.
 */
export const hasFingerprint = (certificate: Buffer, fingerprints: ReadonlyArray<Fingerprint>): boolean => {
  const strongest = hashes.find((hash) => fingerprints.some((fingerprint) => hashOf(fingerprint) === hash))
  if (strongest === undefined) return false
  const actual = createHash(strongest).update(certificate).digest("hex")
  return fingerprints.some((fingerprint) => hashOf(fingerprint) === strongest && hexOf(fingerprint) === actual)
}

/** The signature algorithms that werift offers and accepts, and the type of key that each needs. */
const keyTypes: ReadonlyMap<number, string> = new Map([[0x0401, "rsa"], [0x0403, "ec"]])

/** Whether the private key of this certificate (DER) has signed the data. Never throws. */
export const isSignedBy = (certificate: Buffer, { scheme, signature }: Signed, data: Buffer): boolean => {
  try {
    const { publicKey } = new X509Certificate(certificate)
    return publicKey.asymmetricKeyType === keyTypes.get(scheme) && verify("sha256", data, publicKey, signature)
  } catch {
    return false
  }
}

/**
 * Whether this is the `verify_data` of a Finished message over the transcript (RFC 5246, sections 5 and 7.4.9). The hash
 * is SHA-256 in every cipher suite that werift offers.
 */
export const isFinished = (
  verifyData: Buffer,
  sender: "client" | "server",
  masterSecret: Buffer,
  transcript: Buffer
): boolean => {
  const seed = Buffer.concat([Buffer.from(`${sender} finished`), createHash("sha256").update(transcript).digest()])
  const mac = (data: Buffer): Buffer => createHmac("sha256", masterSecret).update(data).digest()
  const expected = mac(Buffer.concat([mac(seed), seed])).subarray(0, 12)
  return verifyData.length === expected.length && timingSafeEqual(verifyData, expected)
}
