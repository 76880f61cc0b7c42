/**
 * The m-lines of one subscriber's connection: which publication each carries, and what the next offer says. Pure.
 *
 * An m-line is never taken away, only given to somebody else or to nobody: that is what makes identity hard for a client.
 */
import type { TrackKey, TrackKind } from "effect-track-resolver"
import type { Wanted } from "./Room.ts"
import type { Settings } from "./Settings.ts"
import * as Wire from "./Wire.ts"

/** A publication on an m-line, under the stream id that says whose and which it is. */
export interface DownTrack {
  readonly name: string
  readonly key: TrackKey
  readonly prefix: string
  readonly streamId: string
}

export interface Line {
  readonly id: number
  readonly kind: TrackKind
  readonly track: DownTrack | undefined
  /** Nobody wants what it carries. */
  readonly retired: boolean
  /** Another m-line carries the same, or has carried it since: nobody is to guess which of the two does. */
  readonly superseded: boolean
  /** Its port is 0 from now on. */
  readonly stopped: boolean
}

export type Lines = ReadonlyArray<Line>

/** Which m-line is to carry which publication, whatever `plan` would do. */
export type Forced = ReadonlyMap<number, string>

const rank = ({ retired, superseded }: Line): number => Number(retired) + Number(superseded)

const byRetirement = (one: Line, other: Line): number => rank(one) - rank(other)

const retire = (line: Line, { retiredSection: retiredLine }: Settings): Line => {
  if (line.track === undefined || line.stopped) return line
  switch (retiredLine) {
    case "inactive":
      return { ...line, track: undefined, retired: true }
    case "stays":
      return { ...line, retired: true }
    case "stopped":
      return { ...line, track: undefined, retired: true, stopped: true }
  }
}

/**
 * The lines of the next offer; the same array, if there is nothing to offer. `mint` makes the last part of a stream id,
 * which means nothing.
 */
export const plan = (
  lines: Lines,
  wanted: ReadonlyArray<Wanted>,
  settings: Settings,
  mint: () => string,
  forced: Forced = new Map()
): Lines => {
  const asked = new Map(wanted.map((want) => [want.name, want]))
  const trackOf = ({ key, name, prefix }: Wanted): DownTrack => ({
    name,
    key,
    prefix,
    streamId: `${prefix}:${Wire.wireNameOf(key.trackType)}:${mint()}`
  })
  const give = (line: Line, want: Wanted): Line => ({
    ...line,
    track: trackOf(want),
    retired: false,
    superseded: false
  })

  const carried = new Set<string>()
  const next: Array<Line> = lines.map((line) => {
    const force = asked.get(forced.get(line.id) ?? "")
    if (force === undefined || force.kind !== line.kind || line.stopped) return line
    carried.add(force.name)
    return line.track?.name === force.name && !line.retired ? line : give(line, force)
  })
  // Of two that carry one publication the retired one comes second, and carries it no more.
  for (const line of next.toSorted(byRetirement)) {
    const at = next.indexOf(line)
    if (line !== lines[at] || line.track === undefined) continue
    const want = asked.get(line.track.name)
    if (want === undefined) {
      next[at] = line.retired ? line : retire(line, settings)
    } else if (carried.has(want.name) && forced.get(line.id) !== want.name) {
      const retired = line.retired ? line : retire(line, settings)
      next[at] = retired.superseded ? retired : { ...retired, superseded: true }
    } else {
      carried.add(want.name)
      if (line.track.prefix !== want.prefix) next[at] = give(line, want)
      else if (line.retired) next[at] = { ...line, retired: false, superseded: false }
    }
  }

  const free = (line: Line, at: number): boolean => {
    // Port 0 has been negotiated, so the place in the SDP is anybody's: a new m-line, with a new mid.
    if (line.stopped && lines[at]?.stopped === true) return true
    switch (settings.reuseSection) {
      case "never":
        return false
      case "afterInactive":
        return line.track === undefined && !line.stopped && lines[at]?.track === undefined
      case "live":
        return line.retired
    }
  }
  for (const want of wanted.filter(({ name }) => !carried.has(name))) {
    const at = next.findIndex((line, index) => line.kind === want.kind && free(line, index))
    const line = next[at]
    if (line === undefined) {
      const id = next.length
      next.push({ id, kind: want.kind, track: trackOf(want), retired: false, superseded: false, stopped: false })
    } else {
      next[at] = { ...give(line, want), stopped: false }
    }
  }
  return next.length === lines.length && next.every((line, at) => line === lines[at]) ? lines : next
}

/** Whether going from one to the other takes an offer. */
export const isNews = (before: Lines, after: Lines): boolean =>
  after.some((line, at) => line.track !== before[at]?.track || line.stopped !== (before[at]?.stopped ?? false))

/**
 * What may be sent on a line: what it carries, if the client has answered the offer that says so and no later one says
 * otherwise. So no packet of one person can come in under the name of another.
 */
export const open = (answered: Lines, offered: Lines | undefined): ReadonlyMap<string, Line> =>
  new Map(
    // Of two that carry one publication the last one counts here.
    answered.toSorted((one, other) => byRetirement(other, one)).flatMap(
      (line): ReadonlyArray<readonly [string, Line]> => {
        const later = offered === undefined ? line : offered[line.id]
        return line.track !== undefined && later?.track === line.track ? [[line.track.name, line]] : []
      }
    )
  )
