/**
 * How long the selected pair of a transport has given no answer to consent checks (RFC 7675), counted in ticks of one
 * second. Pure.
 *
 * werift checks consent every 4 to 6 seconds, and gives up 30 seconds after the last answer. One lost check is no sign
 * of a dead path, so from `probeAfter` on there is a check in each tick, and only the loss of all of them is silence.
 */

export interface Silence {
  /** The selected pair; absent while there is none. */
  readonly pairId: string | undefined
  /** The answers of the pair so far. */
  readonly answers: number
  /** Ticks since the last answer. */
  readonly ticks: number
}

export const none: Silence = { pairId: undefined, answers: 0, ticks: 0 }

/** In ticks. werift's own check is due by then. */
const probeAfter = 4

/** In ticks. At least three checks of ours got no answer by then. */
const silentAfter = 7

/** A tick has passed. `pair` is the selected pair, `undefined` while there is none. */
export const tick = (
  silence: Silence,
  pair: { readonly id: string; readonly answers: number } | undefined
): Silence => {
  if (pair === undefined) return none
  const isUnanswered = pair.id === silence.pairId && pair.answers === silence.answers
  return { pairId: pair.id, answers: pair.answers, ticks: isUnanswered ? silence.ticks + 1 : 0 }
}

export const needsProbe = ({ ticks }: Silence): boolean => ticks >= probeAfter

export const isSilent = ({ ticks }: Silence): boolean => ticks >= silentAfter
