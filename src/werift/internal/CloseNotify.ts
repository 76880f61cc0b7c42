/**
 * Sends DTLS's close_notify (RFC 5246, section 7.2.1; RFC 6347, section 4.1), which werift does not send (H15).
 *
 * With it the remote side closes at once. Without it the remote side notices when its consent has expired (RFC 7675),
 * after 30 seconds. Noticed by "closing ends ..." in `test/werift/publisher.test.ts`.
 */
import * as Effect from "effect/Effect"
import type { RTCDtlsTransport } from "werift"
import type { Peer } from "./Peer.ts"

/** The content type `alert`, DTLS 1.2, and the alert's level and description. */
const alert = 21
const version = 0xfefd
const warning = 1
const closeNotify = 0

/** Sends one datagram on each connected transport, without an acknowledgement. Never fails. */
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
  const header = Buffer.alloc(13)
  header.writeUInt8(alert, 0)
  header.writeUInt16BE(version, 1)
  header.writeUInt16BE(epoch, 3)
  header.writeUIntBE(sequenceNumber, 5, 6)
  header.writeUInt16BE(fragment.length, 11)
  await transport.send(Buffer.concat([header, fragment]))
}
