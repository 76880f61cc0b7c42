/**
 * The SFU's end of a subscriber connection: negotiates what the client subscribes to, and sends packets on the media
 * sections that the client has answered for.
 */
import type { IceCandidate, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DatagramPath } from "./DatagramPath.ts"
import * as DownTrackSender from "./DownTrackSender.ts"
import * as LazyPeer from "./LazyPeer.ts"
import * as MediaSections from "./MediaSections.ts"
import * as OfferSdp from "./OfferSdp.ts"
import type { MediaPacket } from "./Publisher.ts"
import * as SectionTransceivers from "./SectionTransceivers.ts"
import type { Settings } from "./Settings.ts"
import * as SubscriberOffers from "./SubscriberOffers.ts"

export interface Subscriber
  extends
    Pick<SubscriberOffers.SubscriberOffers, "renegotiate" | "restartIce" | "answer" | "assign" | "stop" | "isSettled">
{
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** Whether packets of the publication can be sent: a section carries it, and the client has answered for that. */
  readonly carries: (publicationId: string) => boolean
  /** Sends on the section that carries the publication. False, if no section does or the connection is not up. */
  readonly forward: (publicationId: string, packet: MediaPacket) => boolean
  /** Sends the publication with another SSRC from now on. False, if no packets of it can be sent. */
  readonly changeSsrc: (publicationId: string) => boolean
  readonly holdOffers: SubscriberOffers.SubscriberOffers["hold"]
  /** As the client has last answered them. */
  readonly sections: () => MediaSections.MediaSections
}

export interface SubscriberOptions
  extends Pick<SubscriberOffers.SubscriberOffersOptions, "plan" | "onOffer" | "onAnswered">
{
  readonly scope: Scope.Scope
  readonly path: DatagramPath
  readonly settings: () => Settings
  /** The client starts to receive the track, or has lost a picture. */
  readonly onKeyFrameNeeded: (key: TrackKey) => void
}

export const make = Effect.fnUntraced(function*(
  { onAnswered, onKeyFrameNeeded, onOffer, path, plan, scope, settings }: SubscriberOptions
): Effect.fn.Return<Subscriber> {
  const peer = LazyPeer.make(scope, { path, peerType: "Subscriber" })
  let sendable: ReadonlyMap<string, MediaSections.MediaSection> = new Map()
  let midExtensionId: number | undefined

  const requestKeyFrame = ({ kind, track }: MediaSections.MediaSection): void => {
    if (kind === "video" && track !== undefined) onKeyFrameNeeded(track.key)
  }

  const transceivers = SectionTransceivers.make(settings, (sectionId) => {
    const section = offers.answered()[sectionId]
    if (section?.track !== undefined) onKeyFrameNeeded(section.track.key)
  })

  const offers = yield* SubscriberOffers.make({
    scope,
    peer,
    settings,
    transceivers,
    plan,
    onOffer,
    onSections: () => {
      const before = sendable
      midExtensionId = OfferSdp.midExtensionId(peer.current()?.connection.remoteDescription?.sdp ?? "")
      sendable = MediaSections.sendable(offers.answered(), offers.offered(), settings())
      for (const [id, section] of sendable) if (!before.has(id)) requestKeyFrame(section)
    },
    onAnswered
  })

  const sender = DownTrackSender.make()

  return {
    renegotiate: offers.renegotiate,
    restartIce: offers.restartIce,
    answer: offers.answer,
    assign: offers.assign,
    stop: offers.stop,
    changeSsrc: (publicationId) => {
      const section = sendable.get(publicationId)
      const { connection } = peer.current() ?? {}
      if (section === undefined || connection === undefined) return false
      transceivers.changeSsrc(connection, section)
      return true
    },
    isSettled: offers.isSettled,
    holdOffers: offers.hold,
    sections: offers.answered,
    addIceCandidate: (candidate) => Effect.suspend(() => peer.current()?.addIceCandidate(candidate) ?? Effect.void),
    carries: (publicationId) => sendable.has(publicationId),
    forward: (publicationId, packet) => {
      const section = sendable.get(publicationId)
      const transceiver = section === undefined ? undefined : transceivers.of(section)
      if (section === undefined || transceiver === undefined) return false
      const { connection } = peer.current() ?? {}
      if (connection?.connectionState !== "connected") return false
      return sender.send(transceiver, packet, midExtensionId, () => requestKeyFrame(section))
    }
  }
})
