/**
 * A participant whose WebRTC is libwebrtc. It runs in a process of its own, because libwebrtc keeps its process alive: it
 * executes commands received over IPC, reports what it decodes, and exits with its parent.
 */
import type { TrackKey, TrackType } from "effect-track-resolver"
import { Wire } from "effect-track-resolver-loopback"
import { colourOf, paint, sampleRate, sine, tonesOf } from "./measure.ts"
import type { Colour, Tone } from "./measure.ts"
import { setLocal, wrtc } from "./wrtc.ts"
import type { Connection, Sound, Track } from "./wrtc.ts"

export type Media =
  | { readonly kind: "audio"; readonly tone: Tone }
  | { readonly kind: "video"; readonly colour: Colour; readonly width: number; readonly height: number }

export type Command =
  | {
    readonly _tag: "Join"
    readonly url: string
    readonly webSocketUrl: string
    readonly token: string
    readonly sessionId: string
  }
  | { readonly _tag: "Publish"; readonly trackType: TrackType; readonly media: Media }
  | { readonly _tag: "Subscribe"; readonly keys: ReadonlyArray<TrackKey> }
  /** Leaves by signalling and closes the socket. The connections end with the process. */
  | { readonly _tag: "Leave" }
  /** Acts as the SFU: returns an offer that sends this media under this stream id. */
  | { readonly _tag: "Offer"; readonly streamId: string; readonly media: Media }
  | { readonly _tag: "Accept"; readonly sdp: string }
  /** Acts as an SFU that answers a publisher. Reports name the mid instead of a stream id. */
  | { readonly _tag: "Answer"; readonly sdp: string }
  /** Closes the connection of the offer, without signalling. */
  | { readonly _tag: "Close" }

export type Report =
  /** The tones in about 200 ms of a track that were not silent. */
  | { readonly _tag: "Heard"; readonly streamId: string; readonly tones: ReadonlyArray<Tone> }
  | { readonly _tag: "Seen"; readonly streamId: string; readonly colour: Colour | undefined }
  | { readonly _tag: "Left"; readonly sessionId: string }
  /** The streams that libwebrtc receives after an offer. */
  | { readonly _tag: "Receiving"; readonly streamIds: ReadonlyArray<string> }
  | {
    readonly _tag: "State"
    readonly of: "publisher" | "subscriber" | "offerer" | "answerer" | "transport"
    readonly state: string
  }
  | { readonly _tag: "SocketClosed"; readonly code: number }

/** The result of a command: an SDP, or empty. */
export type Answer = { readonly id: number } & ({ readonly sdp: string } | { readonly error: string })

const { event, signal } = Wire.Messages

const report = (message: Report): void => void process.send!(message)

const open = (of: Extract<Report, { readonly _tag: "State" }>["of"]): Connection => {
  const connection = new wrtc.RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" })
  connection.onconnectionstatechange = () => report({ _tag: "State", of, state: connection.connectionState })
  return connection
}

/** The state of DTLS, which the connection's state does not show. Polled, because libwebrtc emits no event for its end. */
const watchTransport = (connection: Connection): void => {
  let last = ""
  setInterval(() => {
    const state = connection.getTransceivers()[0]?.sender.transport?.state ?? ""
    if (state !== last) report({ _tag: "State", of: "transport", state })
    last = state
  }, 20)
}

// --- Sending ----------------------------------------------------------------------------------------------------------

const toneTrack = (tone: Tone): Track => {
  const source = new wrtc.nonstandard.RTCAudioSource()
  const count = sampleRate / 100
  const start = performance.now()
  let sent = 0
  setInterval(() => {
    // One frame for each 10 ms that have passed: a late timer causes no gap.
    for (const due = (performance.now() - start) / 10; sent < due; sent++) {
      const samples = sine(tone, sent * count, count)
      source.onData({ samples, sampleRate, bitsPerSample: 16, channelCount: 1, numberOfFrames: count })
    }
  }, 10)
  return source.createTrack()
}

const colourTrack = (colour: Colour, width: number, height: number): Track => {
  const source = new wrtc.nonstandard.RTCVideoSource()
  const picture = paint(colour, width, height)
  setInterval(() => source.onFrame(picture), 66)
  return source.createTrack()
}

const trackOf = (media: Media): Track =>
  media.kind === "audio" ? toneTrack(media.tone) : colourTrack(media.colour, media.width, media.height)

// --- Receiving --------------------------------------------------------------------------------------------------------

const readStreamIds = (sdp: string): ReadonlyMap<string, string> =>
  new Map(
    sdp.split(/^m=/m).slice(1).flatMap((section) => {
      const [, mid] = /^a=mid:(\S+)/m.exec(section) ?? []
      const [, streamId] = /^a=msid:(\S+)/m.exec(section) ?? []
      return mid !== undefined && streamId !== undefined ? [[mid, streamId] as const] : []
    })
  )

const listen = (track: Track, streamId: () => string): void => {
  const sink = new wrtc.nonstandard.RTCAudioSink(track)
  let samples: Array<number> = []
  sink.ondata = ({ channelCount, sampleRate, samples: more }: Sound) => {
    for (let at = 0; at < more.length; at += channelCount) samples.push(more[at]!)
    if (samples.length < sampleRate / 5) return
    const tones = tonesOf(Int16Array.from(samples), sampleRate)
    samples = []
    if (tones !== undefined) report({ _tag: "Heard", streamId: streamId(), tones })
  }
}

const watch = (track: Track, streamId: () => string): void => {
  const sink = new wrtc.nonstandard.RTCVideoSink(track)
  sink.onframe = ({ frame }) => report({ _tag: "Seen", streamId: streamId(), colour: colourOf(frame) })
}

const receive = (connection: Connection, nameOf: (mid: string) => string): void => {
  const known = new Set<Track>()
  connection.ontrack = ({ track, transceiver }) => {
    // A media section that sends again has the same track.
    if (known.has(track)) return
    known.add(track)
    const streamId = () => nameOf(transceiver.mid ?? "")
    if (track.kind === "audio") listen(track, streamId)
    else watch(track, streamId)
  }
}

// --- The call ---------------------------------------------------------------------------------------------------------

const join = ({ sessionId, token, url, webSocketUrl }: Extract<Command, { readonly _tag: "Join" }>) => {
  const publisher = open("publisher")
  const subscriber = open("subscriber")
  /** Of the last offer, by mid: libwebrtc emits no event when a media section goes to another participant. */
  let streamIds: ReadonlyMap<string, string> = new Map()
  const streamOf = (mid: string | null): string => streamIds.get(mid ?? "") ?? "unknown"
  receive(subscriber, streamOf)
  const published: Array<{ readonly trackType: TrackType; readonly trackId: string; readonly mid: () => string }> = []

  const post = async <Out extends { readonly error?: Wire.WireError | null }>(
    method: string,
    body: Uint8Array,
    decode: (body: Uint8Array) => Out
  ): Promise<Out> => {
    const response = await fetch(`${url}/stream.video.sfu.signal.SignalServer/${method}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/protobuf", "authorization": `Bearer ${token}` }
    })
    if (response.status !== 200) throw new Error(`${method}: ${await response.text()}`)
    const out = decode(new Uint8Array(await response.arrayBuffer()))
    if (out.error?.code) throw new Error(`${method}: ${out.error.message}`)
    return out
  }

  const answer = async (sdp: string, negotiationId: number): Promise<void> => {
    await subscriber.setRemoteDescription({ type: "offer", sdp })
    const answered = await setLocal(subscriber, await subscriber.createAnswer())
    streamIds = readStreamIds(sdp)
    const receiving = subscriber.getTransceivers().filter(({ currentDirection }) => currentDirection === "recvonly")
    report({ _tag: "Receiving", streamIds: receiving.map(({ mid }) => streamOf(mid)) })
    await post(
      "SendAnswer",
      signal.SendAnswerRequest.encode({ peerType: 1, sdp: answered, sessionId, negotiationId }).finish(),
      (body) => signal.SendAnswerResponse.decode(body)
    )
  }

  const socket = new WebSocket(webSocketUrl)
  socket.binaryType = "arraybuffer"
  const send = (request: Wire.SfuRequest): void => socket.send(event.SfuRequest.encode(request).finish())
  socket.addEventListener("open", () => send({ joinRequest: { token, sessionId, subscriberSdp: "v=0" } }))
  socket.addEventListener("close", ({ code }) => report({ _tag: "SocketClosed", code }))
  let last = Promise.resolve()
  const joined = new Promise<void>((resolve, reject) => {
    socket.addEventListener("message", ({ data }) => {
      const received = Wire.decodeEvent(new Uint8Array(data))
      if (received?.joinResponse) resolve()
      if (received?.error) reject(new Error(received.error.error?.message ?? "refused"))
      const left = received?.participantLeft?.participant?.sessionId
      if (left) report({ _tag: "Left", sessionId: left })
      const offer = received?.subscriberOffer
      if (offer) last = last.then(() => answer(offer.sdp!, offer.negotiationId!))
    })
  })

  return {
    joined,
    publish: async (trackType: TrackType, media: Media): Promise<void> => {
      const track = trackOf(media)
      const transceiver = publisher.addTransceiver(track, { direction: "sendonly" })
      published.push({ trackType, trackId: track.id, mid: () => transceiver.mid ?? "" })
      const sdp = await setLocal(publisher, await publisher.createOffer())
      const tracks = published.map(({ mid, trackId, trackType }) => ({
        trackId,
        trackType: Wire.wireTypeOf(trackType),
        mid: mid()
      }))
      const answered = await post(
        "SetPublisher",
        signal.SetPublisherRequest.encode({ sdp, sessionId, tracks }).finish(),
        (body) => signal.SetPublisherResponse.decode(body)
      )
      await publisher.setRemoteDescription({ type: "answer", sdp: answered.sdp! })
      const muteStates = [{ trackType: Wire.wireTypeOf(trackType), muted: false }]
      await post(
        "UpdateMuteStates",
        signal.UpdateMuteStatesRequest.encode({ sessionId, muteStates }).finish(),
        (body) => signal.UpdateMuteStatesResponse.decode(body)
      )
    },
    subscribe: (keys: ReadonlyArray<TrackKey>) => {
      const tracks = keys.map(({ sessionId, trackType, userId }) => ({
        userId,
        sessionId,
        trackType: Wire.wireTypeOf(trackType)
      }))
      return post(
        "UpdateSubscriptions",
        signal.UpdateSubscriptionsRequest.encode({ sessionId, tracks }).finish(),
        (body) => signal.UpdateSubscriptionsResponse.decode(body)
      )
    },
    leave: (): void => {
      send({ leaveCallRequest: { sessionId, reason: "left" } })
      socket.close(1000)
    }
  }
}

let call: ReturnType<typeof join> | undefined
let offerer: Connection | undefined

const run = async (command: Command): Promise<string> => {
  switch (command._tag) {
    case "Join": {
      call = join(command)
      await call.joined
      return ""
    }
    case "Publish": {
      await call?.publish(command.trackType, command.media)
      return ""
    }
    case "Subscribe": {
      await call?.subscribe(command.keys)
      return ""
    }
    case "Leave": {
      call?.leave()
      return ""
    }
    case "Offer": {
      offerer = open("offerer")
      const stream = new wrtc.MediaStream({ id: command.streamId })
      offerer.addTransceiver(trackOf(command.media), { direction: "sendonly", streams: [stream] })
      return setLocal(offerer, await offerer.createOffer())
    }
    case "Accept": {
      if (offerer === undefined) return ""
      await offerer.setRemoteDescription({ type: "answer", sdp: command.sdp })
      watchTransport(offerer)
      return ""
    }
    case "Answer": {
      const answerer = open("answerer")
      receive(answerer, (mid) => mid)
      await answerer.setRemoteDescription({ type: "offer", sdp: command.sdp })
      return setLocal(answerer, await answerer.createAnswer())
    }
    case "Close": {
      offerer?.close()
      return ""
    }
  }
}

process.on("message", ({ command, id }: { readonly id: number; readonly command: Command }) => {
  const answer = (given: Answer): void => void process.send!(given)
  run(command).then(
    (sdp) => answer({ id, sdp }),
    (error: unknown) => answer({ id, error: error instanceof Error ? error.message : String(error) })
  )
})
process.on("disconnect", () => process.exit())
