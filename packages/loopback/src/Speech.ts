/**
 * When a simulated participant speaks. Pure.
 *
 * @stability experimental
 * @since 0.1.0
 */

/**
 * `inTurns`: for two and a half seconds of every nine, each user of a call at other times. Otherwise the microphone is silent.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type Speech = "inTurns" | "always" | "never"

/** From one turn to the next, in milliseconds. */
const distance = 1_500

const duration = 2_500

/** In turns: that many users have turns of their own. */
const turns = 6

/** `now`: in milliseconds, by the clock that all participants share. */
export const isSpeaking = (speech: Speech, voice: number, now: number): boolean => {
  if (speech !== "inTurns") return speech === "always"
  const cycle = turns * distance
  const sinceTurn = (now - (voice % turns) * distance) % cycle
  return (sinceTurn + cycle) % cycle < duration
}
