/**
 * The connection that the SFU offers. The owner of each track follows from its mid and the last applied offer: the
 * browser's track events name no owner, and a media section can go to another participant without an event.
 */
import { remoteCandidates, sendLocalCandidates } from "./candidates.ts"
import { PeerType, type TrackType } from "./protocol.ts"
import { type MediaSection, sendingSections } from "./sdp.ts"
import { type Caller, request } from "./twirp.ts"

export interface Offer {
  readonly sdp?: string | null
  readonly negotiationId?: number | null
}

export interface Media {
  readonly mid: string
  readonly track: MediaStreamTrack
}

/** Consecutive offers that may fail. */
const mostFailures = 3

export const makeSubscriber = (
  caller: Caller,
  { onBroken, onChange }: { readonly onChange: () => void; readonly onBroken: (reason: string) => void }
) => {
  const peerType = PeerType.PEER_TYPE_SUBSCRIBER
  const connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })
  const candidates = remoteCandidates(connection)
  let sections: ReadonlyArray<MediaSection> = []
  let failures = 0
  let last = Promise.resolve()
  sendLocalCandidates(connection, peerType, caller)

  const answer = async ({ negotiationId, sdp }: Offer): Promise<void> => {
    if (caller.signal.aborted || !sdp) return
    try {
      await connection.setRemoteDescription({ type: "offer", sdp })
      sections = sendingSections(sdp)
      candidates.flush()
      await connection.setLocalDescription()
      onChange()
      await request("SendAnswer", { peerType, sdp: connection.localDescription?.sdp, negotiationId }, caller)
      failures = 0
    } catch (cause) {
      if (caller.signal.aborted) return
      if (connection.signalingState === "have-remote-offer") await connection.setRemoteDescription({ type: "rollback" })
      sections = sendingSections(connection.remoteDescription?.sdp ?? "")
      if (++failures === mostFailures) {
        return onBroken(`${mostFailures} consecutive offers could not be answered: ${cause}`)
      }
      await request("IceRestart", { peerType }, caller).catch(() => {})
    }
  }

  return {
    connection,
    /** Offers are answered one at a time, in order. */
    take: (offer: Offer): void => void (last = last.then(() => answer(offer)).catch(() => {})),
    addCandidate: candidates.add,
    restartIce: () => request("IceRestart", { peerType }, caller),
    /** The track of a publication, if a media section carries it. */
    find: (streamIdPrefix: string, type: TrackType): Media | undefined => {
      if (streamIdPrefix === "") return undefined
      const section = sections.find((section) => section.streamIdPrefix === streamIdPrefix && section.type === type)
      const transceiver = section && connection.getTransceivers().find(({ mid }) => mid === section.mid)
      return transceiver && { mid: transceiver.mid ?? "", track: transceiver.receiver.track }
    }
  }
}
