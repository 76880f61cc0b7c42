/**
 * Which datagrams pass, by their bytes, their address and the state of the connection. Without sockets.
 */
import * as FastCheck from "fast-check"
import { createHmac, randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import { parseMessage, RtcpPacketConverter, RtpHeader, RtpPacket } from "werift"
import type { Address, Reason, Session } from "../../src/werift/internal/DatagramGate.ts"
import * as DatagramGate from "../../src/werift/internal/DatagramGate.ts"
import * as RtcpCompound from "../../src/werift/internal/RtcpCompound.ts"
import * as RtpShape from "../../src/werift/internal/RtpShape.ts"
import {
  type Attributes,
  binding,
  check,
  handshake,
  record,
  rtpWithExtension,
  single,
  stun
} from "./StrangeDatagrams.ts"

const peer: Address = ["192.0.2.1", 5_000]
const stranger: Address = ["192.0.2.66", 6_666]
const ours = { ufrag: "ours", password: "our password" }
const theirs = { key: "their password", transactionId: Buffer.alloc(12, 7) }

/** The cipher of these tests: the content, and 24 bytes of 0xee. */
const seal = (content: Uint8Array): Buffer => Buffer.concat([content, Buffer.alloc(24, 0xee)])

const signed = (attributes: Attributes = check(`${ours.ufrag}:theirs`), unsigned: Attributes = []): Buffer =>
  stun(binding.request, attributes, { password: ours.password, unsigned })

const open = (options: Partial<Session> = {}) => {
  const drops: Array<Reason> = []
  let ends = 0
  let decryptions = 0
  const gate = DatagramGate.make({
    passwordOf: (ufrag) => ufrag === ours.ufrag ? ours.password : undefined,
    requestOf: (id) => id === theirs.transactionId.toString("hex") ? { key: Buffer.from(theirs.key) } : undefined,
    isSelected: () => false,
    hasRoomFor: () => true,
    dtlsState: () => "connected",
    decrypt: ({ fragment }) => {
      decryptions++
      return fragment.at(-1) === 0xee ? fragment.subarray(0, -24) : undefined
    },
    onEnd: () => ends++,
    onDropped: (reason) => drops.push(reason),
    ...options
  })
  const send = (datagram: Buffer, from: Address = peer, now = 0): Buffer | Reason =>
    gate.admit(datagram, from, now) ?? drops.at(-1)!
  return { send, drops, ends: () => ends, decryptions: () => decryptions }
}

/** The peer's address is proven. */
const openProven = (options: Partial<Session> = {}) => {
  const gate = open(options)
  const request = signed()
  expect(gate.send(request)).toBe(request)
  return gate
}

const rtp = new RtpPacket(
  new RtpHeader({ payloadType: 96, ssrc: 7, extension: true, extensions: [{ id: 1, payload: Buffer.from("a mid") }] }),
  Buffer.alloc(30)
).serialize()
const rtcp = Buffer.concat([Buffer.from([0x81, 201, 0, 1]), Buffer.alloc(4 + 14)])

describe("by the first byte (RFC 7983)", () => {
  test.each([0, 1, 2, 3])("%d is STUN", (first) => {
    expect(openProven().send(Buffer.alloc(20, first))).toBe("malformed STUN")
  })
  test.each([20, 21, 22, 23, 24, 62, 63])("%d is DTLS", (first) => {
    expect(openProven().send(Buffer.alloc(20, first))).toBe("malformed DTLS record")
  })
  test.each([128, 191])("%d is SRTP", (first) => {
    expect(openProven().send(Buffer.alloc(20, first))).toBe("malformed SRTP")
  })
  test.each([4, 15, 16, 19, 64, 79, 80, 127, 192, 255])("%d is dropped", (first) => {
    expect(openProven().send(Buffer.alloc(40, first))).toBe("not STUN, DTLS or SRTP")
  })
  test("an empty datagram is dropped", () => {
    expect(openProven().send(Buffer.alloc(0))).toBe("not STUN, DTLS or SRTP")
  })
})

describe("DTLS and SRTP come from a proven address only", () => {
  const media: ReadonlyArray<readonly [string, Buffer]> = [
    ["RTP", rtp],
    ["RTCP", rtcp],
    ["DTLS", record(23, 1, seal(Buffer.from("data")))]
  ]
  test.each(media)("%s", (_, datagram) => {
    expect(open().send(datagram)).toBe("unproven address")
    expect(openProven().send(datagram, stranger)).toBe("unproven address")
    expect(openProven().send(datagram, [peer[0], 1])).toBe("unproven address")
    expect(openProven().send(datagram, ["192.0.2.2", peer[1]])).toBe("unproven address")
    expect(openProven().send(datagram)).toBe(datagram)
    expect(open({ isSelected: (from) => from === peer }).send(datagram)).toBe(datagram)
  })

  test("a signed response proves the address, an unsigned one does not", () => {
    const { transactionId } = theirs
    const response = (password?: string) =>
      stun(binding.response, [[0x20, Buffer.alloc(8, 1)]], { transactionId, ...(password && { password }) })
    const gate = open()
    expect(gate.send(response())).toBe("STUN that is not authenticated")
    expect(gate.send(response("another"))).toBe("STUN that is not authenticated")
    expect(gate.send(rtp)).toBe("unproven address")
    expect(gate.send(response(theirs.key))).toBeInstanceOf(Buffer)
    expect(gate.send(rtp)).toBe(rtp)
  })

  test("the response of a STUN server passes, and proves nothing", () => {
    const gate = open({ requestOf: () => ({ key: undefined }) })
    expect(gate.send(stun(binding.response, [[0x20, Buffer.alloc(8, 1)]]))).toBeInstanceOf(Buffer)
    expect(gate.send(rtp)).toBe("unproven address")
  })

  test("an address stays proven when another one is: the pair may change", () => {
    const gate = openProven()
    gate.send(signed(), stranger)
    expect(gate.send(rtp, stranger)).toBe(rtp)
    expect(gate.send(rtp)).toBe(rtp)
  })

  test("the one that was proven longest ago is forgotten, unless it is selected", () => {
    let selected: Address | undefined
    const gate = openProven({ isSelected: (from) => from === selected })
    expect(gate.send(rtp)).toBe(rtp)
    for (let port = 1; port <= 32; port++) gate.send(signed(), ["192.0.2.3", port])
    expect(gate.send(rtp)).toBe("unproven address")
    expect(gate.send(rtp, ["192.0.2.3", 1])).toBe(rtp)
    selected = peer
    expect(gate.send(rtp)).toBe(rtp)
  })
})

describe("STUN", () => {
  test("a request that is signed with our password passes as it is", () => {
    const request = signed(undefined, [])
    expect(open().send(request)).toBe(request)
  })

  test.each<readonly [string, Buffer]>([
    ["no signature", stun(binding.request, check("ours:theirs"))],
    ["another password", stun(binding.request, check("ours:theirs"), { password: "guessed" })],
    ["an unknown ufrag", stun(binding.request, check("who:theirs"), { password: ours.password })],
    ["a property of objects as ufrag", stun(binding.request, check("__proto__:x"), { password: ours.password })],
    ["no username", stun(binding.request, [], { password: ours.password })]
  ])("a request with %s is dropped", (_, request) => {
    expect(open().send(request)).toBe("STUN that is not authenticated")
  })

  test("a byte that changes makes the signature wrong", () => {
    const request = signed()
    for (let at = 0; at < request.length; at++) {
      const forged = Buffer.from(request)
      forged[at]! ^= 1
      expect(open().send(forged)).not.toBeInstanceOf(Buffer)
    }
  })

  test("an attribute behind the signature does not pass, and FINGERPRINT does", () => {
    const attributes = check("ours:theirs").slice(0, 2)
    const bare = stun(binding.request, attributes, { password: ours.password, transactionId: Buffer.alloc(12, 1) })
    const appended = stun(binding.request, attributes, {
      password: ours.password,
      transactionId: Buffer.alloc(12, 1),
      unsigned: [[0x25, Buffer.alloc(0)], [0x8029, Buffer.alloc(8)]]
    })
    expect(open().send(appended)).toEqual(bare)
    expect(parseMessage(open().send(appended) as Buffer)!.attributesKeys).not.toContain("USE-CANDIDATE")
    const printed = signed(attributes, [[0x8028, Buffer.alloc(4)]])
    expect(open().send(printed)).toBe(printed)
  })

  test("a response without a request, and an indication, are dropped before the signature is checked", () => {
    expect(open().send(stun(binding.response, []))).toBe("STUN without a request")
    expect(open().send(stun(binding.error, []))).toBe("STUN without a request")
    expect(open().send(stun(binding.indication, [], { transactionId: theirs.transactionId }))).toBe(
      "STUN without a request"
    )
  })

  test.each<readonly [string, Buffer]>([
    ["a length beyond the datagram", Buffer.concat([signed()]).fill(0xff, 2, 3)],
    ["an attribute beyond the message", stun(binding.request, [[1, Buffer.alloc(8)]]).fill(9, 22, 24)],
    ["33 attributes", stun(binding.request, Array.from({ length: 33 }, () => [0x7777, Buffer.alloc(0)] as const))],
    ["more than 1,500 bytes", stun(binding.request, [[0x7777, Buffer.alloc(1_480)]])],
    ["an address of 24 bytes", stun(binding.response, [[0x20, Buffer.alloc(24)]], theirs)],
    ["a username of 520 bytes", stun(binding.request, [[6, Buffer.alloc(520)]])],
    ["a fingerprint in the middle", stun(binding.request, [[0x8028, Buffer.alloc(4)], [6, Buffer.alloc(4)]])],
    ["another cookie", Buffer.concat([signed()]).fill(0, 4, 8)]
  ])("with %s it is dropped", (_, message) => {
    expect(open().send(message)).toBe("malformed STUN")
  })

  test("a check is dropped if ICE has learnt too many addresses", () => {
    const gate = open({ hasRoomFor: (from) => from === peer })
    expect(gate.send(signed(), stranger)).toBe("too many candidates")
    expect(gate.send(rtp, stranger)).toBe("unproven address")
    expect(gate.send(signed())).toBeInstanceOf(Buffer)
  })

  test("signatures are checked for 200 requests a second of unproven addresses", () => {
    const gate = openProven()
    const forged = stun(binding.request, check("ours:theirs"), { password: "guessed" })
    const outcomes = Array.from({ length: 400 }, () => gate.send(forged, stranger, 0))
    expect(outcomes.filter((outcome) => outcome === "STUN that is not authenticated")).toHaveLength(199)
    expect(gate.send(signed(), peer, 0)).toBeInstanceOf(Buffer)
    expect(gate.send(forged, stranger, 4)).toBe("too much STUN")
    expect(gate.send(forged, stranger, 10)).toBe("STUN that is not authenticated")
  })

  test("a recorded request proves no other address, and does not use up the answers to new ones", () => {
    const gate = open()
    const request = signed()
    expect(gate.send(request)).toBe(request)
    expect(gate.send(request, stranger)).toBe("STUN that is not authenticated")
    expect(gate.send(rtp, stranger)).toBe("unproven address")
    const outcomes = Array.from({ length: 1_000 }, () => gate.send(request, peer, 0))
    expect(outcomes.filter((outcome) => outcome instanceof Buffer)).toHaveLength(50)
    expect(gate.send(signed(), peer, 0)).toBeInstanceOf(Buffer)
  })

  test("the last 1,024 transactions are remembered", () => {
    const gate = open()
    const request = signed()
    gate.send(request)
    for (let n = 0; n < 1_023; n++) gate.send(signed(), peer, n * 10)
    expect(gate.send(request, stranger, 20_000)).toBe("STUN that is not authenticated")
    gate.send(signed(), peer, 20_000)
    expect(gate.send(request, stranger, 20_000)).toBeInstanceOf(Buffer)
  })

  test("400 requests a second are answered", () => {
    const gate = openProven()
    const outcomes = Array.from({ length: 500 }, () => gate.send(signed(), peer, 0))
    expect(outcomes.filter((outcome) => outcome instanceof Buffer)).toHaveLength(399)
    expect(gate.send(signed(), peer, 1_000)).toBeInstanceOf(Buffer)
  })
})

describe("DTLS", () => {
  const finished = handshake(20, 5, randomBytes(12))
  const closeNotify = Buffer.from([1, 0])
  const states = ["idle", "connecting", "connected"] as const

  /** What passes in which state: by name, state and record. */
  const records: ReadonlyArray<
    readonly [name: string, datagram: Buffer, passes: ReadonlyArray<typeof states[number]>]
  > = [
    ["ChangeCipherSpec", record(20, 0, Buffer.from([1])), ["connecting"]],
    ["an encrypted ChangeCipherSpec", record(20, 1, seal(Buffer.from([1]))), []],
    ["a handshake message in the clear", record(22, 0, handshake(1, 0, randomBytes(60))), ["connecting"]],
    ["Finished in the clear", record(22, 0, finished), []],
    ["Finished", record(22, 1, seal(finished)), ["connecting", "connected"]],
    ["another encrypted handshake message", record(22, 1, seal(handshake(1, 0, randomBytes(60)))), ["connecting"]],
    ["an alert in the clear", record(21, 0, closeNotify), []],
    ["an alert that does not decrypt", record(21, 1, Buffer.alloc(26)), []],
    ["an alert that is too short to decrypt", record(21, 1, closeNotify), []],
    ["application data", record(23, 1, seal(Buffer.from("data"))), ["connected"]],
    ["application data that does not decrypt", record(23, 1, Buffer.alloc(40)), []],
    ["application data in the clear", record(23, 0, Buffer.from("data")), []],
    ["a record of epoch 2", record(22, 2, seal(finished)), []],
    ["a record of type 24", record(24, 1, seal(finished)), []],
    ["a record of TLS", record(23, 1, seal(Buffer.from("data"))).fill(3, 1, 3), []],
    ["an empty record", record(22, 0, Buffer.alloc(0)), []],
    ["a record that is cut off", record(22, 0, finished).subarray(0, -1), []],
    ["a record of 19,000 bytes", record(22, 0, Buffer.alloc(19_000, 1)), []]
  ]
  for (const state of states) {
    test.each(records)(`${state}: %s`, (_, datagram, passes) => {
      const gate = openProven({ dtlsState: () => state })
      expect(gate.send(datagram) === datagram).toBe(passes.includes(state))
      expect(gate.ends()).toBe(0)
    })
  }

  test.each([
    ["close_notify", closeNotify, 1],
    ["a fatal alert", Buffer.from([2, 40]), 1],
    ["a warning", Buffer.from([1, 100]), 0],
    ["an alert of 3 bytes", Buffer.from([1, 0, 0]), 0]
  ])("an authenticated alert never reaches werift: %s", (_, content, ends) => {
    for (const state of ["connecting", "connected"] as const) {
      const gate = openProven({ dtlsState: () => state })
      expect(gate.send(record(21, 1, seal(content)))).not.toBeInstanceOf(Buffer)
      expect(gate.ends()).toBe(ends)
    }
  })

  test("of several records in a datagram those pass that may", () => {
    const data = record(23, 1, seal(Buffer.from("data")))
    const flight = [
      record(22, 0, handshake(16, 3, randomBytes(60))),
      record(20, 0, Buffer.from([1])),
      record(22, 1, seal(finished))
    ]
    expect(openProven().send(Buffer.concat(flight))).toEqual(flight[2])
    expect(openProven().send(Buffer.concat([data, data]))).toEqual(Buffer.concat([data, data]))
    expect(openProven().send(Buffer.concat([data, Buffer.from([22])]))).toEqual(data)
  })

  test("33 records in one datagram: the last one is dropped, and 32 are decrypted", () => {
    const gate = openProven()
    gate.send(Buffer.concat(Array.from({ length: 1_000 }, () => record(23, 1, Buffer.alloc(25)))))
    expect(gate.decryptions()).toBe(32)
  })
})

describe("SRTP", () => {
  test("it passes after the handshake only", () => {
    expect(openProven({ dtlsState: () => "connecting" }).send(rtp)).toBe("SRTP before the handshake")
    expect(openProven().send(rtp)).toBe(rtp)
  })

  test.each<readonly [string, Buffer]>([
    ["RTP of 21 bytes", rtp.subarray(0, 21).fill(0x80, 0, 1)],
    ["RTP with more CSRCs than bytes", Buffer.concat([Buffer.from([0x8f, 96]), Buffer.alloc(40)])],
    ["RTP whose extension claims 65,535 words", rtpWithExtension(65_535)],
    ["RTP whose extension ends in the tag", rtpWithExtension(9)],
    ["RTP whose extension has no length", rtpWithExtension(0, 25)],
    ["RTCP of 21 bytes", rtcp.subarray(0, 21)],
    ["RTCP that claims more words than it has", Buffer.concat([Buffer.from([0x81, 201, 0, 2]), Buffer.alloc(18)])],
    ["RTCP of a type that werift takes for RTP", Buffer.concat([Buffer.from([0x81, 209, 0, 1]), Buffer.alloc(18)])]
  ])("%s is dropped", (_, datagram) => {
    expect(openProven().send(Buffer.from(datagram))).toBe("malformed SRTP")
  })
})

describe("the header of RTP (RFC 3550, RFC 8285)", () => {
  const withElements = (profile: number, elements: Buffer): Buffer => {
    const padded = Buffer.concat([elements, Buffer.alloc(-elements.length & 3)])
    const extension = Buffer.alloc(4)
    extension.writeUInt16BE(profile, 0)
    extension.writeUInt16BE(padded.length / 4, 2)
    return Buffer.concat([Buffer.from([0x90, 96]), Buffer.alloc(10), extension, padded, Buffer.alloc(20)])
  }

  test.each<readonly [string, Buffer, boolean]>([
    ["elements of one byte", withElements(0xbede, Buffer.from([0x10, 1, 0, 0x21, 1, 2])), true],
    ["an element that ends with the extension", withElements(0xbede, Buffer.from([0x12, 1, 2, 3])), true],
    ["an element that ends behind the extension", withElements(0xbede, Buffer.from([0x13, 1, 2, 3])), false],
    ["the id 15, behind which nothing counts", withElements(0xbede, Buffer.from([0xf0, 1, 0x1f, 0])), true],
    [
      "the id 0 with a length, behind which nothing counts",
      withElements(0xbede, Buffer.from([0x01, 1, 0x1f, 0])),
      true
    ],
    ["elements of two bytes", withElements(0x1000, Buffer.from([1, 0, 2, 1, 9, 0, 0, 0])), true],
    ["an element of two bytes that ends behind the extension", withElements(0x1000, Buffer.from([1, 3, 2, 1])), false],
    ["an element of two bytes without a length", withElements(0x1000, Buffer.from([1, 1, 2, 1])), false],
    ["64 elements", withElements(0xbede, Buffer.alloc(128, 0x10)), true],
    ["65 elements", withElements(0xbede, Buffer.alloc(130, 0x10)), false],
    ["another profile", withElements(0x4242, Buffer.alloc(200, 0xff)), true],
    [
      "another profile, with an extension that ends behind the packet",
      withElements(0x4242, Buffer.alloc(4)).fill(9, 15, 16),
      false
    ]
  ])("%s", (_, packet, isSound) => {
    expect(RtpShape.payloadOffsetOf(packet, 10) !== RtpShape.malformed).toBe(isSound)
  })

  test("the payload begins where werift finds it, for any header of werift", () => {
    const headers = FastCheck.record({
      csrc: FastCheck.array(FastCheck.nat(), { maxLength: 15 }),
      extensions: FastCheck.array(
        FastCheck.record({ id: FastCheck.integer({ min: 1, max: 14 }), size: FastCheck.integer({ min: 1, max: 16 }) }),
        { maxLength: 14 }
      ),
      payload: FastCheck.uint8Array({ maxLength: 100 })
    })
    FastCheck.assert(FastCheck.property(headers, ({ csrc, extensions, payload }) => {
      const header = new RtpHeader({
        csrc,
        extension: extensions.length > 0,
        extensions: extensions.map(({ id, size }) => ({ id, payload: Buffer.alloc(size, id) }))
      })
      const packet = new RtpPacket(header, Buffer.from(payload)).serialize()
      expect(RtpShape.payloadOffsetOf(packet, 0)).toBe(RtpHeader.deSerialize(packet).payloadOffset)
    }))
  })
})

describe("compound RTCP (RFC 3550, section 6.1)", () => {
  const packet = (count: number, type: number, body: Uint8Array): Buffer => {
    const header = Buffer.from([0x80 | count, type, 0, 0])
    header.writeUInt16BE(body.length / 4, 2)
    return Buffer.concat([header, body])
  }
  const receiverReport = packet(0, 201, Buffer.alloc(4))
  const nack = packet(1, 205, Buffer.from([0, 0, 0, 1, 0, 0, 0, 2, 0, 5, 0, 0]))
  const transportWide = (count: number, rest: ReadonlyArray<number>): Buffer => {
    const body = Buffer.alloc(16)
    body.writeUInt16BE(count, 10)
    return packet(15, 205, Buffer.concat([body, Buffer.from(rest), Buffer.alloc(-rest.length & 3)]))
  }

  test("a compound packet is split at the ends of its packets", () => {
    expect(RtcpCompound.split(Buffer.concat([receiverReport, nack, nack]))).toEqual([receiverReport, nack, nack])
    expect(RtcpCompound.split(Buffer.alloc(0))).toEqual([])
  })

  test.each<readonly [string, Buffer]>([
    ["a length beyond the end", packet(0, 203, Buffer.alloc(8)).subarray(0, 8)],
    ["three bytes", Buffer.from([0x80, 201, 0])],
    ["another version", Buffer.concat([receiverReport]).fill(0x40, 0, 1)],
    ["more reports than bytes", packet(2, 201, Buffer.alloc(28))],
    ["a sender report without a sender", packet(0, 200, Buffer.alloc(20))],
    ["a feedback without SSRCs", packet(1, 206, Buffer.alloc(4))],
    ["65 packets", Buffer.concat(Array.from({ length: 65 }, () => receiverReport))],
    ["padding in the middle", Buffer.concat([packet(0, 203, Buffer.from([0, 0, 0, 4])).fill(0xa0, 0, 1), nack])],
    ["more padding than content", packet(0, 203, Buffer.from([0, 0, 0, 5])).fill(0xa0, 0, 1)],
    ["no padding where some is said to be", packet(0, 203, Buffer.from([0, 0, 0, 0])).fill(0xa0, 0, 1)],
    ["statuses of 65,535 packets in two bytes", transportWide(65_535, [0x20, 0xff])],
    ["a run without packets", transportWide(1, [0, 0])],
    ["deltas that are missing", transportWide(5, [0x20, 5, 1])]
  ])("with %s it is dropped", (_, compound) => {
    expect(RtcpCompound.split(compound)).toBeUndefined()
  })

  test.each<readonly [string, Buffer]>([
    ["padding in the last packet", Buffer.concat([nack, packet(0, 203, Buffer.from([0, 0, 0, 4])).fill(0xa0, 0, 1)])],
    ["a run of received packets", transportWide(5, [0x20, 5, 1, 2, 3, 4, 5])],
    ["a run of lost packets", transportWide(8_191, [0x1f, 0xff])],
    ["one-bit statuses", transportWide(3, [0xa0, 0, 1])],
    ["two-bit statuses", transportWide(3, [0xd8, 0, 1, 2, 3])]
  ])("with %s it is used", (_, compound) => {
    expect(RtcpCompound.split(compound)).toBeDefined()
  })

  test("werift makes at most one object for each byte of what passes", () => {
    const bytes = FastCheck.uint8Array({ minLength: 4, maxLength: 1_200 })
    const types = FastCheck.integer({ min: 200, max: 207 })
    FastCheck.assert(
      FastCheck.property(bytes, types, FastCheck.nat(31), (body, type, count) => {
        const datagram = packet(count, type, Buffer.from(body.subarray(0, body.length & ~3)))
        const split = RtcpCompound.split(datagram)
        if (split === undefined) return
        const parsed = RtcpPacketConverter.deSerialize(split[0]!)
        const deltas = parsed.flatMap((one) =>
          "feedback" in one && one.feedback && "recvDeltas" in one.feedback ? one.feedback.recvDeltas : []
        )
        expect(deltas.length).toBeLessThanOrEqual(datagram.length)
      }),
      { numRuns: 500 }
    )
  })
})

describe("at random", () => {
  const kinds = FastCheck.oneof(
    FastCheck.uint8Array({ maxLength: 200 }),
    FastCheck.tuple(FastCheck.constantFrom(...single), FastCheck.nat(), FastCheck.nat(255)).map(
      ([[, datagram], at, byte]) => {
        const mutated = Buffer.from(datagram)
        if (mutated.length > 0) mutated[at % mutated.length] = byte
        return mutated
      }
    )
  )

  test("nothing of a stranger passes, in no state, whatever address it has", () => {
    FastCheck.assert(
      FastCheck.property(kinds, FastCheck.constantFrom("idle", "connecting", "connected"), (datagram, state) => {
        const gate = openProven({ dtlsState: () => state as "idle" })
        expect(gate.send(Buffer.from(datagram), stranger)).not.toBeInstanceOf(Buffer)
        expect(gate.ends()).toBe(0)
        expect(gate.drops.length).toBeGreaterThan(0)
      }),
      { numRuns: 5_000 }
    )
  })

  test("with a proven address only SRTP of sound lengths passes a connection, for the cipher to decide", () => {
    FastCheck.assert(
      FastCheck.property(kinds, (bytes) => {
        const gate = openProven({ decrypt: () => undefined })
        const datagram = Buffer.from(bytes)
        const outcome = gate.send(datagram)
        if (outcome instanceof Buffer) expect(datagram[0]! >> 6).toBe(2)
        expect(gate.ends()).toBe(0)
      }),
      { numRuns: 5_000 }
    )
  })
})

test("the signature is that of RFC 8489", () => {
  // Section 14.5: over the header with the length up to MESSAGE-INTEGRITY, and what precedes it.
  const request = signed()
  const integrity = request.length - 24
  const expected = createHmac("sha1", ours.password).update(request.subarray(0, integrity)).digest()
  expect(request.subarray(integrity + 4)).toEqual(expected)
})
