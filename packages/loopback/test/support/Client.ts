/**
 * A minimal client: a WebSocket, `fetch`, a werift connection and the generated codec. It records the events and packets
 * that it receives, and does nothing by itself except answer offers.
 */
import { formatTrackKey } from "effect-track-resolver"
import type { TrackKey, TrackType } from "effect-track-resolver"
import { LoopbackSfu, Payload, Wire } from "effect-track-resolver-loopback"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { RTCRtpCodecParameters, RTCRtpTransceiver } from "werift"
import { RTCPeerConnection, SessionDescription, useAudioLevelIndication, useOPUS, useSdesMid } from "werift"
import { dropRepeatedHelloVerifyRequests } from "../../../../test/support/dropRepeatedHelloVerifyRequests.ts"
import { onLoopback } from "../../../../test/support/onLoopback.ts"
import * as Patience from "../../src/Patience.ts"
import * as EventLog from "./EventLog.ts"

const { event, models, signal } = Wire.Messages

/** A media section of an offer. */
export interface OfferedSection {
  readonly mid: string
  readonly direction: string
  readonly streamId: string | undefined
  readonly ssrc: number | undefined
}

/** A packet as the client received it. */
export interface ReceivedPacket {
  /** Of the media section that it arrived on. */
  readonly streamId: string | undefined
  readonly mark: Payload.Mark | undefined
  readonly payload: Uint8Array
  readonly extensions: number
  /** Whether it is speech, and how far it is below the loudest, in dB (RFC 6464). */
  readonly level: { readonly v: boolean; readonly level: number } | undefined
  readonly payloadType: number
}

export interface ClientOptions {
  readonly userId: string
  /** Default: a random UUID. */
  readonly sessionId?: string
  /** Default: a valid token of the user. */
  readonly token?: string
  /** Whether it answers offers. Default true. */
  readonly answers?: boolean
  /** Whether the join request contains a subscriber SDP. Default true. */
  readonly receives?: boolean
  /** The edge name of the SFU to join. Default: the first. */
  readonly node?: string
  /** More fields of the join request. */
  readonly request?: Wire.JoinRequest
  /** A connection to continue with. */
  readonly connection?: RTCPeerConnection
  /** The video codecs. Default: werift's. */
  readonly codecs?: ReadonlyArray<RTCRtpCodecParameters>
  /** Whether it accepts the header extension for the mid. Default false. */
  readonly mids?: boolean
  /** Whether it accepts the header extension for the level of a packet of audio. Default false. */
  readonly levels?: boolean
}

export const keyOf = (
  { sessionId, userId }: { readonly userId: string; readonly sessionId: string },
  trackType: TrackType
): TrackKey => ({ userId, sessionId, trackType })

export const sectionsOf = (sdp: string): ReadonlyArray<OfferedSection> =>
  SessionDescription.parse(sdp).media.map(({ direction, msid, rtp, ssrc }) => ({
    mid: rtp.muxId ?? "",
    direction: direction ?? "",
    streamId: msid?.split(" ")[0],
    ssrc: ssrc[0]?.ssrc
  }))

const openConnection = ({ codecs, levels, mids }: ClientOptions) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        ...(codecs && { codecs: { audio: [useOPUS()], video: [...codecs] } }),
        headerExtensions: {
          audio: [...(mids ? [useSdesMid()] : []), ...(levels ? [useAudioLevelIndication()] : [])],
          video: mids ? [useSdesMid()] : []
        }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  )

/** Twirp requests of one session, as promises: an offer is answered outside of any fiber. */
const makeRequests = (url: string, token: string, sessionId: string) => {
  const post = async (method: string, body: Uint8Array, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/stream.video.sfu.signal.SignalServer/${method}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/protobuf", "authorization": `Bearer ${token}`, ...headers }
    })
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) }
  }
  return {
    post,
    sendAnswer: async (sdp: string, negotiationId: number) => {
      const request = signal.SendAnswerRequest.encode({ peerType: 1, sdp, sessionId, negotiationId })
      return signal.SendAnswerResponse.decode((await post("SendAnswer", request.finish())).body)
    },
    subscribe: async (keys: ReadonlyArray<TrackKey>) => {
      const tracks = keys.map((key) => ({ ...key, trackType: Wire.wireTypeOf(key.trackType) }))
      const request = signal.UpdateSubscriptionsRequest.encode({ sessionId, tracks })
      return signal.UpdateSubscriptionsResponse.decode((await post("UpdateSubscriptions", request.finish())).body)
    },
    restartIce: async () => {
      const request = signal.ICERestartRequest.encode({ sessionId, peerType: 1 })
      return signal.ICERestartResponse.decode((await post("IceRestart", request.finish())).body)
    },
    iceTrickle: async (iceCandidate: string) => {
      const request = models.ICETrickle.encode({ peerType: 1, iceCandidate, sessionId })
      return signal.ICETrickleResponse.decode((await post("IceTrickle", request.finish())).body)
    }
  }
}

type Requests = ReturnType<typeof makeRequests>

/** Answers offers, and records packets. */
const makeReceiver = (connection: RTCPeerConnection, requests: Requests) => {
  const packets = EventLog.make<ReceivedPacket>()
  const subscribed = new WeakSet<object>()
  let sections: ReadonlyArray<OfferedSection> = []
  let turn = Promise.resolve()

  const record = (transceiver: RTCRtpTransceiver): void => {
    for (const track of transceiver.receiver.tracks) {
      if (subscribed.has(track)) continue
      subscribed.add(track)
      track.onReceiveRtp.subscribe(({ header, payload }, extensions) =>
        packets.add({
          streamId: sections.find(({ mid, ssrc }) => mid === transceiver.mid && ssrc === header.ssrc)?.streamId,
          mark: Payload.read(payload),
          payload,
          extensions: header.extensions.length,
          level: extensions?.["urn:ietf:params:rtp-hdrext:ssrc-audio-level"],
          payloadType: header.payloadType
        })
      )
    }
  }

  /** Applies an offer, and returns the answer without sending it. */
  const apply = async (sdp: string): Promise<string> => {
    await connection.setRemoteDescription({ type: "offer", sdp })
    dropRepeatedHelloVerifyRequests(connection)
    sections = sectionsOf(sdp)
    connection.getTransceivers().forEach(record)
    const answer = await connection.createAnswer()
    for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
    await connection.setLocalDescription(answer)
    return connection.localDescription?.sdp ?? ""
  }

  /** werift does not restart ICE by itself after a connection has continued on another socket. */
  const applyWithRestart = async (sdp: string): Promise<string> => {
    const [transport] = connection.iceTransports
    const remote = transport?.connection.remoteUsername
    const restarts = remote !== undefined && remote !== "" && !sdp.includes(`a=ice-ufrag:${remote}`)
    if (restarts) transport!.restart()
    const answer = await apply(sdp)
    if (restarts) transport!.start().catch(() => {})
    return answer
  }

  const reply = ({ negotiationId, sdp }: NonNullable<Wire.SfuEvent["subscriberOffer"]>): void => {
    turn = turn.then(async () => {
      await requests.sendAnswer(await applyWithRestart(sdp!), negotiationId!)
    }).catch(() => {})
  }

  return { packets, sections: () => sections, apply, reply }
}

/** Sent at any time. */
const measurements = new Set<Wire.EventType | undefined>(["audioLevelChanged", "dominantSpeakerChanged"])

const isJoinReply = ({ error, joinResponse }: Wire.SfuEvent): boolean => Boolean(joinResponse ?? error)

const ofType = (type: Wire.EventType) => (event: Wire.SfuEvent): boolean => Wire.eventTypeOf(event) === type

/** Succeeds with the join response or with the error. The scope closes the socket and the connection. */
export const join = Effect.fnUntraced(function*(options: ClientOptions) {
  const sfu = yield* LoopbackSfu
  const { answers = true, receives = true, sessionId = crypto.randomUUID(), userId } = options
  const node = sfu.nodes.find(({ name }) => name === options.node) ?? sfu.nodes[0]!
  const token = options.token ?? (yield* sfu.token(userId))
  const events = EventLog.make<Wire.SfuEvent>()
  const closed = Deferred.makeUnsafe<number>()
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => new WebSocket(node.webSocketUrl)),
    (socket) => Effect.sync(() => socket.close(1000))
  )
  const connection = options.connection ?? (yield* openConnection(options))
  const requests = makeRequests(node.url, token, sessionId)
  const receiver = makeReceiver(connection, requests)

  socket.binaryType = "arraybuffer"
  socket.addEventListener("close", ({ code }) => Deferred.doneUnsafe(closed, Effect.succeed(code)))
  socket.addEventListener("message", ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return
    const received = Wire.decodeEvent(new Uint8Array(data))
    if (received === undefined) return
    events.add(received)
    if (answers && received.subscriberOffer) receiver.reply(received.subscriberOffer)
  })
  yield* Effect.callback<void>((resume) => {
    socket.addEventListener("open", () => resume(Effect.void))
  })
  const send = (request: Wire.SfuRequest): void => socket.send(event.SfuRequest.encode(request).finish())
  send({ joinRequest: { token, sessionId, subscriberSdp: receives ? "v=0" : "", ...options.request } })
  const joinReply = (yield* events.waitUntil((items) => items.some(isJoinReply))).find(isJoinReply)!

  const eventTypes = () => events.items.map(Wire.eventTypeOf).filter((type) => !measurements.has(type))

  const eventsOf = (type: Wire.EventType) => events.items.filter(ofType(type))

  /** A wait that does not end says in which state it is. */
  const waiting = <A, E>(what: string, wait: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Patience.timeoutOrElse(wait, {
      duration: "1 minute",
      orElse: () => {
        const { connectionState, dtlsTransports, iceConnectionState } = connection
        const states = [connectionState, iceConnectionState, ...dtlsTransports.map(({ state }) => state)].join(", ")
        const got = `${receiver.packets.items.length} packets, ${eventTypes().join(", ")}`
        return Effect.die(new Error(`${userId} waits for ${what}: ${states}; ${got}`))
      }
    })

  return {
    userId,
    sessionId,
    socket,
    connection,
    joinReply,
    /** The code of the socket's close. */
    closed: Deferred.await(closed),
    send,
    post: (method: string, body: Uint8Array, headers?: Record<string, string>) =>
      Effect.promise(() => requests.post(method, body, headers)),
    apply: (sdp: string) => Effect.promise(() => receiver.apply(sdp)),
    sendAnswer: (sdp: string, id: number) => Effect.promise(() => requests.sendAnswer(sdp, id)),
    subscribe: (...keys: ReadonlyArray<TrackKey>) => Effect.promise(() => requests.subscribe(keys)),
    restartIce: Effect.promise(requests.restartIce),
    /** Sends a PLI (RFC 4585, section 6.3.1) for each track of video. */
    requestKeyFrames: Effect.promise(() =>
      Promise.all(
        connection.getTransceivers().map(({ kind, receiver }) => {
          const { ssrc } = receiver.track
          return kind === "video" && ssrc !== undefined ? receiver.sendRtcpPLI(ssrc) : undefined
        })
      )
    ),
    iceTrickle: (candidate: string) => Effect.promise(() => requests.iceTrickle(candidate)),
    /** All events so far. */
    events: () => events.items,
    /** Of all events so far, without audio levels and the dominant speaker. */
    eventTypes,
    waitUntilEvents: events.waitUntil,
    /** All events of a type, once there are at least `count`. */
    awaitEvents: (type: Wire.EventType, count = 1) =>
      waiting(type, Effect.map(events.waitUntil(() => eventsOf(type).length >= count), () => eventsOf(type))),
    /** Sends a health check: its response follows every event that the SFU sent before. */
    awaitPriorEvents: Effect.suspend(() => {
      const before = eventsOf("healthCheckResponse").length
      send({ healthCheckRequest: {} })
      return events.waitUntil(() => eventsOf("healthCheckResponse").length > before)
    }),
    /** All packets so far. */
    packets: () => receiver.packets.items,
    waitUntilPackets: receiver.packets.waitUntil,
    /** The next packets of a track, once there are at least `count`. */
    awaitPackets: (key: TrackKey, count: number) =>
      waiting(
        formatTrackKey(key),
        receiver.packets.next(
          count,
          ({ mark }) => mark !== undefined && formatTrackKey(mark.key) === formatTrackKey(key)
        )
      ),
    /** Of the last offer. */
    sections: receiver.sections
  }
})
