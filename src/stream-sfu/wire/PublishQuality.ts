/**
 * The qualities in which the SFU wants our tracks (SFU protocol, sections 2.1 and 8).
 */
import type { PublishQuality, VideoLayerQuality } from "../../edge/SfuClient.ts"
import type { stream } from "../generated/sfu.js"
import * as EnumName from "./EnumName.ts"
import * as PublishOption from "./PublishOption.ts"

type Message<A> = A | null | undefined

/** 0, a negative number and `NaN` are no limit. */
const decodeLimit = (value: Message<number>): number | undefined =>
  typeof value === "number" && value > 0 && value < Infinity ? value : undefined

const decodeLayer = (message: stream.video.sfu.event.VideoLayerSetting.$Properties): VideoLayerQuality =>
  withoutAbsent({
    name: message.name ?? "",
    active: message.active ?? false,
    maxBitrate: decodeLimit(message.maxBitrate),
    maxFramerate: decodeLimit(message.maxFramerate),
    scaleResolutionDownBy: decodeLimit(message.scaleResolutionDownBy),
    scalabilityMode: message.scalabilityMode || undefined,
    codec: PublishOption.decodeCodec(message.codec)
  })

const decodeSender = (
  message: stream.video.sfu.event.AudioSender.$Properties & stream.video.sfu.event.VideoSender.$Properties
): ReadonlyArray<PublishQuality> => {
  const trackType = EnumName.trackType(message.trackType)
  if (trackType === undefined) return []
  return [withoutAbsent({
    trackType,
    publishOptionId: message.publishOptionId || undefined,
    codec: PublishOption.decodeCodec(message.codec),
    layers: (message.layers ?? []).map(decodeLayer),
    degradationPreference: EnumName.degradationPreference(message.degradationPreference)
  })]
}

/** Senders with an unknown track type are left out. */
export const decodeAll = (
  { audioSenders, videoSenders }: stream.video.sfu.event.ChangePublishQuality.$Properties
): ReadonlyArray<PublishQuality> => [...audioSenders ?? [], ...videoSenders ?? []].flatMap(decodeSender)

const withoutAbsent = <A extends object>(value: A): A =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as A
