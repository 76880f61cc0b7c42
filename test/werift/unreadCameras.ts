/**
 * Cameras whose packets arrive and that nobody reads, on a clock of their own.
 */
import { RtpHeader, RtpPacket } from "werift"
import * as ReceivedSection from "../../src/werift/internal/ReceivedSection.ts"

export const packetBytes = 1_100
const packetsPerFrame = 4
/** In milliseconds. */
const frameInterval = 1_000 / 30

/** Each sends 30 frames a second of 4 packets. */
export const unreadCameras = (count: number) => {
  let now = 0
  let frame = 0
  const sections = Array.from({ length: count }, (_, n) =>
    ReceivedSection.make(
      {
        kind: "video",
        mid: `${n}`,
        streamId: `camera ${n}`,
        codecs: [],
        ssrcs: new Set([n + 1]),
        repairs: new Map(),
        rtxPayloadTypes: new Map(),
        hasNack: false,
        rids: new Set(),
        midExtension: undefined,
        ridExtension: undefined,
        repairedRidExtension: undefined,
        mediaExtensions: { audioLevel: undefined, videoOrientation: undefined, captureTime: undefined }
      },
      () => now,
      () => {}
    ))
  const deliver = (section: ReceivedSection.ReceivedSection, ssrc: number, part: number): void => {
    const header = new RtpHeader({
      payloadType: 96,
      ssrc,
      sequenceNumber: (frame * packetsPerFrame + part) & 0xffff,
      timestamp: frame * 3_000,
      marker: part === packetsPerFrame - 1
    })
    ReceivedSection.deliver(section, new RtpPacket(header, Buffer.alloc(packetBytes)), now)
  }
  return {
    sections,
    /** Delivers what arrives until this time, in milliseconds. Returns how many bytes have arrived since the beginning. */
    runUntil: (until: number): number => {
      for (; now < until; now = ++frame * frameInterval) {
        for (const [n, section] of sections.entries()) {
          for (let part = 0; part < packetsPerFrame; part++) deliver(section, n + 1, part)
        }
      }
      return frame * packetsPerFrame * count * packetBytes
    }
  }
}
