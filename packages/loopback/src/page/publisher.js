/**
 * The connection that we offer and the SFU answers. It sends what it is given, one negotiation at a time.
 */
import { candidatesOf, trickle } from "./subscriber.js"
import { kindOf, PeerType, request, wireTypeOf } from "./wire.js"

/**
 * @typedef {import("./wire.js").Caller} Caller
 * @typedef {import("./wire.js").TrackType} TrackType
 */

const peerType = PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED

/**
 * @param {Caller} caller
 * @param {ReadonlyMap<TrackType, number>} publishOptions The types that the SFU lets us publish, and the ids of its options.
 */
export const makePublisher = (caller, publishOptions) => {
  const connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })
  const candidates = candidatesOf(connection)
  /** In the order in which they were published. @type {Map<TrackType, RTCRtpTransceiver>} */
  const transceivers = new Map()
  /** @type {Set<TrackType>} */
  const live = new Set()
  let turn = Promise.resolve()
  trickle(connection, peerType, caller)

  /**
   * Runs when everything before it has ended, well or not.
   *
   * @param {() => Promise<void>} run
   */
  const inTurn = (run) => {
    const done = turn.then(async () => {
      caller.signal.throwIfAborted()
      await run()
    })
    turn = done.catch(() => {})
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

  /** @param {RTCOfferOptions} [options] */
  const negotiate = async (options) => {
    await connection.setLocalDescription(await connection.createOffer(options))
    try {
      // The mids are there once the local description is set.
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

  /** @param {TrackType} type @param {boolean} muted */
  const setMuted = async (type, muted) => {
    // What is unmuted twice is announced twice.
    if (live.has(type) !== muted) return
    await request("UpdateMuteStates", { muteStates: [{ trackType: wireTypeOf(type), muted }] }, caller)
    if (muted) live.delete(type)
    else live.add(type)
  }

  return {
    connection,
    announced,
    addCandidate: candidates.add,
    /** Begins to send, or sends another track in place of the one before. @param {TrackType} type @param {MediaStreamTrack} track */
    publish: (type, track) =>
      inTurn(async () => {
        if (!publishOptions.has(type)) throw new Error(`the SFU does not let us publish ${type}`)
        const transceiver = transceivers.get(type) ?? connection.addTransceiver(track, { direction: "sendonly" })
        transceivers.set(type, transceiver)
        await transceiver.sender.replaceTrack(track)
        transceiver.direction = "sendonly"
        if (transceiver.currentDirection !== "sendonly") await negotiate()
        await setMuted(type, false)
      }),
    /** The others are told; the m-line stays. @param {TrackType} type */
    mute: (type) =>
      inTurn(async () => {
        await setMuted(type, true)
        await transceivers.get(type)?.sender.replaceTrack(null)
      }),
    /** @param {TrackType} type */
    unpublish: (type) =>
      inTurn(async () => {
        const transceiver = transceivers.get(type)
        if (!transceiver || transceiver.direction === "inactive") return
        await setMuted(type, true)
        await transceiver.sender.replaceTrack(null)
        transceiver.direction = "inactive"
        await negotiate()
      }),
    restartIce: () => inTurn(() => transceivers.size === 0 ? Promise.resolve() : negotiate({ iceRestart: true }))
  }
}
