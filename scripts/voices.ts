/**
 * Records the speech of `test/media/voices` with espeak-ng, as packets of Opus of 20 ms. The recordings are committed: only a
 * change of them needs this script and espeak-ng.
 *
 * `node scripts/voices.ts`
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { serialize } from "../packages/loopback/src/Ivf.ts"
import * as Opus from "../test/media/Opus.ts"

const pause = "<break time=\"1200ms\"/>"

const voices = [
  {
    name: "alice",
    voice: "en-us+f3",
    text: `Good morning, can everybody hear me? ${pause} Then let us begin with the numbers.`
  },
  { name: "bob", voice: "en-gb+m3", text: `Yes. ${pause} I hear you very well, thank you. ${pause} Please go on.` }
]

/** Of espeak-ng's WAV. */
const headerSize = 44
/** In hertz, of espeak-ng and of the encoder. */
const spokenRate = 22_050
const sampleRate = 48_000

/** Linear: of speech, what is lost is above what a telephone transmits. */
const resample = (samples: Int16Array): Int16Array =>
  Int16Array.from({ length: Math.floor(samples.length * sampleRate / spokenRate) - 2 }, (_, n) => {
    const at = n * spokenRate / sampleRate
    const before = samples[Math.floor(at)]!
    return Math.round(before + (samples[Math.ceil(at)]! - before) * (at % 1))
  })

for (const { name, text, voice } of voices) {
  const { error, stdout } = spawnSync("espeak-ng", ["-m", "-v", voice, "--stdout", text])
  if (error !== undefined) throw error
  const bytes = stdout.subarray(headerSize)
  const spoken = resample(new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1))))
  const encoder = new Opus.library.Encoder({ channels: 1, sample_rate: sampleRate, application: "voip" })
  // OPUS_SET_BITRATE.
  encoder.ctl(4002, 16_000)
  const frames = Array.from(
    { length: Math.floor(spoken.length / 960) },
    (_, n) => encoder.encode(Opus.bytesOf(spoken.slice(n * 960, (n + 1) * 960)))
  )
  const file = serialize({ codec: "OPUS", width: 0, height: 0, rate: 50, frames })
  writeFileSync(new URL(`../test/media/voices/${name}.ivf`, import.meta.url), file)
}
