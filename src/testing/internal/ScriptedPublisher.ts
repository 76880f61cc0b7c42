/**
 * The publisher's connections of a scripted call: negotiates the tracks that an edge publishes, and keeps the packets
 * that the edge sends.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type {
  LocalTrack,
  NegotiationError,
  OutgoingPacket,
  PeerConnectionState,
  PublisherConnection
} from "../../edge/PeerConnection.ts"
import type { AnnouncedTrack, Grants, PublishOption, SfuRequestError, SfuSession } from "../../edge/SfuClient.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { CallRecorder, MuteState } from "./CallRecorder.ts"

/**
 * How the SFU reacts to what the edge publishes.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublisherScript {
  /** Default: empty, which allows every codec. */
  readonly publishOptions?: ReadonlyArray<PublishOption> | undefined
  /** Default: unknown. */
  readonly grants?: Grants | undefined
  /** Runs for each publisher's connection, before it is opened. If it fails, the connection fails to open. */
  readonly onOpenPublisher?: Effect.Effect<void, NegotiationError> | undefined
  /** Runs for each offer, before the offer is recorded. If it fails, the request fails. */
  readonly onSetPublisher?:
    | ((tracks: ReadonlyArray<AnnouncedTrack>) => Effect.Effect<void, SfuRequestError>)
    | undefined
  /** Runs for each update of mute states, before the update is recorded. If it fails, the request fails. */
  readonly onMuteStates?: ((states: ReadonlyArray<MuteState>) => Effect.Effect<void, SfuRequestError>) | undefined
}

/**
 * The publisher's side of a scripted call.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScriptedPublication {
  /** Every packet that the edge sent on a negotiated track, with the mid of the track. */
  readonly sentPackets: ReadonlyArray<{ readonly mid: string; readonly packet: OutgoingPacket }>
  /** A receiver requests a key frame of the track with this mid, on the newest publisher's connection. */
  readonly requestKeyFrame: (mid: string) => Effect.Effect<void>
  /** Changes the state of the newest publisher's connection. */
  readonly setPublisherState: (state: PeerConnectionState) => Effect.Effect<void>
}

export interface ScriptedPublisher {
  readonly requests: Pick<SfuSession, "publishOptions" | "grants" | "sendOffer" | "updateMuteStates">
  readonly open: Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope>
  readonly publication: ScriptedPublication
}

/** The media section of one local track. */
interface Section {
  readonly mid: string
  readonly keyFrameRequests: Fanout.Fanout<void>
  /** Absent after the track was stopped. */
  track: LocalTrack | undefined
  isNegotiated: boolean
}

interface Connection {
  readonly sections: Array<Section>
  state: PeerConnectionState
  /** The states that follow `state`. */
  readonly nextStates: Queue.Queue<PeerConnectionState>
  readonly negotiation: Semaphore.Semaphore
  isClosed: boolean
}

export const make = ({ record }: CallRecorder, script: PublisherScript): ScriptedPublisher => {
  const sentPackets: Array<ScriptedPublication["sentPackets"][number]> = []
  let newest: Connection | undefined

  const open = Effect.gen(function*() {
    yield* script.onOpenPublisher ?? Effect.void
    const connection: Connection = {
      sections: [],
      state: "new",
      nextStates: yield* Queue.unbounded<PeerConnectionState>(),
      negotiation: yield* Semaphore.make(1),
      isClosed: false
    }
    newest = connection
    yield* Effect.acquireRelease(record({ _tag: "OpenedPublisher" }), () =>
      Effect.suspend(() => {
        connection.isClosed = true
        return record({ _tag: "ClosedPublisher" })
      }))
    return publisherConnection(connection, record, (mid, packet) => sentPackets.push({ mid, packet }))
  })

  return {
    requests: requests(record, script),
    open,
    publication: {
      sentPackets,
      requestKeyFrame: (mid) =>
        Effect.sync(() => newest?.sections.find((section) => section.mid === mid)?.keyFrameRequests.publish(undefined)),
      setPublisherState: (state) =>
        Effect.sync(() => {
          if (newest !== undefined) Queue.offerUnsafe(newest.nextStates, state)
        })
    }
  }
}

const requests = (record: CallRecorder["record"], script: PublisherScript): ScriptedPublisher["requests"] => ({
  publishOptions: script.publishOptions ?? [],
  grants: script.grants,
  sendOffer: ({ sdp, tracks }) =>
    Effect.andThen(
      script.onSetPublisher?.(tracks) ?? Effect.void,
      Effect.as(record({ _tag: "SetPublisher", iceRestart: JSON.parse(sdp).iceRestart, tracks }), sdp)
    ),
  updateMuteStates: (states) =>
    Effect.andThen(script.onMuteStates?.(states) ?? Effect.void, record({ _tag: "UpdatedMuteStates", states }))
})

type Send = (mid: string, packet: OutgoingPacket) => void

const publisherConnection = (
  connection: Connection,
  record: CallRecorder["record"],
  send: Send
): PublisherConnection => ({
  addTrack: ({ codec }) => Effect.sync(() => addTrack(connection, codec, send)),
  negotiate: ({ exchange, iceRestart = false }) =>
    Effect.gen(function*() {
      const offered = connection.sections.filter(({ track }) => track !== undefined)
      yield* exchange({
        sdp: JSON.stringify({ iceRestart }),
        tracks: offered.flatMap(({ mid, track }) => track === undefined ? [] : [{ mid, track }])
      })
      for (const section of offered) section.isNegotiated = true
    }).pipe(connection.negotiation.withPermit),
  addIceCandidate: (candidate) => record({ _tag: "AddedPublisherCandidate", candidate }),
  states: Stream.suspend(() => {
    const next = Stream.tap(Stream.fromQueue(connection.nextStates), (state) =>
      Effect.sync(() => {
        connection.state = state
      }))
    return Stream.concat(Stream.succeed(connection.state), next)
  })
})

const addTrack = (connection: Connection, codec: LocalTrack["codec"], send: Send): LocalTrack => {
  const number = connection.sections.length
  const keyFrameRequests = Fanout.dropOldest<void>()
  const section: Section = { mid: `${number}`, keyFrameRequests, track: undefined, isNegotiated: false }
  const track: LocalTrack = {
    id: `track ${number}`,
    codec,
    send: (packet) =>
      Effect.sync(() => {
        if (section.isNegotiated && section.track !== undefined && !connection.isClosed) send(section.mid, packet)
      }),
    keyFrameRequests: keyFrameRequests.stream,
    stop: Effect.sync(() => {
      section.track = undefined
    })
  }
  section.track = track
  connection.sections.push(section)
  return track
}
