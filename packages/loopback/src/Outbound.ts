/**
 * The output of the SFU: events to a client, packets to a subscriber, and the datagrams of both connections of a client.
 * A test can hold, drop, duplicate, replay, delay or reorder each of them.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type { PeerType, TrackType } from "effect-track-resolver"
import type { DatagramKind } from "./DatagramPath.ts"
import type { MediaPacket } from "./Publisher.ts"
import type * as Wire from "./Wire.ts"

/**
 * An event on its way to a client.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface OutboundEvent {
  /** The receiving session. */
  readonly to: string
  /** The user of the receiving session. */
  readonly toUser: string
  /** The edge name of the sending SFU. */
  readonly node: string
  readonly type: Wire.EventType | undefined
  /** The session that the event describes, if it describes one. */
  readonly subject: string | undefined
  /** Of a `trackPublished` or `trackUnpublished`. */
  readonly trackType: TrackType | undefined
  readonly event: Wire.SfuEvent
}

/**
 * A packet on its way to a subscriber.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface OutboundPacket {
  /** The receiving session. */
  readonly to: string
  /** The user of the receiving session. */
  readonly toUser: string
  /** The publishing session. */
  readonly from: string
  /** The user of the publishing session. */
  readonly fromUser: string
  readonly trackType: TrackType
  readonly media: MediaPacket
}

/**
 * A datagram on its way to a client, as it leaves the socket: below SRTP, so its content is encrypted.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface OutboundDatagram {
  /** The receiving session. */
  readonly to: string
  /** The user of the receiving session. */
  readonly toUser: string
  /** The edge name of the sending SFU. */
  readonly node: string
  /** The connection that it belongs to. */
  readonly peerType: PeerType
  readonly kind: DatagramKind
  readonly bytes: Uint8Array
  /** Writes it to the socket. */
  readonly write: () => void
}
