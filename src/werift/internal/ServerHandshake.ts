/**
 * The messages of a DTLS client that its server may use (RFC 6347, section 4.2.4).
 *
 * - ClientHello: only with the cookie that the server has sent (section 4.2.1). Whoever has no cookie gets one and changes
 *   nothing. After the first one with the cookie no other is used.
 * - Certificate, ClientKeyExchange and CertificateVerify are held until all three are there, the certificate has a
 *   fingerprint of the description, and its key has signed the handshake up to there (RFC 5246, section 7.4.8).
 *
 * As in `ClientHandshake`, a message that proves nothing is dropped.
 */
import { timingSafeEqual } from "node:crypto"
import type { PeerOfHandshake } from "./ClientHandshake.ts"
import { maxVerifications } from "./ClientHandshake.ts"
import type { HandshakeMessage } from "./DtlsMessage.ts"
import { bytesOf, messageType } from "./DtlsMessage.ts"
import * as DtlsProof from "./DtlsProof.ts"
import * as HandshakeBody from "./HandshakeBody.ts"
import * as Candidates from "./HandshakeCandidates.ts"

export interface ServerHandshake {
  /** Returns the messages that can be used now, in their order. */
  readonly receive: (message: HandshakeMessage) => ReadonlyArray<HandshakeMessage>
}

export interface Options extends PeerOfHandshake {
  readonly cookie: Buffer
  /** Asks the client to repeat its ClientHello with the cookie. */
  readonly sendCookie: () => void
  /** A ClientHello without its cookie has the cookie. Called once, before `receive` returns it. */
  readonly onHello: (withoutCookie: HandshakeMessage) => void
  /** The messages of both sides so far, from the ClientHello with the cookie to our ServerHelloDone. */
  readonly transcript: () => Buffer
}

export const make = (
  { cookie, fingerprints, onHello, onRefused, sendCookie, transcript }: Options
): ServerHandshake => {
  const keyExchanges = Candidates.make()
  const verifies = Candidates.make()
  let verifications = 0
  /** The `message_seq` of the ClientHello that began the handshake. */
  let begun: number | undefined
  let certificate: HandshakeMessage | undefined
  let isProven = false

  const hello = (message: HandshakeMessage): ReadonlyArray<HandshakeMessage> => {
    const parsed = HandshakeBody.clientHello(message.body)
    if (parsed === undefined || begun !== undefined) return []
    if (parsed.cookie.length !== cookie.length || !timingSafeEqual(parsed.cookie, cookie)) {
      sendCookie()
      return []
    }
    begun = message.sequence
    onHello({ ...message, body: parsed.withoutCookie })
    return [message]
  }

  const isProof = (leaf: Buffer, keyExchange: HandshakeMessage, { body }: HandshakeMessage): boolean => {
    const signed = HandshakeBody.certificateVerify(body)
    if (signed === undefined || certificate === undefined || ++verifications > maxVerifications) return false
    const data = Buffer.concat([transcript(), bytesOf(certificate), bytesOf(keyExchange)])
    const isSigned = DtlsProof.isSignedBy(leaf, signed, data)
    if (!isSigned) onRefused("the handshake is not signed with the key of the certificate")
    return isSigned
  }

  /** `added` is new: the others were tried with each other before. */
  const prove = (added: HandshakeMessage): ReadonlyArray<HandshakeMessage> => {
    const leaf = certificate === undefined ? undefined : HandshakeBody.certificate(certificate.body)
    if (leaf === undefined || certificate === undefined) return []
    for (const keyExchange of keyExchanges.at(certificate.sequence + 1)) {
      for (const verify of verifies.at(certificate.sequence + 2)) {
        const messages = [certificate, keyExchange, verify]
        if (messages.includes(added) && isProof(leaf, keyExchange, verify)) {
          isProven = true
          return messages
        }
      }
    }
    return []
  }

  const present = (message: HandshakeMessage): ReadonlyArray<HandshakeMessage> => {
    const leaf = HandshakeBody.certificate(message.body)
    if (leaf === undefined) {
      onRefused("the client presents no certificate")
    } else if (!DtlsProof.hasFingerprint(leaf, fingerprints())) {
      onRefused("the certificate has no fingerprint of the remote description")
    } else if (certificate === undefined) {
      certificate = message
      return prove(message)
    }
    return []
  }

  const add = (candidates: Candidates.Candidates, message: HandshakeMessage): ReadonlyArray<HandshakeMessage> =>
    candidates.add(message) ? prove(message) : []

  return {
    receive: (message) => {
      const { body, sequence, type } = message
      if (type === messageType.clientHello) return hello(message)
      if (begun === undefined || isProven) return []
      switch (type) {
        case messageType.certificate:
          return sequence === begun + 1 ? present(message) : []
        case messageType.clientKeyExchange:
          if (sequence === begun + 1) onRefused("the client presents no certificate")
          return HandshakeBody.isClientKeyExchange(body) ? add(keyExchanges, message) : []
        case messageType.certificateVerify:
          return HandshakeBody.certificateVerify(body) === undefined ? [] : add(verifies, message)
        default:
          return []
      }
    }
  }
}
