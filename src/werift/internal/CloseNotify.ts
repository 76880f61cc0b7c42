/**
 * DTLS's close_notify (RFC 5246, section 7.2.1), which werift does not send. With it the other side knows at once that a
 * connection is closed, and without it after its consent has expired (RFC 7675): 30 seconds.
 */
import * as Effect from "effect/Effect"
import type { RTCDtlsTransport } from "werift"
import type { Peer } from "./Peer.ts"

const alert = 21
const version = 0xfefd
const warning = 1
const closeNotify = 0

/** One datagram on each transport that is up. Nobody waits for what becomes of it. */
export const send = ({ connection }: Peer): Effect.Effect<void> =>
  Effect.forEach(
    connection.dtlsTransports.filter(({ state }) => state === "connected"),
    (transport) =>
      Effect.tryPromise(() => sendOn(transport)).pipe(
        Effect.ignore({ log: "Debug" }),
        Effect.timeoutOption("1 second"),
        Effect.interruptible
      ),
    { discard: true }
  )

const sendOn = async ({ dtls: socket }: RTCDtlsTransport): Promise<void> => {
  if (socket === undefined) return
  const { cipher, dtls, transport } = socket
  const { epoch } = dtls
  const sequenceNumber = ++dtls.recordSequenceNumber
  const record = { type: alert, version, epoch, sequenceNumber }
  const fragment = cipher.cipher.encrypt(cipher.sessionType, Buffer.from([warning, closeNotify]), record)
  // RFC 6347, section 4.1.
  const header = Buffer.alloc(13)
  header.writeUInt8(alert, 0)
  header.writeUInt16BE(version, 1)
  header.writeUInt16BE(epoch, 3)
  header.writeUIntBE(sequenceNumber, 5, 6)
  header.writeUInt16BE(fragment.length, 11)
  await transport.send(Buffer.concat([header, fragment]))
}
