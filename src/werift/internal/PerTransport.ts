/**
 * One subscription for each transport of a connection. A description can add transports, so `update` is called after
 * each.
 */
import type { RTCDtlsTransport, RTCPeerConnection } from "werift"

/**
 * @stability unstable
 * @since 0.1.0
 */
export interface PerTransport {
  /** Subscribes to the transports that are new since the last call. */
  readonly update: (connection: RTCPeerConnection) => void
  /** Ends all subscriptions. Returns the transports that had one. */
  readonly close: () => ReadonlyArray<RTCDtlsTransport>
}

/**
 * `subscribe` returns how to unsubscribe.
 *
 * @stability unstable
 * @since 0.1.0
 */
export const make = (subscribe: (transport: RTCDtlsTransport) => () => void): PerTransport => {
  const subscriptions = new Map<RTCDtlsTransport, () => void>()
  return {
    update: ({ dtlsTransports }) => {
      for (const transport of dtlsTransports) {
        if (!subscriptions.has(transport)) subscriptions.set(transport, subscribe(transport))
      }
    },
    close: () => {
      const transports = Array.from(subscriptions.keys())
      for (const unsubscribe of subscriptions.values()) unsubscribe()
      subscriptions.clear()
      return transports
    }
  }
}
