/**
 * How loud sound is.
 *
 * @stability stable
 * @since 0.1.0
 */
import type { RtpAudioLevel } from "../edge/PeerConnection.ts"

/** The level of digital silence, and of everything that is quieter. */
const lowest = -127

/**
 * The level of samples in dBov, as RFC 6464 defines it and as `RtpAudioLevel.level` has it: from -127 (silence) to 0, a square
 * wave of the largest amplitude. A sine of that amplitude has -3. An integer.
 *
 * @stability stable
 * @category measures
 * @since 0.1.0
 */
export const ofSamples = (samples: Int16Array): number => {
  if (samples.length === 0) return lowest
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  // The sum avoids a negative zero.
  return Math.max(lowest, Math.round(10 * Math.log10(power / 32_768 ** 2))) + 0
}

/**
 * The level of a frame in dBov, as `ofSamples`: what the sender has measured, if its packets say so, else that of the samples.
 * A sender measures before its encoder, and the loudest packet of the frame counts.
 *
 * @stability stable
 * @category measures
 * @since 0.1.0
 */
export const ofFrame = (
  { audioLevel, samples }: { readonly samples: Int16Array; readonly audioLevel?: RtpAudioLevel | undefined }
): number => audioLevel?.level ?? ofSamples(samples)
