/**
 * What proves a DTLS peer: fingerprints, signatures and the Finished message.
 */
import * as Effect from "effect/Effect"
import { createHash, createHmac, createPrivateKey, generateKeyPairSync, sign } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import type { RTCCertificate } from "werift"
import { hasFingerprint, isFinished, isSignedBy } from "../../src/werift/internal/DtlsProof.ts"
import { derOf, makeCertificate } from "./Handshake.ts"

let ecdsa: RTCCertificate
let rsa: RTCCertificate
beforeAll(async () => {
  ecdsa = await Effect.runPromise(makeCertificate("ECDSA"))
  rsa = await Effect.runPromise(makeCertificate("RSA"))
})

const hashes = ["sha-1", "sha-224", "sha-256", "sha-384", "sha-512"]

/** In the form of SDP: upper case, with colons. */
const valueOf = (hash: string): string =>
  createHash(hash.replace("-", "")).update(derOf(ecdsa)).digest("hex").toUpperCase().replace(/..(?!$)/g, "$&:")

describe("A fingerprint", () => {
  test.each(hashes)("of %s is compared, in either case", (algorithm) => {
    const value = valueOf(algorithm)
    expect(hasFingerprint(derOf(ecdsa), [{ algorithm, value }])).toBe(true)
    expect(hasFingerprint(derOf(ecdsa), [{ algorithm: algorithm.toUpperCase(), value: value.toLowerCase() }])).toBe(
      true
    )
    expect(hasFingerprint(derOf(rsa), [{ algorithm, value }])).toBe(false)
    expect(hasFingerprint(derOf(ecdsa), [{ algorithm, value: value.slice(0, -3) }])).toBe(false)
    expect(hasFingerprint(derOf(ecdsa), [{ algorithm, value: "" }])).toBe(false)
  })

  test.each(hashes.slice(1))("of %s counts, and one of a weaker hash beside it does not", (algorithm) => {
    const weaker = hashes.slice(0, hashes.indexOf(algorithm)).map((algorithm) => ({
      algorithm,
      value: valueOf(algorithm)
    }))
    expect(hasFingerprint(derOf(ecdsa), [...weaker, { algorithm, value: "00" }])).toBe(false)
    expect(
      hasFingerprint(derOf(ecdsa), [...weaker, { algorithm, value: "00" }, { algorithm, value: valueOf(algorithm) }])
    )
      .toBe(true)
  })

  test("is needed, of a hash that is known", () => {
    const value = createHash("md5").update(derOf(ecdsa)).digest("hex")
    expect(hasFingerprint(derOf(ecdsa), [])).toBe(false)
    expect(hasFingerprint(derOf(ecdsa), [{ algorithm: "md5", value }])).toBe(false)
    expect(hasFingerprint(derOf(ecdsa), [{ algorithm: "constructor", value }])).toBe(false)
  })
})

describe("A signature", () => {
  const data = Buffer.from("randoms and parameters")
  const signed = (key: string) => sign("sha256", data, createPrivateKey(key))

  test("is one of the certificate's key, over the data, with the scheme that it names", () => {
    for (const [certificate, scheme] of [[ecdsa, 0x0403], [rsa, 0x0401]] as const) {
      const signature = signed(certificate.privateKey)
      expect(isSignedBy(derOf(certificate), { scheme, signature }, data)).toBe(true)
      expect(isSignedBy(derOf(certificate), { scheme, signature }, Buffer.from("other parameters"))).toBe(false)
      expect(isSignedBy(derOf(certificate), { scheme: 0x0403 + 0x0401 - scheme, signature }, data)).toBe(false)
      expect(isSignedBy(derOf(certificate), { scheme: 0x0804, signature }, data)).toBe(false)
      expect(isSignedBy(derOf(certificate), { scheme: 0x0203, signature }, data)).toBe(false)
      expect(isSignedBy(derOf(certificate), { scheme, signature: Buffer.alloc(0) }, data)).toBe(false)
    }
  })

  test("of another key is none, and garbage does not throw", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const signature = signed(privateKey.export({ type: "pkcs8", format: "pem" }).toString())
    expect(isSignedBy(derOf(ecdsa), { scheme: 0x0403, signature }, data)).toBe(false)
    expect(isSignedBy(Buffer.from("no certificate"), { scheme: 0x0403, signature }, data)).toBe(false)
    expect(isSignedBy(derOf(ecdsa), { scheme: 0x0403, signature: Buffer.from("garbage") }, data)).toBe(false)
  })
})

test("A Finished message fits its sender, the secret and the whole transcript", () => {
  const [secret, transcript] = [Buffer.alloc(48, 7), Buffer.from("messages")]
  // PRF of RFC 5246, section 5, with the two halves of its only block written out.
  const seed = Buffer.concat([Buffer.from("client finished"), createHash("sha256").update(transcript).digest()])
  const first = createHmac("sha256", secret).update(seed).digest()
  const verifyData = createHmac("sha256", secret).update(first).update(seed).digest().subarray(0, 12)
  expect(isFinished(verifyData, "client", secret, transcript)).toBe(true)
  expect(isFinished(verifyData, "server", secret, transcript)).toBe(false)
  expect(isFinished(verifyData, "client", Buffer.alloc(48, 8), transcript)).toBe(false)
  expect(isFinished(verifyData, "client", secret, Buffer.from("message"))).toBe(false)
  expect(isFinished(verifyData.subarray(0, 11), "client", secret, transcript)).toBe(false)
  expect(isFinished(Buffer.alloc(0), "client", secret, transcript)).toBe(false)
})
