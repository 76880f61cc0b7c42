/**
 * The candidate pair on which a transport sends: the selected one, and during an ICE restart the one before, until the
 * restart selects another (RFC 8445, section 9) or the consent of the remote side is missing (RFC 7675).
 *
 * The fault: werift forgets the selected pair when a restart begins, which is before the remote side has the offer. Until
 * the restart has succeeded it drops every packet in silence. Noticed by "media flows during an ICE restart ..." in
 * `test/werift/restart.test.ts`.
 */
import type { CandidatePair, RTCDtlsTransport, RTCIceTransport } from "werift"

export interface SendPath {
  readonly pair: CandidatePair
  /** The pair was selected before the ICE restart that is under way. */
  readonly isFormer: boolean
  /** For checks on this pair. The remote side keeps its former credentials until it has the offer. */
  readonly credentials: Credentials
}

interface Credentials {
  /** Of a request (RFC 8445, section 7.2.2). */
  readonly username: string
  readonly password: string
}

type Agent = RTCIceTransport["connection"]

/** Whether the selected pair can be used, and the remote side consents. Private in werift's types. */
const canSend = (ice: Agent): boolean =>
  (ice as Agent & { readonly canSendApplicationData: () => boolean }).canSendApplicationData()

const formerPaths = new WeakMap<Agent, SendPath>()

/** Has to be called once for each transport, before it is connected. */
export const keepDuringRestart = (transport: RTCIceTransport): void => {
  const ice = transport.connection
  const { send } = ice
  const restart = ice.restart.bind(ice)
  ice.restart = () => {
    const path = pathOf(transport)
    const restarted = restart()
    if (path === undefined) formerPaths.delete(ice)
    else formerPaths.set(ice, { ...path, isFormer: true })
    return restarted
  }
  ice.send = async (data) => {
    const path = pathOf(transport)
    if (path?.isFormer !== true) return send(data)
    await path.pair.protocol.sendData(data, path.pair.remoteAddr)
  }
}

/** `undefined` if a packet would be dropped. */
const pathOf = (transport: RTCIceTransport): SendPath | undefined => {
  const { connection: ice, state } = transport
  const selected = selectedOf(ice)
  if (selected === undefined) return state === "failed" || state === "closed" ? undefined : formerPaths.get(ice)
  formerPaths.delete(ice)
  return selected
}

const selectedOf = (ice: Agent): SendPath | undefined => {
  if (ice.nominated === undefined || !canSend(ice)) return undefined
  const { localUsername, nominated, remotePassword, remoteUsername } = ice
  return {
    pair: nominated,
    isFormer: false,
    credentials: { username: `${remoteUsername}:${localUsername}`, password: remotePassword }
  }
}

/** The path of the media: `undefined` if its packets would be dropped, or DTLS has agreed on no keys. */
export const find = ({ iceTransport, state }: RTCDtlsTransport): SendPath | undefined =>
  state === "connected" ? pathOf(iceTransport) : undefined

/** Whether packets can flow. */
export const isOpen = (transport: RTCDtlsTransport): boolean => find(transport) !== undefined

/**
 * Whether ICE has a selected pair of its own, and no restart is under way. werift's states are not enough: after a
 * restart werift reports `connected` also while no pair is selected (H12, H19). Noticed by "H12: ..." in
 * `test/werift/ice.test.ts`.
 */
export const isSelected = (transport: RTCDtlsTransport): boolean => find(transport)?.isFormer === false

/** The remote side no longer consents to the former pair. */
export const forgetFormer = ({ iceTransport }: RTCDtlsTransport): void =>
  void formerPaths.delete(iceTransport.connection)
