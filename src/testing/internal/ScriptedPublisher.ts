/**
 * The publisher's connections of a scripted call: negotiates the tracks that an edge publishes, and keeps the packets
 * that the edge sends.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type {
  LocalTrack,
  NegotiationError,
  OutgoingPacket,
  PacketResult,
  PeerConnectionFactory,
  PeerConnectionState,
  PublisherConnection,
  RtpCodec
} from "../../edge/PeerConnection.ts"
import type { AnnouncedTrack, Grants, PublishOption, SfuSession } from "../../edge/SfuClient.ts"
import { SfuRequestError } from "../../edge/SfuClient.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { TrackKind } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { CallRecorder, MuteState } from "./CallRecorder.ts"

/**
 * How the SFU reacts to what the edge publishes.
 *
 * @stability stable
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
  /**
   * Whether a publisher's connection connects with its first negotiation. If not, `setPublisherState` connects it, and
   * packets are dropped until then. Default: true.
   */
  readonly connects?: boolean | undefined
  /**
   * Runs for each offer, before the offer is recorded. If it fails, the request fails. A track whose m-line has another
   * kind or codec is refused in any case.
   */
  readonly onSetPublisher?:
    | ((tracks: ReadonlyArray<AnnouncedTrack>) => Effect.Effect<void, SfuRequestError>)
    | undefined
  /** Runs for each update of mute states, before the update is recorded. If it fails, the request fails. */
  readonly onMuteStates?: ((states: ReadonlyArray<MuteState>) => Effect.Effect<void, SfuRequestError>) | undefined
}

/**
 * The publisher's side of a scripted call.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ScriptedPublication {
  /** Every packet that the edge sent on a negotiated track of a connected connection, with the mid of the track. */
  readonly sentPackets: ReadonlyArray<{ readonly mid: string; readonly packet: OutgoingPacket }>
  /** A receiver requests a key frame of the track with this mid, on the newest publisher's connection. */
  readonly requestKeyFrame: (mid: string) => Effect.Effect<void>
  /** Changes the state of the newest publisher's connection. */
  readonly setPublisherState: (state: PeerConnectionState) => Effect.Effect<void>
}

export interface ScriptedPublisher {
  readonly requests: Pick<SfuSession, "publishOptions" | "grants" | "sendOffer" | "updateMuteStates">
  readonly open: PeerConnectionFactory["Service"]["openPublisher"]
  readonly publication: ScriptedPublication
}

/** An m-line of an offer. In place of SDP, an offer contains them as JSON. */
interface OfferedSection {
  readonly mid: string
  readonly kind: TrackKind
  readonly codec: RtpCodec
}

/** The media section of one local track. */
interface Section extends OfferedSection {
  readonly keyFrameRequests: Fanout.Fanout<void>
  /** Absent after the track was stopped. */
  track: LocalTrack | undefined
  isNegotiated: boolean
}

interface Connection {
  readonly sections: Array<Section>
  state: PeerConnectionState
  readonly states: Fanout.Fanout<PeerConnectionState>
  readonly connects: boolean
  readonly negotiation: Semaphore.Semaphore
  isClosed: boolean
}

export const make = ({ record }: CallRecorder, script: PublisherScript): ScriptedPublisher => {
  const sentPackets: Array<ScriptedPublication["sentPackets"][number]> = []
  let newest: Connection | undefined

  const open: ScriptedPublisher["open"] = Effect.fnUntraced(function*({ iceServers }) {
    yield* script.onOpenPublisher ?? Effect.void
    const connection: Connection = {
      sections: [],
      state: "new",
      states: Fanout.dropOldest(() => [connection.state]),
      connects: script.connects ?? true,
      negotiation: yield* Semaphore.make(1),
      isClosed: false
    }
    newest = connection
    yield* Effect.acquireRelease(record({ _tag: "OpenedPublisher", iceServers }), () =>
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
          if (newest !== undefined) setState(newest, state)
        })
    }
  }
}

const requests = (record: CallRecorder["record"], script: PublisherScript): ScriptedPublisher["requests"] => ({
  publishOptions: script.publishOptions ?? [],
  grants: script.grants,
  sendOffer: ({ sdp, tracks }) =>
    Effect.gen(function*() {
      const { iceRestart, sections }: Offer = JSON.parse(sdp)
      const wrong = tracks.find((track) => !sections.some((section) => carries(section, track)))
      if (wrong !== undefined) return yield* refuse(`the m-line ${wrong.mid} does not carry ${wrong.trackType}`)
      yield* script.onSetPublisher?.(tracks) ?? Effect.void
      yield* record({ _tag: "SetPublisher", iceRestart, tracks })
      return sdp
    }),
  updateMuteStates: (states) =>
    Effect.andThen(script.onMuteStates?.(states) ?? Effect.void, record({ _tag: "UpdatedMuteStates", states }))
})

interface Offer {
  readonly iceRestart: boolean
  readonly sections: ReadonlyArray<OfferedSection>
}

const carries = (section: OfferedSection, { codec, mid, trackType }: AnnouncedTrack): boolean =>
  section.mid === mid && section.kind === kindOf(trackType) && section.codec.name === codec.name
  && section.codec.clockRate === codec.clockRate && section.codec.channels === codec.channels

const refuse = (detail: string) =>
  Effect.fail(new SfuRequestError({ method: "SetPublisher", reason: "Refused", code: 400, detail, attempts: 1 }))

const setState = (connection: Connection, state: PeerConnectionState): void => {
  connection.state = state
  connection.states.publish(state)
}

type Send = (mid: string, packet: OutgoingPacket) => void

const publisherConnection = (
  connection: Connection,
  record: CallRecorder["record"],
  send: Send
): PublisherConnection => ({
  addTrack: (options) => Effect.sync(() => addTrack(connection, options, send)),
  negotiate: ({ exchange, iceRestart = false }) =>
    Effect.gen(function*() {
      const offered = connection.sections.filter(({ track }) => track !== undefined)
      const sections = offered.map(({ codec, kind, mid }): OfferedSection => ({ codec, kind, mid }))
      yield* exchange({
        sdp: JSON.stringify({ iceRestart, sections } satisfies Offer),
        tracks: offered.flatMap(({ mid, track }) => track === undefined ? [] : [{ mid, track }])
      })
      for (const section of offered) section.isNegotiated = true
      if (connection.state === "new") setState(connection, connection.connects ? "connected" : "connecting")
    }).pipe(connection.negotiation.withPermit),
  addIceCandidate: (candidate) => record({ _tag: "AddedPublisherCandidate", candidate }),
  states: Stream.takeUntil(connection.states.stream, (state) => state === "closed")
})

const addTrack = (
  connection: Connection,
  { codec, kind }: Pick<OfferedSection, "codec" | "kind">,
  send: Send
): LocalTrack => {
  const number = connection.sections.length
  const keyFrameRequests = Fanout.dropOldest<void>()
  const section: Section = { mid: `${number}`, kind, codec, keyFrameRequests, track: undefined, isNegotiated: false }
  const track: LocalTrack = {
    id: `track ${number}`,
    codec,
    send: (packet) =>
      Effect.sync((): ReadonlyArray<PacketResult> => {
        const canSend = section.isNegotiated && section.track !== undefined && connection.state === "connected"
        if (!canSend || connection.isClosed) return ["NotConnected"]
        send(section.mid, packet)
        return ["Sent"]
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
