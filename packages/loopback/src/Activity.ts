/**
 * What the SFU measures of a member: how loud it is, whether it speaks, and its connection. Pure.
 */
import type { ConnectionQuality } from "effect-track-resolver"

export interface Activity {
  /** From 0, silence, to 1, the loudest. */
  readonly audioLevel: number
  readonly isSpeaking: boolean
  /** Measurements since the last one that was speech. */
  readonly quiet: number
  readonly isDominantSpeaker: boolean
  readonly connectionQuality: ConnectionQuality
}

export const initial: Activity = {
  audioLevel: 0,
  isSpeaking: false,
  quiet: 0,
  isDominantSpeaker: false,
  connectionQuality: "Excellent"
}

/** Louder than this is speech: 40 dB below the loudest. */
const speechLevel = 0.01

/** In measurements: speech goes on through a pause between two words. */
const longestPause = 5

/** The level of RFC 6464, in dB below the loudest: 127 is silence. */
export const levelOfDecibels = (decibels: number): number => decibels >= 127 ? 0 : 10 ** (-decibels / 20)

export const measure = (before: Activity, audioLevel: number): Activity => {
  const quiet = audioLevel > speechLevel ? 0 : before.quiet + 1
  return { ...before, audioLevel, quiet, isSpeaking: quiet === 0 || (before.isSpeaking && quiet < longestPause) }
}
