/**
 * Repairs werift's ICE restarts (H12). Without these repairs both sides report `connected` after a restart and no
 * packet arrives.
 *
 * Noticed by "H12: ..." in `test/werift/ice.test.ts` and in `publisher.test.ts`.
 */
import type { RTCIceTransport, RTCPeerConnection } from "werift"

/**
 * Restarts the transport when a description brings new remote credentials.
 *
 * The fault: after any m-line was inactive, werift mistakes a restart for a renomination and keeps its old credentials.
 * The remote side never reaches it again.
 *
 * This replaces `setRemoteParams`, which werift calls in the middle of `setRemoteDescription`: a description that
 * werift rejects before that call leaves ICE unchanged.
 */
export const restartOnNewCredentials = (transport: RTCIceTransport): void => {
  const ice = transport.connection
  transport.setRemoteParams = (parameters) => {
    const { password, usernameFragment } = parameters
    const isKnown = ice.remoteUsername === usernameFragment && ice.remotePassword === password
    if (ice.remoteUsername && ice.remotePassword && !isKnown) transport.restart()
    ice.setRemoteParams(parameters)
  }
}

/**
 * Starts the connectivity checks of restarted transports. `onSettled` is called when they succeed or fail.
 *
 * The fault: while DTLS is connected, werift does not start the checks again after a restart.
 */
export const startChecks = (connection: RTCPeerConnection, onSettled: () => void): void => {
  for (const { iceTransport, state } of connection.dtlsTransports) {
    if (state !== "connected" || iceTransport.connection.nominated !== undefined) continue
    if (iceTransport.state !== "checking") iceTransport.start().then(onSettled, onSettled)
  }
}
