/**
 * The limits and probabilities of the faults of a simulated call.
 */

/**
 * Upper limits of delays, in milliseconds, and probabilities, from 0 to 1.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface FaultProfile {
  /** The longest delay from an action to its signalling message. */
  readonly signallingDelay: number
  /** The longest delay from an action to the offer that contains its media section. */
  readonly offerDelay: number
  /** The longest time to apply an offer, and the longest time to deliver its answer. */
  readonly negotiationDelay: number
  /** The probability that the messages and the offer of an action are duplicated. */
  readonly duplicated: number
  /** The maximum number of copies of one message or offer, the original not counted. */
  readonly maxCopies: number
  /** The probability that a track event is dropped. Later messages list the publication, if there are any. */
  readonly dropped: number
  /** The probability that the SFU reports a join neither by a message nor in the join response, as in a large call. */
  readonly unannounced: number
  /** The probability that the list of published tracks in a track event is older than the events so far. */
  readonly staleSnapshot: number
  /** The probability that a track event contains neither the participant nor the user id. */
  readonly anonymous: number
  /**
   * The probability that a stream id prefix is missing at first, and follows within `signallingDelay`. The same
   * probability applies to the prefix in each track event.
   */
  readonly latePrefix: number
  /** The probability that a stream id prefix is never sent. The same probability applies to each track event. */
  readonly noPrefix: number
  /** The probability that a media section has no msid. */
  readonly noMsid: number
  /** The probability that a media section stays in the offers after its publication has ended. */
  readonly keptMediaSection: number
  /** The probability that a media section that stays after a mute, an unpublication or a leave still sends packets. */
  readonly keptSending: number
  /** The probability that a packet is lost. */
  readonly packetLost: number
  /** The probability that a packet is delivered twice. */
  readonly packetDuplicated: number
  /** The probability that a packet is delivered after the next packet of its media section. */
  readonly packetReordered: number
}

/**
 * No fault and no delay.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export const noFaults: FaultProfile = {
  signallingDelay: 0,
  offerDelay: 0,
  negotiationDelay: 0,
  duplicated: 0,
  maxCopies: 0,
  dropped: 0,
  unannounced: 0,
  staleSnapshot: 0,
  anonymous: 0,
  latePrefix: 0,
  noPrefix: 0,
  noMsid: 0,
  keptMediaSection: 0,
  keptSending: 0,
  packetLost: 0,
  packetDuplicated: 0,
  packetReordered: 0
}

/**
 * More faults than a real call has.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export const defaultFaults: FaultProfile = {
  signallingDelay: 500,
  offerDelay: 500,
  negotiationDelay: 50,
  duplicated: 0.2,
  maxCopies: 2,
  dropped: 0.2,
  unannounced: 0.15,
  staleSnapshot: 0.2,
  anonymous: 0.4,
  latePrefix: 0.2,
  noPrefix: 0.05,
  noMsid: 0.05,
  keptMediaSection: 0.2,
  keptSending: 0.5,
  packetLost: 0.05,
  packetDuplicated: 0.05,
  packetReordered: 0.05
}

/** The longest time from an action until its messages, offers and answers are delivered: delays can add up. */
export const settlingTime = ({ maxCopies, negotiationDelay, offerDelay, signallingDelay }: FaultProfile): number =>
  (maxCopies + 1) * (signallingDelay + offerDelay) + 40 * negotiationDelay + 500
