/**
 * H.264 that ffmpeg has encoded and sent as RTP: what the assembler makes of its packets, ffmpeg decodes without a complaint.
 */
import { spawn, spawnSync } from "node:child_process"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { expect, test } from "vitest"
import { RtpPacket } from "werift"
import { VideoAssembler } from "../../../../src/media/internal/VideoAssembler.ts"

const pictures = 30

/** The packets of a red video. */
const send = async (): Promise<ReadonlyArray<RtpPacket>> => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1")
  await once(socket, "listening")
  const packets: Array<RtpPacket> = []
  const received = new Promise<void>((resolve) => {
    socket.on("message", (datagram) => {
      packets.push(RtpPacket.deSerialize(datagram))
      if (packets.filter(({ header }) => header.marker).length === pictures) resolve()
    })
  })
  // Noise, so that a picture takes several packets. Small, so that all fit into Linux's default buffer of a socket, which has
  // room for some 170: ffmpeg sends them at once, and none is lost while this process does not read.
  const source = ["-f", "lavfi", "-i", "color=red:size=48x48:rate=30", "-frames:v", String(pictures)]
  const codec = [
    "-vf",
    "noise=alls=20:allf=t",
    "-c:v",
    "libx264",
    "-tune",
    "zerolatency",
    "-g",
    "15",
    "-sc_threshold",
    "0"
  ]
  const target = ["-pix_fmt", "yuv420p", "-f", "rtp", `rtp://127.0.0.1:${socket.address().port}?pkt_size=300`]
  const ffmpeg = spawn("ffmpeg", ["-v", "error", ...source, ...codec, ...target], { stdio: "ignore" })
  const [[code]] = await Promise.all([once(ffmpeg, "exit"), received])
  expect(code).toBe(0)
  socket.close()
  return packets
}

test("ffmpeg decodes every picture that is assembled of its packets, in its colour", async () => {
  const assembler = new VideoAssembler("H264")
  const packets = await send()
  expect(packets.length).toBeGreaterThan(3 * pictures)
  expect(packets.length).toBeLessThan(150)
  const frames = packets.flatMap(({ header, payload }) => {
    const { marker, payloadType, sequenceNumber, ssrc, timestamp } = header
    return assembler.add({
      marker,
      payloadType,
      sequenceNumber,
      ssrc,
      timestamp,
      payload,
      receivedAt: 0,
      droppedBefore: 0
    })
  })
  expect(frames.map(({ isKey }) => isKey)).toEqual(Array.from({ length: pictures }, (_, n) => n % 15 === 0))
  const { status, stderr, stdout } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-f", "h264", "-i", "-", "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    { input: Buffer.concat(frames.map(({ data }) => data)) }
  )
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" })
  expect(stdout.length).toBe(pictures * 3)
  for (let at = 0; at < stdout.length; at += 3) {
    const [red, green, blue] = stdout.subarray(at, at + 3)
    expect(red).toBeGreaterThan(200)
    expect(Math.max(green!, blue!)).toBeLessThan(60)
  }
})
