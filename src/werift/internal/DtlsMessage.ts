/**
 * The bytes of DTLS 1.2: records and handshake messages (RFC 6347, sections 4.1 and 4.2.2). Every length is checked
 * against the datagram before it is used. Pure.
 */

export const contentType = { handshake: 22, applicationData: 23 } as const

export const messageType = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20
} as const

export interface DtlsRecord {
  readonly type: number
  readonly version: number
  readonly epoch: number
  readonly sequenceNumber: number
  readonly fragment: Buffer
  /** The record with its header. */
  readonly bytes: Buffer
}

/** A part of a handshake message, or a whole one. */
export interface Fragment {
  readonly type: number
  /** Of the whole message. */
  readonly length: number
  /** `message_seq`. */
  readonly sequence: number
  readonly offset: number
  readonly body: Buffer
}

export interface HandshakeMessage {
  readonly type: number
  /** `message_seq`. */
  readonly sequence: number
  readonly body: Buffer
}

export const version = 0xfefd

const recordHeader = 13
const messageHeader = 12

/** The record at this offset. `undefined` if it is not whole. */
export const recordAt = (datagram: Buffer, start: number): DtlsRecord | undefined => {
  if (start + recordHeader > datagram.length) return undefined
  const end = start + recordHeader + datagram.readUInt16BE(start + 11)
  if (end > datagram.length) return undefined
  return {
    type: datagram[start]!,
    version: datagram.readUInt16BE(start + 1),
    epoch: datagram.readUInt16BE(start + 3),
    sequenceNumber: datagram.readUIntBE(start + 5, 6),
    fragment: datagram.subarray(start + recordHeader, end),
    bytes: datagram.subarray(start, end)
  }
}

/** The records of a datagram, up to the first one that is not whole. */
export const parse = (datagram: Buffer): ReadonlyArray<DtlsRecord> => {
  const records: Array<DtlsRecord> = []
  for (let start = 0;;) {
    const record = recordAt(datagram, start)
    if (record === undefined) return records
    records.push(record)
    start += record.bytes.length
  }
}

/** The handshake messages, or parts of them, in a record. Empty if one of them is malformed. */
export const fragmentsOf = (payload: Buffer): ReadonlyArray<Fragment> => {
  const fragments: Array<Fragment> = []
  let start = 0
  while (start < payload.length) {
    if (start + messageHeader > payload.length) return []
    const length = payload.readUIntBE(start + 1, 3)
    const offset = payload.readUIntBE(start + 6, 3)
    const end = start + messageHeader + payload.readUIntBE(start + 9, 3)
    const body = payload.subarray(start + messageHeader, end)
    if (end > payload.length || offset + body.length > length) return []
    fragments.push({ type: payload[start]!, length, sequence: payload.readUInt16BE(start + 4), offset, body })
    start = end
  }
  return fragments
}

/** The message as it counts for the transcript of the handshake (section 4.2.6): in one fragment, with its header. */
export const bytesOf = ({ body, sequence, type }: HandshakeMessage): Buffer => {
  const header = Buffer.alloc(messageHeader)
  header.writeUInt8(type, 0)
  header.writeUIntBE(body.length, 1, 3)
  header.writeUInt16BE(sequence, 4)
  header.writeUIntBE(body.length, 9, 3)
  return Buffer.concat([header, body])
}

/** A record of epoch 0 with one whole handshake message. */
export const recordOf = (message: HandshakeMessage): Buffer => {
  const fragment = bytesOf(message)
  const header = Buffer.alloc(recordHeader)
  header.writeUInt8(contentType.handshake, 0)
  header.writeUInt16BE(version, 1)
  header.writeUInt16BE(fragment.length, 11)
  return Buffer.concat([header, fragment])
}
