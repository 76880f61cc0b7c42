/**
 * Divides frames of sound, each with or without speech, into segments. Pure.
 *
 * A segment begins with the padding before the first of `begin` samples of speech in a row, and ends with the padding after
 * the last speech before `end` samples of silence. With the frame that makes it `longest` samples or longer it is cut, and goes on
 * in the next segment without a gap. So no sample is in two segments, and no more than `longest` and a frame are held.
 */

/** Lengths in samples. */
export interface Lengths {
  /** Shorter speech begins no segment. */
  readonly begin: number
  /** Of silence before and after the speech of a segment, at most. */
  readonly padding: number
  /** Shorter silence ends no segment. */
  readonly end: number
  readonly longest: number
}

export interface Frame {
  readonly samples: Int16Array
}

/** The newest frame first, so that appending copies nothing. */
interface Held<F> {
  readonly frame: F
  readonly isSpeech: boolean
  readonly before: Held<F> | undefined
}

export interface State<F> {
  readonly held: Held<F> | undefined
  /** Samples of `held`. */
  readonly length: number
  /** A segment has begun: `held` is what it has so far. Otherwise `held` is the padding of the next one, and `run`. */
  readonly isOpen: boolean
  /** The newest samples of `held` that are alike: of speech, or of silence. */
  readonly run: { readonly isSpeech: boolean; readonly length: number }
  /** `held` has speech. */
  readonly hasSpeech: boolean
}

/** Why a segment ended. */
export type Ending = "Silence" | "TooLong" | "EndOfTrack"

export interface Segment<F> {
  /** At least one. */
  readonly frames: ReadonlyArray<F>
  readonly ending: Ending
}

export type Step<F> = readonly [State<F>, ReadonlyArray<Segment<F>>]

const noRun = { isSpeech: false, length: 0 }

export const initial: State<never> = { held: undefined, length: 0, isOpen: false, run: noRun, hasSpeech: false }

const framesOf = <F>(held: Held<F> | undefined): ReadonlyArray<F> => {
  const frames: Array<F> = []
  for (let at = held; at !== undefined; at = at.before) frames.push(at.frame)
  return frames.toReversed()
}

/** The newest frames of `held`, of at most `longest` samples. */
const newest = <F extends Frame>(
  held: Held<F> | undefined,
  longest: number
): readonly [Held<F> | undefined, number] => {
  const kept: Array<Held<F>> = []
  let length = 0
  for (let at = held; at !== undefined && length + at.frame.samples.length <= longest; at = at.before) {
    kept.push(at)
    length += at.frame.samples.length
  }
  return [kept.reduceRight<Held<F> | undefined>((before, held) => ({ ...held, before }), undefined), length]
}

const append = <F extends Frame>(state: State<F>, frame: F, isSpeech: boolean): State<F> => {
  const { length } = frame.samples
  return {
    ...state,
    held: { frame, isSpeech, before: state.held },
    length: state.length + length,
    run: { isSpeech, length: state.run.isSpeech === isSpeech ? state.run.length + length : length },
    hasSpeech: state.hasSpeech || isSpeech
  }
}

/** Waits for the next segment, with its padding. */
const idle = <F extends Frame>(held: Held<F> | undefined, { padding }: Lengths, run: State<F>["run"]): State<F> => {
  const [kept, length] = newest(held, padding + (run.isSpeech ? run.length : 0))
  return { held: kept, length, isOpen: false, run, hasSpeech: run.isSpeech }
}

/** Ends the open segment, without the silence beyond the padding, which may be the padding of the next one. */
const close = <F extends Frame>(state: State<F>, lengths: Lengths, ending: Ending): Step<F> => {
  let excess = state.run.isSpeech ? 0 : state.run.length - lengths.padding
  let last = state.held
  const cut: Array<Held<F>> = []
  while (last !== undefined && excess > 0) {
    cut.push(last)
    excess -= last.frame.samples.length
    last = last.before
  }
  const rest = cut.reduceRight<Held<F> | undefined>((before, held) => ({ ...held, before }), undefined)
  const segments: ReadonlyArray<Segment<F>> = state.hasSpeech ? [{ frames: framesOf(last), ending }] : []
  return [idle(rest, lengths, noRun), segments]
}

/** The next frame, and whether it has speech. */
export const step = <F extends Frame>(before: State<F>, frame: F, isSpeech: boolean, lengths: Lengths): Step<F> => {
  const appended = append(before, frame, isSpeech)
  const { held, run } = appended
  if (!before.isOpen && !(isSpeech && run.length >= lengths.begin)) return [idle(held, lengths, run), []]
  const state = { ...appended, isOpen: true }
  if (!isSpeech && run.length >= lengths.end) return close(state, lengths, "Silence")
  if (state.length < lengths.longest) return [state, []]
  // Silence at the cut counts for the end of the next segment, which is none if no speech follows.
  const next: State<F> = { ...initial, isOpen: true, run }
  return [next, state.hasSpeech ? [{ frames: framesOf(held), ending: "TooLong" }] : []]
}

/** The track has ended: gives the open segment. */
export const end = <F extends Frame>(state: State<F>, lengths: Lengths): Step<F> =>
  state.isOpen ? close(state, lengths, "EndOfTrack") : [initial, []]
