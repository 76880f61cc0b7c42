/**
 * Codecs and publish options (SFU protocol, sections 2.2 and 5.2).
 */
import type { RtpCodec } from "../../edge/PeerConnection.ts"
import type { PublishOption } from "../../edge/SfuClient.ts"
import type { stream } from "../generated/sfu.js"
import * as EnumName from "./EnumName.ts"

/**
 * `undefined` if the name or the clock rate is missing. `encoding_parameters` is the field of that name in SDP's
 * `a=rtpmap`: for audio, the number of channels (RFC 8866, section 6.6).
 */
export const decodeCodec = (
  message: stream.video.sfu.models.Codec.$Properties | null | undefined
): RtpCodec | undefined => {
  if (!message?.name || !message.clockRate) return undefined
  const channels = Number(message.encodingParameters || Number.NaN)
  return {
    name: message.name,
    clockRate: message.clockRate,
    ...(Number.isInteger(channels) && channels > 0 ? { channels } : {})
  }
}

export const encodeCodec = ({ channels, clockRate, name }: RtpCodec): stream.video.sfu.models.Codec.$Properties => ({
  name,
  clockRate,
  ...(channels === undefined ? {} : { encodingParameters: String(channels) })
})

/** Options with an unknown track type are left out. */
export const decodeAll = (
  messages: ReadonlyArray<stream.video.sfu.models.PublishOption.$Properties> | null | undefined
): ReadonlyArray<PublishOption> =>
  (messages ?? []).flatMap((message) => {
    const trackType = EnumName.trackType(message.trackType)
    if (trackType === undefined) return []
    const codec = decodeCodec(message.codec)
    return { id: message.id ?? 0, trackType, ...(codec === undefined ? {} : { codec }) }
  })
