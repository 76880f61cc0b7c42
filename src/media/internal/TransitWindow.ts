/**
 * How long the packets of the last ten seconds took: the time of arrival minus the time of the media, in milliseconds. Only
 * differences between transits mean anything, because the two clocks have different origins. Pure.
 *
 * The least transit is that of a packet that waited nowhere. The window lets it follow a clock that runs faster or slower than
 * ours, and a path that has become longer.
 */
export interface TransitWindow {
  /** Oldest first, one of each second with arrivals. */
  readonly seconds: ReadonlyArray<Second>
  readonly least: number
  readonly most: number
}

interface Second {
  /** Of the `Clock`. */
  readonly second: number
  readonly least: number
  readonly most: number
}

/** In seconds. */
const length = 10

export const make = (transit: number, now: number): TransitWindow =>
  of([{ second: secondOf(now), least: transit, most: transit }])

/** `now`, the time of the arrival, in milliseconds. What is older than the window is forgotten at an arrival only. */
export const add = ({ seconds }: TransitWindow, transit: number, now: number): TransitWindow => {
  const second = secondOf(now)
  const kept = seconds.filter((one) => Math.abs(second - one.second) < length)
  const current = kept.find((one) => one.second === second)
  const rest = kept.filter((one) => one !== current)
  const { least, most } = current ?? { least: transit, most: transit }
  return of([...rest, { second, least: Math.min(least, transit), most: Math.max(most, transit) }])
}

const secondOf = (now: number): number => Math.floor(now / 1_000)

const of = (seconds: ReadonlyArray<Second>): TransitWindow => ({
  seconds,
  least: Math.min(...seconds.map(({ least }) => least)),
  most: Math.max(...seconds.map(({ most }) => most))
})
