/**
 * The keys of werift's SRTP and SRTCP sessions, as objects that OpenSSL has already read.
 *
 * The fault: werift keeps them as bytes, which Node 24 imports anew for every cipher and HMAC. A packet needs one or two of
 * each, and the import costs more than the rest of its decryption. Noticed by `test/werift/SrtpKeys.test.ts`.
 */
import { createSecretKey } from "node:crypto"
import type { SrtcpSession, SrtpSession } from "werift"

/** Of werift's ciphers: AES-CM has all four, AES-GCM has no keys for tags. The types call them Buffers. */
const names = ["srtpSessionKey", "srtcpSessionKey", "srtpSessionAuthTag", "srtcpSessionAuthTag"] as const

/** The ciphers pass their keys on to `node:crypto`, which takes both, and do not read them. */
export const importOnce = ({ localContext, remoteContext }: SrtpSession | SrtcpSession): void => {
  for (const { cipher } of [localContext, remoteContext]) {
    for (const name of names) {
      const key: unknown = Reflect.get(cipher, name)
      if (key instanceof Uint8Array) Reflect.set(cipher, name, createSecretKey(key))
    }
  }
}
