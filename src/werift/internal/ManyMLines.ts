/**
 * Keeps the work of a description proportional to its number of m-lines.
 *
 * The faults (H22): for each m-line werift copies and searches its list of transceivers, lists its transports anew, and parses
 * its own certificate for the fingerprint. Here a transceiver is found by its mid, the transports are listed without copies,
 * and a fingerprint is computed once.
 *
 * Noticed by "H22: ..." in `test/werift/ManyMLines.test.ts`.
 */
import type { RTCDtlsTransport, RTCPeerConnection, RTCRtpTransceiver, SessionDescription } from "werift"
import { RTCDtlsParameters } from "werift"

/** The transceiver of an m-line, among those that have none in this description yet. */
type Find = (
  media: SessionDescription["media"][number],
  index: number,
  associated: ReadonlySet<RTCRtpTransceiver>
) => RTCRtpTransceiver | undefined

/** Call it before the connection gets its first description. */
export const indexTransceivers = (connection: RTCPeerConnection): void => {
  /** The transceivers that have their m-line of the description already. werift has one set for each search of an SDP. */
  let searched: ReadonlySet<RTCRtpTransceiver> | undefined
  let byMid: ReadonlyMap<string | null, ReadonlyArray<RTCRtpTransceiver>> = new Map()

  const find: Find = ({ kind, port, rtp: { muxId } }, index, associated) => {
    if (associated !== searched) {
      searched = associated
      byMid = Map.groupBy(connection.getTransceivers(), ({ mid }) => mid)
    }
    // The mid of a transceiver that lost its m-line is `null` from then on.
    const freeWith = (mid: string | null): ReadonlyArray<RTCRtpTransceiver> =>
      (byMid.get(mid) ?? []).filter((one) => one.kind === kind && one.mid === mid && !associated.has(one))
    const [known] = muxId === undefined ? [] : freeWith(muxId)
    if (known !== undefined || port === 0) return known
    const free = freeWith(null).filter(({ stopped, stopping }) => !stopping && !stopped)
    return free.find(({ mLineIndex }) => mLineIndex === index) ?? free[0]
  }

  Object.assign(connection, { findTransceiverForRemoteMedia: find })
  Object.defineProperty(connection["secureManager"], "dtlsTransports", { get: () => transportsOf(connection) })
}

/** Computes the fingerprint of a certificate once. */
export const keepFingerprint = (transport: RTCDtlsTransport): void => {
  let certificate = transport.localCertificate
  let fingerprints = certificate?.getFingerprints() ?? []
  Object.defineProperty(transport, "localParameters", {
    get: () => {
      if (certificate !== transport.localCertificate) {
        certificate = transport.localCertificate
        fingerprints = certificate?.getFingerprints() ?? []
      }
      return new RTCDtlsParameters(Array.from(fingerprints), transport.role)
    }
  })
}

/** Those of m-lines that are not stopped, in their order. Most m-lines have the transport of the one before. */
const transportsOf = (connection: RTCPeerConnection): ReadonlyArray<RTCDtlsTransport> => {
  const transports: Array<RTCDtlsTransport> = []
  let last: RTCDtlsTransport | undefined
  const add = (transport: RTCDtlsTransport | undefined): void => {
    if (transport === undefined || transport === last) return
    last = transport
    if (!transports.includes(transport)) transports.push(transport)
  }
  for (const one of connection.getTransceivers()) if (!one.stopped) add(one.dtlsTransport)
  add(connection.sctpTransport?.dtlsTransport)
  return transports
}
