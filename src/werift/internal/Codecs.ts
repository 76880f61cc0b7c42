/**
 * The codecs and header extensions that connections negotiate. Each call makes new objects: werift writes the payload
 * types of a connection into them.
 */
import {
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  useAV1,
  useH264,
  useNACK,
  useOPUS,
  usePLI,
  useRepairedRtpStreamId,
  useSdesMid,
  useSdesRTPStreamId,
  useTransportWideCC,
  useTWCC,
  useVP8,
  useVP9
} from "werift"
import type { TrackKind } from "../../Track.ts"
import * as MediaExtensions from "./MediaExtensions.ts"
import type { Configuration } from "./PeerOptions.ts"

/** RFC 7587 and every other stack write `opus` in lower case. werift's default is `OPUS`. */
const mimeType = "audio/opus"

/**
 * The RTCP feedback that we send for video: `Retransmissions` requests lost packets, `ReceivedSection` requests key
 * frames with PLI, `TransportFeedback` reports arrivals. `SdpRepair.withoutUnsentFeedback` removes the rest of an offer.
 */
const rtcpFeedback = () => [useNACK(), usePLI(), useTWCC()]

const transportExtensions = () => ({
  audio: [useSdesMid(), useTransportWideCC()],
  video: [useSdesMid(), useSdesRTPStreamId(), useRepairedRtpStreamId(), useTransportWideCC()]
})

const extension = (uri: string) => new RTCRtpHeaderExtensionParameters({ uri })

export const receivable = (): Configuration => ({
  codecs: {
    audio: [useOPUS({ mimeType, rtcpFeedback: [useTWCC()] })],
    video: [useVP8, useVP9, useH264, useAV1].map((use) => use({ rtcpFeedback: rtcpFeedback() }))
  },
  headerExtensions: {
    audio: [
      ...transportExtensions().audio,
      extension(MediaExtensions.audioLevelUri),
      extension(MediaExtensions.captureTimeUri)
    ],
    video: [
      ...transportExtensions().video,
      extension(MediaExtensions.videoOrientationUri),
      extension(MediaExtensions.captureTimeUri)
    ]
  }
})

/** The same as an offer describes it, with RTX (RFC 4588). werift sets `apt` to the payload type before. */
export const offered = (): Configuration => {
  const { codecs, ...rest } = receivable()
  const rtx = () => new RTCRtpCodecParameters({ mimeType: "video/rtx", clockRate: 90_000 })
  return { ...rest, codecs: { ...codecs, video: (codecs?.video ?? []).flatMap((codec) => [codec, rtx()]) } }
}

/** `receivable` without the header extensions about media, of which we send none. */
export const described = (): Configuration => ({ ...receivable(), headerExtensions: transportExtensions() })

const receivedNames = { audio: ["opus"], video: ["vp8", "vp9", "h264", "av1", "av1x"] }

/** Whether `receivable` has a codec, by its name in `a=rtpmap` (case does not matter, RFC 8866, section 6.6). */
export const receives = (kind: TrackKind, name: string): boolean => receivedNames[kind].includes(name.toLowerCase())

export interface Sendable extends Configuration {
  readonly codecs: { readonly [kind in TrackKind]: Array<RTCRtpCodecParameters> }
}

export const sendable = (): Sendable => ({
  codecs: {
    audio: [useOPUS({ mimeType, parameters: "minptime=10;useinbandfec=1" })],
    // Of the feedback of a receiver we obey these: repeated packets and key frames.
    video: [useVP8, useVP9].map((use) =>
      use({ rtcpFeedback: [useNACK(), usePLI()], ...(use === useVP9 ? { parameters: "profile-id=0" } : {}) })
    )
  },
  headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] }
})
