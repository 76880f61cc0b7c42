/**
 * What a test may do to a call: any order of events, any loss, any answer.
 *
 * @since 0.1.0
 */
import type { PeerType } from "effect-track-resolver"
import type { CallEndedReason, Grants, ReconnectStrategy, UnpublishCause } from "effect-track-resolver"
import type { TrackKey, TrackType } from "effect-track-resolver"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Call, OutboundEvent, OutboundPacket } from "./Call.ts"
import type { Request, Requests } from "./Requests.ts"
import * as Room from "./Room.ts"
import type { PublishOption, SettingsOptions } from "./Settings.ts"
import type { Faults } from "./Traffic.ts"
import * as Wire from "./Wire.ts"

/**
 * A client is named by its session id. A session that is not there is a mistake of the test, and so a defect.
 *
 * @category models
 * @since 0.1.0
 */
export interface Control {
  /** Events on their way to a client, offers included. */
  readonly signalling: Faults<OutboundEvent>
  /** Packets on their way to a subscriber. */
  readonly media: Faults<OutboundPacket>
  /** Requests on their way to being carried out. One that is dropped is never answered. */
  readonly requests: Omit<Faults<Request>, "duplicate">
  /** Fails requests: instead of carrying them out, or afterwards, as when an answer is lost on its way back. */
  readonly failRequests: Requests["refuse"]
  /** What is left out stays as it is. */
  readonly configure: (options: SettingsOptions) => Effect.Effect<void>
  /** No offer is made: what changes meanwhile is all in the next one. */
  readonly holdOffers: (
    to: string
  ) => Effect.Effect<{ readonly release: Effect.Effect<void> }, never, Scope.Scope>
  /** An offer with new ICE credentials; or the client is told that it is to make one. Default: the subscriber's. */
  readonly restartIce: (to: string, peerType?: PeerType) => Effect.Effect<void>
  /** From now on this is what may be published, and everybody is told. */
  readonly changePublishOptions: (options: ReadonlyArray<PublishOption>, reason?: string) => Effect.Effect<void>
  /** From now on this is what a participant may publish. What is published stays, until they take it back. */
  readonly updateGrants: (sessionId: string, grants: Grants) => Effect.Effect<void>
  /** Takes a track back: everybody is told, its publisher too, and nothing of it is forwarded until it is unmuted. */
  readonly unpublishTrack: (sessionId: string, trackType: TrackType, cause: UnpublishCause) => Effect.Effect<void>
  /**
   * The m-line that carries one publication carries the other from the next offer on, with nothing in between. The m-line
   * that the other had is retired; the one publication gets another m-line, if it is still wanted.
   */
  readonly reassignSection: (options: {
    readonly to: string
    readonly sectionOf: TrackKey
    readonly for: TrackKey
  }) => Effect.Effect<void>
  /** Tells a client something, past every rule. Changes nothing in the call. */
  readonly sendEvent: (to: string, event: Wire.SfuEvent) => Effect.Effect<void>
  /** A frame as it is. */
  readonly sendFrame: (to: string, frame: Uint8Array) => Effect.Effect<void>
  /** Closes a client's socket, with this code or without a word. The session is kept for its deadline. */
  readonly closeSocket: (to: string, code?: number) => Effect.Effect<void>
  /** Cuts a client's socket, with the deadline already passed: the session leaves. */
  readonly expireSession: (sessionId: string) => Effect.Effect<void>
  /** Tells a client to go to another SFU. */
  readonly sendGoAway: (to: string, reason: Wire.GoAwayReason) => Effect.Effect<void>
  /** Tells a client that something is wrong, and how it is to reconnect. */
  readonly sendError: (
    to: string,
    error: {
      readonly code: number
      readonly message?: string | undefined
      readonly shouldRetry?: boolean | undefined
      readonly strategy: ReconnectStrategy
    }
  ) => Effect.Effect<void>
  /** The call is over: everybody is told, and their sockets are closed. It can be joined anew. */
  readonly endCall: (reason: CallEndedReason) => Effect.Effect<void>
  /**
   * Everybody on this SFU is told to go away, nobody can join it any more, and after `grace` it is down: its sockets are
   * closed, and its connections. Default: at once.
   */
  readonly shutDownNode: (node: string, grace?: Duration.Input) => Effect.Effect<void>
  /**
   * This SFU is gone without a word: its sockets and its connections, requests to it, and later joins. Who was there
   * stays in the call until the deadline.
   */
  readonly killNode: (node: string) => Effect.Effect<void>
  /** This SFU can be joined again. It knows nobody. */
  readonly reviveNode: (node: string) => Effect.Effect<void>
  /** The next time that this user joins, they hear these before the answer. */
  readonly sendBeforeJoinResponse: (userId: string, events: ReadonlyArray<Wire.SfuEvent>) => Effect.Effect<void>
  /**
   * Describes everybody to a client once more, as if they had just joined; or as they were before they had published
   * anything: stale snapshots.
   */
  readonly resendParticipants: (to: string, options?: { readonly stale?: boolean | undefined }) => Effect.Effect<void>
  /** Gives a participant another prefix: everybody is told, and their m-lines are renamed. */
  readonly changePrefix: (sessionId: string, prefix: string) => Effect.Effect<void>
  /** A participant as the call describes them now: a stale snapshot, if it is sent later. */
  readonly describeParticipant: (sessionId: string) => Effect.Effect<Wire.WireParticipant>
}

const found = <A>(value: A | undefined, sessionId: string): Effect.Effect<A> =>
  value === undefined
    ? Effect.die(new TypeError(`LoopbackSfu: sessionId must be that of a session in the call, got "${sessionId}"`))
    : Effect.succeed(value)

export const make = (call: Call, { faults: requests, refuse }: Requests): Control => {
  const leg = (sessionId: string) => Effect.suspend(() => found(call.leg(sessionId), sessionId))
  const link = (sessionId: string) => Effect.flatMap(leg(sessionId), ({ link }) => found(link, sessionId))
  const member = (sessionId: string) => Effect.suspend(() => found(call.member(sessionId), sessionId))
  const node = (name: string) =>
    Effect.suspend(() => {
      const node = call.nodes.find((other) => other.name === name)
      return node === undefined
        ? Effect.die(new TypeError(`LoopbackSfu: sfu must be the name of an SFU of this call, got "${name}"`))
        : Effect.succeed(node)
    })
  const nameOf = (key: TrackKey): string => Room.nameOf(key.sessionId, key.trackType)
  const tell = (to: string, event: Wire.SfuEvent) => Effect.map(link(to), () => call.tell(to, event))
  return {
    signalling: call.signalling.faults,
    media: call.media.faults,
    requests,
    failRequests: refuse,
    configure: (options) => Effect.sync(() => call.configure(options)),
    holdOffers: (to) => Effect.flatMap(leg(to), ({ subscriber }) => subscriber.holdOffers),
    restartIce: (to, peerType = "Subscriber") =>
      peerType === "Subscriber"
        ? Effect.map(leg(to), ({ subscriber }) => subscriber.restartIce())
        : tell(to, { iceRestart: { peerType: Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED } }),
    changePublishOptions: (options, reason = "") =>
      Effect.sync(() => {
        call.configure({ publishOptions: options })
        const event = { changePublishOptions: { publishOptions: Wire.publishOptionsOf(options), reason } }
        for (const { participant } of call.members()) call.tell(participant.sessionId, event)
      }),
    updateGrants: (sessionId, grants) =>
      Effect.map(member(sessionId), () => call.run({ _tag: "Grant", sessionId, grants })),
    unpublishTrack: (sessionId, trackType, cause) =>
      Effect.map(member(sessionId), () => call.run({ _tag: "Moderate", sessionId, trackType, cause })),
    reassignSection: ({ for: other, sectionOf: lineOf, to }) =>
      Effect.map(leg(to), ({ subscriber }) => subscriber.give(nameOf(lineOf), nameOf(other))),
    sendEvent: (to, event) => Effect.map(link(to), (link) => link.send(Wire.encodeEvent(event))),
    sendFrame: (to, frame) => Effect.map(link(to), (link) => link.send(frame)),
    closeSocket: (to, code) =>
      Effect.map(link(to), (link) => code === undefined ? link.destroy() : link.close(code, "cut by the test")),
    expireSession: (sessionId) => Effect.andThen(member(sessionId), call.expire(sessionId)),
    sendGoAway: (to, reason) => tell(to, Wire.goAway(reason)),
    sendError: (to, { strategy, ...error }) => tell(to, Wire.failed(error, strategy)),
    endCall: call.end,
    shutDownNode: (name, grace = 0) => Effect.flatMap(node(name), (node) => call.shutDown(node, grace)),
    killNode: (name) => Effect.flatMap(node(name), (node) => call.takeDown(node)),
    reviveNode: (name) => Effect.map(node(name), (node) => node.change("Up")),
    sendBeforeJoinResponse: (userId, events) => Effect.sync(() => call.precedeJoin(userId, events)),
    resendParticipants: (to, { stale = false } = {}) =>
      Effect.map(leg(to), () => {
        for (const member of call.members()) {
          const participant = Room.describe(stale ? { ...member, tracks: new Map() } : member)
          call.tell(to, { participantJoined: { participant } })
        }
      }),
    changePrefix: (sessionId, prefix) =>
      Effect.map(member(sessionId), () => call.run({ _tag: "ChangePrefix", sessionId, prefix })),
    describeParticipant: (sessionId) => Effect.map(member(sessionId), Room.describe)
  }
}
