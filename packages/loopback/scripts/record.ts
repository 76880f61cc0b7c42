/**
 * Records what the simulated participants send, with the encoders of a Chromium: `src/recordings`. The recordings are
 * committed: only a change of them needs this script and a Chromium.
 *
 * `node packages/loopback/scripts/record.ts /usr/bin/chromium`
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { stripTypeScriptTypes } from "node:module"
import type { AddressInfo } from "node:net"
import { chromium } from "playwright-core"
import type { Recording } from "../src/Ivf.ts"
import { serialize } from "../src/Ivf.ts"
import * as Recordings from "../src/Recordings.ts"

interface EncodedFrame {
  readonly isKey: boolean
  readonly base64: string
}

const [, , executablePath] = process.argv
if (executablePath === undefined) throw new Error("the path of a Chromium is expected")

const folder = new URL("../src/recordings/", import.meta.url)

/** WebCodecs exists only in a secure context: 127.0.0.1 is one, and `about:blank` is none. */
const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<!doctype html>"))
await new Promise<void>((resume) => server.listen(0, "127.0.0.1", resume))
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] })
const page = await browser.newPage()
await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
await page.addScriptTag({
  content: stripTypeScriptTypes(readFileSync(new URL("encode.ts", import.meta.url), "utf8"))
})

const encode = async (name: string, call: string): Promise<Pick<Recording, "frames">> => {
  const encoded = await page.evaluate<ReadonlyArray<EncodedFrame>>(call)
  const frames = encoded.map(({ base64 }) => Buffer.from(base64, "base64"))
  const largest = Math.max(...frames.map(({ length }) => length))
  if (largest > Recordings.largestFrame) {
    throw new Error(`${name}: a frame of ${largest} bytes does not fit into a packet`)
  }
  return { frames }
}

const write = (name: string, recording: Recording): void => {
  const bytes = serialize(recording)
  writeFileSync(new URL(`${name}.ivf`, folder), bytes)
}

const { rates, toneAmplitude } = Recordings

const recordTone = async (hertz: number): Promise<void> => {
  const name = Recordings.toneName(hertz)
  const { frames } = await encode(name, `encodeTone(${JSON.stringify({ hertz, amplitude: toneAmplitude })})`)
  write(name, { codec: "OPUS", width: 0, height: 0, rate: rates.audio, frames })
}

const recordPicture = async (
  name: string,
  paint: string,
  width: number,
  height: number,
  hue: number
): Promise<void> => {
  const options = JSON.stringify({ width, height, hue, rate: rates.video })
  const { frames } = await encode(name, `encodePicture("${paint}", ${options})`)
  write(name, { codec: "VP80", width, height, rate: rates.video, frames })
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
await Promise.all([
  ...Recordings.tones.map((hertz) => recordTone(hertz)),
  ...Recordings.hues.map((hue) => recordPicture(Recordings.cameraName(hue), "camera", 320, 180, hue)),
  recordPicture(Recordings.screenName, "screen", 480, 270, 215)
])
await browser.close()
server.close()
