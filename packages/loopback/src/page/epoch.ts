/**
 * One session id, its socket and its two connections. A FAST reconnection gives an epoch another socket; a REJOIN is
 * another epoch. Requests of an epoch that has ended are aborted.
 */
import {
  type Credentials,
  type JoinRequest,
  type JoinResponse,
  PeerType,
  type TrackType,
  trackTypeOf
} from "./protocol.ts"
import { makePublisher } from "./publisher.ts"
import type { SignalSocket } from "./socket.ts"
import { makeSubscriber } from "./subscriber.ts"
import { type Caller, request } from "./twirp.ts"

export interface Epoch {
  readonly sessionId: string
  readonly caller: Caller
  readonly ending: AbortController
  readonly subscriber: ReturnType<typeof makeSubscriber>
  readonly publisher: ReturnType<typeof makePublisher>
  socket: SignalSocket
  /** How long the SFU keeps a session whose socket is lost, in milliseconds. */
  deadline: number
}

/** The codecs of this browser, as an SDP for the join request. */
const genericSdp = async (direction: "sendonly" | "recvonly"): Promise<string> => {
  const connection = new RTCPeerConnection()
  connection.addTransceiver("video", { direction })
  connection.addTransceiver("audio", { direction })
  const { sdp } = await connection.createOffer()
  connection.close()
  return sdp ?? ""
}

export const joinRequestOf = async (
  { token }: Credentials,
  sessionId: string,
  unifiedSessionId: string
): Promise<JoinRequest> => ({
  token,
  sessionId,
  unifiedSessionId,
  subscriberSdp: await genericSdp("recvonly"),
  publisherSdp: await genericSdp("sendonly"),
  clientDetails: { browser: { name: navigator.userAgent } }
})

export const deadlineOf = ({ fastReconnectDeadlineSeconds }: JoinResponse): number =>
  (fastReconnectDeadlineSeconds ?? 0) * 1_000

const publishOptionsOf = ({ publishOptions }: JoinResponse): ReadonlyMap<TrackType, number> =>
  new Map(
    (publishOptions ?? []).flatMap(({ id, trackType }) => {
      const type = trackTypeOf(trackType)
      return type === undefined ? [] : [[type, id ?? 0] as const]
    })
  )

export const makeEpoch = (options: {
  readonly credentials: Credentials
  readonly sessionId: string
  readonly socket: SignalSocket
  readonly joined: JoinResponse
  readonly onChange: () => void
  readonly onBroken: (reason: string) => void
}): Epoch => {
  const { credentials, joined, onBroken, onChange, sessionId, socket } = options
  const ending = new AbortController()
  const caller: Caller = { credentials, sessionId, signal: ending.signal }
  return {
    sessionId,
    caller,
    ending,
    socket,
    subscriber: makeSubscriber(caller, { onChange, onBroken }),
    publisher: makePublisher(caller, publishOptionsOf(joined)),
    deadline: deadlineOf(joined)
  }
}

export const isHealthy = ({ publisher, subscriber }: Epoch): boolean =>
  [publisher, subscriber].every(({ connection }) => !["failed", "closed"].includes(connection.connectionState))

/** Restarts ICE of a connection that failed; calls `onBroken` if it never connected or fails again. */
export const watchConnections = (
  { publisher, subscriber }: Epoch,
  { isCurrent, onBroken }: { readonly isCurrent: () => boolean; readonly onBroken: (reason: string) => void }
): void => {
  for (const peer of [subscriber, publisher]) {
    let hasConnected = false
    let restarts = 0
    peer.connection.addEventListener("connectionstatechange", () => {
      if (!isCurrent()) return
      const { connectionState } = peer.connection
      if (connectionState === "connected") {
        hasConnected = true
        restarts = 0
      }
      if (connectionState !== "failed") return
      if (!hasConnected || restarts++ > 0) return onBroken("the media connection failed")
      peer.restartIce().catch(() => void (isCurrent() && onBroken("ICE could not be restarted")))
    })
  }
}

/** Sends the SFU a leave request. */
export const hangUp = (socket: SignalSocket, sessionId: string): void => {
  socket.send({ leaveCallRequest: { sessionId, reason: "left" } })
  socket.close(1000, "left")
}

export const discard = ({ ending, publisher, sessionId, socket, subscriber }: Epoch): void => {
  ending.abort(new Error("this session has ended"))
  publisher.connection.close()
  subscriber.connection.close()
  if (socket.isOpen()) hangUp(socket, sessionId)
  else socket.close(4100, "replaced")
}

export const addRemoteCandidate = (epoch: Epoch, peerType: number | null | undefined, candidate: string): void => {
  const peer = peerType === PeerType.PEER_TYPE_SUBSCRIBER ? epoch.subscriber : epoch.publisher
  peer.addCandidate(candidate)
}

export const updateSubscriptions = (epoch: Epoch, tracks: ReadonlyArray<unknown>): Promise<unknown> =>
  request("UpdateSubscriptions", { tracks }, epoch.caller)
