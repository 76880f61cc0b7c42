/**
 * The connection that the SFU offers and we answer, and whose each of its tracks is: by mid, from the offer applied last.
 * The browser's track events say neither, as an m-line may go from one person to another without one.
 */
import { linesOf, PeerType, request, ufragsOf } from "./wire.js"

/**
 * @typedef {import("./wire.js").Caller} Caller
 * @typedef {import("./wire.js").Line} Line
 * @typedef {import("./wire.js").TrackType} TrackType
 */

/**
 * Candidates belong to a generation of ICE, which may not have come yet, or may be over.
 *
 * @param {RTCPeerConnection} connection
 */
export const candidatesOf = (connection) => {
  /** @type {Array<RTCIceCandidateInit>} */
  let held = []
  const past = new Set()
  const flush = () => {
    const current = ufragsOf(connection.remoteDescription?.sdp ?? "")
    const isDue = (/** @type {RTCIceCandidateInit} */ { usernameFragment }) =>
      !usernameFragment || current.has(usernameFragment)
    const due = current.size === 0 ? [] : held.filter(isDue)
    held = held.filter((candidate) => !due.includes(candidate) && !past.has(candidate.usernameFragment))
    current.forEach((ufrag) => past.add(ufrag))
    // One that is of no use is no reason to fail.
    due.forEach((candidate) => connection.addIceCandidate(candidate).catch(() => {}))
  }
  return {
    flush,
    /** @param {string} json */
    add: (json) => {
      try {
        held.push(JSON.parse(json))
      } catch {
        return
      }
      flush()
    }
  }
}

/** Tells the SFU of our own. @type {(connection: RTCPeerConnection, peerType: number, caller: Caller) => void} */
export const trickle = (connection, peerType, caller) =>
  connection.addEventListener("icecandidate", ({ candidate }) => {
    if (!candidate?.candidate) return
    request("IceTrickle", { peerType, iceCandidate: JSON.stringify(candidate) }, caller).catch(() => {})
  })

/**
 * @param {Caller} caller
 * @param {{ readonly onChange: () => void, readonly onBroken: (reason: string) => void }} handlers
 */
export const makeSubscriber = (caller, { onBroken, onChange }) => {
  const connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })
  const candidates = candidatesOf(connection)
  /** @type {ReadonlyArray<Line>} */
  let lines = []
  let failures = 0
  let turn = Promise.resolve()
  trickle(connection, PeerType.PEER_TYPE_SUBSCRIBER, caller)

  /** @type {(offer: { readonly sdp?: string | null, readonly negotiationId?: number | null }) => Promise<void>} */
  const answer = async ({ negotiationId, sdp }) => {
    if (caller.signal.aborted || !sdp) return
    try {
      await connection.setRemoteDescription({ type: "offer", sdp })
      lines = linesOf(sdp)
      candidates.flush()
      await connection.setLocalDescription()
      onChange()
      await request("SendAnswer", {
        peerType: PeerType.PEER_TYPE_SUBSCRIBER,
        sdp: connection.localDescription?.sdp,
        negotiationId
      }, caller)
      failures = 0
    } catch (cause) {
      if (caller.signal.aborted) return
      if (connection.signalingState === "have-remote-offer") await connection.setRemoteDescription({ type: "rollback" })
      lines = linesOf(connection.remoteDescription?.sdp ?? "")
      if (++failures === 3) return onBroken(`three offers in a row could not be answered: ${cause}`)
      await request("IceRestart", { peerType: PeerType.PEER_TYPE_SUBSCRIBER }, caller).catch(() => {})
    }
  }

  return {
    connection,
    /** One at a time, in the order they came. @param {Parameters<typeof answer>[0]} offer */
    take: (offer) => void (turn = turn.then(() => answer(offer)).catch(() => {})),
    addCandidate: candidates.add,
    /** The m-line and the track of a publication, if it is on one. @param {string} prefix @param {TrackType} type */
    find: (prefix, type) => {
      const line = prefix === "" ? undefined : lines.find((line) => line.prefix === prefix && line.type === type)
      const transceiver = line && connection.getTransceivers().find(({ mid }) => mid === line.mid)
      return transceiver && { mid: transceiver.mid ?? "", track: transceiver.receiver.track }
    }
  }
}
