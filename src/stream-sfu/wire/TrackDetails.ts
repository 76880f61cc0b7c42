/**
 * Announced tracks and subscriptions as the SFU expects them: in a join request, and in Twirp requests (SFU protocol,
 * sections 8 and 10).
 */
import type { AnnouncedTrack, Subscription } from "../../edge/SfuClient.ts"
import { kindOf } from "../../Track.ts"
import type { stream } from "../generated/sfu.js"
import * as EnumName from "./EnumName.ts"
import * as PublishOption from "./PublishOption.ts"

export const trackInfo = (track: AnnouncedTrack): stream.video.sfu.models.TrackInfo.$Properties => ({
  trackId: track.trackId,
  trackType: EnumName.trackTypeNumber(track.trackType),
  mid: track.mid,
  muted: track.muted,
  codec: PublishOption.encodeCodec(track.codec),
  ...(track.publishOptionId === undefined ? {} : { publishOptionId: track.publishOptionId }),
  // Video is sent in one layer. The SFU names layers "q", "h" and "f" for quarter, half and full resolution.
  ...(kindOf(track.trackType) === "video"
    ? { layers: [{ rid: "f", ...(track.dimension === undefined ? {} : { videoDimension: track.dimension }) }] }
    : {})
})

export const subscription = (
  { dimension, key: { sessionId, trackType, userId } }: Subscription
): stream.video.sfu.signal.TrackSubscriptionDetails.$Properties => ({
  userId,
  sessionId,
  trackType: EnumName.trackTypeNumber(trackType),
  ...(dimension === undefined ? {} : { dimension })
})
