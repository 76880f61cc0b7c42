/**
 * The tiles of a call: the user's own, then one for each participant and for each shared screen.
 */
import type { Call, RemoteParticipant } from "./call.ts"
import type { TrackType } from "./protocol.ts"
import type { Tile } from "./tile.ts"
import type { makeTraffic } from "./traffic.ts"

type Traffic = ReturnType<typeof makeTraffic>

/** The sound of a screen is heard above this; 0 to 1. */
const audibleLevel = 0.02

const ownTiles = (call: Call): ReadonlyArray<Tile> => {
  const base = {
    sessionId: call.sessionId() ?? "own",
    userId: call.userId,
    name: call.userId,
    isOwn: true,
    isSpeaking: false,
    isDecoded: true,
    packetRate: 0,
    audio: undefined
  }
  const camera = call.own("Video")
  const screen = call.own("ScreenShare")
  const hasMicrophone = call.own("Audio") !== undefined
  return [
    {
      ...base,
      id: "own",
      isScreen: false,
      hasMicrophone,
      isSpeaking: hasMicrophone && call.isSpeaking(),
      video: camera,
      isPublished: camera !== undefined
    },
    ...screen
      ? [{ ...base, id: "own screen", isScreen: true, hasMicrophone: false, video: screen, isPublished: true }]
      : []
  ]
}

const remoteTile = (
  { isSpeaking, media, name, published, sessionId, userId }: RemoteParticipant,
  traffic: Traffic,
  videoType: "Video" | "ScreenShare"
): Tile => {
  const isScreen = videoType === "ScreenShare"
  const audioType: TrackType = isScreen ? "ScreenShareAudio" : "Audio"
  const [video, audio] = [media(videoType), media(audioType)]
  const videoTraffic = traffic.get(video?.mid ?? "", sessionId, videoType)
  const audioTraffic = traffic.get(audio?.mid ?? "", sessionId, audioType)
  return {
    id: isScreen ? `${sessionId} screen` : sessionId,
    sessionId,
    userId,
    name,
    isOwn: false,
    isScreen,
    hasMicrophone: published.has("Audio"),
    // The SFU measures microphones only.
    isSpeaking: published.has(audioType)
      && (isScreen ? (audioTraffic?.audioLevel ?? 0) > audibleLevel : isSpeaking),
    video: video?.track,
    audio: published.has(audioType) ? audio?.track : undefined,
    isPublished: published.has(videoType),
    isDecoded: videoTraffic?.isDecoded ?? false,
    packetRate: videoTraffic?.packetRate ?? 0
  }
}

export const tilesOf = (call: Call, traffic: Traffic): ReadonlyArray<Tile> => [
  ...ownTiles(call),
  ...call.others().flatMap((participant) => [
    remoteTile(participant, traffic, "Video"),
    ...participant.published.has("ScreenShare") ? [remoteTile(participant, traffic, "ScreenShare")] : []
  ])
]
