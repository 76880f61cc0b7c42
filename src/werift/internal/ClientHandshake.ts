/**
 * The messages of a DTLS server that its client may use (RFC 6347, section 4.2.4). Nothing of them is encrypted. So they
 * are held until the flight is whole, its certificate has a fingerprint of the description, and the key of that
 * certificate has signed the key exchange together with both randoms (RFC 8422, section 5.4).
 *
 * A message that proves nothing is dropped, and the server's own may still follow: it repeats a lost flight. Without one
 * the handshake ends with its timeout.
 *
 * Nothing proves a HelloVerifyRequest. The first is answered at once. The next, which has another cookie, is answered only if
 * the first answer has brought no proof in one and a half seconds: the cookie of a stranger, or one that has expired, gets no
 * ServerHello.
 */
import type { HandshakeMessage } from "./DtlsMessage.ts"
import { messageType } from "./DtlsMessage.ts"
import type { Fingerprint } from "./DtlsProof.ts"
import * as DtlsProof from "./DtlsProof.ts"
import * as HandshakeBody from "./HandshakeBody.ts"
import * as Candidates from "./HandshakeCandidates.ts"

/** How many HelloVerifyRequests are answered in one handshake. */
const maxAnswers = 4

/** How many signatures are verified in one handshake. Each takes about 0.2 ms. */
export const maxVerifications = 256

export interface PeerOfHandshake {
  readonly fingerprints: () => ReadonlyArray<Fingerprint>
  /** A message is not what the peer would have sent: why, in one sentence. */
  readonly onRefused: (reason: string) => void
}

export interface ClientHandshake {
  /** Returns the messages that can be used now, in their order. */
  readonly receive: (message: HandshakeMessage) => ReadonlyArray<HandshakeMessage>
  /** A HelloVerifyRequest that was not answered. Called when the answer to the last one has brought nothing. */
  readonly nextRequest: () => HandshakeMessage | undefined
}

export const make = (
  { clientRandom, fingerprints, onRefused }: PeerOfHandshake & {
    /** The random of our ClientHello. `undefined` before it was sent. */
    readonly clientRandom: () => Buffer | undefined
  }
): ClientHandshake => {
  const hellos = Candidates.make()
  const certificates = Candidates.make()
  const keyExchanges = Candidates.make()
  const requests = Candidates.make()
  const dones = Candidates.make()
  const verifyRequests = Candidates.make()
  const answered: Array<HandshakeMessage> = []
  let isWhole = false
  let verifications = 0
  /** ServerHello, Certificate and ServerKeyExchange. */
  let proven: ReadonlyArray<HandshakeMessage> | undefined

  const isProof = (hello: HandshakeMessage, certificate: HandshakeMessage, keyExchange: HandshakeMessage): boolean => {
    const signed = HandshakeBody.serverKeyExchange(keyExchange.body)
    const server = HandshakeBody.serverHello(hello.body)
    const leaf = HandshakeBody.certificate(certificate.body)
    const random = clientRandom()
    if (signed === undefined || server === undefined || leaf === undefined || random === undefined) return false
    if (++verifications > maxVerifications) return false
    const isSigned = DtlsProof.isSignedBy(leaf, signed, Buffer.concat([random, server.random, signed.parameters]))
    if (!isSigned) onRefused("the key exchange is not signed with the key of the certificate")
    return isSigned
  }

  /** `added` is new: the others were tried with each other before. */
  const prove = (added: HandshakeMessage): void => {
    for (const certificate of certificates.all()) {
      for (const hello of hellos.at(certificate.sequence - 1)) {
        for (const keyExchange of keyExchanges.at(certificate.sequence + 1)) {
          const messages = [hello, certificate, keyExchange]
          if (messages.includes(added) && isProof(hello, certificate, keyExchange)) {
            proven = messages
            return
          }
        }
      }
    }
  }

  const whole = (): ReadonlyArray<HandshakeMessage> => {
    const last = proven?.[2]
    if (proven === undefined || last === undefined) return []
    const [request] = requests.at(last.sequence + 1)
    const [done] = dones.at(last.sequence + 2)
    if (request === undefined || done === undefined) {
      // Then the server would accept anybody (RFC 5763, section 5).
      if (dones.at(last.sequence + 1).length > 0) onRefused("the server requests no certificate")
      return []
    }
    isWhole = true
    return [...proven, request, done]
  }

  const add = (candidates: Candidates.Candidates, message: HandshakeMessage): ReadonlyArray<HandshakeMessage> => {
    if (!candidates.add(message)) return []
    if (proven === undefined) prove(message)
    return whole()
  }

  const nextRequest = (): HandshakeMessage | undefined => {
    if (proven !== undefined || answered.length >= maxAnswers) return undefined
    const request = verifyRequests.all().find((message) => !answered.includes(message))
    if (request !== undefined) answered.push(request)
    return request
  }

  const verify = (message: HandshakeMessage): ReadonlyArray<HandshakeMessage> => {
    if (HandshakeBody.helloVerifyRequest(message.body) === undefined) return []
    verifyRequests.add(message)
    const request = answered.length === 0 ? nextRequest() : undefined
    return request === undefined ? [] : [request]
  }

  return {
    receive: (message) => {
      const { body, type } = message
      if (isWhole || clientRandom() === undefined) return []
      switch (type) {
        case messageType.helloVerifyRequest:
          return verify(message)
        case messageType.serverHello:
          return HandshakeBody.serverHello(body) === undefined ? [] : add(hellos, message)
        case messageType.certificate: {
          const leaf = HandshakeBody.certificate(body)
          if (leaf !== undefined && DtlsProof.hasFingerprint(leaf, fingerprints())) return add(certificates, message)
          onRefused("the certificate has no fingerprint of the remote description")
          return []
        }
        case messageType.serverKeyExchange:
          return HandshakeBody.serverKeyExchange(body) === undefined ? [] : add(keyExchanges, message)
        case messageType.certificateRequest:
          return HandshakeBody.isCertificateRequest(body) ? add(requests, message) : []
        case messageType.serverHelloDone:
          return body.length === 0 ? add(dones, message) : []
        default:
          return []
      }
    },
    nextRequest
  }
}
