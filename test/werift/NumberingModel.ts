/**
 * A naive model of the numbers of one SSRC: it keeps every packet that was sent, and searches all of them.
 */

interface Numbers {
  readonly sequenceNumber: number
  readonly timestamp: number
}

/** A sent packet. The numbers do not wrap. */
export interface Placed {
  readonly number: number
  readonly timestamp: number
  readonly source: number
  readonly given: Numbers
  readonly at: number
}

export class NumberingModel {
  readonly sent: Array<Placed> = []
  private source = 0
  private suspect: { readonly packet: Numbers; readonly at: number } | undefined
  private readonly clockRate: number

  constructor(clockRate: number) {
    this.clockRate = clockRate
  }

  next(packet: Numbers, at: number): ReturnType<NumberingModel["result"]> {
    const { suspect } = this
    if (this.sent.length === 0) {
      return this.result(false, this.place(packet, packet.sequenceNumber, packet.timestamp, at))
    }
    const found = this.find(packet, at)
    if (found === "suspect") {
      const isRestart = suspect !== undefined && wrap(packet.sequenceNumber - suspect.packet.sequenceNumber, 16) === 1
        && wrap(packet.timestamp - suspect.packet.timestamp, 32) >= 0
      if (!isRestart) {
        this.suspect = { packet, at }
        return this.result(suspect !== undefined)
      }
      const first = this.open(suspect.packet, suspect.at)
      this.suspect = undefined
      const { isSuspectDropped, sends } = this.next(packet, at)
      return { isSuspectDropped, sends: [first, ...sends] }
    }
    this.suspect = undefined
    return this.result(
      suspect !== undefined,
      found === "other" ? this.open(packet, at) : this.place(packet, found.number, found.timestamp, at)
    )
  }

  private newest(): Placed {
    return this.sent.reduce((one, other) => other.number > one.number ? other : one)
  }

  private find(packet: Numbers, at: number) {
    const newest = this.newest()
    const steps = wrap(packet.sequenceNumber - newest.given.sequenceNumber, 16)
    const ticks = wrap(packet.timestamp - newest.given.timestamp, 32)
    const elapsed = at - newest.at
    if (steps <= -100 || steps >= 100) return "other"
    if (Math.abs(ticks) > (elapsed + 10_000) * this.clockRate / 1_000) return "other"
    const found = { number: newest.number + steps, timestamp: newest.timestamp + ticks }
    if (steps > 0) return ticks < 0 ? "other" : found
    if (elapsed > 1_000) return "other"
    const first = this.sent.find(({ source }) => source === this.source)!
    if (found.number < first.number) return "suspect"
    const same = this.sent.find(({ number }) => number === found.number)
    if (same !== undefined) return same.timestamp === found.timestamp ? "suspect" : "other"
    const isOrdered = this.sent.every(({ number, timestamp }) =>
      number < found.number ? timestamp <= found.timestamp : timestamp >= found.timestamp
    )
    return isOrdered ? found : "other"
  }

  private open(packet: Numbers, at: number) {
    const newest = this.newest()
    this.source++
    const ticks = Math.max(1, Math.round((at - newest.at) * this.clockRate / 1_000))
    return this.place(packet, newest.number + 1, newest.timestamp + ticks, at)
  }

  private place(packet: Numbers, number: number, timestamp: number, at: number) {
    this.sent.push({ number, timestamp, source: this.source, given: packet, at })
    return { packet, numbers: { sequenceNumber: number & 0xffff, timestamp: timestamp >>> 0 } }
  }

  private result(isSuspectDropped: boolean, ...sends: ReadonlyArray<ReturnType<NumberingModel["place"]>>) {
    return { isSuspectDropped, sends }
  }
}

/** As a signed number of so many bits. */
const wrap = (difference: number, bits: number): number => {
  const range = 2 ** bits
  const rest = ((difference % range) + range) % range
  return rest >= range / 2 ? rest - range : rest
}
