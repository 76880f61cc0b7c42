/**
 * Plays packets into a jitter buffer, with the ticks of a consumer that waits for them.
 */
import * as JitterBuffer from "../../src/media/internal/JitterBuffer.ts"

/** `content` names the packet. */
export type Packet = JitterBuffer.Packet<string>
export type Output = JitterBuffer.Output<string>

export interface Arrival {
  /** In milliseconds. */
  readonly at: number
  readonly packet: Packet
}

/** Of 20 ms at 48 kHz, unless `fields` say otherwise. */
export const packet = (content: string, fields: Partial<Packet>): Packet => ({
  _tag: "Packet",
  ssrc: 1,
  sequenceNumber: 0,
  timestamp: 0,
  clockRate: 48_000,
  duration: 960,
  droppedBefore: 0,
  content,
  ...fields
})

export interface Options {
  readonly maxWait?: number
  /** When the trace ends, in milliseconds. Default: with its last arrival. */
  readonly until?: number
  /** False: a consumer that is busy, and takes all packets at the end. */
  readonly ticks?: boolean
  /** The arrivals are in their order already, by a clock that is set in between. */
  readonly inOrder?: boolean
}

const maxWaitByDefault = 400

/** Every output, in order, and the state after it. */
export const play = (arrivals: ReadonlyArray<Arrival>, options: Options = {}) => {
  const { maxWait = maxWaitByDefault, ticks = true } = options
  let state = JitterBuffer.make<string>(maxWait)
  const outputs: Array<Output> = []
  let steps = 0
  let mostHeld = 0
  const step = (input: JitterBuffer.Input<string>, now: number): void => {
    const next = JitterBuffer.step(state, input, now)
    state = next.state
    steps++
    mostHeld = Math.max(mostHeld, state.held.length)
    outputs.push(...next.outputs)
  }
  const tickUntil = (time: number): void => {
    if (!ticks) return
    for (let due = JitterBuffer.dueAt(state); due !== undefined && due < time; due = JitterBuffer.dueAt(state)) {
      step({ _tag: "Tick" }, due)
    }
  }
  const inOrder = options.inOrder ? arrivals : arrivals.toSorted((a, b) => a.at - b.at)
  for (const { at, packet } of inOrder) {
    tickUntil(at)
    step(packet, at)
  }
  tickUntil(options.until ?? 0)
  const beforeEnd = state
  step({ _tag: "End" }, options.until ?? 0)
  return { outputs, state, beforeEnd, steps, mostHeld }
}

/** An output as a short text: times in milliseconds. Adjacent gaps of one reason are one. */
export const describeAll = (outputs: ReadonlyArray<Output>): ReadonlyArray<string> => {
  const texts: Array<string> = []
  let gap: { reason: string; duration: number } | undefined
  const flush = (): void => {
    if (gap !== undefined) texts.push(`${gap.duration / 48} ${gap.reason}`)
    gap = undefined
  }
  for (const output of outputs) {
    if (output._tag === "Gap" && gap?.reason === output.reason) gap.duration += output.duration
    else {
      flush()
      if (output._tag === "Gap") gap = { reason: output.reason, duration: output.duration }
      else if (output._tag === "Packet") {
        texts.push(output.skip === 0 ? output.content : `${output.content} -${output.skip / 48}`)
      } else if (output._tag === "Missing") texts.push(`missing ${output.packets}`)
      else texts.push(output.reason)
    }
  }
  flush()
  return texts
}

/** The timeline has no hole and no overlap. Returns its length, in units. */
export const lengthOf = (outputs: ReadonlyArray<Output>): number => {
  let end = 0
  for (const output of outputs) {
    if (output._tag !== "Packet" && output._tag !== "Gap") continue
    if (output.time !== end || output.duration <= 0) throw new Error(`${output._tag} at ${output.time} after ${end}`)
    end += output.duration
  }
  return end
}
