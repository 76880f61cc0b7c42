/**
 * The measurements find a tone or colour that is present, and none that is not.
 */
import { assert, it } from "@effect/vitest"
import { colourOf, paint, sampleRate, sine, tonesOf } from "./measure.ts"
import { opusSamples, vp8Size } from "./payload.ts"

const window = sampleRate / 5

it("two tones are found, even if one has a quarter of the energy", () => {
  const [loud, soft] = [sine(440, 0, window), sine(1_900, 0, window)]
  assert.deepStrictEqual(tonesOf(loud, sampleRate), [440])
  assert.deepStrictEqual(tonesOf(loud.map((sample, at) => sample + soft[at]! / 2), sampleRate), [440, 1_900])
  assert.isUndefined(tonesOf(new Int16Array(window), sampleRate))
})

it("a tone that begins late or jumps is found", () => {
  const late = new Int16Array(window)
  late.set(sine(740, 0, window / 20), window * 0.95)
  assert.deepStrictEqual(tonesOf(late, sampleRate), [740])
  const jumped = sine(740, 0, window).map((sample, at) => at < window / 2 ? sample : -sample)
  assert.deepStrictEqual(tonesOf(jumped, sampleRate), [740])
})

it("an unknown tone is not found", () => {
  const other = Int16Array.from({ length: window }, (_, at) => 8_000 * Math.sin(2 * Math.PI * 600 * at / sampleRate))
  assert.deepStrictEqual(tonesOf(other, sampleRate), [])
})

it("a picture whose half has another colour has none", () => {
  const { data, height, width } = paint("red", 64, 48)
  assert.strictEqual(colourOf({ data, height, width }), "red")
  data.set(paint("blue", 64, 48).data.subarray(0, width * height / 2))
  assert.isUndefined(colourOf({ data, height, width }))
})

it.each([
  [[0x78], 960],
  [[0x08], 960],
  [[0xf9], 1_920],
  [[0x83, 0x03], 360]
])("an Opus packet that begins with %j contains %d samples", (payload, samples) => {
  assert.strictEqual(opusSamples(Uint8Array.from(payload)), samples)
})

const keyFrame = [0x50, 0x2d, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]

it.each([
  [[0x10]],
  [[0x90, 0x80, 0x11]],
  [[0x90, 0x80, 0x80, 0x11]],
  [[0x90, 0xe0, 0x80, 0x11, 0x01, 0x20]]
])(
  "a VP8 key frame is found behind the descriptor %j, and in no other packet",
  (descriptor) => {
    const at = descriptor.length
    assert.deepStrictEqual(vp8Size(Uint8Array.from([...descriptor, ...keyFrame])), { width: 320, height: 240 })
    assert.isUndefined(vp8Size(Uint8Array.from([descriptor[0]! & ~0x10, ...descriptor.slice(1), ...keyFrame])))
    assert.isUndefined(vp8Size(Uint8Array.from([...descriptor, ...keyFrame]).with(at, 0x51)))
  }
)
