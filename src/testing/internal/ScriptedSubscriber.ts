/**
 * The subscriber's connections of a scripted call: applies offered media sections, and delivers the packets that the
 * script sends on them. In place of SDP, an offer contains its media sections as JSON.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type {
  NegotiationError,
  NegotiationResult,
  PeerConnection,
  PeerConnectionFactory,
  PeerConnectionState,
  RemoteMediaSection,
  RtpPacket
} from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { TrackKind } from "../../Track.ts"
import type { CallRecorder } from "./CallRecorder.ts"
import * as Numbered from "./Numbered.ts"

/**
 * A media section of an offer, in which the SFU sends. In a scripted call a stream id is `<prefix>:<TrackType>`; more
 * parts may follow after a second colon.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScriptedMediaSection {
  readonly mid: string
  readonly kind: TrackKind
  /** Absent: the media section has no msid. */
  readonly streamId: string | undefined
}

/**
 * How the subscriber's connection reacts to offers.
 *
 * @category models
 * @since 0.1.0
 */
export interface SubscriberScript {
  /** Runs for each offer, before the offer is applied. If it fails, the negotiation fails. */
  readonly onOffer?: Effect.Effect<void, NegotiationError> | undefined
}

export interface ScriptedSubscriber {
  readonly open: PeerConnectionFactory["Service"]["open"]
  /** Delivers a packet on a media section of the newest connection. */
  readonly send: (mid: string, payload: Uint8Array, sequenceNumber?: number) => Effect.Effect<void>
  readonly setState: (state: PeerConnectionState) => Effect.Effect<void>
}

interface Section {
  readonly media: RemoteMediaSection
  readonly packets: Fanout.Fanout<RtpPacket>
}

interface Connection {
  readonly state: SubscriptionRef.SubscriptionRef<PeerConnectionState>
  /** The media sections of the last applied offer, by mid. */
  sections: ReadonlyMap<string, Section>
}

export const make = Effect.fnUntraced(function*(
  { record }: CallRecorder,
  { onOffer = Effect.void }: SubscriberScript
): Effect.fn.Return<ScriptedSubscriber> {
  const connections = yield* Numbered.make(
    Effect.map(
      SubscriptionRef.make<PeerConnectionState>("new"),
      (state): Connection => ({ state, sections: new Map() })
    )
  )
  let nextSequenceNumber = 0

  const openSection = ({ kind, mid, streamId }: ScriptedMediaSection): Section => {
    const packets = Fanout.dropOldest<RtpPacket>()
    const requestKeyFrame = record({ _tag: "RequestedKeyFrame", mid })
    return { packets, media: { mid, kind, streamId, codecs: [], rtp: packets.stream, requestKeyFrame } }
  }

  const close = (connection: Connection): Effect.Effect<void> =>
    Effect.andThen(
      record({ _tag: "ClosedPeerConnection" }),
      Effect.sync(() => connection.sections.forEach(({ packets }) => packets.end()))
    )

  const connectionOf = (connection: Connection): PeerConnection => ({
    answer: (offer) => Effect.andThen(onOffer, Effect.sync(() => applyOffer(connection, offer, openSection))),
    addIceCandidate: (candidate) => record({ _tag: "AddedCandidate", candidate }),
    iceCandidates: Stream.empty,
    states: SubscriptionRef.changes(connection.state)
  })

  return {
    open: () => Effect.map(Effect.acquireRelease(connections.open, close), connectionOf),
    send: (mid, payload, sequenceNumber) =>
      Effect.sync(() => {
        const packet: RtpPacket = {
          ssrc: 1,
          payloadType: 96,
          sequenceNumber: (sequenceNumber ?? nextSequenceNumber++) & 0xffff,
          timestamp: 0,
          marker: false,
          payload
        }
        connections.newest().sections.get(mid)?.packets.publish(packet)
      }),
    setState: (state) => Effect.suspend(() => SubscriptionRef.set(connections.newest().state, state))
  }
})

export const formatOffer = (sections: ReadonlyArray<ScriptedMediaSection>): string => JSON.stringify(sections)

/** Keeps a section whose kind and stream id stay the same; ends the packets of every other section. */
const applyOffer = (
  connection: Connection,
  sdp: string,
  openSection: (section: ScriptedMediaSection) => Section
): NegotiationResult => {
  const offered: ReadonlyArray<ScriptedMediaSection> = JSON.parse(sdp)
  const before = connection.sections
  const after = new Map(offered.map((section) => {
    const known = before.get(section.mid)
    const isSame = known?.media.kind === section.kind && known.media.streamId === section.streamId
    return [section.mid, isSame ? known : openSection(section)]
  }))
  for (const [mid, section] of before) if (after.get(mid) !== section) section.packets.end()
  connection.sections = after
  return { sdp, media: Array.from(after.values(), ({ media }) => media) }
}
