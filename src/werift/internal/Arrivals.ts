/**
 * Which packets of a transport have arrived and when, as transport-wide congestion control reports it
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1). Pure.
 *
 * The sender numbers the packets of all m-lines with one counter of 16 bits, so a gap is a loss, and the report covers
 * the transport and not an m-line.
 */
import * as SerialNumber from "../../internal/SerialNumber.ts"

/** The status of a packet: not received, received with a delta of 1 byte, or with one of 2 bytes. */
export type Status = 0 | 1 | 2

/** Consecutive packets with one status. At most 8,191 (13 bits). */
export interface Run {
  readonly status: Status
  readonly length: number
}

export interface Feedback {
  /** Of the first packet, 16 bits. */
  readonly base: number
  /** In 64 milliseconds, 24 bits. The first delta begins there. */
  readonly referenceTime: number
  readonly runs: ReadonlyArray<Run>
  /** Of each received packet, since the one before: in 250 microseconds. */
  readonly deltas: ReadonlyArray<number>
}

export interface Arrivals {
  /** A packet has arrived at this time. Ignores a repeated packet, and one whose loss was reported. */
  readonly receive: (number16: number, micros: number) => void
  /** The packets since the last report. `undefined` if there are none. */
  readonly report: () => Feedback | undefined
}

/** A larger gap is not a loss: the sender has started again. */
const maxGap = 1_000

/** In microseconds: the unit of a delta. */
const tick = 250
const ticksOfReference = 64_000 / tick
const smallDelta = 255
const largeDelta = 32_767

/** The number with these last 16 bits that is nearest to the newest one. */
const unwrap = (number16: number, newest: number): number => newest + SerialNumber.steps(newest, number16)

export const make = (): Arrivals => {
  /** The number after the last one that was reported. Numbers here are not limited to 16 bits. */
  let next: number | undefined
  let newest: number | undefined
  /** Arrived since the last report. */
  let times = new Map<number, number>()

  return {
    receive: (number16, micros) => {
      let number = unwrap(number16, newest ?? number16)
      if (Math.abs(number - (newest ?? number)) > maxGap) {
        next = undefined
        newest = undefined
        times = new Map()
        number = number16
      }
      if ((next !== undefined && number < next) || times.has(number)) return
      newest = Math.max(newest ?? number, number)
      times.set(number, micros)
    },
    report: () => {
      if (times.size === 0) return undefined
      const reported = times
      const base = next ?? Math.min(...reported.keys())
      const last = Math.max(...reported.keys())
      next = last + 1
      times = new Map()
      return feedbackOf(reported, base, last)
    }
  }
}

const feedbackOf = (times: ReadonlyMap<number, number>, base: number, last: number): Feedback => {
  const runs: Array<{ status: Status; length: number }> = []
  const deltas: Array<number> = []
  let referenceTime: number | undefined
  let before = 0
  for (let number = base; number <= last; number++) {
    const micros = times.get(number)
    let status: Status = 0
    if (micros !== undefined) {
      const ticks = Math.floor(micros / tick)
      if (referenceTime === undefined) {
        referenceTime = Math.floor(ticks / ticksOfReference)
        before = referenceTime * ticksOfReference
      }
      const delta = Math.max(-largeDelta, Math.min(ticks - before, largeDelta))
      before += delta
      deltas.push(delta)
      status = delta >= 0 && delta <= smallDelta ? 1 : 2
    }
    const run = runs.at(-1)
    if (run?.status === status) run.length++
    else runs.push({ status, length: 1 })
  }
  return { base: base & 0xffff, referenceTime: (referenceTime ?? 0) & 0xffffff, runs, deltas }
}
