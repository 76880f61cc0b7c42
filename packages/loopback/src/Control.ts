/**
 * The faults that a test injects into a call: any order of events, any loss, any response.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type {
  CallEndedReason,
  ConnectionQuality,
  Grants,
  ParticipantProfile,
  PeerType,
  ReconnectStrategy,
  TrackKey,
  TrackType,
  UnpublishCause
} from "effect-track-resolver"
import { kindOf } from "effect-track-resolver"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Call from "./Call.ts"
import type { Mended } from "./DatagramPath.ts"
import * as Dispatch from "./Dispatch.ts"
import * as Forwarding from "./Forwarding.ts"
import * as Leaving from "./Leaving.ts"
import * as Member from "./Member.ts"
import * as NodeLifecycle from "./NodeLifecycle.ts"
import type { OutboundDatagram, OutboundEvent, OutboundPacket } from "./Outbound.ts"
import type { Request, Requests } from "./Requests.ts"
import type { PublishOption, SettingsOptions } from "./Settings.ts"
import * as SfuNode from "./SfuNode.ts"
import type { Tokens } from "./Token.ts"
import type { Faults } from "./Traffic.ts"
import * as Wire from "./Wire.ts"

/**
 * Faults of a running call. A session id identifies a client, and an edge name identifies an SFU. An unknown name is a
 * mistake of the test, so the effect dies.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface Control {
  /** Rules for events on their way to a client, offers included. */
  readonly signalling: Faults<OutboundEvent>
  /** Rules for packets on their way to a subscriber. */
  readonly media: Faults<OutboundPacket>
  /** Rules for datagrams on their way to a client, below SRTP. A datagram that is delivered twice is a replay for SRTP. */
  readonly datagrams: Faults<OutboundDatagram>
  /** Rules for requests before they are processed. A dropped request is never answered. */
  readonly requests: Omit<Faults<Request>, "duplicate" | "replay">
  /** Fails matching requests. With `carriedOut` they are processed first, as when a response is lost. */
  readonly failRequests: Requests["fail"]
  /** Changes settings. A setting that is left out keeps its value. */
  readonly configure: (options: SettingsOptions) => Effect.Effect<void>
  /** The SFU makes no offer to the client until the hold is released. The next offer contains every change. */
  readonly holdOffers: (
    to: string
  ) => Effect.Effect<{ readonly release: Effect.Effect<void> }, never, Scope.Scope>
  /**
   * Restarts ICE. `Subscriber`: by an offer with new credentials. `Publisher`: by an `ice_restart` event, which the client
   * answers with an offer. Default `Subscriber`.
   */
  readonly restartIce: (to: string, peerType?: PeerType) => Effect.Effect<void>
  /** Replaces the publish options, and sends them to every client. */
  readonly changePublishOptions: (options: ReadonlyArray<PublishOption>, reason?: string) => Effect.Effect<void>
  /** Replaces what a participant may publish, and sends it. Published tracks stay until the participant unpublishes them. */
  readonly updateGrants: (sessionId: string, grants: Grants) => Effect.Effect<void>
  /**
   * Unpublishes a track for its subscribers and for its publisher. No packet of the track is forwarded until the
   * publisher unmutes it.
   */
  readonly unpublishTrack: (sessionId: string, trackType: TrackType, cause: UnpublishCause) => Effect.Effect<void>
  /**
   * Assigns the media section of `sectionOf` to the publication `for`, in one offer. The former section of `for` is
   * retired. `sectionOf` gets another section, if it is still subscribed to.
   */
  readonly reassignSection: (options: {
    readonly to: string
    readonly sectionOf: TrackKey
    readonly for: TrackKey
  }) => Effect.Effect<void>
  /**
   * Stops the client's media sections that carry these publications (port 0), in one offer. Default: all sections. Once
   * the client has answered, the publications that it still subscribes to get other sections.
   */
  readonly stopSections: (to: string, publications?: ReadonlyArray<TrackKey>) => Effect.Effect<void>
  /**
   * Sends a publication to the client with another SSRC from now on, without an offer. The next offer contains the new
   * SSRC. False, if the client does not receive the publication now.
   */
  readonly changeSsrc: (options: { readonly to: string; readonly publication: TrackKey }) => Effect.Effect<boolean>
  /**
   * Breaks the UDP path of the client's connections to its SFU in both directions, until `restore` or the end of the
   * scope. The signalling continues, and no message reports the break. `byIceRestart`: an ICE restart also mends the path
   * of its connection, as after the loss of a NAT binding. Default `byTest`.
   */
  readonly breakPath: (
    to: string,
    mended?: Mended
  ) => Effect.Effect<{ readonly restore: Effect.Effect<void> }, never, Scope.Scope>
  /**
   * Each SFU token of the user that was issued before expires: requests with it fail with `unauthenticated`, and a join
   * with it is refused. The socket stays open. A token that is issued later is valid.
   */
  readonly expireTokens: (userId: string) => Effect.Effect<void>
  /**
   * No server answers the user (default: every user) until the scope ends: sockets are destroyed, UDP paths are broken, and
   * the TCP connection of each request to the coordinator and to the SFUs is destroyed.
   */
  readonly outage: (userId?: string) => Effect.Effect<void, never, Scope.Scope>
  /** Sends an event as it is: no rule applies to it, and the call does not change. */
  readonly sendEvent: (to: string, event: Wire.SfuEvent) => Effect.Effect<void>
  /** Sends a frame as it is, decodable or not. */
  readonly sendFrame: (to: string, frame: Uint8Array) => Effect.Effect<void>
  /**
   * Closes the client's socket with `code`, or destroys it if `code` is left out. The session is kept until its reconnect
   * deadline.
   */
  readonly closeSocket: (to: string, code?: number) => Effect.Effect<void>
  /** Destroys the client's socket. The session leaves at once, as if its reconnect deadline had passed. */
  readonly expireSession: (sessionId: string) => Effect.Effect<void>
  readonly sendGoAway: (to: string, reason: Wire.GoAwayReason) => Effect.Effect<void>
  /** Sends an error with a reconnect strategy. */
  readonly sendError: (
    to: string,
    error: {
      readonly code: number
      readonly message?: string | undefined
      readonly shouldRetry?: boolean | undefined
      readonly strategy: ReconnectStrategy
    }
  ) => Effect.Effect<void>
  /** Sends `call_ended` to every client, and closes their sockets. The call can be joined again. */
  readonly endCall: (reason: CallEndedReason) => Effect.Effect<void>
  /**
   * Sends `go_away` to the clients of this SFU, refuses joins, and takes the SFU down after `grace`: its sockets and its
   * connections close. Default grace: zero.
   */
  readonly shutDownNode: (node: string, grace?: Duration.Input) => Effect.Effect<void>
  /**
   * Takes this SFU down at once: destroys its sockets, and the TCP connections of requests and later joins. Its
   * sessions stay in the call until their reconnect deadline.
   */
  readonly killNode: (node: string) => Effect.Effect<void>
  /** Brings this SFU up again, without sessions. */
  readonly reviveNode: (node: string) => Effect.Effect<void>
  /** Sends these events to the user before its next join response. */
  readonly sendBeforeJoinResponse: (userId: string, events: ReadonlyArray<Wire.SfuEvent>) => Effect.Effect<void>
  /** Sends every participant as `participant_joined`. `stale`: without their published tracks. */
  readonly resendParticipants: (
    to: string,
    options?: { readonly stale?: boolean | undefined }
  ) => Effect.Effect<void>
  /** Replaces a participant's prefix, sends it to every client, and renames the participant's media sections. */
  readonly changePrefix: (sessionId: string, prefix: string) => Effect.Effect<void>
  /** Replaces the profile of a user, and sends each session of the user to every client. */
  readonly updateProfile: (userId: string, profile: ParticipantProfile) => Effect.Effect<void>
  /** Replaces the connection quality of a participant, which is `Excellent` at first, and sends it to every client. */
  readonly setConnectionQuality: (sessionId: string, quality: ConnectionQuality) => Effect.Effect<void>
  /**
   * Pauses a video of a client, as for its bandwidth: tells the client, and sends none of its packets until the video is
   * resumed, is muted or unpublished, or the client joins again. False, if the client's last join request does not say that it
   * knows pauses, or if the video is not published now. Dies if the publication is of no session in the call, or is audio.
   */
  readonly pauseVideo: (options: { readonly to: string; readonly publication: TrackKey }) => Effect.Effect<boolean>
  /** Tells the client, and requests a key frame. False as for `pauseVideo`. */
  readonly resumeVideo: (options: { readonly to: string; readonly publication: TrackKey }) => Effect.Effect<boolean>
  /** The participant as the call describes it now. Sent later, it is a stale snapshot. */
  readonly describeParticipant: (sessionId: string) => Effect.Effect<Wire.WireParticipant>
}

/** Lookups by name. Each dies if the name is unknown. */
const lookups = (call: Call.Call) => {
  const orDie = <A>(value: A | undefined, message: string): Effect.Effect<A> =>
    value === undefined ? Effect.die(new TypeError(message)) : Effect.succeed(value)
  const notInCall = (sessionId: string) =>
    `LoopbackSfu: sessionId must be that of a session in the call, got "${sessionId}"`
  const connection = (sessionId: string) =>
    Effect.suspend(() => orDie(Call.connection(call, sessionId), notInCall(sessionId)))
  return {
    connection,
    socket: (sessionId: string) =>
      Effect.flatMap(
        connection(sessionId),
        ({ socket }) => orDie(socket, `LoopbackSfu: the socket of session "${sessionId}" is lost`)
      ),
    member: (sessionId: string) => Effect.suspend(() => orDie(Call.member(call, sessionId), notInCall(sessionId))),
    node: (name: string) => orDie(call.nodes.find((node) => node.name === name), SfuNode.unknownName(name))
  }
}

const outage = Effect.fnUntraced(function*(call: Call.Call, requests: Requests, userId: string | undefined) {
  const isMeant = (user: string): boolean => userId === undefined || userId === user
  yield* requests.fail(({ fromUser }) => isMeant(fromUser), { _tag: "Disconnect" })
  for (const { connections, participant } of call.sessions.values()) {
    if (!isMeant(participant.userId)) continue
    for (const { path, socket } of connections) {
      yield* path.break("byTest")
      socket?.destroy()
    }
  }
})

export const make = (call: Call.Call, requests: Requests, sfuTokens: Tokens): Control => {
  const { connection, member, node, socket } = lookups(call)
  const send = (to: string, event: Wire.SfuEvent) => Effect.map(socket(to), () => Dispatch.send(call, to, event))
  const pause = Effect.fnUntraced(
    function*({ publication, to }: Parameters<Control["pauseVideo"]>[0], paused: boolean) {
      const { trackType } = publication
      yield* member(to)
      const publisher = yield* member(publication.sessionId)
      if (kindOf(trackType) === "audio") {
        return yield* Effect.die(new TypeError(`LoopbackSfu: publication must be a video, got ${trackType}`))
      }
      return Forwarding.pauseVideo(call, to, Member.keyOf(publisher, trackType), paused)
    }
  )
  const publicationId = (key: TrackKey): string => Member.publicationId(key.sessionId, key.trackType)
  return {
    signalling: call.events.faults,
    media: call.packets.faults,
    datagrams: call.datagrams.faults,
    requests: requests.faults,
    failRequests: requests.fail,
    configure: (options) => Effect.sync(() => Dispatch.configure(call, options)),
    holdOffers: (to) => Effect.flatMap(connection(to), ({ subscriber }) => subscriber.holdOffers),
    restartIce: (to, peerType = "Subscriber") =>
      peerType === "Subscriber"
        ? Effect.map(connection(to), ({ subscriber }) => subscriber.restartIce())
        : send(to, Wire.publisherIceRestart),
    changePublishOptions: (options, reason = "") =>
      Effect.sync(() => {
        Dispatch.configure(call, { publishOptions: options })
        const publishOptions = Wire.publishOptionsOf(options)
        Dispatch.sendToAll(call, { changePublishOptions: { publishOptions, reason } })
      }),
    updateGrants: (sessionId, grants) =>
      Effect.map(member(sessionId), () => Dispatch.run(call, { _tag: "Grant", sessionId, grants })),
    unpublishTrack: (sessionId, trackType, cause) =>
      Effect.map(member(sessionId), () => Dispatch.run(call, { _tag: "Unpublish", sessionId, trackType, cause })),
    reassignSection: ({ for: other, sectionOf, to }) =>
      Effect.map(
        connection(to),
        ({ subscriber }) => subscriber.assign(publicationId(sectionOf), publicationId(other))
      ),
    stopSections: (to, publications) =>
      Effect.map(connection(to), ({ subscriber }) => subscriber.stop(publications?.map(publicationId))),
    changeSsrc: ({ publication, to }) =>
      Effect.map(connection(to), ({ subscriber }) => subscriber.changeSsrc(publicationId(publication))),
    breakPath: (to, mended = "byTest") => Effect.flatMap(connection(to), ({ path }) => path.break(mended)),
    expireTokens: (userId) => Effect.sync(() => sfuTokens.expire(userId)),
    outage: (userId) => outage(call, requests, userId),
    sendEvent: (to, event) => Effect.map(socket(to), (socket) => socket.send(Wire.encodeEvent(event))),
    sendFrame: (to, frame) => Effect.map(socket(to), (socket) => socket.send(frame)),
    closeSocket: (to, code) =>
      Effect.map(socket(to), (socket) => code === undefined ? socket.destroy() : socket.close(code, "by the test")),
    expireSession: (sessionId) => Effect.andThen(member(sessionId), Leaving.expire(call, sessionId)),
    sendGoAway: (to, reason) => send(to, Wire.goAway(reason)),
    sendError: (to, { strategy, ...error }) => send(to, Wire.error(error, strategy)),
    endCall: (reason) => Leaving.endCall(call, reason),
    shutDownNode: (name, grace = 0) => Effect.flatMap(node(name), (node) => NodeLifecycle.shutDown(call, node, grace)),
    killNode: (name) => Effect.flatMap(node(name), (node) => NodeLifecycle.takeDown(call, node)),
    reviveNode: (name) => Effect.map(node(name), (node) => node.setState("Up")),
    sendBeforeJoinResponse: (userId, events) => Effect.sync(() => void call.beforeJoinResponse.set(userId, events)),
    resendParticipants: (to, { stale = false } = {}) =>
      Effect.map(connection(to), () => Dispatch.resendParticipants(call, to, stale)),
    changePrefix: (sessionId, prefix) =>
      Effect.map(member(sessionId), () => Dispatch.run(call, { _tag: "ChangePrefix", sessionId, prefix })),
    updateProfile: (userId, profile) =>
      Effect.sync(() => {
        call.profiles.set(userId, profile)
        for (const { participant } of Call.members(call)) {
          if (participant.userId !== userId) continue
          Dispatch.run(call, { _tag: "UpdateProfile", sessionId: participant.sessionId, profile })
        }
      }),
    setConnectionQuality: (sessionId, quality) =>
      Effect.map(member(sessionId), () => Dispatch.run(call, { _tag: "SetQuality", sessionId, quality })),
    pauseVideo: (options) => pause(options, true),
    resumeVideo: (options) => pause(options, false),
    describeParticipant: (sessionId) => Effect.map(member(sessionId), Member.describe)
  }
}
