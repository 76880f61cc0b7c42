/**
 * What the SFU measures of participants: connection quality, audio level, who speaks, and which video it pauses (SFU
 * protocol, section 2.1). Elements without a session id or with an unknown value are left out.
 */
import type { ParticipantActivity, SfuAudioLevel, SfuEvent } from "../../edge/SfuClient.ts"
import type { stream } from "../generated/sfu.js"
import * as EnumName from "./EnumName.ts"

type Event<Tag extends SfuEvent["_tag"]> = Extract<SfuEvent, { readonly _tag: Tag }>

/** Between 0 and 1. A level that is no number is silence. */
const levelOf = (level: number | null | undefined): number => Math.min(1, Math.max(0, level || 0))

/** Proto3 does not distinguish false and 0 from an absent field: they are absent here. */
export const activity = (participant: stream.video.sfu.models.Participant.$Properties): ParticipantActivity => {
  const connectionQuality = EnumName.connectionQuality(participant.connectionQuality)
  const audioLevel = levelOf(participant.audioLevel)
  return {
    ...(connectionQuality === undefined ? {} : { connectionQuality }),
    ...(participant.isSpeaking ? { isSpeaking: true } : {}),
    ...(audioLevel > 0 ? { audioLevel } : {}),
    ...(participant.isDominantSpeaker ? { isDominantSpeaker: true } : {})
  }
}

export const audioLevels = (
  { audioLevels }: stream.video.sfu.event.AudioLevelChanged.$Properties
): Event<"AudioLevelsChanged"> => ({
  _tag: "AudioLevelsChanged",
  levels: (audioLevels ?? []).flatMap(({ isSpeaking, level, sessionId }): ReadonlyArray<SfuAudioLevel> =>
    sessionId ? [{ sessionId, level: levelOf(level), isSpeaking: isSpeaking ?? false }] : []
  )
})

export const connectionQualities = (
  { connectionQualityUpdates }: stream.video.sfu.event.ConnectionQualityChanged.$Properties
): Event<"ConnectionQualityChanged"> => ({
  _tag: "ConnectionQualityChanged",
  qualities: (connectionQualityUpdates ?? []).flatMap(({ connectionQuality, sessionId }) => {
    const quality = EnumName.connectionQuality(connectionQuality)
    return sessionId && quality !== undefined ? [{ sessionId, quality }] : []
  })
})

export const videoPauses = (
  { inboundVideoStates }: stream.video.sfu.event.InboundStateNotification.$Properties
): Event<"VideoPauseChanged"> => ({
  _tag: "VideoPauseChanged",
  states: (inboundVideoStates ?? []).flatMap(({ paused, sessionId, trackType: number }) => {
    const trackType = EnumName.trackType(number)
    return sessionId && trackType !== undefined ? [{ sessionId, trackType, isPaused: paused ?? false }] : []
  })
})
