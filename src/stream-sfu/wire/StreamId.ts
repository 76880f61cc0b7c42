/**
 * Parses the stream ids of this SFU, which are the first token of an m-line's `a=msid`:
 * `<track_lookup_prefix>:<TYPE>[:<random>]` (SFU protocol, section 14.1).
 */
import type { StreamIdentity } from "../../edge/SfuClient.ts"
import type { TrackType } from "../../Track.ts"

/** The type is the name of an enum value. Clients of the SFU accept its number as well. */
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

/** `undefined` if the stream id has no prefix or no known type. Such a track stays unidentified: nothing is guessed. */
export const parse = (streamId: string): StreamIdentity | undefined => {
  const [streamIdPrefix = "", type = ""] = streamId.split(":")
  const trackType = trackTypes.get(type)
  return streamIdPrefix === "" || trackType === undefined ? undefined : { streamIdPrefix, trackType }
}
