/**
 * Runs in a page of a Chromium: encodes a tone in Opus, and moving pictures in VP8. Each is a loop without a seam.
 */
interface PictureOptions {
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** In degrees. */
  readonly hue: number
  /** In frames a second. */
  readonly rate: number
}

/** `turn`: the part of the loop that is over, from 0 to 1. */
type Paint = (context: OffscreenCanvasRenderingContext2D, options: PictureOptions, turn: number) => void

const encodedFrame = (chunk: EncodedVideoChunk | EncodedAudioChunk) => {
  const bytes = new Uint8Array(chunk.byteLength)
  chunk.copyTo(bytes)
  return { isKey: chunk.type === "key", base64: btoa(String.fromCharCode(...bytes)) }
}

type EncodedFrame = ReturnType<typeof encodedFrame>

/**
 * One second of a tone with a whole number of periods, from the middle of a longer one: there the encoder ends in the state
 * in which it begins.
 */
const tone = async ({ amplitude, hertz }: { readonly amplitude: number; readonly hertz: number }) => {
  const [sampleRate, samples] = [48_000, 960]
  const frames: Array<EncodedFrame> = []
  const encoder = new AudioEncoder({
    output: (chunk) => frames.push(encodedFrame(chunk)),
    error: (error) => {
      throw error
    }
  })
  const opus = { frameDuration: 20_000, application: "audio", signal: "music" } as const
  encoder.configure({ codec: "opus", sampleRate, numberOfChannels: 1, bitrate: 24_000, bitrateMode: "constant", opus })
  for (let index = 0; index < 160; index++) {
    const phaseOf = (sample: number): number => 2 * Math.PI * hertz * (index * samples + sample) / sampleRate
    const data = Float32Array.from({ length: samples }, (_, sample) => amplitude * Math.sin(phaseOf(sample)))
    const timestamp = index * opus.frameDuration
    encoder.encode(
      new AudioData({ format: "f32", sampleRate, numberOfFrames: samples, numberOfChannels: 1, timestamp, data })
    )
  }
  await encoder.flush()
  return frames.slice(100, 150)
}

/** Two seconds. The first frame is the only key frame. */
const picture = async (paint: Paint, options: PictureOptions) => {
  const { height, rate, width } = options
  const count = 2 * rate
  const frames: Array<EncodedFrame> = []
  const encoder = new VideoEncoder({
    output: (chunk) => frames.push(encodedFrame(chunk)),
    error: (error) => {
      throw error
    }
  })
  encoder.configure({ codec: "vp8", width, height, framerate: rate, bitrate: 30_000, latencyMode: "realtime" })
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")!
  const encodeFrom = async (index: number): Promise<void> => {
    if (index === count) return
    paint(context, options, index / count)
    const frame = new VideoFrame(canvas, { timestamp: index * 1_000_000 / rate })
    encoder.encode(frame, { keyFrame: index === 0 })
    frame.close()
    // An encoder that is behind would leave frames out.
    await encoder.flush()
    await encodeFrom(index + 1)
  }
  await encodeFrom(0)
  if (frames.length !== count || frames.findLastIndex(({ isKey }) => isKey) !== 0) {
    throw new Error("one key frame and no lost frame is expected")
  }
  return frames
}

const disc = (
  context: OffscreenCanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height = width
): void => {
  context.beginPath()
  context.ellipse(x, y, width, height, 0, 0, 7)
  context.fill()
}

/** Somebody who sways and waves, before a plain background. */
const paintCamera: Paint = (context, { height, hue, width }, turn) => {
  const angle = 2 * Math.PI * turn
  context.fillStyle = `hsl(${hue} 35% 26%)`
  context.fillRect(0, 0, width, height)
  const x = width / 2 + Math.sin(angle) * width / 24
  context.fillStyle = `hsl(${hue} 45% 58%)`
  disc(context, x, height * 1.02, height * .42, height * .34)
  context.fillStyle = `hsl(${hue} 55% 78%)`
  disc(context, x, height * .44, height * .19, height * .22)
  disc(context, x + height * .62, height * .5 + Math.sin(2 * angle) * height * .14, height * .08)
}

/** A page of text, as bars, on which a pointer circles. */
const paintScreen: Paint = (context, { height, hue, width }, turn) => {
  const angle = 2 * Math.PI * turn
  context.fillStyle = "hsl(220 20% 94%)"
  context.fillRect(0, 0, width, height)
  context.fillStyle = `hsl(${hue} 50% 40%)`
  context.fillRect(0, 0, width, 24)
  context.fillStyle = "hsl(220 12% 70%)"
  for (const [line, part] of [.8, .6, .72, .5].entries()) context.fillRect(32, 56 + line * 48, width * part, 12)
  context.fillStyle = `hsl(${hue} 80% 45%)`
  disc(context, width / 2 + Math.cos(angle) * width / 4, height / 2 + Math.sin(angle) * height / 4, 11)
}

const paints = { camera: paintCamera, screen: paintScreen }

Object.assign(globalThis, {
  encodeTone: tone,
  encodePicture: (name: keyof typeof paints, options: PictureOptions) => picture(paints[name], options)
})
