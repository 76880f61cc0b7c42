/**
 * In which other orders signalling may come without anything being lost that only its order says. Pure.
 *
 * That a publication was taken back and made again, that somebody came and went, or which prefix is the newest, nothing but
 * the order says. Everything else may change places: a publication before its participant, tracks of one before tracks of
 * another, an unpublish after the leave.
 */

/** What of a signal its order depends on. */
export interface Ordered {
  readonly type: string | undefined
  readonly subject: string | undefined
  readonly trackType: string | undefined
}

const isOfTrack = ({ type }: Ordered): boolean => type === "trackPublished" || type === "trackUnpublished"

/** Whether the order of the two means something. */
const isBound = (one: Ordered, other: Ordered): boolean => {
  if (one.subject !== other.subject) return false
  if (isOfTrack(one) && isOfTrack(other)) return one.trackType === other.trackType
  if (one.type === "participantUpdated" || other.type === "participantUpdated") return true
  return !isOfTrack(one) && !isOfTrack(other)
}

/** `choose` draws one of so many, from 0. */
export const shuffle = <A extends Ordered>(
  items: ReadonlyArray<A>,
  choose: (count: number) => number
): ReadonlyArray<A> => {
  const left = items.slice()
  const out: Array<A> = []
  while (left.length > 0) {
    const free = left.filter((item, at) => !left.slice(0, at).some((earlier) => isBound(earlier, item)))
    const next = free[choose(free.length)]!
    left.splice(left.indexOf(next), 1)
    out.push(next)
  }
  return out
}
