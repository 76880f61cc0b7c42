/**
 * The publisher's side of a scripted call: what an edge publishes, and what the SFU makes of it.
 */
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type {
  IceCandidate,
  LocalTrack,
  NegotiationError,
  OutgoingPacket,
  PeerConnectionState,
  PublisherConnection
} from "../../edge/PeerConnection.ts"
import type { AnnouncedTrack, Grants, PublishOption, SfuRequestError, SfuSession } from "../../edge/SfuClient.ts"
import type { TrackKind, TrackType } from "../../Track.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface PublisherScript {
  /** What may be published. Default anything. */
  readonly publishOptions?: ReadonlyArray<PublishOption> | undefined
  readonly grants?: Grants | undefined
  /** Happens at each connection that is opened. Default nothing. */
  readonly onOpenPublisher?: Effect.Effect<void, NegotiationError> | undefined
  /** Happens at each set of tracks, before it is answered. Default nothing. */
  readonly onSetPublisher?:
    | ((tracks: ReadonlyArray<AnnouncedTrack>) => Effect.Effect<void, SfuRequestError>)
    | undefined
  /** Happens at each update of mute states. Default nothing. */
  readonly onMuteStates?: ((states: MuteStates) => Effect.Effect<void, SfuRequestError>) | undefined
}

type MuteStates = ReadonlyArray<{ readonly trackType: TrackType; readonly muted: boolean }>

/**
 * What of our own media is to be seen and done.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScriptedPublication {
  /** Every packet that was sent on a negotiated track, by the mid that it was sent on. */
  readonly sentPackets: ReadonlyArray<{ readonly mid: string; readonly packet: OutgoingPacket }>
  /** Somebody asks for a key frame on this m-line. */
  readonly requestKeyFrame: (mid: string) => Effect.Effect<void>
  /** The state of the newest publisher's connection changes. */
  readonly setPublisherState: (state: PeerConnectionState) => Effect.Effect<void>
}

/**
 * @category models
 * @since 0.1.0
 */
export type RecordedPublisherCall =
  | { readonly _tag: "OpenedPublisher" }
  | { readonly _tag: "SetPublisher"; readonly iceRestart: boolean; readonly tracks: ReadonlyArray<AnnouncedTrack> }
  | { readonly _tag: "UpdatedMuteStates"; readonly states: MuteStates }
  | { readonly _tag: "AddedPublisherCandidate"; readonly candidate: IceCandidate }
  | { readonly _tag: "ClosedPublisher" }

export interface ScriptedPublisher {
  readonly session: Pick<SfuSession, "publishOptions" | "grants" | "sendOffer" | "updateMuteStates">
  readonly open: Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope>
  readonly publication: ScriptedPublication
}

interface Line {
  readonly mid: string
  readonly kind: TrackKind
  readonly keyFrameRequests: PubSub.PubSub<void>
  carries: LocalTrack | undefined
  isNegotiated: boolean
}

export const make = (
  note: (deed: RecordedPublisherCall) => Effect.Effect<void>,
  script?: PublisherScript
): ScriptedPublisher => {
  const sent: Array<ScriptedPublication["sentPackets"][number]> = []
  let newest: { readonly lines: ReadonlyArray<Line>; readonly states: Queue.Queue<PeerConnectionState> } | undefined

  const open = Effect.gen(function*() {
    yield* script?.onOpenPublisher ?? Effect.void
    const turn = yield* Semaphore.make(1)
    const lines: Array<Line> = []
    const states = yield* Queue.unbounded<PeerConnectionState>()
    let state: PeerConnectionState = "new"
    let tracks: ReadonlyArray<LocalTrack> = []
    let isClosed = false
    newest = { lines, states }
    yield* Effect.acquireRelease(note({ _tag: "OpenedPublisher" }), () =>
      Effect.andThen(
        Effect.sync(() => {
          isClosed = true
        }),
        note({ _tag: "ClosedPublisher" })
      ))

    const addTrack: PublisherConnection["addTrack"] = ({ codec, kind }) =>
      Effect.map(PubSub.sliding<void>(16), (keyFrameRequests) => {
        const track: LocalTrack = {
          id: `track ${lines.length}`,
          codec,
          send: (packet) =>
            Effect.sync(() => {
              if (line.isNegotiated && line.carries === track && !isClosed) sent.push({ mid: line.mid, packet })
            }),
          keyFrameRequests: Stream.fromPubSub(keyFrameRequests),
          stop: Effect.sync(() => {
            tracks = tracks.filter((one) => one !== track)
            line.carries = undefined
          })
        }
        const line: Line = { mid: `${lines.length}`, kind, keyFrameRequests, carries: track, isNegotiated: false }
        lines.push(line)
        tracks = [...tracks, track]
        return track
      })

    const negotiate: PublisherConnection["negotiate"] = ({ exchange, iceRestart = false }) =>
      Effect.gen(function*() {
        const offered = tracks.flatMap((track) => {
          const line = lines.find(({ carries }) => carries === track)
          return line === undefined ? [] : [{ track, mid: line.mid, line }]
        })
        yield* exchange({ sdp: JSON.stringify({ iceRestart }), tracks: offered })
        for (const { line } of offered) line.isNegotiated = true
      }).pipe(turn.withPermit)

    return {
      addTrack,
      negotiate,
      addIceCandidate: (candidate: IceCandidate) => note({ _tag: "AddedPublisherCandidate", candidate }),
      states: Stream.suspend(() =>
        Stream.concat(
          Stream.succeed(state),
          Stream.tap(Stream.fromQueue(states), (next) => Effect.sync(() => state = next))
        )
      )
    }
  })

  return {
    session: {
      publishOptions: script?.publishOptions ?? [],
      grants: script?.grants,
      sendOffer: ({ sdp, tracks }) =>
        Effect.andThen(
          script?.onSetPublisher?.(tracks) ?? Effect.void,
          Effect.as(note({ _tag: "SetPublisher", iceRestart: JSON.parse(sdp).iceRestart, tracks }), sdp)
        ),
      updateMuteStates: (states) =>
        Effect.andThen(script?.onMuteStates?.(states) ?? Effect.void, note({ _tag: "UpdatedMuteStates", states }))
    },
    open,
    publication: {
      sentPackets: sent,
      requestKeyFrame: (mid) =>
        Effect.suspend(() => {
          const line = newest?.lines.find((one) => one.mid === mid)
          return line === undefined ? Effect.void : Effect.asVoid(PubSub.publish(line.keyFrameRequests, undefined))
        }),
      setPublisherState: (state) =>
        Effect.suspend(() => newest === undefined ? Effect.void : Effect.asVoid(Queue.offer(newest.states, state)))
    }
  }
}
