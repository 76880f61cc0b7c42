/**
 * Whether the lengths inside of an RTP packet fit the packet (RFC 3550, section 5.1; RFC 8285). Pure.
 *
 * The fault: werift reads the header extension before the packet is authenticated, as far as the sender claims it to
 * reach, and copies the list of elements for each one. One datagram with 65,535 words of extension blocks the process for
 * two and a half minutes. `RtpParser` relies on these checks.
 */

const fixedHeader = 12
const csrcSize = 4

/** The form of the elements. `undefined`: the extension has another profile, and no elements (RFC 8285, section 4). */
export const formOf = (profile: number): "OneByte" | "TwoByte" | undefined =>
  profile === 0xbede ? "OneByte" : (profile & 0xfff0) === 0x1000 ? "TwoByte" : undefined

/** A byte between elements. */
export const padding = 0

/** In the form of one byte: what follows the id 15, or the id 0 with a length, is ignored (RFC 8285, section 4.2). */
export const endsElements = (first: number): boolean => first >= 0xf0 || (first > 0 && first <= 0x0f)

/** In the profile of one byte there are 14 ids, and no packet of WebRTC has more than a dozen elements. */
const maxElements = 64

/** No offset: a length does not fit. */
export const malformed = -1

/**
 * Where the payload begins. `tagLength` is what follows the payload: the authentication tag of SRTP. `malformed` if the
 * CSRCs, the extension or one of its elements do not fit.
 */
export const payloadOffsetOf = (packet: Buffer, tagLength: number): number => {
  const end = packet.length - tagLength
  if (end < fixedHeader) return malformed
  const first = packet[0]!
  const extension = extensionOffsetOf(first)
  if ((first & 0x10) === 0) return extension > end ? malformed : extension
  if (extension + 4 > end) return malformed
  const payload = extension + 4 + 4 * packet.readUInt16BE(extension + 2)
  if (payload > end) return malformed
  return hasSoundElements(packet, packet.readUInt16BE(extension), extension + 4, payload) ? payload : malformed
}

/** Where the header extension begins, or the payload if there is none. `first` is the first byte of the packet. */
export const extensionOffsetOf = (first: number): number => fixedHeader + csrcSize * (first & 0x0f)

const hasSoundElements = (packet: Buffer, profile: number, start: number, end: number): boolean => {
  const form = formOf(profile)
  if (form === undefined) return true
  let elements = 0
  for (let at = start; at < end;) {
    const first = packet[at]!
    at++
    if (first === padding) continue
    if (++elements > maxElements) return false
    if (form === "OneByte") {
      if (endsElements(first)) return true
      at += (first & 0x0f) + 1
    } else {
      if (at >= end) return false
      at += 1 + packet[at]!
    }
    if (at > end) return false
  }
  return true
}
