/**
 * Which m-line a packet belongs to: offers and packets in, m-lines and rules out.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Demultiplexer from "../../src/werift/internal/Demultiplexer.ts"
import type { OfferedSection } from "../../src/werift/internal/OfferedSection.ts"
import * as Model from "./DemultiplexerModel.ts"
import type { Event, ModelPacket } from "./DemultiplexerModel.ts"

const midExtension = 4
const ridExtension = 5
const repairedRidExtension = 6

const section = (mid: string, options?: Partial<OfferedSection>): OfferedSection => ({
  mid,
  kind: "video",
  streamId: `${mid}:TRACK_TYPE_VIDEO:x`,
  codecs: [{ payloadType: 97, name: "VP8", clockRate: 90_000, parameters: {} }],
  ssrcs: new Set(),
  repairs: new Map(),
  rtxPayloadTypes: new Map(),
  hasNack: false,
  rids: new Set(),
  midExtension,
  ridExtension,
  repairedRidExtension,
  mediaExtensions: { audioLevel: undefined, videoOrientation: undefined, captureTime: undefined },
  ...options
})

const listing = (...ssrcs: ReadonlyArray<number>) => ({ ssrcs: new Set(ssrcs) })

const opus = {
  codecs: [{ payloadType: 96, name: "opus", clockRate: 48_000, channels: 2, parameters: {} }],
  kind: "audio"
} as const

const toPacket = ({ mid, repairedRid, rid, ...packet }: ModelPacket): Demultiplexer.Packet => ({
  ...packet,
  extensions: [
    ...(mid === undefined ? [] : [{ id: midExtension, payload: Buffer.from(mid) }]),
    ...(rid === undefined ? [] : [{ id: ridExtension, payload: Buffer.from(rid) }]),
    ...(repairedRid === undefined ? [] : [{ id: repairedRidExtension, payload: Buffer.from(repairedRid) }])
  ]
})

const routed = (demultiplexer: Demultiplexer.Demultiplexer, packet: ModelPacket): string => {
  const route = demultiplexer.route(toPacket(packet))
  return route._tag === "Section" ? `${route.section.mid} ${route.rule}` : route._tag
}

/** A demultiplexer after an offer, and how it routes a packet. */
const after = (...sections: ReadonlyArray<OfferedSection>) => {
  const demultiplexer = Demultiplexer.make()
  demultiplexer.apply(sections)
  let sequenceNumber = 0
  return {
    apply: (...sections: ReadonlyArray<OfferedSection>) => demultiplexer.apply(sections),
    route: (packet: Partial<ModelPacket>) =>
      routed(demultiplexer, { ssrc: 1, payloadType: 97, sequenceNumber: ++sequenceNumber, ...packet }),
    sizes: demultiplexer.sizes,
    midOf: demultiplexer.midOf
  }
}

describe("A mid decides", () => {
  test("over the SSRC that another m-line lists", () => {
    const { route } = after(section("a", listing(1)), section("b"))
    expect(route({ mid: "b" })).toBe("b Mid")
    expect(route({ ssrc: 2, mid: "a" })).toBe("a Mid")
  })

  test("of two m-lines that list one SSRC", () => {
    const { route } = after(section("a", listing(1)), section("b", listing(1)))
    expect(["a", "b", "a"].map((mid) => route({ mid }))).toEqual(["a Mid", "b Mid", "a Mid"])
  })

  test("of an SSRC that a mid taught, that an offer lists, or that simulcast uses, when another m-line's mid comes", () => {
    const rids = new Set(["q", "f"])
    const { route } = after(section("alice", { ...listing(1), rids }), section("bob", { rids }))
    expect(route({ ssrc: 51, mid: "alice", rid: "f" })).toBe("alice Mid")
    expect(route({ ssrc: 52, mid: "bob", rid: "f" })).toBe("bob Mid")
    expect(route({ ssrc: 51, mid: "bob", rid: "f" })).toBe("bob Mid")
    expect(route({ ssrc: 51 })).toBe("bob LearntByMid")
    expect(route({ ssrc: 1, mid: "bob" })).toBe("bob Mid")
    expect(route({ ssrc: 61, rid: "f" })).toBe("Drop")
    expect(route({ ssrc: 62, repairedRid: "f" })).toBe("Drop")
    expect(route({ ssrc: 63, mid: "alice", repairedRid: "f" })).toBe("alice Mid")
  })

  test("and a mid that no offer had makes the packet wait, also for packets of its SSRC without a mid", () => {
    const { apply, route } = after(section("a"))
    expect([route({ mid: "b" }), route({})]).toEqual(["Hold", "Hold"])
    apply(section("a"), section("b"))
    expect(route({})).toBe("b LearntByMid")
  })

  test("also while no m-line sends", () => {
    const { apply, route } = after(section("a"))
    apply()
    expect(route({ mid: "b" })).toBe("Hold")
  })

  test("and the mid of an m-line that does not send any more is nobody's, as are packets of its SSRC", () => {
    const { apply, route } = after(section("a"), section("b", opus))
    expect(route({ ssrc: 2, payloadType: 96, mid: "b" })).toBe("b Mid")
    apply(section("a"))
    expect(route({ ssrc: 2, mid: "b" })).toBe("Drop")
    expect(route({ ssrc: 2 })).toBe("Drop")
  })

  test("a mid under another extension id, and an empty one, are none", () => {
    expect(after(section("a", { midExtension: 7 }), section("b")).route({ mid: "b" })).toBe("b Mid")
    expect(after(section("a", { midExtension: 7 })).route({ mid: "c" })).toBe("a PayloadType")
    expect(after(section("a")).route({ mid: "" })).toBe("a PayloadType")
  })

  test("a late packet teaches nothing; a source that begins anew does", () => {
    const { route } = after(section("a"), section("b"))
    route({ mid: "a", sequenceNumber: 65_530 })
    route({ mid: "b", sequenceNumber: 20 })
    expect(route({ mid: "a", sequenceNumber: 65_535 })).toBe("a Mid")
    expect(route({})).toBe("b LearntByMid")
    route({ mid: "a", sequenceNumber: 65_400 })
    expect(route({})).toBe("a LearntByMid")
  })
})

describe("An SSRC that the offer lists", () => {
  test("belongs to the m-line that lists it, RTX included", () => {
    const { route } = after(section("a", { ...listing(1), repairs: new Map([[2, 1]]) }), section("b"))
    expect([route({}), route({ ssrc: 2 })]).toEqual(["a Ssrc", "a Ssrc"])
  })

  test("belongs to nobody if two m-lines list it, until a mid decides", () => {
    const { route } = after(section("a", listing(1)), section("b", listing(1)))
    expect(route({})).toBe("Drop")
    route({ mid: "b" })
    expect(route({})).toBe("b LearntByMid")
  })

  test("moves with a new offer, also to an earlier m-line", () => {
    const { apply, route } = after(section("a"), section("b", listing(1)))
    apply(section("a", listing(1)))
    expect(route({})).toBe("a Ssrc")
  })

  test("yields to a mid that came after the offer, and a new offer takes what the mid taught", () => {
    const { apply, route } = after(section("a", listing(1)), section("b"))
    route({ mid: "b" })
    expect(route({})).toBe("b LearntByMid")
    apply(section("a", listing(1)), section("b"))
    expect(route({})).toBe("a Ssrc")
    route({ mid: "b" })
    route({ mid: "a" })
    expect(route({})).toBe("a Ssrc")
  })
})

describe("What was learnt", () => {
  test("from a mid stays as long as the m-line keeps its owner", () => {
    const { apply, route } = after(section("a"), section("b"))
    route({ ssrc: 1, mid: "a" })
    route({ ssrc: 2, mid: "b" })
    apply(section("a"), section("b", { streamId: "carol:TRACK_TYPE_VIDEO:y" }), section("c"))
    expect(route({ ssrc: 1 })).toBe("a LearntByMid")
    expect(route({ ssrc: 2 })).toBe("Drop")
  })

  test("from a payload type ends as soon as another m-line maps it; what was learnt from a mid does not", () => {
    const { apply, route } = after(section("a"))
    expect([route({ ssrc: 1 }), route({ ssrc: 1 })]).toEqual(["a PayloadType", "a Inferred"])
    route({ ssrc: 2, mid: "a" })
    apply(section("a"), section("b"))
    expect(route({ ssrc: 1 })).toBe("Drop")
    expect(route({ ssrc: 2 })).toBe("a LearntByMid")
  })

  test("from a payload type ends with an offer that lists the m-line's SSRCs, or the SSRC elsewhere", () => {
    const one = after(section("a"))
    one.route({})
    one.apply(section("a", listing(9)))
    expect(one.route({})).toBe("Drop")
    const other = after(section("a"))
    other.route({})
    other.apply(section("a"), section("b", listing(1)))
    expect(other.route({})).toBe("b Ssrc")
  })

  test("from a payload type is overruled by a mid", () => {
    const { route } = after(section("a"), section("b", opus))
    expect(route({})).toBe("a PayloadType")
    route({ mid: "b" })
    expect(route({})).toBe("b LearntByMid")
  })

  test("is bounded: the oldest is forgotten, and what the offer lists needs no memory", () => {
    const { midOf, route, sizes } = after(section("a", listing(0)), section("b"))
    expect(route({ ssrc: 0, mid: "a" })).toBe("a Mid")
    expect(sizes().learnt).toBe(0)
    for (let ssrc = 1; ssrc <= Demultiplexer.capacity + 1; ssrc++) route({ ssrc, mid: "b" })
    expect(sizes().learnt).toBe(4_096)
    expect([1, 2].map(midOf)).toEqual([undefined, "b"])
  })
})

describe("The mids of former offers", () => {
  test("are bounded: the oldest is forgotten, and never one of the last offer", () => {
    const { apply, route, sizes } = after(section("first"))
    for (let n = 0; n <= Demultiplexer.capacity; n++) apply(section("last"), section(`${n}`))
    expect(sizes().mids).toBe(4_096)
    apply()
    expect(["first", "0", "1", "2", "4096", "last"].map((mid) => route({ mid }))).toEqual([
      "Hold",
      "Hold",
      "Hold",
      "Drop",
      "Drop",
      "Drop"
    ])
  })
})

describe("An inference", () => {
  test("needs a payload type that one m-line maps, if that m-line lists neither SSRCs nor rids", () => {
    expect(after(section("a"), section("b", opus)).route({})).toBe("a PayloadType")
    expect(after(section("a"), section("b")).route({})).toBe("Drop")
    expect(after(section("a"), section("b", listing(2))).route({})).toBe("Drop")
    expect(after(section("a", listing(2))).route({})).toBe("Drop")
    expect(after(section("a", { rids: new Set(["q"]) })).route({})).toBe("Drop")
    expect(after(section("a")).route({ payloadType: 111 })).toBe("Drop")
  })

  test("needs a rid that one m-line has", () => {
    const rids = new Set(["q", "f"])
    const one = after(section("a", { rids }), section("b"))
    expect([one.route({ rid: "q" }), one.route({})]).toEqual(["a Rid", "a Inferred"])
    const two = after(section("a", { rids }), section("b", { rids }))
    expect(two.route({ rid: "q" })).toBe("Drop")
    expect([two.route({ ssrc: 2, rid: "q", mid: "b" }), two.route({ ssrc: 2 })]).toEqual(["b Mid", "b LearntByMid"])
  })

  test("needs a rid that one m-line has, also if it is the rid of the packet that is repaired", () => {
    const { route } = after(section("a", { rids: new Set(["q"]) }), section("b", { rids: new Set(["f"]) }))
    expect([route({ repairedRid: "f" }), route({})]).toEqual(["b Rid", "b Inferred"])
    expect(route({ ssrc: 2, rid: "q", repairedRid: "f" })).toBe("a Rid")
    expect(route({ ssrc: 3, repairedRid: "h" })).toBe("Drop")
  })

  test("is not made because an m-line ended: late packets of its owner belong to nobody", () => {
    const ambiguous = after(section("a"), section("b"))
    expect(ambiguous.route({ ssrc: 2 })).toBe("Drop")
    ambiguous.apply(section("a"))
    expect(ambiguous.route({ ssrc: 2 })).toBe("Drop")
    for (const options of [{}, listing(2)]) {
      const known = after(section("a"), section("b", { ...opus, ...options }))
      known.route({ ssrc: 2, mid: "b" })
      known.apply(section("a"))
      expect(known.route({ ssrc: 2 })).toBe("Drop")
    }
  })

  test("is made for an SSRC that came before the only m-line that maps its payload type", () => {
    const { apply, route } = after(section("a", opus))
    expect(route({ ssrc: 2 })).toBe("Drop")
    apply(section("a", opus), section("b"))
    expect(route({ ssrc: 2 })).toBe("b PayloadType")
  })

  test("is possible again for an SSRC that a mid has decided", () => {
    const { apply, route } = after(section("a"), section("b"))
    expect(route({ ssrc: 2 })).toBe("Drop")
    route({ ssrc: 2, mid: "a" })
    apply(section("a", listing(2)))
    apply(section("a"))
    expect(route({ ssrc: 2 })).toBe("a PayloadType")
  })

  test("is refused for a bounded number of SSRCs", () => {
    const { route, sizes } = after(section("a"), section("b"))
    for (let ssrc = 0; ssrc <= Demultiplexer.capacity; ssrc++) route({ ssrc })
    expect(sizes().disputed).toBe(4_096)
  })
})

const subset = <A>(...all: ReadonlyArray<A>) => fc.uniqueArray(fc.constantFrom(...all), { maxLength: 2 })

const offeredSection = fc.record({
  mid: fc.constantFrom("0", "1", "2", "3"),
  owner: fc.constantFrom("alice", "bob"),
  payloadTypes: subset(96, 97, 98),
  ssrcs: fc.oneof({ weight: 3, arbitrary: fc.constant<Array<number>>([]) }, subset(1, 2, 3, 4)),
  repairs: fc.oneof({ weight: 5, arbitrary: fc.constant<Array<number>>([]) }, subset(4, 5)),
  rids: fc.oneof({ weight: 3, arbitrary: fc.constant<Array<string>>([]) }, subset("q", "f"))
}).map(({ mid, owner, payloadTypes, repairs, rids, ssrcs }) =>
  section(mid, {
    streamId: owner,
    codecs: payloadTypes.map((payloadType) => ({ payloadType, name: "VP8", clockRate: 90_000, parameters: {} })),
    ssrcs: new Set(ssrcs),
    repairs: new Map(repairs.filter((ssrc) => !ssrcs.includes(ssrc)).map((ssrc) => [ssrc, 1])),
    rids: new Set(rids)
  })
)

const offer: fc.Arbitrary<Event> = fc.uniqueArray(offeredSection, { selector: ({ mid }) => mid, maxLength: 4 })
  .map((sections) => ({ _tag: "Offer", sections }))

const packet: fc.Arbitrary<Event> = fc.record({
  ssrc: fc.integer({ min: 1, max: 5 }),
  payloadType: fc.integer({ min: 96, max: 99 }),
  sequenceNumber: fc.constantFrom(0, 5, 90, 150, 40_000, 65_500, 65_530),
  mid: fc.option(fc.constantFrom("0", "1", "2", "3"), { nil: undefined, freq: 2 }),
  rid: fc.option(fc.constantFrom("q", "f", "h"), { nil: undefined, freq: 2 })
}).map((packet) => ({ _tag: "Packet", packet }))

test("for any trace of offers and packets, each packet goes where the rules say", () => {
  const trace = fc.array(fc.oneof({ weight: 1, arbitrary: offer }, { weight: 3, arbitrary: packet }), { maxLength: 40 })
  fc.assert(
    fc.property(trace, (trace) => {
      // The first offer says which header extensions carry mid and rid.
      const events: ReadonlyArray<Event> = [{ _tag: "Offer", sections: [section("0")] }, ...trace]
      const demultiplexer = Demultiplexer.make()
      for (const [n, event] of events.entries()) {
        if (event._tag === "Offer") demultiplexer.apply(event.sections)
        else expect(routed(demultiplexer, event.packet)).toBe(Model.route(events.slice(0, n), event.packet))
      }
    }),
    { numRuns: Number(process.env["DEMULTIPLEXER_TRACES"] ?? 5_000) }
  )
})
