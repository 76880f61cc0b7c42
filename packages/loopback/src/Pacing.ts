/**
 * When the frames of a track are due, and their RTP timestamps. Time is divided into slots of one frame each; the timestamp
 * counts all slots, and so goes on through a mute as it does for a device that was silent. Pure.
 */
export interface Pace {
  /** Between two frames, in milliseconds. */
  readonly interval: number
  /** The increment of the RTP timestamp for a frame: at 48 kHz for audio, at 90 kHz for video. */
  readonly ticks: number
}

export interface PacingState {
  /** When slot 0 was, in milliseconds. Undefined before the first start. */
  readonly origin: number | undefined
  /** The slot of the next frame. */
  readonly next: number
}

/**
 * Frames that are sent at once by a sender that is behind. One that is further behind leaves out the slots and continues now:
 * a busy machine would be busier with all packets that it owes.
 */
const mostAtOnce = 3

export const initial: PacingState = { origin: undefined, next: 0 }

/** Of a slot: an interval such as a thirtieth of a second is no number of milliseconds. */
const rounding = 1e-6

const slotAt = ({ interval }: Pace, now: number, { origin = now }: PacingState): number =>
  Math.floor((now - origin) / interval + rounding)

/** A track begins, or begins again after a mute: no frame is due of the time before. */
export const start = (pace: Pace, before: PacingState, now: number): PacingState => ({
  origin: before.origin ?? now,
  next: Math.max(before.next, slotAt(pace, now, before))
})

/** The slots of the frames that are due, the oldest first. */
export const due = (
  pace: Pace,
  state: PacingState,
  now: number
): readonly [PacingState, ReadonlyArray<number>] => {
  const current = slotAt(pace, now, state)
  const first = current - state.next < mostAtOnce ? state.next : current
  const slots = Array.from({ length: Math.max(0, current - first + 1) }, (_, index) => first + index)
  return [{ ...state, next: first + slots.length }, slots]
}

/** Until the next frame is due, in whole milliseconds. */
export const delay = ({ interval }: Pace, { next, origin = 0 }: PacingState, now: number): number =>
  Math.max(0, Math.ceil(origin + (next - rounding) * interval - now))

/** RTP timestamps have 32 bits, and wrap around. */
export const timestampOf = ({ ticks }: Pace, slot: number): number => Math.round(slot * ticks) % 2 ** 32
