/**
 * The remote side of a publisher: a werift connection on 127.0.0.1 that answers offers, as an SFU does. It repairs the
 * faults of werift as the answerer of an ICE restart.
 */
import { PeerConnectionFactory } from "effect-track-resolver"
import type {
  LocalTrack,
  NegotiationError,
  OutgoingPacket,
  PublisherConnection,
  PublisherOffer,
  RtpCodec
} from "effect-track-resolver"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import {
  type MediaStreamTrack,
  type RTCDtlsTransport,
  RTCPeerConnection,
  type RtpPacket,
  useOPUS,
  useVP8,
  useVP9
} from "werift"
import { dropRepeatedHelloVerifyRequests } from "../support/dropRepeatedHelloVerifyRequests.ts"
import { onLoopback } from "../support/onLoopback.ts"

export const opus: RtpCodec = { name: "opus", clockRate: 48_000, channels: 2 }
export const vp8: RtpCodec = { name: "VP8", clockRate: 90_000 }
/** Names of codecs are compared without regard to case. */
export const vp9: RtpCodec = { name: "vp9", clockRate: 90_000 }

/** A publisher's connection, opened by the library. */
export const openPublisher = (
  options?: WeriftPeerConnection.WeriftOptions
): Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope> =>
  PeerConnectionFactory.use((factory) => factory.openPublisher({ iceServers: [] })).pipe(
    Effect.provide(WeriftPeerConnection.layer({ loopbackOnly: true, ...options }))
  )

/** A packet that has arrived, and the m-line of its track. */
export interface Received {
  readonly mid: string
  readonly packet: RtpPacket
}

export interface AnsweringSfu {
  readonly connection: RTCPeerConnection
  readonly answer: (offer: { readonly sdp: string }) => Effect.Effect<string>
  /** In order of arrival. */
  readonly received: ReadonlyArray<Received>
  readonly offers: ReadonlyArray<PublisherOffer>
}

export const openSfu: Effect.Effect<AnsweringSfu, never, Scope.Scope> = Effect.gen(function*() {
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        codecs: { audio: [useOPUS()], video: [useVP9({ parameters: "profile-id=0" }), useVP8()] }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  )
  const received: Array<Received> = []
  const offers: Array<PublisherOffer> = []
  const subscribed = new WeakSet<MediaStreamTrack>()
  let ufrag: string | undefined

  const subscribe = (): void => {
    for (const transceiver of connection.getTransceivers()) {
      for (const track of transceiver.receiver.tracks) {
        if (subscribed.has(track)) continue
        subscribed.add(track)
        track.onReceiveRtp.subscribe((packet) => received.push({ mid: transceiver.mid ?? "", packet }))
      }
    }
  }

  const answer = (offer: { readonly sdp: string }) =>
    Effect.promise(async () => {
      offers.push({ tracks: [], ...offer })
      const isRestart = ufrag !== undefined && ufrag !== ufragOf(offer.sdp)
      ufrag = ufragOf(offer.sdp)
      if (isRestart) { for (const ice of connection.iceTransports) ice.restart() }
      // werift nominates no candidate whose generation number is not its own.
      await connection.setRemoteDescription({ type: "offer", sdp: offer.sdp.replace(/ generation \d+/g, "") })
      dropRepeatedHelloVerifyRequests(connection)
      subscribe()
      const description = await connection.createAnswer()
      // Without this werift contacts its default STUN server (H1).
      for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
      await connection.setLocalDescription(description)
      if (isRestart) { for (const ice of connection.iceTransports) ice.start().catch(() => {}) }
      return connection.localDescription!.sdp
    })

  return { connection, answer, received, offers }
})

/** A publisher, its SFU, and a negotiation between them. */
export const openCall = Effect.gen(function*() {
  const sfu = yield* openSfu
  const publisher = yield* openPublisher()
  return { sfu, publisher, negotiate: publisher.negotiate({ exchange: sfu.answer }) }
})

export const transportOf = ({ connection }: AnsweringSfu): RTCDtlsTransport => connection.dtlsTransports[0]!

export const ufragOf = (sdp: string): string => /^a=ice-ufrag:(\S+)/m.exec(sdp)![1]!

/** The m-lines of an SDP, without the session's part. */
export const sectionsOf = (sdp: string): ReadonlyArray<string> => sdp.split(/^(?=m=)/m).slice(1)

/** A packet whose payload is the text. */
export const packetOf = (sequenceNumber: number, text = "", timestamp = sequenceNumber * 960): OutgoingPacket => ({
  sequenceNumber,
  timestamp,
  marker: false,
  payload: Buffer.from(text)
})

/** Sends packets with this text until `count` of them have arrived, and returns those. Waits 15 seconds at most. */
export const sendUntilReceived = (
  { received }: AnsweringSfu,
  track: LocalTrack,
  text: string,
  count = 5
): Effect.Effect<ReadonlyArray<Received>> =>
  Effect.gen(function*() {
    let sequenceNumber = 1_000
    const withText = () => received.filter(({ packet }) => packet.payload.toString() === text)
    yield* Effect.repeat(
      Effect.suspend(() => track.send(packetOf(sequenceNumber++, text))),
      { while: () => withText().length < count, schedule: Schedule.spaced("5 millis") }
    )
    return withText()
  }).pipe(
    Effect.timeoutOrElse({ duration: "15 seconds", orElse: () => Effect.die(new Error(`${text} did not arrive`)) })
  )
