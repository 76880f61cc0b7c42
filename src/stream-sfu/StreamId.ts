/**
 * What a stream id of this SFU says: `<track_lookup_prefix>:<TYPE>[:<random>]` in an m-line's `a=msid`.
 */
import type { StreamIdentity } from "../edge/SfuClient.ts"
import type { TrackType } from "../Track.ts"

/** The type is the name of an enum's value; clients accept its number as well. */
const trackTypes = new Map<string, TrackType>([
  ["TRACK_TYPE_AUDIO", "Audio"],
  ["1", "Audio"],
  ["TRACK_TYPE_VIDEO", "Video"],
  ["2", "Video"],
  ["TRACK_TYPE_SCREEN_SHARE", "ScreenShare"],
  ["3", "ScreenShare"],
  ["TRACK_TYPE_SCREEN_SHARE_AUDIO", "ScreenShareAudio"],
  ["4", "ScreenShareAudio"]
])

/** Nothing, if it names no prefix or no known type: such a track is nobody's, and is not guessed at. */
export const parse = (streamId: string): StreamIdentity | undefined => {
  const [streamIdPrefix = "", type = ""] = streamId.split(":")
  const trackType = trackTypes.get(type)
  return streamIdPrefix === "" || trackType === undefined ? undefined : { streamIdPrefix, trackType }
}
