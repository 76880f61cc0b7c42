/**
 * Fragments of DTLS handshake messages, whole, late, overlapping and never whole.
 */
import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import { bytesOf, type Fragment, fragmentsOf, parse, recordOf } from "../../src/werift/internal/DtlsMessage.ts"
import * as HandshakeFragments from "../../src/werift/internal/HandshakeFragments.ts"
import { fragment, record } from "./Handshake.ts"

const body = randomBytes(1_000)

const fragmentOf = (offset: number, length: number, change: Partial<Fragment> = {}): Fragment => ({
  type: 11,
  length: body.length,
  sequence: 2,
  offset,
  body: body.subarray(offset, offset + length),
  ...change
})

describe("DTLS records and messages", () => {
  test("are the same after they were written and read", () => {
    const message = { type: 11, sequence: 2, body }
    const [read] = parse(recordOf(message))
    expect(read).toMatchObject({ type: 22, version: 0xfefd, epoch: 0, sequenceNumber: 0 })
    expect(fragmentsOf(read!.fragment)).toEqual([fragmentOf(0, 1_000)])
    expect(bytesOf(message)).toEqual(fragment(11, 2, body))
  })

  test("of a datagram are read up to the first one that is not whole", () => {
    const whole = record(22, 1, Buffer.from("one"))
    const datagram = Buffer.concat([whole, record(21, 0, Buffer.from("two")), whole.subarray(0, whole.length - 1)])
    expect(parse(datagram).map(({ bytes, epoch, type }) => [type, epoch, bytes.length])).toEqual([[22, 1, 16], [
      21,
      0,
      16
    ]])
    for (let length = 0; length < whole.length; length++) expect(parse(whole.subarray(0, length))).toEqual([])
  })

  test("with lengths that do not fit are dropped", () => {
    expect(fragmentsOf(fragment(11, 2, body, 0, 999))).toEqual([])
    expect(fragmentsOf(fragment(11, 2, body, 1, 1_000))).toEqual([])
    const whole = fragment(11, 2, body)
    for (const length of [1, 11, 12, 13, whole.length - 1]) expect(fragmentsOf(whole.subarray(0, length))).toEqual([])
    expect(fragmentsOf(Buffer.concat([whole, whole.subarray(0, 5)]))).toEqual([])
  })
})

describe("Fragments", () => {
  test("make one message, in any order, also if they overlap or are repeated", () => {
    const { add, size } = HandshakeFragments.make()
    for (const [offset, length] of [[600, 400], [0, 300], [0, 300], [200, 200]] as const) {
      expect(add(fragmentOf(offset, length))).toBeUndefined()
    }
    expect(add(fragmentOf(400, 200))).toEqual({ type: 11, sequence: 2, body })
    expect(size()).toBe(0)
    expect(add(fragmentOf(0, 1_000))).toEqual({ type: 11, sequence: 2, body })
    expect(add({ type: 14, length: 0, sequence: 5, offset: 0, body: Buffer.alloc(0) })).toBeDefined()
  })

  test("of messages with another type, length or number do not mix", () => {
    const { add } = HandshakeFragments.make()
    expect(add(fragmentOf(0, 500))).toBeUndefined()
    expect(add(fragmentOf(500, 500, { type: 12 }))).toBeUndefined()
    expect(add(fragmentOf(500, 500, { sequence: 3 }))).toBeUndefined()
    expect(add(fragmentOf(500, 500, { length: 1_001 }))).toBeUndefined()
    expect(add(fragmentOf(500, 500))).toBeDefined()
  })

  test("that are never whole take no more than a bound", () => {
    const { add, size } = HandshakeFragments.make()
    for (let n = 0; n < 5_000; n++) {
      const length = 2 + n % HandshakeFragments.maxLength
      add({ type: n % 21, length, sequence: n % 20, offset: 0, body: body.subarray(0, 1) })
    }
    expect(size()).toBeLessThanOrEqual(2 * HandshakeFragments.maxMessages * HandshakeFragments.maxLength)
  })

  test("with a length or a number that no handshake has are dropped", () => {
    const { add, size } = HandshakeFragments.make()
    expect(add(fragmentOf(0, 10, { length: HandshakeFragments.maxLength + 1 }))).toBeUndefined()
    expect(add(fragmentOf(0, 1_000, { sequence: HandshakeFragments.maxSequence + 1 }))).toBeUndefined()
    expect(add(fragmentOf(0, 0))).toBeUndefined()
    expect(size()).toBe(0)
  })

  test("the newest messages displace those that are not whole", () => {
    const { add } = HandshakeFragments.make()
    add(fragmentOf(0, 500))
    for (let n = 0; n < HandshakeFragments.maxMessages; n++) add(fragmentOf(0, 500, { length: 2_000 + n }))
    expect(add(fragmentOf(500, 500))).toBeUndefined()
    expect(add(fragmentOf(0, 500))).toBeDefined()
  })
})
