/**
 * How long an Opus packet is, and whether its lengths fit (RFC 6716, section 3). Pure.
 *
 * A malformed packet is found here, before a library sees it: each has its own idea of an empty packet, for example.
 */
import * as Result from "effect/Result"

/** Ticks a second, whatever the bandwidth (RFC 7587, section 4.1). */
export const clockRate = 48_000

/** In ticks: 120 ms (RFC 6716, section 3.2.5). */
const longestDuration = 5_760

/** In bytes (RFC 6716, section 3.2.1). */
const longestFrame = 1_275

/** In bytes. 510 kbit/s, the highest bitrate, are 7,650 bytes in 120 ms. Also the buffer of the WASM decoder. */
export const longestPacket = 8_192

/** The ticks of each frame, by the configuration in the first byte (RFC 6716, section 3.1, table 2). */
const frameTicks = (toc: number): number => {
  const config = toc >> 3
  // CELT: 2.5, 5, 10, 20 ms.
  if (config >= 16) return 120 << (config & 3)
  // Hybrid: 10, 20 ms.
  if (config >= 12) return 480 << (config & 1)
  // SILK: 10, 20, 40, 60 ms.
  return (config & 3) === 3 ? 2_880 : 480 << (config & 3)
}

type Count = Result.Result<number, string>

const tooLong: Count = Result.fail(`a frame is longer than ${longestFrame} bytes`)
const tooShort: Count = Result.fail("it ends before its last frame")

/** `count` frames that share `bytes` evenly. */
const equalFrames = (count: number, bytes: number): Count => {
  if (bytes % count !== 0) return Result.fail("its frames cannot be equally long")
  return bytes / count > longestFrame ? tooLong : Result.succeed(count)
}

/** `count` frames from `start` to `end`. The length of each but the last is written before them, in one byte or two. */
const framesWithLengths = (packet: Uint8Array, start: number, end: number, count: number): Count => {
  let at = start
  let bytes = 0
  for (let frame = 1; frame < count; frame++) {
    const first = packet[at]!
    const size = first < 252 ? 1 : 2
    if (at + size > end) return tooShort
    bytes += size === 1 ? first : first + 4 * packet[at + 1]!
    at += size
  }
  const last = end - at - bytes
  if (last < 0) return tooShort
  return last > longestFrame ? tooLong : Result.succeed(count)
}

/** Code 3: a byte with the number of frames and two flags, then the length of the padding, which is at the end. */
const anyFrames = (packet: Uint8Array): Count => {
  if (packet.length < 2) return tooShort
  const header = packet[1]!
  const count = header & 0x3f
  if (count === 0) return Result.fail("it has no frame")
  let at = 2
  let end = packet.length
  if ((header & 0x40) !== 0) {
    let byte
    do {
      if (at >= packet.length) return tooShort
      byte = packet[at]!
      at++
      // 255 is 254 bytes, and another byte of length.
      end -= Math.min(byte, 254)
    } while (byte === 255)
  }
  if (end < at) return Result.fail("its padding is longer than the packet")
  return (header & 0x80) === 0 ? equalFrames(count, end - at) : framesWithLengths(packet, at, end, count)
}

const countFrames = (packet: Uint8Array): Count => {
  switch (packet[0]! & 3) {
    case 0:
      return equalFrames(1, packet.length - 1)
    case 1:
      return equalFrames(2, packet.length - 1)
    case 2:
      return framesWithLengths(packet, 1, packet.length, 2)
    default:
      return anyFrames(packet)
  }
}

/** In ticks, or why the packet is malformed (RFC 6716, section 3.4). A frame without bytes is valid: DTX. */
export const durationOf = (packet: Uint8Array): Result.Result<number, string> => {
  if (packet.length === 0) return Result.fail("it is empty")
  if (packet.length > longestPacket) return Result.fail(`it is longer than ${longestPacket} bytes`)
  const count = countFrames(packet)
  if (Result.isFailure(count)) return count
  const duration = count.success * frameTicks(packet[0]!)
  return duration > longestDuration ? Result.fail("it is longer than 120 ms") : Result.succeed(duration)
}
