/**
 * Media as browsers send it: layers under one name on two m-lines, codecs that are not the first, and key frames asked for.
 */
import { assert, describe } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { Payload, Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RtpHeader,
  useOPUS,
  usePLI,
  useSdesMid,
  useSdesRTPStreamId,
  useVP8,
  useVP9,
  Vp8RtpPayload
} from "werift"
import { onLoopback } from "../../../test/support/onLoopback.ts"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

const { signal } = Wire.Messages
const rids = ["q", "h", "f"] as const

/** A packet of VP8 (RFC 7741) or VP9: of a key frame, or of any other. */
const payloadOf = (codec: "vp8" | "vp9", isKey: boolean, mark: Payload.Mark): Uint8Array => {
  const body = Payload.write(mark).subarray(1)
  if (codec === "vp8") return Uint8Array.of(0x10, ...(isKey ? [0, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0] : []), ...body)
  return Uint8Array.of(isKey ? 0x08 : 0x48, ...body)
}

/** The index of a packet's mark is its layer. */
const publisher = Effect.fnUntraced(function*(
  types: ReadonlyArray<TrackType>,
  codec: "vp8" | "vp9",
  layers: ReadonlyArray<string>
) {
  const signalling = yield* Client.join({ userId: "alice", sessionId: "alice", receives: false })
  const rtcpFeedback = [usePLI()]
  const connection = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new RTCPeerConnection({
        ...onLoopback,
        codecs: {
          audio: [useOPUS()],
          video: codec === "vp8"
            ? [useVP8({ payloadType: 120, rtcpFeedback })]
            : [useVP9({ payloadType: 121, rtcpFeedback })]
        },
        headerExtensions: { video: [useSdesMid(), useSdesRTPStreamId()] }
      })
    ),
    (connection) => Effect.promise(() => connection.close())
  )
  const transceivers = types.map(() =>
    connection.addTransceiver(new MediaStreamTrack({ kind: "video" }), { direction: "sendonly" })
  )
  const askedFor: Array<number> = []
  const offered = yield* Effect.promise(async () => {
    const offer = await connection.createOffer()
    for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
    await connection.setLocalDescription(offer)
    return connection.localDescription?.sdp ?? ""
  })
  const simulcast = layers.length === 0
    ? ""
    : layers.map((rid) => `a=rid:${rid} send\r\n`).join("") + `a=simulcast:send ${layers.join(";")}\r\n`
  const sdp = offered.split(/(?=m=video)/).map((part, at) =>
    at === 0 || simulcast === "" ? part : part.replace(/a=ssrc.*\r\n/g, "") + simulcast
  ).join("")
  const tracks = types.map((type, at) => ({
    trackType: Wire.wireTypeOf(type),
    mid: transceivers[at]?.mid ?? ""
  }))
  const { body } = yield* signalling.post(
    "SetPublisher",
    signal.SetPublisherRequest.encode({ sdp, sessionId: "alice", tracks }).finish()
  )
  const answer = signal.SetPublisherResponse.decode(body)
  assert.isNotOk(answer.error?.message)
  yield* Effect.promise(async () => {
    await connection.setRemoteDescription({ type: "answer", sdp: answer.sdp! })
    await connection.connectionStateChange.watch((state) => state === "connected")
  })
  connection.dtlsTransports[0]!.onRtcp.subscribe((packet) => {
    const { feedback } = packet as { feedback?: { mediaSsrc?: number } }
    if (feedback?.mediaSsrc !== undefined) askedFor.push(feedback.mediaSsrc)
  })
  const muteStates = tracks.map(({ trackType }) => ({ trackType, muted: false }))
  yield* signalling.post(
    "UpdateMuteStates",
    signal.UpdateMuteStatesRequest.encode({ sessionId: "alice", muteStates }).finish()
  )
  let count = 0
  const idOf = (uri: string): number =>
    Number(new RegExp(`a=extmap:(\\d+)[^\\r\\n]* ${uri}`).exec(connection.remoteDescription?.sdp ?? "")?.[1])
  const send = (type: TrackType, layer: number, isKey: boolean) => {
    const transceiver = transceivers[types.indexOf(type)]!
    const named = [["urn:ietf:params:rtp-hdrext:sdes:mid", transceiver.mid!], [
      "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
      layers[layer]
    ]] as const
    // As Chromium does it, names come with the first packets only.
    const extensions = count++ > 60 ?
      [] :
      named.flatMap(([uri, value]) => value === undefined ? [] : [{ id: idOf(uri), payload: Buffer.from(value) }])
    const header = new RtpHeader({
      ssrc: layers.length === 0 ? transceiver.sender.ssrc : 1_000 * (types.indexOf(type) + 1) + layer,
      payloadType: codec === "vp8" ? 120 : 121,
      sequenceNumber: count & 0xffff,
      timestamp: count,
      marker: true,
      extension: extensions.length > 0,
      extensionProfile: 0xbede,
      extensions
    })
    const mark = { key: { userId: "alice", sessionId: "alice", trackType: type }, index: layer }
    void connection.dtlsTransports[0]!.sendRtp(Buffer.from(payloadOf(codec, isKey, mark)), header)
  }
  return { send, askedFor }
})

/** The codecs that the answer accepts for a video track with this announcement; or the error. */
const answered = Effect.fnUntraced(function*(
  announcement: { readonly codec?: { readonly name: string }; readonly publishOptionId?: number }
) {
  const sessionId = crypto.randomUUID()
  const alice = yield* Client.join({ userId: "alice", sessionId, codecs: [useVP8(), useVP9()] })
  const { connection } = alice
  const transceiver = connection.addTransceiver(new MediaStreamTrack({ kind: "video" }), { direction: "sendonly" })
  const sdp = yield* Effect.promise(async () => {
    const offer = await connection.createOffer()
    for (const { connection: ice } of connection.iceTransports) delete ice.stunServer
    await connection.setLocalDescription(offer)
    return connection.localDescription?.sdp ?? ""
  })
  const tracks = [{ trackType: Wire.wireTypeOf("Video"), mid: transceiver.mid ?? "", ...announcement }]
  const { body } = yield* alice.post(
    "SetPublisher",
    signal.SetPublisherRequest.encode({ sdp, sessionId, tracks }).finish()
  )
  const answer = signal.SetPublisherResponse.decode(body)
  return answer.error
    ? [answer.error.message]
    : Array.from(answer.sdp!.matchAll(/^a=rtpmap:\d+ (\w+)/gm), ([, name]) => name)
})

const keyOf = (trackType: TrackType) => Client.keyOf({ userId: "alice", sessionId: "alice" }, trackType)

describe("forwarding", () => {
  inCall(
    "sends the highest simulcast layer of each track, under the track's own name",
    () =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const types = ["Video", "ScreenShare"] as const
        const { askedFor, send } = yield* publisher(types, "vp8", rids)
        yield* agent.subscribe(...types.map(keyOf))
        const sending = Effect.repeat(
          Effect.andThen(
            Effect.sleep("5 millis"),
            Effect.sync(() => {
              for (const type of types) {
                for (const layer of [0, 1, 2]) {
                  const at = askedFor.indexOf(1_000 * (types.indexOf(type) + 1) + layer)
                  if (at >= 0) askedFor.splice(at, 1)
                  send(type, layer, at >= 0)
                }
              }
            })
          ),
          { while: () => true }
        )
        yield* Effect.forkScoped(sending)
        const highest = (type: TrackType) =>
          agent.packets().filter(({ mark }) => mark?.key.trackType === type && mark.index === 2)
        yield* agent.waitUntilPackets(() => types.every((type) => highest(type).length > 20))
        for (const type of types) {
          const indices = agent.packets().flatMap(({ mark, streamId }) => {
            if (mark?.key.trackType !== type) return []
            assert.strictEqual(streamId?.split(":")[1], Wire.wireNameOf(type))
            return [mark.index]
          })
          // Up, one at a time, and never down again.
          assert.deepStrictEqual(indices, indices.toSorted())
        }
      })
  )

  inCall(
    "of a simulated participant begins its picture again when a subscriber needs a key frame",
    (sfu) =>
      Effect.gen(function*() {
        const alice = yield* sfu.participant({ userId: "alice", sessionId: "alice" })
        yield* alice.publish("Video")
        yield* Effect.repeat(Effect.andThen(Effect.sleep("50 millis"), alice.packetsWritten), {
          until: (written) => (written.get("Video") ?? 0) > 10
        })
        const agent = yield* Client.join({ userId: "agent" })
        yield* agent.subscribe(keyOf("Video"))
        yield* agent.awaitPackets(keyOf("Video"), 1)
        // A loop has 60 frames, and its first is a key frame in any case.
        const isRequested = ({ mark, payload }: Client.ReceivedPacket) =>
          Vp8RtpPayload.deSerialize(Buffer.from(payload)).isKeyframe && mark !== undefined && mark.index % 60 !== 0
        // A request may be lost, and the key frame too, so there are more.
        yield* Effect.repeat(
          Effect.andThen(Effect.sleep("50 millis"), agent.requestKeyFrames),
          { while: () => !agent.packets().some(isRequested), times: 100 }
        )
        assert.isTrue(agent.packets().some(isRequested))
      })
  )

  inCall("sends the level of each packet of audio to a client that wants it", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent", levels: true, mids: true })
      const alice = yield* sfu.participant({ userId: "alice", sessionId: "alice", speech: "always" })
      yield* alice.publish("Audio")
      const packets = yield* agent.awaitPackets(keyOf("Audio"), 20)
      for (const { extensions, level } of packets) {
        assert.deepStrictEqual(level, { v: true, level: 15 })
        assert.strictEqual(extensions, 2)
      }
    }))

  inCall("sends VP9 as VP9, and requests a key frame when it begins", () =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent", codecs: [useVP8(), useVP9()] })
      const deaf = yield* Client.join({ userId: "deaf", codecs: [useVP8()] })
      const { askedFor, send } = yield* publisher(["Video"], "vp9", [])
      yield* Effect.all([agent, deaf].map((client) => client.subscribe(keyOf("Video"))))
      yield* Effect.forkScoped(Effect.repeat(
        Effect.andThen(Effect.sleep("5 millis"), Effect.sync(() => send("Video", 0, false))),
        { while: () => true }
      ))
      yield* agent.awaitPackets(keyOf("Video"), 5)
      assert.isAbove(askedFor.length, 0)
      const codecs = agent.connection.getTransceivers()[0]!.codecs
      const [{ payloadType } = { payloadType: 0 }] = agent.packets()
      assert.strictEqual(codecs.find((codec) => codec.payloadType === payloadType)?.mimeType, "video/VP9")
      assert.deepStrictEqual(deaf.packets(), [])
    }))
})

describe("an answer to a publisher", () => {
  inCall(
    "accepts the codec that the track names, else that of its publish option, else every codec",
    () =>
      Effect.gen(function*() {
        const observer = yield* Client.join({ userId: "observer" })
        const options = observer.joinReply.joinResponse?.publishOptions ?? []
        const { id } = options.find(({ codec, trackType }) => trackType === 2 && codec?.name === "vp9")!
        assert.deepStrictEqual(
          yield* Effect.forEach(
            [
              { codec: { name: "VP8" }, publishOptionId: id! },
              { codec: { name: "vp9" } },
              { publishOptionId: id! },
              {},
              { codec: { name: "h264" } }
            ],
            answered
          ),
          [["VP8"], ["VP9"], ["VP9"], ["VP8", "VP9"], ["this SFU does not forward h264 as Video"]]
        )
      }),
    { publishOptions: [{ trackType: "Video", codec: "vp8" }, { trackType: "Video", codec: "vp9" }] }
  )
})

describe("publish options", () => {
  inCall(
    "have an id for each track type and codec, a bitrate, a frame rate, layers and a size",
    ({ control }) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const before = agent.joinReply.joinResponse?.publishOptions ?? []
        assert.deepInclude(before[1], {
          bitrate: 1_500_000,
          fps: 30,
          maxSpatialLayers: 3,
          maxTemporalLayers: 3
        })
        assert.deepInclude(before[1]?.videoDimension, { width: 1_280, height: 720 })
        assert.strictEqual(before[0]?.bitrate, 64_000)
        yield* control.changePublishOptions([
          { trackType: "Video", codec: "vp9", bitrate: 9, fps: 8, spatialLayers: 2, size: { width: 6, height: 5 } },
          { trackType: "Audio", codec: "opus" }
        ])
        const [event] = yield* agent.awaitEvents("changePublishOptions")
        const [video, audio] = event?.changePublishOptions?.publishOptions ?? []
        assert.deepInclude(video, { bitrate: 9, fps: 8, maxSpatialLayers: 2, maxTemporalLayers: 3 })
        assert.deepInclude(video?.videoDimension, { width: 6, height: 5 })
        assert.notStrictEqual(video?.id, before[1]?.id)
        assert.strictEqual(audio?.id, before[0]?.id)
      })
  )
})
