/**
 * A call without a network, in which a test says what happens: it tells what the SFU tells, offers what m-lines there
 * are, and sends the packets. It implements the ports `SfuClient` and `PeerConnectionFactory`, so the real `StreamEdge`
 * runs on it, under any clock.
 *
 * Nothing in it happens by itself, takes time or goes wrong unless the test says so.
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type {
  IceCandidate,
  NegotiationError,
  NegotiationResult,
  PeerConnection,
  PeerConnectionState,
  RemoteMediaSection,
  RtpPacket
} from "../edge/PeerConnection.ts"
import { PeerConnectionFactory } from "../edge/PeerConnection.ts"
import type {
  Reconnection,
  SfuConnectionError,
  SfuEvent,
  SfuJoinError,
  SfuParticipant,
  SfuRequestError,
  SfuSession,
  StreamIdentity,
  Subscription
} from "../edge/SfuClient.ts"
import { SfuClient } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import type { TrackKind } from "../Track.ts"
import { kindOf, TrackType } from "../Track.ts"
import * as ScriptedPublisher from "./internal/ScriptedPublisher.ts"
import type { PublisherScript, ScriptedPublication } from "./internal/ScriptedPublisher.ts"

export type { PublisherScript, RecordedPublisherCall, ScriptedPublication } from "./internal/ScriptedPublisher.ts"

/**
 * An m-line that sends. Its stream id is `<prefix>:<TrackType>`, and whatever follows a second colon.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScriptedMediaSection {
  readonly mid: string
  readonly kind: TrackKind
  readonly streamId: string | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface ScriptedCallOptions {
  /** Who is there at a join, the first or a later one; a join that fails is told here as well. Default nobody. */
  readonly participants?: Effect.Effect<ReadonlyArray<SfuParticipant>, SfuJoinError> | undefined
  /** What else a join is answered. Default a new session, which the SFU keeps for ten seconds after its socket was lost. */
  readonly onJoin?:
    | ((reconnection: Reconnection | undefined) => Effect.Effect<Partial<SfuSession>, SfuJoinError>)
    | undefined
  /** Happens at each offer, before it is applied. Default nothing. */
  readonly onOffer?: Effect.Effect<void, NegotiationError> | undefined
  /** Happens at each answer. Default nothing. */
  readonly onAnswer?: ((negotiationId: number) => Effect.Effect<void, SfuRequestError>) | undefined
  /** Happens at each set of subscriptions. Default nothing. */
  readonly onSubscriptions?:
    | ((subscriptions: ReadonlyArray<Subscription>) => Effect.Effect<void, SfuRequestError>)
    | undefined
  /** What becomes of what we publish. Default all of it is taken. */
  readonly publisher?: PublisherScript | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface ScriptedCall extends ScriptedPublication {
  /** What an edge joins this call with. What is told and sent goes over the socket and the connection that it opened last. */
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  /** The SFU tells something; or one that was joined earlier does, by the number of the join, from 0. */
  readonly emit: (event: SfuEvent, join?: number) => Effect.Effect<void>
  /** The SFU offers these m-lines, and no others. */
  readonly offer: (table: ReadonlyArray<ScriptedMediaSection>) => Effect.Effect<void>
  /** A packet comes in on an m-line. Its sequence number is the next, of the call, if none is given. */
  readonly send: (mid: string, payload: Uint8Array, sequenceNumber?: number) => Effect.Effect<void>
  /** The signalling is lost. */
  readonly failSocket: (error: SfuConnectionError) => Effect.Effect<void>
  /** The state of the peer connection changes. */
  readonly setState: (state: PeerConnectionState) => Effect.Effect<void>
  /** What the edge has done, in its order. */
  readonly calls: ReadonlyArray<RecordedCall>
}

/**
 * Something that the edge has done.
 *
 * @category models
 * @since 0.1.0
 */
export type RecordedCall =
  | ScriptedPublisher.RecordedPublisherCall
  | { readonly _tag: "Joined"; readonly sessionId: string; readonly reconnection?: Reconnection }
  | { readonly _tag: "Answered"; readonly negotiationId: number }
  | { readonly _tag: "Subscribed"; readonly subscriptions: ReadonlyArray<Subscription> }
  | { readonly _tag: "AddedCandidate"; readonly candidate: IceCandidate }
  | { readonly _tag: "RequestedKeyFrame"; readonly mid: string }
  | { readonly _tag: "RequestedIceRestart" }
  | { readonly _tag: "ClosedPeerConnection" }
  | { readonly _tag: "Detached"; readonly sessionId: string; readonly to: "Resume" | "Migrate" }
  /** The session's scope was closed, and it had not been handed over. */
  | { readonly _tag: "Left" }

/**
 * The m-line of a publication.
 *
 * @category constructors
 * @since 0.1.0
 */
export const mediaSection = (mid: string, streamIdPrefix: string, trackType: TrackType): ScriptedMediaSection => ({
  mid,
  kind: kindOf(trackType),
  streamId: `${streamIdPrefix}:${trackType}`
})

/**
 * Lets happen whatever can happen while no time passes: every fiber has had its turn a hundred times, and the longest way
 * through an edge is far shorter.
 *
 * @category combinators
 * @since 0.1.0
 */
export const flush: Effect.Effect<void> = Effect.asVoid(Effect.repeat(Effect.yieldNow, { times: 100 }))

const trackTypes: ReadonlyArray<string> = TrackType.literals

const isTrackType = (name: string): name is TrackType => trackTypes.includes(name)

const identify = (streamId: string): StreamIdentity | undefined => {
  const [streamIdPrefix = "", trackType = ""] = streamId.split(":")
  return isTrackType(trackType) ? { streamIdPrefix, trackType } : undefined
}

/** A peer connection that the edge has opened. */
interface Connection {
  readonly state: SubscriptionRef.SubscriptionRef<PeerConnectionState>
  readonly senders: Map<string, Sender>
}

/** One m-line's packets, for as many as listen. */
interface Sender {
  readonly media: RemoteMediaSection
  readonly listeners: Set<Queue.Queue<RtpPacket, Cause.Done>>
}

/**
 * A call that nobody has joined yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options?: ScriptedCallOptions): Effect.Effect<ScriptedCall> =>
  Effect.gen(function*() {
    const calls: Array<RecordedCall> = []
    const makeSocket = Queue.unbounded<SfuEvent, SfuConnectionError | Cause.Done>()
    const makeConnection = Effect.map(
      SubscriptionRef.make<PeerConnectionState>("new"),
      (state): Connection => ({ state, senders: new Map() })
    )
    // Those of the first join are there before it.
    const sockets = [yield* makeSocket]
    const connections = [yield* makeConnection]
    let joins = 0
    let opened = 0
    let offered = 0
    let sequenceNumber = 0

    const note = (deed: RecordedCall) => Effect.sync(() => void calls.push(deed))
    const publisher = ScriptedPublisher.make(note, options?.publisher)

    const openMedia = ({ kind, mid, streamId }: ScriptedMediaSection): Sender => {
      const listeners: Sender["listeners"] = new Set()
      const listen = Effect.acquireRelease(
        Effect.tap(Queue.sliding<RtpPacket, Cause.Done>(1_024), (queue) => Effect.sync(() => listeners.add(queue))),
        (queue) => Effect.sync(() => listeners.delete(queue))
      )
      return {
        listeners,
        media: {
          mid,
          kind,
          streamId,
          codecs: [],
          rtp: Stream.unwrap(Effect.map(listen, Stream.fromQueue)),
          requestKeyFrame: note({ _tag: "RequestedKeyFrame", mid })
        }
      }
    }

    const closeMedia = ({ listeners }: Sender): void => listeners.forEach((queue) => Queue.endUnsafe(queue))

    /** What is offered stands in the place of the SDP, as JSON. */
    const apply = ({ senders }: Connection, sdp: string): NegotiationResult => {
      const table: ReadonlyArray<ScriptedMediaSection> = JSON.parse(sdp)
      const before = new Map(senders)
      senders.clear()
      for (const line of table) {
        const { kind, mid, streamId } = line
        const known = before.get(mid)
        const isSame = known?.media.kind === kind && known.media.streamId === streamId
        senders.set(mid, isSame ? known : openMedia({ mid, kind, streamId }))
        if (isSame) before.delete(mid)
      }
      before.forEach(closeMedia)
      return { sdp, media: Array.from(senders.values(), ({ media }) => media) }
    }

    const sfuClient = SfuClient.of({
      join: ({ reconnection, sessionId }) =>
        Effect.gen(function*() {
          const participants = yield* options?.participants ?? Effect.succeed([])
          const more = yield* options?.onJoin?.(reconnection) ?? Effect.succeed({})
          let isDetached = false
          yield* Effect.acquireRelease(
            note({ _tag: "Joined", sessionId, ...(reconnection === undefined ? {} : { reconnection }) }),
            () => isDetached ? Effect.void : note({ _tag: "Left" })
          )
          const events = sockets[joins] ?? (yield* makeSocket)
          sockets[joins++] = events
          return {
            participants,
            iceServers: [],
            identify,
            reconnected: reconnection?.strategy === "Fast",
            fastReconnectDeadline: 10_000,
            ...publisher.session,
            events: Stream.fromQueue(events),
            sendAnswer: ({ negotiationId }) =>
              Effect.andThen(
                options?.onAnswer?.(negotiationId) ?? Effect.void,
                note({ _tag: "Answered", negotiationId })
              ),
            sendIceCandidate: () => Effect.void,
            updateSubscriptions: (subscriptions) =>
              Effect.andThen(
                options?.onSubscriptions?.(subscriptions) ?? Effect.void,
                note({ _tag: "Subscribed", subscriptions })
              ),
            restartIce: note({ _tag: "RequestedIceRestart" }),
            detach: (to) =>
              Effect.sync(() => {
                isDetached = true
                calls.push({ _tag: "Detached", sessionId, to })
              }),
            ...more
          }
        })
    })

    const factory = PeerConnectionFactory.of({
      genericSdps: Effect.succeed({ subscriberSdp: "", publisherSdp: "" }),
      openPublisher: () => publisher.open,
      open: () =>
        Effect.map(
          Effect.acquireRelease(
            Effect.map(makeConnection, (another) => connections[opened++] ??= another),
            ({ senders }) =>
              Effect.andThen(
                note({ _tag: "ClosedPeerConnection" }),
                Effect.sync(() => senders.forEach(closeMedia))
              )
          ),
          (connection): PeerConnection => ({
            answer: (sdp) => Effect.andThen(options?.onOffer ?? Effect.void, Effect.sync(() => apply(connection, sdp))),
            addIceCandidate: (candidate) => note({ _tag: "AddedCandidate", candidate }),
            iceCandidates: Stream.empty,
            states: SubscriptionRef.changes(connection.state)
          })
        )
    })

    const socket = (join?: number) =>
      Effect.suspend(() => {
        const events = sockets[join ?? sockets.length - 1]
        if (events === undefined) throw Arguments.error("ScriptedCall", "join", `the number of a join so far`, join)
        return Effect.succeed(events)
      })

    const connection = Effect.sync(() => connections.at(-1)!)

    return {
      ...publisher.publication,
      layer: Layer.merge(Layer.succeed(SfuClient, sfuClient), Layer.succeed(PeerConnectionFactory, factory)),
      emit: (event, join) =>
        Effect.flatMap(socket(join), (events) =>
          Effect.andThen(
            Queue.offer(events, event),
            event._tag === "CallEnded" ? Queue.end(events) : Effect.void
          )),
      offer: (table) =>
        Effect.flatMap(socket(), (events) =>
          Queue.offer(events, {
            _tag: "SubscriberOffer",
            sdp: JSON.stringify(table),
            negotiationId: ++offered,
            iceRestart: false
          })),
      send: (mid, payload, given) =>
        Effect.map(connection, ({ senders }) => {
          const packet: RtpPacket = {
            ssrc: 1,
            payloadType: 96,
            sequenceNumber: (given ?? sequenceNumber++) & 0xffff,
            timestamp: 0,
            marker: false,
            payload
          }
          senders.get(mid)?.listeners.forEach((queue) => Queue.offerUnsafe(queue, packet))
        }),
      failSocket: (error) => Effect.flatMap(socket(), (events) => Queue.fail(events, error)),
      setState: (state) => Effect.flatMap(connection, (last) => SubscriptionRef.set(last.state, state)),
      calls
    }
  })
