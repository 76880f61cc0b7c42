/**
 * A participant that publishes and does not receive: joins over the socket, sends its requests over HTTP, and sends
 * real RTP over a peer connection of its own, as any client does.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type { Participant, TrackType } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import type * as HttpClient from "effect/http/HttpClient"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { randomUUID } from "node:crypto"
import * as ParticipantMedia from "./ParticipantMedia.ts"
import * as Patience from "./Patience.ts"
import * as PublisherClient from "./PublisherClient.ts"
import type { SfuAddress } from "./SfuNode.ts"
import * as SignalClient from "./SignalClient.ts"
import * as SimulationError from "./SimulationError.ts"
import type { Speech } from "./Speech.ts"
import * as TwirpClient from "./TwirpClient.ts"
import * as Wire from "./Wire.ts"

type Result<A> = Effect.Effect<A, SimulationError.SimulationError>

type Joined = Effect.Effect<SimulatedParticipant, SimulationError.SimulationError, Scope.Scope>

/**
 * One session of a participant that publishes. It leaves when the scope in which it was made closes.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface SimulatedParticipant extends Participant {
  /**
   * Negotiates the track, unmutes it, and sends from then on: 50 packets a second of audio, 30 of video, each with a whole
   * frame and with its mark.
   */
  readonly publish: (trackType: TrackType) => Result<void>
  readonly mute: (trackType: TrackType) => Result<void>
  readonly unmute: (trackType: TrackType) => Result<void>
  /** Mutes the track, and removes it from the connection. */
  readonly unpublish: (trackType: TrackType) => Result<void>
  /** When its microphone is heard from now on. */
  readonly speak: (speech: Speech) => Effect.Effect<void>
  /** Sends a leave request, and closes the socket and the connection. */
  readonly leave: Effect.Effect<void>
  /** Destroys the socket without a close frame. The media continues. */
  readonly dropSocket: Effect.Effect<void>
  /** Continues the same session on a new socket (FAST), within the reconnect deadline. */
  readonly reconnect: Result<void>
  /**
   * Joins as another session with the same tracks (REJOIN), in the current scope. The old session leaves before that,
   * after that, or never: then its socket is destroyed, and the SFU keeps it until its reconnect deadline. Default
   * `before`.
   */
  readonly rejoin: (options?: {
    readonly leave?: "before" | "after" | "never" | undefined
    readonly sessionId?: string | undefined
  }) => Joined
  /**
   * Continues the same session on another SFU with the same tracks (MIGRATE), in the current scope. Closes the old
   * connections once the migration is complete. Fails if it is not complete in seven seconds.
   */
  readonly migrate: (node: string) => Joined
  /** The number of packets sent, by type. */
  readonly packetsWritten: Effect.Effect<ReadonlyMap<TrackType, number>>
}

export interface SimulatedParticipantOptions {
  readonly node: SfuAddress
  /** The SFU with this edge name, as the target of a migration. */
  readonly nodeOf: (name: string) => Effect.Effect<SfuAddress>
  readonly token: string
  readonly client: HttpClient.HttpClient
  readonly userId: string
  readonly sessionId?: string | undefined
  readonly codec?: "protobuf" | "json" | undefined
  readonly packetInterval?: Duration.Input | undefined
  readonly media?: "recorded" | "marksOnly" | undefined
  readonly speech?: Speech | undefined
  /** The number of its tone and of its picture. */
  readonly voice: number
  readonly reconnectDetails?: Wire.JoinRequest["reconnectDetails"]
  /** The migration by which it joins: completed with the event of the SFU. */
  readonly migration?: Deferred.Deferred<void> | undefined
}

const migrationTimeout = "7 seconds"

const {
  WEBSOCKET_RECONNECT_STRATEGY_FAST: fast,
  WEBSOCKET_RECONNECT_STRATEGY_MIGRATE: migrate,
  WEBSOCKET_RECONNECT_STRATEGY_REJOIN: rejoin
} = Wire.ReconnectStrategy

const { signal } = Wire.Messages

const updateMuteStates = [signal.UpdateMuteStatesRequest, signal.UpdateMuteStatesResponse] as const

interface PublishedTrack {
  readonly type: TrackType
  readonly isMuted: boolean
}

/** Keeps the order of the tracks, as the protocol requires of a client that reconnects. */
const republish = Effect.fnUntraced(function*(
  participant: SimulatedParticipant,
  tracks: ReadonlyArray<PublishedTrack>
) {
  for (const { isMuted, type } of tracks) {
    yield* participant.publish(type)
    if (isMuted) yield* participant.mute(type)
  }
})

/** The tracks of a session, with their media. */
const makeTracks = (
  sessionId: string,
  { media, publisher, twirp }: {
    readonly media: ParticipantMedia.ParticipantMedia
    readonly publisher: PublisherClient.PublisherClient
    readonly twirp: TwirpClient.TwirpClient
  }
) => {
  const updateMuteState = (trackType: TrackType, muted: boolean) =>
    twirp.request("UpdateMuteStates", updateMuteStates, {
      sessionId,
      muteStates: [{ trackType: Wire.wireTypeOf(trackType), muted }]
    })
  const mute = (trackType: TrackType): Result<void> =>
    Effect.asVoid(Effect.andThen(media.stop(trackType), updateMuteState(trackType, true)))
  const unmute = (trackType: TrackType): Result<void> =>
    Effect.andThen(updateMuteState(trackType, false), media.start(trackType, () => publisher.sink(trackType)))
  return {
    mute,
    unmute,
    publish: (trackType: TrackType): Result<void> => Effect.andThen(publisher.add(trackType), unmute(trackType)),
    unpublish: (trackType: TrackType): Result<void> => Effect.andThen(mute(trackType), publisher.remove(trackType)),
    published: (): ReadonlyArray<PublishedTrack> =>
      publisher.types().map((type) => ({ type, isMuted: !media.isStarted(type) }))
  }
}

export const make = Effect.fnUntraced(function*(
  options: SimulatedParticipantOptions
): Effect.fn.Return<SimulatedParticipant, SimulationError.SimulationError, Scope.Scope> {
  const { client, codec = "protobuf", media: content = "recorded", node, token, userId, voice } = options
  const { packetInterval, sessionId = randomUUID(), speech = "inTurns" } = options
  const failed = SimulationError.of(userId)
  const scope = yield* Scope.fork(yield* Effect.scope)
  const turn = yield* Semaphore.make(1)
  const run = yield* Scope.provide(FiberSet.makeRuntime<never>(), scope)
  const participant = { userId, sessionId }
  const media = yield* Scope.provide(
    ParticipantMedia.make({ participant, voice, speech, content, packetInterval }),
    scope
  )
  const twirp = TwirpClient.make({ client, url: node.url, token, codec, failed })
  const publisher = PublisherClient.make({ scope, sessionId, twirp, failed, onPictureLoss: media.requestKeyFrame })
  const tracks = makeTracks(sessionId, { media, publisher, twirp })
  /** The event may come on the socket of the session that migrates or on the socket of the session it becomes. */
  let migratesTo: Deferred.Deferred<void> | undefined

  const restartIce = (): void => {
    run(Effect.ignore(turn.withPermit(publisher.restartIce), { log: true }))
  }

  const onMigrationComplete = (): void => {
    for (const migration of [options.migration, migratesTo]) {
      if (migration !== undefined) Deferred.doneUnsafe(migration, Effect.void)
    }
  }

  /** Each socket has a scope of its own: a scope keeps what was opened in it until it closes. */
  const joinWith = Effect.fnUntraced(function*(request: Wire.JoinRequest) {
    const socketScope = yield* Scope.fork(scope)
    const joining = SignalClient.join({
      webSocketUrl: node.webSocketUrl,
      joinRequest: { token, sessionId, ...request },
      onIceRestart: restartIce,
      onMigrationComplete,
      failed: failed("join")
    })
    const release = Scope.close(socketScope, Exit.void)
    const client = yield* Effect.onError(Scope.provide(joining, socketScope), () => release)
    return { ...client, destroy: Effect.andThen(client.destroy, release) }
  })

  let socket = yield* joinWith({ reconnectDetails: options.reconnectDetails ?? null })

  const close = Scope.close(scope, Exit.void)
  const dropSocket = Effect.suspend(() => socket.destroy)
  const leave = Effect.suspend(() => {
    socket.sendLeave(sessionId)
    return close
  })

  return {
    ...participant,
    publish: (trackType) => turn.withPermit(tracks.publish(trackType)),
    mute: (trackType) => turn.withPermit(tracks.mute(trackType)),
    unmute: (trackType) => turn.withPermit(tracks.unmute(trackType)),
    unpublish: (trackType) => turn.withPermit(tracks.unpublish(trackType)),
    speak: media.speak,
    leave,
    dropSocket,
    reconnect: Effect.gen(function*() {
      yield* dropSocket
      socket = yield* joinWith({ fastReconnect: true, reconnectDetails: { strategy: fast } })
      if (publisher.types().length > 0) restartIce()
    }),
    rejoin: Effect.fnUntraced(function*({ leave: order = "before", sessionId: other } = {}) {
      const published = tracks.published()
      if (order === "before") yield* leave
      if (order === "never") yield* Effect.andThen(dropSocket, close)
      const next = yield* make({
        ...options,
        speech: media.speech(),
        sessionId: other,
        migration: undefined,
        reconnectDetails: { strategy: rejoin, previousSessionId: sessionId }
      })
      yield* republish(next, published)
      if (order === "after") yield* leave
      return next
    }),
    migrate: Effect.fnUntraced(function*(name) {
      const migration = Deferred.makeUnsafe<void>()
      migratesTo = migration
      const next = yield* make({
        ...options,
        speech: media.speech(),
        node: yield* options.nodeOf(name),
        sessionId,
        reconnectDetails: {
          strategy: migrate,
          fromSfuId: node.name,
          announcedTracks: publisher.types().map((trackType) => ({ trackType: Wire.wireTypeOf(trackType) }))
        },
        migration
      })
      yield* republish(next, tracks.published())
      yield* Patience.timeoutOrElse(Deferred.await(migration), {
        duration: migrationTimeout,
        orElse: () => Effect.fail(failed("migration")(`not complete in ${migrationTimeout}`))
      })
      yield* close
      return next
    }),
    packetsWritten: media.written
  }
})
