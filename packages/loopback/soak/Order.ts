/**
 * Reorders signalling without losing information. Pure.
 *
 * Only the order shows that a publication ended and began again, that a participant joined and left, and which stream id
 * prefix is the newest. All other events may change places: a publication before its participant, tracks of one
 * participant before tracks of another, an unpublish after the leave.
 */

/** The fields of an event that its order depends on. */
export interface Ordered {
  readonly type: string | undefined
  /** The session that the event is about. */
  readonly subject: string | undefined
  readonly trackType: string | undefined
}

const isTrackEvent = ({ type }: Ordered): boolean => type === "trackPublished" || type === "trackUnpublished"

/** The order of the two carries information. */
const mustKeepOrder = (one: Ordered, other: Ordered): boolean => {
  if (one.subject !== other.subject) return false
  if (isTrackEvent(one) && isTrackEvent(other)) return one.trackType === other.trackType
  if (one.type === "participantUpdated" || other.type === "participantUpdated") return true
  return !isTrackEvent(one) && !isTrackEvent(other)
}

/** `choose(count)` returns an index below `count`. */
export const shuffle = <A extends Ordered>(
  events: ReadonlyArray<A>,
  choose: (count: number) => number
): ReadonlyArray<A> => {
  const left = events.slice()
  const shuffled: Array<A> = []
  while (left.length > 0) {
    const free = left.filter((event, index) => !left.slice(0, index).some((earlier) => mustKeepOrder(earlier, event)))
    const next = free[choose(free.length)]!
    left.splice(left.indexOf(next), 1)
    shuffled.push(next)
  }
  return shuffled
}
