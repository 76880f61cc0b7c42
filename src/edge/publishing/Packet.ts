/**
 * Checks the packets that an application publishes. Pure. They may come from untyped code, and a wrong one must not end the
 * connection.
 */
import type { OutgoingPacket } from "../PeerConnection.ts"

/**
 * The largest payload, in bytes. With the headers of RTP (12 bytes and the mid extension), SRTP, TURN, UDP and IPv6 it fits
 * into an Ethernet frame of 1,500 bytes. A larger datagram is fragmented, which many networks do not forward.
 */
export const largestPayload = 1_400

export type Checked =
  | { readonly _tag: "Valid"; readonly packet: OutgoingPacket }
  | { readonly _tag: "Invalid" | "TooLarge"; readonly detail: string }

export const check = (input: unknown): Checked => {
  if (typeof input !== "object" || input === null) return invalid("it is not an object")
  const { marker, payload, sequenceNumber, timestamp }: { readonly [field in keyof OutgoingPacket]?: unknown } = input
  if (!isUnsigned(sequenceNumber, 0xffff)) return invalid("sequenceNumber is not an integer from 0 to 65,535")
  if (!isUnsigned(timestamp, 0xffff_ffff)) return invalid("timestamp is not an integer from 0 to 4,294,967,295")
  if (typeof marker !== "boolean") return invalid("marker is not a boolean")
  if (!(payload instanceof Uint8Array)) return invalid("payload is not a Uint8Array")
  if (payload.length > largestPayload) {
    return { _tag: "TooLarge", detail: `its payload has ${payload.length} bytes; ${largestPayload} are allowed` }
  }
  // Without the fields that the connection assigns: packets of `rtp` have an SSRC and a payload type.
  return { _tag: "Valid", packet: { sequenceNumber, timestamp, marker, payload } }
}

const invalid = (detail: string): Checked => ({ _tag: "Invalid", detail })

/** RTP's fields are unsigned integers (RFC 3550, section 5.1). */
const isUnsigned = (value: unknown, largest: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= largest
