/**
 * Decrypted SRTP packets: the examples of the RFCs, and packets that are not authentic.
 */
import { createHmac } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { SrtpCipher } from "../../src/werift/internal/SrtpCipher.ts"
import { counterMode, galoisCounterMode } from "../../src/werift/internal/SrtpCipher.ts"
import { forge } from "../support/forge.ts"

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex")

interface Example {
  readonly cipher: SrtpCipher
  /** Without a header extension, before the first rollover. */
  readonly packet: Buffer
  readonly payload: Buffer
}

/** RFC 7714, section 16.1.1. */
const gcm: Example = {
  cipher: galoisCounterMode({
    srtpSessionKey: bytes("000102030405060708090a0b0c0d0e0f"),
    srtpSessionSalt: bytes("517569642070726f2071756f")
  }),
  packet: bytes(
    "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833"
      + "899d7f27 beb16a91 52cf765e e4390cce"
  ),
  payload: Buffer.from("Gallia est omnis divisa in partes tres")
}

const tagKey = Buffer.alloc(20, 7)
const withTag = (packet: Buffer, rollovers: number): Buffer => {
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(rollovers)
  return Buffer.concat([packet, createHmac("sha1", tagKey).update(packet).update(counter).digest().subarray(0, 10)])
}

/** RFC 3711, appendix B.2: the keystream of SSRC 0 and sequence number 0, so the payload is zero. The tag is section 4.2.1. */
const counter: Example = {
  cipher: counterMode({
    srtpSessionKey: bytes("2b7e151628aed2a6abf7158809cf4f3c"),
    srtpSessionSalt: bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfd"),
    srtpSessionAuthTag: tagKey
  }),
  packet: withTag(
    bytes(
      "8060 0000 00000000 00000000"
        + "e03ead0935c95e80e166b16dd92b4eb4 d23513162b02d0f72a43a2fe4a5f97ab 41e95b3bb0a2e8dd477901e4fca894c0"
    ),
    0
  ),
  payload: Buffer.alloc(48)
}

describe.each<readonly [string, Example]>([["AES-GCM", gcm], ["AES-CM", counter]])("%s", (_, example) => {
  const { cipher, packet, payload } = example

  test("the example of the RFC is decrypted, into memory of its own", () => {
    const decrypted = cipher.decrypt(packet, 12, 0)!
    expect(decrypted).toEqual(payload)
    expect(decrypted.buffer.byteLength).toBe(payload.length)
  })

  test("a packet that was changed in any byte is not authentic", () => {
    for (let at = 0; at < packet.length; at++) expect(cipher.decrypt(forge(packet, at), 12, 0)).toBeUndefined()
  })

  test("a packet of another rollover is not authentic", () => {
    expect([1, 0xffff_ffff].map((rollovers) => cipher.decrypt(packet, 12, rollovers))).toEqual([undefined, undefined])
  })
})
