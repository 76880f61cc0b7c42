/**
 * Decrypts SRTP packets in the two profiles that werift negotiates: AES-GCM (RFC 7714) and AES-CM (RFC 3711).
 *
 * The fault: werift copies the header and the decrypted payload into further memory, and with AES-GCM it zeroes that memory
 * first. The payload here is what OpenSSL returns, and the header stays where it arrived. Measured by `npm run bench:packets`.
 */
import { createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from "node:crypto"
import { ProtectionProfileAeadAes128Gcm, type SrtpSession } from "werift"

export interface SrtpCipher {
  /** In bytes: the authentication tag behind the payload. */
  readonly tagLength: number
  /**
   * The payload, in memory of its own. `undefined` if the packet is not authenticated. `rollovers`: how often the sequence
   * number has wrapped before it. The caller has checked the lengths in the header.
   */
  readonly decrypt: (packet: Buffer, payloadOffset: number, rollovers: number) => Buffer | undefined
}

/** The keys of one direction, with werift's names. The third is the key of the authentication tag. */
export interface SessionKeys {
  readonly srtpSessionKey: Buffer
  readonly srtpSessionSalt: Buffer
  readonly srtpSessionAuthTag: Buffer
}

/** The cipher of the packets that the remote side sends. */
export const make = ({ config, remoteContext }: SrtpSession): SrtpCipher =>
  config.profile === ProtectionProfileAeadAes128Gcm ? galoisCounterMode(remoteContext) : counterMode(remoteContext)

/** RFC 7714, section 8. */
export const galoisCounterMode = (
  { srtpSessionKey, srtpSessionSalt }: Pick<SessionKeys, "srtpSessionKey" | "srtpSessionSalt">
): SrtpCipher => {
  const key = createSecretKey(srtpSessionKey)
  const salt = srtpSessionSalt.subarray(0, 12)
  const tagLength = 16
  return {
    tagLength,
    decrypt: (packet, payloadOffset, rollovers) => {
      const end = packet.length - tagLength
      const vector = initializationVector(salt, 12, 2, packet, rollovers)
      const decipher = createDecipheriv("aes-128-gcm", key, vector)
      decipher.setAAD(packet.subarray(0, payloadOffset))
      decipher.setAuthTag(packet.subarray(end))
      const payload = decipher.update(packet.subarray(payloadOffset, end))
      try {
        decipher.final()
        return payload
      } catch {
        return undefined
      }
    }
  }
}

/** RFC 3711, sections 4.1.1 and 4.2.1: AES_CM_128_HMAC_SHA1_80. */
export const counterMode = ({ srtpSessionAuthTag, srtpSessionKey, srtpSessionSalt }: SessionKeys): SrtpCipher => {
  const key = createSecretKey(srtpSessionKey)
  const tagKey = createSecretKey(srtpSessionAuthTag)
  const tagLength = 10
  const rolloverCounter = Buffer.alloc(4)

  const isAuthentic = (packet: Buffer, end: number, rollovers: number): boolean => {
    rolloverCounter.writeUInt32BE(rollovers)
    const tag = createHmac("sha1", tagKey).update(packet.subarray(0, end)).update(rolloverCounter).digest()
    return timingSafeEqual(tag.subarray(0, tagLength), packet.subarray(end))
  }

  return {
    tagLength,
    decrypt: (packet, payloadOffset, rollovers) => {
      const end = packet.length - tagLength
      if (!isAuthentic(packet, end, rollovers)) return undefined
      const vector = initializationVector(srtpSessionSalt, 16, 4, packet, rollovers)
      return createDecipheriv("aes-128-ctr", key, vector).update(packet.subarray(payloadOffset, end))
    }
  }
}

/** The SSRC at an offset, the rollovers and the sequence number behind it, and the salt over all (exclusive or). */
const initializationVector = (
  salt: Buffer,
  size: number,
  ssrcOffset: number,
  packet: Buffer,
  rollovers: number
): Buffer => {
  const vector = Buffer.alloc(size)
  vector.writeUInt32BE(packet.readUInt32BE(8), ssrcOffset)
  vector.writeUInt32BE(rollovers, ssrcOffset + 4)
  vector.writeUInt16BE(packet.readUInt16BE(2), ssrcOffset + 8)
  for (let at = 0; at < salt.length; at++) vector[at]! ^= salt[at]!
  return vector
}
