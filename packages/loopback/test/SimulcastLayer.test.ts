/**
 * Which packets of a simulcast track are passed on.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Layers from "../src/SimulcastLayer.ts"

/** `q` is a packet of that layer, `Q` one that begins a key frame. What is passed on. */
const passedOn = (packets: string): string => {
  let layers = Layers.empty
  let out = ""
  for (const packet of packets) {
    const rid = packet.toLowerCase()
    const [after, verdict] = Layers.step(layers, { rid, beginsKeyFrame: packet !== rid })
    layers = after
    if (verdict._tag === "Forward") out += packet
  }
  return out
}

describe("the forwarded layer", () => {
  it("is the highest that arrives, from its key frame on", () => {
    assert.strictEqual(passedOn("qqqhqhqHqhqh"), "qqqqqHhh")
    assert.strictEqual(passedOn("FqQhHf"), "Ff")
  })

  it("is a lower one after the higher one has stopped, from its key frame on", () => {
    const many = "q".repeat(60)
    assert.strictEqual(passedOn(`F${many}Qq`), "FQq")
    assert.strictEqual(passedOn(`F${many}f${many}qqf`), "Fff")
    assert.strictEqual(passedOn("FQqQqf"), "Ff")
  })

  it("is the only one of a track without simulcast", () => {
    const [layers] = Layers.step(Layers.empty, { rid: undefined, beginsKeyFrame: false })
    assert.strictEqual(Layers.step(layers, { rid: undefined, beginsKeyFrame: false })[1]._tag, "Forward")
  })
})

describe("a key frame", () => {
  it("is requested from a layer that should be forwarded, and from no other", () => {
    const [layers] = Layers.step(Layers.empty, { rid: "h", beginsKeyFrame: true })
    const verdictOf = (rid: string) => Layers.step(layers, { rid, beginsKeyFrame: false })[1]._tag
    assert.deepStrictEqual(["q", "h", "f"].map(verdictOf), ["Drop", "Forward", "NeedsKeyFrame"])
  })
})
