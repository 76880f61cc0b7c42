/**
 * Calls listeners when the state of a connection's transport may have changed.
 *
 * Every listener is synchronous and must not throw: werift calls it in the middle of its own work. After an exception
 * werift leaves a description half applied (H8), and the rejection of an asynchronous listener ends the process (H9).
 */
import type { RTCDtlsTransport, RTCPeerConnection } from "werift"
import * as PerTransport from "./PerTransport.ts"

export interface TransportWatch {
  /** Calls the listener on every change, until `close`. */
  readonly onChange: (listener: () => void) => void
  /** Calls the listeners now. */
  readonly notify: () => void
  /** Watches the transports that a description has added, then calls the listeners. */
  readonly update: (connection: RTCPeerConnection) => void
  /** Removes listeners and subscriptions. Returns every transport that was watched. */
  readonly close: () => ReadonlyArray<RTCDtlsTransport>
}

/** `onAdded` gets each transport once. */
export const make = (onAdded: (transport: RTCDtlsTransport) => void): TransportWatch => {
  const listeners = new Set<() => void>()

  const notify = (): void => {
    for (const listener of listeners) listener()
  }

  const transports = PerTransport.make((transport) => {
    const dtls = transport.onStateChange.subscribe(notify)
    const ice = transport.iceTransport.onStateChange.subscribe(notify)
    onAdded(transport)
    return () => {
      dtls.unSubscribe()
      ice.unSubscribe()
    }
  })

  return {
    onChange: (listener) => void listeners.add(listener),
    notify,
    update: (connection) => {
      transports.update(connection)
      notify()
    },
    close: () => {
      listeners.clear()
      return transports.close()
    }
  }
}
