/**
 * Puts the packets of one audio track in order, and fills the time that has none. Pure.
 *
 * What comes out is one timeline without a hole: each output begins where the one before ended. Its length is the RTP time that
 * has elapsed, whatever the network does.
 *
 * - **A packet in order passes at once.** Nothing is delayed for a constant playout: the consumer transcribes or records.
 * - **A missing packet is waited for**, and so is a sender that is silent: up to `delay` after the time when the packet of the
 *   least transit would have arrived. Then its time is filled. So a consumer's stream keeps the pace of real time in silence.
 * - **The delay adapts**, between `minWait` and `maxWait`, to how much the transits of the last ten seconds differ.
 * - **Time comes from the timestamps**, order from the sequence numbers. The least transit ties both to the clock, and follows a
 *   clock that drifts.
 * - **A new source goes on where the clock is:** another SSRC or clock rate, or a timestamp that no elapsed time explains.
 *
 * Times in RTP are in units of 1/48,000 s here, whatever the clock rate of the codec: `unitsPerSecond`.
 */
import * as SerialNumber from "../../internal/SerialNumber.ts"
import * as TransitWindow from "./TransitWindow.ts"

export const unitsPerSecond = 48_000
const unitsPerMilli = unitsPerSecond / 1_000

/** In milliseconds: packets that only change their order, and a sender's own irregular pace. */
export const leastDelay = 40
/** In milliseconds: what is added to the differences of the transits. */
const margin = 20
/** Without packets, silence comes in pieces of this length: 20 ms. */
const quantum = 20 * unitsPerMilli
/** In milliseconds: media that is further ahead of the clock is of a new source. */
const mostAhead = 2_000
/** In milliseconds: media that is further behind the clock is of a new source. No consumer keeps packets for longer. */
const mostBehind = 5_000
/** In milliseconds: when all that arrives for this long is too late, the path has become longer, or the sender paused its time. */
const mostLateness = 200
/** In milliseconds: if late packets are further behind than this, the sender has paused its time. */
const pausedTime = 1_000
/** In milliseconds: packets of a source that was left may still arrive for so long. */
const retirement = 500
/** How many of the packets that have passed are known as arrived: the bits of a number. */
const remembered = 32
/** Of packets that wait for an earlier one. */
const maxHeld = 1_024
/** Clocks of media may be off by so much; the longer nothing arrives, the less is known. */
const mostDrift = 500e-6

export interface Packet<A> {
  readonly _tag: "Packet"
  readonly ssrc: number
  /** 16 bits. */
  readonly sequenceNumber: number
  /** 32 bits, in units of `clockRate`. */
  readonly timestamp: number
  /** In hertz. */
  readonly clockRate: number
  /** In units of `clockRate`. 0: the packet has no audio, and only its sequence number counts. */
  readonly duration: number
  /** Packets directly before it that the consumer has lost. */
  readonly droppedBefore: number
  readonly content: A
}

/** `Tick`: no packet has arrived. `End`: no packet will arrive. */
export type Input<A> = Packet<A> | { readonly _tag: "Tick" } | { readonly _tag: "End" }

/**
 * Why a time has no audio.
 *
 * - `Silent`: the sender sent nothing, as in discontinuous transmission (DTX), or nothing has arrived.
 * - `Lost`: a packet is missing, and a later one has arrived.
 * - `Dropped`: the consumer was slow.
 * - `Interrupted`: a new source began.
 */
export type GapReason = "Silent" | "Lost" | "Dropped" | "Interrupted"

/**
 * Why a packet is not passed on.
 *
 * - `Late`: its time was filled.
 * - `Duplicate`: it had arrived before.
 * - `FormerSource`: a new source has begun.
 */
export type DiscardReason = "Late" | "Duplicate" | "FormerSource"

export interface Span {
  /** From the first packet on, in units. */
  readonly time: number
  /** More than 0, in units. */
  readonly duration: number
  /** The RTP timestamp at its beginning, 32 bits in units of the source's clock rate. */
  readonly timestamp: number
  /** Of the source, in hertz. */
  readonly clockRate: number
  /** When its beginning arrived, or would have, on the path of the least transit. In milliseconds of the `Clock`. */
  readonly at: number
}

/** `skip`: how much at the beginning of the packet was filled already, in units. `time` and `duration` are of the rest. */
export type Output<A> =
  | Span & { readonly _tag: "Packet"; readonly skip: number; readonly content: A }
  | Span & { readonly _tag: "Gap"; readonly reason: GapReason }
  | { readonly _tag: "Missing"; readonly packets: number }
  | { readonly _tag: "Discarded"; readonly reason: DiscardReason }

interface Source {
  readonly ssrc: number
  readonly clockRate: number
  /** Of its first packet: the timestamp, and the time that it became, in units. */
  readonly timestamp: number
  readonly time: number
}

interface Held<A> {
  /** Unwrapped. */
  readonly sequenceNumber: number
  /** In units, as `duration`, which is 0 without audio. */
  readonly time: number
  readonly duration: number
  readonly droppedBefore: number
  readonly content: A
}

export interface State<A> {
  /** In milliseconds, as `maxWait`. */
  readonly minWait: number
  readonly maxWait: number
  /** `undefined` before the first packet. */
  readonly source: Source | undefined
  /** The source before, and when it was left in milliseconds. */
  readonly former: (Source & { readonly leftAt: number }) | undefined
  /** Where the timeline ends, in units. */
  readonly end: number
  /** Of the next packet in order, unwrapped. */
  readonly nextSequenceNumber: number
  /** Which of the packets before that have arrived: bit 0 is the last. */
  readonly arrived: number
  /** In the order of the sequence numbers, each after a missing one. */
  readonly held: ReadonlyArray<Held<A>>
  readonly transits: TransitWindow.TransitWindow
  /** In milliseconds. */
  readonly lastArrivalAt: number
  /** The first of the new packets that were too late, if none in time has followed. In milliseconds. */
  readonly lateSince: number | undefined
}

/** The bounds of the delay, in milliseconds. */
export const make = <A>(maxWait: number, minWait = leastDelay): State<A> => ({
  minWait,
  maxWait,
  source: undefined,
  former: undefined,
  end: 0,
  nextSequenceNumber: 0,
  arrived: 0,
  held: [],
  transits: TransitWindow.make(0, 0),
  lastArrivalAt: 0,
  lateSince: undefined
})

/** How long a missing packet is waited for, in milliseconds. */
export const delayOf = <A>({ maxWait, minWait, transits }: State<A>): number =>
  Math.min(maxWait, Math.max(minWait, transits.most - transits.least + margin))

/** `now`: when the packet arrived, or the time of the tick, in milliseconds. */
export const step = <A>(
  state: State<A>,
  input: Input<A>,
  now: number
): { readonly state: State<A>; readonly outputs: ReadonlyArray<Output<A>> } => {
  const draft: Draft<A> = { ...state, outputs: [] }
  if (input._tag === "Packet") receive(draft, input, now)
  if (input._tag === "End") releaseAll(draft)
  else fill(draft, horizonOf(draft, now), input)
  const { outputs, ...next } = draft
  return { state: next, outputs }
}

/** When the next tick has something to do, in milliseconds. `undefined` before the first packet. */
export const dueAt = <A>(state: State<A>): number | undefined => {
  if (state.source === undefined) return undefined
  const arrival = state.transits.least + nextPiece(state) / unitsPerMilli + delayOf(state)
  return Math.ceil((arrival - mostDrift * state.lastArrivalAt) / (1 - mostDrift))
}

type Draft<A> = { -readonly [K in keyof State<A>]: State<A>[K] } & { readonly outputs: Array<Output<A>> }

const hasAudio = ({ duration }: { readonly duration: number }): boolean => duration > 0

const toUnits = (duration: number, clockRate: number): number => Math.round(duration * unitsPerSecond / clockRate)

const fromUnits = (units: number, clockRate: number): number => Math.round(units * clockRate / unitsPerSecond)

/** The time of media that arrives now on the path of the least transit, in units. */
const expectedAt = <A>({ transits }: State<A>, now: number): number =>
  Math.floor((now - transits.least) * unitsPerMilli)

/** Media before this time that has not arrived is too late, in units. */
const horizonOf = <A>(state: State<A>, now: number): number => {
  if (state.source === undefined) return -Infinity
  const unknown = mostDrift * Math.max(0, now - state.lastArrivalAt)
  return expectedAt(state, now - delayOf(state) - unknown)
}

/** The end of the next piece that may have to be filled, in units. */
const nextPiece = <A>({ end, held }: State<A>): number => Math.min(end + quantum, held.find(hasAudio)?.time ?? Infinity)

/** The timestamp has wrapped as many times as the clock says. In units. */
const timeOf = <A>(draft: Draft<A>, source: Source, timestamp: number, now: number): number => {
  const elapsed = fromUnits(expectedAt(draft, now) - source.time, source.clockRate)
  const sinceFirst = elapsed + SerialNumber.ticks(elapsed, timestamp - source.timestamp)
  return source.time + toUnits(sinceFirst, source.clockRate)
}

const timestampOf = (source: Source, time: number): number =>
  (source.timestamp + fromUnits(time - source.time, source.clockRate)) >>> 0

const receive = <A>(draft: Draft<A>, packet: Packet<A>, now: number): void => {
  const { source } = draft
  if (source === undefined) return begin(draft, packet, now)
  if (!isOf(source, packet)) {
    return isOfFormer(draft, source, packet, now) ? discard(draft, "FormerSource") : change(draft, packet, now)
  }
  const sequenceNumber = draft.nextSequenceNumber + sequenceDifference(draft, packet)
  if (hasArrived(draft, sequenceNumber)) return discard(draft, "Duplicate")
  if (!hasAudio(packet)) return insert(draft, heldOf(packet, sequenceNumber, 0))
  const time = timeOf(draft, source, packet.timestamp, now)
  const ahead = (time - expectedAt(draft, now)) / unitsPerMilli
  const isPassed = sequenceNumber < draft.nextSequenceNumber
  if (ahead > mostAhead || ahead < -mostBehind) return change(draft, packet, now)
  observe(draft, now - time / unitsPerMilli, now)
  const held = heldOf(packet, sequenceNumber, time)
  if (isTooLate(draft, held)) {
    if (isPassed) return discardPassed(draft, sequenceNumber)
    return isOfPausedTime(draft, held, now) ? change(draft, packet, now) : insert(draft, held)
  }
  draft.lateSince = undefined
  if (!isPassed) return insert(draft, held)
  // An earlier packet would be of an earlier time: the source counts anew.
  restartSequence(draft, packet.sequenceNumber)
  insert(draft, heldOf(packet, packet.sequenceNumber, time))
}

const isOf = (
  source: { readonly ssrc: number; readonly clockRate: number },
  packet: { readonly ssrc: number; readonly clockRate: number }
): boolean => source.ssrc === packet.ssrc && source.clockRate === packet.clockRate

/** Sent before the current source began. With the same SSRC, as after a change of the codec, the sequence number says so. */
const isOfFormer = <A>(draft: Draft<A>, source: Source, packet: Packet<A>, now: number): boolean => {
  const { former } = draft
  if (former === undefined || !isOf(former, packet) || Math.abs(now - former.leftAt) >= retirement) return false
  return source.ssrc !== packet.ssrc || sequenceDifference(draft, packet) < 0
}

/** From the next packet in order. */
const sequenceDifference = <A>({ nextSequenceNumber }: Draft<A>, { sequenceNumber }: Packet<A>): number =>
  SerialNumber.steps(nextSequenceNumber, sequenceNumber)

const heldOf = <A>(packet: Packet<A>, sequenceNumber: number, time: number): Held<A> => ({
  sequenceNumber,
  time,
  duration: toUnits(packet.duration, packet.clockRate),
  droppedBefore: packet.droppedBefore,
  content: packet.content
})

/** The first packet with audio has the time 0. */
const begin = <A>(draft: Draft<A>, packet: Packet<A>, now: number): void => {
  if (!hasAudio(packet)) return
  draft.transits = TransitWindow.make(now, now)
  enter(draft, packet, 0, now)
}

/** A new source: the timeline goes on by the time of the clock. */
const change = <A>(draft: Draft<A>, packet: Packet<A>, now: number): void => {
  if (!hasAudio(packet)) return
  releaseAll(draft)
  if (draft.source !== undefined && !isOf(draft.source, packet)) draft.former = { ...draft.source, leftAt: now }
  const time = Math.max(draft.end, expectedAt(draft, now))
  addGap(draft, time, "Interrupted")
  const transit = now - time / unitsPerMilli
  // The clock itself has jumped.
  if (transit < draft.transits.least - mostAhead) draft.transits = TransitWindow.make(transit, now)
  enter(draft, packet, time, now)
}

/** The packet is the first of its source. */
const enter = <A>(draft: Draft<A>, packet: Packet<A>, time: number, now: number): void => {
  const { clockRate, sequenceNumber, ssrc, timestamp } = packet
  draft.source = { ssrc, clockRate, timestamp, time }
  draft.lateSince = undefined
  restartSequence(draft, sequenceNumber)
  observe(draft, now - time / unitsPerMilli, now)
  insert(draft, heldOf(packet, sequenceNumber, time))
}

const restartSequence = <A>(draft: Draft<A>, sequenceNumber: number): void => {
  releaseAll(draft)
  draft.nextSequenceNumber = sequenceNumber
  draft.arrived = 0
}

const observe = <A>(draft: Draft<A>, transit: number, now: number): void => {
  draft.transits = TransitWindow.add(draft.transits, transit, now)
  draft.lastArrivalAt = now
}

const isTooLate = <A>(draft: Draft<A>, { duration, time }: Held<A>): boolean => time + duration <= draft.end

/**
 * Of a packet that is too late, and newer than all before. When none has come in time for a while, the path has become longer:
 * the transits from before mislead. Or the sender has paused its time: then what it sends never catches up.
 */
const isOfPausedTime = <A>(draft: Draft<A>, { time }: Held<A>, now: number): boolean => {
  draft.lateSince ??= now
  if (Math.abs(now - draft.lateSince) < mostLateness) return false
  draft.lateSince = undefined
  if (draft.end - time > pausedTime * unitsPerMilli) return true
  draft.transits = TransitWindow.make(now - time / unitsPerMilli, now)
  return false
}

const hasArrived = <A>({ arrived, held, nextSequenceNumber }: Draft<A>, sequenceNumber: number): boolean => {
  const behind = nextSequenceNumber - 1 - sequenceNumber
  return behind < 0
    ? held.some((one) => one.sequenceNumber === sequenceNumber)
    : behind < remembered && (arrived >>> behind & 1) === 1
}

const discard = <A>({ outputs }: Draft<A>, reason: DiscardReason): void =>
  void outputs.push({ _tag: "Discarded", reason })

/** A packet whose successors have passed. */
const discardPassed = <A>(draft: Draft<A>, sequenceNumber: number): void => {
  const behind = draft.nextSequenceNumber - 1 - sequenceNumber
  if (behind < remembered) draft.arrived |= 1 << behind
  discard(draft, "Late")
}

const insert = <A>(draft: Draft<A>, held: Held<A>): void => {
  if (held.sequenceNumber < draft.nextSequenceNumber) return
  const later = draft.held.findIndex(({ sequenceNumber }) => sequenceNumber > held.sequenceNumber)
  draft.held = draft.held.toSpliced(later === -1 ? draft.held.length : later, 0, held)
  if (draft.held.length > maxHeld) releaseFirst(draft)
  releaseReady(draft)
}

/**
 * Fills the time before `horizon` that no packet has, in whole pieces or up to a packet, and releases what follows.
 *
 * After a packet the time is filled up to those that wait, and not further: when the process was busy, its successors are in the
 * sockets, and come in the next moment. Only a tick says that nothing has arrived.
 */
const fill = <A>(draft: Draft<A>, horizon: number, { _tag }: Input<A>): void => {
  while (nextPiece(draft) <= horizon) {
    const next = draft.held.find(hasAudio)
    if (next === undefined && _tag === "Packet") return
    const pieces = Math.floor((Math.min(horizon, next?.time ?? Infinity) - draft.end) / quantum)
    const isWhole = next !== undefined && next.time <= horizon
    addGap(draft, isWhole ? next.time : draft.end + pieces * quantum, next === undefined ? "Silent" : lossOf(next))
    releaseReady(draft)
  }
}

const lossOf = <A>({ droppedBefore }: Held<A>): GapReason => droppedBefore > 0 ? "Dropped" : "Lost"

/** The packets in order, and those that nothing can precede any more: the time before them has passed. */
const releaseReady = <A>(draft: Draft<A>): void => {
  for (let first = draft.held[0]; first !== undefined; first = draft.held[0]) {
    const isNext = first.sequenceNumber === draft.nextSequenceNumber
    if (!isNext && nextPiece(draft) > draft.end) return
    releaseFirst(draft)
  }
}

const releaseAll = <A>(draft: Draft<A>): void => {
  while (draft.held.length > 0) releaseFirst(draft)
}

const releaseFirst = <A>(draft: Draft<A>): void => {
  const [first, ...rest] = draft.held
  if (first === undefined) return
  draft.held = rest
  const missing = first.sequenceNumber - draft.nextSequenceNumber
  const lost = Math.max(0, missing - first.droppedBefore)
  if (lost > 0) draft.outputs.push({ _tag: "Missing", packets: lost })
  draft.nextSequenceNumber = first.sequenceNumber + 1
  draft.arrived = missing + 1 < remembered ? draft.arrived << missing + 1 | 1 : 1
  if (!hasAudio(first)) return
  addGap(draft, first.time, missing > 0 ? lossOf(first) : "Silent")
  if (isTooLate(draft, first)) return discard(draft, "Late")
  const { content, duration, time } = first
  const skip = draft.end - time
  draft.outputs.push({ _tag: "Packet", skip, content, ...extend(draft, time + duration) })
}

/** A no-op if the timeline is that far. */
const addGap = <A>(draft: Draft<A>, to: number, reason: GapReason): void => {
  if (to > draft.end) draft.outputs.push({ _tag: "Gap", reason, ...extend(draft, to) })
}

/** There is a source, because nothing comes out before the first packet. */
const extend = <A>(draft: Draft<A>, to: number): Span => {
  const time = draft.end
  const source = draft.source!
  draft.end = to
  return {
    time,
    duration: to - time,
    timestamp: timestampOf(source, time),
    clockRate: source.clockRate,
    at: draft.transits.least + time / unitsPerMilli
  }
}
