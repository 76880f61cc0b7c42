/**
 * Samples of one track.
 *
 * @stability stable
 * @since 0.1.0
 */
import type { RtpAudioLevel } from "../edge/PeerConnection.ts"

/**
 * Why samples of a frame are filled with silence.
 *
 * - `Silent`: the sender sent nothing, as in discontinuous transmission (DTX), or nothing has arrived in time.
 * - `Lost`: the network lost the packet, or delivered it too late; a later one has arrived.
 * - `Dropped`: this consumer was slow, and the packet was dropped after five seconds.
 * - `Undecodable`: the payload is not of its codec.
 * - `Interrupted`: the sender began a new source. The timeline goes on by the clock.
 * - `End`: the track has ended within the frame.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type FillReason = "Silent" | "Lost" | "Dropped" | "Undecodable" | "Interrupted" | "End"

/**
 * A frame of a track's timeline, which has no hole: each frame begins where the one before ended.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface PcmFrame {
  /** Mono. Always as many as the options say. The array is the consumer's: nothing else uses it. */
  readonly samples: Int16Array
  /** Of the first sample: 32 bits, in units of the codec's clock rate. Of filled samples, what it would have been. */
  readonly rtpTimestamp: number
  /**
   * When the first sample arrived, or would have, if every packet took the least time that one of the last ten seconds took.
   * In milliseconds of the `Clock`, with a fraction. Never less than in the frame before.
   */
  readonly at: number
  /** How many of the samples are filled with silence, from 0 to all. */
  readonly filled: number
  /** Why, each reason once, in the order of the samples. Empty if none is filled. */
  readonly reasons: ReadonlyArray<FillReason>
  /** The loudest level that the sender has put into the packets of the frame. Absent if they have none. */
  readonly audioLevel: RtpAudioLevel | undefined
}
