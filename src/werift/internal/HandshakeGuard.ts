/**
 * Reads what arrives for werift's DTLS before werift does, and gives werift only what the peer has proven.
 *
 * The faults (H21): werift compares the fingerprint of the certificate, and never asks for its private key. It verifies
 * neither the ServerKeyExchange of a server (RFC 8422, section 5.4) nor the CertificateVerify of a client (RFC 5246, section
 * 7.4.8), and compares no Finished: whoever is on the path and has the public certificate can take the place of either
 * side. It also acts on messages that anybody can send. An alert in the clear closes the connection; a malformed or
 * repeated handshake message fails it, also after the handshake; a ClientHello begins it again; fragments that are never
 * whole are kept for ever.
 *
 * So a handshake message passes once, in its order, when `ClientHandshake` or `ServerHandshake` has its proof, and a
 * Finished passes when it decrypts and fits the handshake. Nothing that is not encrypted passes after that. The rest is
 * dropped (RFC 6347, section 4.1.2.7); alerts too, because `DatagramFilter` has taken those that are encrypted.
 *
 * werift starts SRTP only if all of it has passed here: a version of werift that reads its datagrams in another way does not
 * connect. Noticed by "H21: ..." in `test/werift/handshake.long.test.ts`.
 */
import { randomBytes } from "node:crypto"
import type { DtlsSocket, RTCDtlsTransport } from "werift"
import * as ClientHandshake from "./ClientHandshake.ts"
import type { DtlsRecord, HandshakeMessage } from "./DtlsMessage.ts"
import { contentType, fragmentsOf, messageType, parse, recordOf } from "./DtlsMessage.ts"
import * as DtlsProof from "./DtlsProof.ts"
import * as HandshakeBody from "./HandshakeBody.ts"
import * as HandshakeFragments from "./HandshakeFragments.ts"
import * as ServerHandshake from "./ServerHandshake.ts"

/** The length of an explicit nonce and an authentication tag (RFC 5288). */
const sealLength = 24

/** Guards each handshake of the transport. `onRefused` gets, in one sentence, why a message proves nothing. */
export const guard = (transport: RTCDtlsTransport, onRefused: (reason: string) => void): void => {
  const guarded = new WeakSet<DtlsSocket>()
  const finished = new WeakSet<DtlsSocket>()
  const { start, startSrtp } = transport

  // werift creates the socket in the synchronous part of `start`, before a datagram can arrive.
  transport.start = () => {
    const starting = start.call(transport)
    const { dtls: socket } = transport
    if (socket !== undefined && !guarded.has(socket)) {
      guarded.add(socket)
      guardSocket(transport, socket, onRefused, () => finished.add(socket))
    }
    return starting
  }

  transport.startSrtp = () => {
    const { dtls: socket } = transport
    if (socket === undefined || !finished.has(socket)) throw new Error("the DTLS handshake was not verified")
    startSrtp.call(transport)
  }
}

const guardSocket = (
  transport: RTCDtlsTransport,
  socket: DtlsSocket,
  onRefused: (reason: string) => void,
  onFinished: () => void
): void => {
  const { socket: ice } = socket.transport
  const { onData } = ice
  const fragments = HandshakeFragments.make()
  const isClient = transport.role === "client"
  const handshake = isClient ? client(transport, socket, onRefused) : server(transport, socket, onRefused)
  let isFinished = false

  const pass = (bytes: Buffer): void => onData(bytes, ["", 0])

  const receiveFinished = (bytes: Buffer, decrypted: Buffer): void => {
    const [message] = fragmentsOf(decrypted)
    if (message?.type !== messageType.finished || (isClient && isFinished)) return
    const verifyData = HandshakeBody.finished(message.body)
    const sender = isClient ? "server" : "client"
    // A client repeats its Finished until it has ours. The repetition is not part of what it has to fit.
    const isRight = isFinished ||
      (verifyData !== undefined &&
        DtlsProof.isFinished(verifyData, sender, socket.cipher.masterSecret, transcriptOf(socket)))
    if (!isRight) return onRefused("the handshake was changed on its way")
    isFinished = true
    onFinished()
    pass(bytes)
  }

  const receiveEncrypted = (record: DtlsRecord): void => {
    const decrypted = decrypt(socket, record)
    if (decrypted === undefined) return
    switch (record.type) {
      case contentType.handshake:
        return receiveFinished(record.bytes, decrypted)
      case contentType.applicationData:
        return isFinished ? pass(record.bytes) : undefined
    }
  }

  ice.onData = (datagram) => {
    for (const record of parse(datagram)) {
      if (record.epoch === 1) {
        receiveEncrypted(record)
      } else if (record.epoch === 0 && record.type === contentType.handshake && !isFinished) {
        for (const fragment of fragmentsOf(record.fragment)) {
          const message = fragments.add(fragment)
          if (message !== undefined) handshake(message).forEach((each) => pass(recordOf(each)))
        }
      }
    }
  }
}

type Receive = (message: HandshakeMessage) => ReadonlyArray<HandshakeMessage>

const fingerprintsOf = (transport: RTCDtlsTransport) => (): ReadonlyArray<DtlsProof.Fingerprint> =>
  transport["remoteParameters"]?.fingerprints ?? []

const client = (transport: RTCDtlsTransport, socket: DtlsSocket, onRefused: (reason: string) => void): Receive => {
  const { socket: ice } = socket.transport
  const { onData, send } = ice
  const { nextRequest, receive } = ClientHandshake.make({
    fingerprints: fingerprintsOf(transport),
    onRefused,
    clientRandom: () => {
      const hello = socket.dtls.sortedHandshakeCache.find(({ msg_type }) => msg_type === messageType.clientHello)
      return hello?.fragment.subarray(2, 34)
    }
  })

  let answer: Buffer | undefined
  /** How often it was repeated. werift waits half a second for the first repetition, and a second for the next. */
  let repetitions = 0
  /** Chosen at the first repetition, so that a stranger who reacts to each datagram is later. */
  let upcoming: HandshakeMessage | undefined
  ice.send = (datagram, address) => {
    const cookie = cookieOf(datagram)
    if (cookie === undefined || cookie.length === 0) return send(datagram, address)
    // werift repeats each ClientHello until a server answers one, and the transcript has only the last.
    if (!cookie.equals(socket.dtls.cookie ?? cookie)) return Promise.resolve()
    repetitions = answer?.equals(datagram) === true ? repetitions + 1 : 0
    answer = datagram
    if (repetitions > 0) upcoming ??= nextRequest()
    const request = repetitions > 1 ? upcoming : undefined
    if (request === undefined) return send(datagram, address)
    upcoming = undefined
    // A server that has dropped the last ClientHello expects this one in its place.
    Object.assign(socket.dtls, { flight: 1, sequenceNumber: request.sequence + 1 })
    onData(recordOf(request), ["", 0])
    return Promise.resolve()
  }
  return receive
}

/** The cookie of a ClientHello. `undefined` if the datagram is another message. */
const cookieOf = (datagram: Buffer): Buffer | undefined => {
  const [record] = parse(datagram)
  if (record === undefined || record.epoch !== 0 || record.type !== contentType.handshake) return undefined
  const [message] = fragmentsOf(record.fragment)
  return message?.type === messageType.clientHello ? HandshakeBody.clientHello(message.body)?.cookie : undefined
}

const server = (transport: RTCDtlsTransport, socket: DtlsSocket, onRefused: (reason: string) => void): Receive => {
  const { socket: ice } = socket.transport
  const { onData } = ice
  const cookie = randomBytes(20)
  const body = Buffer.concat([Buffer.from([0xfe, 0xff, cookie.length]), cookie])
  const helloVerifyRequest = recordOf({ type: messageType.helloVerifyRequest, sequence: 0, body })
  const { receive } = ServerHandshake.make({
    cookie,
    fingerprints: fingerprintsOf(transport),
    onRefused,
    sendCookie: () => void socket.transport.send(helloVerifyRequest).catch(() => {}),
    // werift takes randoms and parameters from the ClientHello without a cookie, and answers it. The client has our answer.
    onHello: (withoutCookie) => {
      const { send } = ice
      socket.dtls.cookie = cookie
      ice.send = () => Promise.resolve()
      onData(recordOf(withoutCookie), ["", 0])
      ice.send = send
    },
    transcript: () => transcriptOf(socket)
  })
  return receive
}

/** The messages of the handshake that werift has sent and received so far, in their order. */
const transcriptOf = ({ dtls }: DtlsSocket): Buffer =>
  Buffer.concat(dtls.sortedHandshakeCache.map((message) => message.serialize()))

/** `undefined` if the record was not encrypted with the keys of this handshake, or there are none yet. */
const decrypt = ({ cipher, sessionType }: DtlsSocket, record: DtlsRecord): Buffer | undefined => {
  const { epoch, fragment, sequenceNumber, type, version } = record
  if (cipher.cipher === undefined || fragment.length < sealLength) return undefined
  try {
    return cipher.cipher.decrypt(sessionType, fragment, { type, version, epoch, sequenceNumber })
  } catch {
    return undefined
  }
}
