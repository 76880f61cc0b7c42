/**
 * The connection that the page offers. It sends local tracks, one negotiation at a time.
 */
import { remoteCandidates, sendLocalCandidates } from "./candidates.ts"
import { kindOf, PeerType, type TrackType, wireTypeOf } from "./protocol.ts"
import { type Caller, request } from "./twirp.ts"

/** `publishOptions` are the types that the SFU lets the page publish, and the ids of its options. */
export const makePublisher = (caller: Caller, publishOptions: ReadonlyMap<TrackType, number>) => {
  const connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })
  const candidates = remoteCandidates(connection)
  /** In the order of publication. */
  const transceivers = new Map<TrackType, RTCRtpTransceiver>()
  const live = new Set<TrackType>()
  let last = Promise.resolve()
  sendLocalCandidates(connection, PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED, caller)

  /** Runs after every earlier call has ended, successful or not. */
  const serialized = (run: () => Promise<void>): Promise<void> => {
    const done = last.then(async () => {
      caller.signal.throwIfAborted()
      await run()
    })
    last = done.catch(() => {})
    return done
  }

  const announced = () =>
    Array.from(transceivers).flatMap(([type, { direction, mid, sender }]) => {
      if (direction === "inactive") return []
      const { height = 0, width = 0 } = sender.track?.getSettings() ?? {}
      const layers = kindOf(type) === "video" ? [{ rid: "f", videoDimension: { width, height } }] : []
      return [{
        trackId: sender.track?.id ?? type,
        trackType: wireTypeOf(type),
        mid: mid ?? "",
        muted: !live.has(type),
        publishOptionId: publishOptions.get(type) ?? 0,
        layers
      }]
    })

  const negotiate = async (options?: RTCOfferOptions): Promise<void> => {
    await connection.setLocalDescription(await connection.createOffer(options))
    try {
      // `announced` needs the mids, which exist once the local description is set.
      const { sdp } = await request(
        "SetPublisher",
        { sdp: connection.localDescription?.sdp, tracks: announced() },
        caller
      )
      await connection.setRemoteDescription({ type: "answer", sdp })
      candidates.flush()
    } catch (cause) {
      if (connection.signalingState === "have-local-offer") await connection.setLocalDescription({ type: "rollback" })
      throw cause
    }
  }

  /** Sends only changes: at a repeated unmute, the SFU announces the track again. */
  const setMuted = async (type: TrackType, muted: boolean): Promise<void> => {
    if (live.has(type) !== muted) return
    await request("UpdateMuteStates", { muteStates: [{ trackType: wireTypeOf(type), muted }] }, caller)
    if (muted) live.delete(type)
    else live.add(type)
  }

  return {
    connection,
    announced,
    addCandidate: candidates.add,
    /** Starts to send, or replaces the track that is sent. */
    publish: (type: TrackType, track: MediaStreamTrack): Promise<void> =>
      serialized(async () => {
        if (!publishOptions.has(type)) throw new Error(`the SFU does not offer to publish ${type}`)
        const transceiver = transceivers.get(type) ?? connection.addTransceiver(track, { direction: "sendonly" })
        transceivers.set(type, transceiver)
        await transceiver.sender.replaceTrack(track)
        transceiver.direction = "sendonly"
        if (transceiver.currentDirection !== "sendonly") await negotiate()
        await setMuted(type, false)
      }),
    /** The media section stays. */
    mute: (type: TrackType): Promise<void> =>
      serialized(async () => {
        await setMuted(type, true)
        await transceivers.get(type)?.sender.replaceTrack(null)
      }),
    unpublish: (type: TrackType): Promise<void> =>
      serialized(async () => {
        const transceiver = transceivers.get(type)
        if (!transceiver || transceiver.direction === "inactive") return
        await setMuted(type, true)
        await transceiver.sender.replaceTrack(null)
        transceiver.direction = "inactive"
        await negotiate()
      }),
    restartIce: (): Promise<void> =>
      serialized(() => transceivers.size === 0 ? Promise.resolve() : negotiate({ iceRestart: true }))
  }
}
