/**
 * Repairs a fault of werift alone, as the DTLS client of a test: the second HelloVerifyRequest fails its handshake. A server
 * sends one for each ClientHello (RFC 6347, section 4.2.1), and werift repeats its ClientHello when the process was given no
 * CPU for half a second.
 */
import type { RTCDtlsTransport, RTCPeerConnection } from "werift"

const repaired = new WeakSet<RTCDtlsTransport>()

/** The types of the first record and of its handshake message (RFC 6347, sections 4.1 and 4.2.2). */
const isHelloVerifyRequest = (datagram: Buffer): boolean => datagram[0] === 22 && datagram[13] === 3

/** Of the transports that a description has added. Has to be called before their handshake. */
export const dropRepeatedHelloVerifyRequests = ({ dtlsTransports }: RTCPeerConnection): void => {
  for (const transport of dtlsTransports) {
    if (repaired.has(transport)) continue
    repaired.add(transport)
    const { start } = transport
    transport.start = () => {
      // werift creates its socket in the synchronous part.
      const starting = start.call(transport)
      const socket = transport.dtls?.transport.socket
      if (socket === undefined) return starting
      const { onData } = socket
      let isVerified = false
      socket.onData = (datagram, address) => {
        if (isHelloVerifyRequest(datagram)) {
          if (isVerified) return
          isVerified = true
        }
        onData(datagram, address)
      }
      return starting
    }
  }
}
