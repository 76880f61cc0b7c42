/**
 * Elements in the order in which they were added, of which the newest one counts. When it is removed, the one before it
 * counts again.
 *
 * Each operation takes constant time on average, wherever in the order the element is: an SFU chooses both the number
 * of elements and the order in which they leave. A `Set` has no constant-time access to its newest element.
 */
export class Succession<A> {
  /** A removed element leaves a hole. The last place is never a hole. */
  private places: Array<A | undefined> = []
  private readonly placeOf = new Map<A, number>()

  get size(): number {
    return this.placeOf.size
  }

  /** The number of elements and holes. */
  get span(): number {
    return this.places.length
  }

  get newest(): A | undefined {
    return this.places.at(-1)
  }

  /** From the oldest to the newest. Do not change the succession during the iteration. */
  *[Symbol.iterator](): Generator<A> {
    for (const element of this.places) if (element !== undefined) yield element
  }

  /** Adds an element as the newest one. A no-op if it is in the succession. */
  add(element: A): void {
    if (this.placeOf.has(element)) return
    this.placeOf.set(element, this.places.length)
    this.places.push(element)
  }

  remove(element: A): void {
    const place = this.placeOf.get(element)
    if (place === undefined) return
    this.placeOf.delete(element)
    this.places[place] = undefined
    while (this.span > 0 && this.newest === undefined) this.places.pop()
    if (this.span > 2 * this.size + 8) this.closeHoles()
  }

  /** Runs once for as many removals as there are elements. */
  private closeHoles(): void {
    this.places = Array.from(this)
    this.places.forEach((element, place) => this.placeOf.set(element!, place))
  }
}
