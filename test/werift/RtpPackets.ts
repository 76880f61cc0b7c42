/**
 * Headers and payloads of RTP packets: what werift can write.
 */
import * as fc from "fast-check"
import { RtpHeader } from "werift"

const elements = (maxId: number, minSize: number, maxSize: number) =>
  fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: maxId }),
      payload: fc.uint8Array({ minLength: minSize, maxLength: maxSize }).map((bytes) => Buffer.from(bytes))
    }),
    { maxLength: 14 }
  )

/** In the forms of one and of two bytes (RFC 8285, sections 4.2 and 4.3). */
const extension = fc.oneof(
  fc.record({ extensionProfile: fc.constant(0xbede as const), extensions: elements(14, 1, 16) }),
  fc.record({ extensionProfile: fc.constant(0x1000 as const), extensions: elements(255, 0, 40) })
)

const word = fc.integer({ min: 0, max: 0xffff_ffff })

const fields = fc.record({
  ssrc: word,
  timestamp: word,
  sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
  payloadType: fc.integer({ min: 0, max: 127 }),
  marker: fc.boolean(),
  csrc: fc.array(word, { maxLength: 15 })
})

/** Without padding. */
export const headers: fc.Arbitrary<RtpHeader> = fc.tuple(fields, extension).map(([fields, extension]) =>
  new RtpHeader({ ...fields, ...extension, extension: extension.extensions.length > 0 })
)

export const payloads: fc.Arbitrary<Buffer> = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes))
