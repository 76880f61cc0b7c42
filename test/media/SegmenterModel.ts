/**
 * The segments of a whole recording, found by search: the naive model of `Segmenter`. All frames are equally long, and all
 * lengths are in frames.
 */
export interface Lengths {
  readonly begin: number
  readonly padding: number
  readonly end: number
  readonly longest: number
}

export interface Segment {
  /** The first frame, and the one after the last. */
  readonly from: number
  readonly to: number
  readonly ending: "Silence" | "TooLong" | "EndOfTrack"
}

const all = <A>(list: ReadonlyArray<A>, value: A): boolean => list.every((element) => element === value)

export const segmentsOf = (
  speech: ReadonlyArray<boolean>,
  { begin, end, longest, padding }: Lengths
): ReadonlyArray<Segment> => {
  const segments: Array<Segment> = []
  /** The frames before it belong to a segment. */
  let free = 0
  /** Only frames from here on can begin a segment. */
  let search = 0
  while (true) {
    let opening = -1
    for (let at = search; at + begin <= speech.length && opening < 0; at++) {
      if (all(speech.slice(at, at + begin), true)) opening = at
    }
    if (opening < 0) return segments
    let from = Math.max(free, opening - padding)
    // The frames from `opening + begin - 1` on are looked at one by one.
    let closed = false
    for (let at = opening + begin - 1; at < speech.length && !closed; at++) {
      const has = (from: number, to: number): boolean => speech.slice(from, to).includes(true)
      const silent = at + 1 - end >= opening && all(speech.slice(at + 1 - end, at + 1), false)
      if (silent) {
        const last = speech.slice(0, at + 1).lastIndexOf(true)
        if (has(from, at + 1)) segments.push({ from, to: Math.min(last + 1 + padding, at + 1), ending: "Silence" })
        free = Math.max(from, Math.min(last + 1 + padding, at + 1))
        search = at + 1
        closed = true
      } else if (at + 1 - from >= longest) {
        if (has(from, at + 1)) segments.push({ from, to: at + 1, ending: "TooLong" })
        from = at + 1
        free = from
      }
    }
    if (!closed) {
      const last = speech.lastIndexOf(true)
      if (last >= from) segments.push({ from, to: Math.min(speech.length, last + 1 + padding), ending: "EndOfTrack" })
      return segments
    }
  }
}
