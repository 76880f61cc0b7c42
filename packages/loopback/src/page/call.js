/**
 * One stay in the call: joins, follows who is there, publishes, comes back when the line is lost, leaves. Knows the wire
 * and no page.
 *
 * An epoch is one session id and its two connections. FAST gives an epoch another socket; REJOIN is another epoch, with
 * the same tracks of ours. What is still under way for an epoch that is over ends by its signal.
 */
import { makePublisher } from "./publisher.js"
import { makeRoster } from "./roster.js"
import { makeSubscriber } from "./subscriber.js"
import {
  CallEndedReason,
  joinCall,
  kindOf,
  openLink,
  PeerType,
  Refused,
  request,
  retryInterval,
  sleep,
  Strategy,
  trackTypeOf,
  TrackUnpublishReason,
  wireTypeOf
} from "./wire.js"

/**
 * @typedef {import("./wire.js").TrackType} TrackType
 * @typedef {import("./wire.js").SfuEvent} SfuEvent
 * @typedef {import("./wire.js").Link} Link
 * @typedef {{ readonly _tag: "Joining" } | { readonly _tag: "Joined" } | { readonly _tag: "Reconnecting" } | { readonly _tag: "Left", readonly reason: string, readonly isOurs: boolean }} Phase
 * @typedef {{ readonly mid: string, readonly track: MediaStreamTrack }} Media
 * @typedef {{ readonly userId: string, readonly sessionId: string, readonly name: string, readonly published: ReadonlySet<TrackType>, readonly media: (type: TrackType) => Media | undefined }} Remote
 * @typedef {{ readonly packets: number, readonly frames: number, readonly level: number }} Figures
 *
 * @typedef {object} Epoch
 * @property {string} sessionId
 * @property {AbortController} ending
 * @property {import("./wire.js").Caller} caller
 * @property {Link} link
 * @property {ReturnType<typeof makeSubscriber>} subscriber
 * @property {ReturnType<typeof makePublisher>} publisher
 * @property {number} deadline How long the SFU keeps a session that it has lost, in milliseconds.
 */

const attemptsInAll = 10
const attemptsFast = 3

/** What codecs there are, for the SFU to know before there is anything to negotiate. @type {(direction: "sendonly" | "recvonly") => Promise<string>} */
const capabilities = async (direction) => {
  const connection = new RTCPeerConnection()
  connection.addTransceiver("video", { direction })
  connection.addTransceiver("audio", { direction })
  const { sdp } = await connection.createOffer()
  connection.close()
  return sdp ?? ""
}

/**
 * @param {object} options
 * @param {string} options.userId
 * @param {string | undefined} options.previousSessionId The session of this page before it was loaded again.
 * @param {string | undefined} options.unifiedSessionId
 * @param {() => void} options.onChange Something may look different now.
 * @param {(type: TrackType, why: string) => void} options.onStopped The SFU has taken a track of ours away.
 */
export const makeCall = ({ onChange, onStopped, previousSessionId, unifiedSessionId, userId }) => {
  const roster = makeRoster()
  /** Ours, in the order in which they were published. @type {Map<TrackType, MediaStreamTrack | undefined>} */
  const wanted = new Map()
  /** @type {Phase} */
  let phase = { _tag: "Joining" }
  /** @type {Epoch | undefined} */
  let epoch
  let attempt = 0
  /** The SFU that we are not to go to again. @type {string | undefined} */
  let leaving
  let stay = unifiedSessionId

  /** @param {Phase} next */
  const enter = (next) => {
    phase = next
    onChange()
  }

  // Subscriptions: all of them, every time; one request under way, and the next has the newest set.

  const subscriptions = () =>
    Array.from(roster.people.values())
      .filter(({ sessionId }) => sessionId !== epoch?.sessionId)
      .flatMap(({ published, sessionId, userId }) =>
        Array.from(published, (type) => ({
          userId,
          sessionId,
          trackType: wireTypeOf(type),
          ...(kindOf(type) === "video" && { dimension: { width: 640, height: 360 } })
        }))
      )

  /** @type {{ readonly epoch: Epoch, readonly set: string } | undefined} */
  let subscribed
  let isSubscribing = false

  const updateSubscriptions = async () => {
    const current = epoch
    const tracks = subscriptions()
    const set = JSON.stringify(tracks)
    if (!current || phase._tag !== "Joined" || (subscribed?.epoch === current && subscribed.set === set)) return
    try {
      await request("UpdateSubscriptions", { tracks }, current.caller)
      subscribed = { epoch: current, set }
    } catch (cause) {
      if (!current.caller.signal.aborted) reconnect(Strategy.rejoin, `subscriptions: ${cause}`)
    }
    await updateSubscriptions()
  }

  const subscribe = () => {
    if (isSubscribing) return
    isSubscribing = true
    // What one burst of events changes is one request.
    Promise.resolve().then(updateSubscriptions).finally(() => isSubscribing = false)
  }

  // What the SFU tells.

  /** @param {SfuEvent} told @param {Link} link */
  const hear = (told, link) => {
    // Two sockets of one session are open for a moment.
    if (epoch && link !== epoch.link && !told.iceTrickle) return
    if (told.subscriberOffer) epoch?.subscriber.take(told.subscriberOffer)
    if (told.iceTrickle) {
      const { iceCandidate, peerType } = told.iceTrickle
      const peer = peerType === PeerType.PEER_TYPE_SUBSCRIBER ? epoch?.subscriber : epoch?.publisher
      peer?.addCandidate(iceCandidate ?? "")
    }
    if (told.iceRestart && told.iceRestart.peerType !== PeerType.PEER_TYPE_SUBSCRIBER) restartPublisher()
    roster.upsert((told.participantJoined ?? told.participantUpdated)?.participant)
    if (told.participantLeft) roster.remove(told.participantLeft.participant?.sessionId ?? "")
    const track = told.trackPublished ?? told.trackUnpublished
    const type = trackTypeOf(track?.type)
    if (track?.sessionId && type) {
      roster.upsert(track.participant)
      if (told.trackPublished) roster.publish(track.sessionId, type)
      else roster.unpublish(track.sessionId, type)
      if (track.sessionId === epoch?.sessionId && told.trackUnpublished) takenAway(type, told.trackUnpublished.cause)
    }
    if (told.callGrantsUpdated) regrant(told.callGrantsUpdated.currentGrants ?? {})
    if (told.callEnded) {
      const wasKicked = told.callEnded.reason === CallEndedReason.CALL_ENDED_REASON_KICKED
      end(wasKicked ? "You were removed from the call." : "The call has ended.")
    }
    // A migration would keep the old connections until the new ones are there; a person can do without for a second.
    if (told.goAway) move("go away")
    const strategy = told.error?.reconnectStrategy
    if (strategy === Strategy.disconnect) end(told.error?.error?.message ?? "The SFU ended the call.")
    else if (strategy === Strategy.migrate) move("error")
    else if (strategy) reconnect(strategy, "error")
    subscribe()
    onChange()
  }

  /** To another SFU. @param {string} reason */
  const move = (reason) => {
    leaving = epoch?.caller.credentials.edgeName
    reconnect(Strategy.rejoin, reason)
  }

  /** @param {TrackType} type @param {number | null | undefined} cause */
  const takenAway = (type, cause) => {
    if (!wanted.has(type)) return
    if (cause === TrackUnpublishReason.TRACK_UNPUBLISH_REASON_MODERATION) stop(type, "A moderator stopped it.")
    if (cause === TrackUnpublishReason.TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED) stop(type, "It is no longer allowed.")
  }

  /** @param {NonNullable<NonNullable<SfuEvent["callGrantsUpdated"]>["currentGrants"]>} grants */
  const regrant = ({ canPublishAudio, canPublishVideo, canScreenshare }) => {
    /** @type {Record<TrackType, boolean | null | undefined>} */
    const allowed = {
      Audio: canPublishAudio,
      Video: canPublishVideo,
      ScreenShare: canScreenshare,
      ScreenShareAudio: canScreenshare
    }
    for (const type of Array.from(wanted.keys())) if (!allowed[type]) stop(type, "It is no longer allowed.")
  }

  /** @param {TrackType} type @param {string} why */
  const stop = (type, why) => {
    wanted.get(type)?.stop()
    unpublish(type)
    onStopped(type, why)
  }

  // Joining, and coming back.

  /** @type {(sessionId: string, credentials: import("./wire.js").Credentials, more?: import("./wire.js").JoinRequest) => ReturnType<typeof openLink>} */
  const dial = async (sessionId, { token, webSocketUrl }, more = {}) =>
    openLink(webSocketUrl, {
      token,
      sessionId,
      unifiedSessionId: stay ?? sessionId,
      subscriberSdp: await capabilities("recvonly"),
      publisherSdp: await capabilities("sendonly"),
      clientDetails: { browser: { name: navigator.userAgent } },
      ...more
    }, { onEvent: hear, onLost: lost })

  /** @param {number} strategy @param {string} reason */
  const details = (strategy, reason) => ({
    strategy,
    reason,
    reconnectAttempt: attempt,
    fromSfuId: strategy === Strategy.rejoin ? epoch?.caller.credentials.edgeName ?? "" : "",
    announcedTracks: epoch?.publisher.announced() ?? [],
    subscriptions: subscriptions()
  })

  /** A new session, that takes the place of the one before, if there was one. @param {string} reason */
  const begin = async (reason) => {
    const before = epoch
    const previous = before?.sessionId ?? previousSessionId
    const credentials = await joinCall(userId, leaving)
    leaving = undefined
    const sessionId = crypto.randomUUID()
    const reconnectDetails = previous && { ...details(Strategy.rejoin, reason), previousSessionId: previous }
    const { joined, link } = await dial(sessionId, credentials, reconnectDetails ? { reconnectDetails } : {})
    if (phase._tag === "Left") return hangUp(link, sessionId)
    stay ??= sessionId
    const ending = new AbortController()
    const caller = { credentials, sessionId, signal: ending.signal }
    const options = (joined.publishOptions ?? []).flatMap(({ id, trackType }) => {
      const type = trackTypeOf(trackType)
      return type ? [/** @type {const} */ ([type, id ?? 0])] : []
    })
    /** @type {Epoch} */
    const begun = {
      sessionId,
      ending,
      caller,
      link,
      subscriber: makeSubscriber(caller, { onChange, onBroken: (why) => reconnect(Strategy.rejoin, why) }),
      publisher: makePublisher(caller, new Map(options)),
      deadline: (joined.fastReconnectDeadlineSeconds ?? 0) * 1_000
    }
    epoch = begun
    if (before) discard(before)
    roster.replace(joined.callState?.participants ?? [])
    watch(begun)
    publishAll(begun)
  }

  /** The same session over another socket: nothing of ours is new but that. @param {Epoch} current @param {string} reason */
  const resume = async (current, reason) => {
    const { joined, link } = await dial(current.sessionId, current.caller.credentials, {
      fastReconnect: true,
      reconnectDetails: details(Strategy.fast, reason)
    })
    if (phase._tag === "Left") return hangUp(link, current.sessionId)
    if (!joined.reconnected) {
      // The SFU has begun this session anew, so the connections are to nobody.
      link.close(1000, "")
      throw new Refused("the session was not there any more", false)
    }
    current.link = link
    current.deadline = (joined.fastReconnectDeadlineSeconds ?? 0) * 1_000
    roster.replace(joined.callState?.participants ?? [])
    subscribed = undefined
    restartPublisher()
    publishAll(current)
  }

  const isHealthy = (/** @type {Epoch} */ { publisher, subscriber }) =>
    [publisher, subscriber].every(({ connection }) => !["failed", "closed"].includes(connection.connectionState))

  /** One at a time; what asks for another one meanwhile is told no. @param {number} first @param {string} reason */
  const reconnect = async (first, reason) => {
    if (phase._tag !== "Joined") return
    enter({ _tag: "Reconnecting" })
    const lostAt = performance.now()
    let strategy = first
    for (let tries = 1;; tries++) {
      const isLate = epoch === undefined || performance.now() - lostAt > epoch.deadline || tries > attemptsFast
      if (strategy === Strategy.fast && (isLate || !epoch || !isHealthy(epoch))) strategy = Strategy.rejoin
      if (strategy !== Strategy.fast) attempt++
      try {
        // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
        await (strategy === Strategy.fast && epoch ? resume(epoch, reason) : begin(reason))
        break
      } catch (cause) {
        if (hasLeft()) return
        if (cause instanceof Refused && !cause.mayRetry && strategy === Strategy.rejoin) return end(cause.message)
        if (cause instanceof Refused && !cause.mayRetry) strategy = Strategy.rejoin
        if (tries === attemptsInAll) return end("The SFU does not answer any more.")
        // oxlint-disable-next-line no-await-in-loop -- and some time between them
        await sleep(retryInterval(tries))
        if (hasLeft()) return
      }
    }
    if (!hasLeft()) settle()
  }

  const settle = () => {
    enter({ _tag: "Joined" })
    subscribe()
    // It may have been lost again before this was back.
    if (epoch && !epoch.link.isOpen()) reconnect(Strategy.fast, "lost again")
  }

  const hasLeft = () => phase._tag === "Left"

  /** @param {Link} link @param {number} code */
  const lost = (link, code) => {
    if (link === epoch?.link) reconnect(Strategy.fast, String(code))
  }

  /** @param {Epoch} watched */
  const watch = (watched) => {
    const { caller, publisher, subscriber } = watched
    for (
      const [peer, restart] of /** @type {const} */ ([
        [subscriber, () => request("IceRestart", { peerType: PeerType.PEER_TYPE_SUBSCRIBER }, caller)],
        [publisher, () => publisher.restartIce()]
      ])
    ) {
      let hasConnected = false
      let restarts = 0
      peer.connection.addEventListener("connectionstatechange", () => {
        if (epoch !== watched || hasLeft()) return
        const { connectionState } = peer.connection
        if (connectionState === "connected") {
          hasConnected = true
          restarts = 0
        }
        if (connectionState !== "failed") return
        if (!hasConnected || restarts++ > 0) reconnect(Strategy.rejoin, "the media connection failed")
        else restart().catch(() => void (epoch === watched && reconnect(Strategy.rejoin, "ICE could not be restarted")))
      })
    }
  }

  const restartPublisher = () => {
    const restarted = epoch
    restarted?.publisher.restartIce().catch((cause) => {
      if (restarted === epoch) reconnect(Strategy.rejoin, `the publisher's ICE could not be restarted: ${cause}`)
    })
  }

  // Ours.

  /**
   * What fails once the socket is lost on which it began says nothing of the track, which is published again on the next.
   *
   * @param {Epoch} into @param {TrackType} type @param {MediaStreamTrack} track
   */
  const publishIn = (into, type, track) => {
    const { link } = into
    return into.publisher.publish(type, track).catch((cause) => {
      if (into.caller.signal.aborted || link !== into.link || !link.isOpen()) return
      stop(type, `It could not be published: ${cause instanceof Error ? cause.message : cause}`)
    })
  }

  /** Of what is published already nothing is asked again. @param {Epoch} into */
  const publishAll = (into) => {
    for (const [type, track] of wanted) if (track) publishIn(into, type, track)
  }

  /** @param {TrackType} type @param {MediaStreamTrack} track */
  const publish = async (type, track) => {
    wanted.set(type, track)
    onChange()
    if (epoch) await publishIn(epoch, type, track)
  }

  /** @param {TrackType} type */
  const mute = async (type) => {
    if (!wanted.has(type)) return
    wanted.set(type, undefined)
    onChange()
    await epoch?.publisher.mute(type).catch(() => {})
  }

  /** @param {TrackType} type */
  const unpublish = async (type) => {
    if (!wanted.delete(type)) return
    onChange()
    await epoch?.publisher.unpublish(type).catch(() => {})
  }

  // Leaving.

  /** @param {Link} link @param {string} sessionId */
  const hangUp = (link, sessionId) => {
    link.send({ leaveCallRequest: { sessionId, reason: "left" } })
    link.close(1000, "left")
  }

  /** @param {Epoch} over */
  const discard = ({ ending, link, publisher, sessionId, subscriber }) => {
    ending.abort(new Error("this session is over"))
    publisher.connection.close()
    subscriber.connection.close()
    if (link.isOpen()) hangUp(link, sessionId)
    else link.close(4100, "replaced")
  }

  /** @param {string} reason @param {boolean} [isOurs] */
  const end = (reason, isOurs = false) => {
    if (hasLeft()) return
    const over = epoch
    epoch = undefined
    for (const track of wanted.values()) track?.stop()
    wanted.clear()
    roster.replace([])
    enter({ _tag: "Left", reason, isOurs })
    if (over) discard(over)
  }

  return {
    userId,
    phase: () => phase,
    /** What is kept for a page that is loaded again. */
    sessionId: () => epoch?.sessionId,
    unifiedSessionId: () => stay,
    /** @returns {ReadonlyArray<Remote>} */
    others: () =>
      Array.from(roster.people.values()).filter(({ sessionId }) => sessionId !== epoch?.sessionId).map((person) => ({
        ...person,
        media: (type) => epoch?.subscriber.find(person.prefix, type)
      })),
    /** @param {TrackType} type */
    own: (type) => wanted.get(type),
    /** What comes in on each m-line, by mid. @returns {Promise<ReadonlyMap<string, Figures>>} */
    figures: async () => {
      const report = await epoch?.subscriber.connection.getStats()
      return new Map(
        Array.from(report?.values() ?? []).filter(({ type }) => type === "inbound-rtp").map((stats) => [stats.mid, {
          packets: stats.packetsReceived ?? 0,
          frames: stats.framesDecoded ?? 0,
          level: stats.audioLevel ?? 0
        }])
      )
    },
    /** Fails, if it is not let in. */
    join: async () => {
      try {
        await begin("the page was loaded again")
      } catch (cause) {
        end(cause instanceof Error ? cause.message : String(cause))
        throw cause
      }
      if (!hasLeft()) settle()
    },
    publish,
    mute,
    unpublish,
    leave: () => end("You have left the call.", true)
  }
}
