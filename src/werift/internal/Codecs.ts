/**
 * The codecs and header extensions that connections negotiate. Each call makes new objects: werift writes the payload
 * types of a connection into them.
 */
import { useAV1, useH264, useOPUS, useSdesMid, useSdesRTPStreamId, useVP8, useVP9 } from "werift"
import type { RTCRtpCodecParameters } from "werift"
import type { TrackKind } from "../../Track.ts"
import type { Configuration } from "./PeerOptions.ts"

/** RFC 7587 and every other stack write `opus` in lower case. werift's default is `OPUS`. */
const mimeType = "audio/opus"

export const receivable = (): Configuration => ({
  codecs: { audio: [useOPUS({ mimeType })], video: [useVP8(), useVP9(), useH264(), useAV1()] },
  headerExtensions: { audio: [useSdesMid()], video: [useSdesMid(), useSdesRTPStreamId()] }
})

export interface Sendable extends Configuration {
  readonly codecs: { readonly [kind in TrackKind]: Array<RTCRtpCodecParameters> }
}

export const sendable = (): Sendable => ({
  codecs: {
    audio: [useOPUS({ mimeType, parameters: "minptime=10;useinbandfec=1" })],
    video: [useVP8(), useVP9({ parameters: "profile-id=0" })]
  },
  headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] }
})
