/**
 * The key frame requests in RTCP feedback: PLI (RFC 4585, section 6.3.1) and FIR (RFC 5104, section 4.3.1).
 *
 * The fault: werift routes a FIR by the media SSRC of its header, which RFC 5104 (section 4.3.1.2) sets to 0, so no
 * sender gets it. Noticed by "key frame requests arrive ..." in `test/werift/publisher.test.ts`.
 */
import { PictureLossIndication, RtcpPayloadSpecificFeedback } from "werift"
import type { RtcpPacket } from "werift"

/**
 * The SSRCs for which the feedback requests a key frame.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const requestedSsrcs = (packet: RtcpPacket): ReadonlyArray<number> => {
  const feedback = packet instanceof RtcpPayloadSpecificFeedback ? packet.feedback : undefined
  if (feedback instanceof PictureLossIndication) return [feedback.mediaSsrc]
  return feedback !== undefined && "fir" in feedback ? feedback.fir.map(({ ssrc }) => ssrc) : []
}
