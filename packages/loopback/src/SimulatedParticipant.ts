/**
 * Somebody who publishes: joins over the socket, asks over HTTP, and sends real RTP through a connection of their own, as
 * any client would. Receives nothing.
 *
 * @since 0.1.0
 */
import * as NodeWS from "@effect/platform-node/NodeWS"
import { kindOf } from "effect-track-resolver"
import type { Participant, TrackKind, TrackType } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberMap from "effect/FiberMap"
import * as FiberSet from "effect/FiberSet"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { randomUUID } from "node:crypto"
import type { RTCRtpTransceiver } from "werift"
import { MediaStream, MediaStreamTrack, RtpHeader, RtpPacket } from "werift"
import * as Connection from "./Connection.ts"
import * as Payload from "./Payload.ts"
import type { Method } from "./Requests.ts"
import * as Wire from "./Wire.ts"

/**
 * A simulated participant could not do what it was told to.
 *
 * @category errors
 * @since 0.1.0
 */
export class SimulationError extends Schema.TaggedError<SimulationError>()("SimulationError", {
  userId: Schema.String,
  step: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.userId}'s ${this.step} failed: ${this.detail}`
  }
}

/**
 * One session. Lives as long as the scope that it was made in, and leaves with it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SimulatedParticipant extends Participant {
  /** Negotiates the track, unmutes it, and sends from then on: 50 packets a second of audio, 30 of video. */
  readonly publish: (trackType: TrackType) => Effect.Effect<void, SimulationError>
  readonly mute: (trackType: TrackType) => Effect.Effect<void, SimulationError>
  readonly unmute: (trackType: TrackType) => Effect.Effect<void, SimulationError>
  /** Mutes the track, and takes it off the connection. */
  readonly unpublish: (trackType: TrackType) => Effect.Effect<void, SimulationError>
  /** Says so, and goes. */
  readonly leave: Effect.Effect<void>
  /** Loses the socket without a word. The media goes on. */
  readonly dropSocket: Effect.Effect<void>
  /** Comes back to the same session, within the deadline. */
  readonly reconnect: Effect.Effect<void, SimulationError>
  /**
   * Comes back as another session with the same tracks, in the scope of this call. The old session is left first, last,
   * or never: then its socket is dropped, and the SFU keeps it for its deadline.
   */
  readonly rejoin: (options?: {
    readonly leave?: "before" | "after" | "never" | undefined
    readonly sessionId?: string | undefined
  }) => Effect.Effect<SimulatedParticipant, SimulationError, Scope.Scope>
  /**
   * Goes on with the same session on another SFU, with the same tracks, in the scope of this call. The old connections
   * are closed once the new ones count. Fails if nobody says that they do.
   */
  readonly migrate: (node: string) => Effect.Effect<SimulatedParticipant, SimulationError, Scope.Scope>
  /** How many packets have been written, by type. */
  readonly packetsWritten: Effect.Effect<ReadonlyMap<TrackType, number>>
}

/** An SFU, as whoever joins it has to know it. */
export interface Address {
  readonly name: string
  readonly url: string
  readonly webSocketUrl: string
}

export interface SimulatedParticipantOptions {
  readonly node: Address
  /** Where to migrate to. */
  readonly nodeOf: (name: string) => Effect.Effect<Address>
  readonly token: string
  readonly client: HttpClient.HttpClient
  readonly userId: string
  readonly sessionId?: string | undefined
  /** Of what it asks over HTTP. Default `protobuf`. */
  readonly codec?: "protobuf" | "json" | undefined
  /** Between two packets of a track. Default: 20 ms of audio, 33 ms of video. */
  readonly packetInterval?: Duration.Input | undefined
  /** What the join says of the session before. */
  readonly reconnectDetails?: Wire.JoinRequest["reconnectDetails"]
  readonly onMigrated?: (() => void) | undefined
}

const pace: { readonly [kind in TrackKind]: { readonly every: Duration.Input; readonly ticks: number } } = {
  audio: { every: "20 millis", ticks: 960 },
  video: { every: "33 millis", ticks: 3_000 }
}

/** How long a socket may take to say that it is closed. */
const closing = "1 second"

/** How long the SFU may take to answer a request. */
const answering = "5 seconds"

/** How long the connection of a first track may take, before a second is published. */
const connecting = "10 seconds"

/** How long an SFU may take to say that a migration is complete. */
const migrating = "7 seconds"

const { event, signal } = Wire.Messages

const connect = (
  url: string,
  request: Wire.JoinRequest,
  on: { readonly iceRestart: () => void; readonly migrated: () => void },
  failed: (step: string) => (detail: string) => SimulationError
): Effect.Effect<NodeWS.WebSocket, SimulationError, Scope.Scope> =>
  Effect.flatMap(
    Effect.acquireRelease(
      Effect.sync(() => new NodeWS.WebSocket(url)),
      (socket) =>
        Effect.callback<void>((resume) => {
          if (socket.readyState === socket.CLOSED) return resume(Effect.void)
          socket.once("close", () => resume(Effect.void))
          socket.close(1000)
        }).pipe(
          Effect.timeoutOption(closing),
          Effect.andThen(Effect.sync(() => socket.terminate()))
        )
    ),
    (socket) =>
      Effect.callback<NodeWS.WebSocket, SimulationError>((resume) => {
        const fail = (detail: string) => resume(Effect.fail(failed("join")(detail)))
        socket.on("error", (error: Error) => fail(error.message))
        socket.once("close", (code: number) => fail(`closed with ${code}`))
        socket.once("open", () => socket.send(event.SfuRequest.encode({ joinRequest: request }).finish()))
        socket.on("message", (data: Uint8Array) => {
          const told = Wire.decodeEvent(data)
          if (told?.joinResponse) resume(Effect.succeed(socket))
          if (told?.iceRestart?.peerType === Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED) on.iceRestart()
          if (told?.participantMigrationComplete) on.migrated()
          if (told?.error) fail(told.error.error?.message ?? "refused")
        })
      })
  )

export const make = Effect.fnUntraced(function*(
  options: SimulatedParticipantOptions
): Effect.fn.Return<SimulatedParticipant, SimulationError, Scope.Scope> {
  const { client, codec = "protobuf", node, sessionId = randomUUID(), token, userId } = options
  const scope = yield* Scope.fork(yield* Effect.scope)
  const turn = yield* Semaphore.make(1)
  const run = yield* Scope.provide(FiberSet.makeRuntime<never>(), scope)
  const sending = yield* Scope.provide(FiberMap.make<TrackType>(), scope)
  const transceivers = new Map<TrackType, RTCRtpTransceiver>()
  const published: Array<TrackType> = []
  const written = new Map<TrackType, number>()
  const failed = (step: string) => (detail: string) => new SimulationError({ userId, step, detail })
  const { opened } = Connection.make(scope)
  const migrated = Deferred.makeUnsafe<void>()

  const restartIce = (): void => {
    run(Effect.ignore(turn.withPermit(negotiate(true)), { log: true }))
  }

  const onMigrated = (): void => {
    Deferred.doneUnsafe(migrated, Effect.void)
    options.onMigrated?.()
  }

  const join = (more: Wire.JoinRequest = {}) =>
    Scope.provide(
      connect(
        node.webSocketUrl,
        { token, sessionId, ...more },
        { iceRestart: restartIce, migrated: onMigrated },
        failed
      ),
      scope
    )

  const request = <In, Out extends { readonly error?: Wire.WireError | null }>(
    method: Method,
    asked: Wire.Codec<In>,
    answered: Wire.Codec<Out>,
    message: In
  ): Effect.Effect<Out, SimulationError> =>
    Effect.gen(function*() {
      const response = yield* HttpClientRequest.post(`${node.url}/stream.video.sfu.signal.SignalServer/${method}`).pipe(
        HttpClientRequest.bearerToken(token),
        codec === "json"
          ? HttpClientRequest.bodyText(JSON.stringify(message), "application/json")
          : HttpClientRequest.bodyUint8Array(asked.encode(message).finish(), "application/protobuf"),
        client.execute
      )
      if (response.status !== 200) return yield* failed(method)(yield* response.text)
      const answer = answered.decode(
        codec === "json"
          ? Wire.bytesOfJson(answered, yield* response.text)
          : new Uint8Array(yield* response.arrayBuffer)
      )
      return answer.error?.code ? yield* failed(method)(answer.error.message ?? "") : answer
    }).pipe(
      Effect.catchTag("HttpClientError", ({ message }) => Effect.fail(failed(method)(message))),
      // Asked in the middle of an exchange, which is not interrupted: a request that a test drops must end it all the same.
      Effect.interruptible,
      Effect.timeoutOrElse({
        duration: answering,
        orElse: () => Effect.fail(failed(method)(`no answer in ${answering}`))
      })
    )

  const updateMuteState = (trackType: TrackType, muted: boolean) =>
    request("UpdateMuteStates", signal.UpdateMuteStatesRequest, signal.UpdateMuteStatesResponse, {
      sessionId,
      muteStates: [{ trackType: Wire.wireTypeOf(trackType), muted }]
    })

  /** Offers everything that there is, and is answered. */
  const negotiate = (iceRestart: boolean) =>
    Effect.flatMap(opened, (peer) =>
      Effect.andThen(
        Effect.timeoutOrElse(Connection.settled(peer), {
          duration: connecting,
          orElse: () => Effect.fail(failed("connection")(`not connected in ${connecting}`))
        }),
        peer.serialized(Effect.gen(function*() {
          const sdp = yield* peer.setLocal(yield* peer.createOffer({ iceRestart }))
          const tracks = published.map((trackType) => ({
            trackId: transceivers.get(trackType)?.sender.trackId ?? null,
            trackType: Wire.wireTypeOf(trackType),
            mid: transceivers.get(trackType)?.mid ?? null
          }))
          const answer = yield* request("SetPublisher", signal.SetPublisherRequest, signal.SetPublisherResponse, {
            sdp,
            sessionId,
            tracks
          })
          yield* peer.setRemote({ type: "answer", sdp: answer.sdp ?? "" })
        }))
      )).pipe(Effect.catchTag("PeerError", ({ detail, step }) => Effect.fail(failed(step)(detail))))

  const send = (trackType: TrackType): Effect.Effect<void> => {
    const kind = kindOf(trackType)
    const key = { userId, sessionId, trackType }
    return FiberMap.run(
      sending,
      trackType,
      Effect.repeat(
        Effect.sync(() => {
          const index = written.get(trackType) ?? 0
          written.set(trackType, index + 1)
          const header = new RtpHeader({
            sequenceNumber: index & 0xffff,
            timestamp: (index * pace[kind].ticks) >>> 0,
            marker: kind === "video",
            payloadType: 0
          })
          const payload = Buffer.from(Payload.write({ key, index }))
          transceivers.get(trackType)?.sender.track?.writeRtp(new RtpPacket(header, payload))
        }),
        Schedule.fixed(options.packetInterval ?? pace[kind].every)
      )
    ).pipe(Effect.asVoid)
  }

  const mute = (trackType: TrackType) =>
    Effect.andThen(FiberMap.remove(sending, trackType), updateMuteState(trackType, true)).pipe(Effect.asVoid)

  const unmute = (trackType: TrackType) => Effect.andThen(updateMuteState(trackType, false), send(trackType))

  const takeBack = (trackType: TrackType): void => {
    transceivers.get(trackType)?.setDirection("inactive")
    published.splice(published.indexOf(trackType), 1)
  }

  const publish = (trackType: TrackType) =>
    Effect.gen(function*() {
      const { connection } = yield* Effect.mapError(opened, ({ detail, step }) => failed(step)(detail))
      const known = transceivers.get(trackType)
      if (known === undefined) {
        const track = new MediaStreamTrack({ kind: kindOf(trackType) })
        // The publisher's stream id says nothing: `-`, as the official client has it.
        const streams = [new MediaStream({ id: "-" })]
        transceivers.set(trackType, connection.addTransceiver(track, { direction: "sendonly", streams }))
      } else known.setDirection("sendonly")
      const isNew = !published.includes(trackType)
      if (isNew) published.push(trackType)
      yield* Effect.tapError(negotiate(false), () => Effect.sync(() => isNew && takeBack(trackType)))
      yield* unmute(trackType)
    })

  const unpublish = (trackType: TrackType) =>
    Effect.gen(function*() {
      yield* mute(trackType)
      takeBack(trackType)
      yield* negotiate(false)
    })

  const close = Scope.close(scope, Exit.void)

  const leave = Effect.suspend(() => {
    if (socket.readyState === socket.OPEN) {
      socket.send(event.SfuRequest.encode({ leaveCallRequest: { sessionId, reason: "left" } }).finish())
    }
    return close
  })

  const drop = Effect.callback<void>((resume) => {
    if (socket.readyState === socket.CLOSED) return resume(Effect.void)
    socket.once("close", () => resume(Effect.void))
    socket.terminate()
  })

  /** As which it is published again. */
  const standing = () => published.map((type) => ({ type, isMuted: !FiberMap.hasUnsafe(sending, type) }))

  /** In the same order, which a client has to keep. */
  const republish = Effect.fnUntraced(function*(again: SimulatedParticipant, tracks: ReturnType<typeof standing>) {
    for (const { isMuted, type } of tracks) {
      yield* again.publish(type)
      if (isMuted) yield* again.mute(type)
    }
  })

  let socket = yield* join({ reconnectDetails: options.reconnectDetails ?? null })

  return {
    userId,
    sessionId,
    publish: (trackType) => turn.withPermit(publish(trackType)),
    mute: (trackType) => turn.withPermit(mute(trackType)),
    unmute: (trackType) => turn.withPermit(unmute(trackType)),
    unpublish: (trackType) => turn.withPermit(unpublish(trackType)),
    leave,
    dropSocket: drop,
    reconnect: drop.pipe(
      Effect.andThen(Effect.suspend(() =>
        join({
          fastReconnect: true,
          reconnectDetails: { strategy: Wire.ReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_FAST }
        })
      )),
      Effect.map((joined) => {
        socket = joined
        if (published.length > 0) restartIce()
      })
    ),
    rejoin: Effect.fnUntraced(function*({ leave: order = "before", sessionId: other } = {}) {
      const tracks = standing()
      if (order === "before") yield* leave
      if (order === "never") yield* Effect.andThen(drop, close)
      const again = yield* make({
        ...options,
        sessionId: other,
        reconnectDetails: {
          strategy: Wire.ReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_REJOIN,
          previousSessionId: sessionId
        }
      })
      yield* republish(again, tracks)
      if (order === "after") yield* leave
      return again
    }),
    migrate: Effect.fnUntraced(function*(name) {
      const again = yield* make({
        ...options,
        node: yield* options.nodeOf(name),
        sessionId,
        reconnectDetails: {
          strategy: Wire.ReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_MIGRATE,
          fromSfuId: node.name,
          announcedTracks: published.map((trackType) => ({ trackType: Wire.wireTypeOf(trackType) }))
        },
        onMigrated
      })
      yield* republish(again, standing())
      yield* Effect.timeoutOrElse(Deferred.await(migrated), {
        duration: migrating,
        orElse: () => Effect.fail(failed("migration")(`not complete in ${migrating}`))
      })
      yield* close
      return again
    }),
    packetsWritten: Effect.sync(() => new Map(written))
  }
})
