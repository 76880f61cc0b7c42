/**
 * The subscriber's connections of a scripted call: applies offered media sections, and delivers the packets that the
 * script sends on them. In place of SDP, an offer contains its media sections as JSON, and an answer contains its offer.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type {
  Codec,
  IceCandidate,
  NegotiationError,
  NegotiationResult,
  PeerConnection,
  PeerConnectionFactory,
  PeerConnectionState,
  RemoteMediaSection,
  RtpPacket
} from "../../edge/PeerConnection.ts"
import * as PacketFanout from "../../internal/PacketFanout.ts"
import type { TrackKind } from "../../Track.ts"
import type { CallRecorder } from "./CallRecorder.ts"
import * as Numbered from "./Numbered.ts"

/**
 * A media section of an offer, in which the SFU sends. In a scripted call a stream id is `<prefix>:<TrackType>`; more
 * parts may follow after a second colon.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ScriptedMediaSection {
  readonly mid: string
  readonly kind: TrackKind
  /** Absent: the media section has no msid. */
  readonly streamId: string | undefined
  /** Default: none. The packets have the payload type 96. */
  readonly codecs?: ReadonlyArray<Codec> | undefined
}

/**
 * How the subscriber's connection reacts to offers.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SubscriberScript {
  /** Runs for each subscriber's connection, before it is opened. If it fails, the connection fails to open. */
  readonly onOpen?: Effect.Effect<void, NegotiationError> | undefined
  /** Runs for each offer, before the offer is applied. If it fails, the negotiation fails. */
  readonly onOffer?: Effect.Effect<void, NegotiationError> | undefined
  /** The local ICE candidates of each subscriber's connection. Default: none, all candidates are in the answers. */
  readonly localCandidates?: ReadonlyArray<IceCandidate> | undefined
  /** Runs for each remote candidate, before the candidate is recorded. */
  readonly onCandidate?: Effect.Effect<void> | undefined
  /**
   * The first consumer of the packets of a media section gets those of the second before, as a real connection gives them.
   * Default: false.
   */
  readonly holdsEarlyPackets?: boolean | undefined
}

/** In milliseconds. */
const holding = 1_000

export interface ScriptedSubscriber {
  readonly open: PeerConnectionFactory["Service"]["open"]
  /** Delivers a packet on a media section of the newest connection. */
  readonly send: (mid: string, payload: Uint8Array, header?: Partial<RtpPacket>) => Effect.Effect<void>
  readonly setState: (state: PeerConnectionState) => Effect.Effect<void>
}

interface Section {
  readonly media: RemoteMediaSection
  readonly packets: PacketFanout.PacketFanout<RtpPacket>
  /** What arrived before the first consumer. `undefined`: it gets none. */
  early: { packets: ReadonlyArray<RtpPacket> } | undefined
}

const recent = (packets: ReadonlyArray<RtpPacket>, now: number): ReadonlyArray<RtpPacket> =>
  packets.filter(({ receivedAt }) => now - receivedAt <= holding)

const takeEarly = (section: Section, now: number): ReadonlyArray<RtpPacket> => {
  const packets = section.early?.packets ?? []
  section.early = undefined
  return recent(packets, now)
}

interface Connection {
  readonly state: SubscriptionRef.SubscriptionRef<PeerConnectionState>
  /** The media sections of the last applied offer, by mid. */
  sections: ReadonlyMap<string, Section>
}

export const make = Effect.fnUntraced(function*(
  { record }: CallRecorder,
  {
    holdsEarlyPackets = false,
    localCandidates = [],
    onCandidate = Effect.void,
    onOffer = Effect.void,
    onOpen = Effect.void
  }: SubscriberScript
): Effect.fn.Return<ScriptedSubscriber> {
  const connections = yield* Numbered.make(
    Effect.map(
      SubscriptionRef.make<PeerConnectionState>("new"),
      (state): Connection => ({ state, sections: new Map() })
    )
  )
  const clock = yield* Clock.Clock
  const now = (): number => clock.currentTimeMillisUnsafe()
  let nextSequenceNumber = 0

  const openSection = ({ codecs = [], kind, mid, streamId }: ScriptedMediaSection): Section => {
    const early = holdsEarlyPackets ? { packets: [] as ReadonlyArray<RtpPacket> } : undefined
    const packets = PacketFanout.make<RtpPacket>(now, () => takeEarly(section, now()))
    const requestKeyFrame = record({ _tag: "RequestedKeyFrame", mid })
    const { changes: arrivals, reception, restartReception, stream: rtp } = packets
    const section: Section = {
      packets,
      early,
      media: { mid, kind, streamId, codecs, rtp, arrivals, reception, restartReception, requestKeyFrame }
    }
    return section
  }

  const close = (connection: Connection): Effect.Effect<void> =>
    Effect.andThen(
      record({ _tag: "ClosedPeerConnection" }),
      Effect.sync(() => connection.sections.forEach(({ packets }) => packets.end()))
    )

  const connectionOf = (connection: Connection): PeerConnection => ({
    answer: (offer) => Effect.andThen(onOffer, Effect.sync(() => applyOffer(connection, offer, openSection))),
    addIceCandidate: (candidate) => Effect.andThen(onCandidate, record({ _tag: "AddedCandidate", candidate })),
    iceCandidates: Stream.fromIterable(localCandidates),
    states: Stream.takeUntil(SubscriptionRef.changes(connection.state), (state) => state === "closed")
  })

  return {
    open: ({ iceServers }) =>
      Effect.acquireRelease(
        onOpen.pipe(
          Effect.andThen(connections.open),
          Effect.tap(record({ _tag: "OpenedPeerConnection", iceServers }))
        ),
        close
      ).pipe(Effect.map(connectionOf)),
    send: (mid, payload, header = {}) =>
      Effect.sync(() => {
        const section = connections.newest().sections.get(mid)
        if (section === undefined) return
        const packet: RtpPacket = {
          ssrc: 1,
          payloadType: 96,
          sequenceNumber: header.sequenceNumber ?? nextSequenceNumber++ & 0xffff,
          timestamp: 0,
          marker: false,
          receivedAt: now(),
          droppedBefore: 0,
          ...header,
          payload
        }
        if (section.early !== undefined) section.early.packets = [...recent(section.early.packets, now()), packet]
        section.packets.publish(packet)
      }),
    setState: (state) => Effect.suspend(() => SubscriptionRef.set(connections.newest().state, state))
  }
})

const answerPrefix = "the answer to "

export const isAnswer = (sdp: string): boolean => sdp.startsWith(answerPrefix)

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
  return { sdp: `${answerPrefix}${sdp}`, media: Array.from(after.values(), ({ media }) => media) }
}
